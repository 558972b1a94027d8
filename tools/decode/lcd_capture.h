/* SPDX-License-Identifier: MIT */
/*
 * A first look through a recording of an LCD's bus: which channel is which line, how often E was
 * strobed, and from where and from which state on the display is to be shown it.
 */
#ifndef SB_TOOLS_DECODE_LCD_CAPTURE_H
#define SB_TOOLS_DECODE_LCD_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/files/diag.h"
#include "tools/decode/decode.h"
#include "tools/decode/lcd_start.h"

enum lcd_role {
    LCD_RS,
    LCD_RW,
    LCD_E,
    LCD_D0,
    LCD_D4 = LCD_D0 + 4,
    LCD_D7 = LCD_D0 + 7,
    LCD_ROLE_COUNT,
};

struct lcd_capture {
    int channels[LCD_ROLE_COUNT]; /* -1: not in the recording */
    int64_t resolution_ns;
    uint64_t strobe_count; /* falls of E, those that are left out included */
    bool has_status_reads; /* the display was asked whether it is busy */
    /* Left out: a strobe of which only the end was seen, and half a byte. */
    int64_t from_ns;
    enum lcd_start_kind start;
};

/* "RS", "D7": as the pins of the simulated parts. */
const char *lcd_role_name(enum lcd_role role);

/* Reads the file once. Returns 0, or a negative error, reported. */
int lcd_capture_read(struct lcd_capture *capture, const struct decode_options *options,
                     struct sb_diag *diag);

#endif
