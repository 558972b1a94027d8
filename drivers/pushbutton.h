/* SPDX-License-Identifier: MIT */
/*
 * A pushbutton on one input pin: debounced press and release, double click, long press, series of
 * clicks. A state machine on the pin's edges and one timer: no task, nothing runs while the button
 * rests. Every time is taken from the edges' own time stamps, so what is recognised does not depend on
 * when the loop gets round to it.
 *
 * What is reported, t being the time of the press:
 *
 *      press    at each press, at once, whatever else is asked for
 *      release  at each release; with `is_release_suppressed` only if the press was neither long nor
 *               part of a double click: then at its release, or at t + double_click_ms if that is later
 *      double   at the second press, if it comes less than double_click_ms after the first. A third
 *               press begins anew; the second press of a pair is never long
 *      long     at t + long_press_ms, if the button is still down
 *      clicks   with the number of presses, each less than double_click_ms after the one before: when
 *               that time has passed after the last press and the button is up, or at the release of
 *               press number `click_limit`. A press that was reported as long belongs to no series
 *
 * Only what somebody asked for is recognised: without a taker for double clicks no release waits
 * for one. A deadline comes before an edge of the same nanosecond.
 */
#ifndef SB_DRIVERS_PUSHBUTTON_H
#define SB_DRIVERS_PUSHBUTTON_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/hal/pin.h"
#include "lib/timer.h"
#include "lib/wait.h"

#define SB_PUSHBUTTON_DEBOUNCE_MS     20
#define SB_PUSHBUTTON_LONG_PRESS_MS   1000
#define SB_PUSHBUTTON_DOUBLE_CLICK_MS 400

/* Events that wait for sb_pushbutton_wait; when one more comes, the oldest goes. */
#define SB_PUSHBUTTON_EVENTS_MAX 8
/* Clicks of one series that are counted; a longer series stays at this number. */
#define SB_PUSHBUTTON_CLICKS_MAX 31

struct sb_pushbutton;

enum sb_pushbutton_kind {
    SB_PUSHBUTTON_PRESS = 1 << 0,
    SB_PUSHBUTTON_RELEASE = 1 << 1,
    SB_PUSHBUTTON_DOUBLE = 1 << 2,
    SB_PUSHBUTTON_LONG = 1 << 3,
    SB_PUSHBUTTON_CLICKS = 1 << 4,
    SB_PUSHBUTTON_ALL = (1 << 5) - 1,
};

struct sb_pushbutton_event {
    int64_t time_ns; /* of the edge, or of the deadline that decided it */
    enum sb_pushbutton_kind kind;
    uint32_t click_count; /* SB_PUSHBUTTON_CLICKS: how many; else 0 */
};

/*
 * Called in loop context: must not wait, may call anything below that does not. `event` is valid
 * during the call.
 */
typedef void sb_pushbutton_fn(struct sb_pushbutton *button, const struct sb_pushbutton_event *event,
                              void *arg);

struct sb_pushbutton_config {
    /* Borrowed, an input. Its value is logical: open it with SB_PIN_ACTIVE_LOW when pressing pulls it low. */
    struct sb_pin *pin;
    /* After a change the contact is not believed for so long, then looked at again; 0 means 20. */
    uint32_t debounce_ms;
    /* A level must hold for so long before it counts; everything is later by that. 0: it counts at once. */
    uint32_t confirm_ms;
    uint32_t long_press_ms;   /* 0 means 1000 */
    uint32_t double_click_ms; /* less than long_press_ms; 0 means 400 */
    /* Clicks after which a series is reported without waiting for more; 0: no limit. At most 31. */
    uint32_t click_limit;
    /* Reports a release only of what turned out to be a single short press. */
    bool is_release_suppressed;
    /* enum sb_pushbutton_kind: what sb_pushbutton_wait is to give. */
    unsigned wait_events;
    /* Null: not asked for. An event goes to waiting tasks and to its function. */
    sb_pushbutton_fn *press_fn;
    sb_pushbutton_fn *release_fn;
    sb_pushbutton_fn *double_fn;
    sb_pushbutton_fn *long_fn;
    sb_pushbutton_fn *clicks_fn;
    void *arg; /* borrowed */
};

/* The caller's memory, until sb_pushbutton_stop. */
struct sb_pushbutton {
    /* read-only */
    uint32_t press_count;
    uint32_t bounce_count;   /* edges that were no press and no release */
    uint32_t lost_count;     /* edges that the pin lost, or that were found missing by looking */
    uint32_t overflow_count; /* events that nobody took in time */
    int read_error;          /* the last with which the pin could not be read; 0: none */
    bool is_pressed : 1;     /* debounced */
    bool is_started : 1;
    /* private */
    bool level : 1;           /* of the contact, by the last edge */
    bool is_look_due : 1;     /* at hold_ns */
    bool is_release_used : 1; /* the release of this press says nothing new: second of a double */
    uint8_t click_count;
    uint8_t event_first;
    uint8_t event_count;
    uint8_t event_kinds[SB_PUSHBUTTON_EVENTS_MAX];
    int64_t event_times_ns[SB_PUSHBUTTON_EVENTS_MAX];
    int64_t edge_ns; /* since when the contact is at `level` */
    int64_t hold_ns; /* until then a change is not believed */
    int64_t long_ns; /* deadlines; SB_NEVER: not running */
    int64_t double_ns;
    int64_t clicks_ns;
    const struct sb_pushbutton_config *config;
    struct sb_waitq waiters;
    struct sb_timer timer;
    struct sb_pin_watch watch;
};

/*
 * Prepares a button. `config` is borrowed and stays as it is while the button uses it. Returns 0;
 * -EINVAL without a pin, when double_click_ms is not less than long_press_ms, for more than 31
 * clicks or unknown events.
 */
int sb_pushbutton_init(struct sb_pushbutton *button, const struct sb_pushbutton_config *config);

/*
 * Watches the pin from now on. How the contact is now is taken as it is, without an event; of a button
 * that is held meanwhile the release is reported, unless suppressed. Nothing happens when it is started.
 * Returns 0; -EPERM when the pin is an output; the pin's error.
 */
int sb_pushbutton_start(struct sb_pushbutton *button);

/*
 * Stops watching: no event comes any more, not even one that is decided already. What is queued stays
 * to be taken, tasks that wait go on waiting. Nothing happens when it is stopped. It may be started
 * again.
 */
void sb_pushbutton_stop(struct sb_pushbutton *button);

/*
 * Goes over to another config for the same pin, also while started and inside a callback: to other
 * functions, say, once a long press has begun. What is in progress keeps the deadlines that it has.
 * Returns 0, or -EINVAL as init, also for another pin.
 */
int sb_pushbutton_set_config(struct sb_pushbutton *button,
                             const struct sb_pushbutton_config *config);

/*
 * Waits for the next event of those in `wait_events`, which are queued from start on; tasks that wait
 * get one each, in order. Returns 0, or -ECANCELED or -ETIMEDOUT with no event taken.
 */
int sb_pushbutton_wait(struct sb_pushbutton *button, struct sb_pushbutton_event *event);

/* The same without waiting, in any context. Returns 0, or -EAGAIN when there is none. */
int sb_pushbutton_try_wait(struct sb_pushbutton *button, struct sb_pushbutton_event *event);

/* The contact at this moment, bounces and all: 1 pressed, 0 not, or the pin's error. */
int sb_pushbutton_read_raw(struct sb_pushbutton *button);

#endif
