/* SPDX-License-Identifier: MIT */
/*
 * What the benchmarks share: one row of the table, the clock they are measured by, and the delays that
 * sleepers ask for. Each row has our measurement and its floor: the least that any scheduler must do
 * for the same thing (floor.h).
 */
#ifndef SB_TESTS_BENCH_BENCH_H
#define SB_TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "hal-linux/stacks_mmap.h"
#include "lib/loop.h"
#include "lib/task.h"

/* Measures once with `n` tasks, timers or items. Returns nanoseconds an operation. */
typedef double bench_fn(long n);

struct bench_row {
    const char *name;
    long n;
    bench_fn *ours;
    bench_fn *floor;
    bench_fn *uv;        /* libuv doing the same; null: it has none */
    bool has_asyncio;    /* peer_asyncio knows it */
    double max_ns;       /* 0: no such limit */
    double max_over_ns;  /* at most so much more than the floor */
    double max_ratio;    /* to the floor; 0: no such limit */
    double max_uv_ratio; /* to libuv; 0: no such limit */
};

bench_fn bench_yield, bench_sleep_virtual, bench_sleep_task;
bench_fn bench_sleep_real_tasks, bench_sleep_real_timers;
bench_fn bench_spawn, bench_queue, bench_wake;
bench_fn bench_io_latency, bench_io_latency_p99; /* the latter tells of the last run */
bench_fn bench_edges, bench_day, bench_day_no_gps;

/* Processor time of the whole process, other threads included, ns. */
int64_t bench_cpu_ns(void);

/*
 * The part of a run that counts: `skipped` operations to get warm, then `counted` ones. bench_span_step
 * is called at each operation and is true at the last.
 */
struct bench_span {
    int64_t start_ns;
    int64_t end_ns;
    long done;
    long skipped;
    long counted;
};

static inline bool bench_span_step(struct bench_span *span)
{
    long done = ++span->done;

    if (done == span->skipped)
        span->start_ns = bench_cpu_ns();
    if (done != span->skipped + span->counted)
        return false;
    span->end_ns = bench_cpu_ns();
    return true;
}

double bench_span_ns(const struct bench_span *span);

/* Delays for sleepers: a table of numbers from 1 to `range`, the same in each run. */
#define BENCH_DELAYS 4096
extern uint32_t bench_delays[BENCH_DELAYS];
void bench_delays_init(uint32_t range);

static inline uint32_t bench_delay(uint32_t *k)
{
    return bench_delays[(*k)++ & (BENCH_DELAYS - 1)];
}

/* Where sleeper `i` begins in the table. */
static inline uint32_t bench_delay_start(long i)
{
    return (uint32_t)i * 7919u;
}

/* Ends the program when what was measured is wrong. */
void bench_expect(bool is_right);

/* Zeroed memory or the end of the program. */
void *bench_alloc(long count, size_t size);

/* A pool that holds `count` stacks: the same for our tasks and for the floor's. */
void bench_stacks_init(struct sb_stacks_mmap *pool, long count);

/* Runs `fn(arg)` as a task beside `task_count` more, on a fresh loop on the clock (null: virtual). */
void bench_loop_run(struct sb_clock *clock, long task_count, sb_task_fn *fn, void *arg);

#endif
