/* SPDX-License-Identifier: MIT */
/* yield: n tasks that do nothing but yield. An operation is one yield. */
#include "tests/bench/bench.h"

#include <stdlib.h>

#include "tests/bench/floor.h"

static long yields_each;
static int64_t spent_ns;

static int yield_often(void *arg)
{
    (void)arg;
    for (long i = 0; i < yields_each; i++)
        sb_yield();
    return 0;
}

static int yield_all(void *arg)
{
    long n = *(const long *)arg;
    struct sb_task *tasks = bench_alloc(n, sizeof(*tasks));
    int64_t start_ns;

    for (long i = 0; i < n; i++)
        sb_spawn(&tasks[i], "yield", yield_often, NULL);
    start_ns = bench_cpu_ns();
    for (long i = 0; i < n; i++)
        sb_join(&tasks[i], NULL);
    spent_ns = bench_cpu_ns() - start_ns;
    free(tasks);
    return 0;
}

double bench_yield(long n)
{
    yields_each = FLOOR_YIELDS / n;
    bench_loop_run(NULL, n, yield_all, &n);
    return (double)spent_ns / (double)(yields_each * n);
}
