/* SPDX-License-Identifier: MIT */
/* The board as characters: see text_grid.h. */
#include "sim/draw/text_grid.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/draw/geometry.h"
#include "sim/draw/spots.h"
#include "sim/parts/part_button.h"
#include "sim/parts/part_hd44780.h"
#include "sim/parts/part_ir_remote.h"

#define GAP 2 /* columns between two things */

/* A place that moves on as things are laid out. */
struct pen {
    struct sb_text_grid *grid;
    unsigned row, column;
    unsigned row_height; /* of what is in this row of things */
};

static const struct sb_colour no_colour = {0, 0, 0, 0};

/* ---- characters */

size_t sb_text_utf8(uint32_t code, char out[3])
{
    return sb_hd44780_put_utf8(code == 0 ? ' ' : code, out);
}

static uint32_t next_code(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    unsigned length = *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : 0;
    uint32_t code = length == 0 ? *at : *at & (0x3fu >> length);

    (*text)++;
    for (unsigned i = 0; i < length && (**text & 0xc0) == 0x80; i++, (*text)++)
        code = code << 6 | ((unsigned char)**text & 0x3fu);
    return code < 0x20 ? '?' : code;
}

static struct sb_text_cell *cell_at(struct sb_text_grid *grid, unsigned row, unsigned column)
{
    static struct sb_text_cell outside;

    return row < SB_TEXT_ROWS_MAX && column < grid->columns ? &grid->cells[row][column] : &outside;
}

unsigned sb_text_put(struct sb_text_grid *grid, unsigned row, unsigned column, unsigned style,
                     struct sb_colour ink, const char *text)
{
    unsigned used = 0;

    for (; *text != '\0'; used++) {
        struct sb_text_cell *cell = cell_at(grid, row, column + used);

        cell->code = next_code(&text);
        cell->style = style;
        cell->ink = ink;
    }
    if (used > 0 && row < SB_TEXT_ROWS_MAX && row >= grid->rows)
        grid->rows = row + 1;
    return used;
}

size_t sb_text_row(const struct sb_text_grid *grid, unsigned row, char *out, size_t size)
{
    unsigned columns = grid->columns;
    size_t length = 0;

    while (columns > 0 &&
           (grid->cells[row][columns - 1].code == 0 || grid->cells[row][columns - 1].code == ' '))
        columns--;
    for (unsigned i = 0; i < columns; i++) {
        char bytes[3];
        size_t count = sb_text_utf8(grid->cells[row][i].code, bytes);

        if (length + count >= size)
            break;
        memcpy(out + length, bytes, count);
        length += count;
    }
    if (size > 0)
        out[length] = '\0';
    return length;
}

/* Goes on to where `width` columns are free, a new row if need be. */
static void make_room(struct pen *pen, unsigned width, unsigned height)
{
    if (pen->column > 0 && pen->column + width > pen->grid->columns) {
        pen->row += pen->row_height;
        pen->column = 0;
        pen->row_height = 0;
    }
    if (height > pen->row_height)
        pen->row_height = height;
}

static void end_row(struct pen *pen)
{
    pen->row += pen->row_height;
    pen->column = 0;
    pen->row_height = 0;
}

/* ---- LCDs */

/* The Braille dots in whose place at least `least` of the LCD's dots are set. */
static uint32_t braille_of(const uint8_t rows[SB_HD44780_GLYPH_ROWS], int least)
{
    static const uint8_t bits[4][2] = {{0, 3}, {1, 4}, {2, 5}, {6, 7}};
    uint32_t code = 0x2800;

    for (unsigned y = 0; y < 4; y++)
        for (unsigned x = 0; x < 2; x++) {
            unsigned mask = x == 0 ? 0x1c : 0x07;
            int dots = __builtin_popcount(rows[2 * y] & mask) +
                       __builtin_popcount(rows[2 * y + 1] & mask);

            if (dots >= least)
                code |= 1u << bits[y][x];
        }
    return code;
}

