/* SPDX-License-Identifier: MIT */
/* The shared part of the tests with threads: see hammer.h. */
#include "tests/linux/hammer.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "hal-linux/clock_uv.h"
#include "hal-linux/stacks_mmap.h"
#include "hal-linux/workers_uv.h"
#include "lib/flag.h"

#define THREADS_MAX 4
#define PATIENCE_NS (10 * SB_S_NS)

static struct sb_stacks_mmap pool;
static struct sb_clock_uv real;
static struct sb_workers_uv workers;
static struct sb_loop loop;
static int64_t end_ns;
static _Atomic(const char *) failure;
static sem_t told;

static struct {
    void (*fn)(int index);
    pthread_t threads[THREADS_MAX];
    atomic_int left;
    struct sb_flag all_have_ended;
} group;

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SB_S_NS + t.tv_nsec;
}

struct sb_loop *hammer_loop(void)
{
    return &loop;
}

bool hammer_is_over(void)
{
    return now_ns() >= end_ns;
}

void hammer_fail(const char *what)
{
    const char *none = NULL;

    atomic_compare_exchange_strong(&failure, &none, what);
}

void hammer_open(void)
{
    const char *ms = getenv("HAMMER_MS");

    atomic_store(&failure, NULL);
    sem_init(&told, 0, 0);
    assert_int_equal(sb_stacks_mmap_init(&pool, 0), 0);
    assert_int_equal(sb_clock_uv_init(&real), 0);
    assert_int_equal(sb_workers_uv_init(&workers, &real), 0);
    sb_loop_init(&loop, &(struct sb_loop_config){
                            .clock = &real.clock,
                            .stacks = &pool.stacks,
                            .workers = &workers.workers,
                        });
    end_ns = now_ns() + (ms == NULL ? 200 : atoll(ms)) * SB_MS_NS;
}

void hammer_close(void)
{
    const char *what;

    sb_loop_deinit(&loop);
    sb_workers_uv_deinit(&workers);
    sb_clock_uv_deinit(&real);
    sb_stacks_mmap_deinit(&pool);
    what = atomic_load(&failure);
    if (what != NULL)
        fail_msg("%s", what);
}

void hammer_run(sb_task_fn *fn)
{
    struct sb_task task;
    int loop_rc;

    hammer_open();
    assert_int_equal(sb_spawn(&task, "test", fn, NULL), 0);
    loop_rc = sb_loop_run(&loop, &task);
    hammer_close();
    assert_int_equal(loop_rc, 0);
    assert_int_equal(task.result, 0);
}

/* ---- threads */

static void *run_thread(void *arg)
{
    group.fn((int)(intptr_t)arg);
    if (atomic_fetch_sub(&group.left, 1) == 1)
        sb_flag_set(&group.all_have_ended);
    return NULL;
}

void hammer_threads(void (*fn)(int index), int count)
{
    group.fn = fn;
    atomic_store(&group.left, count);
    sb_flag_init(&group.all_have_ended);
    for (int i = 0; i < count; i++)
        if (pthread_create(&group.threads[i], NULL, run_thread, (void *)(intptr_t)i) != 0)
            abort();
    if (sb_flag_wait(&group.all_have_ended) < 0)
        hammer_fail("the wait for the threads failed");
    for (int i = 0; i < count; i++)
        pthread_join(group.threads[i], NULL);
    sb_flag_deinit(&group.all_have_ended);
}

static struct {
    pthread_t loop_thread;
    void (*then)(void);
} signals;

static void send_signals(int index)
{
    (void)index;
    while (!hammer_is_over()) {
        pthread_kill(signals.loop_thread, SIGUSR1);
        hammer_pause();
        if (signals.then != NULL)
            signals.then();
    }
}

void hammer_signals(void (*handler)(int number), void (*then)(void))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct sigaction before;

    signals.loop_thread = pthread_self();
    signals.then = then;
    sigaction(SIGUSR1, &action, &before);
    hammer_threads(send_signals, 1);
    sigaction(SIGUSR1, &before, NULL);
}

void hammer_tell(void *arg)
{
    (void)arg;
    sem_post(&told);
}

void hammer_sleep_until_told(void)
{
    while (sem_wait(&told) < 0 && errno == EINTR)
        ;
}

int hammer_yield(void *arg)
{
    int rc;

    (void)arg;
    while ((rc = sb_yield()) == 0)
        ;
    return rc;
}

void hammer_await(const atomic_uint *value, unsigned wanted)
{
    int64_t start_ns = now_ns();

    while ((int)(atomic_load_explicit(value, memory_order_relaxed) - wanted) < 0) {
        if (now_ns() - start_ns > PATIENCE_NS) {
            hammer_fail("a wake was lost");
            return;
        }
        sched_yield();
    }
}

unsigned hammer_random(unsigned limit)
{
    static _Thread_local uint32_t state;

    if (state == 0)
        state = (uint32_t)(uintptr_t)&state | 1;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
}

void hammer_pause(void)
{
    for (volatile unsigned left = hammer_random(500); left > 0; left--)
        ;
    if (hammer_random(64) == 0)
        sched_yield();
}

/* ---- bursts of numbers */

struct hammer_count hammer_counts[HAMMER_THREADS];

void hammer_start_counting(void)
{
    for (int i = 0; i < HAMMER_THREADS; i++) {
        atomic_store(&hammer_counts[i].written, 0);
        atomic_store(&hammer_counts[i].seen, 0);
    }
}

void hammer_see_all(void)
{
    for (int i = 0; i < HAMMER_THREADS; i++)
        atomic_store_explicit(&hammer_counts[i].seen,
                              atomic_load_explicit(&hammer_counts[i].written, memory_order_relaxed),
                              memory_order_relaxed);
}

void hammer_bursts(int index, void (*signal)(int index))
{
    unsigned number = 0;

    while (!hammer_is_over()) {
        for (unsigned left = 1 + hammer_random(3); left > 0; left--) {
            atomic_store_explicit(&hammer_counts[index].written, ++number, memory_order_relaxed);
            signal(index);
            hammer_pause();
        }
        hammer_await(&hammer_counts[index].seen, number);
    }
}
