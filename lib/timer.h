/* SPDX-License-Identifier: MIT */
/*
 * Timers with a callback: what waits for a time without being a task. Debouncing, blinking and
 * time-outs are built on these at about fifty bytes each. Arming and stopping are O(1) at any number
 * of timers, and timers of equal deadline fire in the order in which they were armed.
 */
#ifndef SB_LIB_TIMER_H
#define SB_LIB_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/list.h"

/* No deadline. */
#define SB_NEVER INT64_MAX

#define SB_US_NS INT64_C(1000)
#define SB_MS_NS INT64_C(1000000)
#define SB_S_NS  INT64_C(1000000000)

struct sb_timer;

/*
 * Called at the deadline or, when the loop is late, after it; never before. Runs in loop context: it
 * must not wait, and may start and stop any timer, this one included.
 */
typedef void sb_timer_fn(struct sb_timer *timer, void *arg);

/* The caller's memory; must outlive its time of being armed. */
struct sb_timer {
    /* read-only */
    int64_t deadline_ns;
    /* private */
    struct sb_list node;
    sb_timer_fn *fn;
    void *arg;
    uint16_t slot;
};

void sb_timer_init(struct sb_timer *timer, sb_timer_fn *fn, void *arg);

/*
 * Arms the timer on the current thread's loop, for an absolute time of the loop's clock. A deadline
 * that is past fires at the loop's next turn. An armed timer is moved to the new deadline.
 */
void sb_timer_start_at_ns(struct sb_timer *timer, int64_t deadline_ns);

/* The same, `delay_ns` from now. Negative counts as 0; the sum stops at SB_NEVER. */
void sb_timer_start_ns(struct sb_timer *timer, int64_t delay_ns);

/* Disarms; its callback will not run. Nothing happens when it is not armed. */
void sb_timer_stop(struct sb_timer *timer);

static inline bool sb_timer_is_armed(const struct sb_timer *timer)
{
    return timer->node.next != NULL;
}

#endif
