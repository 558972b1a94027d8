/* SPDX-License-Identifier: MIT */
/*
 * The floors: the smallest loops that do what a row of the benchmark does, with no cancel, no checks, no
 * names. Something to aim near, not a competitor. They share nothing with lib/ but the pool of
 * stacks, so that theirs lie as ours do.
 */
#ifndef SB_TESTS_BENCH_FLOOR_H
#define SB_TESTS_BENCH_FLOOR_H

#include <stdint.h>

#include "lib/stacks.h"
#include "tests/bench/bench.h"

/* Operations of a run, for both sides. */
#define FLOOR_YIELDS      6000000
#define FLOOR_SLEEPS      2000000
#define FLOOR_REAL_SLEEPS 100000
#define FLOOR_SPAWNS      2000000
#define FLOOR_ITEMS       4000000

/* Delays are 1 to this many ns on the virtual clock, 1 to this many ms on the real one. */
#define FLOOR_VIRTUAL_RANGE 10000
static inline uint32_t floor_real_range_ms(long n)
{
    return (uint32_t)(n < 100 ? 1 : n / 100);
}

bench_fn floor_yield, floor_sleep_virtual, floor_sleep_task, floor_sleep_real, floor_spawn;
bench_fn floor_queue, floor_wake, floor_io_latency, floor_io_latency_p99;
bench_fn floor_edges, floor_day; /* in edges.c: it reads the same file */

/* Saves the callee's registers and the stack pointer in `*save`, goes on at `to`. */
void floor_switch(void **save, void *to);

/* Makes a stack on which floor_switch begins `fn`, which must not return. Returns its stack pointer. */
void *floor_make_fibre(struct sb_stack stack, void (*fn)(void));

#endif
