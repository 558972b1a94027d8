/* SPDX-License-Identifier: MIT */
/*
 * Drawing a board on a canvas. What never changes (boards, wires, labels) and what does (light, dots,
 * caps of buttons) are drawn apart, so that a window need not draw the first again.
 */
#ifndef SB_SIM_DRAW_DRAW_H
#define SB_SIM_DRAW_DRAW_H

#include <stdint.h>

#include "sim/draw/canvas.h"
#include "sim/draw/looks.h"
#include "sim/world.h"

/* All that never changes: parts, then wires, then labels of pins. */
void sb_draw_still(struct sb_canvas *canvas, const struct sb_world *world);

/* Of parts that can look other than now (sb_look_is_live), what changes. */
void sb_draw_live(struct sb_canvas *canvas, const struct sb_part *part, const struct sb_look *look);

/* The colour that a wire's connection is drawn in. */
struct sb_colour sb_draw_wire_colour(const struct sb_connection *connection);

/* ---- the shapes, in files of their own */

void sb_draw_raspberry_pi(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_board(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_pin_labels(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_driven_pins(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_led(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_led_light(struct sb_canvas *canvas, const struct sb_part *part, double lit);
void sb_draw_button(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_button_cap(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_resistor(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_lcd(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_lcd_glass(struct sb_canvas *canvas, const struct sb_part *part, int64_t time_ns);
void sb_draw_remote(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_remote_keys(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_receiver(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_receiver_light(struct sb_canvas *canvas, double lit);
void sb_draw_knob(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_knob_pointer(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_slider(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_slider_thumb(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_sensor(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_sensor_scales(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_gps(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_gps_sky(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_breadboard(struct sb_canvas *canvas, const struct sb_part *part);
void sb_draw_wires(struct sb_canvas *canvas, const struct sb_world *world);

/* The colours of a resistor's bands: two digits, multiplier, tolerance. */
void sb_draw_resistor_bands(double ohms, struct sb_colour bands[4]);

#endif
