/* SPDX-License-Identifier: MIT */
/*
 * Buses for machines that have none, beside the fake GPIO chip: /dev/i2c-1 and /dev/spidev0.0 and 0.1, there once a test in the
 * same process has said what happens on their wires (gpiofake.h). In the thread that calls ioctl, which may be kept
 * waiting.
 */
#include "tests/linux/gpiofake.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <linux/spi/spidev.h>
#include <string.h>
#include <sys/ioctl.h>

#define BUS_FDS 8

static struct {
    int fd; /* 0: not in use */
    int device;
    struct gpiofake_spi spi;
} open_buses[BUS_FDS];

static gpiofake_i2c_fn *i2c_fn;
static gpiofake_spi_fn *spi_fn;

/* Which device a path means: 0 the I2C bus, 1 and 2 the SPI devices; -1 none that is there. */
static int device_of(const char *path)
{
    static const char *const paths[] = {"/dev/i2c-1", "/dev/spidev0.0", "/dev/spidev0.1"};

    for (int i = 0; i < 3; i++)
        if (strcmp(path, paths[i]) == 0)
            return (i == 0 ? i2c_fn != NULL : spi_fn != NULL) ? i : -1;
    return -1;
}

bool is_bus_path(const char *path)
{
    return device_of(path) >= 0;
}

int open_bus(const char *path, int flags)
{
    unsigned i = 0;
    int fd;
    REAL(open);

    pthread_mutex_lock(&mutex);
    while (i < BUS_FDS - 1 && open_buses[i].fd != 0)
        i++;
    fd = real_open("/dev/null", flags);
    if (fd >= 0) {
        open_buses[i].fd = fd;
        open_buses[i].device = device_of(path);
        open_buses[i].spi =
            (struct gpiofake_spi){.chip_select = (unsigned)open_buses[i].device - 1};
    }
    pthread_mutex_unlock(&mutex);
    return fd;
}

static int find(int fd)
{
    for (int i = 0; fd > 0 && i < BUS_FDS; i++)
        if (open_buses[i].fd == fd)
            return i;
    return -1;
}

void forget_bus(int fd)
{
    int i = find(fd);

    if (i >= 0)
        open_buses[i].fd = 0;
}

bool is_bus(int fd)
{
    bool is_one;

    pthread_mutex_lock(&mutex);
    is_one = find(fd) >= 0;
    pthread_mutex_unlock(&mutex);
    return is_one;
}

static int i2c_ioctl(unsigned op, void *arg)
{
    struct i2c_rdwr_ioctl_data *data = arg;
    int rc;

    if (op == I2C_FUNCS) {
        *(unsigned long *)arg = I2C_FUNC_I2C;
        return 0;
    }
    if (op != I2C_RDWR)
        return fail_with(ENOTTY);
    rc = i2c_fn(data->msgs, data->nmsgs);
    return rc < 0 ? fail_with(-rc) : (int)data->nmsgs;
}

/* As the kernel's driver: of a transfer without buffers it makes nothing. */
static int spi_transfer(const struct gpiofake_spi *spi, const struct spi_ioc_transfer *message)
{
    const uint8_t *out = (const uint8_t *)(uintptr_t)message->tx_buf;
    uint8_t *in = (uint8_t *)(uintptr_t)message->rx_buf;
    int rc = out == NULL && in == NULL ? 0 : spi_fn(spi, out, in, message->len);

    return rc < 0 ? fail_with(-rc) : (int)message->len;
}

static int spi_ioctl(struct gpiofake_spi *spi, unsigned op, void *arg)
{
    switch (op) {
    case SPI_IOC_WR_MODE:
        spi->mode = *(const uint8_t *)arg;
        return 0;
    case SPI_IOC_WR_BITS_PER_WORD:
        return *(const uint8_t *)arg == 8 ? 0 : fail_with(EINVAL);
    case SPI_IOC_WR_MAX_SPEED_HZ:
        spi->clock_hz = *(const uint32_t *)arg;
        return 0;
    case SPI_IOC_MESSAGE(1):
        return spi_transfer(spi, arg);
    default:
        return fail_with(ENOTTY);
    }
}

int bus_ioctl(int fd, unsigned op, void *arg)
{
    int i;

    pthread_mutex_lock(&mutex);
    i = find(fd);
    pthread_mutex_unlock(&mutex);
    return open_buses[i].device == 0 ? i2c_ioctl(op, arg) : spi_ioctl(&open_buses[i].spi, op, arg);
}

__attribute__((visibility("default"))) void gpiofake_set_buses(gpiofake_i2c_fn *i2c,
                                                               gpiofake_spi_fn *spi)
{
    i2c_fn = i2c;
    spi_fn = spi;
}
