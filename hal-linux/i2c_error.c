/* SPDX-License-Identifier: MIT */
/* Texts of errors of I2C buses. */
#include "hal-linux/i2c_error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "hal-linux/board_linux.h"
#include "hal-linux/error.h"
#include "hal-linux/smbus.h"
#include "lib/list.h"

int sb_linux_i2c_cannot_open(struct sb_board *board, const char *name, const char *path, int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
        return sb_linux_fail_permission(board, path, "i2c");
    case ENOENT:
    case ENXIO:
    case ENODEV:
    case EISDIR:
        return sb_linux_fail(board, -ENOENT,
                             "no I2C bus \"%s\": there is no %s. On a Raspberry Pi switch it on: "
                             "sudo raspi-config nonint do_i2c 0, or dtparam=i2c_arm=on in "
                             "config.txt and a restart; elsewhere load the module i2c-dev",
                             name, path);
    default:
        return sb_linux_fail(board, -error, "%s: %s", path, strerror(error));
    }
}

/* ---- an address that is taken */

#define NAME_SIZE 48
#define PATH_SIZE 96

/* The kernel's name of the device at an address: "1-0040". A bus of i2c-dev has its adapter's number. */
static void device_name(char out[NAME_SIZE], int fd, unsigned address)
{
    struct stat bus;

    snprintf(out, NAME_SIZE, "%u-%04x", fstat(fd, &bus) < 0 ? 0 : minor(bus.st_rdev), address);
}

/* The driver that has it; "" where sysfs does not say, as of a device behind a multiplexer. */
static void driver_of(const char *device, char out[NAME_SIZE])
{
    char path[PATH_SIZE];
    char target[256];
    ssize_t length;

    snprintf(path, sizeof(path), "/sys/bus/i2c/devices/%s/driver", device);
    length = readlink(path, target, sizeof(target) - 1);
    target[length < 0 ? 0 : length] = '\0';
    snprintf(out, NAME_SIZE, "%.*s", NAME_SIZE - 1,
             strrchr(target, '/') == NULL ? "" : strrchr(target, '/') + 1);
}

/* What the device is called there: "htu21". */
static void kind_of(const char *device, char out[NAME_SIZE])
{
    char path[PATH_SIZE];
    ssize_t length = -1;
    int fd;

    snprintf(path, sizeof(path), "/sys/bus/i2c/devices/%s/name", device);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        length = read(fd, out, NAME_SIZE - 1);
        close(fd);
    }
    out[length < 0 ? 0 : length] = '\0';
    out[strcspn(out, "\n")] = '\0';
}

int sb_linux_i2c_is_taken(struct sb_board *board, const char *name, int fd, unsigned address)
{
    char device[NAME_SIZE];
    char driver[NAME_SIZE];
    char kind[NAME_SIZE];

    device_name(device, fd, address);
    driver_of(device, driver);
    kind_of(device, kind);
    if (driver[0] == '\0')
        return sb_linux_fail(board, -EBUSY,
                             "%s: a driver of the kernel has the device at %02xh: take its overlay "
                             "out of config.txt, or unbind it (/sys/bus/i2c/drivers/*/unbind)",
                             name, address);
    return sb_linux_fail(
        board, -EBUSY,
        "%s: the kernel's driver '%s' has the device at %02xh (%s): take its overlay "
        "out of config.txt, or unbind it: echo %s | sudo tee "
        "/sys/bus/i2c/drivers/%s/unbind",
        name, driver, address, kind, device, driver);
}

/* ---- a transfer that cannot be said */

/* "write 2 bytes and read 3", "read 1 byte"; without either it is a probe. */
static void describe(char *out, size_t size, size_t out_size, size_t in_size)
{
    static const char *const plural[] = {"s", ""};

    if (out_size == 0 && in_size == 0)
        snprintf(out, size, "write an address alone");
    else if (in_size == 0)
        snprintf(out, size, "write %zu byte%s", out_size, plural[out_size == 1]);
    else if (out_size == 0)
        snprintf(out, size, "read %zu byte%s", in_size, plural[in_size == 1]);
    else
        snprintf(out, size, "write %zu byte%s and read %zu", out_size, plural[out_size == 1],
                 in_size);
}

int sb_linux_i2c_cannot_say(struct sb_board *board, const char *name, bool is_smbus,
                            size_t out_size, size_t in_size)
{
    const char *words = sb_linux_smbus_words(out_size, in_size);
    char transfer[64];

    SB_CONTAINER_OF(board, struct sb_linux_board, board)->lacks_device = true;
    describe(transfer, sizeof(transfer), out_size, in_size);
    if (!is_smbus)
        return sb_linux_fail(board, -ENOTSUP,
                             "%s: its adapter cannot %s in one transfer: split it, or use another "
                             "bus (dtoverlay=i2c-gpio makes one of two pins)",
                             name, transfer);
    if (words == NULL)
        return sb_linux_fail(board, -ENOTSUP,
                             "%s: its adapter knows SMBus only, which has no word to %s: use a bus "
                             "whose adapter does plain I2C",
                             name, transfer);
    return sb_linux_fail(
        board, -ENOTSUP,
        "%s: its adapter knows SMBus only, and cannot %s, as it has no %s: use a bus "
        "whose adapter does plain I2C",
        name, transfer, words);
}
