/* SPDX-License-Identifier: MIT */
/* Text of positions, speeds, dates and times; spec/drivers.md 15.5, 19.1, G11, G14. */
#include "drivers/gps_format.h"

#include <errno.h>
#include <string.h>

#include "lib/civil.h"
#include "tests/support.h"

#define NDEG(degrees, minutes_e4) \
    ((degrees)*INT64_C(1000000000) + ((minutes_e4)*INT64_C(100000) + 30) / 60)
#define NS(hour, minute, second) ((((hour)*60 + (minute)) * 60 + (second)) * INT64_C(1000000000))

static char text[SB_GPS_TEXT_SIZE];

/* A format gives its text and says how long it is. */
#define GIVES(expected, call)                       \
    do {                                            \
        assert_int_equal((call), strlen(expected)); \
        assert_string_equal(text, expected);        \
    } while (0)

static const char *latitude(int64_t ndeg, enum sb_gps_coordinates format)
{
    assert_true(sb_gps_format_latitude(text, sizeof(text), ndeg, format) > 0);
    return text;
}

static const char *longitude(int64_t ndeg, enum sb_gps_coordinates format)
{
    assert_true(sb_gps_format_longitude(text, sizeof(text), ndeg, format) > 0);
    return text;
}

static const char *speed(int32_t mkn, enum sb_gps_speed_unit unit)
{
    assert_true(sb_gps_format_speed(text, sizeof(text), mkn, unit) > 0);
    return text;
}

static const char *date(int64_t days, enum sb_gps_date_order order)
{
    assert_true(sb_gps_format_date(text, sizeof(text), days, order) > 0);
    return text;
}

static const char *time_of_day(int64_t ns, unsigned decimals)
{
    assert_true(sb_gps_format_time(text, sizeof(text), ns, decimals) > 0);
    return text;
}

static void positions_are_as_the_reference_prints_them(void **state)
{
    int64_t lat = NDEG(37, 491802);
    int64_t lon = -NDEG(83, 387865);

    (void)state;
    assert_string_equal(latitude(lat, SB_GPS_DD), "37.819670° N");
    assert_string_equal(longitude(lon, SB_GPS_DD), "83.646442° W");
    assert_string_equal(latitude(lat, SB_GPS_DMS), " 37° 49' 11\" N");
    assert_string_equal(longitude(lon, SB_GPS_DMS), " 83° 38' 47\" W");
    assert_string_equal(latitude(lat, SB_GPS_KML), "37.819670");
    assert_string_equal(longitude(lon, SB_GPS_KML), "-83.646442");
    assert_string_equal(latitude(lat, SB_GPS_DM), " 37° 49.1802' N");
    assert_string_equal(longitude(lon, SB_GPS_DM), " 83° 38.7865' W");
}

static void a_position_comes_back_as_it_was_sent(void **state)
{
    (void)state;
    assert_string_equal(latitude(NDEG(45, 307007), SB_GPS_KML), "45.511678");
    assert_string_equal(latitude(NDEG(45, 307007), SB_GPS_DM), " 45° 30.7007' N");
}

/* G11: 48° 59' 60". */
static void g11_rounding_carries_into_minutes_and_degrees(void **state)
{
    (void)state;
    assert_string_equal(latitude(NDEG(48, 599999), SB_GPS_DMS), " 49°  0'  0\" N");
    assert_string_equal(latitude(NDEG(48, 299999), SB_GPS_DMS), " 48° 30'  0\" N");
    assert_string_equal(latitude(48999999999, SB_GPS_DM), " 49°  0.0000' N");
    assert_string_equal(latitude(48999999999, SB_GPS_DD), "49.000000° N");
    assert_string_equal(longitude(-179999999999, SB_GPS_DMS), "180°  0'  0\" W");
}

static void g11_minutes_have_a_fixed_width(void **state)
{
    (void)state;
    assert_string_equal(latitude(NDEG(5, 51234), SB_GPS_DM), "  5°  5.1234' N");
    assert_string_equal(longitude(NDEG(120, 1), SB_GPS_DM), "120°  0.0001' E");
    assert_string_equal(longitude(NDEG(7, 0), SB_GPS_DD), "7.000000° E");
}

