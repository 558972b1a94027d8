/* SPDX-License-Identifier: MIT */
/*
 * A character LCD with the HD44780 controller or one of its many copies, 8x1 to 40x4. Text goes into a
 * shadow of the display, at once and from any context; a flush sends what differs from what the
 * display shows. Everything that a program sets (text, cursor, glyphs, shift ...) works that way, so the
 * last state wins and nothing is sent twice.
 */
#ifndef SB_DRIVERS_HD44780_H
#define SB_DRIVERS_HD44780_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/hd44780_bus.h"
#include "drivers/hd44780_charset.h"
#include "lib/event.h"
#include "lib/wait.h"

#define SB_HD44780_ROWS_MAX        4
#define SB_HD44780_CELLS_MAX       160
#define SB_HD44780_CONTROLLERS_MAX 2
#define SB_HD44780_GLYPHS_MAX      8
#define SB_HD44780_GLYPH_ROWS      8

/* Code of a cell that is all black, in ROM A00. */
#define SB_HD44780_BLOCK 0xff

enum sb_hd44780_cursor {
    SB_HD44780_CURSOR_OFF = 0,
    SB_HD44780_CURSOR_BLINK = 1,     /* the whole cell, about once a second */
    SB_HD44780_CURSOR_UNDERLINE = 2, /* both may be or-ed */
};

struct sb_hd44780_config {
    struct sb_hd44780_pins pins;
    struct sb_hd44780_bus *bus; /* borrowed; null: the pins above */
    unsigned columns;           /* visible: 1 to 40; at most 20 with four rows on one controller */
    unsigned rows; /* 1, 2 or 4; four rows of more than 20 columns need a second E line */
    /* A 16x1 whose right half is the controller's second line, as most are: try it if one stays dark. */
    bool is_split;
    /* Characters of 5x10 dots: one row only, not split. */
    bool is_font_tall;
    /*
     * Cells in a row's memory, of which `columns` are visible: what sb_hd44780_set_shift scrolls
     * through. 0: as `columns`. At most 80 with one row and 40 with two; no more than visible otherwise.
     */
    unsigned row_width;
    /*
     * Waits. 0 means the value at the right, which slow copies keep as well. The data sheet's own are
     * 40 ms after 2.7 V; 37 us and 4 us more after data; 1.52 ms (HD44780U datasheet p. 24, 25, 46). With
     * R/W wired the busy flag shortens the last two, and they are the most that is waited.
     */
    uint32_t power_up_ms; /* 50: from start to the first command */
    uint32_t execute_us;  /* 50: any command or data but the next */
    uint32_t clear_us;    /* 2000: clear, home */
};

/* The caller's memory, as long as any task uses the display. */
struct sb_hd44780 {
    /* read-only */
    bool is_ready;          /* initialised; false again after an error of the bus */
    uint32_t unknown_count; /* characters that the display cannot show: '?' stands for them */
    uint32_t byte_count;    /* commands and data sent since init */
    uint32_t error_count;   /* of the bus */
    int error;              /* the bus's last; 0: none */
    /* private */
    const struct sb_hd44780_config *config;
    struct sb_hd44780_bus *bus;
    struct sb_hd44780_pin_bus pin_bus;
    unsigned row_width;
    unsigned line_size; /* bytes of a controller's line: 40, or 80 when it has one */
    struct sb_event changed;
    struct sb_waitq flushers;
    bool is_flushing;
    bool polls; /* the busy flag can be read now */
    struct {
        uint8_t cells[SB_HD44780_CELLS_MAX];
        uint8_t glyphs[SB_HD44780_GLYPHS_MAX][SB_HD44780_GLYPH_ROWS];
        unsigned defined_glyphs; /* bit n: glyph n has been set */
        unsigned cursor;
        unsigned cursor_row;
        unsigned cursor_column;
        unsigned shift;
        bool is_on;
        bool is_lit;
    } wanted;
    struct {
        uint16_t cells[SB_HD44780_CELLS_MAX];
        int backlight;
        struct {
            int64_t free_ns; /* when it has done what it was last told */
            unsigned address;
            unsigned control;
            unsigned shift;
            unsigned stale_glyphs;
        } chips[SB_HD44780_CONTROLLERS_MAX];
    } shown;
};

