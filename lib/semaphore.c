/* SPDX-License-Identifier: MIT */
/* Semaphores. Invariant: tasks wait only while the count is 0, and a release then never raises it. */
#include "lib/semaphore.h"

#include <errno.h>
#include <limits.h>

#include "lib/core.h"
#include "lib/wait_any.h"

static int init(struct sb_semaphore *semaphore, int count, int limit)
{
    if (count < 0)
        return -EINVAL;
    sb_waitq_init(&semaphore->waiters);
    semaphore->limit = limit;
    semaphore->count = count;
    return 0;
}

int sb_semaphore_init(struct sb_semaphore *semaphore, int count)
{
    return init(semaphore, count, INT_MAX);
}

int sb_semaphore_init_bounded(struct sb_semaphore *semaphore, int count)
{
    return init(semaphore, count, count);
}

int sb_semaphore_try_acquire(struct sb_semaphore *semaphore)
{
    if (semaphore->count == 0)
        return -EAGAIN;
    semaphore->count--;
    return 0;
}

int sb_semaphore_acquire(struct sb_semaphore *semaphore)
{
    struct sb_waiter waiter;
    int rc = sb_core_check();

    if (rc < 0 || sb_semaphore_try_acquire(semaphore) == 0)
        return rc;
    return sb_core_wait_in(&semaphore->waiters, &waiter, "semaphore", semaphore,
                           __builtin_return_address(0));
}

int sb_semaphore_release(struct sb_semaphore *semaphore)
{
    struct sb_waiter *first = sb_waitq_first(&semaphore->waiters);

    if (semaphore->count == semaphore->limit)
        return -EOVERFLOW;
    if (first != NULL)
        sb_waitq_wake(first, 0);
    else
        semaphore->count++;
    return 0;
}

static int take(struct sb_case *c)
{
    return sb_semaphore_try_acquire(c->object);
}

static struct sb_waitq *queue(struct sb_case *c)
{
    struct sb_semaphore *semaphore = c->object;

    return &semaphore->waiters;
}

struct sb_case sb_semaphore_case(struct sb_semaphore *semaphore)
{
    static const struct sb_case_ops ops = {.what = "semaphore", .take = take, .queue = queue};

    return sb_case_of(&ops, semaphore, NULL);
}
