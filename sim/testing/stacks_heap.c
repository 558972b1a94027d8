/* SPDX-License-Identifier: MIT */
/*
 * Stacks from the heap. The gap below each takes the damage of an overflow until the next switch finds it.
 */
#include "sim/testing/stacks_heap.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/coro.h"

#define GAP 4096

/* Bytes; printf of a double needs more than 16 KiB, and sanitizers four times as much. */
#if defined(SB_CORO_ASAN) || defined(SB_CORO_TSAN)
#define STACK_SIZE (256 * 1024)
#else
#define STACK_SIZE (64 * 1024)
#endif

struct sb_heap_stack {
    struct sb_heap_stack *next;
    bool is_used;
    _Alignas(16) char memory[GAP + STACK_SIZE];
};

static int get(struct sb_stacks *stacks, struct sb_stack *out)
{
    struct sb_heap_stacks *pool = SB_CONTAINER_OF(stacks, struct sb_heap_stacks, stacks);
    struct sb_heap_stack *stack = pool->all;

    while (stack != NULL && stack->is_used)
        stack = stack->next;
    if (stack == NULL) {
        stack = calloc(1, sizeof(*stack));
        if (stack == NULL)
            return -ENOMEM;
        stack->next = pool->all;
        pool->all = stack;
    }
    stack->is_used = true;
    *out = (struct sb_stack){.base = stack->memory + GAP, .size = STACK_SIZE};
    return 0;
}

static void put(struct sb_stacks *stacks, struct sb_stack stack)
{
    (void)stacks;
    SB_CONTAINER_OF((char *)stack.base - GAP, struct sb_heap_stack, memory)->is_used = false;
}

void sb_heap_stacks_init(struct sb_heap_stacks *pool)
{
    *pool = (struct sb_heap_stacks){.stacks = {.get = get, .put = put}};
}

void sb_heap_stacks_reset(struct sb_heap_stacks *pool)
{
    for (struct sb_heap_stack *stack = pool->all; stack != NULL; stack = stack->next)
        stack->is_used = false;
}

void sb_heap_stacks_deinit(struct sb_heap_stacks *pool)
{
    while (pool->all != NULL) {
        struct sb_heap_stack *stack = pool->all;
        pool->all = stack->next;
        free(stack);
    }
}
