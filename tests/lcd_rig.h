/* SPDX-License-Identifier: MIT */
/*
 * A character LCD on the bench: each of its pins on a line of its own that a test drives, and a start
 * sequence that keeps all limits. Used inside run_in_loop.
 */
#ifndef SB_TESTS_LCD_RIG_H
#define SB_TESTS_LCD_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/parts/part_hd44780.h"
#include "sim/world.h"

enum lcd_pin { RS, RW, E, D0, D1, D2, D3, D4, D5, D6, D7, E2, A, K, SDA, LCD_PIN_COUNT };

struct lcd_rig {
    struct sb_world *world;
    struct sb_part *lcd;
    struct sb_diag diag;
    struct sb_terminal *pins[LCD_PIN_COUNT]; /* null where nothing is connected */
    enum lcd_pin enable;                     /* E or E2 */
    bool is_8bit;
};

struct lcd_rig_config {
    const char *type;  /* null: wokwi-lcd1602 */
    const char *wires; /* names of the pins that are connected; null: "RS E D4 D5 D6 D7" */
    const char *attrs; /* "voltage=3.3 rows=4"; null: none */
};

/* Builds the board and starts it, with all lines low. Returns what sb_world_start did. */
int lcd_rig_open(struct lcd_rig *rig, const struct lcd_rig_config *config);
void lcd_rig_close(struct lcd_rig *rig);

void lcd_rig_set(struct lcd_rig *rig, enum lcd_pin pin, bool level);
void lcd_rig_release(struct lcd_rig *rig, enum lcd_pin pin);
enum sb_level lcd_rig_level(const struct lcd_rig *rig, enum lcd_pin pin);

/* Lines and a pulse of E, with room to spare: 2 us. `bits` are D7..D0; unconnected ones are left out. */
void lcd_rig_strobe(struct lcd_rig *rig, bool rs, uint8_t bits);

/* A byte in one strobe or two. lcd_rig_command and _data wait until it is executed as well. */
void lcd_rig_send(struct lcd_rig *rig, bool rs, uint8_t byte);
void lcd_rig_command(struct lcd_rig *rig, uint8_t byte);
void lcd_rig_data(struct lcd_rig *rig, uint8_t byte);
void lcd_rig_text(struct lcd_rig *rig, const char *bytes);

/* Power-up, the whole start, two lines, display on. */
void lcd_rig_start(struct lcd_rig *rig);

/* Reads a byte in one strobe or two, RW high meanwhile. */
uint8_t lcd_rig_read(struct lcd_rig *rig, bool rs);

/* Line `line` (from 1) of the LCD. */
const char *lcd_rig_line(const struct lcd_rig *rig, unsigned line);

/* The last violation's text; "" while there is none. */
const char *lcd_rig_violation(const struct lcd_rig *rig);

/* Checks that there is one violation more than last time, of this rule and these times. */
void lcd_rig_check_violation(struct lcd_rig *rig, uint64_t count, enum sb_rule rule,
                             int64_t measured_ns, int64_t limit_ns);

#endif
