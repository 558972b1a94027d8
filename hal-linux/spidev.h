/* SPDX-License-Identifier: MIT */
/*
 * SPI devices of this machine, through the kernel's spidev. A transfer blocks, so it is made by a worker. Private to
 * hal-linux.
 */
#ifndef SB_HAL_LINUX_SPIDEV_H
#define SB_HAL_LINUX_SPIDEV_H

#include "lib/hal/board.h"
#include "lib/list.h"

/* The devices that are open, each once: the board's. */
struct sb_linux_spi_list {
    struct sb_list devices;
};

void sb_linux_spi_init(struct sb_linux_spi_list *list);

/*
 * Opens "spi0.0" (/dev/spidev0.0), or a path. Returns 0; -ENOENT, -EACCES, -EBUSY when the program has it open
 * already, under any name, -EINVAL for a mode or clock that the controller does not have: the board's text then says
 * what to do.
 */
int sb_linux_spi_open(struct sb_linux_spi_list *list, struct sb_board *board, const char *name,
                      const struct sb_spi_config *config, struct sb_spi **out);

void sb_linux_spi_close_all(struct sb_linux_spi_list *list);

#endif
