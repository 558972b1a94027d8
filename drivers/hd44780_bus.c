/* SPDX-License-Identifier: MIT */
/*
 * The bus of an HD44780 made of pins. Nothing here waits: between the first and the last edge of a byte
 * no other task runs, so none can find half a byte sent.
 */
#include "drivers/hd44780_bus.h"

#include <errno.h>
#include <stddef.h>

#include "lib/hal/pin.h"
#include "lib/hal/pins.h"
#include "lib/list.h"
#include "lib/task.h"
#include "lib/timer.h"

static struct sb_hd44780_pin_bus *of_bus(struct sb_hd44780_bus *bus)
{
    return SB_CONTAINER_OF(bus, struct sb_hd44780_pin_bus, bus);
}

/* Writes to a pin that may be absent, unless something has failed before. */
static void put(struct sb_pin *pin, bool value, int *rc)
{
    if (*rc >= 0 && pin != NULL)
        *rc = sb_pin_write(pin, value);
}

/* The bits of the byte that have lines, the lowest of these first. */
static uint64_t data_of(const struct sb_hd44780_pin_bus *self, uint8_t byte)
{
    return (uint64_t)byte >> (8 - self->bus.width);
}

static void put_data(struct sb_hd44780_pin_bus *self, uint8_t byte, int *rc)
{
    if (*rc >= 0)
        *rc = sb_pins_write(self->lines + 1, self->bus.width, data_of(self, byte));
}

static void put_all(struct sb_hd44780_pin_bus *self, bool rs, uint8_t byte, int *rc)
{
    uint64_t values = data_of(self, byte) << 1 | rs;

    if (*rc >= 0)
        *rc = sb_pins_write(self->lines, self->bus.width + 1, values);
}

/* Until the lines may change after the last fall of any E: of another controller, maybe. */
static void hold(const struct sb_hd44780_pin_bus *self)
{
    sb_delay_ns(self->fell_ns + SB_US_NS - sb_now_ns());
}

/* A pulse on each E that is meant. Everything else is on its lines; E falls at the end. */
static void pulse(struct sb_hd44780_pin_bus *self, unsigned enables, int *rc)
{
    for (unsigned i = 0; i < self->bus.controller_count; i++) {
        if ((enables >> i & 1) == 0)
            continue;
        sb_delay_us(1);
        put(self->pins.e[i], true, rc);
        sb_delay_us(1);
        put(self->pins.e[i], false, rc);
        self->fell_ns = sb_now_ns();
    }
}

/* An E that was left high falls here, so the rest keeps its distance. */
static int pins_rest(struct sb_hd44780_bus *bus)
{
    struct sb_hd44780_pin_bus *self = of_bus(bus);
    int rc = 0;

    hold(self);
    put(self->pins.e[0], false, &rc);
    put(self->pins.e[1], false, &rc);
    self->fell_ns = sb_now_ns();
    hold(self);
    put(self->pins.rw, false, &rc);
    put(self->pins.rs, false, &rc);
    return rc;
}

static int pins_strobe(struct sb_hd44780_bus *bus, unsigned enables, uint8_t bits)
{
    struct sb_hd44780_pin_bus *self = of_bus(bus);
    int rc = 0;

    hold(self);
    put_all(self, false, bits, &rc);
    pulse(self, enables, &rc);
    return rc;
}

static int pins_write(struct sb_hd44780_bus *bus, unsigned enables, bool is_data, uint8_t byte)
{
    struct sb_hd44780_pin_bus *self = of_bus(bus);
    int rc = 0;

    hold(self);
    put_all(self, is_data, byte, &rc);
    pulse(self, enables, &rc);
    if (bus->width == 8)
        return rc;
    hold(self);
    put_data(self, (uint8_t)(byte << 4), &rc);
    pulse(self, enables, &rc);
    return rc;
}

/*
 * Makes the data lines inputs or outputs, neighbours of equal flags together. Goes all the way whatever has failed: outputs
 * that stay inputs would fail every later write. Returns the first error.
 */
