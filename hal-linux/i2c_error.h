/* SPDX-License-Identifier: MIT */
/* What is said when an I2C bus cannot be opened, or a transfer cannot be made at all. Private to hal-linux. */
#ifndef SB_HAL_LINUX_I2C_ERROR_H
#define SB_HAL_LINUX_I2C_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/hal/board.h"

/* `path` could not be opened because of the system's `error`. Returns the error of sb_board_i2c. */
int sb_linux_i2c_cannot_open(struct sb_board *board, const char *name, const char *path, int error);

/* A driver of the kernel has the address; says which, if sysfs does. `fd` is the bus. Returns -EBUSY. */
int sb_linux_i2c_is_taken(struct sb_board *board, const char *name, int fd, unsigned address);

/* The adapter cannot make a transfer of so many bytes. Returns -ENOTSUP. */
int sb_linux_i2c_cannot_say(struct sb_board *board, const char *name, bool is_smbus,
                            size_t out_size, size_t in_size);

#endif
