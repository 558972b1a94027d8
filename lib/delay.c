/* SPDX-License-Identifier: MIT */
/* Retriggerable delays. */
#include "lib/delay.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/wait_any.h"

/* Arms the timer for the first end after now that lies whole periods after the one that was due. */
static void start_next_period(struct sb_delay *delay)
{
    int64_t due_ns = delay->timer.deadline_ns;
    int64_t late_ns = sb_now_ns() - due_ns;
    int64_t missed_count = late_ns / delay->duration_ns;

    delay->overrun_count += (uint32_t)missed_count;
    due_ns += missed_count * delay->duration_ns;
    sb_timer_start_at_ns(&delay->timer, sb_core_deadline(due_ns, delay->duration_ns));
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct sb_delay *delay = SB_CONTAINER_OF(timer, struct sb_delay, timer);

    if (delay->is_periodic)
        start_next_period(delay);
    else
        delay->has_elapsed = true;
    sb_waitq_wake_all(&delay->waiters, 0);
    if (delay->fn != NULL)
        delay->fn(arg);
}

void sb_delay_init(struct sb_delay *delay, sb_delay_fn *fn, void *arg)
{
    *delay = (struct sb_delay){.fn = fn};
    sb_timer_init(&delay->timer, on_timer, arg);
    sb_waitq_init(&delay->waiters);
}

void sb_delay_set_callback(struct sb_delay *delay, sb_delay_fn *fn, void *arg)
{
    delay->fn = fn;
    delay->timer.arg = arg;
}

void sb_delay_restart(struct sb_delay *delay)
{
    delay->has_elapsed = false;
    sb_timer_start_ns(&delay->timer, delay->duration_ns);
}

static void start(struct sb_delay *delay, int64_t duration_ns, bool is_periodic)
{
    delay->duration_ns = duration_ns;
    delay->is_periodic = is_periodic;
    sb_delay_restart(delay);
}

void sb_delay_start_ns(struct sb_delay *delay, int64_t duration_ns)
{
    start(delay, duration_ns < 0 ? 0 : duration_ns, false);
}

void sb_delay_start_ms(struct sb_delay *delay, int64_t duration_ms)
{
    sb_delay_start_ns(delay, sb_core_scale(duration_ms, SB_MS_NS));
}

int sb_delay_start_periodic_ns(struct sb_delay *delay, int64_t period_ns)
{
    if (period_ns <= 0)
        return -EINVAL;
    start(delay, period_ns, true);
    return 0;
}

int sb_delay_start_periodic_ms(struct sb_delay *delay, int64_t period_ms)
{
    return sb_delay_start_periodic_ns(delay, sb_core_scale(period_ms, SB_MS_NS));
}

int sb_delay_set_duration_ns(struct sb_delay *delay, int64_t duration_ns)
{
    if (duration_ns <= 0)
        return -EINVAL;
    delay->duration_ns = duration_ns;
    return 0;
}

int sb_delay_set_duration_ms(struct sb_delay *delay, int64_t duration_ms)
{
    return sb_delay_set_duration_ns(delay, sb_core_scale(duration_ms, SB_MS_NS));
}

void sb_delay_stop(struct sb_delay *delay)
{
    delay->has_elapsed = false;
    atomic_fetch_add_explicit(&delay->stop_count, 1, memory_order_relaxed);
    sb_timer_stop(&delay->timer);
}

bool sb_delay_is_running(const struct sb_delay *delay)
{
    return sb_timer_is_armed(&delay->timer);
}

int sb_delay_wait(struct sb_delay *delay)
{
    struct sb_waiter waiter;
    int rc = sb_core_check();

    if (rc < 0 || delay->has_elapsed)
        return rc;
    return sb_core_wait_in(&delay->waiters, &waiter, "delay", delay, __builtin_return_address(0));
}

static int take(struct sb_case *c)
{
    const struct sb_delay *delay = c->object;

    return delay->has_elapsed ? 0 : -EAGAIN;
}

static struct sb_waitq *queue(struct sb_case *c)
{
    struct sb_delay *delay = c->object;

    return &delay->waiters;
}

struct sb_case sb_delay_case(struct sb_delay *delay)
{
    static const struct sb_case_ops ops = {.what = "delay", .take = take, .queue = queue};

    return sb_case_of(&ops, delay, NULL);
}

/* ---- triggers from outside */

static void on_trigger(void *arg)
{
    struct sb_delay_trigger *trigger = arg;
    struct sb_delay *delay = trigger->delay;

    if (atomic_load_explicit(&trigger->stop_count, memory_order_relaxed) ==
        atomic_load_explicit(&delay->stop_count, memory_order_relaxed))
        sb_delay_restart(delay);
}

void sb_delay_trigger_init(struct sb_delay_trigger *trigger, struct sb_delay *delay)
{
    sb_bell_init(&trigger->bell, on_trigger, trigger);
    trigger->delay = delay;
    atomic_init(&trigger->stop_count, 0);
}

void sb_delay_trigger_deinit(struct sb_delay_trigger *trigger)
{
    sb_bell_deinit(&trigger->bell);
}

void sb_delay_trigger_post(struct sb_delay_trigger *trigger)
{
    uint32_t stop_count = atomic_load_explicit(&trigger->delay->stop_count, memory_order_relaxed);

    /* A call that is queued already sees it too: it is not lost for having been stopped before. */
    atomic_store_explicit(&trigger->stop_count, stop_count, memory_order_relaxed);
    sb_bell_ring(&trigger->bell);
}
