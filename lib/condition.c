/* SPDX-License-Identifier: MIT */
/*
 * Conditions. A notify moves the waiter from the condition's queue to the lock's, since the lock is what
 * it needs next and the notifying task still has: it is woken once, as the lock's owner, however many are
 * notified together.
 *
 *      waiting --notify--> queued for the lock --release--> owns it, returns 0
 *         |                        |
 *         +--cancel, timeout-------+--> takes the lock, shielded; returns the error, or 0 if notified
 */
#include "lib/condition.h"

#include <errno.h>
#include <limits.h>

#include "lib/core.h"

void sb_condition_init(struct sb_condition *condition, struct sb_lock *lock)
{
    assert(lock != NULL);
    sb_waitq_init(&condition->waiters);
    condition->lock = lock;
}

/* The waiter's slot, null at first, points to something once it was notified. */
static void notify_waiter(struct sb_condition *condition, struct sb_waiter *waiter)
{
    sb_list_remove(&waiter->node);
    waiter->slot = condition;
    waiter->task->wait_what = "lock";
    waiter->task->wait_object = condition->lock;
    sb_list_append(&condition->lock->waiters.waiters, &waiter->node);
}

/* No cancel and no timeout from outside comes in here. */
static void take_back(struct sb_lock *lock, const void *caller)
{
    struct sb_waiter waiter;

    sb_shield_begin();
    if (sb_lock_try_acquire(lock) < 0)
        sb_core_wait_in(&lock->waiters, &waiter, "lock", lock, caller);
    sb_shield_end();
}

/* The running task has the lock. */
static int wait_once(struct sb_condition *condition, const void *caller)
{
    struct sb_waiter waiter = {.slot = NULL};
    int rc;

    sb_lock_release(condition->lock);
    rc = sb_core_wait_in(&condition->waiters, &waiter, "condition", condition, caller);
    if (rc < 0)
        take_back(condition->lock, caller);
    return waiter.slot != NULL ? 0 : rc;
}

static int check(const struct sb_condition *condition)
{
    int rc = sb_core_check();

    if (rc == 0 && condition->lock->owner != sb_core_self())
        rc = -EPERM;
    return rc;
}

int sb_condition_wait(struct sb_condition *condition)
{
    int rc = check(condition);

    return rc < 0 ? rc : wait_once(condition, __builtin_return_address(0));
}

int sb_condition_wait_for(struct sb_condition *condition, sb_condition_fn *predicate, void *arg)
{
    int rc = check(condition);

    while (rc == 0 && !predicate(arg))
        rc = wait_once(condition, __builtin_return_address(0));
    return rc;
}

int sb_condition_notify(struct sb_condition *condition, unsigned count)
{
    struct sb_waiter *waiter;

    if (condition->lock->owner != sb_core_self())
        return -EPERM;
    while (count-- > 0 && (waiter = sb_waitq_first(&condition->waiters)) != NULL)
        notify_waiter(condition, waiter);
    return 0;
}

int sb_condition_notify_all(struct sb_condition *condition)
{
    return sb_condition_notify(condition, UINT_MAX);
}
