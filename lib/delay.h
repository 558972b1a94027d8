/* SPDX-License-Identifier: MIT */
/*
 * A retriggerable delay: a software monostable. Each start sets the end anew; at the end it calls a
 * function and sets an event. One timer, no task. spec/core.md 3.8.
 */
#ifndef SB_LIB_DELAY_H
#define SB_LIB_DELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/event.h"
#include "lib/timer.h"

/* Called in loop context when the time is up. */
typedef void sb_delay_fn(void *arg);

struct sb_delay {
    /* private */
    struct sb_timer timer;
    struct sb_event elapsed;
    sb_delay_fn *fn;
    void *arg;
};

/* `fn` may be null. */
void sb_delay_init(struct sb_delay *delay, sb_delay_fn *fn, void *arg);

/* Starts or restarts, from now; may shorten as well as extend. Forgets an earlier end. */
void sb_delay_start_ns(struct sb_delay *delay, int64_t duration_ns);
void sb_delay_start_ms(struct sb_delay *delay, int64_t duration_ms);

/* Stops for good: the function will not be called, even if the time is up in this instant. */
void sb_delay_stop(struct sb_delay *delay);

bool sb_delay_is_running(const struct sb_delay *delay);

/*
 * Waits for the end; at once when it has elapsed since the last start. Returns 0, -ECANCELED or
 * -ETIMEDOUT.
 */
int sb_delay_wait(struct sb_delay *delay);

#endif
