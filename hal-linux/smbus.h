/* SPDX-License-Identifier: MIT */
/* Transfers for adapters that know SMBus but not plain I2C. Private to hal-linux. */
#ifndef SB_HAL_LINUX_SMBUS_H
#define SB_HAL_LINUX_SMBUS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Makes the transfer if SMBus has words for it: nothing; one byte; a command and up to 32 bytes after it; a command,
 * then up to 32 bytes read. Of several words that mean the same on the wires it takes one that the adapter has.
 * `functions` are the adapter's I2C_FUNC_*; the address has been set. Blocks. Returns 0; -EOPNOTSUPP for what SMBus or this
 * adapter cannot say; the system's error.
 */
int sb_linux_smbus_transfer(int fd, unsigned long functions, const uint8_t *out, size_t out_size,
                            uint8_t *in, size_t in_size);

/* What SMBus calls a transfer: "read byte data or I2C block read"; null when it has no word for it. */
const char *sb_linux_smbus_words(size_t out_size, size_t in_size);

#endif
