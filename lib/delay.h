/* SPDX-License-Identifier: MIT */
/*
 * A retriggerable delay: a software monostable, watchdog or beat. Each start sets the end anew; at the
 * end it calls a function and releases who waits. One timer, no task, nothing to be released after use;
 * a delay that runs must stay where it is until it is stopped. spec/core.md 3.8.
 */
#ifndef SB_LIB_DELAY_H
#define SB_LIB_DELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bell.h"
#include "lib/loop.h"
#include "lib/timer.h"
#include "lib/wait.h"

/* Called in loop context when the time is up; may start and stop any delay, this one included. */
typedef void sb_delay_fn(void *arg);

struct sb_delay {
    /* private */
    struct sb_timer timer; /* its arg is the function's */
    struct sb_waitq waiters;
    sb_delay_fn *fn;
    /* read-only */
    int64_t duration_ns;
    uint32_t overrun_count; /* ends that a periodic one has skipped because the loop was late */
    /* private */
    SB_ATOMIC(uint32_t) stop_count;
    bool has_elapsed; /* since the last start */
    bool is_periodic;
};

/* `fn` may be null. */
void sb_delay_init(struct sb_delay *delay, sb_delay_fn *fn, void *arg);

/* Another function, from the next end on; `fn` may be null. Also while it runs. */
void sb_delay_set_callback(struct sb_delay *delay, sb_delay_fn *fn, void *arg);

/*
 * Starts or restarts, from now; may shorten as well as extend, and turns a periodic one into one that
 * elapses once. Forgets an earlier end. A duration that is negative counts as 0.
 */
void sb_delay_start_ns(struct sb_delay *delay, int64_t duration_ns);
void sb_delay_start_ms(struct sb_delay *delay, int64_t duration_ms);

/*
 * Starts or restarts; elapses again and again, at whole periods from now. Ends that the loop is too late
 * for are skipped and counted: one call stands for them all. Returns 0, or -EINVAL, leaving everything
 * as it was, when the period is 0 or negative.
 */
int sb_delay_start_periodic_ns(struct sb_delay *delay, int64_t period_ns);
int sb_delay_start_periodic_ms(struct sb_delay *delay, int64_t period_ms);

/* Starts or restarts with the last duration, once or periodic as before; at first 0 and once. */
void sb_delay_restart(struct sb_delay *delay);

/*
 * The duration of restarts and triggers to come; a present run ends as it would have, but a periodic one
 * goes on with it afterwards. Returns 0, or -EINVAL when it is 0 or negative.
 */
int sb_delay_set_duration_ns(struct sb_delay *delay, int64_t duration_ns);
int sb_delay_set_duration_ms(struct sb_delay *delay, int64_t duration_ms);

/*
 * Stops for good: the function will not be called, even if the time is up in this instant or a trigger
 * from outside is under way. Forgets an earlier end. Who waits goes on waiting, for the next start.
 */
void sb_delay_stop(struct sb_delay *delay);

bool sb_delay_is_running(const struct sb_delay *delay);

/*
 * Waits for the end; at once when it has elapsed since the last start. Of a periodic one, always waits
 * for the next end. The function is called before the waiters run. Returns 0, -ECANCELED or -ETIMEDOUT.
 */
int sb_delay_wait(struct sb_delay *delay);

/* Its end, beside other things that are waited for: lib/wait_any.h. */
struct sb_case sb_delay_case(struct sb_delay *delay);

/* A way to restart a delay from outside the loop; one delay may have several. The caller's memory. */
struct sb_delay_trigger {
    /* private */
    struct sb_bell bell;
    struct sb_delay *delay;
    SB_ATOMIC(uint32_t) stop_count; /* the delay's when it was last posted */
};

/* Binds it to the current thread's loop, which must be the delay's own: see sb_bell_init. `delay` is borrowed. */
void sb_delay_trigger_init(struct sb_delay_trigger *trigger, struct sb_delay *delay);

/* On the loop's thread, when nobody posts it any more; then its memory may go. A post that is on its way is undone. */
void sb_delay_trigger_deinit(struct sb_delay_trigger *trigger);

/*
 * Has the delay restarted as by sb_delay_restart, from the moment in which its loop gets to it: soon, in order of
 * posting. Undone by an sb_delay_stop that comes first. From any thread or signal handler; several before the
 * loop gets to it are one.
 */
void sb_delay_trigger_post(struct sb_delay_trigger *trigger);

#endif
