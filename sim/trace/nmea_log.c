/* SPDX-License-Identifier: MIT */
/*
 * Reader of NMEA 0183 text: logs of serial ports, with or without time stamps (spec/formats.md 5.5). One
 * channel of bytes, each at the time at which a receiver of that baud rate would have had it.
 *
 * When a line begins: at its stamp, the first stamp being time 0 (a stamp "+12.5 " is one since the
 * start of the log). In a log without stamps the UTC of the sentences paces: the sentence with a new UTC
 * comes as much later than the one with the UTC before it as the two differ, all others follow back to
 * back. A line never begins before the one before it is through. Where a stamp goes back, the line
 * follows at once; where the UTC goes back, and not over midnight, it follows 1 s after the last UTC.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/trace/nmea_stamp.h"
#include "sim/trace/text.h"

#define S_NS         INT64_C(1000000000)
#define BAUD_DEFAULT 9600
#define BAUD_MIN     50
#define BAUD_MAX     4000000

/* With its start and stop bit. */
#define BITS_A_BYTE 10

struct nmea {
    struct sb_trace base;
    struct sb_text text;
    unsigned baud;

    const char *line; /* its own bytes */
    size_t length;
    size_t size; /* with CR LF */
    size_t next; /* the byte that is told next */
    int64_t line_ns;
    int64_t busy_ns; /* the last line is through */

    bool is_comment; /* of which only a piece has been read */
    bool is_continued;
    bool is_stamped;
    int64_t stamp_ns; /* the last */
    int64_t zero_ns;  /* the stamp of time 0 */

    bool has_utc;
    int64_t utc_ns;   /* the last */
    int64_t cycle_ns; /* when the sentence with it was due */
};

/* How long so many bytes take; there are fewer than a buffer has. */
static int64_t bytes_ns(const struct nmea *nmea, size_t count)
{
    return (int64_t)(count * BITS_A_BYTE * (uint64_t)S_NS / nmea->baud);
}

static int64_t due_by_stamp(struct nmea *nmea, const struct sb_nmea_stamp *stamp)
{
    if (!nmea->is_stamped)
        nmea->zero_ns = stamp->is_relative ? 0 : stamp->time_ns - nmea->busy_ns;
    else if (stamp->time_ns < nmea->stamp_ns)
        nmea->zero_ns = stamp->time_ns - nmea->busy_ns;
    nmea->is_stamped = true;
    nmea->stamp_ns = stamp->time_ns;
    if (nmea->zero_ns < stamp->time_ns - SB_TRACE_TIME_MAX_NS)
        return SB_TRACE_TIME_MAX_NS + 1;
    return stamp->time_ns - nmea->zero_ns;
}

/* By how much a later UTC is later, the day not being known: the shorter way round. */
static int64_t utc_step_ns(int64_t from_ns, int64_t to_ns)
{
    int64_t step_ns = (to_ns - from_ns + SB_NMEA_DAY_NS) % SB_NMEA_DAY_NS;

    return step_ns <= SB_NMEA_DAY_NS / 2 ? step_ns : S_NS;
}

static int64_t due_by_utc(struct nmea *nmea)
{
    int64_t utc_ns = sb_nmea_utc_ns(nmea->line, nmea->length);

    if (utc_ns < 0 || (nmea->has_utc && utc_ns == nmea->utc_ns))
        return nmea->busy_ns;
    nmea->cycle_ns = nmea->has_utc ? nmea->cycle_ns + utc_step_ns(nmea->utc_ns, utc_ns)
                                   : nmea->busy_ns;
    nmea->has_utc = true;
    nmea->utc_ns = utc_ns;
    return nmea->cycle_ns;
}

