/* SPDX-License-Identifier: MIT */
/*
 * Waiting for several things. A wait is a tree: leaves stand in queues or on the wheel, combinations count.
 * What happens to a leaf is passed up; when the outermost is complete, whatever still stands somewhere is
 * taken away in the same instant, and only then is the task woken. So no second thing can happen to it.
 */
#include "lib/wait_any.h"

#include <errno.h>

#include "lib/core.h"

struct sb_case sb_case_of(const struct sb_case_ops *ops, void *object, void *slot)
{
    return (struct sb_case){.ops = ops, .object = object, .waiter = {.slot = slot}};
}

struct sb_case sb_any_case(struct sb_case *cases, unsigned count)
{
    assert(count > 0);
    return (struct sb_case){.cases = cases, .count = count, .is_any = true};
}

struct sb_case sb_all_case(struct sb_case *cases, unsigned count)
{
    return (struct sb_case){.cases = cases, .count = count};
}

struct sb_case sb_deadline_case(int64_t deadline_ns)
{
    return (struct sb_case){.timer = {.deadline_ns = deadline_ns}};
}

static bool is_leaf(const struct sb_case *c)
{
    return c->ops != NULL;
}

static bool is_deadline(const struct sb_case *c)
{
    return c->ops == NULL && c->cases == NULL;
}

/* Takes a case and all below it from where they stand. */
static void leave(struct sb_case *c)
{
    if (is_deadline(c))
        sb_timer_stop(&c->timer);
    else if (is_leaf(c) && sb_list_is_linked(&c->waiter.node))
        sb_list_remove(&c->waiter.node);
    for (unsigned i = 0; i < c->count; i++)
        leave(&c->cases[i]);
}

/* Notes that `c` has happened, and what it completes; true when that is the outermost. */
static bool happen(struct sb_case *c, int rc)
{
    for (;; c = c->parent) {
        c->is_done = true;
        c->rc = rc;
        leave(c);
        if (c->parent == NULL)
            return true;
        if (!c->parent->is_any && --c->parent->left > 0 && rc >= 0)
            return false;
    }
}

/* Takes what can be had without waiting; true when that completed the outermost. */
static bool take_now(struct sb_case *c)
{
    if (is_leaf(c)) {
        int rc = c->ops->take(c);
        return rc != -EAGAIN && happen(c, rc);
    }
    if (is_deadline(c))
        return c->timer.deadline_ns <= sb_core_now_ns(sb_core_loop) && happen(c, 0);
    if (c->count == 0)
        return happen(c, 0);
    for (unsigned i = 0; i < c->count && !c->is_done; i++)
        if (take_now(&c->cases[i]))
            return true;
    return false;
}

/* ---- standing where it may happen */

static void on_deadline(struct sb_timer *timer, void *arg)
{
    (void)timer;
    sb_core_case_happened(arg, 0);
}

static void prepare(struct sb_case *c, struct sb_case *parent)
{
    c->is_done = false;
    c->rc = 0;
    c->parent = parent;
    c->left = c->count;
    if (is_leaf(c))
        c->waiter = (struct sb_waiter){.slot = c->waiter.slot, .of = c};
    if (is_deadline(c))
        c->timer =
            (struct sb_timer){.deadline_ns = c->timer.deadline_ns, .fn = on_deadline, .arg = c};
    for (unsigned i = 0; i < c->count; i++)
        prepare(&c->cases[i], c);
}

static void stand(struct sb_case *c, struct sb_task *me)
{
    if (c->is_done)
        return;
    if (is_leaf(c)) {
        c->waiter.task = me;
        sb_list_append(&c->ops->queue(c)->waiters, &c->waiter.node);
    } else if (is_deadline(c)) {
        if (c->timer.deadline_ns != SB_NEVER)
            sb_timer_start_at_ns(&c->timer, c->timer.deadline_ns);
    }
    for (unsigned i = 0; i < c->count; i++)
        stand(&c->cases[i], me);
}

void sb_core_case_happened(struct sb_case *c, int rc)
{
    struct sb_case *whole = c;

    while (whole->parent != NULL)
        whole = whole->parent;
    if (!happen(c, rc))
        return;
    whole->task->cases = NULL;
    sb_core_wake(whole->task, 0);
}

void sb_core_leave_cases(struct sb_task *task)
{
    leave(task->cases);
    task->cases = NULL;
}

/* ---- */

static int wait_for(struct sb_case *whole, const char *what, const void *caller)
{
    struct sb_task *me = sb_core_self();
    int rc = sb_core_check();

    if (rc < 0)
        return rc;
    prepare(whole, NULL);
    whole->task = me;
    if (take_now(whole))
        return 0;
    stand(whole, me);
    me->cases = whole;
    return sb_core_wait(me->loop, me, what, whole->cases, caller);
}

int sb_wait_any(struct sb_case *cases, unsigned count)
{
    struct sb_case whole = sb_any_case(cases, count);
    int rc = wait_for(&whole, "any of several", __builtin_return_address(0));
    int which = 0;

    if (rc < 0)
        return rc;
    while (!cases[which].is_done)
        which++;
    return which;
}

int sb_wait_all(struct sb_case *cases, unsigned count)
{
    struct sb_case whole = sb_all_case(cases, count);
    int rc = wait_for(&whole, "all of several", __builtin_return_address(0));

    return rc < 0 ? rc : whole.rc;
}
