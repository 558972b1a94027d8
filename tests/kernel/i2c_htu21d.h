/* SPDX-License-Identifier: MIT */
/* An HTU21D on a real kernel's I2C bus: the simulation's model of it answers (tests/kernel/i2c_outside.h). */
#ifndef SB_TESTS_KERNEL_I2C_HTU21D_H
#define SB_TESTS_KERNEL_I2C_HTU21D_H

#include "sim/parts/htu21d_model.h"
#include "tests/kernel/i2c_outside.h"

struct i2c_htu21d {
    struct i2c_outside bus;
    struct sb_htu21d_model model; /* 21.5 degrees and 48 % at first */
    /* private */
    struct i2c_device device;
    struct i2c_device *devices[2];
};

/* Plugs the bus in with the sensor, whose power comes on. */
void i2c_htu21d_open(struct i2c_htu21d *sensor);
void i2c_htu21d_close(struct i2c_htu21d *sensor);

#endif
