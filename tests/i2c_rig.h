/* SPDX-License-Identifier: MIT */
/*
 * A simulated board with an I2C bus and a small memory on it, address 50h: what is written first is where,
 * then come bytes; reads go on from there. Used inside run_in_loop.
 */
#ifndef SB_TESTS_I2C_RIG_H
#define SB_TESTS_I2C_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/board_sim.h"
#include "sim/bus/i2c_monitor.h"
#include "sim/bus/i2c_target.h"

#define I2C_RIG_ADDRESS 0x50

struct i2c_rig {
    struct sb_world *world;
    struct sb_sim_board sim;
    struct sb_diag diag;
    struct sb_i2c *bus;
    /* the device, of a part that does not mind */
    struct sb_i2c_target target;
    struct sb_wire_listener listeners[2];
    struct sb_terminal *device_scl;
    struct sb_terminal *device_sda;
    struct sb_terminal *other_scl; /* of one more part, for the test to drive */
    struct sb_terminal *other_sda;
    uint8_t memory[256];
    uint8_t at;
    bool has_at;
    bool is_deaf;          /* acknowledges no address */
    unsigned byte_limit;   /* acknowledges so many bytes of a write; 0: all */
    unsigned byte_count;   /* of this write */
    int64_t stretch_ns;    /* before each byte that is read */
    struct sb_timer timer; /* of the stretch */
    unsigned selected;     /* addressed, less ended */
    /* what goes over the bus, as notes when is_noted */
    struct sb_i2c_monitor monitor;
    bool is_noted;
    bool levels[2];
    int64_t stop_ns;
};

struct i2c_rig_config {
    const char *controller; /* part type; null: softboard-raspberry-pi */
    const char *clock;      /* of attribute i2c-clock; null: its default */
    const char *name;       /* of the bus; null: "i2c-1" */
    const char *scl, *sda;  /* pins of the controller; null: GPIO3, GPIO2 */
    bool has_pull_ups;      /* the device's own */
};

/* Opens the bus. `config` may be null. */
void i2c_rig_open(struct i2c_rig *rig, const struct i2c_rig_config *config);
void i2c_rig_close(struct i2c_rig *rig);

/* Both lines are high, nobody drives them, the bus is between STOP and START. */
bool i2c_rig_is_idle(const struct i2c_rig *rig);

/* Violations so far; the last one's text. */
uint64_t i2c_rig_violations(const struct i2c_rig *rig);
const char *i2c_rig_violation(const struct i2c_rig *rig);

#endif
