/* SPDX-License-Identifier: MIT */
/*
 * Pins: what is the same for every backend. Active-low, permission, the list of who watches.
 */
#include "lib/hal/pin.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/hal/tap.h"

bool sb_pin_flags_are_possible(unsigned flags)
{
    bool is_input = (flags & SB_PIN_INPUT) != 0;
    bool is_output = (flags & SB_PIN_OUTPUT) != 0;
    unsigned pulls = flags & (SB_PIN_PULL_UP | SB_PIN_PULL_DOWN | SB_PIN_PULL_AS_IS);
    unsigned drives = flags & (SB_PIN_OPEN_DRAIN | SB_PIN_OPEN_SOURCE);

    if (is_input == is_output)
        return false;
    if ((pulls & (pulls - 1)) != 0)
        return false;
    if (drives == (SB_PIN_OPEN_DRAIN | SB_PIN_OPEN_SOURCE))
        return false;
    return is_output || (drives == 0 && (flags & SB_PIN_INITIAL_TRUE) == 0);
}

void sb_pin_init(struct sb_pin *pin, struct sb_board *board, const char *name,
                 const struct sb_pin_ops *ops)
{
    *pin = (struct sb_pin){.name = name, .board = board, .ops = ops};
    sb_list_init(&pin->watches);
}

int sb_pin_configure(struct sb_pin *pin, unsigned flags)
{
    int rc;

    if (!sb_pin_flags_are_possible(flags))
        return -EINVAL;
    rc = pin->ops->configure(pin, flags);
    if (rc < 0)
        return rc;
    pin->flags = flags;
    pin->value = (flags & SB_PIN_INITIAL_TRUE) != 0;
    if (pin->tap != NULL)
        sb_tap_pin_configured(pin);
    return 0;
}

int sb_pin_peek_level(struct sb_pin *pin)
{
    return pin->ops->read(pin);
}

int sb_pin_read(struct sb_pin *pin)
{
    int level = pin->ops->read(pin);

    if (SB_UNLIKELY(pin->tap != NULL))
        sb_tap_pin_read(pin, level);
    if (level < 0)
        return level;
    return (pin->flags & SB_PIN_ACTIVE_LOW) != 0 ? !level : level;
}

/* Functions of their own: so who is not observed has no registers to save. */
__attribute__((noinline)) static int write_tapped(struct sb_pin *pin, bool level)
{
    int rc = pin->ops->write(pin, level);

    sb_tap_pin_written(pin, level, rc);
    return rc;
}

__attribute__((noinline)) static int write_traced(struct sb_pin *pin, bool level)
{
    sb_loop_trace(sb_core_loop, SB_TRACE_PIN, pin->name, level);
    return pin->tap == NULL ? pin->ops->write(pin, level) : write_tapped(pin, level);
}

int sb_pin_write(struct sb_pin *pin, bool value)
{
    bool level = (pin->flags & SB_PIN_ACTIVE_LOW) != 0 ? !value : value;

    if ((pin->flags & SB_PIN_OUTPUT) == 0)
        return -EPERM;
    pin->value = value;
    if (SB_UNLIKELY(sb_core_is_traced))
        return write_traced(pin, level);
    if (SB_UNLIKELY(pin->tap != NULL))
        return write_tapped(pin, level);
    return pin->ops->write(pin, level);
}

int sb_pin_toggle(struct sb_pin *pin)
{
    return sb_pin_write(pin, !pin->value);
}

int sb_pin_set_debounce_us(struct sb_pin *pin, unsigned period_us)
{
    int rc;

    if ((pin->flags & SB_PIN_INPUT) == 0)
        return -EPERM;
    if (period_us == pin->debounce_us)
        return 0;
    if (pin->ops->set_debounce_us == NULL)
        return -ENOTSUP;
    rc = pin->ops->set_debounce_us(pin, period_us);
    if (rc == 0)
        pin->debounce_us = period_us;
    return rc;
}

