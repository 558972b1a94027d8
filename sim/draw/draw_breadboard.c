/* SPDX-License-Identifier: MIT */
/* Breadboards: holes, the groove, rails with their lines, numbers and letters. */
#include "sim/draw/draw.h"

#include <stdio.h>

static void draw_hole(struct sb_canvas *canvas, struct sb_point at)
{
    sb_canvas_fill(canvas, at.x - 1.5, at.y - 1.5, 3, 3, sb_colour_hex(0x3a3a3a));
}

static void draw_rail(struct sb_canvas *canvas, const struct sb_breadboard_layout *layout,
                      unsigned rail)
{
    bool is_plus = rail % 2 == 0;
    struct sb_point first = sb_breadboard_rail_hole(layout, rail, 1);
    struct sb_point last = sb_breadboard_rail_hole(layout, rail, layout->rail_holes);
    double line_y = first.y + (is_plus ? -5.5 : 5.5);
    struct sb_colour colour = sb_colour_hex(is_plus ? 0xd33030 : 0x2f55c0);

    sb_canvas_segment(canvas, first.x - 6, line_y, last.x + 6, line_y, 1, colour);
    sb_canvas_text(canvas, first.x - 12, first.y, 10, SB_ALIGN_CENTRE, 0, colour,
                   is_plus ? "+" : "\u2013");
    for (unsigned i = 1; i <= layout->rail_holes; i++)
        draw_hole(canvas, sb_breadboard_rail_hole(layout, rail, i));
}

void sb_draw_breadboard(struct sb_canvas *canvas, const struct sb_part *part)
{
    struct sb_breadboard_layout layout = sb_geometry_breadboard(part->type);
    struct sb_colour ink = sb_colour_hex(0x8a8a80);
    double middle = layout.height / 2;

    sb_canvas_fill_round(canvas, 0, 0, layout.width, layout.height, 5, sb_colour_hex(0xc9c8be));
    sb_canvas_fill_round(canvas, 1, 1, layout.width - 2, layout.height - 2, 4,
                         sb_colour_hex(0xf3f2ea));
    sb_canvas_fill(canvas, 1, middle - 5, layout.width - 2, 10, sb_colour_hex(0xdddcd2));
    for (unsigned rail = 0; rail < 4 && layout.rail_holes > 0; rail++)
        draw_rail(canvas, &layout, rail);
    for (const char *row = "abcdefghij"; *row != '\0'; row++) {
        const char text[] = {*row, '\0'};
        struct sb_point first = sb_breadboard_hole(&layout, *row, 1);

        sb_canvas_text(canvas, first.x - 8.5, first.y, 6, SB_ALIGN_CENTRE, 0, ink, text);
        for (unsigned column = 1; column <= layout.columns; column++)
            draw_hole(canvas, sb_breadboard_hole(&layout, *row, column));
    }
    for (unsigned column = 1; column <= layout.columns; column += column == 1 ? 4 : 5) {
        char text[12];

        snprintf(text, sizeof(text), "%u", column);
        for (int side = 0; side < 2; side++) {
            struct sb_point hole = sb_breadboard_hole(&layout, side == 0 ? 'a' : 'j', column);

            sb_canvas_text(canvas, hole.x, hole.y + (side == 0 ? -7.5 : 7.5), 5.5, SB_ALIGN_CENTRE,
                           0, ink, text);
        }
    }
}
