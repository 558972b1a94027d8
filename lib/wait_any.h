/* SPDX-License-Identifier: MIT */
/*
 * Waiting for one of several things, or for all of them: events, tasks, queues, locks, points in time, whatever
 * has a queue of waiting tasks. One node a thing, on the waiting task's stack; no second task. Each
 * primitive's header has a constructor for its own case:
 *
 *      struct sb_case cases[] = {
 *          sb_queue_get_case(&commands, &command),
 *          sb_event_case(&stop),
 *          sb_deadline_case(sb_now_ns() + SB_S_NS),
 *      };
 *      int which = sb_wait_any(cases, 3);
 *
 * spec/core.md 3.9.
 */
#ifndef SB_LIB_WAIT_ANY_H
#define SB_LIB_WAIT_ANY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/timer.h"
#include "lib/wait.h"

struct sb_case;

/* What a primitive provides to be waited for beside others. */
struct sb_case_ops {
    const char *what; /* what a dump says: "event" */
    /*
     * Takes it without waiting, as its try form would. Returns 0, -EAGAIN when a wait would wait, or
     * the error with which it happened.
     */
    int (*take)(struct sb_case *c);
    /* Where to wait for it; the waker hands over to `c->waiter` as to any other waiter. */
    struct sb_waitq *(*queue)(struct sb_case *c);
};

/* One thing that is waited for; the caller's memory during the wait. */
struct sb_case {
    /* read-only, once the wait has ended */
    bool is_done; /* it happened; what was handed over is the caller's */
    int rc;       /* what the waker gave: 0 but for things that can fail */
    /* private */
    const struct sb_case_ops *ops; /* null: a combination, or a point in time */
    void *object;
    union {
        struct sb_waiter waiter; /* its slot: where a handed-over item goes */
        struct sb_timer timer;
    };
    struct sb_case *parent;
    struct sb_case *cases; /* of a combination */
    unsigned count;
    unsigned left; /* of a combination: how many have to happen yet */
    bool is_any;
    struct sb_task *task; /* of the outermost combination: who waits */
};

/*
 * Waits until one of `count` (at least 1) cases has happened. The first in the array that needs no wait is
 * taken at once, without giving others a turn; else the first that happens. The others are as if nobody
 * had waited for them: nothing of theirs is consumed. Returns the index; -ECANCELED or -ETIMEDOUT with
 * nothing consumed.
 */
int sb_wait_any(struct sb_case *cases, unsigned count);

/*
 * Waits until all have happened, in whatever order; what has happened counts even if it is undone
 * meanwhile. Returns 0; the first negative `rc` of a case; -ECANCELED or -ETIMEDOUT. In these two cases
 * `is_done` says which had happened, and been consumed. No cases: returns 0 at once.
 */
int sb_wait_all(struct sb_case *cases, unsigned count);

/*
 * One of, or all of, other cases, as a case: so waits nest. The inner array stays the caller's memory
 * too. When an outer wait ends, an inner `all` that was not complete keeps what it has taken: see is_done.
 */
struct sb_case sb_any_case(struct sb_case *cases, unsigned count);
struct sb_case sb_all_case(struct sb_case *cases, unsigned count);

/* A time of the loop's clock; SB_NEVER never happens. */
struct sb_case sb_deadline_case(int64_t deadline_ns);

/* For primitives: a case of `object`; `slot` is where an item goes, null for none. */
struct sb_case sb_case_of(const struct sb_case_ops *ops, void *object, void *slot);

#endif
