/* SPDX-License-Identifier: MIT */
/*
 * I2C through i2c-dev. I2C_RDWR makes a write and a read behind a repeated START one transfer; adapters that know
 * SMBus only get what of it can be said in SMBus' words (hal-linux/smbus.c).
 */
#include "hal-linux/i2c_dev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "hal-linux/error.h"
#include "hal-linux/i2c_error.h"
#include "hal-linux/smbus.h"
#include "lib/worker.h"

#define NAME_SIZE 64

struct bus {
    struct sb_i2c i2c;
    struct sb_list node;
    unsigned users;
    int fd;
    unsigned long functions; /* I2C_FUNC_* of the adapter */
    char name[NAME_SIZE];
};

/* What a worker needs. On the stack of the task, which does not leave before it is done. */
struct transfer {
    const struct bus *bus;
    uint16_t address;
    const uint8_t *out;
    size_t out_size;
    uint8_t *in;
    size_t in_size;
};

static struct bus *bus_of(struct sb_i2c *i2c)
{
    return SB_CONTAINER_OF(i2c, struct bus, i2c);
}

/*
 * Drivers do not agree on what they call a missing acknowledge: the Raspberry Pi's says EREMOTEIO for every one,
 * others ENXIO for the address (Documentation/i2c/fault-codes of the kernel).
 */
static int error_of(int error)
{
    switch (error) {
    case ENXIO:
    case EREMOTEIO:
        return -ENXIO;
    case EAGAIN:    /* lost arbitration */
    case ETIMEDOUT: /* a stretched clock, or a line that is held */
    case EPROTO:
    case EBUSY:
    case EIO:
        return -EIO;
    case EOPNOTSUPP:
        return -ENOTSUP;
    default:
        return -error;
    }
}

/* ---- on a worker's thread */

static int transfer_i2c(const struct transfer *t)
{
    struct i2c_msg messages[2];
    struct i2c_rdwr_ioctl_data data = {.msgs = messages};

    if (t->out_size > 0 || t->in_size == 0)
        messages[data.nmsgs++] = (struct i2c_msg){
            .addr = t->address, .len = (uint16_t)t->out_size, .buf = (uint8_t *)(uintptr_t)t->out};
    if (t->in_size > 0)
        messages[data.nmsgs++] = (struct i2c_msg){
            .addr = t->address, .flags = I2C_M_RD, .len = (uint16_t)t->in_size, .buf = t->in};
    return ioctl(t->bus->fd, I2C_RDWR, &data) < 0 ? error_of(errno) : 0;
}

/* -EBUSY is the address that is taken, and nothing else: a bus that is busy is -EIO. */
static int transfer_smbus(const struct transfer *t)
{
    int rc;

    if (ioctl(t->bus->fd, I2C_SLAVE, (unsigned long)t->address) < 0)
        return errno == EBUSY ? -EBUSY : error_of(errno);
    rc = sb_linux_smbus_transfer(t->bus->fd, t->bus->functions, t->out, t->out_size, t->in,
                                 t->in_size);
    return rc < 0 ? error_of(-rc) : 0;
}

static bool is_smbus(const struct bus *bus)
{
    return (bus->functions & I2C_FUNC_I2C) == 0;
}

static int run_transfer(void *arg)
{
    const struct transfer *t = arg;

    return is_smbus(t->bus) ? transfer_smbus(t) : transfer_i2c(t);
}

/* ---- on the loop's */

/* What is not the bus' fault has a remedy. */
static int explain(const struct transfer *t, int rc)
{
    struct sb_board *board = t->bus->i2c.board;

    if (rc == -EBUSY)
        return sb_linux_i2c_is_taken(board, t->bus->name, t->bus->fd, t->address);
    if (rc == -ENOTSUP)
        return sb_linux_i2c_cannot_say(board, t->bus->name, is_smbus(t->bus), t->out_size,
                                       t->in_size);
    return rc;
}

