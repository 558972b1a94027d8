/* SPDX-License-Identifier: MIT */
/*
 * A watched line of gpio-sim, whose edges another process makes: by our pins ("ours"), or by the least that libgpiod
 * takes ("bare": wait, read one). To be counted by strace, which sees this process only; see tests/kernel/cost.
 *
 *   cost_edges ours|bare COUNT
 */
#include "tests/kernel/kernel_rig.h"

#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "lib/event.h"
#include "lib/task.h"

#define OFFSET 22

static struct rig rig;
static unsigned wanted;

/* Edges a millisecond apart, once the line is watched. */
static pid_t make_edges(void)
{
    pid_t child = fork();

    if (child != 0)
        return child;
    rig_block_us(200000);
    for (unsigned i = 0; i < wanted; i++) {
        gpiosim_pull(&rig.sim, OFFSET, i % 2 == 0);
        rig_block_us(1000);
    }
    _exit(0);
}

/* ---- ours */

static unsigned seen;
static struct sb_event all;

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)edge;
    (void)arg;
    if (++seen == wanted)
        sb_event_set(&all);
}

static int wait_all(void *arg)
{
    (void)arg;
    return sb_event_wait(&all);
}

static void watch_ours(void)
{
    struct sb_pin_watch watch;
    struct sb_pin *pin;

    rig_open_board(&rig, RIG_CONSUMER);
    pin = rig_pin(&rig, "GPIO22", SB_PIN_INPUT);
    sb_event_init(&all);
    (void)sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, on_edge, NULL);
    (void)rig_run(&rig, wait_all, NULL);
    rig_close_board(&rig);
}

/* ---- bare */

#if SB_HAVE_GPIOD == 1

static void watch_bare(void)
{
    struct gpiod_chip *chip = gpiod_chip_open_by_label(RIG_LABEL);
    struct gpiod_line *line = gpiod_chip_get_line(chip, OFFSET);
    struct gpiod_line_event event;

    (void)gpiod_line_request_both_edges_events(line, RIG_CONSUMER);
    while (seen < wanted && gpiod_line_event_wait(line, NULL) == 1 &&
           gpiod_line_event_read(line, &event) == 0)
        seen++;
    gpiod_chip_close(chip);
}

#else

static void watch_bare(void)
{
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    struct gpiod_line_config *config = gpiod_line_config_new();
    struct gpiod_edge_event_buffer *buffer = gpiod_edge_event_buffer_new(16);
    unsigned offset = OFFSET;
    struct gpiod_line_request *request;
    struct gpiod_chip *chip;
    char path[64];

    snprintf(path, sizeof(path), "/dev/%s", rig.sim.chip);
    chip = gpiod_chip_open(path);
    gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
    gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
    gpiod_line_config_add_line_settings(config, &offset, 1, settings);
    request = gpiod_chip_request_lines(chip, NULL, config);
    while (seen < wanted && gpiod_line_request_wait_edge_events(request, -1) == 1 &&
           gpiod_line_request_read_edge_events(request, buffer, 16) > 0)
        seen += (unsigned)gpiod_edge_event_buffer_get_num_events(buffer);
    gpiod_line_request_release(request);
    gpiod_edge_event_buffer_free(buffer);
    gpiod_line_config_free(config);
    gpiod_line_settings_free(settings);
    gpiod_chip_close(chip);
}

#endif

int main(int argc, char **argv)
{
    pid_t child;

    if (argc != 3)
        return 2;
    wanted = (unsigned)atoi(argv[2]);
    gpiosim_open(&rig.sim, "pi", RIG_LABEL, RIG_LINE_COUNT, NULL);
    child = make_edges();
    if (strcmp(argv[1], "ours") == 0)
        watch_ours();
    else
        watch_bare();
    (void)waitpid(child, NULL, 0);
    gpiosim_close(&rig.sim);
    return seen == wanted ? 0 : 1;
}
