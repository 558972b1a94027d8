/* SPDX-License-Identifier: MIT */
/*
 * I2C buses of this machine, through the kernel's i2c-dev. A transfer blocks, so it is made by a worker; those of
 * a bus are made in the order in which they were asked for. Private to hal-linux.
 *
 * Where a driver of the kernel has the device at an address, the kernel refuses transfers of an adapter that knows SMBus
 * only (I2C_SLAVE: -EBUSY). Others are made (I2C_RDWR), and the driver does not hear of them: what it believes of its device
 * may be wrong then.
 */
#ifndef SB_HAL_LINUX_I2C_DEV_H
#define SB_HAL_LINUX_I2C_DEV_H

#include "lib/hal/board.h"
#include "lib/list.h"

/* The buses that are open, each once: the board's. */
struct sb_linux_i2c_list {
    struct sb_list buses;
};

void sb_linux_i2c_init(struct sb_linux_i2c_list *list);

/*
 * Opens "i2c-1" (also called "i2c1" and "/dev/i2c-1"), or a path. Who opens it again shares the handle; it is given
 * back with the last sb_i2c_close. Returns 0; -ENOENT when there is no such bus, -EACCES, -ENODEV when it is no I2C
 * bus, -ENOMEM: the board's text then says what to do.
 */
int sb_linux_i2c_open(struct sb_linux_i2c_list *list, struct sb_board *board, const char *name,
                      struct sb_i2c **out);

/* Gives back what is still open. No transfer may be under way. */
void sb_linux_i2c_close_all(struct sb_linux_i2c_list *list);

#endif
