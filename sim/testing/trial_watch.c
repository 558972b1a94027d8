/* SPDX-License-Identifier: MIT */
/*
 * What is watched in every run, whatever the program: that who is woken stands nowhere any more, that a function
 * leaves nothing on its stack which somebody else still knows of, that a run comes to an end.
 */
#include <string.h>

#include "lib/timeout.h"
#include "sim/testing/trial_private.h"

/* ---- who is woken */

/* A leaf of a wait for several things is still linked somewhere. */
static bool is_standing(const struct sb_case *c)
{
    if (c->ops != NULL)
        return sb_list_is_linked(&c->waiter.node);
    if (c->cases == NULL)
        return sb_timer_is_armed(&c->timer);
    for (unsigned i = 0; i < c->count; i++)
        if (is_standing(&c->cases[i]))
            return true;
    return false;
}

static void note_place(struct sb_trial_run *run, const struct sb_task *task)
{
    if (task->id < SB_TRIAL_PLACES_MAX)
        run->places[task->id] = (struct sb_trial_place){.waiter = task->waiter,
                                                        .cases = task->cases};
}

static void check_place(struct sb_trial_run *run, const struct sb_task *task)
{
    const struct sb_trial_place *place = &run->places[task->id];

    if (task->id >= SB_TRIAL_PLACES_MAX)
        return;
    if ((place->waiter != NULL && sb_list_is_linked(&place->waiter->node)) ||
        (place->cases != NULL && is_standing(place->cases)))
        sb_trial_fail(run, "%s was woken from %s and still stands in a queue", task->name,
                      task->wait_what);
    if (sb_timer_is_armed(&task->timer))
        sb_trial_fail(run, "%s was woken from %s and its timer is still armed", task->name,
                      task->wait_what);
}

/* ---- who begins to wait */

/* What the task was told, a cancel or the end of a scope, still holds: a wait must not begin. */
static bool must_not_wait(const struct sb_task *task)
{
    if (task->cancel_requested && task->shield_depth == 0)
        return true;
    for (const struct sb_timeout *t = task->timeouts; t != NULL; t = t->outer)
        if (t->is_expired && t->shield_depth >= task->shield_depth)
            return true;
    return false;
}

static void check_wait(struct sb_trial_run *run, const struct sb_task *task)
{
    if (!must_not_wait(task))
        return;
    if (sb_trial_fail(run, "%s begins to wait for %s although its cancel or timeout still holds",
                      task->name, task->wait_what))
        run->failure_caller = task->wait_caller;
}

/* ---- events */

static void copy_name(char *to, size_t size, const char *from)
{
    to[0] = '\0';
    if (from != NULL)
        strncat(to, from, size - 1);
}

static void record(struct sb_trial_run *run, const struct sb_trace_event *event)
{
    struct sb_trial_event *entry;

    if (run->failure[0] != '\0') /* what comes after it is not how it came to that */
        return;
    entry = &run->events[run->event_count++ % SB_TRIAL_EVENTS_MAX];
    entry->time_ns = event->time_ns;
    entry->kind = event->kind;
    entry->value = event->value;
    copy_name(entry->task, sizeof(entry->task), event->task == NULL ? NULL : event->task->name);
    copy_name(entry->name, sizeof(entry->name), event->name);
}

static void count_step(struct sb_trial_run *run)
{
    uint32_t limit = run->trial->step_limit == 0 ? 1000000 : run->trial->step_limit;

    if (++run->step_count <= limit)
        return;
    run->wants_tasks |= sb_trial_fail(run, "does not come to an end: more than %u steps", limit);
    sb_loop_stop(&run->loop);
}

void sb_trial_hear(const struct sb_trace_event *event, void *arg)
{
    struct sb_trial_run *run = arg;

    record(run, event);
    if (event->kind == SB_TRACE_WAIT) {
        note_place(run, event->task);
        check_wait(run, event->task);
    }
    if (event->kind == SB_TRACE_WAKE)
        check_place(run, event->task);
    count_step(run);
    if (run->is_live && run->way->event_fn != NULL)
        run->way->event_fn(event, run->way->arg);
}

void sb_trial_note_idle(int64_t until_ns, void *arg)
{
    struct sb_trial_run *run = arg;

    if (until_ns == SB_NEVER || until_ns <= run->deadline_ns)
        return;
    run->wants_tasks |= sb_trial_fail(run, "does not come to an end in time, by %g ms",
                                      (double)run->deadline_ns / 1e6);
    sb_loop_stop(&run->loop);
}

/* ---- what is left */

/* Looks for an armed timer between two addresses. */
struct search {
    const char *from, *to;
    const struct sb_timer *found;
};

static void search_timer(const struct sb_timer *timer, void *arg)
{
    struct search *search = arg;
    const char *at = (const char *)timer;

    if (at >= search->from && at < search->to)
        search->found = timer;
}

/* Finds the timers on a stack that is no more, and stops them while they are still there. */
static void stop_lost_timers(struct sb_trial_run *run, const struct sb_task *task,
                             const void *frame)
{
    struct search search = {.from = task->stack.base, .to = frame};
    int64_t deadline_ns;

    for (;;) {
        search.found = NULL;
        sb_wheel_for_each(&run->loop.wheel, search_timer, &search);
        if (search.found == NULL)
            return;
        deadline_ns = search.found->deadline_ns;
        sb_timer_stop((struct sb_timer *)(uintptr_t)search.found);
        sb_trial_fail(run, "%s has returned, and a timer on its stack is still armed for %g ms",
                      task->name, (double)deadline_ns / 1e6);
    }
}

void sb_trial_close_scopes(struct sb_trial_run *run, const struct sb_timeout *outer)
{
    struct sb_task *me = sb_task_current();

    while (me->timeouts != outer) {
        sb_trial_fail(run, "%s has returned inside of a timeout's scope", me->name);
        sb_timer_stop(&me->timeouts->timer);
        me->timeouts = me->timeouts->outer;
    }
}

void sb_trial_look_behind(struct sb_trial_run *run, const struct sb_trial_slot *slot,
                          const void *frame)
{
    stop_lost_timers(run, &slot->task, frame);
    if (slot->task.shield_depth != 0)
        sb_trial_fail(run, "%s has returned inside of a shield", slot->task.name);
}

static void count_timer(const struct sb_timer *timer, void *arg)
{
    int64_t *first_ns = arg;

    if (timer->deadline_ns < *first_ns)
        *first_ns = timer->deadline_ns;
}

void sb_trial_look_at_loop(struct sb_trial_run *run)
{
    int64_t first_ns = SB_NEVER;

    if (run->loop.task_count > 0 && sb_trial_fail(run, "%u tasks are left", run->loop.task_count))
        sb_trial_add_tasks(run);
    sb_wheel_for_each(&run->loop.wheel, count_timer, &first_ns);
    if (first_ns != SB_NEVER)
        sb_trial_fail(run, "a timer is left, armed for %g ms", (double)first_ns / 1e6);
}
