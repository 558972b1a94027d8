/* SPDX-License-Identifier: MIT */
/*
 * What tests with real threads share: a loop on the real clock, and threads that hammer what belongs to it for a while:
 * HAMMER_MS of the environment, or 200 ms. The loop has no timer meanwhile, so a wake that is lost is not made up for
 * by another: it stops the test, and who waits for it says so.
 */
#ifndef SB_TESTS_LINUX_HAMMER_H
#define SB_TESTS_LINUX_HAMMER_H

#include <stdatomic.h>
#include <stdbool.h>

#include "tests/support.h"

void hammer_open(void);
void hammer_close(void);

/* Opens, runs `fn(NULL)` as a task, closes. Fails the test when it does not return 0, or something was noted. */
void hammer_run(sb_task_fn *fn);

struct sb_loop *hammer_loop(void);

/* In the task: starts `fn(index)` on `count` threads, waits until all have ended, which the loop hears last of all. */
void hammer_threads(void (*fn)(int index), int count);

/* On any thread: the time is up. */
bool hammer_is_over(void);

/* On a thread: waits until `*value` is at least `wanted`; notes a failure when that takes more than ten seconds. */
void hammer_await(const atomic_uint *value, unsigned wanted);

/* On any thread: the test fails when the loop has ended, with the first of these. */
void hammer_fail(const char *what);

/* A random number of the thread's own, below `limit`. */
unsigned hammer_random(unsigned limit);

/* Lets a random short time pass. */
void hammer_pause(void);

#endif
