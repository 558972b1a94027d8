/* SPDX-License-Identifier: MIT */
/*
 * What diagrams are full of and programs never see: breadboards, junctions, loose supplies, text.
 * Breadboards: the five holes of a column's half are one net, and so is each rail.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/part.h"

/* ---- breadboards: terminals 0 to 3 are the rails tp tn bp bn, then columns 1 to 63, upper and lower */

#define COLUMNS              63
#define RAIL_HOLES           50
#define BREADBOARD_TERMINALS (4 + 2 * COLUMNS)

static int find_hole(const char *name)
{
    static const char *const rails[] = {"tp.", "tn.", "bp.", "bn."};
    char *end;
    long column;

    for (int i = 0; i < 4; i++) {
        if (strncmp(name, rails[i], 3) != 0)
            continue;
        column = strtol(name + 3, &end, 10);
        return end != name + 3 && *end == '\0' && column >= 1 && column <= RAIL_HOLES ? i : -1;
    }
    column = strtol(name, &end, 10);
    if (end == name || column < 1 || column > COLUMNS || (*end != 't' && *end != 'b') ||
        end[1] != '.' || end[2] < 'a' || end[2] > 'j' || end[3] != '\0')
        return -1;
    return 4 + 2 * (int)(column - 1) + (*end == 'b');
}

#define RAIL(rail_name, terminal)           \
    {                                       \
        rail_name, terminal, SB_ROLE_SIGNAL \
    }

static const struct sb_part_pin breadboard_pins[] = {
    RAIL("tp.1", 0), RAIL("tn.1", 1), RAIL("bp.1", 2), RAIL("bn.1", 3), {NULL, 0, SB_ROLE_PASSIVE},
};

#define BREADBOARD(type_name, type_summary)                                      \
    {                                                                            \
        .name = (type_name), .summary = (type_summary), .pins = breadboard_pins, \
        .terminal_count = BREADBOARD_TERMINALS, .size = sizeof(struct sb_part),  \
        .find_pin = find_hole,                                                   \
    }

static const struct sb_part_type breadboard =
    BREADBOARD("wokwi-breadboard", "breadboard; holes 12t.e, 30b.j, rails tp.1 tn.1 bp.1 bn.1");
static const struct sb_part_type breadboard_half =
    BREADBOARD("wokwi-breadboard-half", "half breadboard; holes as wokwi-breadboard");
static const struct sb_part_type breadboard_mini =
    BREADBOARD("wokwi-breadboard-mini", "mini breadboard; holes as wokwi-breadboard");

/* ---- single pins */

static const struct sb_part_pin junction_pins[] = {{"J", 0, SB_ROLE_SIGNAL},
                                                   {NULL, 0, SB_ROLE_PASSIVE}};
static const struct sb_part_pin gnd_pins[] = {{"GND", 0, SB_ROLE_GROUND},
                                              {NULL, 0, SB_ROLE_PASSIVE}};
static const struct sb_part_pin vcc_pins[] = {{"VCC", 0, SB_ROLE_POWER},
                                              {NULL, 0, SB_ROLE_PASSIVE}};

static const struct sb_part_attr vcc_attrs[] = {
    {"voltage", SB_ATTR_NUMBER, "5", NULL, "volts; drawn, but without effect"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_type junction = {
    .name = "wokwi-junction",
    .summary = "joins wires",
    .pins = junction_pins,
    .terminal_count = 1,
    .size = sizeof(struct sb_part),
};
static const struct sb_part_type gnd = {
    .name = "wokwi-gnd",
    .summary = "ground",
    .pins = gnd_pins,
    .terminal_count = 1,
    .size = sizeof(struct sb_part),
};
static const struct sb_part_type vcc = {
    .name = "wokwi-vcc",
    .summary = "supply",
    .pins = vcc_pins,
    .terminal_count = 1,
    .attrs = vcc_attrs,
    .size = sizeof(struct sb_part),
};

/* ---- drawings */

static const struct sb_part_pin no_pins[] = {{NULL, 0, SB_ROLE_PASSIVE}};

static const struct sb_part_attr text_attrs[] = {
    {"text", SB_ATTR_TEXT, "", NULL, "what to write; may hold line ends"},
    {"fontSize", SB_ATTR_NUMBER, "16", NULL, "height in pixels"},
    {"color", SB_ATTR_TEXT, "black", NULL, "a CSS name or #rrggbb"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_type text = {
    .name = "wokwi-text",
    .summary = "text on the board",
    .pins = no_pins,
    .attrs = text_attrs,
    .size = sizeof(struct sb_part),
    .is_drawing = true,
};
static const struct sb_part_type logo = {
    .name = "wokwi-logo",
    .summary = "accepted; not drawn",
    .pins = no_pins,
    .size = sizeof(struct sb_part),
    .is_drawing = true,
};

const struct sb_part_type *const sb_parts_glue[] = {
    &breadboard, &breadboard_half, &breadboard_mini, &junction, &gnd, &vcc, &text, &logo, NULL,
};
