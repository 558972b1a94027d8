/* SPDX-License-Identifier: MIT */
/* The lock. Invariant: tasks wait only while it has an owner, and a release passes it straight on. */
#include "lib/lock.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/wait_any.h"

void sb_lock_init(struct sb_lock *lock)
{
    sb_waitq_init(&lock->waiters);
    lock->owner = NULL;
}

int sb_lock_try_acquire(struct sb_lock *lock)
{
    if (lock->owner != NULL)
        return -EAGAIN;
    lock->owner = sb_core_self();
    return 0;
}

int sb_lock_acquire(struct sb_lock *lock)
{
    struct sb_waiter waiter;
    int rc = sb_core_check();

    if (rc < 0 || sb_lock_try_acquire(lock) == 0)
        return rc;
    if (lock->owner == sb_core_self())
        return -EDEADLK;
    return sb_core_wait_in(&lock->waiters, &waiter, "lock", lock, __builtin_return_address(0));
}

int sb_lock_release(struct sb_lock *lock)
{
    struct sb_waiter *next = sb_waitq_first(&lock->waiters);

    if (lock->owner != sb_core_self())
        return -EPERM;
    lock->owner = NULL;
    if (next != NULL) {
        lock->owner = next->task;
        sb_waitq_wake(next, 0);
    }
    return 0;
}

bool sb_lock_is_locked(const struct sb_lock *lock)
{
    return lock->owner != NULL;
}

static int take(struct sb_case *c)
{
    struct sb_lock *lock = c->object;

    assert(lock->owner != sb_core_self());
    return sb_lock_try_acquire(lock);
}

static struct sb_waitq *queue(struct sb_case *c)
{
    struct sb_lock *lock = c->object;

    return &lock->waiters;
}

struct sb_case sb_lock_case(struct sb_lock *lock)
{
    static const struct sb_case_ops ops = {.what = "lock", .take = take, .queue = queue};

    return sb_case_of(&ops, lock, NULL);
}
