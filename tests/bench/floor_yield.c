/* SPDX-License-Identifier: MIT */
/* The floor of yield: fibres in a first-in first-out list that switch to each other directly. */
#include "tests/bench/floor.h"

#include <stdlib.h>
#include <string.h>

#include "lib/coro.h"

#if defined(__x86_64__)
__asm__(".text\n\t"
        ".globl floor_switch\n\t"
        ".type floor_switch, @function\n\t"
        ".p2align 4\n"
        "floor_switch:\n\t"
        "pushq %rbp\n\tpushq %rbx\n\tpushq %r12\n\tpushq %r13\n\tpushq %r14\n\tpushq %r15\n\t"
        "movq %rsp,(%rdi)\n\tmovq %rsi,%rsp\n\t"
        "popq %r15\n\tpopq %r14\n\tpopq %r13\n\tpopq %r12\n\tpopq %rbx\n\tpopq %rbp\n\tret\n\t"
        ".size floor_switch, . - floor_switch");

void *floor_make_fibre(struct sb_stack stack, void (*fn)(void))
{
    void **sp = (void **)((char *)stack.base + stack.size - 64);

    *--sp = (void *)(uintptr_t)fn;
    return sp - 6;
}
#elif defined(SB_CORO_WORDS)
/* Elsewhere it is the switch of the library: that saves no more than it must, either. */
void floor_switch(void **save, void *to)
{
    sb_coro_jump(save, to);
}

void *floor_make_fibre(struct sb_stack stack, void (*fn)(void))
{
    void **frame = (void **)((char *)stack.base + stack.size - 64) - SB_CORO_WORDS;

    memset(frame, 0, SB_CORO_WORDS * sizeof(*frame));
    frame[SB_CORO_PC] = (void *)(uintptr_t)fn;
    return frame;
}
#else
#error "the benchmarks' floor has no switch for this processor yet: add it here"
#endif

struct fibre {
    struct fibre *next;
    void *sp;
};

static struct {
    struct fibre *head;
    struct fibre **tail;
} ready;

static struct fibre hub;
static struct fibre *current;
static long yields_each;
static long running;

static inline void push(struct fibre *f)
{
    f->next = NULL;
    *ready.tail = f;
    ready.tail = &f->next;
}

static inline struct fibre *pop(void)
{
    struct fibre *f = ready.head;

    if (f != NULL && (ready.head = f->next) == NULL)
        ready.tail = &ready.head;
    return f;
}

static inline void run_next(void)
{
    struct fibre *me = current;
    struct fibre *next = pop();

    if (next == NULL)
        next = &hub;
    if (next == me)
        return;
    current = next;
    floor_switch(&me->sp, next->sp);
}

static __attribute__((noinline)) void yield(void)
{
    push(current);
    run_next();
}

static void body(void)
{
    for (long i = 0; i < yields_each; i++)
        yield();
    running--;
    run_next();
    abort();
}

double floor_yield(long n)
{
    struct fibre *fibres = bench_alloc(n, sizeof(*fibres));
    struct sb_stacks_mmap pool;
    int64_t start_ns;

    bench_stacks_init(&pool, n);
    ready.head = NULL;
    ready.tail = &ready.head;
    running = n;
    yields_each = FLOOR_YIELDS / n;
    for (long i = 0; i < n; i++) {
        struct sb_stack stack;
        pool.stacks.get(&pool.stacks, &stack);
        fibres[i].sp = floor_make_fibre(stack, body);
        push(&fibres[i]);
    }
    start_ns = bench_cpu_ns();
    current = &hub;
    run_next();
    while (running > 0)
        yield();
    start_ns = bench_cpu_ns() - start_ns;
    sb_stacks_mmap_deinit(&pool);
    free(fibres);
    return (double)start_ns / (double)(yields_each * n);
}
