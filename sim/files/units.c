/* SPDX-License-Identifier: MIT */
/*
 * Times as people write them. All integer arithmetic, so that "0.1s" is exactly 100,000,000 ns.
 */
#include "sim/files/units.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

struct unit {
    const char *name;
    int64_t ns;
};

static const struct unit units[] = {
    {"h", INT64_C(3600000000000)}, {"m", INT64_C(60000000000)}, {"s", INT64_C(1000000000)},
    {"ms", INT64_C(1000000)},      {"us", INT64_C(1000)},       {"ns", 1},
};

#define UNIT_COUNT (sizeof(units) / sizeof(units[0]))

static const char *skip_blanks(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

static const char *skip_digits(const char *text)
{
    while (*text >= '0' && *text <= '9')
        text++;
    return text;
}

/* The unit that stands at the end of the text, blanks after it left aside; null: none of ours. */
static const struct unit *find_unit(const char *text)
{
    char name[3] = "";
    size_t length = 0;

    while (text[length] != '\0' && text[length] != ' ' && text[length] != '\t') {
        if (length == sizeof(name) - 1)
            return NULL;
        name[length] = text[length];
        length++;
    }
    if (*skip_blanks(text + length) != '\0')
        return NULL;
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (strcasecmp(name, units[i].name) == 0)
            return &units[i];
    }
    return NULL;
}

/*
 * floor(0.FRACTION * unit), from the last digit on: dropping the remainder at each division by ten
 * changes nothing, since floor((floor(x) + n) / 10) is floor((x + n) / 10).
 */
static int64_t scale_fraction(const char *first, const char *end, int64_t unit_ns)
{
    int64_t ns = 0;

    while (end > first) {
        end--;
        ns = (ns + (*end - '0') * unit_ns) / 10;
    }
    return ns;
}

static int scale_whole(const char *first, const char *end, int64_t unit_ns, int64_t *out_ns)
{
    int64_t whole = 0;

    for (; first < end; first++) {
        int64_t digit = *first - '0';

        if (whole > (INT64_MAX / unit_ns - digit) / 10)
            return -ERANGE;
        whole = 10 * whole + digit;
    }
    *out_ns = whole * unit_ns;
    return 0;
}

static int is_zero(const char *first, const char *end)
{
    for (; first < end; first++) {
        if (*first >= '1' && *first <= '9')
            return 0;
    }
    return 1;
}

int sb_parse_time_ns(const char *text, int64_t *out_ns)
{
    const char *whole = skip_blanks(text);
    const char *whole_end = skip_digits(whole);
    const char *fraction = *whole_end == '.' ? whole_end + 1 : whole_end;
    const char *fraction_end = *whole_end == '.' ? skip_digits(fraction) : fraction;
    const char *rest = skip_blanks(fraction_end);
    const struct unit *unit;
    int64_t ns;

    if (whole == whole_end && fraction == fraction_end)
        return -EINVAL;
    if (*rest == '\0' && is_zero(whole, fraction_end)) {
        *out_ns = 0;
        return 0;
    }
    unit = find_unit(rest);
    if (unit == NULL)
        return -EINVAL;
    if (scale_whole(whole, whole_end, unit->ns, &ns) < 0)
        return -ERANGE;
    if (ns > INT64_MAX - unit->ns)
        return -ERANGE;
    *out_ns = ns + scale_fraction(fraction, fraction_end, unit->ns);
    return 0;
}

void sb_format_time(int64_t time_ns, char out[SB_TIME_TEXT_SIZE])
{
    for (size_t i = 2; i < UNIT_COUNT; i++) {
        int64_t unit_ns = units[i].ns;
        int64_t milli_ns = unit_ns / 1000;

        if (time_ns < unit_ns && unit_ns > 1)
            continue;
        if (time_ns % unit_ns == 0) {
            snprintf(out, SB_TIME_TEXT_SIZE, "%" PRId64 " %s", time_ns / unit_ns, units[i].name);
            return;
        }
        if (time_ns % milli_ns == 0) {
            int digits = 3;
            int64_t decimals = time_ns % unit_ns / milli_ns;

            for (; decimals % 10 == 0; decimals /= 10)
                digits--;
            snprintf(out, SB_TIME_TEXT_SIZE, "%" PRId64 ".%0*" PRId64 " %s", time_ns / unit_ns,
                     digits, decimals, units[i].name);
            return;
        }
    }
}
