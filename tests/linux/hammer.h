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

/*
 * The same with one thread, which interrupts the loop's own with a signal again and again: `handler` takes it. After
 * each, the thread calls `then`, if that is not null.
 */
void hammer_signals(void (*handler)(int number), void (*then)(void));

/* The body of a task that keeps the loop busy, so that it hears of everything at once. */
int hammer_yield(void *arg);

/* A thread sleeps until the loop tells it something; what was told before is not forgotten. */
void hammer_tell(void *arg);
void hammer_sleep_until_told(void);

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

#define HAMMER_THREADS 3

/*
 * A thread writes a number and signals, several times in a row; then nothing more comes until the loop has seen the
 * last number. So each burst ends with a signal that must not be lost, and that may fall into the loop's
 * handling of the one before. The numbers are relaxed atomics: it is the signal that must carry them over.
 */
struct hammer_count {
    atomic_uint written;
    atomic_uint seen;
};
extern struct hammer_count hammer_counts[HAMMER_THREADS];

void hammer_start_counting(void);

/* On the loop: takes note of all that is written. */
void hammer_see_all(void);

/* On a thread, until the time is up: `signal(index)` tells the loop that there is another number. */
void hammer_bursts(int index, void (*signal)(int index));

#endif