static void zero_has_no_minus_sign(void **state)
{
    (void)state;
    assert_string_equal(latitude(0, SB_GPS_KML), "0.000000");
    assert_string_equal(latitude(-499, SB_GPS_KML), "0.000000");
    assert_string_equal(latitude(-500, SB_GPS_KML), "-0.000001");
    assert_string_equal(latitude(0, SB_GPS_DD), "0.000000° N");
    assert_string_equal(longitude(0, SB_GPS_DMS), "  0°  0'  0\" E");
}

/* G11: the mph factor was 1.151. G14: the unit is always named. */
static void g11_g14_speeds_are_exact_in_each_unit(void **state)
{
    (void)state;
    assert_string_equal(speed(2300, SB_GPS_KMH), "4.26 km/h");
    assert_string_equal(speed(2300, SB_GPS_MPH), "2.65 mph");
    assert_string_equal(speed(2300, SB_GPS_KNOTS), "2.30 knots");
    assert_string_equal(speed(1000000, SB_GPS_MPH), "1150.78 mph");
    assert_string_equal(speed(1000000, SB_GPS_KMH), "1852.00 km/h");
    assert_string_equal(speed(5, SB_GPS_KNOTS), "0.01 knots");
    assert_string_equal(speed(0, SB_GPS_KMH), "0.00 km/h");
    assert_string_equal(speed(INT32_MIN, SB_GPS_KMH), "-3977139.72 km/h");
}

