/* SPDX-License-Identifier: MIT */
/*
 * Disturbing, between its files: disturb.c goes through all that there is to be run, disturb_moments.c knows the
 * moments of one run and does what is to be done at them.
 */
#ifndef SB_SIM_TESTING_DISTURB_PRIVATE_H
#define SB_SIM_TESTING_DISTURB_PRIVATE_H

#include "lib/timeout.h"
#include "sim/testing/disturb.h"
#include "sim/testing/order_walk.h"
#include "sim/testing/trial_private.h"

struct disturber {
    const struct sb_disturb_config *config;
    struct sb_disturb_report *report;
    struct sb_trial_run *run;
    struct sb_disturbance now;
    const struct sb_trial_task *target;
    struct sb_order_walk walk;
    bool is_first_order; /* first come first served */
    bool is_cut;         /* some walk was */
    char label[320];
    /* of the run */
    struct sb_task *task; /* the target while its function runs; else null */
    struct sb_timeout scope;
    struct sb_timer timer; /* disturbs out of the loop's own context */
    uint32_t step;
    uint32_t done_count;  /* disturbances */
    int64_t disturbed_ns; /* when the first was */
    int64_t unwinding_ns; /* from there to its end */
    uint64_t hash;        /* of everything that happened so far */
    bool is_reached;      /* the first moment; a task may end before anything is done to it */
    uint64_t first_hash;  /* at the moment of the first disturbance */
    uint64_t *hashes;     /* of the undisturbed run, first come first served, at each moment */
    uint32_t hash_capacity;
    bool is_out_of_memory;
};

/* Cancel and timeout both. */
static inline bool sb_disturb_has_two(enum sb_disturb_kind kind)
{
    return kind == SB_DISTURB_CANCEL_TIMEOUT || kind == SB_DISTURB_TIMEOUT_CANCEL;
}

/* ---- disturb_moments.c; `arg` is the disturber */

/* Makes it ready for a run. */
void sb_disturb_prepare(struct disturber *d);

/* For struct sb_trial_way. */
int sb_disturb_call(const struct sb_trial_task *task, void *arg);
void sb_disturb_hear(const struct sb_trace_event *event, void *arg);

#endif
