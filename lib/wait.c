/* SPDX-License-Identifier: MIT */
/* Queues of waiting tasks. */
#include "lib/wait.h"

#include "lib/core.h"

void sb_waitq_init(struct sb_waitq *queue)
{
    sb_list_init(&queue->waiters);
}

int sb_wait_check(void)
{
    return sb_core_check();
}

int sb_core_wait_in(struct sb_waitq *queue, struct sb_waiter *waiter, const char *what,
                    const void *object, const void *caller)
{
    struct sb_task *me = sb_core_self();

    if (SB_UNLIKELY(me->pending != 0))
        return sb_core_fail_wait(me);
    waiter->task = me;
    waiter->of = NULL;
    me->waiter = waiter;
    sb_list_append(&queue->waiters, &waiter->node);
    return sb_core_wait(me->loop, me, what, object, caller);
}

int sb_waitq_wait(struct sb_waitq *queue, struct sb_waiter *waiter, const char *what,
                  const void *object)
{
    return sb_core_wait_in(queue, waiter, what, object, __builtin_return_address(0));
}

void sb_waitq_wake(struct sb_waiter *waiter, int rc)
{
    sb_list_remove(&waiter->node);
    if (SB_UNLIKELY(waiter->of != NULL)) {
        sb_core_case_happened(waiter->of, rc);
        return;
    }
    waiter->task->waiter = NULL;
    sb_core_wake(waiter->task, rc);
}

void sb_waitq_wake_all(struct sb_waitq *queue, int rc)
{
    struct sb_waiter *waiter;

    while ((waiter = sb_waitq_first(queue)) != NULL)
        sb_waitq_wake(waiter, rc);
}