/*
 * A custom character as the nearest of Braille's 2x4 dots: a dot is set when half of the LCD's dots in
 * its place are, the middle column counting for both sides. Of thin lines less than half would be left,
 * or nothing: there one dot is enough.
 */
static uint32_t braille(const uint8_t rows[SB_HD44780_GLYPH_ROWS])
{
    uint32_t code = braille_of(rows, 3);

    return __builtin_popcount(code & 0xff) > 1 ? code : braille_of(rows, 1);
}

static uint32_t lcd_code(const struct sb_part *part, unsigned row, unsigned column)
{
    const struct sb_hd44780_model *model = sb_part_hd44780_model(part, row);
    int address = sb_part_hd44780_address(part, row, column);
    uint8_t code;

    if (!model->is_on || address < 0)
        return ' ';
    code = sb_hd44780_model_code(model, (uint8_t)address);
    if (code < 0x10)
        return braille(sb_hd44780_model_glyph(model, sb_part_hd44780_rom(part), code));
    return sb_hd44780_code_point(sb_part_hd44780_rom(part), code);
}

static unsigned lcd_style(const struct sb_part *part, unsigned row, unsigned column,
                          int64_t time_ns)
{
    const struct sb_hd44780_model *model = sb_part_hd44780_model(part, row);
    int address = sb_part_hd44780_address(part, row, column);
    unsigned style = SB_TEXT_HAS_INK | SB_TEXT_HAS_PAPER;

    if (address >= 0 && sb_hd44780_model_is_cursor(model, (uint8_t)address)) {
        if (model->has_cursor)
            style |= SB_TEXT_UNDERLINE;
        if (model->has_blink && sb_hd44780_blink_is_dark(time_ns))
            style |= SB_TEXT_REVERSE;
    }
    return style;
}

static void put_border(struct sb_text_grid *grid, unsigned row, unsigned column, unsigned width,
                       const char *left, const char *right)
{
    sb_text_put(grid, row, column, SB_TEXT_DIM, no_colour, left);
    for (unsigned i = 0; i < width; i++)
        sb_text_put(grid, row, column + 1 + i, SB_TEXT_DIM, no_colour, "\u2500");
    sb_text_put(grid, row, column + 1 + width, SB_TEXT_DIM, no_colour, right);
}

static void put_glass(struct sb_text_grid *grid, const struct sb_part *part, unsigned row,
                      unsigned column, int64_t time_ns)
{
    bool is_lit = sb_part_hd44780_is_lit(part);
    struct sb_colour paper = sb_look_lcd_background(part);
    struct sb_colour ink = sb_colour_of(sb_part_hd44780_color(part), sb_colour_hex(0));

    if (!is_lit)
        paper = sb_colour_mix(paper, sb_colour_hex(0), 0.6);
    for (unsigned y = 0; y < sb_part_hd44780_rows(part); y++) {
        sb_text_put(grid, row + y, column, SB_TEXT_DIM, no_colour, "\u2502");
        for (unsigned x = 0; x < sb_part_hd44780_columns(part); x++)
            *cell_at(grid, row + y, column + 1 + x) = (struct sb_text_cell){
                .code = lcd_code(part, y, x),
                .ink = ink,
                .paper = paper,
                .style = lcd_style(part, y, x, time_ns),
            };
        sb_text_put(grid, row + y, column + 1 + sb_part_hd44780_columns(part), SB_TEXT_DIM,
                    no_colour, "\u2502");
    }
}

static void put_lcd(struct pen *pen, const struct sb_part *part, const struct sb_look *look)
{
    unsigned rows = sb_part_hd44780_rows(part);
    unsigned columns = sb_part_hd44780_columns(part);
    char title[48];

    make_room(pen, columns + 2, rows + 2);
    snprintf(title, sizeof(title), " %.40s ", part->id);
    put_border(pen->grid, pen->row, pen->column, columns, "\u250c", "\u2510");
    if (strlen(title) < columns)
        sb_text_put(pen->grid, pen->row, pen->column + 2, 0, no_colour, title);
    put_glass(pen->grid, part, pen->row + 1, pen->column, look->time_ns);
    put_border(pen->grid, pen->row + rows + 1, pen->column, columns, "\u2514", "\u2518");
    pen->column += columns + 2 + GAP;
}

