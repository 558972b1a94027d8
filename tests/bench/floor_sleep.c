/* SPDX-License-Identifier: MIT */
/*
 * The floors of the sleeps: a wheel of six levels of 64 slots, and under it stackless tasks on a virtual
 * clock (sleep_virtual), fibres on a virtual clock (sleep_task), stackless tasks with epoll_wait
 * (sleep_real). A tick is 1 ns on the virtual clock and 1 ms on the real one.
 */
#include "tests/bench/floor.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define LEVELS 6

struct task {
    struct task *next; /* in the list of ready tasks */
    void (*fn)(struct task *);
    void *sp;
    uint32_t slot;
    uint32_t k;
    uint64_t when;
    struct task *wheel_prev;
    struct task *wheel_next;
};

static struct {
    struct task *head;
    struct task **tail;
} ready;

static struct task *wheel[LEVELS][64];
static uint64_t occupied[LEVELS];
static uint64_t wheel_time;
static uint64_t now;
static struct bench_span span;
static bool is_done;

static inline void push(struct task *t)
{
    t->next = NULL;
    *ready.tail = t;
    ready.tail = &t->next;
}

static inline struct task *pop(void)
{
    struct task *t = ready.head;

    if (t != NULL && (ready.head = t->next) == NULL)
        ready.tail = &ready.head;
    return t;
}

/* ---- the wheel */

static inline void wheel_add(struct task *t)
{
    uint64_t d = t->when ^ wheel_time;
    int level = d != 0 ? (63 - __builtin_clzll(d)) / 6 : 0;
    unsigned slot;

    if (level >= LEVELS)
        level = LEVELS - 1;
    slot = (unsigned)(t->when >> (6 * level)) & 63;
    t->slot = (uint32_t)(level * 64) + slot;
    t->wheel_prev = NULL;
    t->wheel_next = wheel[level][slot];
    if (t->wheel_next != NULL)
        t->wheel_next->wheel_prev = t;
    wheel[level][slot] = t;
    occupied[level] |= UINT64_C(1) << slot;
}

static inline struct task *take_slot(int level, unsigned slot)
{
    struct task *list = wheel[level][slot];

    wheel[level][slot] = NULL;
    occupied[level] &= ~(UINT64_C(1) << slot);
    return list;
}

/* The start of the earliest slot in use (exact at level 0, a lower bound above), ~0 if none. */
static inline uint64_t earliest(int *level, unsigned *slot)
{
    for (int l = 0; l < LEVELS; l++) {
        unsigned shift = 6u * (unsigned)l;
        uint64_t m = occupied[l] & (~UINT64_C(0) << (wheel_time >> shift & 63));
        if (m == 0)
            continue;
        *level = l;
        *slot = (unsigned)__builtin_ctzll(m);
        return (wheel_time & (~UINT64_C(0) << (shift + 6))) | ((uint64_t)*slot << shift);
    }
    return ~UINT64_C(0);
}

/* Moves time to the next tasks that are due and returns them. */
static struct task *wheel_next(void)
{
    for (;;) {
        int level;
        unsigned slot;
        uint64_t at = earliest(&level, &slot);
        struct task *list;

        if (at == ~UINT64_C(0))
            return NULL;
        wheel_time = at;
        list = take_slot(level, slot);
        if (level == 0)
            return list;
        while (list != NULL) {
            struct task *next = list->wheel_next;
            wheel_add(list);
            list = next;
        }
    }
}

static struct task *begin(long n, void (*fn)(struct task *))
{
    struct task *tasks = bench_alloc(n, sizeof(*tasks));

    memset(wheel, 0, sizeof(wheel));
    memset(occupied, 0, sizeof(occupied));
    wheel_time = now = 0;
    is_done = false;
    ready.head = NULL;
    ready.tail = &ready.head;
    for (long i = 0; i < n; i++) {
        tasks[i].k = bench_delay_start(i);
        tasks[i].fn = fn;
        push(&tasks[i]);
    }
    return tasks;
}

