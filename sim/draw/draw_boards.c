/* SPDX-License-Identifier: MIT */
/* Controllers: the Raspberry Pi with what one knows it by, all others as a board with rows of pins. */
#include "sim/draw/draw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MM SB_PIXELS_PER_MM

static struct sb_colour white(void)
{
    return sb_colour_hex(0xffffff);
}

static void draw_pin(struct sb_canvas *canvas, struct sb_point at)
{
    sb_canvas_disc(canvas, at.x, at.y, 3, sb_colour_hex(0xc9a227));
    sb_canvas_disc(canvas, at.x, at.y, 1.5, sb_colour_hex(0x3a3000));
}

/* ---- the Raspberry Pi; places in mm from the drawings of its makers */

static void draw_port(struct sb_canvas *canvas, double x, double y, double width, double height)
{
    sb_canvas_fill_round(canvas, x * MM, y * MM, width * MM, height * MM, 2,
                         sb_colour_hex(0x9aa0a6));
    sb_canvas_fill_shaded(canvas, x * MM + 1.5, y * MM + 1.5, width * MM - 3, height * MM - 3,
                          sb_colour_hex(0xdfe3e6), sb_colour_hex(0xbfc5ca));
}

static void draw_chip(struct sb_canvas *canvas, double x, double y, double size, const char *text)
{
    sb_canvas_fill_round(canvas, x * MM, y * MM, size * MM, size * MM, 1.5,
                         sb_colour_hex(0x1d2022));
    sb_canvas_text(canvas, (x + size / 2) * MM, (y + size / 2) * MM, 6, SB_ALIGN_CENTRE, 0,
                   sb_colour_hex(0x9aa0a6), text);
}

static void draw_header(struct sb_canvas *canvas)
{
    struct sb_point first = sb_geometry_header_pin(2);
    struct sb_point last = sb_geometry_header_pin(39);

    sb_canvas_fill_round(canvas, first.x - 5, first.y - 5, last.x - first.x + 10,
                         last.y - first.y + 10, 1, sb_colour_hex(0x15171a));
    for (int number = 1; number <= 40; number++) {
        struct sb_point at = sb_geometry_header_pin(number);

        sb_canvas_fill(canvas, at.x - 2, at.y - 2, 4, 4, sb_colour_hex(0xd8b23a));
        sb_canvas_fill(canvas, at.x - 1, at.y - 1, 2, 2, sb_colour_hex(0xf6e19a));
    }
    sb_canvas_text(canvas, first.x - 9, last.y, 5.5, SB_ALIGN_CENTRE, 0, white(), "1");
    sb_canvas_text(canvas, first.x - 9, first.y, 5.5, SB_ALIGN_CENTRE, 0, white(), "2");
}

/* The converter that is plugged on, if a wire goes to it. */
static void draw_adc(struct sb_canvas *canvas, const struct sb_part *part)
{
    static const char *const names[] = {"ADC0", "ADC1", "ADC2", "ADC3"};
    struct sb_point at[4];
    bool is_used = false;

    for (unsigned i = 0; i < 4; i++) {
        const struct sb_terminal *terminal =
            &part->terminals[sb_part_type_pin(part->type, names[i])];

        sb_geometry_adc_pin(names[i], &at[i]);
        is_used = is_used || terminal->wire->terminals.next->next != &terminal->wire->terminals;
    }
    if (!is_used)
        return;
    sb_canvas_fill_round(canvas, at[0].x - 6, at[0].y - 6, 38, at[3].y - at[0].y + 12, 2,
                         sb_colour_hex(0x2456a6));
    for (unsigned i = 0; i < 4; i++) {
        draw_pin(canvas, at[i]);
        sb_canvas_text(canvas, at[i].x + 4.5, at[i].y, 4.5, SB_ALIGN_LEFT, 0, white(), names[i]);
    }
}

