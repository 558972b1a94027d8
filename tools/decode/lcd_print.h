/* SPDX-License-Identifier: MIT */
/*
 * How decode shows a display: as one JSON object, or drawn for people.
 */
#ifndef SB_TOOLS_DECODE_LCD_PRINT_H
#define SB_TOOLS_DECODE_LCD_PRINT_H

#include <stdint.h>

#include "sim/examiner.h"
#include "sim/part.h"

/* Violations that are printed for people; JSON counts only. */
#define LCD_VIOLATIONS_KEPT 16

/* What is told of a recording, apart from the display itself. */
struct lcd_report {
    const char *file;
    uint64_t strobe_count;
    uint64_t violation_count;
    struct sb_violation violations[LCD_VIOLATIONS_KEPT]; /* times are the recording's */
};

/* DESIGN 8: one line. The lines are those of the display's size; text is there with display off, too. */
void lcd_print_json(const struct sb_part *lcd, const struct lcd_report *report);

/* A box with the text, the flags, the custom characters in it, the violations. */
void lcd_print_screen(const struct sb_part *lcd, const struct lcd_report *report);

#endif
