/* SPDX-License-Identifier: MIT */
/* Groups of tasks that end together. */
#include "lib/group.h"

#include <errno.h>

#include "lib/core.h"

/* Cancelling one task of a group is no error of the group. */
static bool is_error(const struct sb_group *group, int result)
{
    (void)group;
    return result < 0 && result != -ECANCELED;
}

void sb_group_init(struct sb_group *group)
{
    *group = (struct sb_group){.is_decisive = is_error};
    sb_list_init(&group->tasks);
    sb_waitq_init(&group->waiters);
}

int sb_group_spawn(struct sb_group *group, struct sb_task *task, const char *name, sb_task_fn *fn,
                   void *arg)
{
    int rc = sb_spawn(task, name, fn, arg);

    if (rc < 0)
        return rc;
    task->group = group;
    sb_list_append(&group->tasks, &task->group_node);
    if (group->is_cancelled)
        sb_task_cancel(task);
    return 0;
}

void sb_group_cancel(struct sb_group *group)
{
    struct sb_list *node;
    struct sb_list *after;

    group->is_cancelled = true;
    SB_LIST_FOR_EACH(node, after, &group->tasks)
    {
        sb_task_cancel(SB_CONTAINER_OF(node, struct sb_task, group_node));
    }
}

void sb_group_task_ended(struct sb_group *group, struct sb_task *task)
{
    sb_list_remove(&task->group_node);
    task->result_was_taken = true;
    if (group->first == NULL && group->is_decisive(group, task->result)) {
        group->first = task;
        if (task->result < 0)
            group->error = task->result;
        sb_group_cancel(group);
    }
    if (sb_list_is_empty(&group->tasks))
        sb_waitq_wake_all(&group->waiters, 0);
}

int sb_group_wait_in(struct sb_group *group, const char *what, const void *caller)
{
    struct sb_waiter waiter;
    int rc = sb_core_check();

    if (rc == 0 && !sb_list_is_empty(&group->tasks))
        rc = sb_core_wait_in(&group->waiters, &waiter, what, group, caller);
    if (rc < 0 && !sb_list_is_empty(&group->tasks)) {
        sb_group_cancel(group);
        sb_shield_begin();
        (void)sb_core_wait_in(&group->waiters, &waiter, what, group, caller);
        sb_shield_end();
    }
    return group->error != 0 ? group->error : rc;
}

int sb_group_wait(struct sb_group *group)
{
    return sb_group_wait_in(group, "group", __builtin_return_address(0));
}
