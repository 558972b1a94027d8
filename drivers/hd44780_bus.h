/* SPDX-License-Identifier: MIT */
/*
 * How bytes get to the controllers of an HD44780 display. The driver knows only struct sb_hd44780_bus;
 * here is the one made of pins: RS, E, four or eight data lines, R/W if it is wired. Something else
 * between board and display (an I2C expander) is another set of operations.
 */
#ifndef SB_DRIVERS_HD44780_BUS_H
#define SB_DRIVERS_HD44780_BUS_H

#include <stdbool.h>
#include <stdint.h>

struct sb_hd44780_bus;
struct sb_pin;

/* `enables` says which controllers are meant: bit 0 the first E line, bit 1 the second. */
struct sb_hd44780_bus_ops {
    /* Brings all lines to rest: E, RS and R/W low. */
    int (*rest)(struct sb_hd44780_bus *bus);
    /*
     * One pulse of E with RS low and the upper four of `bits` on D7 to D4, all eight where there are
     * eight lines: for the initialisation, when it is not known how the controller listens.
     */
    int (*strobe)(struct sb_hd44780_bus *bus, unsigned enables, uint8_t bits);
    /*
     * A whole byte. A cancel must not split it: what waits here waits in a shield. The controller is
     * at work from the return on.
     */
    int (*write)(struct sb_hd44780_bus *bus, unsigned enables, bool is_data, uint8_t byte);
    /* The busy flag of one controller, 0 or 1. Only called where `can_read`. */
    int (*read_busy)(struct sb_hd44780_bus *bus, unsigned enables);
    /* Only called where `has_backlight`. */
    int (*set_backlight)(struct sb_hd44780_bus *bus, bool is_on);
};

/* Embedded by each kind of bus. Operations return 0 or positive, or a negative error. */
struct sb_hd44780_bus {
    const struct sb_hd44780_bus_ops *ops; /* borrowed */
    unsigned width;                       /* data lines: 4 or 8 */
    unsigned controller_count;            /* 1 or 2 */
    bool can_read;
    bool has_backlight;
};

/* The lines of the display, all outputs, all borrowed. */
struct sb_hd44780_pins {
    struct sb_pin *rs;
    struct sb_pin *rw;        /* null: tied to ground, and the busy flag cannot be read */
    struct sb_pin *e[2];      /* the second is of the lower half of a 40x4 display; else null */
    struct sb_pin *d[8];      /* d[4] to d[7]; the first four null, or set for eight lines */
    struct sb_pin *backlight; /* null: always on. Logical: open it active low if it is so wired */
};

struct sb_hd44780_pin_bus {
    struct sb_hd44780_bus bus;
    /* private */
    struct sb_hd44780_pins pins;
    struct sb_pin *lines[9]; /* RS, and the data lines from the lowest on */
    unsigned data_flags[8];  /* as outputs */
    int64_t fell_ns;         /* when E last fell */
};

/*
 * `pins` is copied. Writes nothing yet. RS and the data lines are written in one step: opened together (sb_board_pins), a
 * byte on four lines costs 6 calls of the system instead of 13. With R/W wired the data lines alone should be opened
 * together, since they turn round to read the busy flag, which libgpiod 1 does with whole requests only.
 * Returns 0; -EINVAL when a line is missing; -EPERM when a pin is
 * not an output.
 *
 * A byte takes 5 us on four lines and 2 us on eight, all by sb_delay_us, so that no task comes in
 * between: everything is stable for 1 us before and after each edge of E, which is high for 1 us. The
 * controller itself wants 230 to 450 ns for the pulse and at most 195 ns for the rest (HD44780U
 * datasheet p. 52); whole microseconds are seen by a logic analyser at 1 MHz.
 */
int sb_hd44780_pin_bus_init(struct sb_hd44780_pin_bus *bus, const struct sb_hd44780_pins *pins);

#endif
