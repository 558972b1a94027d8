/* SPDX-License-Identifier: MIT */
/* Transfers for adapters that know SMBus but not plain I2C. Private to hal-linux. */
#ifndef SB_HAL_LINUX_SMBUS_H
#define SB_HAL_LINUX_SMBUS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Makes the transfer if SMBus has words for it: nothing; one byte; a command and 1, 2 or up to 32 bytes after
 * it; a command, then 1, 2 or up to 32 bytes read. `functions` are the adapter's I2C_FUNC_*. Blocks. Returns 0;
 * -EOPNOTSUPP for what SMBus or this adapter cannot say; the system's error.
 */
int sb_linux_smbus_transfer(int fd, unsigned long functions, unsigned address, const uint8_t *out,
                            size_t out_size, uint8_t *in, size_t in_size);

#endif
