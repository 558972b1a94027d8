/* SPDX-License-Identifier: MIT */
/*
 * The pushbutton's state machine. Two levels: the contact (`level`, changed by every edge) and the
 * button (`is_pressed`, changed when a level has been believed). While they differ a change is
 * pending, and deadlines later than the pending edge wait for its outcome: a second press that is
 * still being confirmed when the double click's time ends is a double click all the same.
 */
#include "drivers/pushbutton.h"

#include <assert.h>
#include <errno.h>

#include "lib/task.h"

/* An event in the queue is its time and one byte: bits 0 to 2 the kind's bit number, above the clicks. */
#define KIND_BITS 3u
#define KIND_MASK ((1u << KIND_BITS) - 1u)

_Static_assert(SB_PUSHBUTTON_CLICKS_MAX < 256 >> KIND_BITS, "clicks must fit beside the kind");
_Static_assert(sizeof(void *) > 8 || sizeof(struct sb_pushbutton) <= 256, "a button is small");

/* A look this long after it was due still sees what the edges so far have made. */
#define ON_TIME_NS (2 * SB_MS_NS)

static int64_t or_default_ns(uint32_t duration_ms, uint32_t default_ms)
{
    return (duration_ms != 0 ? duration_ms : default_ms) * SB_MS_NS;
}

static int64_t debounce_ns(const struct sb_pushbutton *button)
{
    return or_default_ns(button->config->debounce_ms, SB_PUSHBUTTON_DEBOUNCE_MS);
}

static int64_t long_press_ns(const struct sb_pushbutton_config *config)
{
    return or_default_ns(config->long_press_ms, SB_PUSHBUTTON_LONG_PRESS_MS);
}

static int64_t double_click_ns(const struct sb_pushbutton_config *config)
{
    return or_default_ns(config->double_click_ms, SB_PUSHBUTTON_DOUBLE_CLICK_MS);
}

static sb_pushbutton_fn *function_for(const struct sb_pushbutton_config *config, unsigned kind)
{
    switch (kind) {
    case SB_PUSHBUTTON_PRESS:
        return config->press_fn;
    case SB_PUSHBUTTON_RELEASE:
        return config->release_fn;
    case SB_PUSHBUTTON_DOUBLE:
        return config->double_fn;
    case SB_PUSHBUTTON_LONG:
        return config->long_fn;
    default:
        return config->clicks_fn;
    }
}

static bool is_asked_for(const struct sb_pushbutton *button, unsigned kind)
{
    return (button->config->wait_events & kind) != 0 || function_for(button->config, kind) != NULL;
}

/* ---- events */

static void queue_event(struct sb_pushbutton *button, const struct sb_pushbutton_event *event)
{
    unsigned last;
    unsigned bit = 0;

    if (button->event_count == SB_PUSHBUTTON_EVENTS_MAX) {
        button->event_first = (uint8_t)((button->event_first + 1u) % SB_PUSHBUTTON_EVENTS_MAX);
        button->event_count--;
        button->overflow_count++;
    }
    while (event->kind >> bit != 1)
        bit++;
    last = (button->event_first + (unsigned)button->event_count) % SB_PUSHBUTTON_EVENTS_MAX;
    button->event_kinds[last] = (uint8_t)(bit | event->click_count << KIND_BITS);
    button->event_times_ns[last] = event->time_ns;
    button->event_count++;
}

static void hand_over(struct sb_pushbutton *button, const struct sb_pushbutton_event *event)
{
    struct sb_waiter *waiter = sb_waitq_first(&button->waiters);
    struct sb_pushbutton_event *slot;

    if (waiter == NULL) {
        queue_event(button, event);
        return;
    }
    slot = waiter->slot;
    *slot = *event;
    sb_waitq_wake(waiter, 0);
}

/* The function may do anything, stop the button included: callers have finished with their state. */
static void report(struct sb_pushbutton *button, enum sb_pushbutton_kind kind, int64_t time_ns,
                   uint32_t click_count)
{
    const struct sb_pushbutton_config *config = button->config;
    struct sb_pushbutton_event event = {time_ns, kind, click_count};
    sb_pushbutton_fn *fn = function_for(config, kind);

    if (!button->is_started)
        return;
    if ((config->wait_events & kind) != 0)
        hand_over(button, &event);
    if (fn != NULL)
        fn(button, &event, config->arg);
}

int sb_pushbutton_try_wait(struct sb_pushbutton *button, struct sb_pushbutton_event *event)
{
    unsigned packed;

    if (button->event_count == 0)
        return -EAGAIN;
    packed = button->event_kinds[button->event_first];
    *event = (struct sb_pushbutton_event){
        .time_ns = button->event_times_ns[button->event_first],
        .kind = (enum sb_pushbutton_kind)(1u << (packed & KIND_MASK)),
        .click_count = packed >> KIND_BITS,
    };
    button->event_first = (uint8_t)((button->event_first + 1u) % SB_PUSHBUTTON_EVENTS_MAX);
    button->event_count--;
    return 0;
}

