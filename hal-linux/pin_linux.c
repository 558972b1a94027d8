/* SPDX-License-Identifier: MIT */
/* The HAL's pins on lines of the kernel: what is done to one, and to those of a request together. */
#include "hal-linux/pin_linux.h"

#include <errno.h>

#include "hal-linux/error.h"
#include "lib/list.h"

static struct sb_linux_pin *linux_pin(struct sb_pin *pin)
{
    return SB_CONTAINER_OF(pin, struct sb_linux_pin, pin);
}

static uint64_t bit_of(const struct sb_linux_pin *p)
{
    return UINT64_C(1) << p->index;
}

/* ---- how they are used */

/* What the kernel is told of the flags. */
static unsigned kernel_flags(unsigned flags)
{
    return flags & ~(unsigned)(SB_PIN_ACTIVE_LOW | SB_PIN_INITIAL_TRUE);
}

/*
 * These are to be used otherwise than the rest of their request, which is rigid. Inputs part; outputs cannot, since they
 * would have no level meanwhile.
 */
static int part(struct sb_linux_pin *p, unsigned flags)
{
    int rc;

    if ((p->request->lines[0].flags & SB_PIN_OUTPUT) != 0)
        return sb_linux_fail(
            p->pin.board, -ENOTSUP,
            "%s: with libgpiod 1 outputs that were opened together change together: use "
            "sb_pins_configure on all of them, or open it by itself",
            p->name);
    rc = sb_linux_request_split(p->request);
    return rc < 0 ? sb_linux_pin_fail(p, rc, flags) : 0;
}

static bool must_part(const struct sb_linux_request *r, unsigned count, unsigned flags)
{
    return sb_gpiod_request_is_rigid() && count < r->open_count &&
           kernel_flags(flags) != kernel_flags(r->lines[0].flags);
}

/* The closed pins of a rigid request do as the open ones. */
static void set_closed(const struct sb_linux_request *r, struct sb_gpiod_line *lines,
                       unsigned flags)
{
    for (unsigned i = 0; sb_gpiod_request_is_rigid() && i < r->count; i++)
        if (!r->pins[i]->is_open)
            lines[i].flags = flags;
}

static int pins_configure(struct sb_pin *const *pins, unsigned count, unsigned flags,
                          uint64_t levels)
{
    struct sb_linux_pin *first = linux_pin(pins[0]);
    struct sb_linux_request *r = first->request;
    struct sb_gpiod_line lines[SB_PINS_MAX];
    uint64_t changed = 0;
    int rc = 0;

    if (must_part(r, count, flags)) {
        rc = part(first, flags);
        for (unsigned i = 0; i < count && rc >= 0; i++)
            rc = pins_configure(pins + i, 1, flags, levels >> i & 1);
        return rc;
    }
    sb_linux_request_get_lines(r, lines);
    set_closed(r, lines, flags);
    for (unsigned i = 0; i < count; i++) {
        struct sb_linux_pin *p = linux_pin(pins[i]);
        struct sb_gpiod_line *line = &lines[p->index];

        changed |= bit_of(p);
        line->flags = flags;
        line->level = (flags & SB_PIN_OUTPUT) != 0 && (levels >> i & 1) != 0;
    }
    rc = sb_linux_request_use(r, lines);
    if (rc < 0)
        return sb_linux_pin_fail(first, rc, flags);
    sb_linux_edges_forget(r, changed);
    return 0;
}

static int pin_configure(struct sb_pin *pin, unsigned flags)
{
    bool value = (flags & SB_PIN_INITIAL_TRUE) != 0;

    return pins_configure(&pin, 1, flags, value != ((flags & SB_PIN_ACTIVE_LOW) != 0));
}

static int pin_set_debounce_us(struct sb_pin *pin, unsigned period_us)
{
    struct sb_linux_pin *p = linux_pin(pin);
    struct sb_gpiod_line lines[SB_PINS_MAX];
    int rc;

    if (sb_gpiod_request_is_rigid())
        return sb_linux_fail(
            pin->board, -ENOTSUP,
            "%s: libgpiod 1 cannot ask the kernel to debounce: build with libgpiod 2, or use "
            "sb_pushbutton, which debounces itself",
            p->name);
    sb_linux_request_get_lines(p->request, lines);
    lines[p->index].debounce_us = period_us;
    rc = sb_linux_request_use(p->request, lines);
    return rc < 0 ? sb_linux_pin_fail(p, rc, 0) : 0;
}

