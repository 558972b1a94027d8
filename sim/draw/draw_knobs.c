/* SPDX-License-Identifier: MIT */
/* Potentiometers, and the scales of the temperature and humidity module. */
#include "sim/draw/draw.h"

#include <math.h>
#include <stdio.h>

#define PI 3.14159265358979323846

static double control_value(const struct sb_part *part, const char *name)
{
    return part->type->get_control(part, (unsigned)sb_part_control_find(part, name));
}

/* The names of the outer ones of `count` pins that are near each other stand outwards where `is_narrow`. */
static void draw_pins(struct sb_canvas *canvas, const struct sb_part *part,
                      const char *const names[], unsigned count, bool is_narrow,
                      struct sb_colour ink)
{
    for (unsigned i = 0; i < count; i++) {
        struct sb_point pin;

        sb_geometry_pin(part, names[i], &pin);
        sb_canvas_disc(canvas, pin.x, pin.y, 2.8, sb_colour_hex(0xb7a36a));
        if (is_narrow && i == 0)
            sb_canvas_text(canvas, pin.x + 2.5, pin.y - 7, 5, SB_ALIGN_RIGHT, 0, ink, names[i]);
        else if (is_narrow && i == count - 1)
            sb_canvas_text(canvas, pin.x - 2.5, pin.y - 7, 5, SB_ALIGN_LEFT, 0, ink, names[i]);
        else
            sb_canvas_text(canvas, pin.x, pin.y - 7, 5, SB_ALIGN_CENTRE, 0, ink, names[i]);
    }
}

/* ---- the knob */

#define KNOB_X 37.8
#define KNOB_Y 30.0

void sb_draw_knob(struct sb_canvas *canvas, const struct sb_part *part)
{
    static const char *const names[] = {"GND", "SIG", "VCC"};

    sb_canvas_fill_round(canvas, 2, 2, 71.6, 71.6, 5, sb_colour_hex(0x1f4e79));
    sb_canvas_disc(canvas, KNOB_X, KNOB_Y, 26, sb_colour_hex(0x163a5a));
    for (int i = 0; i <= 10; i++) {
        double angle = (-SB_KNOB_ANGLE + i * 2 * SB_KNOB_ANGLE / 10) * PI / 180;

        sb_canvas_segment(canvas, KNOB_X + sin(angle) * 22, KNOB_Y - cos(angle) * 22,
                          KNOB_X + sin(angle) * 25, KNOB_Y - cos(angle) * 25, 1,
                          sb_colour_hex(0xcfd8dc));
    }
    draw_pins(canvas, part, names, 3, true, sb_colour_hex(0xffffff));
}

void sb_draw_knob_pointer(struct sb_canvas *canvas, const struct sb_part *part)
{
    double share = control_value(part, "position");
    double angle = (2 * share - 1) * SB_KNOB_ANGLE * PI / 180;

    sb_canvas_disc(canvas, KNOB_X, KNOB_Y, 20, sb_colour_hex(0x0d1b26));
    sb_canvas_disc_shaded(canvas, KNOB_X, KNOB_Y, 18.5, sb_colour_hex(0xf5f5f5),
                          sb_colour_hex(0xb0bec5));
    if (isnan(share)) {
        sb_canvas_text(canvas, KNOB_X, KNOB_Y, 12, SB_ALIGN_CENTRE, 0, sb_colour_hex(0x37474f),
                       "--");
        return;
    }
    sb_canvas_segment(canvas, KNOB_X + sin(angle) * 5, KNOB_Y - cos(angle) * 5,
                      KNOB_X + sin(angle) * 16, KNOB_Y - cos(angle) * 16, 3,
                      sb_colour_hex(0xd32f2f));
}

/* ---- the slider */