void sb_draw_raspberry_pi(struct sb_canvas *canvas, const struct sb_part *part)
{
    static const double holes[4][2] = {{3.5, 3.5}, {61.5, 3.5}, {3.5, 52.5}, {61.5, 52.5}};
    struct sb_point size = sb_geometry_size(part);

    sb_canvas_fill_round(canvas, 0, 0, size.x, size.y, 11, sb_colour_hex(0x0a5c2e));
    sb_canvas_fill_round(canvas, 1, 1, size.x - 2, size.y - 2, 10, sb_colour_hex(0x12803f));
    for (unsigned i = 0; i < 4; i++) {
        sb_canvas_disc(canvas, holes[i][0] * MM, holes[i][1] * MM, 3.1 * MM,
                       sb_colour_hex(0xc9b46a));
        sb_canvas_disc(canvas, holes[i][0] * MM, holes[i][1] * MM, 1.35 * MM,
                       sb_colour_background());
    }
    draw_port(canvas, 65.5, 2.5, 21, 16);
    draw_port(canvas, 69.5, 21.5, 17, 14);
    draw_port(canvas, 69.5, 39, 17, 14);
    draw_port(canvas, 6.7, 50, 9, 7.2);
    draw_port(canvas, 22.5, 50.5, 7, 6.5);
    draw_port(canvas, 36, 50.5, 7, 6.5);
    sb_canvas_fill(canvas, 0, 22 * MM, 2.5 * MM, 12 * MM, sb_colour_hex(0x9aa0a6));
    draw_chip(canvas, 22, 24.5, 14, "");
    sb_canvas_fill_round(canvas, 22.8 * MM, 25.3 * MM, 12.4 * MM, 12.4 * MM, 1.5,
                         sb_colour_hex(0xb9bec3));
    draw_chip(canvas, 41.5, 27, 10, "");
    draw_chip(canvas, 57, 37, 7, "");
    sb_canvas_text(canvas, 29 * MM, 43.5 * MM, 10, SB_ALIGN_CENTRE, 0, white(), "Raspberry Pi");
    sb_canvas_text(canvas, 29 * MM, 31.5 * MM, 8, SB_ALIGN_CENTRE, 0, sb_colour_hex(0x55595d),
                   part->id);
    draw_header(canvas);
    draw_adc(canvas, part);
}

/* ---- other boards */

enum side { SIDE_LEFT, SIDE_RIGHT, SIDE_TOP, SIDE_BOTTOM };

/* On which side of a pin the board has room for its name: away from its row or column of pins. */
static enum side label_side(const struct sb_board_layout *board, const struct sb_board_pin *pin)
{
    bool is_column = false;
    double partner = 0;

    for (unsigned i = 0; i < board->pin_count; i++) {
        double dx = (double)board->pins[i].x - (double)pin->x;
        double dy = (double)board->pins[i].y - (double)pin->y;

        is_column = is_column || (fabs(dx) < 1 && dy != 0 && fabs(dy) < 12);
        if (fabs(dy) < 1 && dx != 0 && fabs(dx) < 12)
            partner = dx;
    }
    if (is_column && partner != 0)
        return partner > 0 ? SIDE_LEFT : SIDE_RIGHT;
    if (is_column)
        return pin->x < board->width / 2 ? SIDE_RIGHT : SIDE_LEFT;
    return pin->y < board->height / 2 ? SIDE_BOTTOM : SIDE_TOP;
}

/* As printed on boards: "GND" for "GND.2". */
static void draw_pin_name(struct sb_canvas *canvas, const struct sb_board_layout *board,
                          const struct sb_board_pin *pin)
{
    const double size = board->height < 100 ? 5 : 6.5;
    const double gap = 5.5;
    double x = (double)pin->x;
    double y = (double)pin->y;
    char name[16];

    snprintf(name, sizeof(name), "%s", pin->name);
    if (strcmp(name, "3.3V") != 0)
        name[strcspn(name, ".")] = '\0';
    switch (label_side(board, pin)) {
    case SIDE_LEFT:
        sb_canvas_text(canvas, x - gap, y, size, SB_ALIGN_RIGHT, 0, white(), name);
        break;
    case SIDE_RIGHT:
        sb_canvas_text(canvas, x + gap, y, size, SB_ALIGN_LEFT, 0, white(), name);
        break;
    case SIDE_TOP:
        sb_canvas_text(canvas, x, y - gap, size, SB_ALIGN_LEFT, -90, white(), name);
        break;
    case SIDE_BOTTOM:
        sb_canvas_text(canvas, x, y + gap, size, SB_ALIGN_RIGHT, -90, white(), name);
        break;
    }
}

