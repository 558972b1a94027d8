/* SPDX-License-Identifier: MIT */
/*
 * Exploring: runs a trial in every order in which its ready tasks could take turns, or in those that the caller
 * is content with (sim/testing/order.h).
 */
#ifndef SB_SIM_TESTING_EXPLORE_H
#define SB_SIM_TESTING_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/testing/order.h"
#include "sim/testing/trial.h"

struct sb_explore_report {
    struct sb_trial_report trial; /* of the run that failed */
    struct sb_order failed;
    uint64_t run_count;
    uint32_t choice_count; /* most that a run had */
    bool is_complete;      /* there is no other order */
};

/*
 * Stops at the first run that fails. `orders` may be null: all. Returns 0, complete or not; -EPROTO, and `failed`
 * is the order; or as sb_trial_run.
 */
int sb_explore(const struct sb_trial *trial, const struct sb_orders *orders,
               struct sb_explore_report *report);

/* The one run again. Returns as sb_explore. */
int sb_explore_once(const struct sb_trial *trial, const struct sb_order *order,
                    struct sb_explore_report *report);

#endif
