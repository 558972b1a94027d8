/* SPDX-License-Identifier: MIT */
/* Serial ports of this machine, through the kernel's terminals. Private to hal-linux. */
#ifndef SB_HAL_LINUX_SERIAL_H
#define SB_HAL_LINUX_SERIAL_H

#include "hal-linux/clock_uv.h"
#include "lib/hal/board.h"
#include "lib/list.h"

/* The ports that are open: the board's. */
struct sb_linux_serial_list {
    struct sb_clock_uv *clock;
    struct sb_list ports;
};

void sb_linux_serial_init(struct sb_linux_serial_list *list, struct sb_clock_uv *clock);

/*
 * Opens "serial0" (/dev/serial0), "ttyUSB0", or a path, raw, 8 data bits, no parity, 1 stop bit, at any baud rate that
 * the hardware can make. Nobody else may open it meanwhile. Returns 0; -ENOENT, -EACCES, -EBUSY when somebody has it
 * or the kernel's console is on it, -EINVAL for a rate that it cannot make: the board's text then says what to do.
 */
int sb_linux_serial_open(struct sb_linux_serial_list *list, struct sb_board *board,
                         const char *name, unsigned baud, struct sb_stream **out);

void sb_linux_serial_close_all(struct sb_linux_serial_list *list);

#endif
