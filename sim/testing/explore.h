/* SPDX-License-Identifier: MIT */
/*
 * Exploring: runs a trial in every order in which its ready tasks could take turns, or in as many as a limit
 * allows. Nothing is remembered between runs but the choices made: each run follows a prefix of choices, takes the
 * first task that is ready from there on, and the last choice that has another possibility counts up.
 *
 * How many orders there are grows with the factorial of the slices: three tasks of four slices have 34,650. Where
 * that is too many, limit how often a run departs from first come first served (`deviation_limit`: most
 * faults need two departures at most), the depth, or try so many orders at random.
 */
#ifndef SB_SIM_TESTING_EXPLORE_H
#define SB_SIM_TESTING_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/testing/trial.h"

/* Choices that an order can tell; what comes after them is first come first served. */
#define SB_ORDER_CHOICES_MAX 512

/* An order of running: at each switch with several ready tasks, in the order of getting ready, which of them. */
struct sb_order {
    uint64_t seed; /* not 0: by this instead */
    uint32_t choice_count;
    uint8_t choices[SB_ORDER_CHOICES_MAX];
};

struct sb_explore_config {
    uint32_t depth; /* only the first so many choices vary; 0: SB_ORDER_CHOICES_MAX */
    uint32_t
        deviation_limit; /* at most so many choices of a run are not the first; 0: any number */
    uint64_t run_limit;  /* 0: a million */
    uint32_t seed_count; /* not 0: only so many orders at random, by seeds 1, 2, 3 ... */
};

struct sb_explore_report {
    struct sb_trial_report trial; /* of the run that failed */
    struct sb_order failed;
    uint64_t run_count;
    uint32_t choice_count; /* most that a run had */
    bool is_complete;      /* there is no other order */
};

/*
 * Stops at the first run that fails. `config` may be null: all orders, a million runs at most. Returns 0, complete
 * or not; -EPROTO, and `failed` is the order; or as sb_trial_run.
 */
int sb_explore(const struct sb_trial *trial, const struct sb_explore_config *config,
               struct sb_explore_report *report);

/* The one run again. Returns as sb_explore. */
int sb_explore_once(const struct sb_trial *trial, const struct sb_order *order,
                    struct sb_explore_report *report);

#endif
