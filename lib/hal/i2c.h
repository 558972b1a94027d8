/* SPDX-License-Identifier: MIT */
/*
 * I2C, as the controller of a bus. A program gets a bus by name from sb_board_i2c(); a backend embeds
 * struct sb_i2c and fills in its operations. Addresses have 7 bits. Tasks that use a bus at the same
 * time take turns, first come first, a whole transfer each.
 */
#ifndef SB_LIB_HAL_I2C_H
#define SB_LIB_HAL_I2C_H

#include <stddef.h>
#include <stdint.h>

#include "lib/lock.h"

struct sb_board;
struct sb_i2c;

/* More bytes than this in one direction of a transfer are refused (Linux' limit, too). */
#define SB_I2C_SIZE_MAX 8192

/* What a backend provides. */
struct sb_i2c_ops {
    /*
     * START, address, `out`; repeated START, address, `in`; STOP. A part of size 0 is left out; with
     * neither, the address is written alone. Waits. Cancelled, it still ends the transfer so that the
     * bus is free. Returns 0 or an error as below.
     */
    int (*transfer)(struct sb_i2c *bus, unsigned address, const uint8_t *out, size_t out_size,
                    uint8_t *in, size_t in_size);
    void (*close)(struct sb_i2c *bus);
};

struct sb_i2c {
    /* read-only */
    const char *name; /* as the board calls it: "i2c-1" */
    struct sb_board *board;
    unsigned clock_hz; /* of SCL, if the backend knows it; 0 */
    uint64_t transfer_count;
    uint64_t nack_count;  /* transfers that ended with -ENXIO */
    uint64_t error_count; /* with -EIO or another error of the bus */
    /* private */
    const struct sb_i2c_ops *ops;
    struct sb_lock lock;
};

/*
 * Writes `size` bytes to a device. Returns 0; -ENXIO when no device acknowledges the address (absent, or
 * busy); -EIO when a byte was not acknowledged, or the bus is stuck (a line held low, a clock stretched
 * for too long); -EINVAL for an address above 7Fh or more than SB_I2C_SIZE_MAX bytes; -ECANCELED or
 * -ETIMEDOUT, by which time the transfer has been ended or has not begun. On a real board also -ENODEV when the
 * adapter has been unplugged; -ENOTSUP for what it cannot do and -EBUSY when a driver of the kernel has the address, both
 * with their remedy in sb_board_error; or another error of the system.
 */
int sb_i2c_write(struct sb_i2c *bus, unsigned address, const void *data, size_t size);

/* Reads `size` bytes. Returns as sb_i2c_write. */
int sb_i2c_read(struct sb_i2c *bus, unsigned address, void *data, size_t size);

/* Writes, then reads after a repeated START, in one transfer. Returns as sb_i2c_write. */
int sb_i2c_write_read(struct sb_i2c *bus, unsigned address, const void *out, size_t out_size,
                      void *in, size_t in_size);

/* Asks whether a device acknowledges its address: 0 or -ENXIO; other errors as sb_i2c_write. */
int sb_i2c_probe(struct sb_i2c *bus, unsigned address);

/* Gives it back to its board; null is ignored. No task may be using it. */
void sb_i2c_close(struct sb_i2c *bus);

/* For backends: fills the base in; all are borrowed. */
void sb_i2c_init(struct sb_i2c *bus, struct sb_board *board, const char *name,
                 const struct sb_i2c_ops *ops);

#endif
