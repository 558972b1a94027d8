/* SPDX-License-Identifier: MIT */
/*
 * The floors of spawn and queue: stackless tasks, each a function that is called again and goes on by a
 * saved state. A switch into the middle of a loop is how such tasks are written in C.
 */
#include "tests/bench/floor.h"

#include <stdlib.h>

enum { READY, WAITING, FINISHED };

struct task {
    struct task *next; /* in the list of ready tasks, or of free ones */
    int (*fn)(struct task *);
    uint16_t state;
    uint16_t is_finished;
    struct task *waiter;
    long i;
};

static struct {
    struct task *head;
    struct task **tail;
} ready;

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

static void run_all(void)
{
    struct task *t;

    while ((t = pop()) != NULL)
        if (t->fn(t) == READY)
            push(t);
}

static void begin(void)
{
    ready.head = NULL;
    ready.tail = &ready.head;
}

/* ---- spawn */

static struct task *free_tasks;
static struct task **children;
static long child_count;
static long round_count;
static long rounds;

static inline struct task *spawn(int (*fn)(struct task *))
{
    struct task *t = free_tasks;

    free_tasks = t->next;
    t->fn = fn;
    t->state = 0;
    t->is_finished = 0;
    t->waiter = NULL;
    push(t);
    return t;
}

static int child_body(struct task *t)
{
    t->is_finished = 1;
    if (t->waiter != NULL)
        push(t->waiter);
    return FINISHED;
}

static int parent_body(struct task *t)
{
    switch (t->state) {
    case 0:
        for (rounds = 0; rounds < round_count; rounds++) {
            for (long j = 0; j < child_count; j++)
                children[j] = spawn(child_body);
            for (t->i = 0; t->i < child_count; t->i++) {
                if (!children[t->i]->is_finished) {
                    children[t->i]->waiter = t;
                    t->state = 1;
                    return WAITING;
                case 1:;
                }
                children[t->i]->next = free_tasks;
                free_tasks = children[t->i];
            }
        }
    }
    return FINISHED;
}

double floor_spawn(long n)
{
    struct task *tasks = bench_alloc(n, sizeof(*tasks));
    struct task parent = {.fn = parent_body};
    int64_t start_ns;

    begin();
    children = bench_alloc(n, sizeof(struct task *));
    child_count = n;
    round_count = FLOOR_SPAWNS / n;
    free_tasks = NULL;
    for (long i = 0; i < n; i++) {
        tasks[i].next = free_tasks;
        free_tasks = &tasks[i];
    }
    start_ns = bench_cpu_ns();
    push(&parent);
    run_all();
    start_ns = bench_cpu_ns() - start_ns;
    free(children);
    free(tasks);
    return (double)start_ns / (double)(round_count * n);
}

/* ---- queue */

static struct {
    long *items;
    uint32_t capacity;
    uint32_t first;
    uint32_t count;
    struct task *getter;
    struct task *putter;
} queue;

static long sum;

static int put_body(struct task *t)
{
    switch (t->state) {
    case 0:
        for (t->i = 0; t->i < FLOOR_ITEMS; t->i++) {
            while (queue.count == queue.capacity) {
                queue.putter = t;
                t->state = 1;
                return WAITING;
            case 1:;
            }
            uint32_t at = queue.first + queue.count;
            if (at >= queue.capacity)
                at -= queue.capacity;
            queue.items[at] = t->i;
            queue.count++;
            if (queue.getter != NULL) {
                push(queue.getter);
                queue.getter = NULL;
            }
        }
    }
    return FINISHED;
}

static int get_body(struct task *t)
{
    switch (t->state) {
    case 0:
        for (t->i = 0; t->i < FLOOR_ITEMS; t->i++) {
            while (queue.count == 0) {
                queue.getter = t;
                t->state = 1;
                return WAITING;
            case 1:;
            }
            sum += queue.items[queue.first];
            if (++queue.first == queue.capacity)
                queue.first = 0;
            queue.count--;
            if (queue.putter != NULL) {
                push(queue.putter);
                queue.putter = NULL;
            }
        }
    }
    return FINISHED;
}

double floor_queue(long n)
{
    struct task putter = {.fn = put_body};
    struct task getter = {.fn = get_body};
    int64_t start_ns;

    begin();
    sum = 0;
    queue.items = bench_alloc(n, sizeof(long));
    queue.capacity = (uint32_t)n;
    queue.first = queue.count = 0;
    queue.getter = queue.putter = NULL;
    start_ns = bench_cpu_ns();
    push(&getter);
    push(&putter);
    run_all();
    start_ns = bench_cpu_ns() - start_ns;
    free(queue.items);
    bench_expect(sum == (long)FLOOR_ITEMS * (FLOOR_ITEMS - 1) / 2);
    return (double)start_ns / FLOOR_ITEMS;
}
