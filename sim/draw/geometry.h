/* SPDX-License-Identifier: MIT */
/*
 * Where parts and their pins are on the board's picture: pixels, 96 an inch, y downwards, angles in
 * degrees clockwise. Sizes and pins follow Wokwi's drawings, so that its diagrams look right here.
 */
#ifndef SB_SIM_DRAW_GEOMETRY_H
#define SB_SIM_DRAW_GEOMETRY_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/part.h"
#include "sim/world.h"

#define SB_PIXELS_PER_MM (96 / 25.4)

struct sb_point {
    double x, y;
};

struct sb_box {
    double left, top, right, bottom;
};

/* x' = xx * x + xy * y + x0 and so on: rotation, scale and shift. */
struct sb_transform {
    double xx, xy, x0;
    double yx, yy, y0;
};

struct sb_point sb_transform_point(const struct sb_transform *transform, double x, double y);

/* First `inner`, then `outer`. */
struct sb_transform sb_transform_chain(const struct sb_transform *outer,
                                       const struct sb_transform *inner);

/* The box that grows by a point, and by another box; begin with SB_BOX_EMPTY. */
#define SB_BOX_EMPTY ((struct sb_box){1e9, 1e9, -1e9, -1e9})
void sb_box_add(struct sb_box *box, double x, double y);
void sb_box_join(struct sb_box *box, const struct sb_box *other);

/* The size of a part's unrotated box. */
struct sb_point sb_geometry_size(const struct sb_part *part);

/* From the part's own coordinates (0, 0 is the corner of its unrotated box) to the board's. */
struct sb_transform sb_geometry_transform(const struct sb_part *part);

/*
 * A pin in the part's own coordinates. Names that are not the pins' own ("11", "J8:11") are those of
 * their terminal. False when the drawing has no such pin; `*out` is then the nearest sensible place.
 */
bool sb_geometry_pin(const struct sb_part *part, const char *name, struct sb_point *out);

/* The same on the board. */
bool sb_geometry_board_pin(const struct sb_part *part, const char *name, struct sb_point *out);

/* The part's box on the board, rotated; labels outside of it are included. */
struct sb_box sb_geometry_bounds(const struct sb_part *part);

/* The box around all that is drawn of a world, wires included; a small one when there is nothing. */
struct sb_box sb_geometry_world_bounds(const struct sb_world *world);

/* ---- what drawing shares with geometry */

/* How a type is drawn. */
enum sb_shape {
    SB_SHAPE_BOX, /* a labelled box: whatever has no drawing of its own */
    SB_SHAPE_RASPBERRY_PI,
    SB_SHAPE_BOARD, /* a controller whose pins are in rows */
    SB_SHAPE_LED,
    SB_SHAPE_BUTTON,
    SB_SHAPE_BUTTON_6MM,
    SB_SHAPE_RESISTOR,
    SB_SHAPE_LCD,
    SB_SHAPE_BREADBOARD,
    SB_SHAPE_JUNCTION,
    SB_SHAPE_GND,
    SB_SHAPE_VCC,
    SB_SHAPE_TEXT,
    SB_SHAPE_IR_REMOTE,
    SB_SHAPE_IR_RECEIVER,
    SB_SHAPE_KNOB,   /* a potentiometer that turns */
    SB_SHAPE_SLIDER, /* one that slides */
    SB_SHAPE_SENSOR, /* a temperature and humidity module */
    SB_SHAPE_GPS,
    SB_SHAPE_NOTHING,
};

enum sb_shape sb_geometry_shape(const struct sb_part_type *type);

/* The labelled box: pins that are in use, one below the other on its right side. */
#define SB_BOX_WIDTH     96.0
#define SB_BOX_PIN_PITCH 14.4
#define SB_BOX_TITLE     30.0

/* How many of the terminals 0 to `before` - 1 have something else on their wire. */
unsigned sb_geometry_used_pins(const struct sb_part *part, unsigned before);

/* A pin of a board's drawing. */
struct sb_board_pin {
    const char *name;
    float x, y;
};

/* A controller's drawing. */
struct sb_board_layout {
    const char *type;  /* as sb_part_type.name */
    const char *title; /* on the board */
    float width, height;
    unsigned colour; /* 0xrrggbb */
    const struct sb_board_pin *pins;
    unsigned pin_count;
};

/* The drawing of a controller type, or null. */
const struct sb_board_layout *sb_board_layout_of(const struct sb_part_type *type);

/* The pin of the 40-pin header, 1 to 40, that a pin of softboard-raspberry-pi is drawn at. */
int sb_geometry_header_number(const char *name);
struct sb_point sb_geometry_header_pin(int number);

/* The analog inputs "ADC0" to "ADC3" of softboard-raspberry-pi: false for another name. */
bool sb_geometry_adc_pin(const char *name, struct sb_point *out);

/* An LCD's glass. Dots are squares; all in pixels. */
struct sb_lcd_layout {
    unsigned columns, rows;
    double width, height;         /* of the module */
    double panel_left, panel_top; /* of the glass behind the bezel */
    double panel_width, panel_height;
    double left, top;               /* of the first dot of the first cell */
    double cell_width, cell_height; /* from cell to cell */
    double dot_pitch, dot_size;
    double pin_y;
};

struct sb_lcd_layout sb_geometry_lcd(const struct sb_part *part);

/* The middle of a remote control's key, by the number of its control. */
#define SB_REMOTE_KEY_RADIUS 14.0
struct sb_point sb_geometry_remote_key(unsigned index);

/* Where a slide potentiometer's thumb is at 0 and at 1, and the angles of a knob's, degrees from the top. */
#define SB_KNOB_ANGLE 135.0
struct sb_box sb_geometry_slider(const struct sb_part *part);

/* The scales of the temperature and humidity module: 0 and 1. */
struct sb_box sb_geometry_sensor_slider(unsigned index);

/* A breadboard: columns 1 to `columns`, and rails with so many holes each (0: none). */
struct sb_breadboard_layout {
    unsigned columns, rail_holes;
    double width, height;
};

struct sb_breadboard_layout sb_geometry_breadboard(const struct sb_part_type *type);

/* A hole by row letter 'a' to 'j' and column. */
struct sb_point sb_breadboard_hole(const struct sb_breadboard_layout *layout, char row,
                                   unsigned column);

/* A hole of a rail: 0 to 3 are tp tn bp bn. */
struct sb_point sb_breadboard_rail_hole(const struct sb_breadboard_layout *layout, unsigned rail,
                                        unsigned number);

#endif
