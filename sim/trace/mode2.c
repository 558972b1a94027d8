/* SPDX-License-Identifier: MIT */
/*
 * Reader of infrared as text (spec/formats.md 5.4): LIRC's mode2 ("pulse 9024", "space 4512", one a
 * line) and ir-ctl's lists ("+9024 -4512 +560 ...", a message a line). Such files come from a
 * demodulating receiver; the one channel, IR, has the levels of its pin: low while there is light (a
 * pulse), else high. The initial level is high, even where the file begins with a pulse at once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/text.h"

/* Between two messages of a list that does not say. */
#define GAP_US 125000

/* Numbers have at most so many digits: 2.7 hours. */
#define DIGITS_MAX 10

struct mode2 {
    struct sb_trace base;
    struct sb_text text;

    const char *at; /* in the line that is being read */
    const char *end;
    bool is_line_whole;
    bool is_comment;   /* what follows of the line, of which a piece has been read */
    bool is_list;      /* the line has numbers only */
    bool is_pulse;     /* what came last in it */
    bool has_duration; /* anything has come, in any line */

    bool has_initial;
    uint8_t level;   /* as told */
    int64_t time_ns; /* up to which has been read */
};

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

static int error_at(const struct mode2 *mode2, const char *at, const char *what)
{
    const struct sb_text *text = &mode2->text;

    return sb_text_error(text, sb_text_offset(text, (size_t)(at - text->buffer)), "%s", what);
}

static void skip_blanks(struct mode2 *mode2)
{
    while (mode2->at < mode2->end && (*mode2->at == ' ' || *mode2->at == '\t'))
        mode2->at++;
}

/* True at the end of what a line says. */
static bool is_through(const struct mode2 *mode2)
{
    size_t left = (size_t)(mode2->end - mode2->at);

    return !left || *mode2->at == '#' || (left > 1 && !memcmp(mode2->at, "//", 2));
}

/* Takes a whole word of digits. False, with nothing taken, when there is none. */
static bool take_number(struct mode2 *mode2, int64_t *out)
{
    const char *at = mode2->at;
    int64_t value = 0;

    for (; at < mode2->end && is_digit(*at) && at - mode2->at < DIGITS_MAX; at++)
        value = value * 10 + (*at - '0');
    if (at == mode2->at || (at < mode2->end && !strchr(" \t#/", *at)))
        return false;
    mode2->at = at;
    *out = value;
    return true;
}

static bool take_word(struct mode2 *mode2, const char *word)
{
    size_t length = strlen(word);
    size_t left = (size_t)(mode2->end - mode2->at);

    if (left < length || memcmp(mode2->at, word, length) != 0 ||
        (left > length && mode2->at[length] != ' ' && mode2->at[length] != '\t'))
        return false;
    mode2->at += length;
    skip_blanks(mode2);
    return true;
}

/* ---- mode2 */

/* What the program mode2 says before it begins. */
static bool is_greeting(const char *at, const char *end)
{
    static const char *const beginnings[] = {"Using ", "Trying ", "Running "};

    for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
        size_t length = strlen(beginnings[i]);

        if ((size_t)(end - at) > length && !memcmp(at, beginnings[i], length))
            return true;
    }
    return false;
}

/* Takes a line of mode2. Returns 1 with a duration, 0 when the line has none, or an error, reported. */
static int take_mode2(struct mode2 *mode2, int64_t *duration_us)
{
    const char *start = mode2->at;
    bool is_carrier = false;

    mode2->is_pulse = take_word(mode2, "pulse");
    if (!mode2->is_pulse && !take_word(mode2, "space") && !take_word(mode2, "timeout")) {
        is_carrier = take_word(mode2, "carrier");
        if (!is_carrier && !mode2->has_duration && is_greeting(start, mode2->end)) {
            mode2->at = mode2->end;
            return 0;
        }
        if (take_word(mode2, "scancode"))
            return error_at(mode2, start, "a scancode has no times: this file is for sending");
        if (!is_carrier)
            return error_at(mode2, start, "pulse, space, timeout or carrier is expected");
    }
    if (!take_number(mode2, duration_us))
        return error_at(mode2, mode2->at,
                        is_carrier ? "a number of Hz is expected"
                                   : "a number of microseconds is expected");
    skip_blanks(mode2);
    if (!is_through(mode2))
        return error_at(mode2, mode2->at, "nothing is expected here");
    if (is_carrier)
        snprintf(mode2->base.note, sizeof(mode2->base.note), "its carrier had %lld Hz",
                 (long long)*duration_us);
    return !is_carrier;
}

