/* SPDX-License-Identifier: MIT */
/*
 * The moments of a task are those events of the trace at which a program could really do something to
 * it: between two slices, and when it has just begun to wait or been woken itself. What happens to others in
 * the middle of a call (the wake of another waiter of the same event) is no moment: nobody can come in between.
 * In the loop's own context (a timer, an edge) the disturbance is a timer of this same instant, for the same
 * reason.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/testing/disturb_private.h"

#define FNV_START UINT64_C(14695981039346656037)
#define FNV_PRIME UINT64_C(1099511628211)

/* ---- what is done at a moment */

/* The next of the disturbances is a cancel, not the end of its time. */
static bool is_cancel_next(const struct disturber *d)
{
    if (sb_disturb_has_two(d->now.kind))
        return (d->now.kind == SB_DISTURB_CANCEL_TIMEOUT) == (d->done_count == 0);
    return d->now.kind == SB_DISTURB_CANCEL;
}

static void do_next(struct disturber *d)
{
    bool is_cancel = is_cancel_next(d);

    if (d->done_count++ == 0)
        d->disturbed_ns = sb_now_ns();
    if (is_cancel)
        sb_task_cancel(d->task);
    else
        sb_timeout_expire(&d->scope);
}

static uint32_t next_step(const struct disturber *d)
{
    if (d->now.kind == 0 || d->done_count >= (sb_disturb_has_two(d->now.kind) ? 2 : 1))
        return 0;
    return d->done_count == 0 ? d->now.step : d->now.second_step;
}

/* Everything that is to be done at moment d->step; the task may be running again in between. */
static void disturb_now(struct disturber *d)
{
    uint32_t step = next_step(d);

    do
        do_next(d);
    while (next_step(d) == step);
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct disturber *d = arg;

    (void)timer;
    if (d->task != NULL)
        disturb_now(d);
}

static void note_hash(struct disturber *d)
{
    if (d->step > d->hash_capacity) {
        uint32_t capacity = d->hash_capacity == 0 ? 256 : 2 * d->hash_capacity;
        uint64_t *hashes = realloc(d->hashes, capacity * sizeof(*hashes));

        if (hashes == NULL) {
            d->is_out_of_memory = true;
            return;
        }
        d->hashes = hashes;
        d->hash_capacity = capacity;
    }
    d->hashes[d->step - 1] = d->hash;
}

static void append_to_label(struct disturber *d, const char *text)
{
    size_t used = strlen(d->label);

    snprintf(d->label + used, sizeof(d->label) - used, "%s", text);
}

/* The label, so far "reader: cancelled at step 7", goes on with what this moment is. */
static void describe_moment(struct disturber *d, const struct sb_trace_event *event)
{
    char text[120] = ", before it begins";

    if (event != NULL && event->task == d->task) {
        const char *format = event->kind == SB_TRACE_WAIT   ? ", when it waits for %s"
                             : event->kind == SB_TRACE_WAKE ? ", just woken from %s"
                                                            : ", before it goes on";
        snprintf(text, sizeof(text), format, event->name);
        if (event->kind != SB_TRACE_RUN)
            d->run->label_caller = d->task->wait_caller;
    } else if (event != NULL) {
        const char *format = event->kind == SB_TRACE_RUN    ? ", before %s runs"
                             : event->kind == SB_TRACE_WAIT ? ", when only timers are left after %s"
                             : event->kind == SB_TRACE_FINISH ? ", when %s has ended"
                             : event->kind == SB_TRACE_WAKE   ? ", when %s has been woken"
                                                              : ", at a change of %s";
        const char *name = event->task != NULL ? event->task->name : event->name;
        snprintf(text, sizeof(text), format, name == NULL ? "something" : name);
    }
    append_to_label(d, text);
}

/* One moment more. `is_deferred`: in loop context, in the middle of something. */
static void reach_moment(struct disturber *d, const struct sb_trace_event *event, bool is_deferred)
{
    d->step++;
    if (d->now.kind == 0 && d->is_first_order)
        note_hash(d);
    if (d->step != next_step(d))
        return;
    if (d->done_count == 0) {
        d->first_hash = d->hash;
        d->is_reached = true;
    }
    describe_moment(d, event);
    if (is_deferred)
        sb_timer_start_ns(&d->timer, 0);
    else
        disturb_now(d);
}

/* ---- what happens */

static void hash_number(struct disturber *d, uint64_t number)
{
    d->hash = (d->hash ^ number) * FNV_PRIME;
    d->hash ^= d->hash >> 32;
}

static void hash_event(struct disturber *d, const struct sb_trace_event *event)
{
    hash_number(d, (uint64_t)event->time_ns);
    hash_number(d, (uint64_t)event->kind);
    hash_number(d, event->task == NULL ? 0 : event->task->id);
    hash_number(d, (uint64_t)event->value);
    for (const char *c = event->name; c != NULL && *c != '\0'; c++)
        hash_number(d, (unsigned char)*c);
}

void sb_disturb_hear(const struct sb_trace_event *event, void *arg)
{
    struct disturber *d = arg;
    bool is_its_own = event->task == d->task;
    bool is_in_callback = sb_loop_is_in_callback(&d->run->loop);

    hash_event(d, event);
    if (d->task == NULL)
        return;
    switch (event->kind) {
    case SB_TRACE_RUN:
        reach_moment(d, event, false);
        break;
    case SB_TRACE_WAIT: /* of others: when the next event is that of a timer */
        if (is_its_own || !sb_loop_has_work(&d->run->loop))
            reach_moment(d, event, false);
        break;
    case SB_TRACE_WAKE:
        if (is_its_own || is_in_callback)
            reach_moment(d, event, !is_its_own);
        break;
    case SB_TRACE_FINISH:
        reach_moment(d, event, true);
        break;
    case SB_TRACE_PIN:
    case SB_TRACE_WIRE:
        if (d->config->has_edges && is_in_callback)
            reach_moment(d, event, true);
        break;
    case SB_TRACE_SPAWN:
    case SB_TRACE_CANCEL:
    case SB_TRACE_MARK:
        break;
    }
}

static void note_unwinding(struct disturber *d, int64_t unwinding_ns)
{
    int64_t limit_ns = d->config->unwinding_limit_ns;

    d->unwinding_ns = unwinding_ns;
    if (limit_ns != 0 && unwinding_ns > limit_ns)
        sb_trial_fail(d->run, "it has ended only %g ms later", (double)unwinding_ns / 1e6);
}

int sb_disturb_call(const struct sb_trial_task *task, void *arg)
{
    struct disturber *d = arg;
    int rc;

    if (task != d->target)
        return sb_trial_call(task);
    sb_timeout_begin_at_ns(&d->scope, SB_NEVER);
    d->task = sb_task_current();
    reach_moment(d, NULL, false);
    rc = sb_trial_call(task);
    d->task = NULL;
    sb_timer_stop(&d->timer);
    if (d->done_count > 0)
        note_unwinding(d, sb_now_ns() - d->disturbed_ns);
    sb_trial_close_scopes(d->run, &d->scope);
    return sb_timeout_end(&d->scope, rc);
}

void sb_disturb_prepare(struct disturber *d)
{
    d->task = NULL;
    d->step = 0;
    d->done_count = 0;
    d->is_reached = false;
    d->unwinding_ns = 0;
    d->hash = FNV_START;
    sb_timer_init(&d->timer, on_timer, d);
}
