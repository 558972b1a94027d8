/* SPDX-License-Identifier: MIT */
/*
 * Contexts: making a stack that can be switched to, and the switch itself, known to the sanitizers.
 * The assembly of each ABI is lib/coro_ABI.S.
 */
#ifndef SB_LIB_CORO_H
#define SB_LIB_CORO_H

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

/* Where a new stack begins: calls what sb_coro_make left in its registers. */
void sb_coro_start(void);

/* Makes `task` begin in `entry(task)` at its first switch. `entry` must never return. */
void sb_coro_make(struct sb_task *task, void (*entry)(struct sb_task *task));

/* The context that the thread runs on by itself: the loop's. */
void sb_coro_adopt(struct sb_task *hub);

#if defined(SB_CORO_ASAN) || defined(SB_CORO_TSAN)
/* Switches, telling the sanitizer. */
void sb_coro_switch(struct sb_task *from, struct sb_task *to);
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
static inline void sb_coro_exit(struct sb_task *from, struct sb_task *to)
{
    sb_coro_jump(&from->sp, to->sp);
}
static inline void sb_coro_entered(void)
{
}
static inline void sb_coro_forget(void *fibre)
{
    (void)fibre;
}
#endif

#endif
