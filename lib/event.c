/* SPDX-License-Identifier: MIT */
/* Events. */
#include "lib/event.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/wait_any.h"

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

static int take(struct sb_case *c)
{
    const struct sb_event *event = c->object;

    return event->is_set ? 0 : -EAGAIN;
}

static struct sb_waitq *queue(struct sb_case *c)
{
    struct sb_event *event = c->object;

    return &event->waiters;
}

struct sb_case sb_event_case(struct sb_event *event)
{
    static const struct sb_case_ops ops = {.what = "event", .take = take, .queue = queue};

    return sb_case_of(&ops, event, NULL);
}
