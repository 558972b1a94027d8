/* SPDX-License-Identifier: MIT */
/*
 * The real clock: CLOCK_MONOTONIC, waiting in libuv's loop. One timerfd for all timers, to the
 * nanosecond; pins, signals and files are libuv's own handles, their callbacks run in loop context.
 */
#ifndef SB_HAL_LINUX_CLOCK_UV_H
#define SB_HAL_LINUX_CLOCK_UV_H

#include <stdbool.h>

#include "lib/hal/clock.h"

struct sb_clock_uv_private;

struct sb_clock_uv {
    struct sb_clock clock; /* for struct sb_loop_config */
    /* private */
    struct sb_clock_uv_private *p;
};

struct uv_loop_s;

/* Returns 0; -ENOTSUP when built without libuv; an error of the system. */
int sb_clock_uv_init(struct sb_clock_uv *clock);
void sb_clock_uv_deinit(struct sb_clock_uv *clock);

/* The libuv loop that it waits in: for handles of one's own. Call sb_loop_look when one was started. */
struct uv_loop_s *sb_clock_uv_loop(struct sb_clock_uv *clock);

/*
 * Something outside can still happen (a pin is watched): while the count is above zero, a loop in which
 * all tasks wait is no deadlock. Add +1 and -1 in pairs.
 */
void sb_clock_uv_add_source(struct sb_clock_uv *clock, int change);

#endif
