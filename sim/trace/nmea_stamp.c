/* SPDX-License-Identifier: MIT */
/* Times in NMEA logs: see nmea_stamp.h. */
#include "sim/trace/nmea_stamp.h"

#include <string.h>

#define S_NS INT64_C(1000000000)

/* What is left of a line. Its letters are taken from the front; beyond its end are NULs. */
struct rest {
    const char *at;
    size_t length;
};

static char first(const struct rest *rest)
{
    return rest->length ? *rest->at : '\0';
}

static void drop(struct rest *rest, size_t count)
{
    rest->at += count;
    rest->length -= count;
}

static bool take(struct rest *rest, char letter)
{
    if (!rest->length || *rest->at != letter)
        return false;
    drop(rest, 1);
    return true;
}

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

static bool is_capital(char letter)
{
    return letter >= 'A' && letter <= 'Z';
}

/* Takes exactly `count` digits; -1 when there are not so many. */
static int take_digits(struct rest *rest, unsigned count)
{
    int value = 0;

    for (unsigned i = 0; i < count; i++) {
        if (!is_digit(first(rest)))
            return -1;
        value = value * 10 + (first(rest) - '0');
        drop(rest, 1);
    }
    return value;
}

/* Takes ".789" if it is there; digits after the ninth do not count. */
static int64_t take_fraction_ns(struct rest *rest)
{
    int64_t unit_ns = S_NS / 10;
    int64_t value_ns = 0;

    if (!take(rest, '.'))
        return 0;
    for (; is_digit(first(rest)); drop(rest, 1)) {
        value_ns += (first(rest) - '0') * unit_ns;
        unit_ns /= 10;
    }
    return value_ns;
}

/* "1234567.890" s, "1716900000" s, "1716900000123" ms. */
static bool take_seconds(struct rest *rest, int64_t *out_ns)
{
    bool has_digit = is_digit(first(rest));
    int64_t value = 0;

    for (; is_digit(first(rest)); drop(rest, 1)) {
        if (value > INT64_C(1000000000000))
            return false;
        value = value * 10 + (first(rest) - '0');
    }
    if (value >= INT64_C(100000000000) && first(rest) != '.') {
        if (value > INT64_C(9000000000000))
            return false;
        *out_ns = value * (S_NS / 1000);
        return true;
    }
    if (!has_digit || value >= INT64_C(9000000000))
        return false;
    *out_ns = value * S_NS + take_fraction_ns(rest);
    return true;
}

/* Days since 1970-01-01 of a day of the Gregorian calendar. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t months = (int64_t)year * 12 + month - 3; /* years begin in March */
    int64_t years = months / 12;
    int64_t days = years * 365 + years / 4 - years / 100 + years / 400;

    return days + (months % 12 * 153 + 2) / 5 + day - 1 - 719468;
}

/* "Z", "+02:00", "-0330" or nothing, to seconds ahead of UTC. */
static int take_zone(struct rest *rest)
{
    int sign = first(rest) == '-' ? -1 : 1;
    struct rest zone = *rest;
    int hours, minutes;

    if (take(rest, 'Z') || (first(rest) != '+' && first(rest) != '-'))
        return 0;
    drop(&zone, 1);
    hours = take_digits(&zone, 2);
    take(&zone, ':');
    minutes = take_digits(&zone, 2);
    if (hours < 0 || minutes < 0)
        return 0;
    *rest = zone;
    return sign * (hours * 3600 + minutes * 60);
}

/* "2024-05-01T12:34:56.789Z" */
static bool take_iso(struct rest *rest, int64_t *out_ns)
{
    static const char separators[] = {'-', '-', 'T', ':', ':'};
    static const unsigned digits[] = {4, 2, 2, 2, 2, 2};
    int fields[6];
    int64_t seconds;

    for (unsigned i = 0; i < 6; i++) {
        if (i > 0 && !take(rest, separators[i - 1]) && (i != 3 || !take(rest, ' ')))
            return false;
        fields[i] = take_digits(rest, digits[i]);
        if (fields[i] < 0)
            return false;
    }
    if (fields[0] < 1970 || fields[0] > 2250 || fields[1] < 1 || fields[1] > 12)
        return false;
    seconds = days_since_1970(fields[0], fields[1], fields[2]) * 86400 + fields[3] * 3600 +
              fields[4] * 60 + fields[5];
    *out_ns = seconds * S_NS + take_fraction_ns(rest);
    *out_ns -= take_zone(rest) * S_NS;
    return true;
}

