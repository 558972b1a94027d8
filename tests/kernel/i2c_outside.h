/* SPDX-License-Identifier: MIT */
/*
 * The devices on an I2C bus of a real kernel, played by this program: the module softboard_i2c hands transfers over, and a
 * thread answers them as the devices on the wires would. In a guest of tests/kernel. Whatever fails ends the test.
 */
#ifndef SB_TESTS_KERNEL_I2C_OUTSIDE_H
#define SB_TESTS_KERNEL_I2C_OUTSIDE_H

#include "tests/linux/i2c_wires.h"

#define I2C_OUTSIDE_BUS "i2c-1"

struct i2c_outside {
    /* public, may change at any time */
    struct i2c_wires wires;
    volatile bool is_held; /* nobody answers */
    /* private */
    int fd;
    int end_fd;              /* tells the thread to end, */
    volatile bool is_ending; /* and not to answer any more */
    pthread_t thread;
};

/* False when the kernel has no such module. */
bool i2c_outside_is_there(void);

/* Plugs the adapter in. Borrowed: the devices. */
void i2c_outside_open(struct i2c_outside *outside, struct i2c_device *const *devices);

/* Unplugs it, while it is in use or not. */
void i2c_outside_close(struct i2c_outside *outside);

#endif