int sb_pushbutton_wait(struct sb_pushbutton *button, struct sb_pushbutton_event *event)
{
    struct sb_waiter waiter = {.slot = event};
    int rc = sb_wait_check();

    assert(button->config->wait_events != 0);
    if (rc < 0 || sb_pushbutton_try_wait(button, event) == 0)
        return rc;
    return sb_waitq_wait(&button->waiters, &waiter, "pushbutton", button);
}

/* ---- presses, releases and the deadlines between them */

static void press(struct sb_pushbutton *button, int64_t time_ns)
{
    const struct sb_pushbutton_config *config = button->config;
    bool takes_doubles = is_asked_for(button, SB_PUSHBUTTON_DOUBLE);
    bool is_second = takes_doubles && button->double_ns != SB_NEVER;

    button->is_pressed = true;
    button->press_count++;
    button->is_release_used = is_second;
    button->double_ns = SB_NEVER;
    if (takes_doubles && !is_second)
        button->double_ns = time_ns + double_click_ns(config);
    if (is_asked_for(button, SB_PUSHBUTTON_LONG) && !is_second)
        button->long_ns = time_ns + long_press_ns(config);
    if (is_asked_for(button, SB_PUSHBUTTON_CLICKS)) {
        if (button->clicks_ns == SB_NEVER)
            button->click_count = 0;
        if (button->click_count < SB_PUSHBUTTON_CLICKS_MAX)
            button->click_count++;
        button->clicks_ns = time_ns + double_click_ns(config);
    }
    report(button, SB_PUSHBUTTON_PRESS, time_ns, 0);
    if (is_second)
        report(button, SB_PUSHBUTTON_DOUBLE, time_ns, 0);
}

/* Ends a series of clicks. Returns its number, 0 when there was none. */
static uint32_t take_clicks(struct sb_pushbutton *button)
{
    uint32_t count = button->click_count;

    button->click_count = 0;
    button->clicks_ns = SB_NEVER;
    return count;
}

static void release(struct sb_pushbutton *button, int64_t time_ns)
{
    const struct sb_pushbutton_config *config = button->config;
    bool was_long = is_asked_for(button, SB_PUSHBUTTON_LONG) && button->long_ns == SB_NEVER;
    bool is_held_back = button->double_ns != SB_NEVER || button->is_release_used || was_long;
    bool is_at_limit = config->click_limit != 0 && button->click_count >= config->click_limit;
    uint32_t clicks = 0;

    button->is_pressed = false;
    button->is_release_used = false;
    button->long_ns = SB_NEVER;
    if (button->clicks_ns == SB_NEVER || is_at_limit)
        clicks = take_clicks(button);
    if (!config->is_release_suppressed || !is_held_back)
        report(button, SB_PUSHBUTTON_RELEASE, time_ns, 0);
    if (clicks > 0)
        report(button, SB_PUSHBUTTON_CLICKS, time_ns, clicks);
}

static void end_long(struct sb_pushbutton *button)
{
    int64_t time_ns = button->long_ns;

    button->long_ns = SB_NEVER;
    take_clicks(button);
    report(button, SB_PUSHBUTTON_LONG, time_ns, 0);
}

/* No second press came: the release that was held back for it is due, if it has been. */
static void end_double(struct sb_pushbutton *button)
{
    int64_t time_ns = button->double_ns;

    button->double_ns = SB_NEVER;
    if (button->config->is_release_suppressed && !button->is_pressed)
        report(button, SB_PUSHBUTTON_RELEASE, time_ns, 0);
}

static void end_clicks(struct sb_pushbutton *button)
{
    int64_t time_ns = button->clicks_ns;

    button->clicks_ns = SB_NEVER;
    if (!button->is_pressed)
        report(button, SB_PUSHBUTTON_CLICKS, time_ns, take_clicks(button));
}

static int64_t earliest_deadline_ns(const struct sb_pushbutton *button)
{
    int64_t next_ns = button->long_ns;

    if (button->double_ns < next_ns)
        next_ns = button->double_ns;
    return button->clicks_ns < next_ns ? button->clicks_ns : next_ns;
}

/* Deals with the earliest deadline that is not after `until_ns`; false when there is none. */
static bool end_one(struct sb_pushbutton *button, int64_t until_ns)
{
    int64_t next_ns = earliest_deadline_ns(button);

    if (next_ns > until_ns || next_ns == SB_NEVER)
        return false;
    if (button->long_ns == next_ns)
        end_long(button);
    else if (button->double_ns == next_ns)
        end_double(button);
    else
        end_clicks(button);
    return true;
}

/* ---- the contact */

static bool is_change_pending(const struct sb_pushbutton *button)
{
    return button->level != button->is_pressed;
}

/* When a pending change is believed, if the contact stays as it is. */
static int64_t belief_ns(const struct sb_pushbutton *button)
{
    int64_t confirmed_ns = button->edge_ns + button->config->confirm_ms * SB_MS_NS;

    return confirmed_ns > button->hold_ns ? confirmed_ns : button->hold_ns;
}

