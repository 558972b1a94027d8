/* SPDX-License-Identifier: MIT */
/*
 * A bell: whoever is outside (a thread, a signal handler, an interrupt) rings it, and a function runs in
 * loop context soon after. What flags, mailboxes and the like for threads are made of.
 *
 * From any context, a signal handler or an interrupt too, may be called: sb_bell_ring, sb_loop_post, sb_loop_wake;
 * sb_flag_set, _clear, _is_set; sb_threadsafe_event_set; sb_message_set; sb_delay_trigger_post; the outside's side
 * of sb_threadsafe_queue_try_put and _try_get; sb_byte_ring_write, _room, _lose, _end, _read. None of them blocks,
 * allocates or takes a lock. All else is for the thread of the loop alone. spec/core.md 4.1.
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
