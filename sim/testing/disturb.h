/* SPDX-License-Identifier: MIT */
/*
 * Disturbing: proves that tasks can be cancelled, and run out of time, at any moment. A trial is run once as it
 * is, which numbers the moments at which somebody else could disturb a task: before it begins, when it begins to
 * wait, in the instant in which it is woken, whenever another task gets the processor or has ended. Then it
 * is run again for each of the moments, and that is when the task is cancelled, or the time of a scope around it
 * is up, or both, in either order. Each run is looked at as sim/testing/trial.h says. With `orders`, all of this
 * is done in every order of running: whatever the others do first, and whatever they do then.
 *
 *      rc = sb_disturb(&trial, NULL, &report);
 *      if (rc < 0)
 *          puts(report.trial.text);
 */
#ifndef SB_SIM_TESTING_DISTURB_H
#define SB_SIM_TESTING_DISTURB_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/testing/order.h"
#include "sim/testing/trial.h"

enum sb_disturb_kind {
    SB_DISTURB_CANCEL = 1 << 0,
    SB_DISTURB_TIMEOUT = 1 << 1,
    SB_DISTURB_CANCEL_TIMEOUT = 1 << 2, /* in one instant, unless the config says `is_paired` */
    SB_DISTURB_TIMEOUT_CANCEL = 1 << 3,
    SB_DISTURB_ALL = (1 << 4) - 1,
};

/* One way to disturb a trial. */
struct sb_disturbance {
    unsigned task;             /* index in the trial */
    enum sb_disturb_kind kind; /* 0: not at all */
    uint32_t step;             /* the moment, from 1 */
    uint32_t second_step;      /* of the second of two; not before the first */
    struct sb_order order;
};

struct sb_disturb_config {
    unsigned kinds; /* enum sb_disturb_kind; 0: all */
    /* The second of two comes at every later moment too: while the task unwinds. As many runs as there are pairs. */
    bool is_paired;
    /* Each change of a pin or simulated wire that the loop's own context makes is a moment, too. */
    bool has_edges;
    const struct sb_orders *orders; /* borrowed; null: first come first served */
    int64_t
        unwinding_limit_ns; /* a task must have ended so soon after a disturbance; 0: any time */
    uint64_t run_limit;     /* 0: none */
};

struct sb_disturb_report {
    struct sb_trial_report trial; /* of the run that failed */
    struct sb_disturbance failed;
    uint64_t run_count;
    uint32_t step_count;           /* moments of a task: most that there were */
    bool is_complete;              /* all were run, to the end */
    int64_t unwinding_ns;          /* longest time between a disturbance and the task's end */
    struct sb_disturbance slowest; /* that took so long */
};

/*
 * Disturbs each task that is not spared, and stops at the first run that fails. `config` may be null: all
 * kinds, no more. Returns 0; -EPROTO, and `failed` is how; -EINVAL for kinds that there are not, or a trial all of
 * whose tasks are spared; or as sb_trial_run.
 */
int sb_disturb(const struct sb_trial *trial, const struct sb_disturb_config *config,
               struct sb_disturb_report *report);

/* The one run again, `config` being the same. Returns as sb_disturb. */
int sb_disturb_once(const struct sb_trial *trial, const struct sb_disturb_config *config,
                    const struct sb_disturbance *disturbance, struct sb_disturb_report *report);

#endif