static void believe(struct sb_pushbutton *button)
{
    button->hold_ns = button->edge_ns + debounce_ns(button);
    button->is_look_due = true;
    button->bounce_count--; /* the edge that was counted when it came */
    if (button->level)
        press(button, button->edge_ns);
    else
        release(button, button->edge_ns);
}

static void arm(struct sb_pushbutton *button)
{
    int64_t next_ns = earliest_deadline_ns(button);

    if (is_change_pending(button))
        next_ns = belief_ns(button);
    else if (button->is_look_due && button->hold_ns < next_ns)
        next_ns = button->hold_ns;
    if (next_ns == SB_NEVER)
        sb_timer_stop(&button->timer);
    else if (!sb_timer_is_armed(&button->timer) || button->timer.deadline_ns != next_ns)
        sb_timer_start_at_ns(&button->timer, next_ns);
}

/* Does all that is due until `now_ns`, in order of time. */
static void advance(struct sb_pushbutton *button, int64_t now_ns)
{
    while (button->is_started) {
        bool is_pending = is_change_pending(button);
        int64_t until_ns = is_pending && button->edge_ns < now_ns ? button->edge_ns : now_ns;

        if (end_one(button, until_ns))
            continue;
        if (!is_pending || belief_ns(button) > now_ns)
            break;
        believe(button);
    }
    if (button->is_started)
        arm(button);
}

static void take_level(struct sb_pushbutton *button, bool level, int64_t time_ns)
{
    button->level = level;
    button->edge_ns = time_ns;
    button->bounce_count++; /* until it is believed */
}

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    struct sb_pushbutton *button = arg;

    (void)pin;
    button->lost_count += edge->lost;
    advance(button, edge->time_ns);
    if (!button->is_started || (edge->value == button->level && edge->lost == 0))
        return;
    take_level(button, edge->value, edge->time_ns);
    advance(button, edge->time_ns);
}

/*
 * The debounce time is over: has an edge been missed? Also the last of a bounce, which says that the
 * contact is back. A loop that is late has more edges to come: then only they can tell.
 */
static void look_again(struct sb_pushbutton *button, int64_t now_ns)
{
    bool is_late = now_ns - button->hold_ns > ON_TIME_NS;
    int value;

    button->is_look_due = false;
    if (is_change_pending(button) && is_late)
        return;
    value = sb_pin_read(button->config->pin);
    if (value < 0) {
        button->read_error = value;
    } else if ((value != 0) != button->level) {
        button->lost_count++;
        take_level(button, value != 0, now_ns);
    }
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct sb_pushbutton *button = arg;
    int64_t now_ns = sb_now_ns();

    (void)timer;
    if (button->is_look_due && button->hold_ns <= now_ns)
        look_again(button, now_ns);
    advance(button, now_ns);
}

/* ---- life */

static bool is_valid(const struct sb_pushbutton_config *config)
{
    return config->pin != NULL && double_click_ns(config) < long_press_ns(config) &&
           config->click_limit <= SB_PUSHBUTTON_CLICKS_MAX &&
           (config->wait_events & ~(unsigned)SB_PUSHBUTTON_ALL) == 0;
}

int sb_pushbutton_init(struct sb_pushbutton *button, const struct sb_pushbutton_config *config)
{
    if (!is_valid(config))
        return -EINVAL;
    *button = (struct sb_pushbutton){.config = config};
    sb_waitq_init(&button->waiters);
    sb_timer_init(&button->timer, on_timer, button);
    return 0;
}

int sb_pushbutton_set_config(struct sb_pushbutton *button,
                             const struct sb_pushbutton_config *config)
{
    if (!is_valid(config) || config->pin != button->config->pin)
        return -EINVAL;
    button->config = config;
    return 0;
}

int sb_pushbutton_start(struct sb_pushbutton *button)
{
    struct sb_pin *pin = button->config->pin;
    int rc;

    if (button->is_started)
        return 0;
    rc = sb_pin_watch_start(pin, &button->watch, SB_EDGE_BOTH, on_edge, button);
    if (rc < 0)
        return rc;
    rc = sb_pin_read(pin);
    if (rc < 0) {
        sb_pin_watch_stop(&button->watch);
        return rc;
    }
    button->level = rc != 0;
    button->is_pressed = button->level;
    button->is_release_used = button->level;
    button->is_look_due = false;
    button->edge_ns = sb_now_ns();
    button->hold_ns = button->edge_ns;
    button->long_ns = SB_NEVER;
    button->double_ns = SB_NEVER;
    take_clicks(button);
    button->is_started = true;
    return 0;
}

void sb_pushbutton_stop(struct sb_pushbutton *button)
{
    if (!button->is_started)
        return;
    button->is_started = false;
    button->is_pressed = false;
    button->level = false;
    sb_pin_watch_stop(&button->watch);
    sb_timer_stop(&button->timer);
}

int sb_pushbutton_read_raw(struct sb_pushbutton *button)
{
    return sb_pin_read(button->config->pin);
}
