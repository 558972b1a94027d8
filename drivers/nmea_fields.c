/* SPDX-License-Identifier: MIT */
/* The values in the fields of a sentence. */
#include "drivers/nmea_fields.h"

#include <string.h>

#include "lib/civil.h"

#define NDEG_PER_DEGREE INT64_C(1000000000)

/* Decimals of minutes and seconds that count. */
#define NANO_DECIMALS 9

/* GPS time begins in 1980, and 64 bits of nanoseconds end in 2262. */
#define YEAR_MIN 1980
#define YEAR_MAX 2199

/* The most digits before the decimal point: with the decimals they fit into 64 bits. */
#define WHOLE_DIGITS_MAX 9

static void add_field(struct sb_nmea_fields *fields, size_t start, size_t end)
{
    if (fields->count == SB_NMEA_FIELDS_MAX)
        return;
    while (start < end && fields->text[start] == ' ')
        start++;
    while (start < end && fields->text[end - 1] == ' ')
        end--;
    fields->starts[fields->count] = (uint16_t)start;
    fields->sizes[fields->count++] = (uint16_t)(end - start);
}

void sb_nmea_fields_init(struct sb_nmea_fields *fields, const char *text, size_t size)
{
    size_t start = 0;

    fields->text = text;
    fields->count = 0;
    fields->is_wrong = false;
    for (size_t i = 0; i <= size; i++) {
        if (i < size && text[i] != ',')
            continue;
        add_field(fields, start, i);
        start = i + 1;
    }
}

char sb_nmea_read_letter(struct sb_nmea_fields *fields, unsigned index, const char *allowed)
{
    size_t size = sb_nmea_field_size(fields, index);
    char letter;

    if (size == 0)
        return '\0';
    letter = *sb_nmea_field(fields, index);
    if (size > 1 || letter == '\0' || strchr(allowed, letter) == NULL)
        fields->is_wrong = true;
    return letter;
}

/* ---- decimal numbers */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly `count` digits. -1 when one is none. */
static int digits(const char *text, size_t count)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        if (!is_digit(text[i]))
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/*
 * What follows the whole digits: nothing, or a point and any number of decimals, of which `count` are
 * kept in `*value`; `*next` is the first behind them. False when it is something else.
 */
static bool read_decimals(const char *at, const char *limit, unsigned count, int64_t *value,
                          char *next)
{
    unsigned taken = 0;

    *value = 0;
    *next = '0';
    if (at < limit && *at++ != '.')
        return false;
    for (; at < limit; at++) {
        if (!is_digit(*at))
            return false;
        if (taken < count)
            *value = *value * 10 + (*at - '0');
        else if (taken == count)
            *next = *at;
        taken++;
    }
    for (; taken < count; taken++)
        *value *= 10;
    return true;
}

