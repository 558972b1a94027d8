/* SPDX-License-Identifier: MIT */
/*
 * The clock: all that the scheduler asks of the world. Three exist: virtual and paced
 * (sim/clock_virtual.h), real (hal-linux/clock_uv.h).
 */
#ifndef SB_LIB_HAL_CLOCK_H
#define SB_LIB_HAL_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sb_clock;
struct sb_loop;

struct sb_clock_ops {
    /* Nanoseconds, monotonic. Null: the clock moves only when told, and `now_ns` below is it. */
    int64_t (*now_ns)(struct sb_clock *clock);
    /*
     * Waits until the deadline (SB_NEVER: none), a wake, or something of the clock's own (a pin edge, a
     * key), whose callbacks it runs. A deadline that is past makes it look without waiting. `now_ns` below is
     * up to date afterwards. Returns 0; -EDEADLK when there is no deadline and nothing that could ever happen.
     */
    int (*wait_until_ns)(struct sb_clock *clock, int64_t deadline_ns);
    /*
     * The loop has moved `now_ns` on while tasks polled; waits until the world has come as far. Null
     * where `run_ahead_ns` is SB_NEVER.
     */
    void (*catch_up)(struct sb_clock *clock);
    /* Ends a wait early, or makes the next one short. Any thread, any signal handler. */
    void (*wake)(struct sb_clock *clock);
    /* Lets `duration_ns` pass: see sb_delay_ns. Null: the loop moves `now_ns` and fires timers. */
    void (*spin_ns)(struct sb_clock *clock, int64_t duration_ns);
    /*
     * Tasks keep the loop busy (true; again after each look) or it goes to wait (false). While busy, the
     * clock calls sb_loop_look within 100 us of when a wait until `next_ns` would return. Null where the
     * loop need not be told.
     */
    void (*set_busy)(struct sb_clock *clock, bool is_busy, int64_t next_ns);
};

struct sb_clock {
    const struct sb_clock_ops *ops;
    struct sb_loop *loop; /* that runs on it; set by sb_loop_init */
    /* The time when it was last looked at; a clock that moves only when told keeps its time here. */
    int64_t now_ns;
    /* By how much such a clock moves when all ready tasks have yielded and nothing else happened. */
    int64_t yield_cost_ns;
    /* How far it may move so before its catch_up is called; SB_NEVER: to the next timer. */
    int64_t run_ahead_ns;
};

static inline int64_t sb_clock_now_ns(struct sb_clock *clock)
{
    return clock->ops->now_ns == NULL ? clock->now_ns : clock->ops->now_ns(clock);
}

#endif