/* ---- LEDs, buttons, pins */

static void put_led(struct pen *pen, const struct sb_part *part, const struct sb_look *look)
{
    static const char *const discs[] = {"\u25cb", "\u25d0", "\u25cf"}; /* dark, half, lit */
    double bright = sb_look_led_brightness(part, look->lit);
    struct sb_colour colour = sb_look_led_colour(part);
    char name[64];

    snprintf(name, sizeof(name), " %.60s", part->id);
    make_room(pen, (unsigned)strlen(name) + 1, 1);
    pen->column += sb_text_put(pen->grid, pen->row, pen->column,
                               bright > 0 ? SB_TEXT_HAS_INK : SB_TEXT_DIM,
                               sb_colour_mix(sb_colour_hex(0), colour, 0.4 + 0.6 * bright),
                               discs[bright <= 0    ? 0
                                     : bright < 0.5 ? 1
                                                    : 2]);
    pen->column += sb_text_put(pen->grid, pen->row, pen->column, 0, no_colour, name) + GAP;
}

static void put_button(struct pen *pen, const struct sb_part *part)
{
    const char *key = sb_part_attr(part, "key");
    bool is_pressed = ((const struct sb_part_button *)part)->is_pressed;
    char name[80];

    snprintf(name, sizeof(name), "[%.12s] %.50s%s", *key == '\0' ? " " : key, part->id,
             is_pressed ? " pressed" : "        ");
    make_room(pen, (unsigned)strlen(name), 1);
    pen->column += sb_text_put(pen->grid, pen->row, pen->column, is_pressed ? SB_TEXT_BOLD : 0,
                               no_colour, name) +
                   GAP;
}

/*
 * A part that is set or looked at by numbers: "knob1  position 0.5 (ArrowLeft ArrowRight)". No key moves what is a real
 * board's.
 */
static void put_values(struct pen *pen, const struct sb_part *part)
{
    char text[160];
    size_t used = (size_t)snprintf(text, sizeof(text), "%.50s", part->id);

    for (unsigned i = 0; i < sb_spot_count(part) && used < sizeof(text); i++) {
        struct sb_spot spot = sb_spot_at(part, i);
        const char *name = part->type->controls[spot.control].name;
        double value = part->type->get_control(part, spot.control);

        if (isnan(value))
            used += (size_t)snprintf(text + used, sizeof(text) - used, "  %s --", name);
        else
            used += (size_t)snprintf(text + used, sizeof(text) - used, "  %s %.4g", name, value);
        if (spot.key[0] != '\0' && !part->world->is_mirrored && used < sizeof(text))
            used += (size_t)snprintf(text + used, sizeof(text) - used, " (%s %s)", spot.less,
                                     spot.key);
    }
    make_room(pen, (unsigned)strlen(text), 1);
    pen->column += sb_text_put(pen->grid, pen->row, pen->column, 0, no_colour, text) + GAP;
}

/* A remote control: the key that is pressed by name, and what its keys are here, wrapped; a real one has none here. */
static void put_remote(struct pen *pen, const struct sb_part *part)
{
    int pressed = ((const struct sb_part_ir_remote *)part)->pressed;
    char text[80];

    if (part->world->is_mirrored) {
        snprintf(text, sizeof(text), "%.50s", part->id);
        make_room(pen, (unsigned)strlen(text), 1);
        pen->column += sb_text_put(pen->grid, pen->row, pen->column, 0, no_colour, text) + GAP;
        return;
    }
    snprintf(text, sizeof(text), "%.50s %-5s [", part->id,
             pressed < 0 ? "" : part->type->controls[pressed].name);
    make_room(pen, (unsigned)strlen(text), 1);
    pen->column += sb_text_put(pen->grid, pen->row, pen->column, pressed < 0 ? 0 : SB_TEXT_BOLD,
                               no_colour, text);
    for (unsigned i = 0; i < SB_IR_REMOTE_KEYS; i++) {
        snprintf(text, sizeof(text), "%s%s", sb_spot_at(part, i).key,
                 i + 1 == SB_IR_REMOTE_KEYS ? "]" : "");
        make_room(pen, (unsigned)strlen(text), 1);
        pen->column += sb_text_put(pen->grid, pen->row, pen->column, 0, no_colour, text) + 1;
    }
    pen->column += GAP - 1;
}

