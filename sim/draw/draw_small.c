/* SPDX-License-Identifier: MIT */
/* LEDs, buttons and resistors, in the part's own coordinates (geometry.h has their sizes and pins). */
#include "sim/draw/draw.h"

#include <math.h>
#include <stdlib.h>

#include "sim/parts/part_button.h"

/* ---- the LED: a 5 mm dome on its flange, legs at x 15 and 25 */

#define LED_X      20.0
#define LED_TOP    13.0 /* the dome's centre */
#define LED_RADIUS 9.0
#define LED_BOTTOM 26.0

static struct sb_colour led_colour(const struct sb_part *part)
{
    return sb_colour_of(sb_part_attr(part, "color"), sb_colour_hex(0xff0000));
}

static void draw_dome(struct sb_canvas *canvas, struct sb_colour colour)
{
    sb_canvas_disc(canvas, LED_X, LED_TOP, LED_RADIUS, colour);
    sb_canvas_fill(canvas, LED_X - LED_RADIUS, LED_TOP, 2 * LED_RADIUS, LED_BOTTOM - LED_TOP,
                   colour);
    sb_canvas_fill_round(canvas, LED_X - LED_RADIUS - 1.5, LED_BOTTOM - 4, 2 * LED_RADIUS + 3, 5, 1,
                         colour);
}

static void draw_reflection(struct sb_canvas *canvas, double opacity)
{
    sb_canvas_fill_round(canvas, LED_X - 6, LED_TOP - 4, 2.4, 12, 1.2,
                         sb_colour_fade(sb_colour_hex(0xffffff), opacity));
}

void sb_draw_led(struct sb_canvas *canvas, const struct sb_part *part)
{
    struct sb_colour leg = sb_colour_hex(0x8a8a8a);
    bool is_flipped = sb_part_attr_flag(part, "flip");
    double anode = is_flipped ? 15 : 25;
    double bent = is_flipped ? 16.8 : 23.2;
    double cathode = is_flipped ? 25 : 15;
    struct sb_colour body = sb_colour_mix(led_colour(part), sb_colour_hex(0x202020), 0.35);

    sb_canvas_line(canvas,
                   (struct sb_point[]){{bent, LED_BOTTOM}, {bent, 32}, {anode, 35}, {anode, 42}}, 4,
                   1.8, leg);
    sb_canvas_segment(canvas, cathode, LED_BOTTOM, cathode, 42, 1.8, leg);
    draw_dome(canvas, body);
    sb_canvas_fill(canvas, LED_X - LED_RADIUS - 0.5, LED_BOTTOM - 4, 2 * LED_RADIUS + 1, 0.8,
                   sb_colour_fade(sb_colour_hex(0), 0.25));
    draw_reflection(canvas, 0.35);
}

void sb_draw_led_light(struct sb_canvas *canvas, const struct sb_part *part, double lit)
{
    double bright = sb_look_led_brightness(part, lit);
    struct sb_colour light = sb_look_led_colour(part);
    struct sb_colour core = sb_colour_mix(light, sb_colour_hex(0xffffff), 0.75);

    if (bright <= 0)
        return;
    sb_canvas_disc_shaded(canvas, LED_X, LED_TOP + 3, 21, sb_colour_fade(light, 0.7 * bright),
                          sb_colour_fade(light, 0));
    draw_dome(canvas, sb_colour_fade(light, 0.25 + 0.75 * bright));
    sb_canvas_disc_shaded(canvas, LED_X, LED_TOP + 3, LED_RADIUS - 0.5,
                          sb_colour_fade(core, bright), sb_colour_fade(core, 0));
    draw_reflection(canvas, 0.5);
}

/* ---- buttons */

struct button_shape {
    double left, size;   /* of the body, a square of the part's height */
    double x, y, radius; /* of the cap */
};

static struct button_shape button_shape(const struct sb_part *part)
{
    if (sb_geometry_shape(part->type) == SB_SHAPE_BUTTON_6MM)
        return (struct button_shape){2.7, 22.7, 14, 11.35, 6.6};
    return (struct button_shape){11, 45.4, 33.6, 22.7, 14.3};
}

