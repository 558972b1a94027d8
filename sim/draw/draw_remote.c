/* SPDX-License-Identifier: MIT */
/* Infrared: the remote control with its keys, and the receiver. */
#include "sim/draw/draw.h"

#include "sim/parts/part_ir_remote.h"

static const char *const labels[SB_IR_REMOTE_KEYS] = {
    "",  "MENU", "TEST", "+", "\u2190", "\u00ab", ">", "\u00bb", "0", "-",
    "C", "1",    "2",    "3", "4",      "5",      "6", "7",      "8", "9",
};

void sb_draw_remote(struct sb_canvas *canvas, const struct sb_part *part)
{
    sb_canvas_fill_round(canvas, 3, 3, 145, 310, 16, sb_colour_hex(0x101314));
    sb_canvas_fill_round(canvas, 5, 5, 141, 306, 14, sb_colour_hex(0x2a2f33));
    sb_canvas_fill_round(canvas, 9, 16, 133, 271, 10, sb_colour_hex(0x33393e));
    sb_canvas_text(canvas, 75.5, 299, 9, SB_ALIGN_CENTRE, 0, sb_colour_hex(0x90a4ae), part->id);
}

static struct sb_colour key_colour(unsigned key, bool is_pressed)
{
    struct sb_colour colour = sb_colour_hex(key == 0 ? 0xd32f2f : key < 8 ? 0x455a64 : 0xeceff1);

    return is_pressed ? sb_colour_mix(colour, sb_colour_hex(0xffc107), 0.75) : colour;
}

void sb_draw_remote_keys(struct sb_canvas *canvas, const struct sb_part *part)
{
    const struct sb_part_ir_remote *remote = (const struct sb_part_ir_remote *)part;

    /* The lamp: infrared, shown as if one could see it. */
    sb_canvas_fill_round(canvas, 67, 0, 17, 9, 4,
                         sb_colour_hex(remote->is_lit ? 0xff5c8a : 0x3e2b36));
    for (unsigned i = 0; i < SB_IR_REMOTE_KEYS; i++) {
        struct sb_point at = sb_geometry_remote_key(i);
        struct sb_colour colour = key_colour(i, remote->pressed == (int)i);
        bool is_word = labels[i][0] >= 'A' && labels[i][0] <= 'Z' && labels[i][1] != '\0';

        sb_canvas_disc(canvas, at.x, at.y + 1, SB_REMOTE_KEY_RADIUS, sb_colour_hex(0x14181a));
        sb_canvas_disc(canvas, at.x, at.y, SB_REMOTE_KEY_RADIUS - 1, colour);
        sb_canvas_text(canvas, at.x, at.y, is_word ? 7 : 12, SB_ALIGN_CENTRE, 0,
                       sb_colour_brightness(colour) > 0.5 ? sb_colour_hex(0x1b1f22)
                                                          : sb_colour_hex(0xffffff),
                       labels[i]);
        if (i == 0) { /* power: a ring, open at the top */
            sb_canvas_disc(canvas, at.x, at.y, 6, sb_colour_hex(0xffffff));
            sb_canvas_disc(canvas, at.x, at.y, 4.4, colour);
            sb_canvas_fill(canvas, at.x - 2, at.y - 7, 4, 4, colour);
            sb_canvas_segment(canvas, at.x, at.y - 7, at.x, at.y - 1, 1.6, sb_colour_hex(0xffffff));
        }
    }
}

void sb_draw_receiver(struct sb_canvas *canvas, const struct sb_part *part)
{
    static const char *const names[] = {"GND", "VCC", "DAT"};

    for (unsigned i = 0; i < 3; i++) {
        struct sb_point pin;

        sb_geometry_pin(part, names[i], &pin);
        sb_canvas_segment(canvas, pin.x, 50, pin.x, pin.y - 2, 2.2, sb_colour_hex(0x9e9e9e));
        sb_canvas_text(canvas, pin.x - 4, 70, 6, SB_ALIGN_CENTRE, -90, sb_colour_hex(0x455a64),
                       names[i]);
    }
    sb_canvas_fill_round(canvas, 8, 2, 45, 50, 4, sb_colour_hex(0x14171a));
    sb_canvas_fill_round(canvas, 10, 4, 41, 46, 3, sb_colour_hex(0x2c3238));
    sb_canvas_disc(canvas, 30.5, 25, 17, sb_colour_hex(0x14171a));
    sb_canvas_disc_shaded(canvas, 30.5, 25, 15.5, sb_colour_hex(0x4a545c), sb_colour_hex(0x22282c));
    sb_canvas_disc(canvas, 26, 20, 3, sb_colour_fade(sb_colour_hex(0xffffff), 0.3));
    sb_canvas_text(canvas, 30.5, 46, 6, SB_ALIGN_CENTRE, 0, sb_colour_hex(0xb0bec5), part->id);
}

/* As on modules that have an LED at their output. */
void sb_draw_receiver_light(struct sb_canvas *canvas, double lit)
{
    if (lit <= 0)
        return;
    sb_canvas_disc(canvas, 46, 9, 5, sb_colour_fade(sb_colour_hex(0xff5252), 0.4));
    sb_canvas_disc(canvas, 46, 9, 2.6, sb_colour_hex(0xff8a80));
}
