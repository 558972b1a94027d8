/* SPDX-License-Identifier: MIT */
/*
 * The bus side of a simulated I2C device: bit for bit on two terminals, open drain. A part fills in what
 * happens at its address and at each byte, and never sees a bit. UM10204 (I2C-bus specification).
 */
#ifndef SB_SIM_I2C_TARGET_H
#define SB_SIM_I2C_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/timer.h"
#include "sim/wire.h"

struct sb_i2c_target;

/* What a device does. All run in the middle of the bus' work, at its times. Null: the default. */
struct sb_i2c_target_ops {
    /* It was addressed, by a START or a repeated one. True acknowledges. Default: yes. */
    bool (*addressed)(struct sb_i2c_target *target, bool is_read, bool is_restart);
    /* A byte was written to it. True acknowledges. Default: no. */
    bool (*written)(struct sb_i2c_target *target, uint8_t byte);
    /* The next byte that is read from it. Default: FFh. */
    uint8_t (*read)(struct sb_i2c_target *target);
    /* The controller (not) acknowledged the byte that it read. */
    void (*read_done)(struct sb_i2c_target *target, bool is_acknowledged);
    /* STOP, or a START to somebody else. Only after `addressed` gave true. */
    void (*ended)(struct sb_i2c_target *target);
};

/* The caller's memory: a part's. */
struct sb_i2c_target {
    /* public, may change at any time */
    unsigned address;
    /*
     * Set within an op: holds SCL low after it, until sb_i2c_target_release. A device that cannot
     * answer at once stretches the clock so.
     */
    bool is_stretching;
    /* Faults: see sb_i2c_target_set_stuck; bits of read bytes that are inverted, one in so many. */
    uint32_t flip_one_in;
    uint64_t random;
    /* private */
    const struct sb_i2c_target_ops *ops;
    struct sb_terminal *scl;
    struct sb_terminal *sda;
    bool scl_level;
    bool sda_level;
    bool is_stuck;
    uint8_t state;
    uint8_t bit_count;
    uint8_t byte;
    bool is_read;
    bool is_selected;
};

/* `ops` is borrowed. */
void sb_i2c_target_init(struct sb_i2c_target *target, const struct sb_i2c_target_ops *ops,
                        unsigned address, struct sb_terminal *scl, struct sb_terminal *sda);

/* The part's `changed` hands over what happens on its two terminals. */
void sb_i2c_target_changed(struct sb_i2c_target *target, const struct sb_terminal *terminal,
                           enum sb_level level);

/* Ends a clock stretch. */
void sb_i2c_target_release(struct sb_i2c_target *target);

/* Holds SDA low until told otherwise, or until nine clocks have come (as a device that lost one would). */
void sb_i2c_target_set_stuck(struct sb_i2c_target *target, bool is_stuck);

#endif