/* "\s:x,c:1716900000*hh\". Nothing is taken when it has no end. */
static bool take_tag_block(struct rest *rest, struct sb_nmea_stamp *stamp)
{
    struct rest tag = *rest;
    const char *end;

    if (!take(&tag, '\\'))
        return false;
    end = memchr(tag.at, '\\', tag.length);
    if (!end)
        return false;
    tag.length = (size_t)(end - tag.at);
    drop(rest, tag.length + 2);
    for (char before = ','; tag.length > 2 && !stamp->has_time; before = *tag.at, drop(&tag, 1)) {
        struct rest time = {tag.at + 2, tag.length - 2};

        if (before == ',' && tag.at[0] == 'c' && tag.at[1] == ':')
            stamp->has_time = take_seconds(&time, &stamp->time_ns);
    }
    return true;
}

static bool take_separators(struct rest *rest)
{
    size_t length = rest->length;

    while (first(rest) == ' ' || first(rest) == ',' || first(rest) == '\t')
        drop(rest, 1);
    return rest->length < length;
}

/* A time by itself, which is one only before what looks like a sentence. */
static bool take_prefix(struct rest *rest, struct sb_nmea_stamp *stamp)
{
    struct rest after = *rest;
    bool is_own = take(&after, '+');

    stamp->has_time = take_seconds(&after, &stamp->time_ns) && take_separators(&after);
    if (!stamp->has_time && !is_own) {
        after = *rest;
        stamp->has_time = take_iso(&after, &stamp->time_ns) && take_separators(&after);
    }
    stamp->has_time = stamp->has_time && (is_own || first(&after) == '$' || first(&after) == '!' ||
                                          first(&after) == '\\');
    stamp->is_relative = is_own;
    if (stamp->has_time)
        *rest = after;
    return stamp->has_time;
}

struct sb_nmea_stamp sb_nmea_stamp_parse(const char *line, size_t length)
{
    struct sb_nmea_stamp stamp = {0};
    struct rest rest = {line, length};

    take_prefix(&rest, &stamp);
    take_tag_block(&rest, &stamp);
    stamp.length = length - rest.length;
    return stamp;
}

/* ---- sentences */

/* The line from behind its last '$' or '!'. */
static struct rest last_sentence(const char *line, size_t length)
{
    for (size_t i = length; i > 0; i--)
        if (line[i - 1] == '$' || line[i - 1] == '!')
            return (struct rest){line + i, length - i};
    return (struct rest){line, 0};
}

static int hex_digit(char letter)
{
    if (is_digit(letter))
        return letter - '0';
    if ((letter >= 'A' && letter <= 'F') || (letter >= 'a' && letter <= 'f'))
        return (letter | ' ') - 'a' + 10;
    return -1;
}

/* True when there is no checksum, too. */
static bool is_checksum_good(struct rest sentence)
{
    int sum = 0;

    for (; sentence.length && *sentence.at != '*'; drop(&sentence, 1))
        sum ^= (unsigned char)*sentence.at;
    if (!sentence.length)
        return true;
    return sentence.length >= 3 &&
           hex_digit(sentence.at[1]) * 16 + hex_digit(sentence.at[2]) == sum;
}

/* The number of the field that has the UTC; 0: none has. */
static unsigned utc_field(const char *type)
{
    static const char *const types[] = {"RMC", "GGA", "GNS", "ZDA"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (!memcmp(type, types[i], 3))
            return 1;
    return memcmp(type, "GLL", 3) ? 0 : 5;
}

int64_t sb_nmea_utc_ns(const char *line, size_t length)
{
    struct rest rest = last_sentence(line, length);
    int hours, minutes, seconds;
    unsigned field;

    if (rest.length < 6 || rest.at[5] != ',' || !is_checksum_good(rest))
        return -1;
    field = utc_field(rest.at + 2);
    for (unsigned commas = 0; rest.length && commas < field; drop(&rest, 1))
        commas += *rest.at == ',';
    hours = field ? take_digits(&rest, 2) : -1;
    minutes = take_digits(&rest, 2);
    seconds = take_digits(&rest, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60)
        return -1;
    return (hours * 3600 + minutes * 60 + seconds) * S_NS + take_fraction_ns(&rest);
}

bool sb_nmea_is_sentence(const char *line, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++) {
        size_t end = i + 1;

        if ((line[i] != '$' && line[i] != '!') || !is_capital(line[end]))
            continue;
        while (end < length && (is_capital(line[end]) || is_digit(line[end])))
            end++;
        if (end - i > 5 && end < length && line[end] == ',')
            return true;
    }
    return false;
}
