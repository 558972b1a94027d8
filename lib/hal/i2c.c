/* SPDX-License-Identifier: MIT */
/* I2C: what is the same for every backend: arguments, turns, counts. */
#include "lib/hal/i2c.h"

#include <assert.h>
#include <errno.h>

#include "lib/hal/tap.h"
#include "lib/task.h"

#define ADDRESS_MAX 0x7f

void sb_i2c_init(struct sb_i2c *bus, struct sb_board *board, const char *name,
                 const struct sb_i2c_ops *ops)
{
    *bus = (struct sb_i2c){.name = name, .board = board, .ops = ops};
    sb_lock_init(&bus->lock);
}

static void count(struct sb_i2c *bus, int rc)
{
    bus->transfer_count++;
    if (rc == -ENXIO)
        bus->nack_count++;
    else if (rc < 0 && rc != -ECANCELED && rc != -ETIMEDOUT)
        bus->error_count++;
}

static int transfer(struct sb_i2c *bus, unsigned address, const uint8_t *out, size_t out_size,
                    uint8_t *in, size_t in_size)
{
    struct sb_tap_transfer told = {
        .start_ns = sb_tap_has_transfers(bus->board) ? sb_now_ns() : 0,
        .address = address,
        .out = out,
        .out_size = out_size,
        .in = in,
        .in_size = in_size,
    };

    told.rc = bus->ops->transfer(bus, address, out, out_size, in, in_size);
    sb_tap_i2c_transferred(bus, &told);
    return told.rc;
}

int sb_i2c_write_read(struct sb_i2c *bus, unsigned address, const void *out, size_t out_size,
                      void *in, size_t in_size)
{
    int released;
    int rc;

    if (address > ADDRESS_MAX || out_size > SB_I2C_SIZE_MAX || in_size > SB_I2C_SIZE_MAX)
        return -EINVAL;
    rc = sb_lock_acquire(&bus->lock);
    if (rc < 0)
        return rc;
    rc = transfer(bus, address, out, out_size, in, in_size);
    count(bus, rc);
    released = sb_lock_release(&bus->lock);
    assert(released == 0);
    (void)released;
    return rc;
}

int sb_i2c_write(struct sb_i2c *bus, unsigned address, const void *data, size_t size)
{
    return sb_i2c_write_read(bus, address, data, size, NULL, 0);
}

int sb_i2c_read(struct sb_i2c *bus, unsigned address, void *data, size_t size)
{
    return sb_i2c_write_read(bus, address, NULL, 0, data, size);
}

int sb_i2c_probe(struct sb_i2c *bus, unsigned address)
{
    return sb_i2c_write_read(bus, address, NULL, 0, NULL, 0);
}

void sb_i2c_close(struct sb_i2c *bus)
{
    if (bus != NULL)
        bus->ops->close(bus);
}
