/* SPDX-License-Identifier: MIT */
/*
 * How `softboard gpio watch` prints an edge: as libgpiod 2's gpiomon does, by the format of that, or as
 * JSON. Times of day are reckoned from the monotonic stamp by the clocks' difference now.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "tools/gpio/gpio.h"
#include "tools/json_text.h"

static void put_seconds(int64_t time_ns)
{
    printf("%" PRId64 ".%09" PRId64, time_ns / SB_S_NS, time_ns % SB_S_NS);
}

static int64_t clock_ns(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * SB_S_NS + t.tv_nsec;
}

static void put_date(int64_t time_ns, bool is_local)
{
    int64_t date_ns = time_ns + clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
    time_t seconds = (time_t)(date_ns / SB_S_NS);
    struct tm date;
    char text[32];

    if (is_local)
        localtime_r(&seconds, &date);
    else
        gmtime_r(&seconds, &date);
    strftime(text, sizeof(text), "%FT%T", &date);
    printf("%s.%09" PRId64 "%s", text, date_ns % SB_S_NS, is_local ? "" : "Z");
}

static const char *kind_of(const struct sb_edge *edge)
{
    return edge->value ? "rising" : "falling";
}

static void put_letter(char letter, const char *chip, const struct sb_linux_line *line,
                       const struct sb_edge *edge)
{
    switch (letter) {
    case 'o':
        printf("%u", line->offset);
        break;
    case 'l':
        fputs(line->name, stdout);
        break;
    case 'c':
        fputs(chip, stdout);
        break;
    case 'e':
        putchar(edge->value ? '1' : '2');
        break;
    case 'E':
        fputs(kind_of(edge), stdout);
        break;
    case 'S':
        put_seconds(edge->time_ns);
        break;
    case 'U':
    case 'L':
        put_date(edge->time_ns, letter == 'L');
        break;
    default:
        putchar(letter);
    }
}

static void put_formatted(const char *format, const char *chip, const struct sb_linux_line *line,
                          const struct sb_edge *edge)
{
    for (; *format != '\0'; format++) {
        if (*format == '%')
            put_letter(*++format, chip, line, edge);
        else
            putchar(*format);
    }
    putchar('\n');
}

static void put_json(const struct sb_linux_line *line, const struct sb_edge *edge)
{
    printf("{\"t_ns\":%" PRId64, edge->time_ns);
    sb_json_put_member(stdout, false, "event", kind_of(edge));
    sb_json_put_member(stdout, false, "name", line->name);
    printf(",\"offset\":%u", line->offset);
    if (line->header_pin > 0)
        printf(",\"pin\":%d", line->header_pin);
    else
        printf(",\"pin\":null");
    printf(",\"lost\":%" PRIu32 "}\n", edge->lost);
}

void gpio_print_edge(const struct gpio_options *options, const char *chip,
                     const struct sb_linux_line *line, const struct sb_edge *edge)
{
    if (options->is_json) {
        put_json(line, edge);
    } else if (options->format != NULL) {
        put_formatted(options->format, chip, line, edge);
    } else {
        put_seconds(edge->time_ns);
        printf("\t%s\t", kind_of(edge));
        if (options->chip != NULL)
            printf("%s %u ", chip, line->offset);
        printf("\"%s\"\n", line->name);
    }
}
