/* SPDX-License-Identifier: MIT */
/*
 * Barriers. Who waits is counted by walking the queue, because a cancelled waiter leaves that without a
 * word to the barrier. The walk is taken only when enough have arrived, though some of them may have left:
 * once a round, and then some more for those who left.
 */
#include "lib/barrier.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/wait_any.h"

int sb_barrier_init(struct sb_barrier *barrier, int parties, sb_barrier_fn *fn, void *arg)
{
    if (parties < 1)
        return -EINVAL;
    *barrier = (struct sb_barrier){.parties = parties, .fn = fn, .arg = arg};
    sb_waitq_init(&barrier->waiters);
    return 0;
}

static int waiting_count(const struct sb_barrier *barrier)
{
    const struct sb_list *head = &barrier->waiters.waiters;
    int count = 0;

    for (const struct sb_list *node = head->next; node != head; node = node->next)
        count++;
    return count;
}

/* True when the next arrival completes the round. */
static bool is_next_last(struct sb_barrier *barrier)
{
    if (barrier->arrived_count + 1 < barrier->parties)
        return false;
    barrier->arrived_count = barrier->passed_count + waiting_count(barrier);
    return barrier->arrived_count + 1 >= barrier->parties;
}

/* Begins the next round, then lets this one's waiters go on. Returns 0 or the function's error. */
static int open_for_all(struct sb_barrier *barrier)
{
    struct sb_waitq round;
    int rc;

    sb_waitq_init(&round);
    sb_list_splice(&round.waiters, &barrier->waiters.waiters);
    barrier->passed_count = 0;
    barrier->arrived_count = 0;
    rc = barrier->fn == NULL ? 0 : barrier->fn(barrier->arg);
    if (rc > 0)
        rc = 0;
    sb_waitq_wake_all(&round, rc);
    return rc;
}

int sb_barrier_wait(struct sb_barrier *barrier)
{
    struct sb_waiter waiter;
    int rc = sb_core_check();

    if (rc < 0)
        return rc;
    if (is_next_last(barrier))
        return open_for_all(barrier);
    barrier->arrived_count++;
    return sb_core_wait_in(&barrier->waiters, &waiter, "barrier", barrier,
                           __builtin_return_address(0));
}

int sb_barrier_arrive(struct sb_barrier *barrier)
{
    int rc;

    if (!is_next_last(barrier)) {
        barrier->arrived_count++;
        barrier->passed_count++;
        return 0;
    }
    rc = open_for_all(barrier);
    return rc < 0 ? rc : 1;
}

bool sb_barrier_is_busy(const struct sb_barrier *barrier)
{
    return barrier->passed_count > 0 || !sb_list_is_empty(&barrier->waiters.waiters);
}

static int take(struct sb_case *c)
{
    struct sb_barrier *barrier = c->object;

    return is_next_last(barrier) ? open_for_all(barrier) : -EAGAIN;
}

static struct sb_waitq *queue(struct sb_case *c)
{
    struct sb_barrier *barrier = c->object;

    barrier->arrived_count++;
    return &barrier->waiters;
}

struct sb_case sb_barrier_case(struct sb_barrier *barrier)
{
    static const struct sb_case_ops ops = {.what = "barrier", .take = take, .queue = queue};

    return sb_case_of(&ops, barrier, NULL);
}
