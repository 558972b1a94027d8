/* SPDX-License-Identifier: MIT */
/*
 * CRC-8 of Sensirion and TE sensors: polynomial x^8 + x^5 + x^4 + 1 (31h), most significant bit first, from
 * 0, nothing inverted. Over data with their checksum it is 0. HTU21D datasheet, "CRC checksum".
 */
#ifndef SB_DRIVERS_CRC8_H
#define SB_DRIVERS_CRC8_H

#include <stddef.h>
#include <stdint.h>

uint8_t sb_crc8(const uint8_t *data, size_t size);

#endif
