/* SPDX-License-Identifier: MIT */
/* Colours: CSS names and hex digits as board files have them, mixing, and the terminal's palette. */
#ifndef SB_SIM_DRAW_COLOUR_H
#define SB_SIM_DRAW_COLOUR_H

#include <stdbool.h>
#include <stdint.h>

/* Components from 0 to 255; `a` is opacity. */
struct sb_colour {
    uint8_t r, g, b, a;
};

/* 0xrrggbb as an opaque colour. */
struct sb_colour sb_colour_hex(uint32_t rgb);

/* What lies behind every board. */
struct sb_colour sb_colour_background(void);

/*
 * "red", "LimeGreen", "#4d2", "#44dd22", "44dd22ff". False, with `*out` as it was, when the text is none
 * of these.
 */
bool sb_colour_parse(const char *text, struct sb_colour *out);

/* The colour of a text, or `otherwise`. */
struct sb_colour sb_colour_of(const char *text, struct sb_colour otherwise);

/* From `a` (share 0) to `b` (share 1), opacity included. */
struct sb_colour sb_colour_mix(struct sb_colour a, struct sb_colour b, double share);

/* With another opacity, 0 to 1. */
struct sb_colour sb_colour_fade(struct sb_colour colour, double opacity);

/* How bright it looks, 0 to 1. */
double sb_colour_brightness(struct sb_colour colour);

/* The nearest of the 6x6x6 cube and the greys of a terminal of 256 colours: 16 to 255. */
unsigned sb_colour_palette_256(struct sb_colour colour);

/* The nearest of the eight colours of any terminal: 0 to 7. */
unsigned sb_colour_palette_8(struct sb_colour colour);

#endif