static int turn_data_lines(struct sb_hd44780_pin_bus *self, bool are_inputs)
{
    struct sb_pin *const *data = self->lines + 1;
    int rc = 0;

    for (unsigned i = 0, count; i < self->bus.width; i += count) {
        unsigned flags = self->data_flags[i];
        int some_rc;

        for (count = 1; i + count < self->bus.width && self->data_flags[i + count] == flags;)
            count++;
        if (are_inputs)
            flags = SB_PIN_INPUT | (flags & SB_PIN_ACTIVE_LOW);
        some_rc = sb_pins_configure(data + i, count, flags, 0);
        if (rc >= 0)
            rc = some_rc;
    }
    return rc;
}

/* The lines become inputs before R/W rises, since from then on the controller drives them. */
static void give_data_lines(struct sb_hd44780_pin_bus *self, int *rc)
{
    if (*rc >= 0)
        *rc = turn_data_lines(self, true);
    put(self->pins.rw, true, rc);
}

static void take_data_lines(struct sb_hd44780_pin_bus *self, int *rc)
{
    int rw_rc = sb_pin_write(self->pins.rw, false);
    int data_rc;

    sb_delay_us(1);
    data_rc = turn_data_lines(self, false);
    if (*rc >= 0)
        *rc = rw_rc < 0 ? rw_rc : data_rc;
}

/* Both halves of the byte are clocked out, though only D7 of the first says something. */
static int pins_read_busy(struct sb_hd44780_bus *bus, unsigned enables)
{
    struct sb_hd44780_pin_bus *self = of_bus(bus);
    struct sb_pin *e = self->pins.e[(enables & 1) != 0 ? 0 : 1];
    int busy = 0;
    int rc = 0;

    hold(self);
    give_data_lines(self, &rc);
    put(self->pins.rs, false, &rc);
    sb_delay_us(1);
    put(e, true, &rc);
    sb_delay_us(1);
    if (rc >= 0)
        busy = sb_pin_read(self->pins.d[7]);
    put(e, false, &rc);
    self->fell_ns = sb_now_ns();
    if (bus->width == 4)
        pulse(self, enables, &rc);
    hold(self);
    take_data_lines(self, &rc);
    return rc < 0 ? rc : busy;
}

static int pins_set_backlight(struct sb_hd44780_bus *bus, bool is_on)
{
    return sb_pin_write(of_bus(bus)->pins.backlight, is_on);
}

static int check_line(const struct sb_pin *pin, int rc)
{
    if (rc < 0)
        return rc;
    if (pin == NULL)
        return -EINVAL;
    return (pin->flags & SB_PIN_OUTPUT) != 0 ? 0 : -EPERM;
}

static int check_if_wired(const struct sb_pin *pin, int rc)
{
    return pin != NULL ? check_line(pin, rc) : rc;
}

int sb_hd44780_pin_bus_init(struct sb_hd44780_pin_bus *bus, const struct sb_hd44780_pins *pins)
{
    static const struct sb_hd44780_bus_ops ops = {
        .rest = pins_rest,
        .strobe = pins_strobe,
        .write = pins_write,
        .read_busy = pins_read_busy,
        .set_backlight = pins_set_backlight,
    };
    unsigned width = 4;
    int rc;

    for (unsigned line = 0; line < 4; line++)
        if (pins->d[line] != NULL)
            width = 8;
    rc = check_line(pins->rs, 0);
    rc = check_line(pins->e[0], rc);
    for (unsigned line = 8 - width; line < 8; line++)
        rc = check_line(pins->d[line], rc);
    rc = check_if_wired(pins->rw, rc);
    rc = check_if_wired(pins->e[1], rc);
    rc = check_if_wired(pins->backlight, rc);
    if (rc < 0)
        return rc;

    *bus = (struct sb_hd44780_pin_bus){
        .bus = {.ops = &ops,
                .width = width,
                .controller_count = pins->e[1] != NULL ? 2 : 1,
                .can_read = pins->rw != NULL,
                .has_backlight = pins->backlight != NULL},
        .pins = *pins,
        .fell_ns = -SB_US_NS,
    };
    bus->lines[0] = pins->rs;
    for (unsigned i = 0; i < width; i++) {
        bus->lines[1 + i] = pins->d[8 - width + i];
        bus->data_flags[i] = bus->lines[1 + i]->flags & ~(unsigned)SB_PIN_INITIAL_TRUE;
    }
    return 0;
}
