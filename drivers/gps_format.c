/* SPDX-License-Identifier: MIT */
/*
 * Numbers to text. A struct text collects pieces and remembers whether all had room, so that each
 * format is written down in one go.
 */
#include "drivers/gps_format.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "lib/civil.h"

#define NDEG_PER_DEGREE INT64_C(1000000000)
#define S_NS            INT64_C(1000000000)
#define MIN_NS          (60 * S_NS)
#define DAY_NS          (86400 * S_NS)

#define DEGREE_SIGN "\xc2\xb0"

struct text {
    char *at;
    size_t size;
    size_t used;
};

static void put(struct text *text, char c)
{
    if (text->used + 1 < text->size)
        text->at[text->used] = c;
    text->used++;
}

static void put_text(struct text *text, const char *piece)
{
    while (*piece != '\0')
        put(text, *piece++);
}

/* `value` (not negative), padded in front to `width`. */
static void put_number(struct text *text, int64_t value, unsigned width, char pad)
{
    char digits[20];
    unsigned count = 0;

    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    for (unsigned i = count; i < width; i++)
        put(text, pad);
    while (count > 0)
        put(text, digits[--count]);
}

/* value / 10^decimals, the whole part padded with blanks to `width`. */
static void put_decimal(struct text *text, int64_t value, unsigned decimals, unsigned width)
{
    int64_t unit = 1;

    for (unsigned i = 0; i < decimals; i++)
        unit *= 10;
    put_number(text, value / unit, width, ' ');
    put(text, '.');
    put_number(text, value % unit, decimals, '0');
}

static int finish(struct text *text)
{
    bool has_room = text->used < text->size;

    if (text->size > 0)
        text->at[has_room ? text->used : 0] = '\0';
    return has_room ? (int)text->used : -ENOSPC;
}

/* ---- positions */

/* Neither is negative. */
static int64_t divide_rounded(int64_t value, int64_t divisor)
{
    return (value + divisor / 2) / divisor;
}

static void put_dm(struct text *text, int64_t angle_ndeg)
{
    int64_t units = divide_rounded(angle_ndeg * 60, NDEG_PER_DEGREE / 10000); /* 10^-4 minute */

    put_number(text, units / 600000, 3, ' ');
    put_text(text, DEGREE_SIGN " ");
    put_decimal(text, units % 600000, 4, 2);
    put(text, '\'');
}

static void put_dms(struct text *text, int64_t angle_ndeg)
{
    int64_t seconds = divide_rounded(angle_ndeg * 3600, NDEG_PER_DEGREE);

    put_number(text, seconds / 3600, 3, ' ');
    put_text(text, DEGREE_SIGN " ");
    put_number(text, seconds / 60 % 60, 2, ' ');
    put_text(text, "' ");
    put_number(text, seconds % 60, 2, ' ');
    put(text, '"');
}

static int format_angle(char *at, size_t size, int64_t angle_ndeg, enum sb_gps_coordinates format,
                        const char *hemispheres)
{
    struct text text = {at, size, 0};
    bool is_negative = angle_ndeg < 0;
    int64_t magnitude = is_negative ? -angle_ndeg : angle_ndeg;
    int64_t millionths = divide_rounded(magnitude, 1000);

    if (format == SB_GPS_KML) {
        if (is_negative && millionths != 0)
            put(&text, '-');
        put_decimal(&text, millionths, 6, 0);
        return finish(&text);
    }
    if (format == SB_GPS_DD) {
        put_decimal(&text, millionths, 6, 0);
        put_text(&text, DEGREE_SIGN);
    } else if (format == SB_GPS_DM) {
        put_dm(&text, magnitude);
    } else {
        put_dms(&text, magnitude);
    }
    put(&text, ' ');
    put(&text, hemispheres[is_negative]);
    return finish(&text);
}

int sb_gps_format_latitude(char *text, size_t size, int64_t latitude_ndeg,
                           enum sb_gps_coordinates format)
{
    return format_angle(text, size, latitude_ndeg, format, "NS");
}

int sb_gps_format_longitude(char *text, size_t size, int64_t longitude_ndeg,
                            enum sb_gps_coordinates format)
{
    return format_angle(text, size, longitude_ndeg, format, "EW");
}

/* ---- speed and course */

