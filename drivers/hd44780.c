/* SPDX-License-Identifier: MIT */
/*
 * The LCD as programs see it: the shadow of the display, which they set at any time. What brings it to
 * the controllers is hd44780_flush.c.
 */
#include "drivers/hd44780.h"

#include <errno.h>
#include <string.h>

#define BLANK 0x20

static unsigned row_width_max(const struct sb_hd44780_config *config, unsigned controller_count)
{
    if (config->is_split)
        return config->columns;
    if (config->rows == 1)
        return 80;
    return config->rows == 4 && controller_count == 1 ? config->columns : 40;
}

static bool is_geometry_possible(const struct sb_hd44780_config *config, unsigned controller_count)
{
    unsigned columns_max = config->rows == 4 && controller_count == 1 ? 20 : 40;

    if (config->rows != 1 && config->rows != 2 && config->rows != 4)
        return false;
    if (controller_count > 1 && config->rows != 4)
        return false;
    if (config->is_split && (config->rows != 1 || config->columns % 2 != 0))
        return false;
    if (config->is_font_tall && (config->rows != 1 || config->is_split))
        return false;
    if (config->columns < 1 || config->columns > columns_max)
        return false;
    return config->row_width == 0 || (config->row_width >= config->columns &&
                                      config->row_width <= row_width_max(config, controller_count));
}

int sb_hd44780_init(struct sb_hd44780 *lcd, const struct sb_hd44780_config *config)
{
    int rc = 0;

    *lcd = (struct sb_hd44780){.config = config, .bus = config->bus};
    if (lcd->bus == NULL) {
        lcd->bus = &lcd->pin_bus.bus;
        rc = sb_hd44780_pin_bus_init(&lcd->pin_bus, &config->pins);
    }
    if (rc < 0)
        return rc;
    if (!is_geometry_possible(config, lcd->bus->controller_count))
        return -EINVAL;
    lcd->row_width = config->row_width != 0 ? config->row_width : config->columns;
    lcd->line_size = config->rows == 1 && !config->is_split ? 80 : 40;
    lcd->wanted.is_on = true;
    lcd->wanted.is_lit = true;
    memset(lcd->wanted.cells, BLANK, sizeof(lcd->wanted.cells));
    sb_event_init(&lcd->changed);
    sb_waitq_init(&lcd->flushers);
    return 0;
}

static bool has_cell(const struct sb_hd44780 *lcd, unsigned row, unsigned column)
{
    return row < lcd->config->rows && column < lcd->row_width;
}

static void set_cell(struct sb_hd44780 *lcd, unsigned row, unsigned column, uint8_t code)
{
    uint8_t *cell = &lcd->wanted.cells[row * lcd->row_width + column];

    if (*cell == code)
        return;
    *cell = code;
    sb_event_set(&lcd->changed);
}

int sb_hd44780_put(struct sb_hd44780 *lcd, unsigned row, unsigned column, uint8_t code)
{
    if (!has_cell(lcd, row, column))
        return -EINVAL;
    set_cell(lcd, row, column, code);
    return 0;
}

static uint8_t code_or_question_mark(struct sb_hd44780 *lcd, uint32_t code_point)
{
    int code = sb_hd44780_code(code_point);

    if (code < 0) {
        lcd->unknown_count++;
        return '?';
    }
    return (uint8_t)code;
}

int sb_hd44780_print(struct sb_hd44780 *lcd, unsigned row, unsigned column, const char *text)
{
    uint32_t code_point;
    int count = 0;

    if (!has_cell(lcd, row, column))
        return -EINVAL;
    while (row < lcd->config->rows && (code_point = sb_hd44780_next_code_point(&text)) != 0) {
        if (code_point == '\n') {
            row++;
            column = 0;
        } else if (column < lcd->row_width) {
            set_cell(lcd, row, column++, code_or_question_mark(lcd, code_point));
            count++;
        }
    }
    return count;
}

int sb_hd44780_print_row(struct sb_hd44780 *lcd, unsigned row, const char *text)
{
    uint32_t code_point;
    unsigned column = 0;
    int count;

    if (!has_cell(lcd, row, 0))
        return -EINVAL;
    while (column < lcd->row_width && (code_point = sb_hd44780_next_code_point(&text)) != 0 &&
           code_point != '\n')
        set_cell(lcd, row, column++, code_or_question_mark(lcd, code_point));
    count = (int)column;
    while (column < lcd->row_width)
        set_cell(lcd, row, column++, BLANK);
    return count;
}

void sb_hd44780_fill(struct sb_hd44780 *lcd, uint8_t code)
{
    memset(lcd->wanted.cells, code, sizeof(lcd->wanted.cells));
    sb_event_set(&lcd->changed);
}

void sb_hd44780_clear(struct sb_hd44780 *lcd)
{
    sb_hd44780_fill(lcd, BLANK);
}

int sb_hd44780_set_cursor(struct sb_hd44780 *lcd, unsigned row, unsigned column, unsigned cursor)
{
    if (!has_cell(lcd, row, column) ||
        cursor > (SB_HD44780_CURSOR_BLINK | SB_HD44780_CURSOR_UNDERLINE))
        return -EINVAL;
    lcd->wanted.cursor_row = row;
    lcd->wanted.cursor_column = column;
    lcd->wanted.cursor = cursor;
    sb_event_set(&lcd->changed);
    return 0;
}

void sb_hd44780_set_display(struct sb_hd44780 *lcd, bool is_on)
{
    lcd->wanted.is_on = is_on;
    sb_event_set(&lcd->changed);
}

int sb_hd44780_set_backlight(struct sb_hd44780 *lcd, bool is_on)
{
    if (!lcd->bus->has_backlight)
        return -ENOTSUP;
    lcd->wanted.is_lit = is_on;
    sb_event_set(&lcd->changed);
    return 0;
}

int sb_hd44780_set_glyph(struct sb_hd44780 *lcd, unsigned number,
                         const uint8_t rows[SB_HD44780_GLYPH_ROWS])
{
    if (number >= SB_HD44780_GLYPHS_MAX)
        return -EINVAL;
    if ((lcd->wanted.defined_glyphs & 1u << number) != 0 &&
        memcmp(lcd->wanted.glyphs[number], rows, SB_HD44780_GLYPH_ROWS) == 0)
        return 0; /* nothing is sent twice */
    memcpy(lcd->wanted.glyphs[number], rows, SB_HD44780_GLYPH_ROWS);
    lcd->wanted.defined_glyphs |= 1u << number;
    for (unsigned chip = 0; chip < lcd->bus->controller_count; chip++)
        lcd->shown.chips[chip].stale_glyphs |= 1u << number;
    sb_event_set(&lcd->changed);
    return 0;
}

int sb_hd44780_set_shift(struct sb_hd44780 *lcd, unsigned column)
{
    if (column >= lcd->line_size)
        return -EINVAL;
    lcd->wanted.shift = column;
    sb_event_set(&lcd->changed);
    return 0;
}
