/* SPDX-License-Identifier: MIT */
/*
 * Making contexts, and telling AddressSanitizer and ThreadSanitizer of the switches.
 */
#include "lib/coro.h"

#include <stdint.h>

#if !defined(__x86_64__)
#error "this processor has no context switch yet: add lib/coro_ABI.S and its frame in sb_coro_make"
#endif

#ifdef SB_CORO_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef SB_CORO_TSAN
#include <sanitizer/tsan_interface.h>
#endif

void sb_coro_make(struct sb_task *task, void (*entry)(struct sb_task *task))
{
    uintptr_t top = ((uintptr_t)task->stack.base + task->stack.size) & ~(uintptr_t)15;
    void **sp = (void **)top;

#ifdef SB_CORO_ASAN
    __asan_unpoison_memory_region(task->stack.base, task->stack.size);
#endif
    *--sp = NULL; /* the return address of entry: none */
    *--sp = (void *)(uintptr_t)sb_coro_start;
    *--sp = NULL;                     /* rbp: the chain of frames ends here */
    *--sp = NULL;                     /* rbx */
    *--sp = (void *)(uintptr_t)entry; /* r12 */
    *--sp = task;                     /* r13 */
    *--sp = NULL;                     /* r14 */
    *--sp = NULL;                     /* r15 */
    task->sp = sp;
#ifdef SB_CORO_TSAN
    task->fibre = __tsan_create_fiber(0);
    __tsan_set_fiber_name(task->fibre, task->name);
#endif
}

void sb_coro_adopt(struct sb_task *hub)
{
    (void)hub;
#ifdef SB_CORO_TSAN
    hub->fibre = __tsan_get_current_fiber();
#endif
}

#if defined(SB_CORO_ASAN)

/* Whom the present context was entered from, so that the loop's stack becomes known. */
static _Thread_local struct sb_task *came_from;

static void finish(void *fake_stack)
{
    const void *bottom;
    size_t size;

    __sanitizer_finish_switch_fiber(fake_stack, &bottom, &size);
    if (came_from != NULL && came_from->stack.base == NULL) {
        came_from->stack.base = (void *)(uintptr_t)bottom;
        came_from->stack.size = size;
    }
}

void sb_coro_switch(struct sb_task *from, struct sb_task *to)
{
    void *fake_stack;

    __sanitizer_start_switch_fiber(&fake_stack, to->stack.base, to->stack.size);
    came_from = from;
    sb_coro_jump(&from->sp, to->sp);
    finish(fake_stack);
}

void sb_coro_exit(struct sb_task *from, struct sb_task *to)
{
    __sanitizer_start_switch_fiber(NULL, to->stack.base, to->stack.size);
    came_from = from;
    sb_coro_jump(&from->sp, to->sp);
}

void sb_coro_entered(void)
{
    finish(NULL);
}

void sb_coro_forget(void *fibre)
{
    (void)fibre;
}

#elif defined(SB_CORO_TSAN)

void sb_coro_switch(struct sb_task *from, struct sb_task *to)
{
    __tsan_switch_to_fiber(to->fibre, 0);
    sb_coro_jump(&from->sp, to->sp);
}

void sb_coro_exit(struct sb_task *from, struct sb_task *to)
{
    sb_coro_switch(from, to);
}

void sb_coro_entered(void)
{
}

void sb_coro_forget(void *fibre)
{
    if (fibre != NULL)
        __tsan_destroy_fiber(fibre);
}

#endif
