/* SPDX-License-Identifier: MIT */
/*
 * An event that may be set from any context; everything else of it is for the thread of its loop.
 * spec/core.md 4.2.
 */
#ifndef SB_LIB_THREADSAFE_EVENT_H
#define SB_LIB_THREADSAFE_EVENT_H

#include <stdbool.h>

#include "lib/bell.h"
#include "lib/event.h"

struct sb_threadsafe_event {
    /* private */
    struct sb_bell bell;
    struct sb_event event;
    SB_ATOMIC(bool) is_pending; /* set from outside; `event` does not know of it yet */
};

/* Binds it, not set, to the current thread's loop: see sb_bell_init. */
void sb_threadsafe_event_init(struct sb_threadsafe_event *event);

/* When nobody waits and nobody sets it any more; then its memory may go. */
void sb_threadsafe_event_deinit(struct sb_threadsafe_event *event);

/*
 * From any context; never blocks. Sets it and releases all present waiters, in order, who go on even if
 * it is cleared before they run. It stays set, and lets everybody pass, until it is cleared.
 */
void sb_threadsafe_event_set(struct sb_threadsafe_event *event);

/* What was set before is forgotten: who waits afterwards waits for the next set. */
void sb_threadsafe_event_clear(struct sb_threadsafe_event *event);

/* True from the moment of the set. */
bool sb_threadsafe_event_is_set(struct sb_threadsafe_event *event);

/*
 * Waits until it is set; returns at once, without giving others a turn, when it is. What was written
 * before the set is seen after the wait. Returns 0, -ECANCELED or -ETIMEDOUT.
 */
int sb_threadsafe_event_wait(struct sb_threadsafe_event *event);

/* It, beside others: lib/wait_any.h. */
struct sb_case sb_threadsafe_event_case(struct sb_threadsafe_event *event);

#endif
