/* SPDX-License-Identifier: MIT */
/*
 * The HD44780U controller without wires: instructions, address counter, shift, timing, both widths of
 * its bus. Times are of this test: `now_ns` moves only by what a helper says.
 */
#include "tests/support.h"

#include <string.h>

#include "sim/parts/hd44780_model.h"

static struct sb_hd44780_model model;
static int64_t now_ns;

static int set_up(void **state)
{
    (void)state;
    now_ns = 0;
    sb_hd44780_model_reset(&model, now_ns);
    now_ns = 15000000;
    return 0;
}

/* One strobe, then the time that whatever it was needs. */
static enum sb_hd44780_outcome strobe(bool rs, uint8_t bus)
{
    enum sb_hd44780_outcome outcome = sb_hd44780_model_strobe(&model, now_ns, rs, false, bus);

    now_ns += sb_hd44780_model_missing_ns(&model, now_ns);
    return outcome;
}

static void nibbles(bool rs, const char *hex)
{
    for (; *hex != '\0'; hex++)
        if (*hex != ' ')
            strobe(rs, (uint8_t)((*hex >= 'A' ? *hex - 'A' + 10 : *hex - '0') << 4));
}

static void send(bool rs, uint8_t byte)
{
    strobe(rs, byte);
    if (!model.is_8bit || model.has_half)
        strobe(rs, (uint8_t)(byte << 4));
}

static void command(uint8_t byte)
{
    send(false, byte);
}

static void text(const char *bytes)
{
    for (; *bytes != '\0'; bytes++)
        send(true, (uint8_t)*bytes);
}

static uint8_t read_byte(bool rs)
{
    uint8_t byte = sb_hd44780_model_read(&model, now_ns, rs);

    sb_hd44780_model_strobe(&model, now_ns, rs, true, 0);
    if (!model.is_8bit) {
        byte |= sb_hd44780_model_read(&model, now_ns, rs) >> 4;
        sb_hd44780_model_strobe(&model, now_ns, rs, true, 0);
    }
    return byte;
}

/* The codes shown on a line of the glass, `columns` wide. */
static const char *shown(unsigned line, unsigned columns)
{
    static char out[81];

    for (unsigned i = 0; i < columns; i++) {
        int address = sb_hd44780_model_shown_address(&model, line, i);
        out[i] = address < 0 ? '-' : (char)sb_hd44780_model_code(&model, (uint8_t)address);
    }
    out[columns] = '\0';
    return out;
}

static void reset_leaves_8_bits_one_line_and_a_cleared_dark_display(void **state)
{
    (void)state;
    assert_true(model.is_8bit);
    assert_false(model.has_two_lines);
    assert_false(model.has_tall_font);
    assert_false(model.is_on);
    assert_false(model.has_cursor);
    assert_false(model.has_blink);
    assert_true(model.is_incrementing);
    assert_false(model.is_shifting);
    assert_int_equal(model.address, 0);
    assert_string_equal(shown(0, 8), "        ");
    assert_string_equal(shown(1, 8), "--------");
}

static void reset_is_busy_for_10_ms_and_what_is_written_meanwhile_is_lost(void **state)
{
    (void)state;
    sb_hd44780_model_reset(&model, 0);
    assert_int_equal(sb_hd44780_model_strobe(&model, 9999999, false, false, 0x0c), SB_HD44780_LOST);
    assert_false(model.is_on);
    assert_int_equal(sb_hd44780_model_strobe(&model, 10000000, false, false, 0x0c),
                     SB_HD44780_DONE);
    assert_true(model.is_on);
}

