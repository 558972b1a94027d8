/* SPDX-License-Identifier: MIT */
/* The GPS module. */
#include "sim/draw/draw.h"

void sb_draw_gps(struct sb_canvas *canvas, const struct sb_part *part)
{
    static const char *const names[] = {"VCC", "GND", "TX", "RX", "PPS"};
    struct sb_point size = sb_geometry_size(part);

    sb_canvas_fill_round(canvas, 0, 0, size.x, size.y, 5, sb_colour_hex(0x0d3b66));
    sb_canvas_text(canvas, 10, 10, 9, SB_ALIGN_LEFT, 0, sb_colour_hex(0xffffff), part->id);
    for (unsigned i = 0; i < 5; i++) {
        struct sb_point pin;

        sb_geometry_pin(part, names[i], &pin);
        sb_canvas_disc(canvas, pin.x, pin.y, 2.8, sb_colour_hex(0xb7a36a));
        sb_canvas_text(canvas, pin.x, pin.y - 7, 5, SB_ALIGN_CENTRE, 0, sb_colour_hex(0xffffff),
                       names[i]);
    }
}

void sb_draw_gps_sky(struct sb_canvas *canvas, const struct sb_part *part)
{
    bool has_fix = part->type->get_control(part, (unsigned)sb_part_control_find(part, "fix")) > 0;

    sb_canvas_disc(canvas, sb_geometry_size(part).x - 10, 10, 4,
                   sb_colour_hex(has_fix ? 0x66bb6a : 0xe53935));
}
