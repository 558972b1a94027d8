/* SPDX-License-Identifier: MIT */
/*
 * A character LCD on a board, shared by its wires (sim/parts/part_hd44780.c) and its glass
 * (sim/parts/hd44780_glass.c). Nobody else includes this.
 */
#ifndef SB_SIM_HD44780_LCD_H
#define SB_SIM_HD44780_LCD_H

#include "lib/timer.h"
#include "sim/parts/hd44780_examiner.h"
#include "sim/parts/hd44780_model.h"
#include "sim/part.h"

/* Terminals whose levels say what is seen; the others are sim/parts/part_hd44780.c's own. */
#define SB_LCD_TERMINAL_A 14
#define SB_LCD_TERMINAL_K 15

struct sb_lcd_unit {
    struct sb_hd44780_model model;
    struct sb_hd44780_examiner examiner;
    bool is_high; /* E; a floating E keeps its last level */
    bool rs, rw;  /* as they were when E rose */
};

struct sb_lcd {
    struct sb_part part;
    struct sb_lcd_unit units[2];
    unsigned unit_count;
    unsigned columns, rows;
    bool is_split; /* one row whose right half is the controller's second line */
    enum sb_hd44780_rom rom;
    enum sb_hd44780_interface interface;
    const struct sb_hd44780_limits *limits;
    bool is_powered;    /* from the world's start on */
    unsigned connected; /* terminals that something else is on, by bit */
    uint64_t look;      /* a digest of what a person sees */
    struct sb_timer output_timer;
    uint8_t output;
    unsigned output_first; /* the lowest data line that is driven while reading */
    bool is_output_on;
};

static inline const struct sb_lcd *sb_lcd_of(const struct sb_part *part)
{
    return (const struct sb_lcd *)part;
}

/* Looks at the glass and says so when a person would see another picture than before. */
void sb_lcd_update_look(struct sb_lcd *lcd);

/* As struct sb_part_type has it. */
int sb_lcd_read_line(const struct sb_part *part, unsigned line, char *out, size_t size);

#endif
