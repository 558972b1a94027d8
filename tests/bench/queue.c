/* SPDX-License-Identifier: MIT */
/* queue: one task puts numbers into a queue of n places, another takes them out. An operation is one item. */
#include "lib/queue.h"

#include <stdlib.h>

#include "tests/bench/bench.h"
#include "tests/bench/floor.h"

static struct sb_queue queue;
static int64_t spent_ns;
static long sum;

static int put_all(void *arg)
{
    (void)arg;
    for (long i = 0; i < FLOOR_ITEMS; i++)
        sb_queue_put(&queue, &i);
    return 0;
}

static int get_all(void *arg)
{
    (void)arg;
    for (long i = 0; i < FLOOR_ITEMS; i++) {
        long item = 0;
        sb_queue_get(&queue, &item);
        sum += item;
    }
    return 0;
}

static int pass_all(void *arg)
{
    long n = *(const long *)arg;
    long *items = bench_alloc(n, sizeof(*items));
    struct sb_task putter;
    struct sb_task getter;
    int64_t start_ns;

    sb_queue_init(&queue, items, sizeof(*items), (uint32_t)n);
    sb_spawn(&getter, "get", get_all, NULL);
    sb_spawn(&putter, "put", put_all, NULL);
    start_ns = bench_cpu_ns();
    sb_join(&putter, NULL);
    sb_join(&getter, NULL);
    spent_ns = bench_cpu_ns() - start_ns;
    free(items);
    return 0;
}

double bench_queue(long n)
{
    sum = 0;
    bench_loop_run(NULL, 2, pass_all, &n);
    bench_expect(sum == (long)FLOOR_ITEMS * (FLOOR_ITEMS - 1) / 2);
    return (double)spent_ns / FLOOR_ITEMS;
}
