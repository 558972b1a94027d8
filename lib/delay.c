/* SPDX-License-Identifier: MIT */
/* Retriggerable delays. */
#include "lib/delay.h"

#include "lib/core.h"

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct sb_delay *delay = arg;

    (void)timer;
    sb_event_set(&delay->elapsed);
    if (delay->fn != NULL)
        delay->fn(delay->arg);
}

void sb_delay_init(struct sb_delay *delay, sb_delay_fn *fn, void *arg)
{
    sb_timer_init(&delay->timer, on_timer, delay);
    sb_event_init(&delay->elapsed);
    delay->fn = fn;
    delay->arg = arg;
}

void sb_delay_start_ns(struct sb_delay *delay, int64_t duration_ns)
{
    sb_event_clear(&delay->elapsed);
    sb_timer_start_ns(&delay->timer, duration_ns);
}

void sb_delay_start_ms(struct sb_delay *delay, int64_t duration_ms)
{
    sb_delay_start_ns(delay, sb_core_scale(duration_ms, SB_MS_NS));
}

void sb_delay_stop(struct sb_delay *delay)
{
    sb_timer_stop(&delay->timer);
}

bool sb_delay_is_running(const struct sb_delay *delay)
{
    return sb_timer_is_armed(&delay->timer);
}

int sb_delay_wait(struct sb_delay *delay)
{
    return sb_event_wait(&delay->elapsed);
}
