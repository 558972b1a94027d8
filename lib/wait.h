/* SPDX-License-Identifier: MIT */
/*
 * Waiting, for those who write primitives: a queue of waiting tasks and the node by which a task
 * stands in it. The node lives on the waiting task's stack, so waiting allocates nothing, and a
 * cancelled or timed-out waiter leaves its queue at once. All queues are first in, first out, and
 * the waker hands over directly: whoever is woken owns what it waited for.
 */
#ifndef SB_LIB_WAIT_H
#define SB_LIB_WAIT_H

#include "lib/list.h"

struct sb_case;
struct sb_task;

/* The tasks that wait on one thing, first come first. */
struct sb_waitq {
    struct sb_list waiters;
};

/* One task's place in a queue. On the stack of the task that waits. */
struct sb_waiter {
    struct sb_list node;
    struct sb_task *task;
    void *slot;         /* for the primitive: where a handed-over item goes */
    struct sb_case *of; /* null: a wait for this alone; else one of several, lib/wait_any.h */
};

void sb_waitq_init(struct sb_waitq *queue);

/*
 * Fails when a cancel or an expired timeout scope is pending for the running task, having let the
 * others run once; a primitive asks this before it looks at its own state. Returns 0, -ECANCELED or
 * -ETIMEDOUT. Inline in the good case.
 */
int sb_wait_check(void);

/*
 * Suspends the running task at the end of the queue until sb_waitq_wake, a cancel or a timeout.
 * `what` and `object` are what a dump of tasks says it waits on ("event"); `what` is borrowed for
 * ever. Returns what the waker gave, -ECANCELED or -ETIMEDOUT; exactly one, decided when it is woken.
 */
int sb_waitq_wait(struct sb_waitq *queue, struct sb_waiter *waiter, const char *what,
                  const void *object);

/* The first waiter, null when there is none. */
static inline struct sb_waiter *sb_waitq_first(const struct sb_waitq *queue)
{
    struct sb_list *node = sb_list_first(&queue->waiters);

    return node == NULL ? NULL : SB_CONTAINER_OF(node, struct sb_waiter, node);
}

/* Takes the waiter off its queue and makes its task ready, its wait returning `rc`. */
void sb_waitq_wake(struct sb_waiter *waiter, int rc);

/* Wakes all, in order. */
void sb_waitq_wake_all(struct sb_waitq *queue, int rc);

#endif
