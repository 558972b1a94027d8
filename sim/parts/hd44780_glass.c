/* SPDX-License-Identifier: MIT */
/* The glass of a character LCD: which cell shows which address, and what a person sees and reads. */
#include "sim/parts/part_hd44780.h"

#include <errno.h>
#include <string.h>

#include "sim/parts/hd44780_lcd.h"

struct cell {
    const struct sb_lcd_unit *unit;
    unsigned line;
    unsigned column;
};

/*
 * Glasses of four rows continue row 1 in row 3 and row 2 in row 4: line 1 of the controller is
 * 00h to 13h and 14h to 27h of a 20x4. A 16x1 "of type 1" is half of line 1 and half of line 2.
 */
static struct cell cell_at(const struct sb_lcd *lcd, unsigned row, unsigned column)
{
    unsigned half = lcd->columns / 2;

    if (lcd->is_split)
        return (struct cell){&lcd->units[0], column >= half, column - (column >= half ? half : 0)};
    if (lcd->unit_count == 2)
        return (struct cell){&lcd->units[row / 2], row % 2, column};
    return (struct cell){&lcd->units[0], row % 2, row / 2 * lcd->columns + column};
}

static int cell_address(const struct cell *cell)
{
    return sb_hd44780_model_shown_address(&cell->unit->model, cell->line, cell->column);
}

static uint64_t mix(uint64_t digest, unsigned value)
{
    return (digest ^ value) * UINT64_C(0x100000001b3);
}

static uint64_t cell_digest(const struct sb_lcd *lcd, unsigned row, unsigned column,
                            uint64_t digest)
{
    struct cell cell = cell_at(lcd, row, column);
    const struct sb_hd44780_model *model = &cell.unit->model;
    int address = cell_address(&cell);
    const uint8_t *glyph;
    uint8_t code;

    if (!model->is_on || address < 0)
        return mix(digest, 0x100);
    code = sb_hd44780_model_code(model, (uint8_t)address);
    digest = mix(digest, code);
    if (sb_hd44780_model_is_cursor(model, (uint8_t)address))
        digest = mix(digest, 0x200u | (unsigned)model->has_cursor << 1 | model->has_blink);
    if (code >= 0x10)
        return digest;
    glyph = sb_hd44780_model_glyph(model, lcd->rom, code);
    for (unsigned i = 0; i < SB_HD44780_GLYPH_ROWS; i++)
        digest = mix(digest, glyph[i] & 0x1f);
    return digest;
}

void sb_lcd_update_look(struct sb_lcd *lcd)
{
    uint64_t look = mix(UINT64_C(0xcbf29ce484222325), sb_part_hd44780_is_lit(&lcd->part));

    for (unsigned row = 0; row < lcd->rows; row++)
        for (unsigned column = 0; column < lcd->columns; column++)
            look = cell_digest(lcd, row, column, look);
    if (look == lcd->look)
        return;
    lcd->look = look;
    sb_part_look_changed(&lcd->part);
}

/*
 * What a person reads: blanks where the display is off or the row is not driven. Custom characters are
 * U+0001 to U+0007 and, for a string that ends by NUL, U+0008 for the first, which has that code too.
 */
int sb_lcd_read_line(const struct sb_part *part, unsigned line, char *out, size_t size)
{
    const struct sb_lcd *lcd = sb_lcd_of(part);
    size_t length = 0;

    if (line < 1 || line > lcd->rows)
        return -ERANGE;
    for (unsigned column = 0; column < lcd->columns; column++) {
        struct cell cell = cell_at(lcd, line - 1, column);
        int address = cell_address(&cell);
        uint32_t code_point = ' ';
        char utf8[3];
        size_t utf8_size;

        if (cell.unit->model.is_on && address >= 0)
            code_point = sb_hd44780_code_point(
                lcd->rom, sb_hd44780_model_code(&cell.unit->model, (uint8_t)address));
        utf8_size = sb_hd44780_put_utf8(code_point == 0 ? 8 : code_point, utf8);
        if (length + utf8_size >= size)
            break;
        memcpy(out + length, utf8, utf8_size);
        length += utf8_size;
    }
    if (size > 0)
        out[length] = '\0';
    return (int)length;
}

unsigned sb_part_hd44780_columns(const struct sb_part *part)
{
    return sb_lcd_of(part)->columns;
}

unsigned sb_part_hd44780_rows(const struct sb_part *part)
{
    return sb_lcd_of(part)->rows;
}

const char *sb_part_hd44780_color(const struct sb_part *part)
{
    return sb_part_attr(part, "color");
}

const char *sb_part_hd44780_background(const struct sb_part *part)
{
    return sb_part_attr(part, "background");
}

bool sb_part_hd44780_is_lit(const struct sb_part *part)
{
    return sb_terminal_level(&part->terminals[SB_LCD_TERMINAL_A]) != SB_LEVEL_LOW &&
           sb_terminal_level(&part->terminals[SB_LCD_TERMINAL_K]) != SB_LEVEL_HIGH;
}

enum sb_hd44780_rom sb_part_hd44780_rom(const struct sb_part *part)
{
    return sb_lcd_of(part)->rom;
}

const struct sb_hd44780_model *sb_part_hd44780_model(const struct sb_part *part, unsigned row)
{
    return &cell_at(sb_lcd_of(part), row, 0).unit->model;
}

int sb_part_hd44780_address(const struct sb_part *part, unsigned row, unsigned column)
{
    struct cell cell = cell_at(sb_lcd_of(part), row, column);

    return cell_address(&cell);
}

void sb_part_hd44780_dots(const struct sb_part *part, unsigned row, unsigned column,
                          int64_t time_ns, uint8_t rows[SB_HD44780_GLYPH_ROWS])
{
    const struct sb_lcd *lcd = sb_lcd_of(part);
    struct cell cell = cell_at(lcd, row, column);
    int address = cell_address(&cell);

    if (address < 0)
        memset(rows, 0, SB_HD44780_GLYPH_ROWS);
    else
        sb_hd44780_model_dots(&cell.unit->model, lcd->rom, (uint8_t)address, time_ns, rows);
}

bool sb_part_hd44780_is_blinking(const struct sb_part *part)
{
    const struct sb_lcd *lcd = sb_lcd_of(part);

    for (unsigned row = 0; row < lcd->rows; row++)
        for (unsigned column = 0; column < lcd->columns; column++) {
            struct cell cell = cell_at(lcd, row, column);
            int address = cell_address(&cell);

            if (address >= 0 && cell.unit->model.has_blink &&
                sb_hd44780_model_is_cursor(&cell.unit->model, (uint8_t)address))
                return true;
        }
    return false;
}
