/* SPDX-License-Identifier: MIT */
/*
 * A count-down latch: tasks wait until something has happened so many times. It opens once, and stays
 * open; for rounds there is the barrier, for a flag that can be cleared the event.
 */
#ifndef SB_LIB_LATCH_H
#define SB_LIB_LATCH_H

#include <stdbool.h>

#include "lib/wait.h"

struct sb_latch {
    /* private */
    struct sb_waitq waiters;
    /* read-only */
    int count; /* how often it is still to be counted down */
};

/* Opens after `count` count-downs; 0: is open. Returns 0, or -EINVAL when `count` is negative. */
int sb_latch_init(struct sb_latch *latch, int count);

/*
 * Counts down; the last one releases all who wait, in order. Never waits, and may be called in loop
 * context. Returns 0, or -EOVERFLOW, changing nothing, when it is open already.
 */
int sb_latch_count_down(struct sb_latch *latch);

/*
 * Waits until it is open; returns at once, without giving others a turn, when it is. Returns 0,
 * -ECANCELED or -ETIMEDOUT.
 */
int sb_latch_wait(struct sb_latch *latch);

bool sb_latch_is_open(const struct sb_latch *latch);

/* Its opening, beside other things that are waited for: lib/wait_any.h. */
struct sb_case sb_latch_case(struct sb_latch *latch);

#endif
