/* SPDX-License-Identifier: MIT */
/* Texts of errors of I2C buses. */
#include "hal-linux/i2c_error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

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
