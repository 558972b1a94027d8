/* SPDX-License-Identifier: MIT */
/* A run on real pins. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "hal-linux/board_linux.h"
#include "hal-linux/clock_uv.h"
#include "hal-linux/workers_uv.h"
#include "tools/app/live_board.h"
#include "tools/app/pin_list.h"
#include "tools/app/run.h"

/* `live` is null without a board file. */
static int list_pins(const struct sb_options *options, struct sb_linux_board *board,
                     struct sb_live_board *live)
{
    int rc;

    if (live != NULL)
        return sb_live_board_list_pins(live, board);
    rc = sb_pin_list_print_lines(board);
    if (rc == 0)
        return SB_EXIT_GOOD;
    fprintf(stderr, "%s: %s\n", options->program, sb_board_error(&board->board));
    return rc == -ENOTSUP ? SB_EXIT_USAGE : SB_EXIT_HARDWARE;
}

/* A failure to open a pin or a bus is the hardware's or a permission's, not the program's. */
static bool is_hardware_error(const struct sb_linux_board *board, int rc)
{
    if (rc == -ENOENT || (rc == -ENOTSUP && SB_HAVE_GPIOD))
        return board->lacks_device;
    return rc == -EACCES || rc == -ENODEV || rc == -EBUSY || rc == -EPERM || rc == -ENXIO;
}

/* `live` is null when nobody watches. */
static int run_board(struct sb_run *run, struct sb_linux_board *board, struct sb_live_board *live)
{
    int code = live == NULL ? 0 : sb_live_board_open(live, board);

    if (code != 0)
        return code;
    if (sb_run_start(run, &board->board) < 0)
        return SB_EXIT_FAILED;
    sb_run_loop(run);
    code = sb_run_exit_code(run);
    if (run->ending == SB_ENDING_RETURNED && is_hardware_error(board, run->main_result))
        code = SB_EXIT_HARDWARE;
    if (run->ending == SB_ENDING_RETURNED && run->main_result == -ENOTSUP && !SB_HAVE_GPIOD)
        code = SB_EXIT_USAGE;
    return live == NULL ? code : sb_live_board_finish(live, code);
}

static void on_gone(void *arg)
{
    fprintf(stderr, "%s: the GPIO chip is gone: its pins report nothing any more\n",
            (const char *)arg);
}

static int run_on(struct sb_run *run, struct sb_clock_uv *clock, const struct sb_options *options)
{
    static struct sb_live_board live_board;
    struct sb_live_board *live = sb_live_board_is_wanted(options) ? &live_board : NULL;
    struct sb_linux_config config = {
        .consumer = options->program,
        .gone_fn = on_gone,
        .gone_arg = (void *)(uintptr_t)options->program,
    };
    struct sb_linux_board board;
    int code = SB_EXIT_USAGE;

    if (live == NULL || sb_live_board_init(live, options, run) == 0) {
        config.chip = live == NULL ? NULL : sb_live_board_chip(live);
        sb_linux_board_open(&board, clock, &config);
        code = options->list_pins ? list_pins(options, &board, live) : run_board(run, &board, live);
        sb_linux_board_close(&board);
    }
    if (live != NULL)
        sb_live_board_deinit(live);
    return code;
}

int sb_run_linux(const struct sb_options *options)
{
    static struct sb_run run;
    struct sb_clock_uv clock;
    struct sb_workers_uv workers;
    int code = SB_EXIT_HARDWARE;
    int rc = sb_clock_uv_init(&clock);

    if (rc < 0) {
        fprintf(stderr, "%s: no real clock: %s\n", options->program,
                rc == -ENOTSUP ? "built without libuv; install libuv1-dev and build again"
                               : strerror(-rc));
        return rc == -ENOTSUP ? SB_EXIT_USAGE : SB_EXIT_HARDWARE;
    }
    sb_workers_uv_init(&workers, &clock);
    if (sb_run_init(&run, options, &clock.clock, &workers.workers) == 0) {
        code = run_on(&run, &clock, options);
        sb_run_deinit(&run);
    }
    sb_workers_uv_deinit(&workers);
    sb_clock_uv_deinit(&clock);
    return code;
}
