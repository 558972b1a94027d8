/* SPDX-License-Identifier: MIT */
/* Gathering, racing, and calling with a time limit: groups and scopes with a function call around. */
#include "lib/gather.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/group.h"
#include "lib/timeout.h"

/* ---- which end of a job cancels the rest */

static bool is_error(const struct sb_group *group, int result)
{
    return result < 0 && !group->is_cancelled;
}

static bool is_first(const struct sb_group *group, int result)
{
    (void)result;
    return !group->is_cancelled;
}

static bool is_none(const struct sb_group *group, int result)
{
    (void)group;
    (void)result;
    return false;
}

/* ---- running them */

static int check_jobs(struct sb_job *jobs, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (jobs[i].fn == NULL)
            return -EINVAL;
        jobs[i].result = -ECANCELED;
    }
    return sb_core_check();
}

/* Starts as many as it can; returns how many those are. */
static unsigned start_jobs(struct sb_group *group, struct sb_job *jobs, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (sb_group_spawn(group, &jobs[i].task, jobs[i].name, jobs[i].fn, jobs[i].arg) < 0)
            return i;
    return count;
}

/* Runs the jobs as one group until all have ended. */
static int run_jobs(struct sb_group *group, struct sb_job *jobs, unsigned count, const char *what,
                    const void *caller)
{
    unsigned started = start_jobs(group, jobs, count);
    int rc;

    if (started < count)
        sb_group_cancel(group);
    rc = sb_group_wait_in(group, what, caller);
    for (unsigned i = 0; i < started; i++)
        jobs[i].result = jobs[i].task.result;
    return started < count ? -ENOMEM : rc;
}

int sb_gather(struct sb_job *jobs, unsigned count)
{
    struct sb_group group;
    int rc = check_jobs(jobs, count);

    if (rc < 0)
        return rc;
    sb_group_init(&group);
    group.is_decisive = is_error;
    return run_jobs(&group, jobs, count, "gather", __builtin_return_address(0));
}

int sb_gather_all(struct sb_job *jobs, unsigned count)
{
    struct sb_group group;
    int rc = check_jobs(jobs, count);

    if (rc < 0)
        return rc;
    sb_group_init(&group);
    group.is_decisive = is_none;
    rc = run_jobs(&group, jobs, count, "gather", __builtin_return_address(0));
    for (unsigned i = 0; i < count && rc >= 0; i++)
        rc += jobs[i].result < 0;
    return rc;
}

int sb_race(struct sb_job *jobs, unsigned count)
{
    struct sb_group group;
    int rc = count == 0 ? -EINVAL : check_jobs(jobs, count);

    if (rc < 0)
        return rc;
    sb_group_init(&group);
    group.is_decisive = is_first;
    rc = run_jobs(&group, jobs, count, "race", __builtin_return_address(0));
    if (group.first == NULL)
        return rc;
    return (int)(SB_CONTAINER_OF(group.first, struct sb_job, task) - jobs);
}

int sb_wait_for_ns(int64_t timeout_ns, sb_task_fn *fn, void *arg)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ns(&timeout, timeout_ns);
    return sb_timeout_end(&timeout, fn(arg));
}

int sb_wait_for_ms(int64_t timeout_ms, sb_task_fn *fn, void *arg)
{
    return sb_wait_for_ns(sb_core_scale(timeout_ms, SB_MS_NS), fn, arg);
}
