/* SPDX-License-Identifier: MIT */
/*
 * From UTF-8 to the codes of the HD44780's character ROM A00 (Japanese), which nearly all modules
 * have: HD44780U datasheet p. 17, table 4.
 */
#ifndef SB_DRIVERS_HD44780_CHARSET_H
#define SB_DRIVERS_HD44780_CHARSET_H

#include <stdint.h>

/*
 * The program's own glyphs inside text: "20 " SB_HD44780_GLYPH(3) "C" shows glyph 3. The number is a
 * literal, 0 to 7. They are the code points U+E000 to U+E007, of Unicode's private area.
 */
#define SB_HD44780_GLYPH(number) SB_HD44780_GLYPH_##number
#define SB_HD44780_GLYPH_0       "\xee\x80\x80"
#define SB_HD44780_GLYPH_1       "\xee\x80\x81"
#define SB_HD44780_GLYPH_2       "\xee\x80\x82"
#define SB_HD44780_GLYPH_3       "\xee\x80\x83"
#define SB_HD44780_GLYPH_4       "\xee\x80\x84"
#define SB_HD44780_GLYPH_5       "\xee\x80\x85"
#define SB_HD44780_GLYPH_6       "\xee\x80\x86"
#define SB_HD44780_GLYPH_7       "\xee\x80\x87"

/* What stands for bytes that are not UTF-8. */
#define SB_HD44780_BAD_UTF8 UINT32_C(0xfffd)

/*
 * The code point at `*text`, which moves on behind it. 0 at the end, where it stays. Overlong forms,
 * surrogates and anything cut short are SB_HD44780_BAD_UTF8, a byte at a time.
 */
uint32_t sb_hd44780_next_code_point(const char **text);

/*
 * The ROM's code for a code point: ASCII but for \ and ~, which A00 lacks; half-width katakana; the
 * Greek letters, arrows and signs of the ROM; glyphs. -1 when there is nothing that looks like it.
 */
int sb_hd44780_code(uint32_t code_point);

#endif
