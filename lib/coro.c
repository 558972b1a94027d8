/* SPDX-License-Identifier: MIT */
/*
 * Making contexts, walking suspended ones, and telling AddressSanitizer and ThreadSanitizer of the switches.
 */
#include "lib/coro.h"

#include <stdint.h>

#ifdef SB_CORO_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef SB_CORO_TSAN
#include <sanitizer/tsan_interface.h>
#endif

#ifdef SB_CORO_WORDS
/* A frame as sb_coro_jump would have left it, below `top`. Returns the stack pointer. */
static void *first_frame(void *top, struct sb_task *task, void (*entry)(struct sb_task *task))
{
    void **frame = (void **)top - SB_CORO_WORDS;

    for (unsigned i = 0; i < SB_CORO_WORDS; i++)
        frame[i] = NULL;
    frame[SB_CORO_PC] = (void *)(uintptr_t)sb_coro_start;
    frame[SB_CORO_ENTRY] = (void *)(uintptr_t)entry;
    frame[SB_CORO_TASK] = task;
    return frame;
}
#else
#define first_frame sb_coro_first_frame
#endif

void sb_coro_make(struct sb_task *task, void (*entry)(struct sb_task *task))
{
    uintptr_t top = ((uintptr_t)task->stack.base + task->stack.size) & ~(uintptr_t)15;

#ifdef SB_CORO_ASAN
    __asan_unpoison_memory_region(task->stack.base, task->stack.size);
#endif
    task->sp = first_frame((void *)top, task, entry);
#ifdef SB_CORO_TSAN
    task->fibre = __tsan_create_fiber(0);
    __tsan_set_fiber_name(task->fibre, task->name);
#endif
}

#ifdef SB_CORO_FP
static bool is_on_stack(const struct sb_task *task, const void *frame, int word)
{
    uintptr_t address = (uintptr_t)frame + (uintptr_t)word * sizeof(void *);

    return address - (uintptr_t)task->stack.base <= task->stack.size - sizeof(void *);
}

/* A frame that is worth a look: what belongs to it lies on the stack, and further up than the last one's. */
static bool is_frame(const struct sb_task *task, const void *frame, const void *last)
{
    return (uintptr_t)frame > (uintptr_t)last && (uintptr_t)frame % sizeof(void *) == 0 &&
           is_on_stack(task, frame, SB_CORO_NEXT) && is_on_stack(task, frame, SB_CORO_RETURN);
}

unsigned sb_coro_backtrace(const struct sb_task *task, const void **addresses, unsigned max,
                           bool *is_whole)
{
    void *const *last = task->sp;
    void *const *frame = last[SB_CORO_FP];
    const void *address = last[SB_CORO_PC];
    unsigned count = 0;

    while (count < max && address != NULL) {
        addresses[count++] = address;
        if (frame == task->outer_frame || !is_frame(task, frame, last))
            break;
        address = frame[SB_CORO_RETURN];
        last = frame;
        frame = frame[SB_CORO_NEXT];
    }
    *is_whole = address == NULL || frame == task->outer_frame || frame == NULL;
    return count;
}
#else
unsigned sb_coro_backtrace(const struct sb_task *task, const void **addresses, unsigned max,
                           bool *is_whole)
{
    (void)task;
    (void)addresses;
    (void)max;
    *is_whole = false;
    return 0;
}
#endif

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
