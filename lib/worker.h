/* SPDX-License-Identifier: MIT */
/*
 * Blocking functions beside the loop: a task hands one to the loop's pool of threads and waits for its end, while
 * the others go on. A function on a thread may use nothing of the loop but what is for any context.
 *
 * A loop without a pool (struct sb_loop_config, `workers`) runs it itself, in its next turn: on the virtual clock
 * time stands still meanwhile, and a run repeats exactly. spec/core.md 4.5.
 */
#ifndef SB_LIB_WORKER_H
#define SB_LIB_WORKER_H

#include <stdbool.h>

#include "lib/list.h"
#include "lib/loop.h"
#include "lib/wait.h"

/*
 * One run of a function. The caller's memory, which may lie on the task's stack when `release` is null; all but
 * the public part may be left out.
 */
struct sb_work {
    /* public */
    int (*fn)(void *arg); /* called on a thread of the pool, once */
    void *arg;
    /*
     * Null: sb_work_run never returns before `fn` has ended. Else a cancel or a timeout of the task ends its wait
     * at once and the memory is taken: `release` gets it back in loop context when `fn` has ended, or will
     * not be called any more. It must not wait.
     */
    void (*release)(struct sb_work *work);
    /* read-only */
    bool was_run; /* `fn` has ended, not merely been taken back */
    int result;   /* what it returned */
    /* private */
    struct sb_waitq waiters; /* the task that waits for the end */
    bool is_ended;
    bool is_abandoned;
    struct sb_call call;
    void *backend; /* the pool's own */
};

/*
 * Has `work->fn` run and waits until it has ended. Such functions begin in the order of these calls.
 * Returns 0, and what it returned is in work->result; -ECANCELED or -ETIMEDOUT when that came first, or another
 * error when the pool could not take it (-ENOMEM). With a negative return, memory that has a `release` is not the
 * caller's any more; without one, `fn` has ended, and was_run and result say how, or it was not begun.
 */
int sb_work_run(struct sb_work *work);

/* What a pool provides. Embedded by a backend. */
struct sb_workers;

struct sb_workers_ops {
    /*
     * Has sb_work_execute called on a thread, and then sb_work_end in loop context. Jobs begin in order of
     * submission. Returns 0 or a negative error. In loop context, like the others.
     */
    int (*submit)(struct sb_workers *workers, struct sb_work *work);
    /* Tries to take back a job that has not begun; then sb_work_end alone is called, soon. */
    void (*cancel)(struct sb_workers *workers, struct sb_work *work);
    /* Waits until no job is left, calling sb_work_end for each. */
    void (*join)(struct sb_workers *workers);
};

struct sb_workers {
    const struct sb_workers_ops *ops;
};

/* For pools: runs the function of the job. On any thread. */
void sb_work_execute(struct sb_work *work);

/* For pools: the job has ended, run or taken back. In loop context. `work` may be gone afterwards. */
void sb_work_end(struct sb_work *work);

#endif
