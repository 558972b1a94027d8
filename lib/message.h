/* SPDX-License-Identifier: MIT */
/*
 * A message: a place for the latest value of something, put there from any context, and waited for by any
 * number of tasks. A value that nobody has seen is replaced by the next; a number that counts them tells.
 * What is read is always one whole value. spec/core.md 4.3.
 */
#ifndef SB_LIB_MESSAGE_H
#define SB_LIB_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bell.h"
#include "lib/wait.h"

/* At most so many slots. */
#define SB_MESSAGE_SLOTS_MAX 32

struct sb_message {
    /* private */
    struct sb_bell bell;
    struct sb_waitq waiters;
    unsigned char *slots;
    size_t item_size;
    uint32_t current; /* the slot that the loop reads from */
    uint64_t sequence;
    bool is_set;
    SB_ATOMIC(uint32_t) latest; /* the newest slot, whether it is new to the loop, and how many */
    SB_ATOMIC(uint32_t) unused; /* a bit for each slot that nobody uses */
};

/*
 * Binds it, with no value, to the current thread's loop: see sb_bell_init. `slots` is borrowed: slot_count
 * items of item_size bytes, aligned as the items need. There must be two slots more than there are contexts
 * that may set it at the same time: 3 for one thread or interrupt, 4 when tasks set it too. At most
 * SB_MESSAGE_SLOTS_MAX.
 */
void sb_message_init(struct sb_message *message, void *slots, size_t item_size,
                     uint32_t slot_count);

/* On the loop's thread, when nobody waits and nobody sets it any more; then its memory may go. */
void sb_message_deinit(struct sb_message *message);

/*
 * From any context; never blocks. Puts a copy of `*item` in the place of the former value and releases
 * all present waiters, who get the latest value and go on even if it is cleared before they run. Returns
 * 0; -EBUSY, with nothing done, when more contexts set it in this very moment than there are slots for.
 */
int sb_message_set(struct sb_message *message, const void *item);

/* The rest is for the thread of the loop. */

/*
 * The value has been taken notice of: who waits afterwards waits for the next. It can still be read, and to miss
 * none that comes between a wait and this, read it after this.
 */
void sb_message_clear(struct sb_message *message);

/* True from the moment of a set until it is cleared. */
bool sb_message_is_set(struct sb_message *message);

/* Copies the latest value, cleared or not. Returns 0, or -EAGAIN when there has been none. */
int sb_message_value(struct sb_message *message, void *item);

/* How often it has been set by now: a step of more than 1 between two looks means values that were not seen. */
uint64_t sb_message_sequence(struct sb_message *message);

/*
 * Waits until it is set and copies the value to `*item`; returns at once, without giving others a turn,
 * when it is. It stays set. Returns 0, -ECANCELED or -ETIMEDOUT.
 */
int sb_message_wait(struct sb_message *message, void *item);

/* It, beside others: lib/wait_any.h. */
struct sb_case sb_message_case(struct sb_message *message, void *item);

#endif
