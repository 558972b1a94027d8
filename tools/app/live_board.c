/* SPDX-License-Identifier: MIT */
/* Watching a real board: see live_board.h. */
#include "tools/app/live_board.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "tools/app/pin_list.h"
#include "tools/app/sim_board.h"

/* From one frame to the next, of which drawing takes one part in DRAWING_SHARE at most: the tasks wait for it. */
#define FRAME_NS      (33 * SB_MS_NS)
#define DRAWING_SHARE 4

bool sb_live_board_is_wanted(const struct sb_options *options)
{
    if (options->list_pins)
        return options->board != NULL;
    return options->board != NULL || options->vcd != NULL || options->screenshot != NULL;
}

/* ---- frames */

static int64_t now_of(const struct sb_live_board *live)
{
    return sb_clock_now_ns(live->run->loop.clock);
}

static void on_frame(struct sb_timer *timer, void *arg)
{
    struct sb_live_board *live = arg;
    int64_t begin_ns = now_of(live);
    int64_t period_ns;

    sb_mirror_show(&live->mirror);
    sb_view_frame(live->watch.view);
    if (live->watch.state.quit_requested)
        sb_run_end(live->run, SB_ENDING_QUIT);
    period_ns = (now_of(live) - begin_ns) * DRAWING_SHARE;
    sb_timer_start_at_ns(timer, begin_ns + (period_ns > FRAME_NS ? period_ns : FRAME_NS));
}

/* ---- opening */

static int64_t calendar_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * SB_S_NS + t.tv_nsec;
}

int sb_live_board_init(struct sb_live_board *live, const struct sb_options *options,
                       struct sb_run *run)
{
    live->options = *options;
    live->options.headless = options->headless || options->board == NULL;
    live->run = run;
    live->is_mirroring = false;
    sb_timer_init(&live->frame_timer, on_frame, live);
    sb_watch_init(&live->watch, &live->options);
    live->watch.state.is_live = true;
    live->world = sb_world_create(&run->loop, options->seed);
    if (live->world == NULL) {
        fprintf(stderr, "%s: no memory for the board\n", options->program);
        return -ENOMEM;
    }
    sb_mirror_init(live->world);
    sb_watch_set_world(&live->watch, live->world);
    sb_world_set_calendar_ns(live->world, calendar_ns());
    return sb_board_build(live->world, options->board, &live->watch.diag);
}

const char *sb_live_board_chip(const struct sb_live_board *live)
{
    const char *chip = sb_part_attr(sb_world_controller(live->world), "chip");

    return *chip == '\0' ? NULL : chip;
}

/* The exit code of a mirror that could not be opened; what the diag has not told is told. */
static int refuse(const struct sb_live_board *live, const struct sb_linux_board *board, int rc)
{
    if (rc == -EINVAL)
        return SB_EXIT_USAGE;
    fprintf(stderr, "%s: %s\n", live->options.program,
            rc == -ENOMEM ? "no memory for the board" : sb_board_error(&board->board));
    return rc == -ENOTSUP ? SB_EXIT_USAGE : SB_EXIT_HARDWARE;
}

static int open_mirror(struct sb_live_board *live, struct sb_linux_board *board)
{
    int rc = sb_mirror_open(&live->mirror, live->world, board, &live->watch.diag);

    live->is_mirroring = true;
    return rc < 0 ? refuse(live, board, rc) : 0;
}

int sb_live_board_list_pins(struct sb_live_board *live, struct sb_linux_board *board)
{
    int code = open_mirror(live, board);

    if (code == 0)
        sb_pin_list_print_mirror(&live->mirror);
    return code;
}

int sb_live_board_open(struct sb_live_board *live, struct sb_linux_board *board)
{
    int code = open_mirror(live, board);

    if (code != 0)
        return code;
    if (live->watch.kind == SB_WATCH_TERMINAL) {
        sb_stdio_guard_init(&live->guard, board->board.host);
        board->board.host = &live->guard.host;
    }
    if (sb_watch_open(&live->watch) < 0)
        return SB_EXIT_USAGE;
    if (sb_watch_has_view(&live->watch))
        sb_timer_start_ns(&live->frame_timer, 0);
    return 0;
}

/* ---- the end */

int sb_live_board_finish(struct sb_live_board *live, int code)
{
    sb_timer_stop(&live->frame_timer);
    sb_mirror_finish(&live->mirror);
    sb_watch_close(&live->watch);
    return sb_watch_exit_code(&live->watch, code);
}

void sb_live_board_deinit(struct sb_live_board *live)
{
    sb_timer_stop(&live->frame_timer);
    if (live->is_mirroring)
        sb_mirror_close(&live->mirror);
    sb_world_destroy(live->world);
}
