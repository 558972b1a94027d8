/* SPDX-License-Identifier: MIT */
/*
 * The character generator ROM of the HD44780U: what each code looks like and which character of
 * Unicode that is. Codes 00..0F are the custom characters of the CGRAM and not in here.
 */
#ifndef SB_SIM_HD44780_ROM_H
#define SB_SIM_HD44780_ROM_H

#include <stddef.h>
#include <stdint.h>

#define SB_HD44780_GLYPH_ROWS 8

enum sb_hd44780_rom {
    SB_HD44780_ROM_A00, /* Japanese standard font: ASCII, katakana, a few Greek letters */
    SB_HD44780_ROM_A02, /* European standard font; not drawn yet: all blank */
};

/*
 * The dots of a code: SB_HD44780_GLYPH_ROWS bytes from top to bottom, bit 4 leftmost. Of the 5x10
 * characters these are the eight upper rows. Codes without a character, and 00..0F, are blank.
 */
const uint8_t *sb_hd44780_glyph(enum sb_hd44780_rom rom, uint8_t code);

/*
 * The character of a code as a person would type it: a blank for codes that show nothing, U+0000 to
 * U+0007 for the custom characters, which codes 00..07 and 08..0F mean alike. What Unicode has no
 * single character for comes as the nearest: superscript -1 as U+207B, x with a bar as x.
 */
uint32_t sb_hd44780_code_point(enum sb_hd44780_rom rom, uint8_t code);

/* Writes a code point below U+10000 as UTF-8, without a NUL after it; returns its one to three bytes. */
size_t sb_hd44780_put_utf8(uint32_t code_point, char out[3]);

#endif
