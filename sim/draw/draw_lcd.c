/* SPDX-License-Identifier: MIT */
/* Character LCDs: the module, and its glass dot for dot. */
#include "sim/draw/draw.h"

#include "sim/parts/part_hd44780.h"

/* Faintly visible from the front, as on a real one. */
#define UNLIT_SHARE 0.055

static const char *const pin_names[] = {"VSS", "VDD", "V0", "RS", "RW", "E", "D0", "D1", "D2",
                                        "D3",  "D4",  "D5", "D6", "D7", "A", "K",  "E2"};

void sb_draw_lcd(struct sb_canvas *canvas, const struct sb_part *part)
{
    struct sb_lcd_layout lcd = sb_geometry_lcd(part);
    unsigned pin_count =
        sb_part_type_pin(part->type, "E2") >= 0 && lcd.rows == 4 && lcd.columns > 20 ? 17 : 16;

    sb_canvas_fill_round(canvas, 0, 0, lcd.width, lcd.height, 3, sb_colour_hex(0x0b6b3c));
    for (unsigned i = 0; i < 4; i++) {
        double x = i & 1 ? lcd.width - 9.5 : 9.5;
        double y = i & 2 ? lcd.height - 9.5 : 9.5;

        sb_canvas_disc(canvas, x, y, 6, sb_colour_hex(0xb7a36a));
        sb_canvas_disc(canvas, x, y, 4.2, sb_colour_background());
    }
    sb_canvas_fill_round(canvas, 18.5, 21.5, lcd.width - 33.5, lcd.height - 40.5, 2,
                         sb_colour_hex(0x16181a));
    sb_canvas_text(canvas, lcd.width / 2, 12, 8, SB_ALIGN_CENTRE, 0, sb_colour_hex(0xd9efe0),
                   part->id);
    for (unsigned i = 0; i < pin_count; i++) {
        struct sb_point pin;

        sb_geometry_pin(part, pin_names[i], &pin);
        sb_canvas_disc(canvas, pin.x, pin.y, 3.2, sb_colour_hex(0xb7a36a));
        sb_canvas_disc(canvas, pin.x, pin.y, 1.6, sb_colour_hex(0x2b2b2b));
        sb_canvas_text(canvas, pin.x, pin.y - 7, 4.3, SB_ALIGN_CENTRE, 0, sb_colour_hex(0xffffff),
                       pin_names[i]);
    }
}

static void draw_cell(struct sb_canvas *canvas, const struct sb_lcd_layout *lcd,
                      struct sb_point corner, const uint8_t rows[SB_HD44780_GLYPH_ROWS],
                      struct sb_colour lit, struct sb_colour unlit)
{
    for (unsigned y = 0; y < SB_HD44780_GLYPH_ROWS; y++)
        for (unsigned x = 0; x < 5; x++)
            sb_canvas_fill(canvas, corner.x + x * lcd->dot_pitch, corner.y + y * lcd->dot_pitch,
                           lcd->dot_size, lcd->dot_size, rows[y] >> (4 - x) & 1 ? lit : unlit);
}

void sb_draw_lcd_glass(struct sb_canvas *canvas, const struct sb_part *part, int64_t time_ns)
{
    struct sb_lcd_layout lcd = sb_geometry_lcd(part);
    struct sb_colour back = sb_look_lcd_background(part);
    struct sb_colour text = sb_colour_of(sb_part_hd44780_color(part), sb_colour_hex(0));
    struct sb_colour dark = sb_colour_hex(0x0a0c0a);
    bool is_lit = sb_part_hd44780_is_lit(part);

    back = is_lit ? back : sb_colour_mix(back, dark, 0.6);
    if (sb_colour_brightness(text) > sb_colour_brightness(back)) /* its light is the backlight's */
        text = is_lit ? text : sb_colour_mix(text, back, 0.75);
    else
        text = sb_colour_mix(text, back, 0.08);
    sb_canvas_fill_round(canvas, lcd.panel_left, lcd.panel_top, lcd.panel_width, lcd.panel_height,
                         5, back);
    for (unsigned row = 0; row < lcd.rows; row++)
        for (unsigned column = 0; column < lcd.columns; column++) {
            uint8_t dots[SB_HD44780_GLYPH_ROWS];
            struct sb_point corner = {lcd.left + column * lcd.cell_width,
                                      lcd.top + row * lcd.cell_height};

            sb_part_hd44780_dots(part, row, column, time_ns, dots);
            draw_cell(canvas, &lcd, sb_canvas_snap(canvas, corner), dots, text,
                      sb_colour_mix(back, text, UNLIT_SHARE));
        }
}
