/* SPDX-License-Identifier: MIT */
/* Timeout scopes. */
#include "lib/timeout.h"

#include <errno.h>

#include "lib/core.h"

static void on_deadline(struct sb_timer *timer, void *arg)
{
    struct sb_timeout *timeout = arg;

    (void)timer;
    timeout->is_expired = true;
    sb_core_update_pending(timeout->task);
}

void sb_timeout_expire(struct sb_timeout *timeout)
{
    sb_timer_stop(&timeout->timer);
    on_deadline(&timeout->timer, timeout);
}

void sb_timeout_begin_at_ns(struct sb_timeout *timeout, int64_t deadline_ns)
{
    struct sb_task *me = sb_core_self();

    *timeout = (struct sb_timeout){
        .task = me,
        .outer = me->timeouts,
        .shield_depth = me->shield_depth,
    };
    sb_timer_init(&timeout->timer, on_deadline, timeout);
    me->timeouts = timeout;
    if (deadline_ns != SB_NEVER)
        sb_timer_start_at_ns(&timeout->timer, deadline_ns);
}

void sb_timeout_begin_ns(struct sb_timeout *timeout, int64_t duration_ns)
{
    struct sb_loop *loop = sb_core_self()->loop;

    sb_timeout_begin_at_ns(timeout, sb_core_deadline(sb_core_now_ns(loop), duration_ns));
}

void sb_timeout_begin_ms(struct sb_timeout *timeout, int64_t duration_ms)
{
    sb_timeout_begin_ns(timeout, sb_core_scale(duration_ms, SB_MS_NS));
}

int sb_timeout_end(struct sb_timeout *timeout, int rc)
{
    struct sb_task *me = sb_core_self();

    assert(me->timeouts == timeout);
    sb_timer_stop(&timeout->timer);
    me->timeouts = timeout->outer;
    if (timeout->is_expired)
        sb_core_update_pending(me);
    if (rc < 0 && rc != -ECANCELED && timeout->is_expired)
        return -ETIMEDOUT;
    return rc;
}
