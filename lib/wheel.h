/* SPDX-License-Identifier: MIT */
/*
 * The timer wheel: every armed timer of one loop. A timer's level is the highest base-64 digit in
 * which its deadline and the wheel's time differ, its slot the deadline's digit there; so equal
 * deadlines always share a slot, and a slot keeps the order of arrival. Nanosecond resolution over
 * the whole range of int64_t. Private to the loop.
 */
#ifndef SB_LIB_WHEEL_H
#define SB_LIB_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/list.h"
#include "lib/timer.h"

/* Bits of a digit. 6 on hosts; a small target may set 4 and pays with more cascades. */
#ifndef SB_WHEEL_BITS
#define SB_WHEEL_BITS 6
#endif
#define SB_WHEEL_SLOTS  (1 << SB_WHEEL_BITS)
#define SB_WHEEL_LEVELS ((63 + SB_WHEEL_BITS - 1) / SB_WHEEL_BITS)

/* The timers of one slot, in order of arrival. */
struct sb_wheel_slot {
    struct sb_list timers;
    int64_t first_ns; /* the earliest deadline; SB_NEVER: none; INT64_MIN: it left, unknown */
    int64_t last_ns;  /* the deadline that came last; SB_NEVER: they did not come in order */
};

struct sb_wheel {
    /* private */
    int64_t time_ns; /* no timer's deadline lies before it, but for those in `due` */
    int64_t next_ns; /* what sb_wheel_next_ns returns, unless `next_is_stale` */
    bool next_is_stale;
    uint32_t levels; /* bit l: level l holds a timer */
    uint64_t slots[SB_WHEEL_LEVELS];
    struct sb_list due; /* deadline not after time_ns, in the order in which they fire */
    struct sb_wheel_slot slot[SB_WHEEL_LEVELS * SB_WHEEL_SLOTS]; /* level by level */
};

void sb_wheel_init(struct sb_wheel *wheel, int64_t now_ns);
void sb_wheel_add(struct sb_wheel *wheel, struct sb_timer *timer);
void sb_wheel_remove(struct sb_wheel *wheel, struct sb_timer *timer);

/* Disarms every timer; the wheel is not to be used again. */
void sb_wheel_clear(struct sb_wheel *wheel);

/* Computes next_ns anew. */
void sb_wheel_find_next(struct sb_wheel *wheel);

/*
 * The earliest deadline, SB_NEVER when there is none. A time that is past when one is due. Looks at all
 * of one slot when its earliest timer was removed and they came in no order; else at one.
 */
static inline int64_t sb_wheel_next_ns(struct sb_wheel *wheel)
{
    if (wheel->next_is_stale)
        sb_wheel_find_next(wheel);
    return wheel->next_ns;
}

/*
 * Moves every timer whose deadline is not after `now_ns` to the end of `batch`, in order of (deadline,
 * arrival); the wheel's time is `now_ns` afterwards. A timer of the batch still counts as armed, and
 * sb_wheel_remove takes it out of there.
 */
void sb_wheel_collect(struct sb_wheel *wheel, int64_t now_ns, struct sb_list *batch);

/* Calls `fn` for each armed timer, in no order; it must not arm or stop any. Not in the middle of firing. */
void sb_wheel_for_each(const struct sb_wheel *wheel,
                       void (*fn)(const struct sb_timer *timer, void *arg), void *arg);

#endif
