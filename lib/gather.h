/* SPDX-License-Identifier: MIT */
/*
 * Running several functions side by side and going on when they are done: all, or the first. None of
 * them is left running afterwards, whatever happens: whoever is no longer wanted is cancelled and has
 * unwound before the call returns. spec/core.md 1.11, 1.12.
 *
 *      struct sb_job jobs[] = {{.fn = read_sensor, .arg = &sensor}, {.fn = get_fix, .arg = &gps}};
 *      int rc = sb_gather(jobs, 2);
 */
#ifndef SB_LIB_GATHER_H
#define SB_LIB_GATHER_H

#include <stdint.h>

#include "lib/task.h"

/* One function and its task; the caller's memory during the call. */
struct sb_job {
    sb_task_fn *fn;
    void *arg;        /* borrowed */
    const char *name; /* borrowed; null: "task" */
    /* read-only */
    struct sb_task task; /* which others may cancel or join during the call */
    int result;          /* after it: what `fn` returned, or -ECANCELED if it was never called */
};

/*
 * Starts all jobs, in order, and waits until all have ended. The first that ends with an error (a
 * cancel of its own task is one too) cancels the rest. A cancel or timeout of the caller cancels all.
 * Returns 0; the first error; -ECANCELED or -ETIMEDOUT of the caller. -EINVAL when a job has no function:
 * none is started then. -ENOMEM when there is no stack for one: those that had been started begin cancelled,
 * and have ended. No jobs: returns 0 at once.
 */
int sb_gather(struct sb_job *jobs, unsigned count);

/*
 * The same, but an error cancels nobody: all jobs run to their end, whatever the others do. Returns how
 * many ended with an error, which is in their `result`; -ECANCELED or -ETIMEDOUT of the caller, whose cancel
 * goes down to all; -EINVAL, -ENOMEM.
 */
int sb_gather_all(struct sb_job *jobs, unsigned count);

/*
 * Starts all jobs, in order, and waits until the first has ended, well or not; that one's end cancels the
 * rest, and the call returns when they have unwound. Returns the index of the first; -ECANCELED or
 * -ETIMEDOUT of the caller if that came before; -ENOMEM; -EINVAL, also for no jobs.
 */
int sb_race(struct sb_job *jobs, unsigned count);

/*
 * Calls `fn(arg)` in the running task and gives it so much time: from then on its waits fail with
 * -ETIMEDOUT, as in any scope of lib/timeout.h. No task, no stack. Returns what `fn` returned, even late, if
 * that is 0, positive or -ECANCELED; -ETIMEDOUT when it failed and the time was up; else its error.
 */
int sb_wait_for_ns(int64_t timeout_ns, sb_task_fn *fn, void *arg);
int sb_wait_for_ms(int64_t timeout_ms, sb_task_fn *fn, void *arg);

#endif
