/* SPDX-License-Identifier: MIT */
/* CRC-8, bit by bit: a frame has two bytes, which is not worth a table. */
#include "drivers/crc8.h"

#define POLYNOMIAL 0x31

uint8_t sb_crc8(const uint8_t *data, size_t size)
{
    uint8_t crc = 0;

    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (uint8_t)(crc << 1 ^ ((crc & 0x80) != 0 ? POLYNOMIAL : 0));
    }
    return crc;
}
