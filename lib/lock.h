/* SPDX-License-Identifier: MIT */
/*
 * A lock: one task at a time. It is handed over to the task that has waited longest, so no later one can
 * take it in between. spec/core.md 2.2.
 */
#ifndef SB_LIB_LOCK_H
#define SB_LIB_LOCK_H

#include <stdbool.h>

#include "lib/wait.h"

struct sb_lock {
    /* private */
    struct sb_waitq waiters;
    /* read-only */
    struct sb_task *owner; /* null: free */
};

void sb_lock_init(struct sb_lock *lock);

/*
 * Takes the lock; waits, first come first, while another task has it. Returns 0; -EDEADLK when the
 * running task has it already; -ECANCELED or -ETIMEDOUT without it.
 */
int sb_lock_acquire(struct sb_lock *lock);

/* Takes it only if it is free. Returns 0, or -EAGAIN. */
int sb_lock_try_acquire(struct sb_lock *lock);

/* Gives it to the first who waits. Returns 0, or -EPERM when the running task does not have it. */
int sb_lock_release(struct sb_lock *lock);

/* True from the acquire to the release that nobody waits for: in the hand-over, too. */
bool sb_lock_is_locked(const struct sb_lock *lock);

/*
 * An acquire, beside other things that are waited for: lib/wait_any.h. The running task must not have
 * the lock already.
 */
struct sb_case sb_lock_case(struct sb_lock *lock);

#endif
