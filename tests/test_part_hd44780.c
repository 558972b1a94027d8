/* SPDX-License-Identifier: MIT */
/*
 * The character LCD as a part: wires, reading back, what a person sees and reads, geometries and
 * attributes. What it reports of its program is in test_hd44780_examiner.c.
 */
#include "tests/support.h"

#include <errno.h>
#include <string.h>

#include "tests/lcd_rig.h"

#define FOUR_BITS_RW  "RS RW E D4 D5 D6 D7"
#define EIGHT_BITS    "RS E D0 D1 D2 D3 D4 D5 D6 D7"
#define EIGHT_BITS_RW "RS RW E D0 D1 D2 D3 D4 D5 D6 D7"

static const char *const states[] = {
    "interface-state=reset",
    "interface-state=8bit",
    "interface-state=4bit",
    "interface-state=4bit-half",
};

TASK_TEST(text_appears_after_the_start_from_every_interface_state)
{
    static const char *const wires[] = {"RS E D4 D5 D6 D7", FOUR_BITS_RW, EIGHT_BITS,
                                        EIGHT_BITS_RW};

    (void)arg;
    for (size_t i = 0; i < 16; i++) {
        struct lcd_rig rig;

        check_int(lcd_rig_open(&rig, &(struct lcd_rig_config){.wires = wires[i / 4],
                                                              .attrs = states[i % 4]}),
                  0);
        lcd_rig_start(&rig);
        lcd_rig_text(&rig, "Hello");
        lcd_rig_command(&rig, 0xc0);
        lcd_rig_text(&rig, "21\xdf"
                           "C");
        check_text(lcd_rig_line(&rig, 1), "Hello           ");
        check_text(lcd_rig_line(&rig, 2), "21°C            ");
        check_text(lcd_rig_line(&rig, 3), "no such line");
        check_text(lcd_rig_violation(&rig), "");
        lcd_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(internal_reset_makes_a_start_without_function_sets_for_8_bits_good)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    sb_sleep_ms(15);
    lcd_rig_strobe(&rig, false, 0x20);
    sb_delay_us(37);
    lcd_rig_command(&rig, 0x28);
    lcd_rig_command(&rig, 0x0e);
    lcd_rig_command(&rig, 0x06);
    lcd_rig_text(&rig, "HITACHI");
    check_text(lcd_rig_line(&rig, 1), "HITACHI         ");
    check_text(lcd_rig_violation(&rig), "");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(what_is_written_while_busy_does_not_appear)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    lcd_rig_start(&rig);
    lcd_rig_send(&rig, true, 'A');
    lcd_rig_send(&rig, true, 'B');
    sb_delay_us(41);
    lcd_rig_text(&rig, "C");
    check_text(lcd_rig_line(&rig, 1), "AC              ");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(busy_flag_and_address_read_over_four_wires_and_over_eight)
{
    static const char *const wires[] = {FOUR_BITS_RW, EIGHT_BITS_RW};

    (void)arg;
    for (size_t i = 0; i < 2; i++) {
        struct lcd_rig rig;

        lcd_rig_open(&rig, &(struct lcd_rig_config){.wires = wires[i]});
        lcd_rig_start(&rig);
        lcd_rig_send(&rig, false, 0xc5);
        check_int(lcd_rig_read(&rig, false), 0x80 | 0x45);
        sb_delay_us(37);
        check_int(lcd_rig_read(&rig, false), 0x45);
        lcd_rig_text(&rig, "xy");
        lcd_rig_command(&rig, 0xc5);
        check_int(lcd_rig_read(&rig, true), 'x');
        sb_delay_us(41);
        check_int(lcd_rig_read(&rig, true), 'y');
        sb_delay_us(41);
        check_int(lcd_rig_read(&rig, false), 0x47);
        check_text(lcd_rig_violation(&rig), "");
        lcd_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(the_bus_is_driven_160_ns_after_e_rises_until_20_ns_after_it_falls)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){.wires = FOUR_BITS_RW});
    lcd_rig_start(&rig);
    lcd_rig_read(&rig, false);
    lcd_rig_set(&rig, RW, true);
    sb_delay_ns(100);
    lcd_rig_set(&rig, E, true);
    sb_delay_ns(159);
    check_int(lcd_rig_level(&rig, D7), SB_LEVEL_FLOATING);
    sb_delay_ns(1);
    check_int(lcd_rig_level(&rig, D7), SB_LEVEL_LOW);
    sb_delay_ns(100);
    lcd_rig_set(&rig, E, false);
    sb_delay_ns(19);
    check_int(lcd_rig_level(&rig, D7), SB_LEVEL_LOW);
    sb_delay_ns(1);
    check_int(lcd_rig_level(&rig, D7), SB_LEVEL_FLOATING);
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(the_bus_stays_free_when_e_falls_before_160_ns)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){.wires = FOUR_BITS_RW});
    lcd_rig_start(&rig);
    lcd_rig_read(&rig, false);
    lcd_rig_set(&rig, RW, true);
    sb_delay_ns(100);
    lcd_rig_set(&rig, E, true);
    sb_delay_ns(159);
    lcd_rig_set(&rig, E, false);
    sb_delay_us(1);
    check_int(lcd_rig_level(&rig, D7), SB_LEVEL_FLOATING);
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(an_enable_line_that_floats_keeps_its_level)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    lcd_rig_start(&rig);
    lcd_rig_set(&rig, RS, true);
    sb_delay_us(1);
    lcd_rig_set(&rig, E, true);
    sb_delay_us(1);
    lcd_rig_release(&rig, E);
    sb_delay_us(1);
    check_true(!sb_part_hd44780_model(rig.lcd, 0)->has_half);
    lcd_rig_set(&rig, E, false);
    check_true(sb_part_hd44780_model(rig.lcd, 0)->has_half);
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(a_display_that_is_off_reads_blank)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    lcd_rig_start(&rig);
    lcd_rig_text(&rig, "Hello");
    lcd_rig_command(&rig, 0x08);
    check_text(lcd_rig_line(&rig, 1), "                ");
    lcd_rig_command(&rig, 0x0c);
    check_text(lcd_rig_line(&rig, 1), "Hello           ");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(custom_characters_read_as_u_0001_to_u_0008)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    lcd_rig_start(&rig);
    lcd_rig_data(&rig, 0x00);
    lcd_rig_data(&rig, 0x08);
    lcd_rig_data(&rig, 0x01);
    lcd_rig_data(&rig, 0x0f);
    check_text(lcd_rig_line(&rig, 1), "\x08\x08\x01\x07            ");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(a_line_is_cut_between_characters_to_fit)
{
    struct lcd_rig rig;
    char out[5];

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    lcd_rig_start(&rig);
    lcd_rig_text(&rig, "a\xb1\xb2");
    check_int(rig.lcd->type->read_line(rig.lcd, 1, out, sizeof out), 4);
    check_text(out, "aｱ");
    check_int(rig.lcd->type->read_line(rig.lcd, 0, out, sizeof out), -ERANGE);
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(the_look_changes_only_with_what_is_seen)
{
    struct lcd_rig rig;
    uint64_t before;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    lcd_rig_start(&rig);
    before = rig.lcd->look_count;
    lcd_rig_command(&rig, 0x06);
    lcd_rig_command(&rig, 0x80 | 20); /* right of the glass */
    lcd_rig_text(&rig, "hidden");
    lcd_rig_command(&rig, 0x80);
    lcd_rig_text(&rig, " ");
    lcd_rig_command(&rig, 0x40);
    lcd_rig_data(&rig, 0x1f); /* no cell shows character 0 */
    lcd_rig_command(&rig, 0x80);
    check_int(rig.lcd->look_count - before, 0);
    lcd_rig_data(&rig, 0x00);
    check_int(rig.lcd->look_count - before, 1);
    lcd_rig_command(&rig, 0x40);
    lcd_rig_data(&rig, 0x0e);
    check_int(rig.lcd->look_count - before, 2);
    lcd_rig_command(&rig, 0x0e); /* cursor, at the CGRAM's address */
    check_int(rig.lcd->look_count - before, 3);
    lcd_rig_command(&rig, 0x81);
    lcd_rig_command(&rig, 0x82);
    check_int(rig.lcd->look_count - before, 4);
    lcd_rig_command(&rig, 0x0d); /* blink in its place */
    check_int(rig.lcd->look_count - before, 5);
    lcd_rig_command(&rig, 0x18); /* shift */
    check_int(rig.lcd->look_count - before, 6);
    lcd_rig_command(&rig, 0x08);
    check_int(rig.lcd->look_count - before, 7);
    lcd_rig_command(&rig, 0x01); /* in the dark */
    lcd_rig_text(&rig, "x");
    check_int(rig.lcd->look_count - before, 7);
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(a_cell_blinks_without_a_change_of_look)
{
    struct lcd_rig rig;
    uint8_t dots[8];

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    lcd_rig_start(&rig);
    check_true(!sb_part_hd44780_is_blinking(rig.lcd));
    lcd_rig_command(&rig, 0x0d);
    check_true(sb_part_hd44780_is_blinking(rig.lcd));
    sb_part_hd44780_dots(rig.lcd, 0, 0, SB_HD44780_BLINK_NS, dots);
    check_int(dots[0], 0x1f);
    sb_part_hd44780_dots(rig.lcd, 0, 0, 0, dots);
    check_int(dots[0], 0);
    lcd_rig_close(&rig);
    return 0;
}

/* Fills the DDRAM from `address` with four letters and checks where they appear. */
static void check_corner(struct lcd_rig *rig, uint8_t address, unsigned row, unsigned column)
{
    lcd_rig_command(rig, 0x80 | address);
    check_int(sb_part_hd44780_address(rig->lcd, row, column), address);
    lcd_rig_text(rig, "ab");
    check_text(lcd_rig_line(rig, row + 1) + column, "ab");
}

TASK_TEST(rows_are_where_the_datasheet_has_them)
{
    static const struct {
        const char *type, *attrs;
        unsigned columns, rows;
        uint8_t ends[4]; /* of each row: address of the last cell but one */
    } glasses[] = {
        {"softboard-lcd", "columns=8 rows=1", 8, 1, {0x06}},
        {"softboard-lcd", "columns=16 rows=1 split=1", 16, 1, {0x46}},
        {"softboard-lcd", "columns=40 rows=2", 40, 2, {0x26, 0x66}},
        {"softboard-lcd", "columns=16 rows=4", 16, 4, {0x0e, 0x4e, 0x1e, 0x5e}},
        {"wokwi-lcd2004", NULL, 20, 4, {0x12, 0x52, 0x26, 0x66}},
        {"wokwi-lcd1602", NULL, 16, 2, {0x0e, 0x4e}},
    };

    (void)arg;
    for (size_t i = 0; i < sizeof glasses / sizeof *glasses; i++) {
        struct lcd_rig rig;

        lcd_rig_open(&rig,
                     &(struct lcd_rig_config){.type = glasses[i].type, .attrs = glasses[i].attrs});
        check_int(sb_part_hd44780_columns(rig.lcd), glasses[i].columns);
        check_int(sb_part_hd44780_rows(rig.lcd), glasses[i].rows);
        lcd_rig_start(&rig);
        for (unsigned row = 0; row < glasses[i].rows; row++)
            check_corner(&rig, glasses[i].ends[row], row, glasses[i].columns - 2);
        lcd_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(forty_by_four_has_a_controller_for_each_enable_pin)
{
    struct lcd_rig rig;

    (void)arg;
    check_int(lcd_rig_open(&rig, &(struct lcd_rig_config){.type = "softboard-lcd",
                                                          .wires = "RS E E2 D4 D5 D6 D7",
                                                          .attrs = "columns=40 rows=4"}),
              0);
    lcd_rig_start(&rig);
    lcd_rig_text(&rig, "above");
    rig.enable = E2;
    lcd_rig_start(&rig);
    lcd_rig_text(&rig, "below");
    check_int(strncmp(lcd_rig_line(&rig, 1), "above ", 6), 0);
    check_int(strncmp(lcd_rig_line(&rig, 3), "below ", 6), 0);
    check_corner(&rig, 0x66, 3, 38);
    check_text(lcd_rig_violation(&rig), "");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(a_second_row_stays_blank_while_the_controller_drives_one_line)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    lcd_rig_start(&rig);
    lcd_rig_command(&rig, 0xc0);
    lcd_rig_text(&rig, "two");
    lcd_rig_command(&rig, 0x20);
    check_int(sb_part_hd44780_address(rig.lcd, 1, 0), -1);
    check_text(lcd_rig_line(&rig, 2), "                ");
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(the_backlight_follows_a_and_k)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){0});
    check_true(sb_part_hd44780_is_lit(rig.lcd));
    lcd_rig_close(&rig);
    lcd_rig_open(&rig, &(struct lcd_rig_config){.wires = "A K"});
    check_true(sb_part_hd44780_is_lit(rig.lcd));
    lcd_rig_set(&rig, A, false);
    check_true(!sb_part_hd44780_is_lit(rig.lcd));
    lcd_rig_set(&rig, A, true);
    lcd_rig_set(&rig, K, true);
    check_true(!sb_part_hd44780_is_lit(rig.lcd));
    check_int(rig.lcd->look_count, 4);
    lcd_rig_close(&rig);
    return 0;
}

TASK_TEST(attributes_that_cannot_be_are_refused_with_their_place)
{
    static const struct {
        struct lcd_rig_config config;
        const char *message;
    } rows[] = {
        {{.attrs = "pins=i2c"},
         "board.json:3:5: lcd1: pins \"i2c\" is not supported in this version; wire RS, E and D4 "
         "to D7 and leave pins out"},
        {{.attrs = "variant=A02"},
         "board.json:3:5: lcd1: variant \"A02\" is not supported in this version; only \"A00\" is"},
        {{.wires = "RS E SDA"},
         "board.json:3:5: lcd1: SDA and SCL are not there with pins \"full\""},
        {{.type = "softboard-lcd", .attrs = "columns=7"},
         "board.json:3:5: lcd1: columns is a whole number from 8 to 40"},
        {{.type = "softboard-lcd", .attrs = "columns=16.5"},
         "board.json:3:5: lcd1: columns is a whole number from 8 to 40"},
        {{.type = "softboard-lcd", .attrs = "rows=3"}, "board.json:3:5: lcd1: rows is 1, 2 or 4"},
        {{.type = "softboard-lcd", .attrs = "split=1"},
         "board.json:3:5: lcd1: split needs one row with an even number of columns"},
        {{.type = "softboard-lcd", .wires = "RS E E2"},
         "board.json:3:5: lcd1: E2 is connected, but only 4 rows of more than 20 columns have it"},
    };

    (void)arg;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct lcd_rig rig;

        check_int(lcd_rig_open(&rig, &rows[i].config), -EINVAL);
        check_text(rig.diag.last, rows[i].message);
        lcd_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(colours_and_kind_are_there_for_drawing)
{
    struct lcd_rig rig;

    (void)arg;
    lcd_rig_open(&rig, &(struct lcd_rig_config){.attrs = "color=white background=blue"});
    check_true(sb_part_is_hd44780(rig.lcd));
    check_true(!sb_part_is_hd44780(sb_world_part(rig.world, "pi")));
    check_text(sb_part_hd44780_color(rig.lcd), "white");
    check_text(sb_part_hd44780_background(rig.lcd), "blue");
    lcd_rig_close(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_appears_after_the_start_from_every_interface_state),
        cmocka_unit_test(internal_reset_makes_a_start_without_function_sets_for_8_bits_good),
        cmocka_unit_test(what_is_written_while_busy_does_not_appear),
        cmocka_unit_test(busy_flag_and_address_read_over_four_wires_and_over_eight),
        cmocka_unit_test(the_bus_is_driven_160_ns_after_e_rises_until_20_ns_after_it_falls),
        cmocka_unit_test(the_bus_stays_free_when_e_falls_before_160_ns),
        cmocka_unit_test(an_enable_line_that_floats_keeps_its_level),
        cmocka_unit_test(a_display_that_is_off_reads_blank),
        cmocka_unit_test(custom_characters_read_as_u_0001_to_u_0008),
        cmocka_unit_test(a_line_is_cut_between_characters_to_fit),
        cmocka_unit_test(the_look_changes_only_with_what_is_seen),
        cmocka_unit_test(a_cell_blinks_without_a_change_of_look),
        cmocka_unit_test(rows_are_where_the_datasheet_has_them),
        cmocka_unit_test(forty_by_four_has_a_controller_for_each_enable_pin),
        cmocka_unit_test(a_second_row_stays_blank_while_the_controller_drives_one_line),
        cmocka_unit_test(the_backlight_follows_a_and_k),
        cmocka_unit_test(attributes_that_cannot_be_are_refused_with_their_place),
        cmocka_unit_test(colours_and_kind_are_there_for_drawing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
