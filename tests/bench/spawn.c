/* SPDX-License-Identifier: MIT */
/* spawn: a task starts n others, which end at once, and joins them. An operation is one of those. */
#include "tests/bench/bench.h"

#include <stdlib.h>

#include "tests/bench/floor.h"

static int64_t spent_ns;

static int end_at_once(void *arg)
{
    (void)arg;
    return 0;
}

static int spawn_often(void *arg)
{
    long n = *(const long *)arg;
    struct sb_task *tasks = bench_alloc(n, sizeof(*tasks));
    int64_t start_ns = bench_cpu_ns();

    for (long round = 0; round < FLOOR_SPAWNS / n; round++) {
        for (long i = 0; i < n; i++)
            sb_spawn(&tasks[i], "child", end_at_once, NULL);
        for (long i = 0; i < n; i++)
            sb_join(&tasks[i], NULL);
    }
    spent_ns = bench_cpu_ns() - start_ns;
    free(tasks);
    return 0;
}

double bench_spawn(long n)
{
    long rounds = FLOOR_SPAWNS / n; /* whole ones */

    bench_loop_run(NULL, n, spawn_often, &n);
    return (double)spent_ns / (double)(rounds * n);
}
