/* SPDX-License-Identifier: MIT */
/*
 * The switch where there is no assembly, by the contexts of the C library. It costs calls of the system, as they
 * keep the signal mask too. A suspended context lies on its own stack, in the frame of sb_coro_jump.
 */
#include "lib/coro.h"

#ifdef SB_CORO_UCONTEXT

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

/* What a new stack begins with, at its top. */
struct first {
    ucontext_t context;
    struct sb_task *task;
    void (*entry)(struct sb_task *task);
};

/* Arguments can only be ints: the address of a struct first in halves. */
static void start(unsigned high, unsigned low)
{
    struct first *first = (struct first *)(uintptr_t)((uint64_t)high << 32 | low);

    first->entry(first->task);
}

void *sb_coro_first_frame(void *top, struct sb_task *task, void (*entry)(struct sb_task *task))
{
    uintptr_t address = ((uintptr_t)top - sizeof(struct first)) & ~(uintptr_t)63;
    struct first *first = (struct first *)address;

    getcontext(&first->context);
    first->context.uc_stack.ss_sp = task->stack.base;
    first->context.uc_stack.ss_size = address - (uintptr_t)task->stack.base;
    first->context.uc_link = NULL;
    first->task = task;
    first->entry = entry;
    makecontext(&first->context, (void (*)(void))start, 2, (unsigned)((uint64_t)address >> 32),
                (unsigned)address);
    return first;
}

/*
 * Not swapcontext, of which AddressSanitizer warns, since it cannot know that it is told of switches. And
 * without its red zones: they would stay on the stack of a task that has ended.
 */
__attribute__((no_sanitize("address"))) void sb_coro_jump(void **save, void *to)
{
    ucontext_t here;
    volatile bool is_back = false;

    *save = &here;
    getcontext(&here); /* and here it goes on when somebody jumps to it */
    if (!is_back) {
        is_back = true;
        setcontext(to);
    }
}

#endif
