/* SPDX-License-Identifier: MIT */
/* libuv's idle handles: n callbacks that are called in turns, which is as near to a yield as it has. */
#include "tests/bench/peers.h"

#include <stdlib.h>

#include "config.h"
#include "tests/bench/floor.h"

#if SB_HAVE_UV

#include <uv.h>

static long calls_left;

static void on_idle(uv_idle_t *handle)
{
    if (--calls_left == 0)
        uv_stop(handle->loop);
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    uv_close(handle, NULL);
}

double peer_uv_idle(long n)
{
    long calls = FLOOR_YIELDS / 20 / n * n;
    uv_idle_t *handles = bench_alloc(n, sizeof(*handles));
    int64_t start_ns;
    uv_loop_t loop;

    bench_expect(uv_loop_init(&loop) == 0);
    for (long i = 0; i < n; i++) {
        uv_idle_init(&loop, &handles[i]);
        uv_idle_start(&handles[i], on_idle);
    }
    calls_left = calls;
    start_ns = bench_cpu_ns();
    uv_run(&loop, UV_RUN_DEFAULT);
    start_ns = bench_cpu_ns() - start_ns;
    uv_walk(&loop, close_handle, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    free(handles);
    return (double)start_ns / (double)calls;
}

#endif
