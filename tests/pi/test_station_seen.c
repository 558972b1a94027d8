/* SPDX-License-Identifier: MIT */
/*
 * What the station did on an emulated Raspberry Pi, judged by the log of its pins: the text on its display, the flashes
 * of its LED. Runs on the host, after tests/pi/run, with that one's folder in PI_OUT.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/parts/hd44780_model.h"
#include "tests/pi/gpio_log.h"

#define MS_NS INT64_C(1000000)

#define COLUMNS 20
#define ROWS    4

/* As examples/station wires it. */
enum { GPIO_RS = 26, GPIO_E = 19, GPIO_LED = 17 };
static const unsigned data_gpios[] = {13, 6, 5, 11}; /* D4 to D7 */

/* A display is looked at when it has rested for so long. */
#define REST_NS (20 * MS_NS)

static struct {
    struct sb_hd44780_model model;
    unsigned strobe_count;
    unsigned lost_count; /* bytes sent while the controller was busy */
    int64_t strobe_ns;
    char text[65536]; /* each glass that there was, a row a line */
    size_t length;
    unsigned flash_count;
    int64_t flash_ns; /* since when the LED is lit */
    int64_t shortest_flash_ns;
} seen;

static bool is_high(uint32_t levels, unsigned gpio)
{
    return (levels >> gpio & 1) != 0;
}

/* Rows 3 and 4 are the right halves of the controller's lines. */
static void look_at_glass(void)
{
    for (unsigned row = 0; row < ROWS; row++) {
        char text[COLUMNS + 2] = "";
        for (unsigned column = 0; column < COLUMNS; column++) {
            int address = sb_hd44780_model_shown_address(&seen.model, row % 2,
                                                         row / 2 * COLUMNS + column);
            uint8_t code = address < 0 ? '?' : sb_hd44780_model_code(&seen.model, (uint8_t)address);
            text[column] = code == 0xdf  ? '*'
                           : code < 0x20 ? '#'
                                         : (char)code; /* degrees; own glyphs */
        }
        text[COLUMNS] = '\n';
        if (seen.length + sizeof(text) < sizeof(seen.text)) {
            memcpy(seen.text + seen.length, text, sizeof(text));
            seen.length += COLUMNS + 1;
        }
    }
}

static void strobe(int64_t time_ns, uint32_t levels)
{
    uint8_t bus = 0;

    for (unsigned i = 0; i < 4; i++)
        bus = (uint8_t)(bus | (is_high(levels, data_gpios[i]) ? 0x10u << i : 0));
    if (seen.strobe_count == 0)
        sb_hd44780_model_start(&seen.model, time_ns - 100 * MS_NS, SB_HD44780_AFTER_RESET);
    else if (time_ns - seen.strobe_ns > REST_NS)
        look_at_glass();
    if (sb_hd44780_model_strobe(&seen.model, time_ns, is_high(levels, GPIO_RS), false, bus) ==
        SB_HD44780_LOST)
        seen.lost_count++;
    seen.strobe_count++;
    seen.strobe_ns = time_ns;
}

static void on_change(int64_t time_ns, uint32_t changed, uint32_t levels, void *arg)
{
    (void)arg;
    if (is_high(changed, GPIO_E) && !is_high(levels, GPIO_E))
        strobe(time_ns, levels);
    if (!is_high(changed, GPIO_LED))
        return;
    if (is_high(levels, GPIO_LED)) {
        seen.flash_count++;
        seen.flash_ns = time_ns;
    } else if (seen.flash_count > 0 && time_ns - seen.flash_ns < seen.shortest_flash_ns) {
        seen.shortest_flash_ns = time_ns - seen.flash_ns;
    }
}

static FILE *open_out(const char *name)
{
    const char *folder = getenv("PI_OUT");
    char path[512];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder == NULL ? "." : folder, name);
    file = fopen(path, "re");
    if (file == NULL)
        fail_msg("%s: %s", path, strerror(errno));
    return file;
}

static int read_log(void **state)
{
    FILE *file = open_out("registers.station");

    (void)state;
    seen.shortest_flash_ns = INT64_MAX;
    (void)gpio_log_read(file, on_change, NULL);
    fclose(file);
    if (seen.strobe_count > 0)
        look_at_glass();
    return 0;
}

static void assert_shown(const char *words)
{
    if (strstr(seen.text, words) == NULL)
        fail_msg("the display never showed \"%s\", but:\n%s", words,
                 seen.length > 1000 ? seen.text + seen.length - 1000 : seen.text);
}

/* ---- tests */

static void the_display_shows_what_the_receiver_says(void **state)
{
    (void)state;
    assert_true(seen.strobe_count > 100);
    assert_true(seen.model.is_on);
    assert_shown("Mon 2013-08-26 ");
    assert_shown("06:15:1");
    assert_shown("45.51");
    assert_shown("122.68");
}

static void the_display_is_given_the_time_that_it_needs(void **state)
{
    (void)state;
    assert_int_equal(seen.lost_count, 0);
}

static void the_led_flashes_at_each_position(void **state)
{
    (void)state;
    assert_in_range(seen.flash_count, 3, 12);
    assert_true(seen.shortest_flash_ns >= 49 * MS_NS);
}

static void the_thermometer_reads_the_sensor_on_the_bus(void **state)
{
    FILE *file = open_out("thermometer.out");
    char line[200];
    bool is_found = false;

    (void)state;
    while (!is_found && fgets(line, sizeof(line), file) != NULL)
        is_found = strstr(line, "21.812 \u00b0C, 48.44") != NULL;
    fclose(file);
    assert_true(is_found);
}

/* The board as text, which the station prints at its end: all of its file. */
static const char *read_live_board(void)
{
    static char text[8192];
    FILE *file = open_out("station.out");

    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void assert_live(const char *words)
{
    if (strstr(read_live_board(), words) == NULL)
        fail_msg("the live board has no \"%s\", but:\n%s", words, read_live_board());
}

static void the_live_board_has_the_text_that_was_seen_on_the_lines(void **state)
{
    char row[COLUMNS + 1] = "";

    (void)state;
    assert_true(seen.length >= ROWS * (COLUMNS + 1));
    for (unsigned i = 0; i < ROWS; i++) {
        memcpy(row, seen.text + seen.length - (ROWS - i) * (COLUMNS + 1), COLUMNS);
        row[strcspn(row, "*#")] = '\0'; /* up to what is no ASCII */
        assert_live(row);
    }
}

static void the_live_board_has_what_the_sensor_measured(void **state)
{
    (void)state;
    assert_live("temperature 21.81");
    assert_live("humidity 48.44");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_display_shows_what_the_receiver_says),
        cmocka_unit_test(the_display_is_given_the_time_that_it_needs),
        cmocka_unit_test(the_led_flashes_at_each_position),
        cmocka_unit_test(the_thermometer_reads_the_sensor_on_the_bus),
        cmocka_unit_test(the_live_board_has_the_text_that_was_seen_on_the_lines),
        cmocka_unit_test(the_live_board_has_what_the_sensor_measured),
    };

    return cmocka_run_group_tests(tests, read_log, NULL);
}
