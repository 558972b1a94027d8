/* SPDX-License-Identifier: MIT */
/*
 * A bell: whoever is outside (a thread, a signal handler, an interrupt) rings it, and a function runs in
 * loop context soon after. What flags, mailboxes and the like for threads are made of.
 *
 * Who may do what: from outside only what a header says is for any context; it never blocks, allocates or
 * takes a lock. All else is for the thread of the loop. spec/core.md 4.1.
 */
#ifndef SB_LIB_BELL_H
#define SB_LIB_BELL_H

#include "lib/loop.h"

struct sb_bell {
    /* private */
    struct sb_loop *loop;
    struct sb_call call;
};

/*
 * Binds it to the current thread's loop, where `fn(arg)` will run. Until deinit the loop expects to be
 * rung (sb_loop_add_source): that all tasks wait is no deadlock then, but on the virtual clock.
 */
void sb_bell_init(struct sb_bell *bell, void (*fn)(void *arg), void *arg);

/* On the loop's thread, when nobody rings it any more: a call that is on its way is taken back. */
void sb_bell_deinit(struct sb_bell *bell);

/*
 * From any context. Ringing again before `fn` runs has it run once; it sees what was written before each
 * of the rings.
 */
void sb_bell_ring(struct sb_bell *bell);

#endif