static int64_t power_of_ten(unsigned exponent)
{
    int64_t power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

/* A number without sign, x 10^decimals. False when it is none. */
static bool read_unsigned(const char *at, const char *limit, unsigned decimals, int64_t *value)
{
    const char *begins = at;
    int64_t whole = 0;
    char next;

    for (; at < limit && is_digit(*at); at++) {
        if (at - begins == WHOLE_DIGITS_MAX)
            return false;
        whole = whole * 10 + (*at - '0');
    }
    if (at == begins && limit - at < 2)
        return false; /* nothing, or a lone point */
    if (!read_decimals(at, limit, decimals, value, &next))
        return false;
    *value += whole * power_of_ten(decimals) + (next >= '5');
    return true;
}

struct sb_nmea_number sb_nmea_read_number(struct sb_nmea_fields *fields, unsigned index,
                                          unsigned decimals, int32_t minimum, int32_t maximum)
{
    size_t size = sb_nmea_field_size(fields, index);
    struct sb_nmea_number number = {0};
    const char *text;
    bool is_negative;
    int64_t value;

    if (size == 0)
        return number;
    text = sb_nmea_field(fields, index);
    is_negative = *text == '-';
    if (!read_unsigned(text + (*text == '-' || *text == '+'), text + size, decimals, &value)) {
        fields->is_wrong = true;
        return number;
    }
    if (is_negative)
        value = -value;
    if (value < minimum || value > maximum) {
        fields->is_wrong = true;
        return number;
    }
    number.value = (int32_t)value;
    number.is_present = true;
    return number;
}

int32_t sb_nmea_read_count(struct sb_nmea_fields *fields, unsigned index, int32_t minimum,
                           int32_t maximum)
{
    size_t size = sb_nmea_field_size(fields, index);
    int value = size >= 1 && size <= 4 ? digits(sb_nmea_field(fields, index), size) : -1;

    if (value < minimum || value > maximum) {
        fields->is_wrong = true;
        return minimum;
    }
    return value;
}

/* ---- positions */

/* `degree_digits` digits of degrees, two of minutes, decimals of minutes. */
static int64_t read_angle(struct sb_nmea_fields *fields, unsigned index, unsigned degree_digits,
                          int64_t maximum_deg)
{
    size_t size = sb_nmea_field_size(fields, index);
    const char *text = sb_nmea_field(fields, index);
    int64_t angle_ndeg = -1;
    int64_t minute_decimals;
    char next;

    if (size >= degree_digits + 2 && read_decimals(text + degree_digits + 2, text + size,
                                                   NANO_DECIMALS, &minute_decimals, &next)) {
        int degrees = digits(text, degree_digits);
        int minutes = digits(text + degree_digits, 2);

        if (degrees >= 0 && minutes >= 0 && minutes < 60)
            angle_ndeg = degrees * NDEG_PER_DEGREE +
                         (minutes * NDEG_PER_DEGREE + minute_decimals + (next >= '5') + 30) / 60;
    }
    if (angle_ndeg < 0 || angle_ndeg > maximum_deg * NDEG_PER_DEGREE)
        fields->is_wrong = true;
    return angle_ndeg;
}

struct sb_nmea_position sb_nmea_read_position(struct sb_nmea_fields *fields, unsigned index)
{
    struct sb_nmea_position position = {0, 0};
    char north_south = sb_nmea_read_letter(fields, index + 1, "NS");
    char east_west = sb_nmea_read_letter(fields, index + 3, "EW");

    if (fields->count < index + 4 || north_south == '\0' || east_west == '\0') {
        fields->is_wrong = true;
        return position;
    }
    position.latitude_ndeg = read_angle(fields, index, 2, 90);
    position.longitude_ndeg = read_angle(fields, index + 2, 3, 180);
    if (north_south == 'S')
        position.latitude_ndeg = -position.latitude_ndeg;
    if (east_west == 'W')
        position.longitude_ndeg = -position.longitude_ndeg;
    return position;
}

/* ---- time and date */

bool sb_nmea_read_time(struct sb_nmea_fields *fields, unsigned index, int64_t *time_ns)
{
    size_t size = sb_nmea_field_size(fields, index);
    const char *text;
    int hour;
    int minute;
    int second;
    int64_t fraction_ns;
    char next;

    if (size == 0)
        return false;
    text = sb_nmea_field(fields, index);
    hour = size >= 6 ? digits(text, 2) : -1;
    minute = size >= 6 ? digits(text + 2, 2) : -1;
    second = size >= 6 ? digits(text + 4, 2) : -1;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > (hour == 23 && minute == 59 ? 60 : 59) || /* leap seconds end a day */
        !read_decimals(text + 6, text + size, NANO_DECIMALS, &fraction_ns, &next)) {
        fields->is_wrong = true;
        return false;
    }
    *time_ns = ((hour * 60 + minute) * 60 + second) * INT64_C(1000000000) + fraction_ns;
    return true;
}

static bool set_date(struct sb_nmea_fields *fields, int year, int month, int day,
                     int32_t *date_days)
{
    if (year < YEAR_MIN || year > YEAR_MAX || !sb_civil_is_date(year, month, day)) {
        fields->is_wrong = true;
        return false;
    }
    *date_days = (int32_t)sb_civil_to_days(year, month, day);
    return true;
}

bool sb_nmea_read_date(struct sb_nmea_fields *fields, unsigned index, int32_t *date_days)
{
    size_t size = sb_nmea_field_size(fields, index);
    const char *text;
    int year;

    if (size == 0)
        return false;
    text = sb_nmea_field(fields, index);
    year = size == 6 ? digits(text + 4, 2) : -1;
    if (year >= 0)
        year += year >= 80 ? 1900 : 2000;
    return set_date(fields, year, year >= 0 ? digits(text + 2, 2) : 0,
                    year >= 0 ? digits(text, 2) : 0, date_days);
}

bool sb_nmea_read_long_date(struct sb_nmea_fields *fields, unsigned index, int32_t *date_days)
{
    size_t sizes = sb_nmea_field_size(fields, index) + sb_nmea_field_size(fields, index + 1) +
                   sb_nmea_field_size(fields, index + 2);
    int year;

    if (sizes == 0)
        return false;
    year = sb_nmea_field_size(fields, index + 2) == 4 ? digits(sb_nmea_field(fields, index + 2), 4)
                                                      : -1;
    return set_date(fields, year, sb_nmea_read_count(fields, index + 1, 1, 12),
                    sb_nmea_read_count(fields, index, 1, 31), date_days);
}
