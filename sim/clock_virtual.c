/* SPDX-License-Identifier: MIT */
/* The virtual clock: its time is a variable. */
#include "sim/clock_virtual.h"

#include <errno.h>

#include "lib/timer.h"

static int virtual_wait_until_ns(struct sb_clock *clock, int64_t deadline_ns)
{
    if (deadline_ns == SB_NEVER)
        return -EDEADLK;
    if (deadline_ns > clock->now_ns)
        clock->now_ns = deadline_ns;
    return 0;
}

static void virtual_wake(struct sb_clock *clock)
{
    (void)clock; /* it never waits */
}

void sb_clock_virtual_init(struct sb_clock *clock, int64_t yield_cost_ns)
{
    static const struct sb_clock_ops ops = {
        .wait_until_ns = virtual_wait_until_ns,
        .wake = virtual_wake,
    };

    *clock = (struct sb_clock){
        .ops = &ops,
        .yield_cost_ns = yield_cost_ns,
        .run_ahead_ns = SB_NEVER,
    };
}
