/* SPDX-License-Identifier: MIT */
/*
 * Scenarios of any content, against one board. Those that can be read run as well, for a bounded time,
 * but for pictures and recordings, which would touch files.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hal-linux/stacks_mmap.h"
#include "lib/timeout.h"
#include "sim/files/board_file.h"
#include "sim/clock_virtual.h"
#include "sim/scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char board[] =
    "{\"version\": 1, \"parts\": ["
    "{\"type\": \"softboard-raspberry-pi\", \"id\": \"pi\"},"
    "{\"type\": \"wokwi-led\", \"id\": \"led1\"},"
    "{\"type\": \"wokwi-pushbutton\", \"id\": \"btn1\"},"
    "{\"type\": \"wokwi-lcd1602\", \"id\": \"lcd1\"}],"
    "\"connections\": [[\"pi:GPIO17\", \"led1:A\", \"\"], [\"pi:GND\", \"led1:C\", \"\"],"
    "[\"pi:3V3\", \"btn1:1.l\", \"\"], [\"pi:GPIO5\", \"btn1:2.l\", \"\"]]}";

struct input {
    struct sb_world *world;
    const char *text;
    size_t size;
};

/* A program that changes the LED each millisecond. */
static int blink(void *arg)
{
    const struct input *input = arg;
    struct sb_terminal *pin = sb_world_terminal(input->world, "pi:GPIO17");

    for (bool level = true;; level = !level) {
        int rc = sb_sleep_ms(1);

        if (rc < 0)
            return rc;
        sb_terminal_drive(pin, SB_STRENGTH_STRONG, level);
    }
}

static void run_for_a_while(struct input *input, struct sb_scenario *scenario)
{
    struct sb_task tasks[2];
    struct sb_timeout timeout;
    int result;

    if (sb_spawn(&tasks[0], "scenario", sb_scenario_run, scenario) < 0 ||
        sb_spawn(&tasks[1], "blink", blink, input) < 0)
        abort();
    sb_timeout_begin_ms(&timeout, 200);
    (void)sb_timeout_end(&timeout, sb_join(&tasks[0], &result));
    for (int i = 0; i < 2; i++) {
        sb_task_cancel(&tasks[i]);
        sb_join(&tasks[i], &result);
    }
}

static int read_and_run(void *arg)
{
    struct input *input = arg;
    struct sb_scenario *scenario;
    struct sb_diag diag;

    sb_diag_init(&diag, NULL, NULL);
    if (sb_board_file_parse(input->world, "board.json", board, strlen(board), &diag) < 0 ||
        sb_world_start(input->world, &diag) < 0)
        abort();
    diag.ignore_unknown = input->size % 2 != 0;
    if (sb_scenario_parse(&scenario, input->world, "scenario.yaml", input->text, input->size,
                          &diag) < 0)
        return 0;
    run_for_a_while(input, scenario);
    sb_scenario_destroy(scenario);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {.text = (const char *)data, .size = size};
    struct sb_stacks_mmap pool;
    struct sb_clock clock;
    struct sb_loop loop;
    struct sb_task task;

    sb_clock_virtual_init(&clock, SB_YIELD_COST_NS);
    if (sb_stacks_mmap_init(&pool, 0) < 0)
        abort();
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = &clock, .stacks = &pool.stacks});
    input.world = sb_world_create(&loop, 1);
    if (sb_spawn(&task, "main", read_and_run, &input) < 0)
        abort();
    (void)sb_loop_run(&loop, &task);
    sb_world_destroy(input.world);
    sb_loop_deinit(&loop);
    sb_stacks_mmap_deinit(&pool);
    return 0;
}
