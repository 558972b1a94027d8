/* SPDX-License-Identifier: MIT */
/* Times with units. */
#include "tests/support.h"

#include <errno.h>

#include "sim/files/units.h"

static void check_time(const char *text, int64_t expected_ns)
{
    int64_t ns = -1;

    if (sb_parse_time_ns(text, &ns) != 0)
        fail_msg("\"%s\" is refused", text);
    assert_int_equal(ns, expected_ns);
}

static void every_unit_is_read_in_any_case(void **state)
{
    (void)state;
    check_time("7ns", 7);
    check_time("500us", 500000);
    check_time("10ms", 10000000);
    check_time("2s", 2000000000);
    check_time("1m", 60000000000);
    check_time("1h", 3600000000000);
    check_time("3 MS", 3000000);
    check_time(" 4  Us ", 4000);
    check_time("5S", 5000000000);
}

static void decimals_are_exact(void **state)
{
    (void)state;
    check_time("1.5s", 1500000000);
    check_time("0.1s", 100000000);
    check_time(".25ms", 250000);
    check_time("1. us", 1000);
    check_time("1.000000001s", 1000000001);
    check_time("0.3333333333333333333333333333h", 1199999999999);
    check_time("1.9999ns", 1);
}

static void zero_needs_no_unit(void **state)
{
    (void)state;
    check_time("0", 0);
    check_time("0.0", 0);
    check_time("0s", 0);
}

static void everything_else_is_refused(void **state)
{
    static const char *const texts[] = {"",     " ",     "1",     "500", "s",     "1x",   "1min",
                                        "1s2",  "1s 2s", "-1s",   "+1s", "1e3s",  "1..s", ".s",
                                        "0x1s", "1,5s",  "1 m s", "nan", "1\nms", "0 0"};
    int64_t ns;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (sb_parse_time_ns(texts[i], &ns) != -EINVAL)
            fail_msg("\"%s\" is not refused", texts[i]);
    }
}

static void the_range_ends_at_64_bits(void **state)
{
    int64_t ns;

    (void)state;
    check_time("9223372036854775806ns", INT64_MAX - 1);
    assert_int_equal(sb_parse_time_ns("9223372036854775807ns", &ns), -ERANGE);
    assert_int_equal(sb_parse_time_ns("9223372036854775808ns", &ns), -ERANGE);
    assert_int_equal(sb_parse_time_ns("99999999999999999999999s", &ns), -ERANGE);
    assert_int_equal(sb_parse_time_ns("2562048h", &ns), -ERANGE);
    check_time("2562046h", INT64_C(9223365600000000000));
}

static void check_text_of(int64_t ns, const char *expected)
{
    char text[SB_TIME_TEXT_SIZE];

    sb_format_time(ns, text);
    assert_string_equal(text, expected);
}

static void times_are_written_in_the_largest_unit_that_is_short(void **state)
{
    (void)state;
    check_text_of(0, "0 ns");
    check_text_of(999, "999 ns");
    check_text_of(1500, "1.5 us");
    check_text_of(1234567, "1234.567 us");
    check_text_of(14900000, "14.9 ms");
    check_text_of(1001000000, "1.001 s");
    check_text_of(1000100000, "1000.1 ms");
    check_text_of(INT64_C(90000000000), "90 s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_unit_is_read_in_any_case),
        cmocka_unit_test(decimals_are_exact),
        cmocka_unit_test(zero_needs_no_unit),
        cmocka_unit_test(everything_else_is_refused),
        cmocka_unit_test(the_range_ends_at_64_bits),
        cmocka_unit_test(times_are_written_in_the_largest_unit_that_is_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
