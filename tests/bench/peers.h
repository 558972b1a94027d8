/* SPDX-License-Identifier: MIT */
/* Others that do the same, measured in the same run: libuv, and CPython's asyncio where there is a python3. */
#ifndef SB_TESTS_BENCH_PEERS_H
#define SB_TESTS_BENCH_PEERS_H

#include "tests/bench/bench.h"

bench_fn peer_uv_idle, peer_uv_timers, peer_uv_wake;

/*
 * Runs the script of peer_asyncio.c for "yield", "sleep_real", "spawn", "queue" or "wake". Returns nanoseconds an
 * operation; NAN where it has none, or there is no python3.
 */
double peer_asyncio(const char *name, long n);

#endif