/* Makes a line, or a piece of one, the one that is told. */
static void begin_line(struct nmea *nmea, const struct sb_text_line *line)
{
    int64_t due_ns = nmea->busy_ns;

    nmea->line = line->text;
    nmea->length = line->length;
    if (!nmea->is_continued) {
        struct sb_nmea_stamp stamp = sb_nmea_stamp_parse(line->text, line->length);

        nmea->line += stamp.length;
        nmea->length -= stamp.length;
        if (stamp.has_time)
            due_ns = due_by_stamp(nmea, &stamp);
        else if (!nmea->is_stamped)
            due_ns = due_by_utc(nmea);
    }
    nmea->size = nmea->length + (line->is_whole && (nmea->length || nmea->is_continued) ? 2 : 0);
    nmea->next = 0;
    nmea->line_ns = due_ns > nmea->busy_ns ? due_ns : nmea->busy_ns;
    nmea->busy_ns = nmea->line_ns + bytes_ns(nmea, nmea->size);
}

static bool is_comment(const struct sb_text_line *line)
{
    size_t at = 0;

    while (at < line->length && (line->text[at] == ' ' || line->text[at] == '\t'))
        at++;
    return at < line->length && line->text[at] == '#';
}

/* Takes lines up to one that has bytes to tell. Returns 1; 0 at the end; an error, reported. */
static int next_line(struct nmea *nmea)
{
    do {
        struct sb_text_line line;
        int rc = sb_text_line(&nmea->text, &line);

        if (rc < 0)
            return rc;
        if (rc == 0) {
            nmea->base.end_ns = nmea->busy_ns;
            return 0;
        }
        if (!nmea->is_continued)
            nmea->is_comment = is_comment(&line);
        if (!nmea->is_comment)
            begin_line(nmea, &line);
        nmea->is_continued = !line.is_whole;
        if (nmea->busy_ns > SB_TRACE_TIME_MAX_NS)
            return sb_text_error(
                &nmea->text, sb_text_offset(&nmea->text, (size_t)(line.text - nmea->text.buffer)),
                "longer than 285 years");
    } while (nmea->next == nmea->size);
    return 1;
}

static int next_nmea(struct sb_trace *trace, struct sb_trace_change *change)
{
    struct nmea *nmea = (struct nmea *)trace;

    if (nmea->next == nmea->size) {
        int rc = next_line(nmea);

        if (rc <= 0)
            return rc;
    }
    *change = (struct sb_trace_change){.byte = (uint8_t)'\n'};
    if (nmea->next < nmea->length)
        change->byte = (uint8_t)nmea->line[nmea->next];
    else if (nmea->next == nmea->length)
        change->byte = (uint8_t)'\r';
    change->time_ns = nmea->line_ns + bytes_ns(nmea, ++nmea->next);
    return 1;
}

static void close_nmea(struct sb_trace *trace)
{
    sb_text_close(&((struct nmea *)trace)->text);
}

static const struct sb_trace_ops nmea_ops = {.next = next_nmea, .close = close_nmea};

static int begin(struct nmea *nmea, const struct sb_trace_options *options)
{
    struct sb_trace *trace = &nmea->base;
    int rc;

    trace->format = "NMEA text";
    nmea->baud = options->baud ? options->baud : BAUD_DEFAULT;
    if (nmea->baud < BAUD_MIN || nmea->baud > BAUD_MAX)
        return sb_trace_error(trace, "%u baud: %d to %d are understood", nmea->baud, BAUD_MIN,
                              BAUD_MAX);
    rc = sb_trace_add_channel(trace, "NMEA");
    if (rc < 0)
        return rc;
    trace->channels[0].kind = SB_CHANNEL_BYTES;
    return sb_text_open(&nmea->text, trace);
}

static int open_nmea(struct sb_trace **out, const char *path,
                     const struct sb_trace_options *options, struct sb_diag *diag)
{
    struct nmea *nmea = sb_trace_alloc(sizeof(*nmea), &nmea_ops, path, diag);
    int rc;

    if (!nmea)
        return -ENOMEM;
    rc = begin(nmea, options);
    if (rc < 0) {
        sb_trace_close(&nmea->base);
        return rc;
    }
    *out = &nmea->base;
    return 0;
}

/* Any line of the beginning, whatever stands around it, has a sentence. */
static bool is_nmea(const unsigned char *head, size_t size)
{
    return sb_nmea_is_sentence((const char *)head, size);
}

const struct sb_trace_reader sb_trace_reader_nmea = {
    .name = "NMEA text",
    .recognises = is_nmea,
    .open = open_nmea,
};
