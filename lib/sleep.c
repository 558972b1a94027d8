/* SPDX-License-Identifier: MIT */
/* Letting time pass: with others running meanwhile, or without. */
#include "lib/task.h"

#include "lib/core.h"

static inline __attribute__((always_inline)) int sleep_until(int64_t deadline_ns, int64_t now_ns,
                                                             const void *caller)
{
    struct sb_loop *loop = sb_core_loop;
    struct sb_task *me = loop->running;

    if (SB_UNLIKELY(me->pending != 0))
        return sb_core_fail_wait(me);
    if (deadline_ns <= now_ns) {
        sb_core_yield(loop, me);
        return 0;
    }
    sb_core_arm(loop, &me->timer, deadline_ns);
    return sb_core_wait(loop, me, "sleep", NULL, caller);
}

static inline __attribute__((always_inline)) int sleep_for(int64_t duration_ns, const void *caller)
{
    int64_t now_ns;

    assert(sb_core_loop != NULL);
    now_ns = sb_core_now_ns(sb_core_loop);
    return sleep_until(sb_core_deadline(now_ns, duration_ns), now_ns, caller);
}

int sb_sleep_ns(int64_t duration_ns)
{
    return sleep_for(duration_ns, __builtin_return_address(0));
}

int sb_sleep_us(int64_t duration_us)
{
    return sleep_for(sb_core_scale(duration_us, SB_US_NS), __builtin_return_address(0));
}

int sb_sleep_ms(int64_t duration_ms)
{
    return sleep_for(sb_core_scale(duration_ms, SB_MS_NS), __builtin_return_address(0));
}

int sb_sleep_until_ns(int64_t deadline_ns)
{
    assert(sb_core_loop != NULL);
    /* Against the time when the clock was last looked at: what is past already fires at once. */
    return sleep_until(deadline_ns, sb_core_loop->clock->now_ns, __builtin_return_address(0));
}

int64_t sb_now_ns(void)
{
    assert(sb_core_loop != NULL);
    return sb_core_now_ns(sb_core_loop);
}

void sb_delay_ns(int64_t duration_ns)
{
    struct sb_task *me = sb_core_self();
    struct sb_loop *loop = me->loop;
    struct sb_clock *clock = loop->clock;
    int64_t end_ns;

    if (duration_ns <= 0)
        return;
    if (clock->ops->spin_ns != NULL) {
        clock->ops->spin_ns(clock, duration_ns);
        return;
    }
    end_ns = sb_core_deadline(clock->now_ns, duration_ns);
    loop->round = NULL;
    sb_core_enter_callback(loop);
    for (int64_t next_ns; (next_ns = sb_wheel_next_ns(&loop->wheel)) <= end_ns;) {
        struct sb_list batch;

        if (next_ns > clock->now_ns)
            clock->now_ns = next_ns;
        sb_list_init(&batch);
        sb_wheel_collect(&loop->wheel, clock->now_ns, &batch);
        sb_core_fire(loop, &batch);
    }
    sb_core_leave_callback(loop, me);
    clock->now_ns = end_ns;
}

void sb_delay_us(int64_t duration_us)
{
    sb_delay_ns(sb_core_scale(duration_us, SB_US_NS));
}
