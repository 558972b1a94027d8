/* SPDX-License-Identifier: MIT */
/*
 * A run of a trial, between the files that make it: trial.c takes it through its phases, trial_watch.c hears of
 * every event and looks for what must not be, trial_failure.c puts it into words.
 */
#ifndef SB_SIM_TESTING_TRIAL_PRIVATE_H
#define SB_SIM_TESTING_TRIAL_PRIVATE_H

#include "lib/loop.h"
#include "lib/wait_any.h"
#include "sim/testing/stacks_heap.h"
#include "sim/testing/trial.h"

/* Tasks whose waits are watched: those with ids below. */
#define SB_TRIAL_PLACES_MAX 64
/* Events that a report shows. */
#define SB_TRIAL_EVENTS_MAX 32

/* What another noun puts into the runs of a trial. */
struct sb_trial_way {
    const char *label;       /* for people: "reader: cancelled at step 7"; "": as it is */
    sb_choose_fn *choose_fn; /* null: first come first served */
    /* Calls a task's function by sb_trial_call; null: no more than that. */
    int (*call_fn)(const struct sb_trial_task *task, void *arg);
    /* True when the task may end with that error although the trial does not say so; null: never. */
    bool (*allows_fn)(const struct sb_trial_task *task, int result, void *arg);
    sb_trace_fn *event_fn; /* hears of the events while tasks run side by side; null: nobody */
    void *arg;             /* of all these */
};

/* One task of the trial. */
struct sb_trial_slot {
    struct sb_task task;
    struct sb_trial_run *run;
    const struct sb_trial_task *config;
    int result; /* of its function */
    bool has_ended;
};

/* An event as a report shows it; names are copied, since who had them may be gone by then. */
struct sb_trial_event {
    int64_t time_ns;
    enum sb_trace_kind kind;
    char task[20];
    char name[28];
    int64_t value;
};

/* Where a task stands while it waits. */
struct sb_trial_place {
    const struct sb_waiter *waiter;
    const struct sb_case *cases;
};

struct sb_trial_run {
    const struct sb_trial *trial;
    const struct sb_trial_way *way;
    struct sb_loop loop;
    struct sb_clock clock;
    struct sb_heap_stacks stacks;
    struct sb_task helper; /* set-up, check, tear-down */
    struct sb_trial_slot slots[SB_TRIAL_TASKS_MAX];
    struct sb_trial_place places[SB_TRIAL_PLACES_MAX];
    bool is_live; /* the tasks run side by side */
    uint32_t step_count;
    int64_t deadline_ns; /* of the phase */
    char failure[SB_TRIAL_TEXT_SIZE];
    const void
        *label_caller; /* code addresses that the label and the failure end with; null: none */
    const void *failure_caller;
    bool wants_tasks; /* the failure is to end with a list of the tasks */
    uint64_t event_count;
    struct sb_trial_event events[SB_TRIAL_EVENTS_MAX]; /* a ring */
};

/* Returns 0, -EINVAL or -ENOMEM. */
int sb_trial_open(const struct sb_trial *trial, struct sb_trial_run **out);
void sb_trial_close(struct sb_trial_run *run);

/* Runs it once. Returns 0, or -EPROTO and fills the report. */
int sb_trial_go(struct sb_trial_run *run, const struct sb_trial_way *way,
                struct sb_trial_report *report);

/* Calls a task's function, so far down its stack that what it leaves there can be looked at afterwards. */
int sb_trial_call(const struct sb_trial_task *task);

/* ---- trial_watch.c */

/* The loop's trace hook; `arg` is the run. */
void sb_trial_hear(const struct sb_trace_event *event, void *arg);

/* The loop's hook before each wait: ends a run that takes too long. */
void sb_trial_note_idle(int64_t until_ns, void *arg);

/*
 * The running task's function has returned: a scope that it left open inside of `outer` (null: of none) is a failure,
 * and ended.
 */
void sb_trial_close_scopes(struct sb_trial_run *run, const struct sb_timeout *outer);

/* The function of a task has returned, and what lay below `frame` on its stack is gone. */
void sb_trial_look_behind(struct sb_trial_run *run, const struct sb_trial_slot *slot,
                          const void *frame);

/* No task and no timer is left. */
void sb_trial_look_at_loop(struct sb_trial_run *run);

/* ---- trial_failure.c */

/* Notes what is wrong; the first counts. Returns whether this was it. */
bool sb_trial_fail(struct sb_trial_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The rest of these take more stack than a task has. */

/* Adds every task that is left to the failure: on what it waits, since when, called from where. */
void sb_trial_add_tasks(struct sb_trial_run *run);

/* What a report says of a run that was not as it should have been up to its own point. */
void sb_trial_report_other(const char *label, struct sb_trial_report *report);

void sb_trial_write_report(const struct sb_trial_run *run, struct sb_trial_report *report);

#endif