static void the_compass_has_16_points(void **state)
{
    static const struct {
        int32_t course_mdeg;
        const char *point;
    } rows[] = {
        {0, "N"},       {11240, "N"},    {11250, "NNE"},  {31660, "NNE"},  {33750, "NE"},
        {54700, "NE"},  {84400, "E"},    {154900, "SSE"}, {156300, "SSE"}, {180000, "S"},
        {232900, "SW"}, {270000, "W"},   {348740, "NNW"}, {348750, "N"},   {360000, "N"},
        {-11250, "N"},  {-11251, "NNW"}, {720000, "N"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(sb_gps_compass(rows[i].course_mdeg), rows[i].point);
}

static void dates_are_as_the_reference_prints_them(void **state)
{
    int64_t days = sb_civil_to_days(2011, 5, 28);

    (void)state;
    assert_string_equal(date(days, SB_GPS_LONG), "May 28th, 2011");
    assert_string_equal(date(days, SB_GPS_DMY), "28/05/11");
    assert_string_equal(date(days, SB_GPS_MDY), "05/28/11");
    assert_string_equal(date(days, SB_GPS_ISO_DATE), "2011-05-28");
    assert_string_equal(date(sb_civil_to_days(2020, 1, 1), SB_GPS_LONG), "January  1st, 2020");
    assert_string_equal(date(sb_civil_to_days(1998, 9, 3), SB_GPS_DMY), "03/09/98");
}

static void ordinals_are_those_of_english(void **state)
{
    static const char *const endings[] = {
        "1st",  "2nd",  "3rd",  "4th",  "5th",  "6th",  "7th",  "8th",  "9th",  "10th", "11th",
        "12th", "13th", "14th", "15th", "16th", "17th", "18th", "19th", "20th", "21st", "22nd",
        "23rd", "24th", "25th", "26th", "27th", "28th", "29th", "30th", "31st",
    };

    (void)state;
    for (int day = 1; day <= 31; day++) {
        date(sb_civil_to_days(1994, 12, day), SB_GPS_LONG);
        assert_memory_equal(text, "December ", 9);
        assert_string_equal(strstr(text, endings[day - 1]) + strlen(endings[day - 1]), ", 1994");
    }
}

/* G14: the manual promised a fraction. */
static void g14_times_may_have_a_fraction(void **state)
{
    int64_t ns = NS(18, 0, 41) + 896999999;

    (void)state;
    assert_string_equal(time_of_day(NS(9, 27, 51), 0), "09:27:51");
    assert_string_equal(time_of_day(ns, 0), "18:00:41");
    assert_string_equal(time_of_day(ns, 3), "18:00:41.896");
    assert_string_equal(time_of_day(ns, 9), "18:00:41.896999999");
    assert_string_equal(time_of_day(5000000, 3), "00:00:00.005");
}

static void a_leap_second_is_23_59_60(void **state)
{
    (void)state;
    assert_string_equal(time_of_day(NS(23, 59, 59) + 999999999, 1), "23:59:59.9");
    assert_string_equal(time_of_day(NS(24, 0, 0), 0), "23:59:60");
    assert_string_equal(time_of_day(NS(24, 0, 0) + 500000000, 1), "23:59:60.5");
}

static void iso_has_date_and_time(void **state)
{
    int64_t days = sb_civil_to_days(2013, 8, 26);

    (void)state;
    GIVES("2013-08-26T06:15:07Z", sb_gps_format_iso(text, sizeof(text), days, NS(6, 15, 7), 0));
    GIVES("2013-08-26T06:15:07.000Z", sb_gps_format_iso(text, sizeof(text), days, NS(6, 15, 7), 3));
}

static void a_local_offset_moves_the_date(void **state)
{
    static const struct {
        int32_t offset_min;
        const char *local;
    } rows[] = {
        {60, "2020-01-01T00:30:00Z"},    {-300, "2019-12-31T18:30:00Z"},
        {330, "2020-01-01T05:00:00Z"},   {345, "2020-01-01T05:15:00Z"},
        {-210, "2019-12-31T20:00:00Z"},  {780, "2020-01-01T12:30:00Z"},
        {0, "2019-12-31T23:30:00Z"},     {30, "2020-01-01T00:00:00Z"},
        {-1410, "2019-12-31T00:00:00Z"}, {-1411, "2019-12-30T23:59:00Z"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t days = sb_civil_to_days(2019, 12, 31);
        int64_t ns = NS(23, 30, 0);

        sb_gps_to_local(rows[i].offset_min, &days, &ns);
        GIVES(rows[i].local, sb_gps_format_iso(text, sizeof(text), days, ns, 0));
    }
}

static void a_leap_second_elsewhere_is_the_second_after(void **state)
{
    int64_t days = sb_civil_to_days(2016, 12, 31);
    int64_t ns = NS(24, 0, 0);

    (void)state;
    sb_gps_to_local(60, &days, &ns);
    GIVES("2017-01-01T01:00:00Z", sb_gps_format_iso(text, sizeof(text), days, ns, 0));
    days = sb_civil_to_days(2016, 12, 31);
    ns = NS(24, 0, 0);
    sb_gps_to_local(0, &days, &ns);
    GIVES("2016-12-31T23:59:60Z", sb_gps_format_iso(text, sizeof(text), days, ns, 0));
}

static void what_has_no_room_is_refused_whole(void **state)
{
    (void)state;
    GIVES("37.819670° N", sb_gps_format_latitude(text, 14, NDEG(37, 491802), SB_GPS_DD));
    memset(text, 'x', sizeof(text));
    assert_int_equal(sb_gps_format_latitude(text, 13, NDEG(37, 491802), SB_GPS_DD), -ENOSPC);
    assert_string_equal(text, "");
    assert_int_equal(text[13], 'x');
    assert_int_equal(sb_gps_format_time(text, 0, 0, 0), -ENOSPC);
    assert_int_equal(sb_gps_format_speed(text, 1, 0, SB_GPS_KMH), -ENOSPC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_as_the_reference_prints_them),
        cmocka_unit_test(a_position_comes_back_as_it_was_sent),
        cmocka_unit_test(g11_rounding_carries_into_minutes_and_degrees),
        cmocka_unit_test(g11_minutes_have_a_fixed_width),
        cmocka_unit_test(zero_has_no_minus_sign),
        cmocka_unit_test(g11_g14_speeds_are_exact_in_each_unit),
        cmocka_unit_test(the_compass_has_16_points),
        cmocka_unit_test(dates_are_as_the_reference_prints_them),
        cmocka_unit_test(ordinals_are_those_of_english),
        cmocka_unit_test(g14_times_may_have_a_fraction),
        cmocka_unit_test(a_leap_second_is_23_59_60),
        cmocka_unit_test(iso_has_date_and_time),
        cmocka_unit_test(a_local_offset_moves_the_date),
        cmocka_unit_test(a_leap_second_elsewhere_is_the_second_after),
        cmocka_unit_test(what_has_no_room_is_refused_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
