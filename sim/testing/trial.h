/* SPDX-License-Identifier: MIT */
/*
 * A trial: a small program of a few tasks that is run from an empty loop to an empty loop, on the virtual clock,
 * again and again: disturbed (sim/testing/disturb.h) or in other orders (sim/testing/explore.h). What is here is
 * the program, and what must hold after every run whatever the program does:
 *
 *   - each task has ended by itself, none was parked, and with a result that is allowed;
 *   - who was woken stands in no queue any more, and has no timer left; who was cancelled, or whose time is up, does
 *     not begin another wait outside of a shield;
 *   - no task is left in the loop, no timer armed, no scope of a timeout or shield open;
 *   - no task ended with an error that nobody collected;
 *   - the claims of the program itself hold: SB_EXPECT, `check`.
 *
 *      set_up --> tasks, side by side --> servers are cancelled --> check --> tear_down
 */
#ifndef SB_SIM_TESTING_TRIAL_H
#define SB_SIM_TESTING_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/task.h"

/* Tasks of one trial. */
#define SB_TRIAL_TASKS_MAX 16

#define SB_TRIAL_TEXT_SIZE  1024
#define SB_TRIAL_TRACE_SIZE 4096

struct sb_trial_task {
    const char *name;
    sb_task_fn *fn;
    void *arg; /* borrowed */
    /*
     * What the task does when `fn` has returned, no longer disturbed: what the others need to come to their end
     * although this one was cut short, such as getting the rest. Null: nothing. Negative: the trial has failed.
     */
    sb_task_fn *then;
    const int *errors; /* what `fn` may return besides; ends with 0; null: none */
    bool is_server;    /* has no end of its own: is cancelled when the others have ended */
    bool is_spared;    /* sb_disturb leaves it alone */
};

/* All is borrowed. */
struct sb_trial {
    const struct sb_trial_task *tasks; /* started in this order */
    unsigned task_count;               /* 1 to SB_TRIAL_TASKS_MAX */
    /*
     * Make the program new for each run, and end it; null: nothing to do. Each runs as a task, alone, and may wait
     * and start tasks that last. Static variables, too, must be as new: the runs are compared.
     */
    sb_task_fn *set_up;
    sb_task_fn *tear_down;
    /* Claims about what is left when all tasks have ended. Runs as a task. Null: none. */
    void (*check)(void *arg);
    void *arg;                /* of the three above */
    int64_t time_limit_ns;    /* of the simulation, for any task to end; 0: an hour */
    uint32_t step_limit;      /* the same in switches, waits and wakes; 0: a million */
    struct sb_stacks *stacks; /* null: its own, of 64 KiB */
};

/* What went wrong, for people. */
struct sb_trial_report {
    char text[SB_TRIAL_TEXT_SIZE];   /* in a sentence; "": nothing */
    char trace[SB_TRIAL_TRACE_SIZE]; /* what happened last before that, an event a line */
};

/*
 * Runs it once, undisturbed, first come first served. The thread must have no loop. Returns 0; -EPROTO when
 * something did not hold, which is in `report`; -EINVAL for a trial that has no tasks or too many; -ENOMEM.
 */
int sb_trial_run(const struct sb_trial *trial, struct sb_trial_report *report);

/*
 * The run that is under way on this thread: "reader: cancelled at step 7". Null when there is none. For who is
 * called when the program has crashed, or an assertion in it has failed.
 */
const char *sb_trial_current(void);

#endif
