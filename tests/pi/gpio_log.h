/* SPDX-License-Identifier: MIT */
/*
 * What QEMU logged of an emulated Raspberry Pi 3: every write to the registers of its GPIO (BCM2835 ARM Peripherals,
 * chapter 6), read into the changes of its outputs. So pins are seen from outside of all that runs in the guest.
 */
#ifndef SB_TESTS_PI_GPIO_LOG_H
#define SB_TESTS_PI_GPIO_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Called at each change of an output, in order. `levels` is of GPIO 0 to 31, after it. */
typedef void gpio_log_fn(int64_t time_ns, uint32_t changed, uint32_t levels, void *arg);

/* Returns how many changes there were. */
unsigned gpio_log_read(FILE *file, gpio_log_fn *fn, void *arg);

#endif
