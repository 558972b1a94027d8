/* SPDX-License-Identifier: MIT */
/* softboard gpio watch: prints each edge of the lines, with the kernel's time stamp. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/event.h"
#include "tools/gpio/gpio.h"

struct watching {
    struct gpio_session *session;
    struct sb_linux_chip_info chip;
    struct sb_event over;
    struct sb_timer idle;
    unsigned count;
    int code;
};

/* One at a time: callbacks have room for one pointer, and lines need two. */
static struct watching watching;

static void end(int code)
{
    if (sb_event_is_set(&watching.over))
        return;
    watching.code = code;
    sb_timer_stop(&watching.idle);
    sb_event_set(&watching.over);
}

static void on_idle(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    end(GPIO_EXIT_LIMIT);
}

static void restart_idle(const struct gpio_options *options)
{
    if (options->idle_timeout_ns >= 0)
        sb_timer_start_ns(&watching.idle, options->idle_timeout_ns);
}

static void complain_lost(const struct gpio_line *line)
{
    char label[GPIO_LABEL_SIZE];

    gpio_complain("%s: %" PRIu32 " edge%s lost before this one", gpio_label(&line->info, label),
                  line->lost, line->lost == 1 ? "" : "s");
}

/* Who reads our output may leave (head -1). That it is no error then, and the complaint if it is one, is for all commands. */
static void end_if_unheard(void)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        end(GPIO_EXIT_GOOD);
}

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    const struct gpio_options *options = watching.session->options;
    struct gpio_line *line = arg;
    struct sb_edge told = *edge;

    (void)pin;
    line->lost += edge->lost;
    if (sb_event_is_set(&watching.over))
        return;
    if ((options->edges & (edge->value ? SB_EDGE_RISING : SB_EDGE_FALLING)) == 0)
        return;
    restart_idle(options);
    told.lost = line->lost;
    if (line->lost > 0 && !options->is_quiet)
        complain_lost(line);
    line->lost = 0;
    if (!options->is_quiet) {
        gpio_print_edge(options, watching.chip.name, &line->info, &told);
        end_if_unheard();
    }
    if (++watching.count == options->count)
        end(GPIO_EXIT_GOOD);
}

static int start_line(struct gpio_session *session, unsigned index)
{
    struct gpio_line *line = &session->lines[index];
    struct sb_pin *pin = session->pins[index];
    int rc = sb_pin_set_debounce_us(pin, session->options->debounce_us);

    if (rc == -ENOTSUP)
        return gpio_usage_error(
            "--debounce-period: this was built with libgpiod 1, which cannot ask "
            "the kernel for it: leave it out, or build with libgpiod 2");
    /* Both, whatever is printed: the kernel tells what it lost with any. */
    if (rc >= 0)
        rc = sb_pin_watch_start(pin, &line->watch, SB_EDGE_BOTH, on_edge, line);
    if (rc >= 0)
        return 0;
    gpio_complain_board(session);
    return GPIO_EXIT_HARDWARE;
}

static int start(struct gpio_session *session)
{
    int code = gpio_find_lines(session, false);

    if (code == 0)
        code = gpio_open_lines(session, SB_PIN_INPUT | session->options->flags);
    for (unsigned i = 0; code == 0 && i < session->line_count; i++)
        code = start_line(session, i);
    return code;
}

int gpio_watch(struct gpio_session *session)
{
    int code;
    int rc;

    watching = (struct watching){.session = session};
    sb_event_init(&watching.over);
    sb_timer_init(&watching.idle, on_idle, NULL);
    sb_linux_board_chip(&session->board, &watching.chip);
    code = start(session);
    if (code != 0)
        return code;
    restart_idle(session->options);
    rc = sb_event_wait(&watching.over);
    sb_timer_stop(&watching.idle);
    return rc < 0 ? rc : watching.code;
}
