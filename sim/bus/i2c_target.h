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
#include "sim/bus/i2c_examiner.h"
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
     * Set within addressed, written or read_done: SCL is held low from the end of the acknowledge on,
     * until sb_i2c_target_release. `read` is asked for the next byte then, not before. So a device that
     * cannot answer at once stretches the clock.
     */
    bool is_stretching;
    /* Faults: see sb_i2c_target_set_stuck; bits of read bytes that are inverted, one in so many. */
    uint32_t flip_one_in; /* 0: none */
    uint64_t random;      /* where the next chance comes from: set it from the world's seed */
    /* private */
    const struct sb_i2c_target_ops *ops;
    struct sb_terminal *scl;
    struct sb_terminal *sda;
    struct sb_i2c_examiner examiner;
    struct sb_timer timer; /* from the first bit after a stretch to the release of SCL */
    bool scl_level;
    bool sda_level;
    bool is_stuck;
    bool is_holding;      /* SCL, for a stretch */
    bool is_open;         /* between START and STOP of whomever */
    bool is_restart;      /* the START was one inside of that */
    bool is_acknowledged; /* by the controller, of the byte that it read */
    uint8_t stuck_clocks; /* to come until it lets go */
    uint8_t state;
    uint8_t bit_count;
    uint8_t byte;
    bool is_read;
    bool is_selected; /* `addressed` gave true, `ended` is still to come */
};

/*
 * `ops` is borrowed. To be called in the part's init: the bus' examiner begins to listen, too. The device
 * bears 400 kHz (Fast-mode) unless it says otherwise.
 */
void sb_i2c_target_init(struct sb_i2c_target *target, const struct sb_i2c_target_ops *ops,
                        unsigned address, struct sb_terminal *scl, struct sb_terminal *sda);

/* In the part's deinit. */
void sb_i2c_target_deinit(struct sb_i2c_target *target);

/* After init: the device bears 100 kHz only, and so its bus is examined by that. */
void sb_i2c_target_set_slow(struct sb_i2c_target *target);

/* The part's `changed` hands over what happens on its two terminals. */
void sb_i2c_target_changed(struct sb_i2c_target *target, const struct sb_terminal *terminal,
                           enum sb_level level);

/* Ends a clock stretch, or the wish for one. */
void sb_i2c_target_release(struct sb_i2c_target *target);

/*
 * Holds SDA low until told otherwise, or until nine clocks have come (as a device that lost one would). It
 * is deaf meanwhile.
 */
void sb_i2c_target_set_stuck(struct sb_i2c_target *target, bool is_stuck);

#endif
