/* SPDX-License-Identifier: MIT */
/* Latencies: how long it takes from a stamp, set by another thread, to whoever was to take notice of it. */
#ifndef SB_TESTS_BENCH_LATENCY_H
#define SB_TESTS_BENCH_LATENCY_H

#include <stdint.h>

#define LATENCY_MAX 4000

/* Collected in the thread that takes notice. */
struct latencies {
    int count;
    double ns[LATENCY_MAX];
};

/* Wall time, ns. */
int64_t latency_now_ns(void);

/* A thread that signals again and again: pauses, stamps, calls `signal(arg)`, waits until that is noticed. */
struct latency_sender {
    int count;
    int64_t pause_ns;     /* before each signal */
    int64_t pause_spread; /* and up to so much more, by a fixed sequence */
    void (*signal)(void *arg);
    void *arg;
};

void latency_sender_start(const struct latency_sender *sender);

/* The signal was noticed: keeps its latency. Returns how many have been. */
int latency_noticed(struct latencies *out);

void latency_sender_join(void);

/* The value below which `percent` of all lie. */
double latency_percentile(struct latencies *latencies, int percent);

#endif
