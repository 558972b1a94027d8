/* SPDX-License-Identifier: MIT */
/*
 * Contexts: making a stack that can be switched to, and the switch itself, known to the sanitizers.
 * lib/coro_abi.h says which ABIs there are; the instructions of each are in lib/coro_ABI.S.
 */
#ifndef SB_LIB_CORO_H
#define SB_LIB_CORO_H

#include "lib/coro_abi.h"
#include "lib/task.h"

#if defined(__SANITIZE_ADDRESS__)
#define SB_CORO_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SB_CORO_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define SB_CORO_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SB_CORO_TSAN 1
#endif
#endif

/* Saves the caller's registers on its stack and the stack pointer in `*save`, goes on at `to`. */
void sb_coro_jump(void **save, void *to);

#ifdef SB_CORO_LEAP
/* The same between a task and the loop's own context, where a return would be guessed wrong. */
void sb_coro_leap(void **save, void *to);

/* Goes on at `to` from a stack that is not needed any more. Not called but jumped to: no return is left over. */
void sb_coro_land(void *to);
static inline _Noreturn void sb_coro_leave_for_good(void *to)
{
    __asm__ volatile("jmp sb_coro_land" : : "D"(to) : "memory");
    __builtin_unreachable();
}
#else
#define sb_coro_leap sb_coro_jump
#endif

#ifdef SB_CORO_WORDS
/* Where a new stack begins: goes to what its first frame left in the registers. Never called. */
void sb_coro_start(void);
#else
/* Puts the context below `top` that goes to `entry(task)`. Returns what sb_coro_jump goes on at. */
void *sb_coro_first_frame(void *top, struct sb_task *task, void (*entry)(struct sb_task *task));
#endif

/* Makes `task` begin in `entry(task)` at its first switch. `entry` must never return. */
void sb_coro_make(struct sb_task *task, void (*entry)(struct sb_task *task));

/* The context that the thread runs on by itself: the loop's. */
void sb_coro_adopt(struct sb_task *hub);

/*
 * Finds by the chain of frame pointers to where the calls on a suspended task's stack return, the innermost
 * first. Complete as far as the code was compiled with -fno-omit-frame-pointer; it never looks outside the
 * stack. `*is_whole` says that the chain ended where the task began, or at its outer_frame: the last call found is then that
 * of the first frame, or of that one.
 * Returns how many it found, `max` at the most; 0 where the ABI has no such chain.
 */
unsigned sb_coro_backtrace(const struct sb_task *task, const void **addresses, unsigned max,
                           bool *is_whole);

#if defined(SB_CORO_ASAN) || defined(SB_CORO_TSAN)
/* Switches, telling the sanitizer. */
void sb_coro_switch(struct sb_task *from, struct sb_task *to);
#define sb_coro_switch_loop sb_coro_switch
/* The same, from a task that has finished and never runs again. */
void sb_coro_exit(struct sb_task *from, struct sb_task *to);
/* At the start of `entry`. */
void sb_coro_entered(void);
/* Frees what the sanitizer holds of a finished task; from another context. */
void sb_coro_forget(void *fibre);
#else
static inline void sb_coro_switch(struct sb_task *from, struct sb_task *to)
{
    sb_coro_jump(&from->sp, to->sp);
}
/* One of them is the loop's own context. */
static inline void sb_coro_switch_loop(struct sb_task *from, struct sb_task *to)
{
    sb_coro_leap(&from->sp, to->sp);
}
static inline void sb_coro_exit(struct sb_task *from, struct sb_task *to)
{
#ifdef SB_CORO_LEAP
    (void)from;
    sb_coro_leave_for_good(to->sp);
#else
    sb_coro_jump(&from->sp, to->sp);
#endif
}
static inline void sb_coro_entered(void)
{
}
static inline void sb_coro_forget(void *fibre)
{
    (void)fibre;
}
#endif

/* A task has finished and is about to leave its stack: what the sanitizer holds of the one before it can go now. */
static inline void sb_coro_retire(void **dead_fibre, const struct sb_task *me)
{
#ifdef SB_CORO_TSAN
    sb_coro_forget(*dead_fibre);
    *dead_fibre = me->fibre;
#else
    (void)dead_fibre;
    (void)me;
#endif
}

#endif
