/* SPDX-License-Identifier: MIT */
/* The character generator ROM: what each code means, and that no picture was drawn twice. */
#include "tests/support.h"

#include <string.h>

#include "sim/parts/hd44780_rom.h"

static void ascii_reads_as_itself_but_for_yen_and_the_arrows(void **state)
{
    (void)state;
    for (uint8_t code = 0x20; code < 0x80; code++) {
        uint32_t expected = code == 0x5c   ? 0xa5
                            : code == 0x7e ? 0x2192
                            : code == 0x7f ? 0x2190
                                           : code;
        assert_int_equal(sb_hd44780_code_point(SB_HD44780_ROM_A00, code), expected);
    }
}

static void other_codes_have_their_characters(void **state)
{
    static const struct {
        uint8_t code;
        uint32_t code_point;
    } rows[] = {
        {0x00, 0},      {0x0b, 3},      {0x10, ' '},  {0x9f, ' '},    {0xa0, ' '},  {0xa1, 0xff61},
        {0xb1, 0xff71}, {0xde, 0xff9e}, {0xdf, 0xb0}, {0xe0, 0x3b1},  {0xe4, 0xb5}, {0xf4, 0x3a9},
        {0xf7, 0x3c0},  {0xfd, 0xf7},   {0xfe, ' '},  {0xff, 0x2588},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(sb_hd44780_code_point(SB_HD44780_ROM_A00, rows[i].code),
                         rows[i].code_point);
}

static void code_points_become_utf8(void **state)
{
    char out[3];

    (void)state;
    assert_int_equal(sb_hd44780_put_utf8('A', out), 1);
    assert_memory_equal(out, "A", 1);
    assert_int_equal(sb_hd44780_put_utf8(0xb0, out), 2);
    assert_memory_equal(out, "\xc2\xb0", 2);
    assert_int_equal(sb_hd44780_put_utf8(0xff71, out), 3);
    assert_memory_equal(out, "\xef\xbd\xb1", 3);
}

/* Codes that share a picture, or have one where they should be blank, are slips in the table. */
static void glyphs_differ_and_only_blank_codes_are_blank(void **state)
{
    static const uint8_t blank[8];

    (void)state;
    for (unsigned code = 0x10; code < 0x100; code++) {
        const uint8_t *glyph = sb_hd44780_glyph(SB_HD44780_ROM_A00, (uint8_t)code);
        bool is_blank = sb_hd44780_code_point(SB_HD44780_ROM_A00, (uint8_t)code) == ' ';

        assert_int_equal(memcmp(glyph, blank, 8) == 0, is_blank);
        for (unsigned other = 0x10; other < code && !is_blank; other++)
            if (!(code == 0xb0 && other == '-'))
                assert_memory_not_equal(glyph, sb_hd44780_glyph(SB_HD44780_ROM_A00, (uint8_t)other),
                                        8);
        for (unsigned i = 0; i < 8; i++)
            assert_int_equal(glyph[i] & ~0x1f, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_reads_as_itself_but_for_yen_and_the_arrows),
        cmocka_unit_test(other_codes_have_their_characters),
        cmocka_unit_test(code_points_become_utf8),
        cmocka_unit_test(glyphs_differ_and_only_blank_codes_are_blank),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
