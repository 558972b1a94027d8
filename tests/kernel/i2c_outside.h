/* SPDX-License-Identifier: MIT */
/*
 * The devices on an I2C bus of a real kernel, played by this program: the module softboard_i2c hands transfers over, and a
 * thread answers them, byte by byte, as a device on the wires would. In a guest of tests/kernel. Whatever fails ends the
 * test.
 */
#ifndef SB_TESTS_KERNEL_I2C_OUTSIDE_H
#define SB_TESTS_KERNEL_I2C_OUTSIDE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define I2C_OUTSIDE_BUS "i2c-1"

/* A device; its functions are called in the thread. */
struct i2c_device {
    uint8_t address;
    bool (*addressed)(struct i2c_device *device, bool is_read); /* true: acknowledges */
    bool (*written)(struct i2c_device *device, uint8_t byte);   /* true: acknowledges */
    uint8_t (*read)(struct i2c_device *device);
    void (*ended)(struct i2c_device *device); /* a STOP; may be null */
};

struct i2c_outside {
    /* public, may change at any time */
    volatile bool is_held;     /* nobody answers */
    volatile int64_t delay_ns; /* for each byte that is read, one at least */
    /* private */
    struct i2c_device *const *devices; /* ended by a null */
    int fd;
    int end_fd;              /* tells the thread to end, */
    volatile bool is_ending; /* and not to answer any more */
    pthread_t thread;
    pthread_mutex_t mutex; /* over what was heard */
    char heard[1024];
};

/* False when the kernel has no such module. */
bool i2c_outside_is_there(void);

/* Plugs the adapter in. Borrowed: the devices. */
void i2c_outside_open(struct i2c_outside *outside, struct i2c_device *const *devices);

/* Unplugs it, while it is in use or not. */
void i2c_outside_close(struct i2c_outside *outside);

/* What went over the bus since this was last called: "S | 50w+ | 10w- | P". */
const char *i2c_outside_heard(struct i2c_outside *outside);

#endif
