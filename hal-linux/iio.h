/* SPDX-License-Identifier: MIT */
/* Analog inputs of this machine: the voltage channels of the kernel's IIO, by sysfs. Private to hal-linux. */
#ifndef SB_HAL_LINUX_IIO_H
#define SB_HAL_LINUX_IIO_H

#include "lib/hal/board.h"
#include "lib/list.h"

/* The inputs that are open: the board's. */
struct sb_linux_adc_list {
    struct sb_list inputs;
    const char *folder; /* where the kernel lists its converters, borrowed; tests have another */
};

/* The folder is the kernel's own. */
void sb_linux_adc_init(struct sb_linux_adc_list *list);

/*
 * Opens "adc0": channel 0 of the first converter here that has it; or a channel of a certain one:
 * "iio:device1/in_voltage3". Returns 0; -ENOENT, -EBUSY when the program has it open already, -EACCES, -ENOMEM: the
 * board's text then says what to do.
 */
int sb_linux_adc_open(struct sb_linux_adc_list *list, struct sb_board *board, const char *name,
                      struct sb_adc **out);

void sb_linux_adc_close_all(struct sb_linux_adc_list *list);

#endif
