/* SPDX-License-Identifier: MIT */
/*
 * Timeouts as scopes: any number of waits under one absolute deadline, without a second task.
 *
 *      struct sb_timeout t;
 *      sb_timeout_begin_ms(&t, 100);
 *      int rc = talk(device);
 *      rc = sb_timeout_end(&t, rc);
 */
#ifndef SB_LIB_TIMEOUT_H
#define SB_LIB_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/timer.h"

struct sb_task;

/* On the stack of the task that it limits, between begin and end. They nest like brackets. */
struct sb_timeout {
    /* private */
    struct sb_timer timer;
    struct sb_task *task;
    struct sb_timeout *outer;
    uint32_t shield_depth;
    /* read-only */
    bool is_expired;
};

/* From the deadline on, waits of the running task return -ETIMEDOUT until the scope ends. */
void sb_timeout_begin_ns(struct sb_timeout *timeout, int64_t duration_ns);
void sb_timeout_begin_ms(struct sb_timeout *timeout, int64_t duration_ms);
void sb_timeout_begin_at_ns(struct sb_timeout *timeout, int64_t deadline_ns);

/* Lets its time be up now: what an operator's "give up" does. From any context of the loop's thread. */
void sb_timeout_expire(struct sb_timeout *timeout);

/*
 * Ends the innermost scope, which must be `timeout`. Returns `rc` when that is 0 or positive (what was
 * got in time is kept, though the time be up by now) or -ECANCELED; -ETIMEDOUT when this scope
 * expired; else `rc`.
 */
int sb_timeout_end(struct sb_timeout *timeout, int rc);

#endif