void sb_draw_button(struct sb_canvas *canvas, const struct sb_part *part)
{
    static const char *const pins[] = {"1.l", "1.r", "2.l", "2.r"};
    struct button_shape shape = button_shape(part);
    double rim = shape.size * 0.055;
    double inset = shape.size * 0.14;

    for (unsigned i = 0; i < 4; i++) {
        struct sb_point pin;

        sb_geometry_pin(part, pins[i], &pin);
        sb_canvas_segment(canvas, pin.x, pin.y,
                          pin.x < shape.x ? shape.left : shape.left + shape.size, pin.y,
                          shape.size * 0.085, sb_colour_hex(0x9e9e9e));
    }
    sb_canvas_fill_round(canvas, shape.left, 0, shape.size, shape.size, 2, sb_colour_hex(0x464646));
    sb_canvas_fill_round(canvas, shape.left + rim, rim, shape.size - 2 * rim, shape.size - 2 * rim,
                         1, sb_colour_hex(0xdedede));
    for (unsigned i = 0; i < 4; i++)
        sb_canvas_disc(canvas, i & 1 ? shape.left + shape.size - inset : shape.left + inset,
                       i & 2 ? shape.size - inset : inset, shape.size * 0.045,
                       sb_colour_hex(0x333333));
    sb_canvas_disc(canvas, shape.x, shape.y, shape.radius * 1.12, sb_colour_hex(0x5a5a5a));
}

void sb_draw_button_cap(struct sb_canvas *canvas, const struct sb_part *part)
{
    struct button_shape shape = button_shape(part);
    struct sb_colour colour = led_colour(part);
    struct sb_colour dark = sb_colour_mix(colour, sb_colour_hex(0x000000), 0.45);
    struct sb_colour pale = sb_colour_mix(colour, sb_colour_hex(0xffffff), 0.35);
    bool is_pressed = ((const struct sb_part_button *)part)->is_pressed;

    if (is_pressed) {
        sb_canvas_disc(canvas, shape.x, shape.y, shape.radius * 1.12, sb_colour_hex(0x1c1c1c));
        sb_canvas_disc(canvas, shape.x, shape.y, shape.radius * 0.88, dark);
        sb_canvas_disc_shaded(canvas, shape.x, shape.y, shape.radius * 0.78,
                              sb_colour_mix(colour, dark, 0.3), sb_colour_mix(colour, dark, 0.6));
        return;
    }
    sb_canvas_disc(canvas, shape.x, shape.y, shape.radius, dark);
    sb_canvas_disc(canvas, shape.x, shape.y, shape.radius * 0.93, pale);
    sb_canvas_disc_shaded(canvas, shape.x, shape.y, shape.radius * 0.86,
                          sb_colour_mix(colour, pale, 0.3), colour);
}

/* ---- resistors */

void sb_draw_resistor_bands(double ohms, struct sb_colour bands[4])
{
    static const uint32_t colours[] = {0x000000, 0x8b4513, 0xf02020, 0xff9000, 0xffee00,
                                       0x20a020, 0x2040e0, 0x9030c0, 0x909090, 0xffffff};
    static const uint32_t gold = 0xc8a020;
    static const uint32_t silver = 0xd0d0d8;
    int exponent = 0;
    int digits;

    while (ohms >= 99.5 && exponent < 9) {
        ohms /= 10;
        exponent++;
    }
    while (ohms > 0 && ohms < 9.95 && exponent > -2) {
        ohms *= 10;
        exponent--;
    }
    digits = (int)lround(fmin(fmax(ohms, 0), 99));
    bands[0] = sb_colour_hex(colours[digits / 10]);
    bands[1] = sb_colour_hex(colours[digits % 10]);
    bands[2] = sb_colour_hex(exponent >= 0 ? colours[exponent] : exponent == -1 ? gold : silver);
    bands[3] = sb_colour_hex(gold);
}

static double ohms_of(const char *text)
{
    char *end;
    double value = strtod(text, &end);

    return *end == 'k' || *end == 'K' ? value * 1e3 : *end == 'M' ? value * 1e6 : value;
}

void sb_draw_resistor(struct sb_canvas *canvas, const struct sb_part *part)
{
    static const double x[4] = {18.5, 25, 31, 40};
    struct sb_colour body = sb_colour_hex(0xd9b98c);
    struct sb_colour bands[4];

    sb_draw_resistor_bands(ohms_of(sb_part_attr(part, "value")), bands);
    sb_canvas_segment(canvas, 0, 5.65, 59, 5.65, 2.4, sb_colour_hex(0x9e9e9e));
    sb_canvas_fill_round(canvas, 18, 1.4, 24, 8.5, 1, body);
    sb_canvas_fill_round(canvas, 14, 0.4, 9, 10.5, 4, body);
    sb_canvas_fill_round(canvas, 36.5, 0.4, 9, 10.5, 4, body);
    for (unsigned i = 0; i < 4; i++) {
        bool is_end = i == 0 || i == 3;

        sb_canvas_fill(canvas, x[i] - 1.5, is_end ? 0.4 : 1.4, 3, is_end ? 10.5 : 8.5, bands[i]);
    }
    sb_canvas_fill_shaded(canvas, 16, 1, 28, 4, sb_colour_fade(sb_colour_hex(0xffffff), 0.28),
                          sb_colour_fade(sb_colour_hex(0xffffff), 0));
}
