/* SPDX-License-Identifier: MIT */
/*
 * Orders of running: at each switch with several ready tasks, which of them. And which orders of all are to be
 * gone through: every one, or as many as some limit leaves.
 *
 * How many there are grows with the factorial of the slices: three tasks of four slices have 34,650. Where that is
 * too many, limit how often a run departs from first come first served (most faults need two departures at most),
 * or take so many at random.
 */
#ifndef SB_SIM_TESTING_ORDER_H
#define SB_SIM_TESTING_ORDER_H

#include <stdint.h>

/* Choices that an order can tell; what comes after them is first come first served. */
#define SB_ORDER_CHOICES_MAX 256

/* One of them; zero: first come first served. */
struct sb_order {
    uint64_t seed; /* not 0: at random, by this */
    uint32_t choice_count;
    uint8_t
        choices[SB_ORDER_CHOICES_MAX]; /* index among the ready, in the order of getting ready */
};

/* Those that are to be gone through. Zero: all. */
struct sb_orders {
    uint32_t depth; /* only the first so many choices vary; 0: as many as an order can tell */
    uint32_t
        deviation_limit; /* at most so many choices of an order are not the first; 0: any number */
    uint32_t seed_count; /* not 0: instead, first come first served and so many at random */
    uint64_t run_limit;  /* 0: a million */
};

#endif
