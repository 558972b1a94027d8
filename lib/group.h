/* SPDX-License-Identifier: MIT */
/*
 * A group of tasks that end together: the one that opened it waits for all, the first error cancels
 * the rest, a cancel of the waiting task goes down to them.
 */
#ifndef SB_LIB_GROUP_H
#define SB_LIB_GROUP_H

#include "lib/list.h"
#include "lib/task.h"
#include "lib/wait.h"

/* The caller's memory, until sb_group_wait has returned. */
struct sb_group {
    /* private */
    struct sb_list tasks; /* not finished */
    struct sb_waitq waiters;
    bool is_cancelled;
    bool (*is_decisive)(const struct sb_group *group, int result); /* that end cancels the rest */
    struct sb_task *first; /* whose end it was; may be gone */
    /* read-only */
    int error; /* the first that a task of the group ended with, -ECANCELED not counted; else 0 */
};

void sb_group_init(struct sb_group *group);

/* As sb_spawn. A task that is added to a cancelled group begins cancelled. */
int sb_group_spawn(struct sb_group *group, struct sb_task *task, const char *name, sb_task_fn *fn,
                   void *arg);

/*
 * Waits until every task of the group has finished, however long their clean-up takes. A cancel or
 * timeout of the caller cancels the tasks, and the wait goes on until they are done. Returns 0; the
 * first task's error; else -ECANCELED or -ETIMEDOUT of the caller.
 */
int sb_group_wait(struct sb_group *group);

/* Cancels every task of the group. */
void sb_group_cancel(struct sb_group *group);

#endif
