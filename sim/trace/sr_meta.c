/* SPDX-License-Identifier: MIT */
/*
 * Parser of the metadata of sigrok recordings. Only the first device is read: that is all that
 * sigrok itself ever writes.
 */
#include "sim/trace/sr_meta.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What sigrok calls channels that nobody named: the number of the bit. */
static const char *const bit_names[SB_SR_PROBES_MAX] = {
    "0",  "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",  "9",  "10", "11", "12", "13", "14", "15",
    "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31",
    "32", "33", "34", "35", "36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47",
    "48", "49", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59", "60", "61", "62", "63",
};

static char *trim(char *text)
{
    char *end;

    while (isspace((unsigned char)*text))
        text++;
    end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return text;
}

/* Digits only, nothing else. False when it is more than `max`. */
static bool parse_count(const char *text, int64_t max, int64_t *out)
{
    int64_t value = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        if (!isdigit((unsigned char)*text))
            return false;
        value = value * 10 + (*text - '0');
        if (value > max)
            return false;
    }
    *out = value;
    return true;
}

/* The power of ten of "MHz", "k", "Hz" ...; -1 for anything else. */
static int unit_exponent(const char *unit)
{
    static const struct {
        const char *name;
        int exponent;
    } units[] = {
        {"", 0}, {"Hz", 0}, {"k", 3}, {"kHz", 3}, {"m", 6}, {"MHz", 6}, {"g", 9}, {"GHz", 9},
    };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (!strcasecmp(unit, units[i].name))
            return units[i].exponent;
    return -1;
}

bool sb_sr_samplerate_parse(const char *text, int64_t *out_hz)
{
    int64_t value = 0;
    int fraction_digits = 0;
    bool has_point = false;
    bool has_digit = false;
    int exponent;

    while (*text == ' ')
        text++;
    for (; isdigit((unsigned char)*text) || (*text == '.' && !has_point); text++) {
        if (*text == '.') {
            has_point = true;
            continue;
        }
        if (value > INT64_C(100000000000000))
            return false;
        value = value * 10 + (*text - '0');
        has_digit = true;
        fraction_digits += has_point;
    }
    while (*text == ' ')
        text++;
    exponent = unit_exponent(text);
    if (!has_digit || exponent < 0)
        return false;
    for (exponent -= fraction_digits; exponent > 0; exponent--) {
        if (value > INT64_MAX / 10)
            return false;
        value *= 10;
    }
    for (; exponent < 0; exponent++) {
        if (value % 10)
            return false;
        value /= 10;
    }
    *out_hz = value;
    return true;
}

static int wrong_value(const char *key, const char *value, char *why, unsigned why_size)
{
    snprintf(why, why_size, "metadata: %s=%s is wrong", key, value);
    return -EINVAL;
}

static int parse_probe(struct sb_sr_meta *meta, const char *key, const char *value, char *why,
                       unsigned why_size)
{
    int64_t number;

    if (!parse_count(key + strlen("probe"), 1000000, &number) || number < 1)
        return wrong_value(key, value, why, why_size);
    if (number > SB_SR_PROBES_MAX) {
        snprintf(why, why_size, "metadata: %s: at most %d channels are understood", key,
                 SB_SR_PROBES_MAX);
        return -EINVAL;
    }
    meta->names[number - 1] = *value ? value : bit_names[number - 1];
    return 0;
}

static int parse_key(struct sb_sr_meta *meta, const char *key, const char *value, char *why,
                     unsigned why_size)
{
    int64_t number = 0;

    if (!strcmp(key, "capturefile")) {
        meta->capture_file = *value ? value : NULL;
    } else if (!strcmp(key, "total probes")) {
        if (!parse_count(value, 1000000, &number))
            return wrong_value(key, value, why, why_size);
        meta->probe_count = (unsigned)number;
    } else if (!strcmp(key, "total analog")) {
        if (!parse_count(value, 1000000, &number))
            return wrong_value(key, value, why, why_size);
        meta->analog_count = (unsigned)number;
    } else if (!strcmp(key, "unitsize")) {
        if (!parse_count(value, 1000000, &number))
            return wrong_value(key, value, why, why_size);
        if (number < 1 || number > SB_SR_PROBES_MAX / 8) {
            snprintf(why, why_size, "metadata: unitsize=%s: 1 to %d bytes a sample are understood",
                     value, SB_SR_PROBES_MAX / 8);
            return -EINVAL;
        }
        meta->unit_size = (unsigned)number;
    } else if (!strcmp(key, "samplerate")) {
        if (!sb_sr_samplerate_parse(value, &meta->samplerate_hz))
            return wrong_value(key, value, why, why_size);
    } else if (!strncmp(key, "probe", strlen("probe"))) {
        return parse_probe(meta, key, value, why, why_size);
    }
    return 0;
}

/* Fills in what was not said and checks what was. */
static int complete(struct sb_sr_meta *meta, char *why, unsigned why_size)
{
    unsigned named_count = 0;

    for (unsigned i = 0; i < SB_SR_PROBES_MAX; i++)
        if (meta->names[i])
            named_count = i + 1;
    if (!meta->capture_file || (!meta->probe_count && !named_count)) {
        snprintf(why, why_size, "%s",
                 meta->analog_count ? "analog channels only: there are no logic data in it"
                                    : "metadata: no channels and no logic data");
        return -EINVAL;
    }
    if (!named_count) {
        if (meta->probe_count > SB_SR_PROBES_MAX) {
            snprintf(why, why_size, "metadata: total probes=%u: at most %d channels are understood",
                     meta->probe_count, SB_SR_PROBES_MAX);
            return -EINVAL;
        }
        named_count = meta->probe_count;
        for (unsigned i = 0; i < named_count; i++)
            meta->names[i] = bit_names[i];
    }
    if (!meta->unit_size) {
        unsigned bits = meta->probe_count > named_count ? meta->probe_count : named_count;

        meta->unit_size = bits > SB_SR_PROBES_MAX ? SB_SR_PROBES_MAX / 8 : (bits + 7) / 8;
    }
    if (named_count > meta->unit_size * 8) {
        snprintf(why, why_size, "metadata: probe%u, but a sample of unitsize=%u has only %u bits",
                 named_count, meta->unit_size, meta->unit_size * 8);
        return -EINVAL;
    }
    return 0;
}

int sb_sr_meta_parse(struct sb_sr_meta *meta, char *text, char *why, unsigned why_size)
{
    bool in_device = false;
    char *next = text;

    memset(meta, 0, sizeof(*meta));
    while (next) {
        char *line = next;
        char *equals;
        int rc;

        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        line = trim(line);
        if (*line == '[') {
            in_device = !strcmp(line, "[device 1]");
            continue;
        }
        equals = strchr(line, '=');
        if (!in_device || !equals || *line == '#' || *line == ';')
            continue;
        *equals = '\0';
        rc = parse_key(meta, trim(line), trim(equals + 1), why, why_size);
        if (rc < 0)
            return rc;
    }
    return complete(meta, why, why_size);
}