/* ---- lists */

static int take_listed(struct mode2 *mode2, int64_t *duration_us)
{
    char sign = *mode2->at;

    if (sign == '+' || sign == '-')
        mode2->at++;
    mode2->is_pulse = sign == '+' || (sign != '-' && !mode2->is_pulse);
    if (!take_number(mode2, duration_us))
        return error_at(mode2, mode2->at, "a number of microseconds is expected");
    return 1;
}

/* After a message: "# timeout 133889" or a usual gap, if it did not end with a space itself. */
static int take_gap(struct mode2 *mode2, int64_t *duration_us)
{
    bool had_pulse = mode2->is_pulse;

    mode2->is_list = false;
    mode2->is_pulse = false;
    *duration_us = GAP_US;
    if (mode2->at < mode2->end && *mode2->at == '#') {
        mode2->at++;
        skip_blanks(mode2);
        if (take_word(mode2, "timeout") && take_number(mode2, duration_us))
            had_pulse = true;
    }
    mode2->at = mode2->end;
    return had_pulse;
}

/* ---- both */

/* A very long line comes in pieces: the word that is cut belongs to the next. False when it is all. */
static bool give_back_cut_word(struct mode2 *mode2)
{
    while (mode2->end > mode2->at && mode2->end[-1] != ' ') {
        mode2->end--;
        mode2->text.start--;
    }
    return mode2->end > mode2->at;
}

/* What is left of the line before is a comment, if anything. */
static int next_line(struct mode2 *mode2)
{
    bool is_continued = !mode2->is_line_whole;
    struct sb_text_line line;
    int rc = sb_text_line(&mode2->text, &line);

    if (rc <= 0)
        return rc;
    mode2->is_comment = is_continued && (mode2->is_comment || mode2->at < mode2->end);
    mode2->at = line.text;
    mode2->end = line.text + line.length;
    mode2->is_line_whole = line.is_whole;
    if (mode2->is_comment) {
        mode2->at = mode2->end;
        return 1;
    }
    if (!line.is_whole && !memchr(line.text, '#', line.length) && !give_back_cut_word(mode2))
        return error_at(mode2, mode2->at, "a number of microseconds is expected");
    skip_blanks(mode2);
    if (is_continued)
        return 1;
    mode2->is_pulse = false;
    mode2->is_list = !is_through(mode2) &&
                     (is_digit(*mode2->at) || *mode2->at == '+' || *mode2->at == '-');
    return 1;
}

/* Takes what comes next of the file. Returns 1 with a duration; 0 at the end; an error, reported. */
static int next_duration(struct mode2 *mode2, int64_t *duration_us)
{
    for (;;) {
        int rc;

        skip_blanks(mode2);
        if (is_through(mode2)) {
            rc = mode2->is_list && mode2->is_line_whole ? take_gap(mode2, duration_us) : 0;
            if (rc == 0) {
                rc = next_line(mode2);
                if (rc <= 0)
                    return rc;
                continue;
            }
        } else {
            rc = mode2->is_list ? take_listed(mode2, duration_us) : take_mode2(mode2, duration_us);
        }
        if (rc != 0) {
            mode2->has_duration = true;
            return rc;
        }
        mode2->at = mode2->end;
    }
}

static int tell(struct mode2 *mode2, struct sb_trace_change *change, int64_t time_ns, uint8_t level)
{
    *change = (struct sb_trace_change){.time_ns = time_ns, .level = level};
    mode2->level = level;
    return 1;
}

