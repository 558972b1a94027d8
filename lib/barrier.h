/* SPDX-License-Identifier: MIT */
/*
 * A barrier: so many parties wait for each other, round after round. Who arrives last opens it and goes
 * on; the others follow in order. An arrival counts as long as its task waits, so a waiter who is
 * cancelled or runs out of time has never arrived. spec/core.md 3.7.
 */
#ifndef SB_LIB_BARRIER_H
#define SB_LIB_BARRIER_H

#include <stdbool.h>

#include "lib/wait.h"

/* Called by whoever opens the barrier. Negative: an error, which every task of the round gets. */
typedef int sb_barrier_fn(void *arg);

struct sb_barrier {
    /* private */
    struct sb_waitq waiters;
    int parties;
    int passed_count;  /* who arrived in this round without waiting */
    int arrived_count; /* who arrived in this round at all, and may have left again */
    sb_barrier_fn *fn;
    void *arg;
};

/*
 * `fn` may be null. It is called in the context of the last to arrive, before the others go on, when the
 * next round has already begun: it may itself arrive, and wait if no one arrives in loop context.
 * Returns 0, or -EINVAL when there are no parties.
 */
int sb_barrier_init(struct sb_barrier *barrier, int parties, sb_barrier_fn *fn, void *arg);

/*
 * Arrives, and waits for the rest of the round; the last to arrive does not wait and does not give
 * others a turn. May be called again at once, for the next round. Returns 0; the negative result of
 * `fn`; -ECANCELED or -ETIMEDOUT with the arrival undone.
 */
int sb_barrier_wait(struct sb_barrier *barrier);

/*
 * Arrives for good and does not wait; also in loop context, in which `fn` is then called. Returns 1 when
 * that opened the barrier, 0 when others are still to come, or the negative result of `fn`.
 */
int sb_barrier_arrive(struct sb_barrier *barrier);

/* Somebody has arrived in this round. */
bool sb_barrier_is_busy(const struct sb_barrier *barrier);

/*
 * An arrival and its wait, beside other things that are waited for: lib/wait_any.h. It is undone when
 * another of them ends the wait. The case's `rc` is what sb_barrier_wait would return.
 */
struct sb_case sb_barrier_case(struct sb_barrier *barrier);

#endif