/* ---- levels */

static int pin_read(struct sb_pin *pin)
{
    struct sb_linux_pin *p = linux_pin(pin);
    uint64_t levels;
    int rc = sb_gpiod_request_get(p->gpiod, &levels);

    return rc < 0 ? rc : (int)(levels >> p->index & 1);
}

static int pin_write(struct sb_pin *pin, bool level)
{
    struct sb_linux_pin *p = linux_pin(pin);

    return sb_gpiod_request_set_line(p->gpiod, p->index, level);
}

static int pins_read(struct sb_pin *const *pins, unsigned count, uint64_t *levels)
{
    uint64_t all;
    int rc = sb_gpiod_request_get(linux_pin(pins[0])->gpiod, &all);

    *levels = 0;
    for (unsigned i = 0; i < count && rc >= 0; i++)
        *levels |= (all >> linux_pin(pins[i])->index & 1) << i;
    return rc;
}

static int pins_write(struct sb_pin *const *pins, unsigned count, uint64_t levels)
{
    uint64_t mask = 0;
    uint64_t bits = 0;

    for (unsigned i = 0; i < count; i++) {
        const struct sb_linux_pin *p = linux_pin(pins[i]);

        mask |= bit_of(p);
        bits |= (levels >> i & 1) << p->index;
    }
    return sb_gpiod_request_set(linux_pin(pins[0])->gpiod, mask, bits);
}

/* ---- edges */

/* Has the edges queued that are watched now, as long as the pin is an input. */
static int queue_edges(struct sb_linux_pin *p)
{
    struct sb_gpiod_line lines[SB_PINS_MAX];

    sb_linux_request_get_lines(p->request, lines);
    return (lines[p->index].flags & SB_PIN_INPUT) != 0 ? sb_linux_request_use(p->request, lines)
                                                       : 0;
}

static int start_edges(struct sb_linux_pin *p)
{
    int rc = 0;

    if (sb_gpiod_request_is_rigid() && p->request->count > 1)
        rc = sb_linux_request_split(p->request);
    if (rc < 0)
        return rc;
    sb_linux_edges_forget(p->request, bit_of(p));
    p->is_watched = true;
    rc = queue_edges(p);
    p->is_watched = rc >= 0;
    return rc;
}

/*
 * A line without an interrupt is -ENXIO, but to libgpiod 1 -ENODEV, as is a chip that is gone (drivers/gpio/gpiolib-cdev.c).
 * From that nothing can be read any more.
 */
static int watch_fail(struct sb_linux_pin *p, int rc)
{
    if (rc != -ENXIO && (rc != -ENODEV || pin_read(&p->pin) < 0))
        return sb_linux_pin_fail(p, rc, p->pin.flags);
    sb_linux_board_of(p)->lacks_device = true;
    return sb_linux_fail(p->pin.board, -ENOTSUP,
                         "%s has no interrupt, so its edges cannot be heard: read it now and "
                         "then, or take another pin",
                         p->name);
}

static int pin_watch(struct sb_pin *pin, bool is_on)
{
    struct sb_linux_pin *p = linux_pin(pin);
    int rc;

    if (is_on) {
        rc = start_edges(p);
        if (rc < 0)
            return watch_fail(p, rc);
    } else {
        p->is_watched = false;
        rc = queue_edges(p);
    }
    sb_clock_uv_add_source(sb_linux_board_of(p)->clock, is_on ? 1 : -1);
    return rc;
}

/* ---- */

static void pin_close(struct sb_pin *pin)
{
    sb_linux_request_leave(linux_pin(pin));
}

const struct sb_pin_ops sb_linux_pin_ops = {
    .configure = pin_configure,
    .read = pin_read,
    .write = pin_write,
    .watch = pin_watch,
    .close = pin_close,
    .set_debounce_us = pin_set_debounce_us,
    .configure_all = pins_configure,
    .read_all = pins_read,
    .write_all = pins_write,
};
