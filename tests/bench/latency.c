/* SPDX-License-Identifier: MIT */
/* Latencies: see latency.h. One sender at a time. */
#include "tests/bench/latency.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "tests/bench/bench.h"

static struct latency_sender job;
static pthread_t thread;
static _Atomic int64_t stamp_ns;
static atomic_int noticed;

int64_t latency_now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SB_S_NS + t.tv_nsec;
}

static void pause_ns(int64_t ns)
{
    struct timespec t = {.tv_sec = ns / SB_S_NS, .tv_nsec = ns % SB_S_NS};

    nanosleep(&t, NULL);
}

static void *send_all(void *arg)
{
    uint64_t x = 12345;

    (void)arg;
    for (int i = 0; i < job.count; i++) {
        x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
        pause_ns(job.pause_ns +
                 (job.pause_spread == 0 ? 0 : (int64_t)(x >> 33) % job.pause_spread));
        atomic_store(&stamp_ns, latency_now_ns());
        job.signal(job.arg);
        while (atomic_load(&noticed) <= i)
            pause_ns(20000);
    }
    return NULL;
}

void latency_sender_start(const struct latency_sender *sender)
{
    job = *sender;
    atomic_store(&noticed, 0);
    bench_expect(pthread_create(&thread, NULL, send_all, NULL) == 0);
}

int latency_noticed(struct latencies *out)
{
    bench_expect(out->count < LATENCY_MAX);
    out->ns[out->count++] = (double)(latency_now_ns() - atomic_load(&stamp_ns));
    return atomic_fetch_add(&noticed, 1) + 1;
}

void latency_sender_join(void)
{
    pthread_join(thread, NULL);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

double latency_percentile(struct latencies *latencies, int percent)
{
    qsort(latencies->ns, (size_t)latencies->count, sizeof(latencies->ns[0]), compare);
    return latencies->ns[(latencies->count - 1) * percent / 100];
}
