/* SPDX-License-Identifier: MIT */
/* What is read from /dev/softboard-i2c and written to it: see softboard_i2c.c. For the kernel and for programs. */
#ifndef SB_TESTS_KERNEL_MODULES_SOFTBOARD_I2C_H
#define SB_TESTS_KERNEL_MODULES_SOFTBOARD_I2C_H

#include <linux/types.h>

#define SOFTBOARD_I2C_MESSAGES 8

/*
 * A transfer: its messages, between a START and a STOP, a repeated START between each two. The bytes of those that are
 * written follow. The answer is a __s32, 0 or a negative error, and the bytes of those that are read.
 */
struct softboard_i2c_request {
    __u32 count;
    struct {
        __u16 address;
        __u16 is_read;
        __u32 size;
    } messages[SOFTBOARD_I2C_MESSAGES];
};

#endif
