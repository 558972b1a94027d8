/* SPDX-License-Identifier: MIT */
/*
 * In what state the display was when a recording of its bus began. A recording shows strobes, not
 * the controller's interface: it may begin before the initialisation, while text is being written, or
 * between the two halves of a byte. Each possibility is followed through all strobes, and the one in
 * which the bytes make most sense is taken.
 */
#ifndef SB_TOOLS_DECODE_LCD_START_H
#define SB_TOOLS_DECODE_LCD_START_H

#include <stdbool.h>
#include <stdint.h>

/* What the bus was when E fell. */
struct lcd_strobe {
    int64_t time_ns;
    bool rs;
    bool rw;
    uint8_t bus; /* D7..D0; with four wires D7..D4 in the high half */
};

enum lcd_start_kind {
    LCD_START_RESET,        /* after power-on, or an initialisation comes first */
    LCD_START_RUNNING_8BIT, /* initialised before, 8 bits */
    LCD_START_RUNNING_4BIT, /* initialised before, 4 bits; the first strobe is a high half */
    LCD_START_RUNNING_HALF, /* the same, but the first strobe is a low half */
    LCD_START_KIND_COUNT,
};

/* One possibility while it is followed. */
struct lcd_guess {
    bool is_8bit;
    bool has_high; /* the high half of a byte is there */
    struct lcd_strobe high;
    int64_t high_gap_ns; /* between that half and the strobe before it */
    int64_t last_ns;
    uint64_t penalty;
    uint64_t function_set_count;
};

struct lcd_start {
    /* private */
    bool has_8_wires;
    bool has_first;
    struct lcd_strobe first;
    struct lcd_guess guesses[LCD_START_KIND_COUNT];
};

void lcd_start_init(struct lcd_start *start, bool has_8_wires);

/* Takes the next strobe of the recording. */
void lcd_start_strobe(struct lcd_start *start, const struct lcd_strobe *strobe);

/* The most likely start, by all that was seen. */
enum lcd_start_kind lcd_start_kind(const struct lcd_start *start);

#endif
