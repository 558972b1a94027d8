/* SPDX-License-Identifier: MIT */
/* What the benchmarks share: see bench.h. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/clock_virtual.h"

uint32_t bench_delays[BENCH_DELAYS];

int64_t bench_cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * SB_S_NS + t.tv_nsec;
}

double bench_span_ns(const struct bench_span *span)
{
    return (double)(span->end_ns - span->start_ns) / (double)span->counted;
}

/* xorshift: the numbers only have to be the same for everybody. */
void bench_delays_init(uint32_t range)
{
    uint64_t x = UINT64_C(88172645463325252);

    for (int i = 0; i < BENCH_DELAYS; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        bench_delays[i] = 1 + (uint32_t)((x >> 11) % range);
    }
}

static void give_up(const char *what)
{
    fprintf(stderr, "bench: %s; choose other rows\n", what);
    exit(1);
}

void bench_expect(bool is_right)
{
    if (!is_right) {
        fprintf(stderr, "bench: a wrong sum; nothing was measured\n");
        exit(1);
    }
}

void *bench_alloc(long count, size_t size)
{
    void *memory = calloc((size_t)count, size);

    if (memory == NULL)
        give_up("not enough memory");
    return memory;
}

void bench_stacks_init(struct sb_stacks_mmap *pool, long count)
{
    if (sb_stacks_mmap_init(pool, 0) < 0 || sb_stacks_mmap_reserve(pool, (unsigned)count) < 0)
        give_up("not enough memory for stacks");
}

void bench_loop_run(struct sb_clock *clock, long task_count, sb_task_fn *fn, void *arg)
{
    static struct sb_loop loop;
    struct sb_clock virtual_clock;
    struct sb_stacks_mmap pool;
    struct sb_task task;

    bench_stacks_init(&pool, task_count + 1);
    if (clock == NULL) {
        sb_clock_virtual_init(&virtual_clock, SB_YIELD_COST_NS);
        clock = &virtual_clock;
    }
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = clock, .stacks = &pool.stacks});
    if (sb_spawn(&task, "bench", fn, arg) < 0 || sb_loop_run(&loop, &task) < 0)
        give_up("the loop did not run");
    sb_loop_deinit(&loop);
    sb_stacks_mmap_deinit(&pool);
}