/*
 * Prepares a blank display, on, without cursor, backlight on; sends nothing. `config` is borrowed.
 * Returns 0; -EINVAL for an impossible geometry or missing pins; -EPERM when a pin is no output.
 */
int sb_hd44780_init(struct sb_hd44780 *lcd, const struct sb_hd44780_config *config);

/* ---- What is to be seen. None of these waits; sb_hd44780_flush or _run brings it to the display. */

/*
 * Text in UTF-8 from a cell on. What does not fit into the row is left out; a newline goes on at the
 * left of the next row. Characters that the display lacks become '?' and are counted. Returns the
 * number of cells written, or -EINVAL for a cell that there is not.
 */
int sb_hd44780_print(struct sb_hd44780 *lcd, unsigned row, unsigned column, const char *text);

/* The same for a whole row: what the text leaves is blank, and a newline ends it. */
int sb_hd44780_print_row(struct sb_hd44780 *lcd, unsigned row, const char *text);

/* One cell, by the code of the controller's ROM; 0 to 7 are glyphs. Returns 0 or -EINVAL. */
int sb_hd44780_put(struct sb_hd44780 *lcd, unsigned row, unsigned column, uint8_t code);

/* Every cell. */
void sb_hd44780_fill(struct sb_hd44780 *lcd, uint8_t code);

/* Every cell blank. Cursor, shift and glyphs stay. */
void sb_hd44780_clear(struct sb_hd44780 *lcd);

/* `cursor` is of enum sb_hd44780_cursor. Returns 0 or -EINVAL. */
int sb_hd44780_set_cursor(struct sb_hd44780 *lcd, unsigned row, unsigned column, unsigned cursor);

/* Off: dark, but nothing is forgotten, and printing goes on. */
void sb_hd44780_set_display(struct sb_hd44780 *lcd, bool is_on);

/* Returns 0, or -ENOTSUP without a backlight pin. */
int sb_hd44780_set_backlight(struct sb_hd44780 *lcd, bool is_on);

/*
 * Defines glyph 0 to 7: eight rows from the top, five dots each, bit 4 at the left; copied. The last row
 * is where the underline cursor is. A glyph on display changes at once. Returns 0 or -EINVAL.
 */
int sb_hd44780_set_glyph(struct sb_hd44780 *lcd, unsigned number,
                         const uint8_t rows[SB_HD44780_GLYPH_ROWS]);

/*
 * Shows the rows from column `column` on: all rows move together, and what leaves at the left comes in
 * again behind the last cell of the controller's line (40, or 80 with one row). Takes a command for each
 * step instead of one for each cell. Returns 0 or -EINVAL.
 */
int sb_hd44780_set_shift(struct sb_hd44780 *lcd, unsigned column);

/* ---- To the display. These wait, and belong into tasks; several may call them, one goes at a time. */

/*
 * Initialises the controller "by instruction" (HD44780U datasheet p. 45, 46), from whatever state it is
 * in: eight lines, four, four with half a byte received. Takes about 60 ms, in sleeps. Returns 0,
 * -ECANCELED, -ETIMEDOUT or the bus's error.
 */
int sb_hd44780_start(struct sb_hd44780 *lcd);

/*
 * Sends what has changed; on return the display shows what was set before the call. A display that is not
 * ready is initialised first. Costs execute_us and 5 us (four lines) or 2 us (eight) for each character
 * or command; lets others run after each. Returns 0; -ECANCELED or -ETIMEDOUT, and the next flush
 * goes on from there; the bus's error, and the next flush begins with initialising.
 */
int sb_hd44780_flush(struct sb_hd44780 *lcd);

/*
 * A task's body, `lcd` being its argument: start, then a flush whenever something was set, for ever.
 * Returns what made it end: -ECANCELED, -ETIMEDOUT or the bus's error.
 */
int sb_hd44780_run(void *lcd);

/*
 * Sends a command of the caller's own to one controller (0 or 1). What it does to cells and address is
 * mended by the next flush, which sends every cell; what else it changes (entry mode, font, shift) is
 * the caller's business. Returns as flush, or -EINVAL for a controller that there is not.
 */
int sb_hd44780_command(struct sb_hd44780 *lcd, unsigned controller, uint8_t command);

#endif
