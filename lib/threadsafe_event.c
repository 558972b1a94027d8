/* SPDX-License-Identifier: MIT */
/*
 * Events for threads: an ordinary event of the loop, and a word from outside that is passed on to it when the
 * bell has rung, or sooner, when a task looks.
 */
#include "lib/threadsafe_event.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/wait_any.h"

/* Lets the event know of a set from outside. */
static void pass_on(struct sb_threadsafe_event *event)
{
    assert(event->bell.loop == sb_core_loop);
    if (atomic_load_explicit(&event->is_pending, memory_order_relaxed) &&
        atomic_exchange_explicit(&event->is_pending, false, memory_order_acq_rel))
        sb_event_set(&event->event);
}

static void on_ring(void *arg)
{
    pass_on(arg);
}

void sb_threadsafe_event_init(struct sb_threadsafe_event *event)
{
    sb_bell_init(&event->bell, on_ring, event);
    sb_event_init(&event->event);
    atomic_init(&event->is_pending, false);
}

void sb_threadsafe_event_deinit(struct sb_threadsafe_event *event)
{
    assert(sb_waitq_first(&event->event.waiters) == NULL);
    sb_bell_deinit(&event->bell);
}

void sb_threadsafe_event_set(struct sb_threadsafe_event *event)
{
    if (!atomic_exchange_explicit(&event->is_pending, true, memory_order_acq_rel))
        sb_bell_ring(&event->bell);
}

void sb_threadsafe_event_clear(struct sb_threadsafe_event *event)
{
    pass_on(event);
    sb_event_clear(&event->event);
}

bool sb_threadsafe_event_is_set(struct sb_threadsafe_event *event)
{
    pass_on(event);
    return sb_event_is_set(&event->event);
}

int sb_threadsafe_event_wait(struct sb_threadsafe_event *event)
{
    struct sb_waiter waiter;
    int rc = sb_core_check();

    if (rc < 0 || sb_threadsafe_event_is_set(event))
        return rc;
    return sb_core_wait_in(&event->event.waiters, &waiter, "threadsafe event", event,
                           __builtin_return_address(0));
}

/* ---- beside others */

static int take(struct sb_case *c)
{
    return sb_threadsafe_event_is_set(c->object) ? 0 : -EAGAIN;
}

static struct sb_waitq *queue(struct sb_case *c)
{
    struct sb_threadsafe_event *event = c->object;

    return &event->event.waiters;
}

struct sb_case sb_threadsafe_event_case(struct sb_threadsafe_event *event)
{
    static const struct sb_case_ops ops = {
        .what = "threadsafe event", .take = take, .queue = queue};

    return sb_case_of(&ops, event, NULL);
}
