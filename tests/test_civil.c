/* SPDX-License-Identifier: MIT */
/* The civil calendar. */
#include "lib/civil.h"

#include "tests/support.h"

static void known_days_are_where_they_belong(void **state)
{
    static const struct {
        int64_t year;
        int month;
        int day;
        int64_t days;
        int weekday;
    } known[] = {
        {1970, 1, 1, 0, 3},       {1969, 12, 31, -1, 2},      {2000, 2, 29, 11016, 1},
        {2000, 3, 1, 11017, 2},   {1900, 2, 28, -25509, 2},   {1900, 3, 1, -25508, 3},
        {2020, 7, 30, 18473, 3},  {1998, 9, 13, 10482, 6},    {2100, 3, 1, 47541, 0},
        {1, 1, 1, -719162, 0},    {0, 3, 1, -719468, 2},      {0, 2, 29, -719469, 1},
        {-400, 3, 1, -865565, 2}, {9999, 12, 31, 2932896, 4}, {1582, 10, 15, -141427, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct sb_civil civil = sb_civil_from_days(known[i].days);

        assert_int_equal(sb_civil_to_days(known[i].year, known[i].month, known[i].day),
                         known[i].days);
        assert_int_equal(civil.year, known[i].year);
        assert_int_equal(civil.month, known[i].month);
        assert_int_equal(civil.day, known[i].day);
        assert_int_equal(sb_civil_weekday(known[i].days), known[i].weekday);
    }
}

/* Counts days one by one over two cycles of 400 years, both sides of year 0. */
static void every_day_of_eight_centuries_follows_the_one_before(void **state)
{
    int64_t days = sb_civil_to_days(-400, 1, 1);
    int weekday = sb_civil_weekday(days);

    (void)state;
    for (int64_t year = -400; year < 400; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= sb_civil_month_days(year, month); day++) {
                struct sb_civil civil = sb_civil_from_days(days);

                assert_true(civil.year == year && civil.month == month && civil.day == day);
                assert_true(sb_civil_to_days(year, month, day) == days);
                assert_true(sb_civil_weekday(days) == weekday);
                days++;
                weekday = (weekday + 1) % 7;
            }
}

static void a_year_is_a_leap_year_by_the_gregorian_rule(void **state)
{
    (void)state;
    assert_true(sb_civil_is_leap_year(2024));
    assert_false(sb_civil_is_leap_year(2023));
    assert_false(sb_civil_is_leap_year(2100));
    assert_true(sb_civil_is_leap_year(2000));
    assert_true(sb_civil_is_leap_year(0));
    assert_true(sb_civil_is_leap_year(-4));
}

static void dates_that_do_not_exist_are_told(void **state)
{
    (void)state;
    assert_true(sb_civil_is_date(2024, 2, 29));
    assert_false(sb_civil_is_date(2023, 2, 29));
    assert_false(sb_civil_is_date(2023, 4, 31));
    assert_false(sb_civil_is_date(2023, 13, 1));
    assert_false(sb_civil_is_date(2023, 0, 1));
    assert_false(sb_civil_is_date(2023, 1, 0));
    assert_false(sb_civil_is_date(2023, 12, 32));
}

static void unix_seconds_go_both_ways(void **state)
{
    static const struct {
        int64_t unix_s;
        struct sb_civil civil;
    } known[] = {
        {0, {1970, 1, 1, 0, 0, 0}},
        {-1, {1969, 12, 31, 23, 59, 59}},
        {1377497707, {2013, 8, 26, 6, 15, 7}},
        {2147483648, {2038, 1, 19, 3, 14, 8}},
        {4102444799, {2099, 12, 31, 23, 59, 59}},
        {-62135596800, {1, 1, 1, 0, 0, 0}},
        {INT64_C(9000000000000000000), {285198648531, 4, 21, 16, 0, 0}},
        {INT64_C(-9000000000000000000), {-285198644592, 9, 12, 8, 0, 0}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct sb_civil civil = sb_civil_from_unix(known[i].unix_s);

        assert_int_equal(civil.year, known[i].civil.year);
        assert_int_equal(civil.month, known[i].civil.month);
        assert_int_equal(civil.day, known[i].civil.day);
        assert_int_equal(civil.hour, known[i].civil.hour);
        assert_int_equal(civil.minute, known[i].civil.minute);
        assert_int_equal(civil.second, known[i].civil.second);
        assert_true(sb_civil_to_unix(&known[i].civil) == known[i].unix_s);
    }
}

static void what_is_too_large_for_its_place_carries(void **state)
{
    struct sb_civil leap_second = {2016, 12, 31, 23, 59, 60};

    (void)state;
    assert_int_equal(sb_civil_to_unix(&leap_second), 1483228800);
    assert_int_equal(sb_civil_to_days(2024, 1, 32), sb_civil_to_days(2024, 2, 1));
    assert_int_equal(sb_civil_to_days(2024, 3, 0), sb_civil_to_days(2024, 2, 29));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days_are_where_they_belong),
        cmocka_unit_test(every_day_of_eight_centuries_follows_the_one_before),
        cmocka_unit_test(a_year_is_a_leap_year_by_the_gregorian_rule),
        cmocka_unit_test(dates_that_do_not_exist_are_told),
        cmocka_unit_test(unix_seconds_go_both_ways),
        cmocka_unit_test(what_is_too_large_for_its_place_carries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
