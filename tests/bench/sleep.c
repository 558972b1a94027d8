/* SPDX-License-Identifier: MIT */
/*
 * sleep_virtual, sleep_task: n timers or tasks on the virtual clock, each sleeping again and again for
 * 1 to 10,000 ns. An operation is one sleep: arming and firing, for tasks the two switches as well.
 */
#include "tests/bench/bench.h"

#include <stdlib.h>

#include "lib/event.h"
#include "lib/timer.h"
#include "tests/bench/floor.h"

struct sleeper {
    struct sb_timer timer;
    uint32_t k;
};

static struct bench_span span;
static struct sb_event done;

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct sleeper *sleeper = arg;

    if (bench_span_step(&span))
        sb_event_set(&done);
    sb_timer_start_at_ns(timer, timer->deadline_ns + bench_delay(&sleeper->k));
}

static int arm_all(void *arg)
{
    long n = *(const long *)arg;
    struct sleeper *sleepers = bench_alloc(n, sizeof(*sleepers));

    for (long i = 0; i < n; i++) {
        sleepers[i].k = bench_delay_start(i);
        sb_timer_init(&sleepers[i].timer, on_timer, &sleepers[i]);
        sb_timer_start_at_ns(&sleepers[i].timer, bench_delay(&sleepers[i].k));
    }
    sb_event_wait(&done);
    for (long i = 0; i < n; i++)
        sb_timer_stop(&sleepers[i].timer);
    free(sleepers);
    return 0;
}

double bench_sleep_virtual(long n)
{
    bench_delays_init(FLOOR_VIRTUAL_RANGE);
    span = (struct bench_span){.skipped = n, .counted = FLOOR_SLEEPS};
    sb_event_init(&done);
    bench_loop_run(NULL, 0, arm_all, &n);
    return bench_span_ns(&span);
}

static int sleep_often(void *arg)
{
    uint32_t k = bench_delay_start((long)(intptr_t)arg);

    while (sb_sleep_ns(bench_delay(&k)) == 0)
        if (bench_span_step(&span))
            sb_event_set(&done);
    return 0;
}

static int sleep_all(void *arg)
{
    long n = *(const long *)arg;
    struct sb_task *tasks = bench_alloc(n, sizeof(*tasks));

    for (long i = 0; i < n; i++)
        sb_spawn(&tasks[i], "sleep", sleep_often, (void *)(intptr_t)i);
    sb_event_wait(&done);
    for (long i = 0; i < n; i++)
        sb_task_cancel(&tasks[i]);
    for (long i = 0; i < n; i++)
        sb_join(&tasks[i], NULL);
    free(tasks);
    return 0;
}

double bench_sleep_task(long n)
{
    bench_delays_init(FLOOR_VIRTUAL_RANGE);
    span = (struct bench_span){.skipped = n, .counted = FLOOR_SLEEPS};
    sb_event_init(&done);
    bench_loop_run(NULL, n, sleep_all, &n);
    return bench_span_ns(&span);
}
