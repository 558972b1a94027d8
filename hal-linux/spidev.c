/* SPDX-License-Identifier: MIT */
/* SPI through spidev. */
#include "hal-linux/spidev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/spi/spidev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "hal-linux/error.h"
#include "lib/worker.h"

#define NAME_SIZE 64
#define PATH_SIZE (NAME_SIZE + 16)

struct device {
    struct sb_spi spi;
    struct sb_list node;
    int fd;
    char name[NAME_SIZE];
    char path[PATH_SIZE];
};

/* What a worker needs. On the stack of the task, which does not leave before it is done. */
struct transfer {
    int fd;
    struct spi_ioc_transfer message;
};

static struct device *device_of(struct sb_spi *spi)
{
    return SB_CONTAINER_OF(spi, struct device, spi);
}

/* A controller that does not answer is not what -ETIMEDOUT means to a task: its own time limit. */
static int error_of(int error)
{
    switch (error) {
    case ESHUTDOWN: /* unplugged */
        return -ENODEV;
    case ETIMEDOUT:
        return -EIO;
    default:
        return -error;
    }
}

static int run_transfer(void *arg)
{
    struct transfer *t = arg;

    return ioctl(t->fd, SPI_IOC_MESSAGE(1), &t->message) < 0 ? error_of(errno) : 0;
}

/* Of a transfer without buffers the kernel makes nothing, and what it sends for no buffer is its controller's affair. */
static const uint8_t zeros[SB_SPI_SIZE_MAX];

static int device_transfer(struct sb_spi *spi, const uint8_t *out, uint8_t *in, size_t size)
{
    struct transfer t = {.fd = device_of(spi)->fd};
    struct sb_work work = {.fn = run_transfer, .arg = &t};
    int rc;

    t.message.tx_buf = (uintptr_t)(out == NULL ? zeros : out);
    t.message.rx_buf = (uintptr_t)in;
    t.message.len = (uint32_t)size;
    rc = sb_work_run(&work);
    return rc < 0 ? rc : work.result;
}

static void device_close(struct sb_spi *spi)
{
    struct device *device = device_of(spi);

    sb_list_remove(&device->node);
    close(device->fd);
    free(device);
}

static const struct sb_spi_ops ops = {.transfer = device_transfer, .close = device_close};

void sb_linux_spi_init(struct sb_linux_spi_list *list)
{
    sb_list_init(&list->devices);
}

void sb_linux_spi_close_all(struct sb_linux_spi_list *list)
{
    struct sb_list *node;
    struct sb_list *after;

    SB_LIST_FOR_EACH(node, after, &list->devices)
    {
        device_close(&SB_CONTAINER_OF(node, struct device, node)->spi);
    }
}

/* ---- opening */

static int cannot_open(struct sb_board *board, const char *name, const char *path, int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
        return sb_linux_fail_permission(board, path, "spi");
    case ENOENT:
    case ENXIO:
    case ENODEV:
    case EISDIR:
        return sb_linux_fail(board, -ENOENT,
                             "no SPI device \"%s\": there is no %s. On a Raspberry Pi switch it "
                             "on: sudo raspi-config nonint do_spi 0, or dtparam=spi=on in "
                             "config.txt and a restart",
                             name, path);
    default:
        return sb_linux_fail(board, -error, "%s: %s", path, strerror(error));
    }
}

static int configure(struct sb_board *board, const struct device *device)
{
    const struct sb_spi_config *config = &device->spi.config;
    uint8_t mode = (uint8_t)(config->mode | (config->is_lsb_first ? SPI_LSB_FIRST : 0) |
                             (config->is_cs_high ? SPI_CS_HIGH : 0));
    uint32_t clock_hz = config->clock_hz;
    uint8_t bits = 8;

    if (ioctl(device->fd, SPI_IOC_WR_MODE, &mode) < 0)
        return sb_linux_fail(
            board, -EINVAL, "%s: its controller has no mode %u%s%s: choose another", device->name,
            config->mode, config->is_lsb_first ? ", least significant bit first" : "",
            config->is_cs_high ? ", selected by a high level" : "");
    if (ioctl(device->fd, SPI_IOC_WR_BITS_PER_WORD, &bits) < 0 ||
        ioctl(device->fd, SPI_IOC_WR_MAX_SPEED_HZ, &clock_hz) < 0)
        return sb_linux_fail(board, -EINVAL, "%s: its controller cannot do %u Hz: choose another",
                             device->name, clock_hz);
    return 0;
}

static int open_device(struct sb_board *board, struct device *device)
{
    int rc;

    device->fd = open(device->path, O_RDWR | O_CLOEXEC);
    if (device->fd < 0)
        return cannot_open(board, device->name, device->path, errno);
    rc = configure(board, device);
    if (rc < 0)
        close(device->fd);
    return rc;
}

/* "spi0.0" is /dev/spidev0.0, and so is "spidev0.0". */
static void make_path(char path[PATH_SIZE], const char *name)
{
    if (strncmp(name, "spi", 3) == 0 && name[3] >= '0' && name[3] <= '9')
        snprintf(path, PATH_SIZE, "/dev/spidev%s", name + 3);
    else
        snprintf(path, PATH_SIZE, "%s%s", name[0] == '/' ? "" : "/dev/", name);
}

static bool is_open(const struct sb_linux_spi_list *list, const char *path)
{
    for (struct sb_list *n = list->devices.next; n != &list->devices; n = n->next)
        if (strcmp(SB_CONTAINER_OF(n, struct device, node)->path, path) == 0)
            return true;
    return false;
}

int sb_linux_spi_open(struct sb_linux_spi_list *list, struct sb_board *board, const char *name,
                      const struct sb_spi_config *config, struct sb_spi **out)
{
    struct device *device;
    char path[PATH_SIZE];
    int rc;

    if (config->mode > 3)
        return sb_linux_fail(board, -EINVAL, "%s: SPI has the modes 0 to 3, not %u", name,
                             config->mode);
    if (strlen(name) >= NAME_SIZE)
        return sb_linux_fail(board, -EINVAL, "\"%.40s...\" is too long a name for an SPI device",
                             name);
    make_path(path, name);
    if (is_open(list, path))
        return sb_linux_fail(board, -EBUSY,
                             "%s is in use already: close it first, or share the handle", name);
    device = calloc(1, sizeof(*device));
    if (device == NULL)
        return sb_linux_fail(board, -ENOMEM, "no memory for the SPI device");
    memcpy(device->name, name, strlen(name) + 1);
    memcpy(device->path, path, sizeof(path));
    sb_spi_init(&device->spi, board, device->name, config, &ops);
    rc = open_device(board, device);
    if (rc < 0) {
        free(device);
        return rc;
    }
    sb_list_append(&list->devices, &device->node);
    *out = &device->spi;
    return 0;
}
