/* SPDX-License-Identifier: MIT */
/*
 * The wires of an I2C bus and the devices on them, for buses that a program of ours plays: transfers come as the kernel
 * has them, devices see single bytes, and what went over the bus is noted.
 */
#ifndef SB_TESTS_LINUX_I2C_WIRES_H
#define SB_TESTS_LINUX_I2C_WIRES_H

#include <linux/i2c.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A device; its functions are called in the thread of the transfer. */
struct i2c_device {
    uint8_t address;
    bool (*addressed)(struct i2c_device *device, bool is_read); /* true: acknowledges */
    bool (*written)(struct i2c_device *device, uint8_t byte);   /* true: acknowledges */
    uint8_t (*read)(struct i2c_device *device);
};

struct i2c_wires {
    /* public, may change at any time */
    volatile int64_t delay_ns; /* for each byte that is read, one at least */
    /* private */
    struct i2c_device *const *devices; /* ended by a null */
    pthread_mutex_t mutex;             /* over what was heard */
    char heard[1024];
};

/* Borrowed: the devices. */
void i2c_wires_init(struct i2c_wires *wires, struct i2c_device *const *devices);
void i2c_wires_deinit(struct i2c_wires *wires);

/* From START to STOP. Returns 0, -ENXIO when nobody acknowledges the address, -EIO for a byte. */
int i2c_wires_transfer(struct i2c_wires *wires, struct i2c_msg *messages, unsigned count);

/* What went over the bus since this was last called: "S | 50w+ | 10w- | P". */
const char *i2c_wires_heard(struct i2c_wires *wires);

/* ---- a device: a memory, whose first written byte is where; then come bytes, and reads go on from there */

struct i2c_memory {
    struct i2c_device device;
    uint8_t bytes[256];
    bool is_deaf;        /* acknowledges no address */
    unsigned byte_limit; /* acknowledges so many bytes of a write; 0: all */
    /* private */
    unsigned byte_count;
    uint8_t at;
    bool has_at;
};

void i2c_memory_init(struct i2c_memory *memory, uint8_t address);

#endif
