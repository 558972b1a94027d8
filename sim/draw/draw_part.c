/* SPDX-License-Identifier: MIT */
/* A board's picture: which shape draws which part, and those shapes that need no file of their own. */
#include "sim/draw/draw.h"

#include <stdio.h>
#include <string.h>

#define LABEL_SIZE 10.0

/* ---- small things */

/* Over whatever wire passes there. */
static void draw_label(struct sb_canvas *canvas, const struct sb_part *part)
{
    struct sb_point size = sb_geometry_size(part);
    const char *label = sb_part_attr(part, "label");
    double y = size.y + LABEL_SIZE / 2 + 2;
    double width;

    if (*label == '\0')
        return;
    width = sb_canvas_text_width(canvas, LABEL_SIZE, label) + 4;
    sb_canvas_fill_round(canvas, (size.x - width) / 2, y - 6, width, 12, 3,
                         sb_colour_fade(sb_colour_background(), 0.85));
    sb_canvas_text(canvas, size.x / 2, y, LABEL_SIZE, SB_ALIGN_CENTRE, 0, sb_colour_hex(0x263238),
                   label);
}

static void draw_gnd(struct sb_canvas *canvas, struct sb_point size)
{
    struct sb_colour ink = sb_colour_hex(0x263238);
    double middle = size.x / 2;

    sb_canvas_segment(canvas, middle, 0, middle, 8, 1.6, ink);
    for (int i = 0; i < 3; i++) {
        double half = 8 - 3 * i;

        sb_canvas_segment(canvas, middle - half, 8.5 + 3.5 * i, middle + half, 8.5 + 3.5 * i, 1.6,
                          ink);
    }
}

static void draw_vcc(struct sb_canvas *canvas, const struct sb_part *part, struct sb_point size)
{
    struct sb_colour ink = sb_colour_hex(0xc62828);
    double middle = size.x / 2;
    char text[32];

    snprintf(text, sizeof(text), "%.20sV", sb_part_attr(part, "voltage"));
    sb_canvas_segment(canvas, middle, 11, middle, size.y, 1.6, ink);
    sb_canvas_segment(canvas, middle - 8, 11, middle + 8, 11, 1.6, ink);
    sb_canvas_text(canvas, middle, 5, 8, SB_ALIGN_CENTRE, 0, ink, text);
}

static void draw_text(struct sb_canvas *canvas, const struct sb_part *part)
{
    struct sb_colour colour = sb_colour_of(sb_part_attr(part, "color"), sb_colour_hex(0));
    double size = sb_part_attr_number(part, "fontSize");
    const char *at = sb_part_attr(part, "text");
    double y = size * 0.6;
    char line[256];

    while (*at != '\0') {
        size_t length = strcspn(at, "\n");

        snprintf(line, sizeof(line), "%.*s", (int)(length > 255 ? 255 : length), at);
        sb_canvas_text(canvas, 0, y, size, SB_ALIGN_LEFT, 0, colour, line);
        at += length + (at[length] == '\n');
        y += size * 1.2;
    }
}

/* Whatever has no drawing: a box with its id, its type without the maker's prefix, its pins. */
static void draw_box(struct sb_canvas *canvas, const struct sb_part *part, struct sb_point size)
{
    const char *dash = strchr(part->type->name, '-');
    struct sb_point pin;

    sb_canvas_fill_round(canvas, 0, 0, size.x, size.y, 5, sb_colour_hex(0x37474f));
    sb_canvas_fill_round(canvas, 1.5, 1.5, size.x - 3, size.y - 3, 4, sb_colour_hex(0x546e7a));
    sb_canvas_text(canvas, 7, 10, 9.5, SB_ALIGN_LEFT, 0, sb_colour_hex(0xffffff), part->id);
    sb_canvas_text(canvas, 7, 21, 7, SB_ALIGN_LEFT, 0, sb_colour_hex(0xb0bec5),
                   dash == NULL ? part->type->name : dash + 1);
    for (unsigned i = 0; i < part->type->terminal_count; i++) {
        const struct sb_list *on_wire = &part->terminals[i].wire->terminals;

        if (on_wire->next->next == on_wire)
            continue;
        sb_geometry_pin(part, part->terminals[i].name, &pin);
        sb_canvas_disc(canvas, pin.x, pin.y, 2.6, sb_colour_hex(0xcfd8dc));
        sb_canvas_text(canvas, pin.x - 6, pin.y, 8, SB_ALIGN_RIGHT, 0, sb_colour_hex(0xffffff),
                       part->terminals[i].name);
    }
}