int sb_pin_watch_start(struct sb_pin *pin, struct sb_pin_watch *watch, unsigned edges,
                       sb_edge_fn *fn, void *arg)
{
    int rc = 0;

    assert(fn != NULL);
    if ((pin->flags & SB_PIN_INPUT) == 0)
        return -EPERM;
    if (edges == 0 || (edges & ~(unsigned)SB_EDGE_BOTH) != 0)
        return -EINVAL;
    if (sb_list_is_empty(&pin->watches))
        rc = pin->ops->watch(pin, true);
    if (rc < 0)
        return rc;
    *watch = (struct sb_pin_watch){.pin = pin, .edges = edges, .fn = fn, .arg = arg};
    sb_list_append(&pin->watches, &watch->node);
    return 0;
}

void sb_pin_watch_stop(struct sb_pin_watch *watch)
{
    struct sb_pin *pin = watch->pin;

    if (!sb_list_is_linked(&watch->node))
        return;
    if (pin->next_watch == &watch->node)
        pin->next_watch = watch->node.next;
    sb_list_remove(&watch->node);
    if (sb_list_is_empty(&pin->watches))
        (void)pin->ops->watch(pin, false);
}

void sb_pin_report_edge(struct sb_pin *pin, bool level, int64_t time_ns, uint32_t lost)
{
    bool is_active_low = (pin->flags & SB_PIN_ACTIVE_LOW) != 0;
    struct sb_edge edge = {.time_ns = time_ns, .value = level != is_active_low};
    unsigned kind = edge.value ? SB_EDGE_RISING : SB_EDGE_FALLING;

    pin->lost_count += lost;
    if (SB_UNLIKELY(sb_core_is_traced))
        sb_loop_trace(sb_core_loop, SB_TRACE_PIN, pin->name, level ? 3 : 2);
    if (SB_UNLIKELY(pin->tap != NULL))
        sb_tap_pin_edge(pin, level, time_ns, lost);
    /*
     * A callback may stop any watch: sb_pin_watch_stop moves next_watch on past those that leave. It may even have closed
     * the pin and opened it anew, which makes it null.
     */
    pin->next_watch = pin->watches.next;
    while (pin->next_watch != NULL && pin->next_watch != &pin->watches) {
        struct sb_pin_watch *watch = SB_CONTAINER_OF(pin->next_watch, struct sb_pin_watch, node);
        pin->next_watch = pin->next_watch->next;
        watch->lost += lost;
        if ((watch->edges & kind) == 0)
            continue;
        edge.lost = watch->lost;
        watch->lost = 0;
        watch->fn(pin, &edge, watch->arg);
    }
    pin->next_watch = NULL;
}

/* Of sb_pin_wait_edge: on the waiting task's stack. */
struct edge_wait {
    struct sb_pin_watch watch;
    struct sb_waitq queue;
    struct sb_edge edge;
    bool has_come;
};

static void on_awaited_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    struct edge_wait *wait = arg;

    (void)pin;
    if (wait->has_come)
        return;
    wait->edge = *edge;
    wait->has_come = true;
    sb_waitq_wake_all(&wait->queue, 0);
}

int sb_pin_wait_edge(struct sb_pin *pin, unsigned edges, struct sb_edge *edge)
{
    struct edge_wait wait = {.has_come = false};
    struct sb_waiter waiter;
    int rc;

    sb_waitq_init(&wait.queue);
    rc = sb_pin_watch_start(pin, &wait.watch, edges, on_awaited_edge, &wait);
    if (rc < 0)
        return rc;
    rc = sb_core_wait_in(&wait.queue, &waiter, "edge", pin, __builtin_return_address(0));
    sb_pin_watch_stop(&wait.watch);
    if (rc == 0 && edge != NULL)
        *edge = wait.edge;
    return rc;
}

void sb_pin_report_gone(struct sb_pin *pin, int rc)
{
    for (struct sb_list *node = pin->watches.next; node != &pin->watches; node = node->next) {
        const struct sb_pin_watch *watch = SB_CONTAINER_OF(node, struct sb_pin_watch, node);
        struct edge_wait *wait = watch->arg;

        if (watch->fn == on_awaited_edge && !wait->has_come)
            sb_waitq_wake_all(&wait->queue, rc);
    }
}

void sb_pin_close(struct sb_pin *pin)
{
    struct sb_list *node;

    if (pin == NULL)
        return;
    while ((node = sb_list_first(&pin->watches)) != NULL)
        sb_pin_watch_stop(SB_CONTAINER_OF(node, struct sb_pin_watch, node));
    if (pin->tap != NULL)
        sb_tap_pin_closed(pin);
    pin->ops->close(pin);
}
