/* SPDX-License-Identifier: MIT */
/* Timers of the current loop: its wheel, and the horizon up to which yields may let time pass. */
#include "lib/timer.h"

#include "lib/core.h"

void sb_timer_init(struct sb_timer *timer, sb_timer_fn *fn, void *arg)
{
    *timer = (struct sb_timer){.fn = fn, .arg = arg};
}

void sb_timer_start_at_ns(struct sb_timer *timer, int64_t deadline_ns)
{
    struct sb_loop *loop = sb_core_loop;

    assert(loop != NULL && timer->fn != NULL);
    if (timer->node.next != NULL)
        sb_wheel_remove(&loop->wheel, timer);
    sb_core_arm(loop, timer, deadline_ns);
}

void sb_timer_start_ns(struct sb_timer *timer, int64_t delay_ns)
{
    struct sb_loop *loop = sb_core_loop;

    assert(loop != NULL);
    sb_timer_start_at_ns(timer, sb_core_deadline(sb_core_now_ns(loop), delay_ns));
}

void sb_timer_stop(struct sb_timer *timer)
{
    if (timer->node.next != NULL)
        sb_wheel_remove(&sb_core_loop->wheel, timer);
}