static int next_mode2(struct sb_trace *trace, struct sb_trace_change *change)
{
    struct mode2 *mode2 = (struct mode2 *)trace;
    int64_t duration_us = 0;
    int rc;

    if (!mode2->has_initial) {
        mode2->has_initial = true;
        return tell(mode2, change, 0, 1);
    }
    while ((rc = next_duration(mode2, &duration_us)) > 0) {
        int64_t start_ns = mode2->time_ns;

        if (duration_us * 1000 > SB_TRACE_TIME_MAX_NS - start_ns)
            return error_at(mode2, mode2->at, "longer than 285 years");
        mode2->time_ns += duration_us * 1000;
        if (duration_us > 0 && mode2->is_pulse != (mode2->level == 0))
            return tell(mode2, change, start_ns, !mode2->is_pulse);
    }
    trace->end_ns = mode2->time_ns;
    if (rc == 0 && mode2->level == 0)
        return tell(mode2, change, mode2->time_ns, 1);
    return rc;
}

static void close_mode2(struct sb_trace *trace)
{
    sb_text_close(&((struct mode2 *)trace)->text);
}

static const struct sb_trace_ops mode2_ops = {.next = next_mode2, .close = close_mode2};

static int open_mode2(struct sb_trace **out, const char *path,
                      const struct sb_trace_options *options, struct sb_diag *diag)
{
    struct mode2 *mode2 = sb_trace_alloc(sizeof(*mode2), &mode2_ops, path, diag);
    int rc;

    (void)options;
    if (!mode2)
        return -ENOMEM;
    mode2->base.format = "infrared text";
    mode2->is_line_whole = true;
    rc = sb_trace_add_channel(&mode2->base, "IR");
    if (rc == 0)
        rc = sb_text_open(&mode2->text, &mode2->base);
    if (rc < 0) {
        sb_trace_close(&mode2->base);
        return rc;
    }
    *out = &mode2->base;
    return 0;
}

/* ---- recognition */

/*
 * Numbers and signs only, three numbers at least. Zeros in front are Pronto's: its words are
 * hexadecimal, even where no letter is among them.
 */
static bool is_list_line(const char *line, size_t length)
{
    unsigned count = 0;

    for (size_t i = 0; i < length; i++) {
        bool is_first = i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t';

        if (line[i] == '#')
            break;
        if (is_digit(line[i])) {
            bool is_start = i == 0 || !is_digit(line[i - 1]);

            if (is_start && line[i] == '0' && i + 1 < length && is_digit(line[i + 1]))
                return false;
            count += is_start;
            continue;
        }
        if (line[i] != ' ' && line[i] != '\t' && ((line[i] != '+' && line[i] != '-') || !is_first))
            return false;
    }
    return count >= 3;
}

static bool is_mode2_line(const char *line, size_t length)
{
    static const char *const words[] = {"pulse", "space", "carrier", "timeout", "scancode"};

    /* After all but scancode there is a number. */
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t size = strlen(words[i]);

        if (length < size + 2 || memcmp(line, words[i], size) != 0 ||
            (line[size] != ' ' && line[size] != '\t'))
            continue;
        return is_digit(line[size + 1]) || line[1] == 'c';
    }
    return false;
}

/* The first line that is no comment decides. */
static bool is_infrared(const unsigned char *head, size_t size)
{
    const char *at = (const char *)head;
    const char *end = at + size;

    if (size >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
        at += 3;
    while (at < end) {
        size_t length = 0;

        while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
            at++;
        while (at + length < end && at[length] != '\n' && at[length] != '\r')
            length++;
        if (length && *at != '#' && (length < 2 || memcmp(at, "//", 2) != 0) &&
            !is_greeting(at, at + length))
            return is_mode2_line(at, length) || is_list_line(at, length);
        at += length;
    }
    return false;
}

const struct sb_trace_reader sb_trace_reader_mode2 = {
    .name = "mode2",
    .recognises = is_infrared,
    .open = open_mode2,
};