/*
 * A cancel waits for the end of the transfer, which the kernel ends in its own time; the bus is free then. What was
 * transferred is not taken back by it.
 */
static int bus_transfer(struct sb_i2c *i2c, unsigned address, const uint8_t *out, size_t out_size,
                        uint8_t *in, size_t in_size)
{
    struct transfer t = {
        .bus = bus_of(i2c),
        .address = (uint16_t)address,
        .out = out,
        .out_size = out_size,
        .in = in,
        .in_size = in_size,
    };
    struct sb_work work = {.fn = run_transfer, .arg = &t};
    int rc = sb_work_run(&work);

    return rc < 0 ? rc : explain(&t, work.result);
}

static void bus_close(struct sb_i2c *i2c)
{
    struct bus *bus = bus_of(i2c);

    if (--bus->users > 0)
        return;
    sb_list_remove(&bus->node);
    close(bus->fd);
    free(bus);
}

static const struct sb_i2c_ops ops = {.transfer = bus_transfer, .close = bus_close};

void sb_linux_i2c_init(struct sb_linux_i2c_list *list)
{
    sb_list_init(&list->buses);
}

void sb_linux_i2c_close_all(struct sb_linux_i2c_list *list)
{
    struct sb_list *node;
    struct sb_list *after;

    SB_LIST_FOR_EACH(node, after, &list->buses)
    {
        struct bus *bus = SB_CONTAINER_OF(node, struct bus, node);
        bus->users = 1;
        bus_close(&bus->i2c);
    }
}

/* ---- opening */

/* "/dev/i2c-1", "i2c1" and "i2c-1" are one bus, and so one handle. */
static const char *own_name(const char *name, char buffer[NAME_SIZE])
{
    if (strncmp(name, "/dev/", 5) == 0)
        name += 5;
    if (strncmp(name, "i2c", 3) != 0 || name[3] < '0' || name[3] > '9')
        return name;
    snprintf(buffer, NAME_SIZE, "i2c-%s", name + 3);
    return buffer;
}

static int open_bus(struct sb_board *board, struct bus *bus, const char *path)
{
    bus->fd = open(path, O_RDWR | O_CLOEXEC);
    if (bus->fd < 0)
        return sb_linux_i2c_cannot_open(board, bus->name, path, errno);
    if (ioctl(bus->fd, I2C_FUNCS, &bus->functions) < 0) {
        close(bus->fd);
        return sb_linux_fail(board, -ENODEV, "%s is no I2C bus: name one of /dev/i2c-*", path);
    }
    return 0;
}

int sb_linux_i2c_open(struct sb_linux_i2c_list *list, struct sb_board *board, const char *name,
                      struct sb_i2c **out)
{
    struct sb_list *node;
    struct sb_list *after;
    struct bus *bus;
    char path[NAME_SIZE + 8];
    char buffer[NAME_SIZE];
    int rc;

    if (strlen(name) >= NAME_SIZE - 1)
        return sb_linux_fail(board, -EINVAL, "\"%.40s...\" is too long a name for an I2C bus",
                             name);
    name = own_name(name, buffer);
    SB_LIST_FOR_EACH(node, after, &list->buses)
    {
        bus = SB_CONTAINER_OF(node, struct bus, node);
        if (strcmp(bus->name, name) != 0)
            continue;
        bus->users++;
        *out = &bus->i2c;
        return 0;
    }
    bus = calloc(1, sizeof(*bus));
    if (bus == NULL)
        return sb_linux_fail(board, -ENOMEM, "no memory for the I2C bus");
    memcpy(bus->name, name, strlen(name) + 1);
    snprintf(path, sizeof(path), "%s%s", name[0] == '/' ? "" : "/dev/", name);
    rc = open_bus(board, bus, path);
    if (rc < 0) {
        free(bus);
        return rc;
    }
    bus->users = 1;
    sb_i2c_init(&bus->i2c, board, bus->name, &ops);
    sb_list_append(&list->buses, &bus->node);
    *out = &bus->i2c;
    return 0;
}
