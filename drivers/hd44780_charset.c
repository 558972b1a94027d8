/* SPDX-License-Identifier: MIT */
/* The table of ROM A00 beyond ASCII, and a strict UTF-8 decoder. */
#include "drivers/hd44780_charset.h"

#include <stddef.h>

#define GLYPH_FIRST    0xe000u
#define GLYPH_LAST     0xe007u
#define KATAKANA_FIRST 0xff61u
#define KATAKANA_LAST  0xff9fu
#define KATAKANA_CODE  0xa1u

/* By code point. Several code points may share a code: the ROM's beta serves as sharp s as well. */
static const struct {
    uint16_t code_point;
    uint8_t code;
} table[] = {
    {0x00a0, 0x20},                 /* no-break space */
    {0x00a2, 0xec},                 /* cent */
    {0x00a3, 0xed},                 /* pound */
    {0x00a5, 0x5c},                 /* yen: where ASCII has the backslash */
    {0x00b0, 0xdf},                 /* degree */
    {0x00b5, 0xe4},                 /* micro */
    {0x00b7, 0xa5},                 /* middle dot */
    {0x00d7, 0x78},                 /* multiplication: x */
    {0x00df, 0xe2},                 /* sharp s */
    {0x00e4, 0xe1},                 /* a with dots */
    {0x00f1, 0xee},                 /* n with tilde */
    {0x00f6, 0xef},                 /* o with dots */
    {0x00f7, 0xfd},                 /* division */
    {0x00fc, 0xf5},                 /* u with dots */
    {0x03a3, 0xf6},                 /* Sigma */
    {0x03a9, 0xf4},                 /* Omega */
    {0x03b1, 0xe0},                 /* alpha */
    {0x03b2, 0xe2},                 /* beta */
    {0x03b5, 0xe3},                 /* epsilon */
    {0x03b8, 0xf2},                 /* theta */
    {0x03bc, 0xe4},                 /* mu */
    {0x03c0, 0xf7},                 /* pi */
    {0x03c1, 0xe6},                 /* rho */
    {0x03c3, 0xe5},                 /* sigma */
    {0x2010, 0x2d},                 /* hyphen */
    {0x2011, 0x2d},                 /* no-break hyphen */
    {0x2012, 0x2d},                 /* figure dash */
    {0x2013, 0x2d},                 /* en dash */
    {0x2018, 0x27},                 /* single quotation marks */
    {0x2019, 0x27}, {0x201c, 0x22}, /* double quotation marks */
    {0x201d, 0x22}, {0x2126, 0xf4}, /* ohm */
    {0x2190, 0x7f},                 /* arrow to the left */
    {0x2192, 0x7e},                 /* arrow to the right: where ASCII has the tilde */
    {0x2211, 0xf6},                 /* sum */
    {0x2212, 0x2d},                 /* minus */
    {0x221a, 0xe8},                 /* square root */
    {0x221e, 0xf3},                 /* infinity */
    {0x2588, 0xff},                 /* full block */
    {0x3001, 0xa4},                 /* ideographic comma */
    {0x3002, 0xa1},                 /* ideographic full stop */
    {0x300c, 0xa2},                 /* corner brackets */
    {0x300d, 0xa3}, {0x309b, 0xde}, /* voiced sound mark */
    {0x309c, 0xdf},                 /* semi-voiced sound mark: the ROM's degree */
    {0x30fb, 0xa5},                 /* katakana middle dot */
    {0x30fc, 0xb0},                 /* long vowel */
    {0x4e07, 0xfb},                 /* ten thousand */
    {0x5186, 0xfc},                 /* yen */
    {0x5343, 0xfa},                 /* thousand */
};

int sb_hd44780_code(uint32_t code_point)
{
    size_t low = 0;
    size_t high = sizeof(table) / sizeof(table[0]);

    if (code_point >= 0x20 && code_point <= 0x7d)
        return code_point == '\\' ? -1 : (int)code_point;
    if (code_point >= KATAKANA_FIRST && code_point <= KATAKANA_LAST)
        return (int)(code_point - KATAKANA_FIRST + KATAKANA_CODE);
    if (code_point >= GLYPH_FIRST && code_point <= GLYPH_LAST)
        return (int)(code_point - GLYPH_FIRST);
    while (low < high) {
        size_t middle = (low + high) / 2;

        if (table[middle].code_point == code_point)
            return table[middle].code;
        if (table[middle].code_point < code_point)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

/* How many bytes follow a first byte; -1 when it cannot be a first byte. */
static int continuation_count(unsigned first)
{
    if (first < 0x80)
        return 0;
    if (first >= 0xc2 && first <= 0xdf)
        return 1;
    if (first >= 0xe0 && first <= 0xef)
        return 2;
    return first >= 0xf0 && first <= 0xf4 ? 3 : -1;
}

uint32_t sb_hd44780_next_code_point(const char **text)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *byte = (const unsigned char *)*text;
    int count = continuation_count(*byte);
    uint32_t code_point;

    if (*byte == '\0')
        return 0;
    (*text)++;
    if (count <= 0)
        return count < 0 ? SB_HD44780_BAD_UTF8 : *byte;
    code_point = *byte & (0x3fu >> count);
    for (int i = 1; i <= count; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return SB_HD44780_BAD_UTF8;
        code_point = code_point << 6 | (byte[i] & 0x3fu);
    }
    if (code_point < least[count] || code_point > 0x10ffff ||
        (code_point >= 0xd800 && code_point <= 0xdfff))
        return SB_HD44780_BAD_UTF8;
    *text += count;
    return code_point;
}