/* ---- all of them */

static void draw_part(struct sb_canvas *canvas, const struct sb_part *part)
{
    struct sb_point size = sb_geometry_size(part);

    switch (sb_geometry_shape(part->type)) {
    case SB_SHAPE_RASPBERRY_PI:
        sb_draw_raspberry_pi(canvas, part);
        break;
    case SB_SHAPE_BOARD:
        sb_draw_board(canvas, part);
        break;
    case SB_SHAPE_LED:
        sb_draw_led(canvas, part);
        break;
    case SB_SHAPE_BUTTON:
    case SB_SHAPE_BUTTON_6MM:
        sb_draw_button(canvas, part);
        break;
    case SB_SHAPE_RESISTOR:
        sb_draw_resistor(canvas, part);
        break;
    case SB_SHAPE_LCD:
        sb_draw_lcd(canvas, part);
        break;
    case SB_SHAPE_BREADBOARD:
        sb_draw_breadboard(canvas, part);
        break;
    case SB_SHAPE_IR_REMOTE:
        sb_draw_remote(canvas, part);
        break;
    case SB_SHAPE_IR_RECEIVER:
        sb_draw_receiver(canvas, part);
        break;
    case SB_SHAPE_KNOB:
        sb_draw_knob(canvas, part);
        break;
    case SB_SHAPE_SLIDER:
        sb_draw_slider(canvas, part);
        break;
    case SB_SHAPE_SENSOR:
        sb_draw_sensor(canvas, part);
        break;
    case SB_SHAPE_GPS:
        sb_draw_gps(canvas, part);
        break;
    case SB_SHAPE_GND:
        draw_gnd(canvas, size);
        break;
    case SB_SHAPE_VCC:
        draw_vcc(canvas, part, size);
        break;
    case SB_SHAPE_TEXT:
        draw_text(canvas, part);
        break;
    case SB_SHAPE_JUNCTION: /* over the wires, see sb_draw_wires */
    case SB_SHAPE_NOTHING:
        break;
    case SB_SHAPE_BOX:
        draw_box(canvas, part, size);
        break;
    }
}

static void each_part(struct sb_canvas *canvas, const struct sb_world *world, bool is_breadboard,
                      void (*draw)(struct sb_canvas *canvas, const struct sb_part *part))
{
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        const struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);
        struct sb_transform transform = sb_geometry_transform(part);

        if (part->hide || (sb_geometry_shape(part->type) == SB_SHAPE_BREADBOARD) != is_breadboard)
            continue;
        sb_canvas_enter(canvas, &transform);
        draw(canvas, part);
        sb_canvas_leave(canvas);
    }
}

void sb_draw_still(struct sb_canvas *canvas, const struct sb_world *world)
{
    each_part(canvas, world, true, draw_part); /* other parts stand on breadboards */
    each_part(canvas, world, false, draw_part);
    sb_draw_wires(canvas, world);
    each_part(canvas, world, false, sb_draw_pin_labels);
    each_part(canvas, world, false, draw_label);
}

void sb_draw_live(struct sb_canvas *canvas, const struct sb_part *part, const struct sb_look *look)
{
    struct sb_transform transform = sb_geometry_transform(part);

    sb_canvas_enter(canvas, &transform);
    switch (sb_geometry_shape(part->type)) {
    case SB_SHAPE_LED:
        sb_draw_led_light(canvas, part, look->lit);
        break;
    case SB_SHAPE_BUTTON:
    case SB_SHAPE_BUTTON_6MM:
        sb_draw_button_cap(canvas, part);
        break;
    case SB_SHAPE_LCD:
        sb_draw_lcd_glass(canvas, part, look->time_ns);
        break;
    case SB_SHAPE_RASPBERRY_PI:
        sb_draw_driven_pins(canvas, part);
        break;
    case SB_SHAPE_IR_REMOTE:
        sb_draw_remote_keys(canvas, part);
        break;
    case SB_SHAPE_IR_RECEIVER:
        sb_draw_receiver_light(canvas, look->lit);
        break;
    case SB_SHAPE_KNOB:
        sb_draw_knob_pointer(canvas, part);
        break;
    case SB_SHAPE_SLIDER:
        sb_draw_slider_thumb(canvas, part);
        break;
    case SB_SHAPE_SENSOR:
        sb_draw_sensor_scales(canvas, part);
        break;
    case SB_SHAPE_GPS:
        sb_draw_gps_sky(canvas, part);
        break;
    default:
        break;
    }
    sb_canvas_leave(canvas);
}
