/* SPDX-License-Identifier: MIT */
/*
 * A condition: tasks wait, under a lock, until another says that what the lock guards has changed. It
 * remembers nothing: a notify without waiters is lost, so wait in a loop over what is to be true, or
 * let sb_condition_wait_for do that. spec/core.md 3.4.
 */
#ifndef SB_LIB_CONDITION_H
#define SB_LIB_CONDITION_H

#include <stdbool.h>

#include "lib/lock.h"
#include "lib/wait.h"

/* Whether what a task waits for is true. Called with the lock held; must not wait. */
typedef bool sb_condition_fn(void *arg);

struct sb_condition {
    /* private */
    struct sb_waitq waiters;
    struct sb_lock *lock;
};

/* `lock` is borrowed; several conditions may share one. */
void sb_condition_init(struct sb_condition *condition, struct sb_lock *lock);

/*
 * Releases the lock and waits for a notify, first come first served. However it returns, the running
 * task has the lock again: a cancel or timeout gives up the place at once, but the return waits until
 * the lock is free, undisturbed by either. Who was notified before that returns 0; the next wait fails.
 * Returns 0; -EPERM at once when the running task does not have the lock; -ECANCELED or -ETIMEDOUT.
 */
int sb_condition_wait(struct sb_condition *condition);

/* Waits as often as it takes until `predicate(arg)` is true; not at all when it is. Returns as wait. */
int sb_condition_wait_for(struct sb_condition *condition, sb_condition_fn *predicate, void *arg);

/*
 * Lets the first `count` who wait go on, or all if there are fewer. They queue for the lock at once,
 * behind those who want it already, and run when they get it. Returns 0, or -EPERM when the running
 * task does not have the lock.
 */
int sb_condition_notify(struct sb_condition *condition, unsigned count);
int sb_condition_notify_all(struct sb_condition *condition);

#endif
