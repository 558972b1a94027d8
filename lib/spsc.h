/* SPDX-License-Identifier: MIT */
/*
 * Who may use which part of a ring that one context fills and another empties, without a lock: its two
 * positions. The memory is its owner's. For those who write queues between threads.
 */
#ifndef SB_LIB_SPSC_H
#define SB_LIB_SPSC_H

#include <stdint.h>

#include "lib/loop.h"

/* At most so many places. */
#define SB_SPSC_CAPACITY_MAX (UINT32_MAX / 2)

struct sb_spsc {
    /* private: both count up to twice the capacity, so full and empty differ and every place is used */
    uint32_t capacity;
    SB_ATOMIC(uint32_t) put_count;
    SB_ATOMIC(uint32_t) taken_count;
};

void sb_spsc_init(struct sb_spsc *ring, uint32_t capacity);

/*
 * How many places are in use. From either side; it is exact but for what the other side does meanwhile, so
 * for one who empties never too many, for one who fills never too few.
 */
uint32_t sb_spsc_count(const struct sb_spsc *ring);

/* The index of the place that is filled next, and of the one that is emptied next. */
uint32_t sb_spsc_put_index(const struct sb_spsc *ring);
uint32_t sb_spsc_take_index(const struct sb_spsc *ring);

/* So many places have been filled; so many have been emptied. The other side may use them now. */
void sb_spsc_put(struct sb_spsc *ring, uint32_t count);
void sb_spsc_take(struct sb_spsc *ring, uint32_t count);

#endif
