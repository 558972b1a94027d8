/* SPDX-License-Identifier: MIT */
/* A board as characters in rows and columns, for the terminal and for plain text. */
#ifndef SB_SIM_DRAW_TEXT_GRID_H
#define SB_SIM_DRAW_TEXT_GRID_H

#include "sim/draw/looks.h"

#define SB_TEXT_ROWS_MAX    48
#define SB_TEXT_COLUMNS_MAX 160

enum {
    SB_TEXT_HAS_INK = 1,
    SB_TEXT_HAS_PAPER = 2,
    SB_TEXT_BOLD = 4,
    SB_TEXT_UNDERLINE = 8,
    SB_TEXT_REVERSE = 16,
    SB_TEXT_DIM = 32,
};

struct sb_text_cell {
    uint32_t code; /* of Unicode, one column wide; 0 is a blank */
    struct sb_colour ink, paper;
    uint32_t style; /* SB_TEXT_... */
};

struct sb_text_grid {
    unsigned rows, columns; /* rows in use; columns that there are */
    struct sb_text_cell cells[SB_TEXT_ROWS_MAX][SB_TEXT_COLUMNS_MAX];
};

/*
 * Lays out the board: LCDs, LEDs, buttons, then the levels of the controller's pins. What does not fit
 * is left out. `looks` may be null: everything as it is now.
 */
void sb_text_layout(struct sb_text_grid *grid, unsigned columns, const struct sb_world *world,
                    const struct sb_looks *looks);

/* Puts UTF-8 at a place, as far as there is room; returns the columns it took. */
unsigned sb_text_put(struct sb_text_grid *grid, unsigned row, unsigned column, unsigned style,
                     struct sb_colour ink, const char *text);

/* A row's text without blanks at its end, as UTF-8 with NUL. Returns its length, cut to size - 1. */
size_t sb_text_row(const struct sb_text_grid *grid, unsigned row, char *out, size_t size);

/* A code point as UTF-8; returns its one to three bytes. */
size_t sb_text_utf8(uint32_t code, char out[3]);

#endif
