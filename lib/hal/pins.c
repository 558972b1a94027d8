/* SPDX-License-Identifier: MIT */
/*
 * Several pins in one step. Here they are parted into runs, neighbours that share a request; a backend sees one run at
 * a time, in electrical levels.
 */
#include "lib/hal/pins.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/hal/pin.h"
#include "lib/hal/tap.h"

/* How many of the first pins can be had in one step. */
static unsigned run_of(struct sb_pin *const *pins, unsigned count)
{
    const struct sb_pin *first = pins[0];
    unsigned run = 1;

    while (run < count && first->request != 0 && pins[run]->request == first->request &&
           pins[run]->board == first->board)
        run++;
    return run;
}

static bool bit(uint64_t bits, unsigned index)
{
    return (bits >> index & 1) != 0;
}

/* The bits of those that are active low: what turns values into levels, and back. */
static uint64_t active_low(struct sb_pin *const *pins, unsigned count)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < count; i++)
        if ((pins[i]->flags & SB_PIN_ACTIVE_LOW) != 0)
            bits |= UINT64_C(1) << i;
    return bits;
}

static uint64_t low_bits(unsigned count)
{
    return count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

/* ---- writing */

static int write_one_by_one(struct sb_pin *const *pins, unsigned count, uint64_t values)
{
    int rc = 0;

    for (unsigned i = 0; i < count && rc >= 0; i++)
        rc = sb_pin_write(pins[i], bit(values, i));
    return rc;
}

static int write_run(struct sb_pin *const *pins, unsigned count, uint64_t values)
{
    uint64_t levels = (values ^ active_low(pins, count)) & low_bits(count);
    int rc;

    if (count == 1 || pins[0]->ops->write_all == NULL)
        return write_one_by_one(pins, count, values);
    for (unsigned i = 0; i < count; i++) {
        pins[i]->value = bit(values, i);
        if (SB_UNLIKELY(sb_core_is_traced))
            sb_loop_trace(sb_core_loop, SB_TRACE_PIN, pins[i]->name, bit(levels, i));
    }
    rc = pins[0]->ops->write_all(pins, count, levels);
    for (unsigned i = 0; i < count; i++)
        if (SB_UNLIKELY(pins[i]->tap != NULL))
            sb_tap_pin_written(pins[i], bit(levels, i), rc);
    return rc;
}

int sb_pins_write(struct sb_pin *const *pins, unsigned count, uint64_t values)
{
    int rc = 0;

    assert(count <= SB_PINS_MAX);
    for (unsigned i = 0; i < count; i++)
        if ((pins[i]->flags & SB_PIN_OUTPUT) == 0)
            return -EPERM;
    for (unsigned done = 0, run; done < count && rc >= 0; done += run) {
        run = run_of(pins + done, count - done);
        rc = write_run(pins + done, run, values >> done);
    }
    return rc;
}

/* ---- reading */

static int read_one_by_one(struct sb_pin *const *pins, unsigned count, uint64_t *values)
{
    *values = 0;
    for (unsigned i = 0; i < count; i++) {
        int value = sb_pin_read(pins[i]);

        if (value < 0)
            return value;
        *values |= (uint64_t)value << i;
    }
    return 0;
}

static int read_run(struct sb_pin *const *pins, unsigned count, uint64_t *values)
{
    uint64_t levels = 0;
    int rc;

    if (count == 1 || pins[0]->ops->read_all == NULL)
        return read_one_by_one(pins, count, values);
    rc = pins[0]->ops->read_all(pins, count, &levels);
    for (unsigned i = 0; i < count; i++)
        if (SB_UNLIKELY(pins[i]->tap != NULL))
            sb_tap_pin_read(pins[i], rc < 0 ? rc : bit(levels, i));
    *values = (levels ^ active_low(pins, count)) & low_bits(count);
    return rc;
}

int sb_pins_read(struct sb_pin *const *pins, unsigned count, uint64_t *values)
{
    uint64_t all = 0;

    assert(count <= SB_PINS_MAX);
    for (unsigned done = 0, run; done < count; done += run) {
        uint64_t some;
        int rc;

        run = run_of(pins + done, count - done);
        rc = read_run(pins + done, run, &some);
        if (rc < 0)
            return rc;
        all |= some << done;
    }
    *values = all;
    return 0;
}

/* ---- changing */

static unsigned with_value(unsigned flags, bool value)
{
    return value ? flags | SB_PIN_INITIAL_TRUE : flags;
}

static int configure_run(struct sb_pin *const *pins, unsigned count, unsigned flags,
                         uint64_t values)
{
    bool is_active_low = (flags & SB_PIN_ACTIVE_LOW) != 0;
    uint64_t levels = (is_active_low ? ~values : values) & low_bits(count);
    int rc = 0;

    if (count == 1 || pins[0]->ops->configure_all == NULL) {
        for (unsigned i = 0; i < count && rc >= 0; i++)
            rc = sb_pin_configure(pins[i], with_value(flags, bit(values, i)));
        return rc;
    }
    rc = pins[0]->ops->configure_all(pins, count, flags, levels);
    for (unsigned i = 0; i < count && rc >= 0; i++) {
        pins[i]->flags = with_value(flags, bit(values, i));
        pins[i]->value = bit(values, i);
        if (pins[i]->tap != NULL)
            sb_tap_pin_configured(pins[i]);
    }
    return rc;
}

int sb_pins_configure(struct sb_pin *const *pins, unsigned count, unsigned flags, uint64_t values)
{
    int rc = 0;

    assert(count <= SB_PINS_MAX);
    if ((flags & SB_PIN_INITIAL_TRUE) != 0)
        values = UINT64_MAX;
    if (!sb_pin_flags_are_possible(flags) || ((flags & SB_PIN_INPUT) != 0 && values != 0))
        return -EINVAL;
    for (unsigned done = 0, run; done < count && rc >= 0; done += run) {
        run = run_of(pins + done, count - done);
        rc = configure_run(pins + done, run, flags, values >> done);
    }
    return rc;
}

void sb_pins_close(struct sb_pin *const *pins, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        sb_pin_close(pins[i]);
}
