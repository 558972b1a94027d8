/* SPDX-License-Identifier: MIT */
/*
 * The HD44780U character LCD controller without its wires: what happens at each strobe of E, and what
 * its glass shows. A pure function of strobes and times, for the simulated part, for decoding recorded
 * waveforms, and for fuzzing. Written from the HD44780U datasheet (ADE-207-272(Z), '99.9, Rev. 0.0).
 */
#ifndef SB_SIM_HD44780_MODEL_H
#define SB_SIM_HD44780_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/parts/hd44780_rom.h"

/* Execution times with an oscillator of 270 kHz (p. 24, 25). */
#define SB_HD44780_RESET_NS   10000000 /* of the internal reset after power-on (p. 23) */
#define SB_HD44780_CLEAR_NS   1520000  /* clear display, return home */
#define SB_HD44780_EXECUTE_NS 37000    /* everything else */
#define SB_HD44780_ADDRESS_NS 4000     /* tADD: until the address counter follows a data transfer */

/* A blinking cell changes this often: 409.6 ms at 250 kHz (p. 26), so less at 270 kHz. */
#define SB_HD44780_BLINK_NS 379259259

#define SB_HD44780_DDRAM_SIZE 80
#define SB_HD44780_CGRAM_SIZE 64

/* What the controller executes or executed last. */
enum sb_hd44780_command {
    SB_HD44780_RESET,
    SB_HD44780_NOTHING, /* instruction 00 */
    SB_HD44780_CLEAR,   /* from here on by the highest bit that is set */
    SB_HD44780_HOME,
    SB_HD44780_ENTRY_MODE,
    SB_HD44780_DISPLAY_CONTROL,
    SB_HD44780_SHIFT,
    SB_HD44780_FUNCTION_SET,
    SB_HD44780_SET_CGRAM_ADDRESS,
    SB_HD44780_SET_DDRAM_ADDRESS,
    SB_HD44780_READ_STATUS, /* busy flag and address counter: never busy */
    SB_HD44780_WRITE_DATA,
    SB_HD44780_READ_DATA,
};

/* What a program finds when it starts. */
enum sb_hd44780_interface {
    SB_HD44780_AFTER_RESET, /* the internal reset worked: 8 bits, one line, cleared, display off */
    SB_HD44780_8BIT,        /* it did not, or another program ran before: */
    SB_HD44780_4BIT,        /* settings and RAM are anything */
    SB_HD44780_4BIT_HALF,   /* the same, in the middle of a byte */
};

enum sb_hd44780_outcome {
    SB_HD44780_HALF, /* four bits are in, four are to come */
    SB_HD44780_DONE, /* executed */
    SB_HD44780_LOST, /* a whole byte has come, but while the controller was busy: ignored */
};

struct sb_hd44780_model {
    /* read-only */
    uint8_t ddram[SB_HD44780_DDRAM_SIZE]; /* line 1, then line 2 at 40 when there are two */
    uint8_t cgram[SB_HD44780_CGRAM_SIZE];
    uint8_t address; /* AC: of the DDRAM (7 bits) or CGRAM (6 bits) */
    bool is_cgram_selected;
    bool is_8bit;         /* DL */
    bool has_two_lines;   /* N */
    bool has_tall_font;   /* F: 5x10, with one line only */
    bool is_on;           /* D */
    bool has_cursor;      /* C */
    bool has_blink;       /* B */
    bool is_incrementing; /* I/D */
    bool is_shifting;     /* S */
    uint8_t shift;        /* the column of the RAM that is leftmost on the glass */
    bool has_half;        /* four bits of a byte are in */
    enum sb_hd44780_command command;
    int64_t started_ns;    /* when it began */
    int64_t busy_until_ns; /* the busy flag is set before this time */
    int64_t ready_ns;      /* when who only counts time may send the next; tADD included */
    /* private */
    uint8_t half;      /* the four bits, or those still to be read */
    bool half_is_lost; /* they came while it was busy */
    uint8_t output;    /* what the next read of data gives */
    uint8_t old_address;
};

/* Power comes on at `now_ns`. After a working reset the controller is busy for SB_HD44780_RESET_NS. */
void sb_hd44780_model_start(struct sb_hd44780_model *model, int64_t now_ns,
                            enum sb_hd44780_interface interface);

/* The power-on state: sb_hd44780_model_start with SB_HD44780_AFTER_RESET. */
void sb_hd44780_model_reset(struct sb_hd44780_model *model, int64_t now_ns);

/*
 * E has fallen. `bus` are D7..D0, with 4 bits only D7..D4 count; ignored when reading (`rw`). A strobe
 * of the first or of the second half counts the same for reading and writing, as in the chip, so a
 * program that mixes them in the middle of a byte is out of step here too.
 */
enum sb_hd44780_outcome sb_hd44780_model_strobe(struct sb_hd44780_model *model, int64_t now_ns,
                                                bool rs, bool rw, uint8_t bus);

/*
 * E has risen with RW high: returns what the controller puts on D7..D0 (with 4 bits on D7..D4, the
 * rest 0) until E falls, which sb_hd44780_model_strobe must be told.
 */
uint8_t sb_hd44780_model_read(struct sb_hd44780_model *model, int64_t now_ns, bool rs);

bool sb_hd44780_model_is_busy(const struct sb_hd44780_model *model, int64_t now_ns);

/*
 * How long a program that counts time must still wait, 0 when it need not: until the busy flag is
 * clear, after data until tADD is over too. Who has read a clear busy flag need not wait for tADD.
 */
int64_t sb_hd44780_model_missing_ns(const struct sb_hd44780_model *model, int64_t now_ns);

/* The command that a byte means. */
enum sb_hd44780_command sb_hd44780_command_of(bool rs, bool rw, uint8_t byte);

/* "clear display": as in the datasheet, in lower case. */
const char *sb_hd44780_command_name(enum sb_hd44780_command command);

/* How long the command executes, tADD included. */
int64_t sb_hd44780_command_duration_ns(enum sb_hd44780_command command);

/* True when the DDRAM has a cell at this address: 00..4F with one line, 00..27 and 40..67 with two. */
bool sb_hd44780_model_has_cell(const struct sb_hd44780_model *model, uint8_t address);

/* The code in a DDRAM cell; a blank where there is none. */
uint8_t sb_hd44780_model_code(const struct sb_hd44780_model *model, uint8_t address);

/*
 * The DDRAM address that is shown at a column (from 0) of a line (0 or 1) of the glass, by the
 * display shift; -1 for line 1 when the controller drives one line only.
 */
int sb_hd44780_model_shown_address(const struct sb_hd44780_model *model, unsigned line,
                                   unsigned column);

/* True when the cursor (line or blink) stands at the address and the display is on. */
bool sb_hd44780_model_is_cursor(const struct sb_hd44780_model *model, uint8_t address);

/* True while a blinking cell is dark: a function of time alone. */
bool sb_hd44780_blink_is_dark(int64_t time_ns);

/* The dots of a code, from ROM or CGRAM; as sb_hd44780_glyph, with rows that may have bits 5..7 set. */
const uint8_t *sb_hd44780_model_glyph(const struct sb_hd44780_model *model, enum sb_hd44780_rom rom,
                                      uint8_t code);

/* What a cell at a DDRAM address looks like, cursor and blink included; no dots with display off. */
void sb_hd44780_model_dots(const struct sb_hd44780_model *model, enum sb_hd44780_rom rom,
                           uint8_t address, int64_t time_ns, uint8_t rows[SB_HD44780_GLYPH_ROWS]);

#endif
