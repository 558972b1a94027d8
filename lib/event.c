/* SPDX-License-Identifier: MIT */
/* Events. */
#include "lib/event.h"

#include "lib/core.h"

void sb_event_init(struct sb_event *event)
{
    sb_waitq_init(&event->waiters);
    event->is_set = false;
}

void sb_event_set(struct sb_event *event)
{
    event->is_set = true;
    sb_waitq_wake_all(&event->waiters, 0);
}

void sb_event_pulse(struct sb_event *event)
{
    event->is_set = false;
    sb_waitq_wake_all(&event->waiters, 0);
}

void sb_event_clear(struct sb_event *event)
{
    event->is_set = false;
}

bool sb_event_is_set(const struct sb_event *event)
{
    return event->is_set;
}

int sb_event_wait(struct sb_event *event)
{
    struct sb_waiter waiter;
    int rc = sb_core_check();

    if (rc < 0 || event->is_set)
        return rc;
    return sb_core_wait_in(&event->waiters, &waiter, "event", event, __builtin_return_address(0));
}
