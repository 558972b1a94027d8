/* SPDX-License-Identifier: MIT */
/*
 * What the HTU21D's words mean, in integers. The dew point needs a logarithm, which is worked out bit by
 * bit: drivers know no mathematics library.
 */
#include <errno.h>

#include "drivers/crc8.h"
#include "drivers/htu21d.h"

#define HUMIDITY_MAX_MRH 100000
#define STATUS_MASK      0xfffcU

static int32_t clamp_mrh(int64_t humidity_mrh)
{
    if (humidity_mrh < 0)
        return 0;
    return humidity_mrh > HUMIDITY_MAX_MRH ? HUMIDITY_MAX_MRH : (int32_t)humidity_mrh;
}

/* Datasheet, "Temperature conversion": -46.85 + 175.72 S / 2^16. */
int32_t sb_htu21d_temperature_mdegc(uint16_t word)
{
    return (int32_t)(((int64_t)175720 * (word & STATUS_MASK) + 0x8000) >> 16) - 46850;
}

/* Datasheet, "Relative humidity conversion": -6 + 125 S / 2^16. */
int32_t sb_htu21d_humidity_mrh(uint16_t word)
{
    return clamp_mrh((((int64_t)125000 * (word & STATUS_MASK) + 0x8000) >> 16) - 6000);
}

int sb_htu21d_check(const uint8_t frame[3], uint16_t *word)
{
    if (sb_crc8(frame, 3) != 0)
        return -EBADMSG;
    *word = (uint16_t)(frame[0] << 8 | frame[1]);
    return 0;
}

int32_t sb_htu21d_compensate_mrh(int32_t humidity_mrh, int32_t temperature_mdegc)
{
    return clamp_mrh(humidity_mrh - (int64_t)(25000 - temperature_mdegc) * 150 / 1000);
}

/* The binary logarithm of value / 2^16, times 2^16; `value` is not 0. */
static int32_t log2_q16(uint32_t value)
{
    int32_t result = 0;
    uint64_t x = value; /* in [1, 2) x 2^31 from here on */

    while (x < (UINT64_C(1) << 31)) {
        x <<= 1;
        result -= 1 << 16;
    }
    result += 15 << 16;
    for (int32_t bit = 1 << 15; bit != 0; bit >>= 1) {
        x = x * x >> 31;
        if (x >= UINT64_C(1) << 32) {
            x >>= 1;
            result += bit;
        }
    }
    return result;
}

/*
 * Datasheet, "Dew point": with the partial pressure written out, its formula is
 * Td = B / (B / (T + C) - log10(RH / 100)) - C, B = 1762.39, C = 235.66. In units of 2^-32 here.
 */
int32_t sb_htu21d_dew_point_mdegc(int32_t humidity_mrh, int32_t temperature_mdegc)
{
    static const int64_t b_milli = 1762390;
    static const int64_t c_milli = 235660;
    static const int64_t log10_of_2_q32 = 1292913986;
    int64_t humidity = humidity_mrh < 1000 ? 1000 : humidity_mrh;
    int64_t log2 = log2_q16((uint32_t)humidity) - log2_q16(HUMIDITY_MAX_MRH);
    int64_t log10_q32 = (log2 * log10_of_2_q32) >> 16;
    int64_t quotient_q32 = (b_milli << 32) / (temperature_mdegc + c_milli) - log10_q32;

    return (int32_t)((b_milli << 32) / quotient_q32 - c_milli);
}
