/* SPDX-License-Identifier: MIT */
/*
 * A counting semaphore: so many tasks at a time. A release goes straight to the task that has waited
 * longest, so nobody who comes later can take it in between, and one release wakes one task.
 * spec/core.md 3.3.
 */
#ifndef SB_LIB_SEMAPHORE_H
#define SB_LIB_SEMAPHORE_H

#include "lib/wait.h"

struct sb_semaphore {
    /* private */
    struct sb_waitq waiters;
    int limit; /* what `count` may not exceed */
    /* read-only */
    int count; /* how many acquires would not wait now */
};

/* `count` acquires pass before one waits. Returns 0, or -EINVAL when `count` is negative. */
int sb_semaphore_init(struct sb_semaphore *semaphore, int count);

/* The same, but bounded: a release that nobody has acquired, beyond `count`, is refused. */
int sb_semaphore_init_bounded(struct sb_semaphore *semaphore, int count);

/*
 * Takes one; waits, first come first served, while there is none; does not give others a turn when
 * there is. Any task may release it again. Returns 0, or -ECANCELED or -ETIMEDOUT with nothing taken.
 */
int sb_semaphore_acquire(struct sb_semaphore *semaphore);

/* Takes one only if it need not wait; also in loop context. Returns 0, or -EAGAIN. */
int sb_semaphore_try_acquire(struct sb_semaphore *semaphore);

/*
 * Gives one to the first who waits, or counts it. Never waits, and may be called in loop context.
 * Returns 0; -EOVERFLOW, changing nothing, at INT_MAX and, if bounded, at the initial count.
 */
int sb_semaphore_release(struct sb_semaphore *semaphore);

/* An acquire, beside other things that are waited for: lib/wait_any.h. */
struct sb_case sb_semaphore_case(struct sb_semaphore *semaphore);

#endif