void sb_draw_slider(struct sb_canvas *canvas, const struct sb_part *part)
{
    static const char *const names[] = {"VCC", "SIG", "GND"};
    struct sb_point size = sb_geometry_size(part);
    struct sb_box box = sb_geometry_slider(part);
    double middle = (box.top + box.bottom) / 2;

    sb_canvas_fill_round(canvas, 10, 22, size.x - 20, 66, 3, sb_colour_hex(0x9e9e9e));
    sb_canvas_fill_round(canvas, 12, 24, size.x - 24, 62, 2, sb_colour_hex(0xcfd8dc));
    sb_canvas_fill_round(canvas, box.left - 4, middle - 3, box.right - box.left + 8, 6, 3,
                         sb_colour_hex(0x37474f));
    for (unsigned i = 0; i < 3; i++) {
        struct sb_point pin;

        sb_geometry_pin(part, names[i], &pin);
        sb_canvas_segment(canvas, pin.x, pin.y, pin.x < size.x / 2 ? 10 : size.x - 10, pin.y, 2,
                          sb_colour_hex(0x9e9e9e));
        sb_canvas_text(canvas, pin.x < size.x / 2 ? 15 : size.x - 15, pin.y, 6,
                       pin.x < size.x / 2 ? SB_ALIGN_LEFT : SB_ALIGN_RIGHT, 0,
                       sb_colour_hex(0x263238), names[i]);
    }
}

void sb_draw_slider_thumb(struct sb_canvas *canvas, const struct sb_part *part)
{
    struct sb_box box = sb_geometry_slider(part);
    double share = control_value(part, "position");
    double x = box.left + (box.right - box.left) * share;

    if (isnan(share)) {
        sb_canvas_text(canvas, (box.left + box.right) / 2, box.top - 6, 9, SB_ALIGN_CENTRE, 0,
                       sb_colour_hex(0x263238), "--");
        return;
    }
    sb_canvas_fill_round(canvas, x - 7, box.top, 14, box.bottom - box.top, 2,
                         sb_colour_hex(0x263238));
    sb_canvas_fill(canvas, x - 0.8, box.top + 2, 1.6, box.bottom - box.top - 4,
                   sb_colour_hex(0xffffff));
}

/* ---- the sensor: a module whose air is set on two scales */

void sb_draw_sensor(struct sb_canvas *canvas, const struct sb_part *part)
{
    static const char *const names[] = {"VCC", "GND", "SCL", "SDA"};
    struct sb_point size = sb_geometry_size(part);

    sb_canvas_fill_round(canvas, 0, 0, size.x, size.y, 4, sb_colour_hex(0x5e2a84));
    sb_canvas_fill_round(canvas, size.x - 22, 5, 14, 14, 1, sb_colour_hex(0x1c1c1c));
    sb_canvas_disc(canvas, size.x - 15, 12, 3, sb_colour_hex(0xeceff1));
    sb_canvas_text(canvas, 8, 8, 7.5, SB_ALIGN_LEFT, 0, sb_colour_hex(0xffffff), part->id);
    sb_canvas_text(canvas, 8, 17, 5.5, SB_ALIGN_LEFT, 0, sb_colour_hex(0xd1c4e9), "HTU21D");
    draw_pins(canvas, part, names, 4, false, sb_colour_hex(0xffffff));
}

static void draw_scale(struct sb_canvas *canvas, const struct sb_part *part, unsigned index,
                       const char *control, int decimals, const char *unit, struct sb_colour colour)
{
    const struct sb_part_control *info = &part->type->controls[sb_part_control_find(part, control)];
    struct sb_box box = sb_geometry_sensor_slider(index);
    double value = control_value(part, control);
    double share = (value - info->min) / (info->max - info->min);
    double x = box.left + (box.right - box.left) * share;
    double middle = (box.top + box.bottom) / 2;
    char text[32];

    sb_canvas_fill_round(canvas, box.left, middle - 2, box.right - box.left, 4, 2,
                         sb_colour_hex(0x311247));
    if (isnan(value)) {
        snprintf(text, sizeof(text), "-- %s", unit);
    } else {
        sb_canvas_fill_round(canvas, box.left, middle - 2, x - box.left, 4, 2, colour);
        sb_canvas_disc(canvas, x, middle, 4.5, sb_colour_hex(0xffffff));
        snprintf(text, sizeof(text), "%.*f %s", decimals, value, unit);
    }
    sb_canvas_text(canvas, box.left, box.top - 6, 8.5, SB_ALIGN_LEFT, 0, sb_colour_hex(0xffffff),
                   text);
}

void sb_draw_sensor_scales(struct sb_canvas *canvas, const struct sb_part *part)
{
    draw_scale(canvas, part, 0, "temperature", 1, "\u00b0C", sb_colour_hex(0xff7043));
    draw_scale(canvas, part, 1, "humidity", 0, "%RH", sb_colour_hex(0x4fc3f7));
}
