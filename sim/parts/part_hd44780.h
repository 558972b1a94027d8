/* SPDX-License-Identifier: MIT */
/*
 * Character LCDs with HD44780 controllers, as parts on a board: wokwi-lcd1602, wokwi-lcd2004 and
 * softboard-lcd. This is what drawing and decoding see of one. Rows and columns count from 0 here.
 */
#ifndef SB_SIM_PART_HD44780_H
#define SB_SIM_PART_HD44780_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/parts/hd44780_model.h"
#include "sim/part.h"

/* True for parts of these types; the other functions take no others. */
bool sb_part_is_hd44780(const struct sb_part *part);

unsigned sb_part_hd44780_columns(const struct sb_part *part);
unsigned sb_part_hd44780_rows(const struct sb_part *part);

/* The text's and the background's colour as the board file has them: names or "#rrggbb". */
const char *sb_part_hd44780_color(const struct sb_part *part);
const char *sb_part_hd44780_background(const struct sb_part *part);

/* False while A is low or K is high; unconnected pins count as supplied. */
bool sb_part_hd44780_is_lit(const struct sb_part *part);

enum sb_hd44780_rom sb_part_hd44780_rom(const struct sb_part *part);

/* The controller behind a row. All rows have the same one but in 4 rows of more than 20 columns. */
const struct sb_hd44780_model *sb_part_hd44780_model(const struct sb_part *part, unsigned row);

/* The DDRAM address shown in a cell, by the display shift; -1 where the controller drives nothing. */
int sb_part_hd44780_address(const struct sb_part *part, unsigned row, unsigned column);

/*
 * The dots of a cell at a time, rows from top to bottom with bit 4 leftmost, cursor and blink
 * included. The time matters for blinking only: a cell that blinks changes without look_changed.
 */
void sb_part_hd44780_dots(const struct sb_part *part, unsigned row, unsigned column,
                          int64_t time_ns, uint8_t rows[SB_HD44780_GLYPH_ROWS]);

/* True while some cell blinks. */
bool sb_part_hd44780_is_blinking(const struct sb_part *part);

#endif