int sb_gps_format_speed(char *text, size_t size, int32_t speed_mkn, enum sb_gps_speed_unit unit)
{
    /* Hundredths of the unit a thousandth of a knot; a mile is 1.609344 km. */
    static const struct {
        int64_t multiplier;
        int64_t divisor;
        const char *name;
    } units[] = {
        [SB_GPS_KMH] = {1852, 10000, " km/h"},
        [SB_GPS_MPH] = {1852000, 16093440, " mph"},
        [SB_GPS_KNOTS] = {1, 10, " knots"},
    };
    struct text out = {text, size, 0};
    int64_t magnitude = speed_mkn < 0 ? -(int64_t)speed_mkn : speed_mkn;

    if (speed_mkn < 0)
        put(&out, '-');
    put_decimal(&out, divide_rounded(magnitude * units[unit].multiplier, units[unit].divisor), 2,
                0);
    put_text(&out, units[unit].name);
    return finish(&out);
}

const char *sb_gps_compass(int32_t course_mdeg)
{
    static const char points[16][4] = {"N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
                                       "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"};
    int64_t around = (course_mdeg % 360000 + 360000) % 360000;

    return points[(around + 11250) / 22500 % 16];
}

/* ---- date and time */

static const char *ordinal(int day)
{
    if (day % 10 == 1 && day != 11)
        return "st";
    if (day % 10 == 2 && day != 12)
        return "nd";
    return day % 10 == 3 && day != 13 ? "rd" : "th";
}

static void put_long_date(struct text *text, const struct sb_civil *date)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};

    put_text(text, months[date->month - 1]);
    put(text, ' ');
    put_number(text, date->day, 2, ' ');
    put_text(text, ordinal(date->day));
    put_text(text, ", ");
    put_number(text, date->year, 4, '0');
}

static void put_slashed(struct text *text, int first, int second, int third)
{
    put_number(text, first, 2, '0');
    put(text, '/');
    put_number(text, second, 2, '0');
    put(text, '/');
    put_number(text, third, 2, '0');
}

static void put_date(struct text *text, int64_t date_days, enum sb_gps_date_order order)
{
    struct sb_civil date = sb_civil_from_days(date_days);
    int short_year = (int)(date.year % 100);

    assert(date.year >= 0);
    if (order == SB_GPS_MDY) {
        put_slashed(text, date.month, date.day, short_year);
    } else if (order == SB_GPS_DMY) {
        put_slashed(text, date.day, date.month, short_year);
    } else if (order == SB_GPS_LONG) {
        put_long_date(text, &date);
    } else {
        put_number(text, date.year, 4, '0');
        put(text, '-');
        put_number(text, date.month, 2, '0');
        put(text, '-');
        put_number(text, date.day, 2, '0');
    }
}

static void put_time(struct text *text, int64_t time_of_day_ns, unsigned decimals)
{
    bool is_leap = time_of_day_ns >= DAY_NS;
    int64_t second = (is_leap ? time_of_day_ns - S_NS : time_of_day_ns) / S_NS;
    int64_t fraction = time_of_day_ns % S_NS;

    assert(decimals <= 9 && time_of_day_ns >= 0 && time_of_day_ns < DAY_NS + S_NS);
    put_number(text, second / 3600, 2, '0');
    put(text, ':');
    put_number(text, second / 60 % 60, 2, '0');
    put(text, ':');
    put_number(text, second % 60 + is_leap, 2, '0');
    if (decimals == 0)
        return;
    for (unsigned i = decimals; i < 9; i++)
        fraction /= 10;
    put(text, '.');
    put_number(text, fraction, decimals, '0');
}

int sb_gps_format_date(char *text, size_t size, int64_t date_days, enum sb_gps_date_order order)
{
    struct text out = {text, size, 0};

    put_date(&out, date_days, order);
    return finish(&out);
}

int sb_gps_format_time(char *text, size_t size, int64_t time_of_day_ns, unsigned decimals)
{
    struct text out = {text, size, 0};

    put_time(&out, time_of_day_ns, decimals);
    return finish(&out);
}

int sb_gps_format_iso(char *text, size_t size, int64_t date_days, int64_t time_of_day_ns,
                      unsigned decimals)
{
    struct text out = {text, size, 0};

    put_date(&out, date_days, SB_GPS_ISO_DATE);
    put(&out, 'T');
    put_time(&out, time_of_day_ns, decimals);
    put(&out, 'Z');
    return finish(&out);
}

void sb_gps_to_local(int32_t offset_min, int64_t *date_days, int64_t *time_of_day_ns)
{
    int64_t leap_ns = *time_of_day_ns >= DAY_NS ? S_NS : 0;
    int64_t shifted_ns = *time_of_day_ns - leap_ns + offset_min * MIN_NS;

    assert(offset_min >= -1440 && offset_min <= 1440);
    if (shifted_ns < 0) {
        shifted_ns += DAY_NS;
        --*date_days;
    } else if (shifted_ns >= DAY_NS) {
        shifted_ns -= DAY_NS;
        ++*date_days;
    }
    *time_of_day_ns = shifted_ns + leap_ns;
}
