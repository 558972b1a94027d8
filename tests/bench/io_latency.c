/* SPDX-License-Identifier: MIT */
/*
 * io_latency: n tasks keep the loop busy, each computing for 100 us before it yields, and one more waits for a
 * descriptor that a thread makes readable every few milliseconds. What counts is the time from there until that
 * task runs: the median, and the 99th of a hundred. The floor is a bare epoll loop without busy tasks.
 */
#include "tests/bench/bench.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "config.h"
#include "tests/bench/floor.h"
#include "tests/bench/latency.h"

#if SB_HAVE_UV

#include <uv.h>

#include "hal-linux/clock_uv.h"
#include "lib/event.h"

#define EVENTS   200
#define SLICE_NS 100000

static struct latencies latencies;
static struct sb_clock_uv real_clock;
static struct sb_event readable;
static int event_fd;

/* Of the last run of either side. */
static double p99_ns;
static double floor_p99_ns;

static void write_event(void *arg)
{
    uint64_t one = 1;

    bench_expect(write(*(int *)arg, &one, sizeof(one)) == sizeof(one));
}

static void start_sender(void)
{
    latencies.count = 0;
    event_fd = eventfd(0, EFD_NONBLOCK);
    latency_sender_start(&(struct latency_sender){.count = EVENTS,
                                                  .pause_ns = 2000000,
                                                  .pause_spread = 3000000,
                                                  .signal = write_event,
                                                  .arg = &event_fd});
}

static void end_sender(void)
{
    latency_sender_join();
    close(event_fd);
}

static bool read_event(void)
{
    uint64_t value;

    return read(event_fd, &value, sizeof(value)) == sizeof(value);
}

static int compute(void *arg)
{
    (void)arg;
    do {
        for (int64_t end_ns = latency_now_ns() + SLICE_NS; latency_now_ns() < end_ns;)
            ;
    } while (sb_yield() == 0);
    return 0;
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
    (void)handle;
    (void)status;
    (void)events;
    if (read_event())
        sb_event_set(&readable);
}

static int serve(void *arg)
{
    do {
        sb_event_wait(&readable);
        sb_event_clear(&readable);
    } while (latency_noticed(&latencies) < EVENTS);
    (void)arg;
    return 0;
}

static int serve_beside_busy_tasks(void *arg)
{
    long n = *(const long *)arg;
    struct sb_task *tasks = bench_alloc(n, sizeof(*tasks));
    struct sb_task server;
    uv_poll_t poll;

    sb_event_init(&readable);
    for (long i = 0; i < n; i++)
        sb_spawn(&tasks[i], "busy", compute, NULL);
    sb_yield(); /* their stacks are there now */
    start_sender();
    uv_poll_init(sb_clock_uv_loop(&real_clock), &poll, event_fd);
    uv_poll_start(&poll, UV_READABLE, on_readable);
    sb_loop_look(sb_loop_current()); /* a handle of one's own: see sb_clock_uv_loop */
    sb_spawn(&server, "server", serve, NULL);
    sb_join(&server, NULL);
    for (long i = 0; i < n; i++)
        sb_task_cancel(&tasks[i]);
    for (long i = 0; i < n; i++)
        sb_join(&tasks[i], NULL);
    uv_close((uv_handle_t *)&poll, NULL);
    uv_run(sb_clock_uv_loop(&real_clock), UV_RUN_NOWAIT);
    free(tasks);
    end_sender();
    return 0;
}

double bench_io_latency(long n)
{
    bench_expect(sb_clock_uv_init(&real_clock) == 0);
    bench_loop_run(&real_clock.clock, n + 1, serve_beside_busy_tasks, &n);
    sb_clock_uv_deinit(&real_clock);
    p99_ns = latency_percentile(&latencies, 99);
    return latency_percentile(&latencies, 50);
}

double floor_io_latency(long n)
{
    struct epoll_event event = {.events = EPOLLIN};
    int epoll_fd = epoll_create1(0);

    (void)n;
    start_sender();
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, event_fd, &event);
    do {
        while (epoll_wait(epoll_fd, &event, 1, -1) != 1 || !read_event())
            ;
    } while (latency_noticed(&latencies) < EVENTS);
    close(epoll_fd);
    end_sender();
    floor_p99_ns = latency_percentile(&latencies, 99);
    return latency_percentile(&latencies, 50);
}

double bench_io_latency_p99(long n)
{
    (void)n;
    return p99_ns;
}

double floor_io_latency_p99(long n)
{
    (void)n;
    return floor_p99_ns;
}

#endif