/* The ready tasks run, then time moves to the next that are due; until the span is over. */
static inline void run_virtual(void (*run_ready)(void))
{
    while (!is_done) {
        run_ready();
        struct task *list = wheel_next();
        now = wheel_time;
        while (list != NULL) {
            struct task *next = list->wheel_next;
            push(list);
            list = next;
        }
    }
}

/* ---- stackless tasks */

static void sleep_again(struct task *t)
{
    if (t->when != 0 && bench_span_step(&span))
        is_done = true;
    t->when = now + bench_delay(&t->k);
    wheel_add(t);
}

static void run_ready(void)
{
    struct task *t;

    while ((t = pop()) != NULL)
        t->fn(t);
}

double floor_sleep_virtual(long n)
{
    struct task *tasks;

    bench_delays_init(FLOOR_VIRTUAL_RANGE);
    span = (struct bench_span){.skipped = n, .counted = FLOOR_SLEEPS};
    tasks = begin(n, sleep_again);
    run_virtual(run_ready);
    free(tasks);
    return bench_span_ns(&span);
}

/* ---- fibres */

static struct task hub;
static struct task *current;

static inline void run_next(void)
{
    struct task *me = current;
    struct task *next = pop();

    if (next == NULL)
        next = &hub;
    if (next == me)
        return;
    current = next;
    floor_switch(&me->sp, next->sp);
}

static __attribute__((noinline)) void fibre_sleep(uint32_t delay)
{
    current->when = now + delay;
    wheel_add(current);
    run_next();
}

static void fibre_body(void)
{
    struct task *me = current;

    for (;;) {
        fibre_sleep(bench_delay(&me->k));
        if (bench_span_step(&span))
            is_done = true;
    }
}

double floor_sleep_task(long n)
{
    struct sb_stacks_mmap pool;
    struct task *tasks;

    bench_delays_init(FLOOR_VIRTUAL_RANGE);
    span = (struct bench_span){.skipped = n, .counted = FLOOR_SLEEPS};
    bench_stacks_init(&pool, n);
    tasks = begin(n, NULL);
    for (long i = 0; i < n; i++) {
        struct sb_stack stack;
        pool.stacks.get(&pool.stacks, &stack);
        tasks[i].sp = floor_make_fibre(stack, fibre_body);
    }
    current = &hub;
    run_virtual(run_next);
    sb_stacks_mmap_deinit(&pool);
    free(tasks);
    return bench_span_ns(&span);
}

/* ---- the real clock */

static uint64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void run_due(uint64_t until)
{
    now = until;
    for (;;) {
        int level = 0;
        unsigned slot = 0;
        uint64_t at = earliest(&level, &slot);
        struct task *list;

        if (at > until) {
            /* Nothing up to here, so no slot is passed over. */
            wheel_time = until > wheel_time ? until : wheel_time;
            break;
        }
        if (at > wheel_time)
            wheel_time = at;
        list = take_slot(level, slot);
        while (list != NULL) {
            struct task *next = list->wheel_next;
            if (level > 0)
                wheel_add(list);
            else
                push(list);
            list = next;
        }
    }
    run_ready();
}

double floor_sleep_real(long n)
{
    struct epoll_event events[64];
    int epoll_fd = epoll_create1(0);
    struct task *tasks;

    bench_delays_init(floor_real_range_ms(n));
    span = (struct bench_span){.skipped = n, .counted = FLOOR_REAL_SLEEPS};
    tasks = begin(n, sleep_again);
    wheel_time = now_ms();
    while (!is_done) {
        int level;
        unsigned slot;
        uint64_t next;
        uint64_t at;

        run_due(now_ms());
        next = earliest(&level, &slot);
        at = now_ms();
        epoll_wait(epoll_fd, events, 64, next > at ? (int)(next - at) : 0);
    }
    close(epoll_fd);
    free(tasks);
    return bench_span_ns(&span);
}