void sb_draw_board(struct sb_canvas *canvas, const struct sb_part *part)
{
    const struct sb_board_layout *board = sb_board_layout_of(part->type);
    struct sb_colour colour = sb_colour_hex(board->colour);
    double width = (double)board->width;
    double height = (double)board->height;
    bool is_tall = height > width;
    char title[64];
    double chip = is_tall ? width * 0.28 : fmin(height * 0.32, 60);

    sb_canvas_fill_round(canvas, 0, 0, width, height, 5,
                         sb_colour_mix(colour, sb_colour_hex(0), 0.35));
    sb_canvas_fill_round(canvas, 1, 1, width - 2, height - 2, 4, colour);
    sb_canvas_fill_round(canvas, (width - chip) / 2, (height - chip) / 2, chip, chip, 1.5,
                         sb_colour_hex(0x17191b));
    for (unsigned i = 0; i < board->pin_count; i++) {
        const struct sb_board_pin *pin = &board->pins[i];

        draw_pin(canvas, (struct sb_point){(double)pin->x, (double)pin->y});
        draw_pin_name(canvas, board, pin);
    }
    if (is_tall) { /* longer names are in the upper half */
        snprintf(title, sizeof(title), "%s  %.20s", board->title, part->id);
        sb_canvas_text(canvas, width / 2, height / 2 + chip / 2 + 7, 6, SB_ALIGN_RIGHT, -90,
                       white(), title);
        return;
    }
    sb_canvas_text(canvas, (width - chip) / 2 - 8, height / 2, 9, SB_ALIGN_RIGHT, 0, white(),
                   board->title);
    sb_canvas_text(canvas, (width + chip) / 2 + 8, height / 2, 8, SB_ALIGN_LEFT, 0, white(),
                   part->id);
}

/* ---- names of the header's pins, where wires are: the other boards name all of theirs */

static const char *short_name(const char *name)
{
    if (strncmp(name, "GND", 3) == 0)
        return "GND";
    if (strncmp(name, "3V3", 3) == 0)
        return "3V3";
    return strncmp(name, "5V", 2) == 0 ? "5V" : name;
}

static void draw_header_label(struct sb_canvas *canvas, int number, const char *name)
{
    const double size = 7;
    struct sb_point pin = sb_geometry_header_pin(number);
    double length = sb_canvas_text_width(canvas, size, name) + 4;
    bool is_outer = number % 2 == 0;
    double top = is_outer ? pin.y - 8 - length : pin.y + 7;

    sb_canvas_fill_round(canvas, pin.x - 4, top, 8, length, 1.5, sb_colour_hex(0xfafafa));
    sb_canvas_text(canvas, pin.x, top + length / 2, size, SB_ALIGN_CENTRE, -90,
                   sb_colour_hex(0x1a1a1a), name);
}

void sb_draw_pin_labels(struct sb_canvas *canvas, const struct sb_part *part)
{
    const struct sb_list *connections = &part->world->connections;

    if (sb_geometry_shape(part->type) != SB_SHAPE_RASPBERRY_PI)
        return;
    for (struct sb_list *n = connections->next; n != connections; n = n->next) {
        const struct sb_connection *connection = SB_CONTAINER_OF(n, struct sb_connection, node);

        if (connection->colour != NULL && connection->colour[0] == '\0')
            continue; /* hidden */
        for (unsigned end = 0; end < 2; end++) {
            const struct sb_terminal *terminal = end == 0 ? connection->a : connection->b;
            int number = sb_geometry_header_number(end == 0 ? connection->a_pin
                                                            : connection->b_pin);

            if (terminal->part == part && number > 0)
                draw_header_label(canvas, number, short_name(terminal->name));
        }
    }
}

void sb_draw_driven_pins(struct sb_canvas *canvas, const struct sb_part *part)
{
    for (unsigned i = 0; i < part->type->terminal_count; i++) {
        const struct sb_terminal *terminal = &part->terminals[i];
        int number = sb_geometry_header_number(terminal->name);
        struct sb_point at;

        if (sb_part_type_role(part->type, i) != SB_ROLE_SIGNAL || number < 1 ||
            terminal->strength == SB_STRENGTH_NONE)
            continue;
        at = sb_geometry_header_pin(number);
        draw_header_label(canvas, number, terminal->name);
        sb_canvas_fill(canvas, at.x - 3.5, at.y - 3.5, 7, 7,
                       sb_terminal_level(terminal) == SB_LEVEL_HIGH ? sb_colour_hex(0xff3d3d)
                                                                    : sb_colour_hex(0x4a1414));
    }
}
