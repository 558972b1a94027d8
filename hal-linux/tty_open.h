/* SPDX-License-Identifier: MIT */
/* Opening a serial port, for oneself alone. Private to hal-linux. */
#ifndef SB_HAL_LINUX_TTY_OPEN_H
#define SB_HAL_LINUX_TTY_OPEN_H

#include "hal-linux/tty.h"
#include "lib/hal/board.h"

/*
 * Opens the device `path`, which the program calls `name`, raw and at `baud`, and remembers how it was set. Never waits for
 * a modem's carrier. Nobody else may open it then, unless as root and without asking for the lock. Returns a descriptor; or
 * -ENOENT, -EACCES, -ENODEV, -EBUSY, -EINVAL for a rate that it cannot make: the board's text then says what to do.
 */
int sb_tty_open(struct sb_board *board, const char *name, const char *path, unsigned baud,
                struct sb_tty_settings *before);

/* Puts the settings back, and lets others have it; may be called in a signal handler. What is not sent yet is dropped. */
void sb_tty_give_back(int fd, const struct sb_tty_settings *before);

#endif
