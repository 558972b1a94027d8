/* SPDX-License-Identifier: MIT */
/*
 * Jobs for the pool of threads, from the task's side: what happens to their memory when the task is cancelled.
 *
 *      submitted --> executed --> ended: the task is woken
 *          |             |
 *          +-------------+- the task's wait fails: is there a release? -- yes: abandoned, released at its end
 *                                                                      '- no: the task waits on for the end
 */
#include "lib/worker.h"

#include "lib/core.h"

/* ---- without a pool: the loop itself is the worker */

static void run_here(void *arg)
{
    struct sb_work *work = arg;

    sb_work_execute(work);
    sb_work_end(work);
}

static void prepare(struct sb_work *work)
{
    work->was_run = false;
    work->result = 0;
    sb_waitq_init(&work->waiters);
    work->is_ended = false;
    work->is_abandoned = false;
    work->call.fn = run_here;
    work->call.arg = work;
    atomic_init(&work->call.is_queued, false);
}

static int submit(struct sb_loop *loop, struct sb_work *work)
{
    if (loop->workers != NULL)
        return loop->workers->ops->submit(loop->workers, work);
    sb_loop_post(loop, &work->call);
    return 0;
}

/* Tries to take it back; its end comes all the same, at once or soon. */
static void take_back(struct sb_loop *loop, struct sb_work *work)
{
    if (loop->workers != NULL)
        loop->workers->ops->cancel(loop->workers, work);
}

/* ---- for pools */

void sb_work_execute(struct sb_work *work)
{
    work->result = work->fn(work->arg);
    work->was_run = true;
}

static void release(struct sb_work *work)
{
    struct sb_loop *loop = sb_core_loop;

    sb_loop_callback_begin(loop);
    work->release(work);
    sb_loop_callback_end(loop);
}

void sb_work_end(struct sb_work *work)
{
    work->is_ended = true;
    if (work->is_abandoned)
        release(work);
    else
        sb_waitq_wake_all(&work->waiters, 0);
}

/* ---- */

static int wait_end(struct sb_work *work, const void *caller)
{
    struct sb_waiter waiter;

    return sb_core_wait_in(&work->waiters, &waiter, "work", work, caller);
}

/* The task's wait for a job that was submitted has failed. */
static void give_up(struct sb_loop *loop, struct sb_work *work, const void *caller)
{
    if (work->release != NULL) {
        work->is_abandoned = true;
        if (work->is_ended)
            release(work);
        else
            take_back(loop, work);
        return;
    }
    if (!work->is_ended)
        take_back(loop, work);
    if (work->is_ended)
        return;
    sb_shield_begin();
    (void)wait_end(work, caller);
    sb_shield_end();
}

int sb_work_run(struct sb_work *work)
{
    struct sb_loop *loop = sb_core_self()->loop;
    int rc;

    prepare(work);
    rc = sb_core_check();
    if (rc == 0)
        rc = submit(loop, work);
    if (rc < 0) {
        if (work->release != NULL)
            release(work);
        return rc;
    }
    rc = wait_end(work, __builtin_return_address(0));
    if (rc < 0)
        give_up(loop, work, __builtin_return_address(0));
    return rc;
}
