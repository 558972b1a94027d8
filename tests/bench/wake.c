/* SPDX-License-Identifier: MIT */
/*
 * wake: a thread sets a flag for which a task waits while the loop is idle. An operation is one wake; what counts
 * is the median time from before the set until the task runs. The floor is an eventfd read after epoll_wait, the
 * peers uv_async_send, and asyncio's call_soon_threadsafe.
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
#include "tests/bench/peers.h"

#if SB_HAVE_UV

#include <uv.h>

#include "hal-linux/clock_uv.h"
#include "lib/flag.h"

#define WAKES 2000

static struct latencies latencies;
static struct sb_flag flag;

static struct latency_sender sender_of(void (*signal)(void *arg), void *arg)
{
    return (struct latency_sender){.count = WAKES, .pause_ns = 50000, .signal = signal, .arg = arg};
}

static void set_flag(void *arg)
{
    sb_flag_set(arg);
}

static int take_wakes(void *arg)
{
    struct latency_sender sender = sender_of(set_flag, &flag);

    (void)arg;
    sb_flag_init(&flag);
    sb_loop_add_source(sb_loop_current(), 1); /* the thread */
    latency_sender_start(&sender);
    do {
        sb_flag_wait(&flag);
    } while (latency_noticed(&latencies) < WAKES);
    latency_sender_join();
    sb_loop_add_source(sb_loop_current(), -1);
    sb_flag_deinit(&flag);
    return 0;
}

double bench_wake(long n)
{
    struct sb_clock_uv clock;

    (void)n;
    latencies.count = 0;
    bench_expect(sb_clock_uv_init(&clock) == 0);
    bench_loop_run(&clock.clock, 0, take_wakes, NULL);
    sb_clock_uv_deinit(&clock);
    return latency_percentile(&latencies, 50);
}

/* ---- eventfd and epoll */

static void write_event(void *arg)
{
    uint64_t one = 1;

    bench_expect(write(*(int *)arg, &one, sizeof(one)) == sizeof(one));
}

double floor_wake(long n)
{
    int event_fd = eventfd(0, EFD_NONBLOCK);
    int epoll_fd = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    struct latency_sender sender = sender_of(write_event, &event_fd);
    uint64_t value;

    (void)n;
    latencies.count = 0;
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, event_fd, &event);
    latency_sender_start(&sender);
    do {
        while (epoll_wait(epoll_fd, &event, 1, -1) != 1 ||
               read(event_fd, &value, sizeof(value)) != sizeof(value))
            ;
    } while (latency_noticed(&latencies) < WAKES);
    latency_sender_join();
    close(epoll_fd);
    close(event_fd);
    return latency_percentile(&latencies, 50);
}

/* ---- libuv */

static void send_async(void *arg)
{
    uv_async_send(arg);
}

static void on_async(uv_async_t *handle)
{
    if (latency_noticed(&latencies) == WAKES)
        uv_close((uv_handle_t *)handle, NULL);
}

double peer_uv_wake(long n)
{
    struct latency_sender sender;
    uv_async_t async;
    uv_loop_t loop;

    (void)n;
    latencies.count = 0;
    bench_expect(uv_loop_init(&loop) == 0 && uv_async_init(&loop, &async, on_async) == 0);
    sender = sender_of(send_async, &async);
    latency_sender_start(&sender);
    uv_run(&loop, UV_RUN_DEFAULT);
    latency_sender_join();
    uv_loop_close(&loop);
    return latency_percentile(&latencies, 50);
}

#endif
