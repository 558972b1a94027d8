/* SPDX-License-Identifier: MIT */
/*
 * Printing of a decoded display. Text is what the RAM holds where the glass would show it, by the
 * ROM's characters; whether the display is on is told apart.
 */
#include "tools/decode/lcd_print.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/parts/part_hd44780.h"
#include "sim/files/units.h"

#define LINE_1       0x00
#define LINE_2       0x40
#define LINE_COLUMNS 40
#define CUSTOM_COUNT 8

/* The code in a cell of the glass; a blank where the controller drives nothing. */
static uint8_t code_at(const struct sb_part *lcd, unsigned row, unsigned column)
{
    int address = sb_part_hd44780_address(lcd, row, column);

    return address < 0 ? ' '
                       : sb_hd44780_model_code(sb_part_hd44780_model(lcd, row), (uint8_t)address);
}

static void print_utf8(uint32_t code_point)
{
    char utf8[3];
    size_t size = sb_hd44780_put_utf8(code_point, utf8);

    fwrite(utf8, 1, size, stdout);
}

static void print_json_code(const struct sb_part *lcd, uint8_t code)
{
    uint32_t code_point = sb_hd44780_code_point(sb_part_hd44780_rom(lcd), code);

    if (code_point < ' ')
        printf("\\u%04x", (unsigned)code_point);
    else if (code_point == '"' || code_point == '\\')
        printf("\\%c", (int)code_point);
    else
        print_utf8(code_point);
}

static void print_json_lines(const struct sb_part *lcd)
{
    fputs("\"lines\":[", stdout);
    for (unsigned row = 0; row < sb_part_hd44780_rows(lcd); row++) {
        fputs(row ? ",\"" : "\"", stdout);
        for (unsigned column = 0; column < sb_part_hd44780_columns(lcd); column++)
            print_json_code(lcd, code_at(lcd, row, column));
        putchar('"');
    }
    putchar(']');
}

static void print_json_ram_line(const struct sb_part *lcd, unsigned address, unsigned count)
{
    const struct sb_hd44780_model *model = sb_part_hd44780_model(lcd, 0);

    printf("\"%02x\":\"", address);
    for (unsigned i = 0; i < count; i++)
        print_json_code(lcd, sb_hd44780_model_code(model, (uint8_t)(address + i)));
    putchar('"');
}

/* A controller of one line has all its cells in a row, and none at 40 that were a line of their own. */
static void print_json_ddram(const struct sb_part *lcd)
{
    bool has_two_lines = sb_part_hd44780_model(lcd, 0)->has_two_lines;

    fputs("\"ddram\":{", stdout);
    print_json_ram_line(lcd, LINE_1, has_two_lines ? LINE_COLUMNS : SB_HD44780_DDRAM_SIZE);
    putchar(',');
    print_json_ram_line(lcd, LINE_2, has_two_lines ? LINE_COLUMNS : 0);
    putchar('}');
}

static void print_json_cgram(const struct sb_hd44780_model *model)
{
    fputs("\"cgram\":[", stdout);
    for (unsigned i = 0; i < SB_HD44780_CGRAM_SIZE; i++) {
        if (i % SB_HD44780_GLYPH_ROWS == 0)
            fputs(i ? "\",\"" : "\"", stdout);
        printf("%02x", model->cgram[i]);
    }
    fputs("\"]", stdout);
}

static const char *json_bool(bool value)
{
    return value ? "true" : "false";
}

void lcd_print_json(const struct sb_part *lcd, const struct lcd_report *report)
{
    const struct sb_hd44780_model *model = sb_part_hd44780_model(lcd, 0);

    fputs("{\"event\":\"screen\",", stdout);
    print_json_lines(lcd);
    putchar(',');
    print_json_ddram(lcd);
    printf(",\"ac\":%u,\"display\":%s,\"cursor\":%s,\"blink\":%s,\"shift\":%u,", model->address,
           json_bool(model->is_on), json_bool(model->has_cursor), json_bool(model->has_blink),
           model->shift);
    print_json_cgram(model);
    printf(",\"strobes\":%" PRIu64 ",\"violations\":%" PRIu64 "}\n", report->strobe_count,
           report->violation_count);
}

static void print_border(unsigned columns)
{
    putchar('+');
    for (unsigned i = 0; i < columns; i++)
        putchar('-');
    puts("+");
}

/* Custom characters are shown by their number in a circle. Returns their set, by bit. */
static unsigned print_box(const struct sb_part *lcd)
{
    unsigned columns = sb_part_hd44780_columns(lcd);
    unsigned custom = 0;

    print_border(columns);
    for (unsigned row = 0; row < sb_part_hd44780_rows(lcd); row++) {
        putchar('|');
        for (unsigned column = 0; column < columns; column++) {
            uint8_t code = code_at(lcd, row, column);
            uint32_t code_point = sb_hd44780_code_point(sb_part_hd44780_rom(lcd), code);

            if (code_point < CUSTOM_COUNT) {
                custom |= 1U << code_point;
                code_point = code_point ? 0x245f + code_point : 0x24ea;
            }
            print_utf8(code_point);
        }
        puts("|");
    }
    print_border(columns);
    return custom;
}

/* Side by side. */
static void print_custom(const struct sb_hd44780_model *model, unsigned custom)
{
    for (unsigned i = 0; i < CUSTOM_COUNT; i++)
        if (custom >> i & 1)
            printf("<%u>    ", i);
    putchar('\n');
    for (unsigned row = 0; row < SB_HD44780_GLYPH_ROWS; row++) {
        for (unsigned i = 0; i < CUSTOM_COUNT; i++) {
            if (!(custom >> i & 1))
                continue;
            for (unsigned bit = 5; bit-- > 0;)
                putchar(model->cgram[i * SB_HD44780_GLYPH_ROWS + row] >> bit & 1 ? '#' : '.');
            fputs("  ", stdout);
        }
        putchar('\n');
    }
}

static const char *on_off(bool value)
{
    return value ? "on" : "off";
}

void lcd_print_screen(const struct sb_part *lcd, const struct lcd_report *report)
{
    const struct sb_hd44780_model *model = sb_part_hd44780_model(lcd, 0);
    bool is_tall = model->has_tall_font && !model->has_two_lines;
    uint64_t shown = report->violation_count;
    unsigned custom = print_box(lcd);

    if (shown > LCD_VIOLATIONS_KEPT)
        shown = LCD_VIOLATIONS_KEPT;
    printf("display %s, cursor %s, blink %s; address counter %02Xh, shift %u; %s%s, %s bits\n",
           on_off(model->is_on), on_off(model->has_cursor), on_off(model->has_blink),
           (unsigned)model->address, (unsigned)model->shift,
           model->has_two_lines ? "two lines" : "one line", is_tall ? " of 5x10 dots" : "",
           model->is_8bit ? "8" : "4");
    if (is_tall) /* a character has the rows of two */
        custom |= (custom & 0x55) << 1 | (custom & 0xaa) >> 1;
    if (custom)
        print_custom(model, custom);
    printf("%" PRIu64 " strobes of E, %" PRIu64 " violations of the datasheet\n",
           report->strobe_count, report->violation_count);
    for (uint64_t i = 0; i < shown; i++) {
        char time[SB_TIME_TEXT_SIZE];

        sb_format_time(report->violations[i].time_ns, time);
        printf("  %s: %s\n", time, report->violations[i].text);
    }
    if (report->violation_count > shown)
        printf("  and %" PRIu64 " more\n", report->violation_count - shown);
}
