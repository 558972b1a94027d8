/* SPDX-License-Identifier: MIT */
/*
 * A flag that may be set from any context: threads, signal handlers, interrupts, tasks. It clears itself: one
 * set lets one task pass. It does not count: several sets before a task takes notice are one.
 * spec/core.md 2.3.
 */
#ifndef SB_LIB_FLAG_H
#define SB_LIB_FLAG_H

#include <stdbool.h>

#include "lib/bell.h"
#include "lib/wait.h"

struct sb_flag {
    /* private */
    struct sb_bell bell;
    struct sb_waitq waiters;
    SB_ATOMIC(bool) is_set;
};

/* Binds it, not set, to the current thread's loop: see sb_bell_init. */
void sb_flag_init(struct sb_flag *flag);

/* On the loop's thread, when nobody waits and nobody sets it any more; then its memory may go. */
void sb_flag_deinit(struct sb_flag *flag);

/* From any context; never blocks. Lets the first waiter pass, or the next task that comes to wait. */
void sb_flag_set(struct sb_flag *flag);

/* From any context: a set that no task has been given yet is forgotten. */
void sb_flag_clear(struct sb_flag *flag);

/* From any context: it is set, and no task has been given that yet. */
bool sb_flag_is_set(const struct sb_flag *flag);

/*
 * Waits until it is set and clears it; returns at once, without giving others a turn, when it is. Any
 * number of tasks may wait, first come, first served. What was written before the set is seen after the
 * wait. Returns 0, or -ECANCELED or -ETIMEDOUT, which leave the flag alone.
 */
int sb_flag_wait(struct sb_flag *flag);

/* It, beside others: lib/wait_any.h. */
struct sb_case sb_flag_case(struct sb_flag *flag);

#endif
