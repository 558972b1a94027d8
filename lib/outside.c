/* SPDX-License-Identifier: MIT */
/*
 * What comes from outside the tasks: calls that threads and signal handlers post, callbacks of the clock, and
 * the urgent tasks that these wake.
 *
 * Urgent tasks are put before the others a batch at a time, and so that no stream of them starves the rest:
 * the loop's own context stands in the queue of ready tasks like a task, and is switched to when it
 * comes up. No task's step pays for this.
 *
 *      urgent ... urgent, LOOP, normal ...     the batch: what wakes meanwhile is kept for later
 *      normal, LOOP, normal ...                then one of the others
 *      normal ...                              and then the next batch may come
 */
#include "lib/loop.h"

#include "lib/core.h"

/* ---- posted calls */

/* Released, so that who takes the bit finds what was posted before it. */
void sb_loop_wake(struct sb_loop *loop)
{
    atomic_fetch_or_explicit(&loop->attention, SB_ATTENTION_LOOK, memory_order_release);
    loop->clock->ops->wake(loop->clock);
}

void sb_loop_look(struct sb_loop *loop)
{
    sb_core_attend(loop, SB_ATTENTION_LOOK);
}

void sb_loop_clock_changed(struct sb_loop *loop)
{
    loop->busy_turns = 0;
    loop->is_clock_busy = false;
    loop->watches_busy = loop->clock->ops->set_busy != NULL;
}

void sb_loop_post(struct sb_loop *loop, struct sb_call *call)
{
    struct sb_call *first;

    if (atomic_exchange_explicit(&call->is_queued, true, memory_order_acq_rel))
        return;
    first = atomic_load_explicit(&loop->calls, memory_order_relaxed);
    do {
        call->next = first;
    } while (!atomic_compare_exchange_weak_explicit(&loop->calls, &first, call,
                                                    memory_order_release, memory_order_relaxed));
    if (first == NULL) /* whoever pushed first has rung already */
        sb_loop_wake(loop);
}

/* Takes the whole list at once, in order of posting: the newest is first on it. */
static void collect_calls(struct sb_loop *loop)
{
    struct sb_call *newest = atomic_exchange_explicit(&loop->calls, NULL, memory_order_acquire);
    struct sb_call **end = loop->collected_tail;

    if (newest != NULL)
        loop->collected_tail = &newest->next;
    while (newest != NULL) {
        struct sb_call *call = newest;
        newest = call->next;
        call->next = *end;
        *end = call;
    }
}

static void uncollect(struct sb_loop *loop, struct sb_call **link)
{
    struct sb_call *call = *link;

    *link = call->next;
    if (*link == NULL)
        loop->collected_tail = link;
    /*
     * An exchange, not a store: who posts it again, and finds it queued, has the call see all that he
     * wrote before.
     */
    atomic_exchange_explicit(&call->is_queued, false, memory_order_acq_rel);
}

void sb_core_run_calls(struct sb_loop *loop)
{
    collect_calls(loop);
    sb_loop_callback_begin(loop);
    while (loop->collected != NULL) {
        struct sb_call *call = loop->collected;
        uncollect(loop, &loop->collected);
        call->fn(call->arg);
    }
    sb_loop_callback_end(loop);
}

bool sb_loop_unpost(struct sb_loop *loop, struct sb_call *call)
{
    collect_calls(loop);
    for (struct sb_call **link = &loop->collected; *link != NULL; link = &(*link)->next) {
        if (*link != call)
            continue;
        uncollect(loop, link);
        return true;
    }
    return false;
}

void sb_loop_add_source(struct sb_loop *loop, int change)
{
    loop->source_count += change;
    assert(loop->source_count >= 0);
}

bool sb_loop_has_source(const struct sb_loop *loop)
{
    return loop->source_count > 0;
}

/* ---- callbacks */

struct sb_task *sb_core_enter_callback(struct sb_loop *loop)
{
    struct sb_task *interrupted = loop->running;

    loop->running = &loop->hub;
    return interrupted;
}

void sb_core_leave_callback(struct sb_loop *loop, struct sb_task *interrupted)
{
    loop->running = interrupted;
}

bool sb_loop_is_in_callback(const struct sb_loop *loop)
{
    return loop->running == &loop->hub;
}

void sb_loop_callback_begin(struct sb_loop *loop)
{
    if (loop->outside_depth++ > 0)
        return;
    loop->interrupted = sb_core_enter_callback(loop);
    loop->normal_tail = loop->ready_tail;
    loop->ready_tail = loop->urgent_tail;
}

void sb_loop_callback_end(struct sb_loop *loop)
{
    assert(loop->outside_depth > 0);
    if (--loop->outside_depth > 0)
        return;
    loop->urgent_tail = loop->ready_tail;
    loop->ready_tail = loop->normal_tail;
    sb_core_leave_callback(loop, loop->interrupted);
    if (loop->urgent_head != NULL && loop->running != &loop->hub)
        sb_core_attend(loop, SB_ATTENTION_URGENT);
}

/* ---- urgent tasks */

enum { MARKER_NONE, MARKER_BEHIND_URGENT, MARKER_BEHIND_NORMAL, MARKER_REACHED = 4 };

/* Puts the loop's own context behind the task whose link this is. */
static void stand_at(struct sb_loop *loop, struct sb_task **link, int marker)
{
    loop->hub.next_ready = *link;
    *link = &loop->hub;
    if (loop->ready_tail == link)
        loop->ready_tail = &loop->hub.next_ready;
    loop->marker = (uint8_t)marker;
}

void sb_core_note_marker(struct sb_loop *loop)
{
    if (loop->ready_head == &loop->hub)
        sb_core_pop_ready(loop);
    else if (loop->ready_head !=
             loop->hub.next_ready) /* else whoever switched here has popped it */
        return;
    loop->marker |= MARKER_REACHED;
}

/* Puts the urgent tasks before the ready ones. */
static struct sb_task **splice(struct sb_loop *loop)
{
    struct sb_task **end = loop->urgent_tail;

    *end = loop->ready_head;
    if (loop->ready_head == NULL)
        loop->ready_tail = end;
    loop->ready_head = loop->urgent_head;
    loop->urgent_head = NULL;
    loop->urgent_tail = &loop->urgent_head;
    return end;
}

void sb_core_arrange_urgent(struct sb_loop *loop)
{
    if (loop->marker == (MARKER_BEHIND_URGENT | MARKER_REACHED) && loop->ready_head != NULL) {
        stand_at(loop, &loop->ready_head->next_ready, MARKER_BEHIND_NORMAL);
        return;
    }
    if ((loop->marker & MARKER_REACHED) != 0)
        loop->marker = MARKER_NONE;
    if (loop->marker != MARKER_NONE || loop->urgent_head == NULL)
        return;
    if (loop->choose_fn != NULL)
        splice(loop);
    else
        stand_at(loop, splice(loop), MARKER_BEHIND_URGENT);
}
