/* SPDX-License-Identifier: MIT */
/* What is known of a task, of its stack and of the calls on it. */
#include "lib/task_info.h"

#include "lib/core.h"
#include "lib/coro.h"
#include "lib/loop.h"
#include "lib/memcheck.h"

/* Stacks are zeroed when new, so the lowest byte that is not zero is the deepest that was used. */
static size_t stack_used(const struct sb_stack *stack)
{
    const unsigned long *word = stack->base;
    const unsigned long *end = (const void *)((const char *)stack->base + stack->size);

    /* For Valgrind what lies below the stack pointer is gone. */
    (void)VALGRIND_MAKE_MEM_DEFINED(stack->base, stack->size);
    while (word < end && *word == 0)
        word++;
    return (size_t)((const char *)end - (const char *)word);
}

void sb_task_info(const struct sb_task *task, struct sb_task_info *info)
{
    bool is_running = task->loop->running == task;
    bool is_waiting = task->state == SB_TASK_WAITING;

    *info = (struct sb_task_info){
        .name = task->name,
        .id = task->id,
        .state = is_running ? SB_TASK_RUNNING : task->state,
        .slice_count = task->slice_count,
        .wait_what = is_waiting ? task->wait_what : NULL,
        .wait_object = is_waiting ? task->wait_object : NULL,
        .wait_caller = is_waiting || task->state == SB_TASK_PARKED ? task->wait_caller : NULL,
        .wait_since_ns = is_waiting ? task->wait_since_ns : 0,
        .stack_size = task->stack.size,
        .stack_used = task->state == SB_TASK_FINISHED ? 0 : stack_used(&task->stack),
    };
}

/* Calls deeper than this are not looked at. */
#define DEPTH_MAX 64

void sb_task_set_outermost(const void *frame, void (*fn)(void))
{
    struct sb_task *task = sb_task_current();

    task->outer_frame = frame;
    task->outer_fn = fn;
}

/* Where a task's outermost function called from. What calls that one stands there when it ended with the call. */
static const void *own_caller(const struct sb_task *task, const void *address, const void *first)
{
    uintptr_t outermost = task->outer_frame == NULL ? (uintptr_t)task->fn
                                                    : (uintptr_t)task->outer_fn;

    return address == first ? (const char *)outermost + 1 : address;
}

unsigned sb_task_backtrace(const struct sb_task *task, const void **addresses, unsigned max)
{
    const void *found[DEPTH_MAX];
    bool is_whole;
    unsigned count;
    unsigned at = 0;
    unsigned written = 0;

    if ((task->state != SB_TASK_WAITING && task->state != SB_TASK_PARKED) || max == 0)
        return 0;
    count = sb_coro_backtrace(task, found, DEPTH_MAX, &is_whole);
    while (at < count && found[at] != task->wait_caller)
        at++;
    addresses[written++] = own_caller(task, task->wait_caller, is_whole ? found[count - 1] : NULL);
    while (++at + is_whole < count && written < max)
        addresses[written++] = found[at];
    return written;
}
