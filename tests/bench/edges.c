/* SPDX-License-Identifier: MIT */
/*
 * edges: a VCD file of n edges of a bouncing button is played into a pin, whose edges drive the
 * pushbutton. The floor reads the same file and does nothing. An operation is one edge; opening the file
 * is part of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "drivers/pushbutton.h"
#include "sim/replay.h"
#include "tests/bench/bench.h"
#include "tests/bench/floor.h"

/* Each time the contact changes it does so five times within 2 ms, then rests for 50 to 150 ms. */
#define BOUNCES 5

static char path[] = "/tmp/softboard-bench-XXXXXX";
static long edge_count; /* of the file that is there; 0: none is */

static void remove_file(void)
{
    unlink(path);
}

static void write_file(long n)
{
    int fd = edge_count ? -1 : mkstemp(path);
    FILE *file = fd < 0 ? fopen(path, "w") : fdopen(fd, "w");
    int64_t at_us = 0;
    uint32_t k = 0;

    bench_expect(file != NULL);
    if (!edge_count)
        atexit(remove_file);
    edge_count = n;
    bench_delays_init(100000);
    fprintf(file, "$timescale 1 us $end\n$scope module gpio $end\n$var wire 1 ! GPIO17 $end\n"
                  "$upscope $end\n$enddefinitions $end\n#0\n1!\n");
    for (long i = 0; i < n; i++) {
        uint32_t delay_us = bench_delay(&k);

        at_us += i % BOUNCES ? 1 + delay_us % 400 : 50000 + delay_us;
        fprintf(file, "#%lld\n%d!\n", (long long)at_us, (int)(i % 2));
    }
    bench_expect(fclose(file) == 0);
}

static struct sb_pushbutton button;
static int64_t spent_ns;

static int play(void *arg)
{
    struct sb_pushbutton_config config = {0};
    struct sb_replay *replay;
    struct sb_diag diag;
    int64_t start_ns = bench_cpu_ns();

    (void)arg;
    sb_diag_init(&diag, NULL, NULL);
    bench_expect(sb_replay_open(&replay, path, NULL, &diag) == 0);
    bench_expect(sb_replay_pin(replay, 0, SB_PIN_INPUT | SB_PIN_ACTIVE_LOW, &config.pin) == 0);
    bench_expect(sb_pushbutton_init(&button, &config) == 0 && sb_pushbutton_start(&button) == 0);
    bench_expect(sb_replay_start(replay) == 0 && sb_replay_wait(replay) == 0);
    sb_pushbutton_stop(&button);
    sb_replay_close(replay);
    spent_ns = bench_cpu_ns() - start_ns;
    return 0;
}

double bench_edges(long n)
{
    if (edge_count != n)
        write_file(n);
    bench_loop_run(NULL, 1, play, NULL);
    /* Bounces are an odd number, so that each contact is a press or a release. */
    bench_expect(button.press_count == (uint32_t)(n / BOUNCES / 2));
    return (double)spent_ns / (double)n;
}

double floor_edges(long n)
{
    int64_t start_ns = bench_cpu_ns();
    struct sb_trace_change change;
    struct sb_trace *trace;
    struct sb_diag diag;
    long count = -1; /* without the initial level */

    if (edge_count != n)
        write_file(n);
    sb_diag_init(&diag, NULL, NULL);
    bench_expect(sb_trace_open(&trace, path, NULL, &diag) == 0);
    while (sb_trace_next(trace, &change) > 0)
        count++;
    sb_trace_close(trace);
    bench_expect(count == n);
    return (double)(bench_cpu_ns() - start_ns) / (double)n;
}