static void every_command_has_its_execution_time(void **state)
{
    static const struct {
        uint8_t byte;
        int64_t ns;
        const char *name;
    } rows[] = {
        {0x01, 1520000, "clear display"},        {0x02, 1520000, "return home"},
        {0x03, 1520000, "return home"},          {0x06, 37000, "entry mode set"},
        {0x0c, 37000, "display on/off control"}, {0x14, 37000, "cursor or display shift"},
        {0x38, 37000, "function set"},           {0x40, 37000, "set CGRAM address"},
        {0x80, 37000, "set DDRAM address"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sb_hd44780_model_strobe(&model, now_ns, false, false, rows[i].byte);
        assert_string_equal(sb_hd44780_command_name(model.command), rows[i].name);
        assert_true(sb_hd44780_model_is_busy(&model, now_ns + rows[i].ns - 1));
        assert_false(sb_hd44780_model_is_busy(&model, now_ns + rows[i].ns));
        assert_int_equal(sb_hd44780_model_missing_ns(&model, now_ns), rows[i].ns);
        now_ns += rows[i].ns;
    }
}

static void data_is_busy_for_37_us_and_counts_the_address_4_us_later(void **state)
{
    (void)state;
    command(0x80 | 5);
    sb_hd44780_model_strobe(&model, now_ns, true, false, 'A');
    assert_int_equal(sb_hd44780_model_missing_ns(&model, now_ns), 41000);
    now_ns += 36999;
    assert_int_equal(read_byte(false), 0x80 | 5);
    now_ns += 1;
    assert_int_equal(sb_hd44780_model_missing_ns(&model, now_ns), 4000);
    assert_int_equal(read_byte(false), 5);
    now_ns += 3999;
    assert_int_equal(read_byte(false), 5);
    now_ns += 1;
    assert_int_equal(read_byte(false), 6);
}

static void who_reads_a_clear_busy_flag_need_not_wait_for_the_address(void **state)
{
    (void)state;
    sb_hd44780_model_strobe(&model, now_ns, true, false, 'A');
    now_ns += 37000;
    assert_int_equal(sb_hd44780_model_missing_ns(&model, now_ns), 4000);
    read_byte(false);
    assert_int_equal(sb_hd44780_model_missing_ns(&model, now_ns), 0);
}

static void clear_blanks_all_homes_and_increments_but_leaves_s(void **state)
{
    (void)state;
    command(0x38);
    command(0x05); /* decrement, shift */
    command(0x80 | 0x45);
    text("ab");
    assert_int_not_equal(model.shift, 0);
    command(0x01);
    assert_int_equal(model.address, 0);
    assert_int_equal(model.shift, 0);
    assert_true(model.is_incrementing);
    assert_true(model.is_shifting);
    assert_string_equal(shown(0, 40), "                                        ");
    assert_string_equal(shown(1, 40), "                                        ");
}

static void home_undoes_the_shift_and_keeps_text_and_mode(void **state)
{
    (void)state;
    command(0x38);
    command(0x04); /* decrement */
    command(0x80 | 2);
    text("cba");
    command(0x18);
    assert_string_equal(shown(0, 3), "bc ");
    command(0x02);
    assert_string_equal(shown(0, 3), "abc");
    assert_int_equal(model.address, 0);
    assert_false(model.is_incrementing);
}

static void two_lines_wrap_27_to_40_and_67_to_00(void **state)
{
    (void)state;
    command(0x38);
    command(0x80 | 0x27);
    text("x");
    assert_int_equal(model.address, 0x40);
    command(0x80 | 0x67);
    text("y");
    assert_int_equal(model.address, 0x00);
    command(0x04);
    text("z");
    assert_int_equal(model.address, 0x67);
    command(0x80 | 0x40);
    text("w");
    assert_int_equal(model.address, 0x27);
    assert_int_equal(sb_hd44780_model_code(&model, 0x27), 'x');
    assert_int_equal(sb_hd44780_model_code(&model, 0x67), 'y');
    assert_int_equal(sb_hd44780_model_code(&model, 0x00), 'z');
    assert_int_equal(sb_hd44780_model_code(&model, 0x40), 'w');
}

static void one_line_wraps_4f_to_00(void **state)
{
    (void)state;
    command(0x80 | 0x27);
    text("x");
    assert_int_equal(model.address, 0x28);
    command(0x80 | 0x4f);
    text("y");
    assert_int_equal(model.address, 0x00);
    command(0x04);
    text("z");
    assert_int_equal(model.address, 0x4f);
    assert_int_equal(sb_hd44780_model_code(&model, 0x4f), 'y');
}

static void an_address_outside_of_two_lines_counts_on_and_holds_nothing(void **state)
{
    (void)state;
    command(0x38);
    command(0xa8);
    assert_int_equal(model.address, 0x28);
    assert_false(sb_hd44780_model_has_cell(&model, 0x28));
    text("lost");
    assert_int_equal(model.address, 0x2c);
    assert_string_equal(shown(0, 40), "                                        ");
    assert_string_equal(shown(1, 40), "                                        ");
    command(0x80 | 0x3f);
    text("-h");
    assert_string_equal(shown(1, 2), "h ");
    command(0x80 | 0x7f);
    text("-H");
    assert_string_equal(shown(0, 2), "H ");
}

static void cgram_address_wraps_within_64(void **state)
{
    (void)state;
    command(0x40 | 0x3f);
    send(true, 0x1f);
    assert_int_equal(model.address, 0);
    assert_true(model.is_cgram_selected);
    send(true, 0x04);
    assert_int_equal(model.cgram[63], 0x1f);
    assert_int_equal(model.cgram[0], 0x04);
    command(0x04);
    command(0x40);
    send(true, 0x11);
    assert_int_equal(model.address, 0x3f);
}

static void custom_characters_show_under_both_of_their_codes(void **state)
{
    static const uint8_t bell[8] = {0x04, 0x0e, 0x0e, 0x0e, 0x1f, 0x00, 0x04, 0x00};
    uint8_t dots[8];

    (void)state;
    command(0x38);
    command(0x0c);
    command(0x40 | 3 * 8);
    for (int i = 0; i < 8; i++)
        send(true, bell[i]);
    command(0x80);
    text("\x03\x0b");
    for (uint8_t i = 0; i < 2; i++) {
        sb_hd44780_model_dots(&model, SB_HD44780_ROM_A00, i, 0, dots);
        assert_memory_equal(dots, bell, 8);
    }
}

static void the_tall_font_has_four_custom_characters(void **state)
{
    (void)state;
    command(0x34);
    assert_ptr_equal(sb_hd44780_model_glyph(&model, SB_HD44780_ROM_A00, 3), &model.cgram[16]);
    command(0x3c); /* two lines: F does not count */
    assert_ptr_equal(sb_hd44780_model_glyph(&model, SB_HD44780_ROM_A00, 3), &model.cgram[24]);
}

static void display_shift_moves_each_line_in_itself(void **state)
{
    (void)state;
    command(0x38);
    text("abc");
    command(0x80 | 0x40);
    text("xyz");
    command(0x18); /* left */
    assert_string_equal(shown(0, 4), "bc  ");
    assert_string_equal(shown(1, 4), "yz  ");
    assert_string_equal(shown(0, 40) + 38, " a");
    assert_string_equal(shown(1, 40) + 38, " x");
    assert_int_equal(model.address, 0x43);
    command(0x1c);
    command(0x1c); /* right */
    assert_string_equal(shown(0, 4), " abc");
    assert_string_equal(shown(1, 4), " xyz");
}

static void one_line_shifts_around_80(void **state)
{
    (void)state;
    text("a");
    command(0x1c);
    assert_string_equal(shown(0, 2), " a");
    command(0x18);
    command(0x18);
    assert_int_equal(sb_hd44780_model_shown_address(&model, 0, 79), 0);
    command(0x1c);
    command(0x1c);
    assert_int_equal(model.shift, 79);
    command(0x38); /* the same shift of shorter lines */
    assert_int_equal(model.shift, 39);
}

static void cursor_shift_moves_the_address_with_wraps(void **state)
{
    (void)state;
    command(0x38);
    command(0x80 | 0x27);
    command(0x14);
    assert_int_equal(model.address, 0x40);
    command(0x10);
    assert_int_equal(model.address, 0x27);
    assert_int_equal(model.shift, 0);
}

static void entry_mode_s_shifts_with_ddram_writes_only(void **state)
{
    (void)state;
    command(0x38);
    command(0x07);
    text("ab");
    assert_int_equal(model.shift, 2); /* to the left: the cursor stands still */
    command(0x05);
    text("c");
    assert_int_equal(model.shift, 1);
    command(0x40);
    send(true, 0x1f);
    assert_int_equal(model.shift, 1);
    command(0x80);
    read_byte(true);
    assert_int_equal(model.shift, 1);
}

static void cursor_is_the_bottom_row_and_blink_the_whole_cell(void **state)
{
    static const uint8_t with_cursor[8] = {0x0e, 0x11, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x1f};
    static const uint8_t dark[8] = {0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f, 0x1f};
    const uint8_t *plain = sb_hd44780_glyph(SB_HD44780_ROM_A00, 'A');
    uint8_t dots[8];

    (void)state;
    text("A");
    command(0x80);
    command(0x0e);
    sb_hd44780_model_dots(&model, SB_HD44780_ROM_A00, 0, 0, dots);
    assert_memory_equal(dots, with_cursor, 8);
    command(0x0d);
    sb_hd44780_model_dots(&model, SB_HD44780_ROM_A00, 0, 379259258, dots);
    assert_memory_equal(dots, plain, 8);
    sb_hd44780_model_dots(&model, SB_HD44780_ROM_A00, 0, 379259259, dots);
    assert_memory_equal(dots, dark, 8);
    sb_hd44780_model_dots(&model, SB_HD44780_ROM_A00, 0, INT64_C(2) * 379259259, dots);
    assert_memory_equal(dots, plain, 8);
    command(0x0b); /* off: neither text nor cursor */
    sb_hd44780_model_dots(&model, SB_HD44780_ROM_A00, 0, 379259259, dots);
    assert_memory_equal(dots, "\0\0\0\0\0\0\0", 8);
}

static void busy_flag_and_address_read_in_8_bits(void **state)
{
    (void)state;
    command(0x38);
    command(0x80 | 0x4a);
    assert_int_equal(read_byte(false), 0x4a);
    sb_hd44780_model_strobe(&model, now_ns, false, false, 0x01);
    assert_int_equal(read_byte(false), 0x80);
    now_ns += 1519999;
    assert_int_equal(read_byte(false), 0x80);
    now_ns += 1;
    assert_int_equal(read_byte(false), 0x00);
}

static void busy_flag_and_address_read_in_4_bits_upper_half_first(void **state)
{
    (void)state;
    nibbles(false, "2 28 CA");
    assert_int_equal(model.address, 0x4a);
    assert_int_equal(sb_hd44780_model_read(&model, now_ns, false), 0x40);
    assert_int_equal(sb_hd44780_model_strobe(&model, now_ns, false, true, 0), SB_HD44780_HALF);
    assert_int_equal(sb_hd44780_model_read(&model, now_ns, false), 0xa0);
    assert_int_equal(sb_hd44780_model_strobe(&model, now_ns, false, true, 0), SB_HD44780_DONE);
    assert_false(model.has_half);
    sb_hd44780_model_strobe(&model, now_ns, false, false, 0x00);
    sb_hd44780_model_strobe(&model, now_ns, false, false, 0x20); /* home */
    assert_int_equal(read_byte(false), 0x80);
}

static void data_reads_back_and_counts_in_both_widths(void **state)
{
    (void)state;
    command(0x38);
    text("ab");
    command(0x80);
    assert_int_equal(read_byte(true), 'a');
    now_ns += 41000;
    assert_int_equal(read_byte(true), 'b');
    now_ns += 41000;
    assert_int_equal(model.address, 2);
    nibbles(false, "2");
    command(0x28);
    command(0x80);
    assert_int_equal(read_byte(true), 'a');
    now_ns += 41000;
    assert_int_equal(read_byte(true), 'b');
    now_ns += 41000;
    command(0x40);
    assert_int_equal(read_byte(true), 0x15);
    now_ns += 41000;
    assert_int_equal(read_byte(true), 0x0a);
}

static void a_read_without_an_address_before_it_gives_what_was_fetched_last(void **state)
{
    (void)state;
    text("ab");
    command(0x80);
    text("x");
    assert_int_equal(read_byte(true), 'a'); /* fetched when the address was set */
    now_ns += 41000;
    command(0x10); /* a cursor shift fetches too */
    command(0x10);
    assert_int_equal(read_byte(true), 'x');
}

static void a_byte_written_while_busy_is_lost_and_keeps_the_halves_in_step(void **state)
{
    (void)state;
    nibbles(false, "2 28");
    sb_hd44780_model_strobe(&model, now_ns, true, false, 0x40);
    sb_hd44780_model_strobe(&model, now_ns, true, false, 0x10); /* A */
    now_ns += 20000;
    assert_int_equal(sb_hd44780_model_strobe(&model, now_ns, true, false, 0x40), SB_HD44780_HALF);
    now_ns += 20000; /* not busy any more, but the first half came too early */
    assert_int_equal(sb_hd44780_model_strobe(&model, now_ns, true, false, 0x20), SB_HD44780_LOST);
    now_ns += 20000;
    text("C");
    assert_string_equal(shown(0, 3), "AC ");
}

static void check_ready_4_bit(void)
{
    assert_false(model.is_8bit);
    assert_true(model.has_two_lines);
    assert_false(model.has_tall_font);
    assert_false(model.has_half);
    assert_true(model.is_on);
    assert_false(model.has_cursor);
    assert_false(model.has_blink);
    assert_true(model.is_incrementing);
    assert_false(model.is_shifting);
    assert_int_equal(model.shift, 0);
    nibbles(true, "48 69");
    assert_string_equal(shown(0, 4), "Hi  ");
}

static void four_bit_start_works_from_every_interface_state(void **state)
{
    (void)state;
    for (int interface = SB_HD44780_AFTER_RESET; interface <= SB_HD44780_4BIT_HALF; interface++) {
        sb_hd44780_model_start(&model, 0, (enum sb_hd44780_interface)interface);
        now_ns = 15000000;
        nibbles(false, "3 3 3 2 28 08 01 06 0C");
        check_ready_4_bit();
    }
}

static void four_bit_start_works_behind_any_half_of_a_byte(void **state)
{
    (void)state;
    for (uint8_t half = 0; half < 16; half++) {
        sb_hd44780_model_start(&model, 0, SB_HD44780_4BIT_HALF);
        model.half = half;
        now_ns = 15000000;
        nibbles(false, "3 3 3 2 28 08 01 06 0C");
        check_ready_4_bit();
    }
}

static void eight_bit_start_works_from_every_interface_state(void **state)
{
    (void)state;
    for (int interface = SB_HD44780_AFTER_RESET; interface <= SB_HD44780_4BIT_HALF; interface++) {
        static const uint8_t bytes[] = {0x38, 0x38, 0x38, 0x38, 0x08, 0x01, 0x06, 0x0c};

        sb_hd44780_model_start(&model, 0, (enum sb_hd44780_interface)interface);
        now_ns = 15000000;
        for (size_t i = 0; i < sizeof bytes; i++)
            strobe(false, bytes[i]);
        assert_true(model.is_8bit);
        assert_true(model.has_two_lines);
        assert_true(model.is_on);
        text("Hi");
        assert_string_equal(shown(0, 4), "Hi  ");
    }
}

static void without_a_start_a_controller_in_4_bits_is_out_of_step(void **state)
{
    (void)state;
    sb_hd44780_model_start(&model, 0, SB_HD44780_4BIT_HALF);
    now_ns = 15000000;
    nibbles(false, "28 01 06 0C");
    nibbles(true, "48 69");
    assert_string_not_equal(shown(0, 2), "Hi");
}

/* The sequence of a minimal driver: no display off, cleared last. */
static void the_short_start_and_a_line_each_decode(void **state)
{
    (void)state;
    nibbles(false, "3 3 3 2 28 0C 06 01 80");
    nibbles(true, "48 69");
    nibbles(false, "C0");
    nibbles(true, "4C 43 44");
    assert_string_equal(shown(0, 4), "Hi  ");
    assert_string_equal(shown(1, 4), "LCD ");
    check_ready_4_bit();
}

static void a_second_start_in_the_middle_keeps_the_text_until_it_clears(void **state)
{
    (void)state;
    nibbles(false, "3 3 3 2 28 08 01 0C 06 80");
    nibbles(true, "48 65 6C 6C 6F");
    nibbles(false, "3 3 3 2 28");
    assert_string_equal(shown(0, 6), "Hello ");
    nibbles(false, "01 0C 06 A8");
    assert_int_equal(model.address, 0x28);
    assert_string_equal(shown(0, 6), "      ");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reset_leaves_8_bits_one_line_and_a_cleared_dark_display),
        TEST(reset_is_busy_for_10_ms_and_what_is_written_meanwhile_is_lost),
        TEST(every_command_has_its_execution_time),
        TEST(data_is_busy_for_37_us_and_counts_the_address_4_us_later),
        TEST(who_reads_a_clear_busy_flag_need_not_wait_for_the_address),
        TEST(clear_blanks_all_homes_and_increments_but_leaves_s),
        TEST(home_undoes_the_shift_and_keeps_text_and_mode),
        TEST(two_lines_wrap_27_to_40_and_67_to_00),
        TEST(one_line_wraps_4f_to_00),
        TEST(an_address_outside_of_two_lines_counts_on_and_holds_nothing),
        TEST(cgram_address_wraps_within_64),
        TEST(custom_characters_show_under_both_of_their_codes),
        TEST(the_tall_font_has_four_custom_characters),
        TEST(display_shift_moves_each_line_in_itself),
        TEST(one_line_shifts_around_80),
        TEST(cursor_shift_moves_the_address_with_wraps),
        TEST(entry_mode_s_shifts_with_ddram_writes_only),
        TEST(cursor_is_the_bottom_row_and_blink_the_whole_cell),
        TEST(busy_flag_and_address_read_in_8_bits),
        TEST(busy_flag_and_address_read_in_4_bits_upper_half_first),
        TEST(data_reads_back_and_counts_in_both_widths),
        TEST(a_read_without_an_address_before_it_gives_what_was_fetched_last),
        TEST(a_byte_written_while_busy_is_lost_and_keeps_the_halves_in_step),
        TEST(four_bit_start_works_from_every_interface_state),
        TEST(four_bit_start_works_behind_any_half_of_a_byte),
        TEST(eight_bit_start_works_from_every_interface_state),
        TEST(without_a_start_a_controller_in_4_bits_is_out_of_step),
        TEST(the_short_start_and_a_line_each_decode),
        TEST(a_second_start_in_the_middle_keeps_the_text_until_it_clears),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
