/* SPDX-License-Identifier: MIT */
/*
 * sleep_real: n tasks or timers on the real clock, whose deadlines are whole milliseconds, each asking
 * for the next when one is reached. The range of the delays grows with n, so that about 180 fall due
 * each millisecond and the processor is never the limit. Processor time, that of waiting included.
 */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "config.h"

#if SB_HAVE_UV

#include <uv.h>

#include "hal-linux/clock_uv.h"
#include "lib/event.h"
#include "lib/timer.h"
#include "tests/bench/floor.h"
#include "tests/bench/peers.h"

struct sleeper {
    struct sb_timer timer;
    uint32_t k;
};

static struct bench_span span;
static struct sb_event done;

static void begin(long n)
{
    bench_delays_init(floor_real_range_ms(n));
    span = (struct bench_span){.skipped = n, .counted = FLOOR_REAL_SLEEPS};
    sb_event_init(&done);
}

static double run_on_real_clock(long task_count, sb_task_fn *fn, long n)
{
    struct sb_clock_uv clock;

    begin(n);
    if (sb_clock_uv_init(&clock) < 0) {
        fprintf(stderr, "bench: no real clock\n");
        exit(1);
    }
    bench_loop_run(&clock.clock, task_count, fn, &n);
    sb_clock_uv_deinit(&clock);
    return bench_span_ns(&span);
}

/* `delay` milliseconds after the present one. */
static int64_t whole_ms(uint32_t delay_ms)
{
    return (sb_now_ns() / SB_MS_NS + delay_ms) * SB_MS_NS;
}

static int sleep_often(void *arg)
{
    uint32_t k = bench_delay_start((long)(intptr_t)arg);
    int64_t deadline_ns = whole_ms(bench_delay(&k));

    while (sb_sleep_until_ns(deadline_ns) == 0) {
        if (bench_span_step(&span))
            sb_event_set(&done);
        deadline_ns += bench_delay(&k) * SB_MS_NS;
    }
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

double bench_sleep_real_tasks(long n)
{
    return run_on_real_clock(n, sleep_all, n);
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct sleeper *sleeper = arg;

    if (bench_span_step(&span))
        sb_event_set(&done);
    sb_timer_start_at_ns(timer, timer->deadline_ns + bench_delay(&sleeper->k) * SB_MS_NS);
}

static int arm_all(void *arg)
{
    long n = *(const long *)arg;
    struct sleeper *sleepers = bench_alloc(n, sizeof(*sleepers));

    for (long i = 0; i < n; i++) {
        sleepers[i].k = bench_delay_start(i);
        sb_timer_init(&sleepers[i].timer, on_timer, &sleepers[i]);
        sb_timer_start_at_ns(&sleepers[i].timer, whole_ms(bench_delay(&sleepers[i].k)));
    }
    sb_event_wait(&done);
    for (long i = 0; i < n; i++)
        sb_timer_stop(&sleepers[i].timer);
    free(sleepers);
    return 0;
}

double bench_sleep_real_timers(long n)
{
    return run_on_real_clock(0, arm_all, n);
}

/* ---- libuv's own timers */

struct uv_sleeper {
    uv_timer_t handle;
    uint32_t k;
};

static void on_uv_timer(uv_timer_t *handle)
{
    struct uv_sleeper *sleeper = handle->data;

    if (bench_span_step(&span))
        uv_stop(handle->loop);
    uv_timer_start(handle, on_uv_timer, bench_delay(&sleeper->k), 0);
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    uv_close(handle, NULL);
}

double peer_uv_timers(long n)
{
    struct uv_sleeper *sleepers = bench_alloc(n, sizeof(*sleepers));
    uv_loop_t loop;

    begin(n);
    if (uv_loop_init(&loop) < 0)
        exit(1);
    for (long i = 0; i < n; i++) {
        sleepers[i].k = bench_delay_start(i);
        uv_timer_init(&loop, &sleepers[i].handle);
        sleepers[i].handle.data = &sleepers[i];
        uv_timer_start(&sleepers[i].handle, on_uv_timer, bench_delay(&sleepers[i].k), 0);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_walk(&loop, close_handle, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    free(sleepers);
    return bench_span_ns(&span);
}

#endif