static bool is_in_use(const struct sb_terminal *terminal)
{
    const struct sb_list *on_wire = &terminal->wire->terminals;

    if (sb_part_type_role(terminal->part->type, terminal->index) != SB_ROLE_SIGNAL)
        return false;
    return terminal->strength != SB_STRENGTH_NONE || on_wire->next->next != on_wire;
}

static void put_pin(struct pen *pen, const struct sb_terminal *terminal)
{
    static const char *const levels[] = {"0", "1", "z", "!"}; /* as enum sb_level has them */
    char text[64];

    snprintf(text, sizeof(text), "%.50s=%s", terminal->name, levels[terminal->wire->level]);
    make_room(pen, (unsigned)strlen(text), 1);
    pen->column += sb_text_put(pen->grid, pen->row, pen->column, SB_TEXT_DIM, no_colour, text) +
                   GAP;
}

static void put_pins(struct pen *pen, const struct sb_world *world)
{
    const struct sb_part *controller = sb_world_controller(world);

    for (unsigned i = 0; controller != NULL && i < controller->type->terminal_count; i++)
        if (is_in_use(&controller->terminals[i]))
            put_pin(pen, &controller->terminals[i]);
    end_row(pen);
}

/* ---- the board */

static void put_parts(struct pen *pen, const struct sb_world *world, enum sb_shape shape,
                      const struct sb_looks *looks)
{
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        const struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);
        struct sb_look look;

        if (sb_geometry_shape(part->type) != shape || part->hide)
            continue;
        look = looks == NULL ? sb_look_now(part) : *sb_looks_of(looks, part);
        if (shape == SB_SHAPE_LCD)
            put_lcd(pen, part, &look);
        else if (shape == SB_SHAPE_LED)
            put_led(pen, part, &look);
        else if (shape == SB_SHAPE_BUTTON || shape == SB_SHAPE_BUTTON_6MM)
            put_button(pen, part);
        else if (shape == SB_SHAPE_IR_REMOTE)
            put_remote(pen, part);
        else
            put_values(pen, part);
    }
    if (shape != SB_SHAPE_BUTTON) /* both kinds of buttons share a row */
        end_row(pen);
}

void sb_text_layout(struct sb_text_grid *grid, unsigned columns, const struct sb_world *world,
                    const struct sb_looks *looks)
{
    struct pen pen = {.grid = grid};

    memset(grid->cells, 0, sizeof(grid->cells));
    grid->rows = 0;
    grid->columns = columns < SB_TEXT_COLUMNS_MAX ? columns : SB_TEXT_COLUMNS_MAX;
    put_parts(&pen, world, SB_SHAPE_LCD, looks);
    put_parts(&pen, world, SB_SHAPE_LED, looks);
    put_parts(&pen, world, SB_SHAPE_BUTTON, looks);
    put_parts(&pen, world, SB_SHAPE_BUTTON_6MM, looks);
    put_parts(&pen, world, SB_SHAPE_IR_REMOTE, looks);
    put_parts(&pen, world, SB_SHAPE_KNOB, looks);
    put_parts(&pen, world, SB_SHAPE_SLIDER, looks);
    put_parts(&pen, world, SB_SHAPE_SENSOR, looks);
    put_parts(&pen, world, SB_SHAPE_GPS, looks);
    put_pins(&pen, world);
}
