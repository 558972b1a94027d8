/* SPDX-License-Identifier: MIT */
/*
 * Reader of VCD files (IEEE 1364-2005 18.2; spec/formats.md 5.1): the times and values after the header.
 * Words only, in one pass: all values between two times are gathered and then told in order of
 * channel, so that a channel which changes twice within one time shows its last level.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/text.h"
#include "sim/trace/vcd_header.h"

enum { LEVEL_UNKNOWN = SB_TRACE_RELEASED + 1, LEVEL_NONE = UINT8_MAX };

struct vcd {
    struct sb_trace base;
    struct sb_text text;
    struct sb_vcd_header header;
    bool is_unknown_low;
    size_t limit;      /* all words that begin before it in the buffer are whole */
    bool is_telling;   /* what is pending is complete */
    uint64_t tick;     /* of the values that are being read */
    int64_t time_ns;   /* the same in ns */
    int64_t told_ns;   /* of the changes that are being told */
    uint64_t *pending; /* a bit a channel: it has had a value since `told` */
    size_t first_word; /* of `pending` that may have bits set */
    size_t last_word;
    uint8_t *levels; /* as read */
    uint8_t *told;   /* as told */
};

/* What a digit of a value means, plus one; VHDL's nine levels too. */
static const uint8_t digit_levels[256] = {
    ['0'] = 1, ['l'] = 1, ['L'] = 1, ['1'] = 2, ['h'] = 2, ['H'] = 2, ['z'] = 3, ['Z'] = 3,
    ['x'] = 4, ['X'] = 4, ['u'] = 4, ['U'] = 4, ['w'] = 4, ['W'] = 4, ['-'] = 4,
};

/* LEVEL_NONE for what is no digit of a value. */
static inline uint8_t level_of(char digit)
{
    return (uint8_t)(digit_levels[(unsigned char)digit] - 1);
}

static inline void set_level(struct vcd *vcd, uint32_t channel, uint8_t level)
{
    size_t word = channel / 64;

    if (level == LEVEL_UNKNOWN) {
        if (!vcd->is_unknown_low)
            return;
        level = 0;
    }
    if (vcd->levels[channel] == level)
        return;
    vcd->levels[channel] = level;
    vcd->pending[word] |= UINT64_C(1) << channel % 64;
    if (word < vcd->first_word)
        vcd->first_word = word;
    if (word > vcd->last_word)
        vcd->last_word = word;
}

/* Sets the bits of a variable from its digits, of which a shorter value has the lower ones. */
static void set_bits(struct vcd *vcd, const struct sb_vcd_variable *variable, const char *digits,
                     size_t count)
{
    uint8_t extension = level_of(digits[0]);

    if (extension == 1)
        extension = 0;
    for (uint32_t i = 0; i < variable->width; i++)
        set_level(vcd, variable->first + i,
                  i < count ? level_of(digits[count - 1 - i]) : extension);
}

/* After the buffer's content has changed: words up to the last blank are whole, at the end all. */
static void find_limit(struct vcd *vcd)
{
    const struct sb_text *text = &vcd->text;

    vcd->limit = text->end;
    while (!text->is_at_end && vcd->limit > text->start &&
           (unsigned char)text->buffer[vcd->limit - 1] > ' ')
        vcd->limit--;
}

/* ---- words; each returns what comes after, or null after a report */

static uint64_t offset_of(const struct vcd *vcd, const char *at)
{
    return sb_text_offset(&vcd->text, (size_t)(at - vcd->text.buffer));
}

static const char *fail(struct vcd *vcd, const char *at, const char *what)
{
    sb_text_error(&vcd->text, offset_of(vcd, at), "%s", what);
    return NULL;
}

static inline const char *word_end(const char *at)
{
    while ((unsigned char)*at > ' ')
        at++;
    return at;
}

static uint32_t find_variable(struct vcd *vcd, const char *id, const char *end)
{
    uint32_t number = sb_vcd_ids_find(&vcd->header.ids, id, (size_t)(end - id));

    if (!number)
        sb_text_error(&vcd->text, offset_of(vcd, id), "no variable has the identifier '%.*s'",
                      end - id < 40 ? (int)(end - id) : 40, id);
    return number;
}

/* "1!": a digit and an identifier. */
static inline const char *take_scalar(struct vcd *vcd, const char *at, uint8_t level)
{
    const char *end = word_end(at + 1);
    uint32_t number;

    if (end == at + 1)
        return fail(vcd, at, "a value without an identifier");
    number = find_variable(vcd, at + 1, end);
    if (!number)
        return NULL;
    do {
        const struct sb_vcd_variable *variable = &vcd->header.variables[number];

        if (variable->width == 1)
            set_level(vcd, variable->first, level);
        else
            set_bits(vcd, variable, at, 1);
        number = variable->next;
    } while (number);
    return end;
}

/* "b0101 !", "r1.5 !": two words. Returns `at` itself when the second is not in the buffer yet. */
static const char *take_pair(struct vcd *vcd, const char *at)
{
    const char *limit = vcd->text.buffer + vcd->limit;
    const char *end = word_end(at);
    bool has_bits = *at == 'b' || *at == 'B';
    const char *id = end;
    uint32_t number;

    for (const char *digit = at + 1; has_bits && digit < end; digit++)
        if (level_of(*digit) == LEVEL_NONE)
            return fail(vcd, digit, "a binary value has the digits 0, 1, x and z only");
    if (has_bits && end == at + 1)
        return fail(vcd, at, "a binary value without digits");
    while (id < limit && (unsigned char)*id <= ' ')
        id++;
    if (id >= limit)
        return at;
    number = find_variable(vcd, id, word_end(id));
    if (!number)
        return NULL;
    for (; has_bits && number; number = vcd->header.variables[number].next)
        set_bits(vcd, &vcd->header.variables[number], at + 1, (size_t)(end - at - 1));
    return word_end(id);
}

/* A tick to ns, rounded down; -1 when it is too late. */
static int64_t time_of(const struct vcd *vcd, uint64_t tick)
{
    const struct sb_vcd_header *header = &vcd->header;

    if (!header->tick_ns) {
        tick /= header->ticks_per_ns;
        return tick <= (uint64_t)SB_TRACE_TIME_MAX_NS ? (int64_t)tick : -1;
    }
    if (tick > (uint64_t)SB_TRACE_TIME_MAX_NS / header->tick_ns)
        return -1;
    return (int64_t)(tick * header->tick_ns);
}

/* "#123". The time is in `*tick` only; it is not taken over. */
static const char *take_time(struct vcd *vcd, const char *at, uint64_t *tick)
{
    const char *digit = at + 1;
    uint64_t value = 0;

    for (; *digit >= '0' && *digit <= '9'; digit++) {
        unsigned units = (unsigned)(*digit - '0');

        if (value > (UINT64_MAX - units) / 10)
            return fail(vcd, at, "a time of more than 64 bits");
        value = value * 10 + units;
    }
    if (digit == at + 1 || (unsigned char)*digit > ' ')
        return fail(vcd, at, "a time is # and decimal digits");
    if (value < vcd->tick)
        return fail(vcd, at, "time goes backwards");
    *tick = value;
    return digit;
}

/* Takes over a later time. Returns 0 or an error, reported. */
static int set_time(struct vcd *vcd, const char *at, uint64_t tick)
{
    int64_t time_ns = time_of(vcd, tick);

    if (time_ns < 0)
        return sb_text_error(&vcd->text, offset_of(vcd, at), "longer than 285 years");
    vcd->tick = tick;
    vcd->time_ns = time_ns;
    return 0;
}

/* "$dumpvars" and its like stand around values and mean nothing; a comment is left out. */
static const char *take_keyword(struct vcd *vcd, const char *at)
{
    static const char *const wrappers[] = {"$end",    "$dumpvars", "$dumpall",
                                           "$dumpon", "$dumpoff",  "$vcdclose"};
    const char *end = word_end(at);
    size_t length = (size_t)(end - at);
    int rc;

    for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++)
        if (length == strlen(wrappers[i]) && !memcmp(at, wrappers[i], length))
            return end;
    if (length != strlen("$comment") || memcmp(at, "$comment", length) != 0)
        return fail(vcd, at, "a keyword that is not understood among the values");
    vcd->text.start = (size_t)(end - vcd->text.buffer);
    rc = sb_text_skip_past(&vcd->text, "$end");
    find_limit(vcd);
    if (rc == 0)
        return fail(vcd, vcd->text.buffer + vcd->text.end, "the file ends inside a comment");
    return rc < 0 ? NULL : vcd->text.buffer + vcd->text.start;
}

static const char *take_other(struct vcd *vcd, const char *at)
{
    switch (*at) {
    case 'b':
    case 'B':
    case 'r':
    case 'R':
    case 's':
    case 'S':
        return take_pair(vcd, at);
    case '$':
        return take_keyword(vcd, at);
    case 'p':
        return fail(vcd, at, "values of ports (extended VCD) are not understood");
    default:
        return fail(vcd, at, "neither a time nor a value");
    }
}

/* ---- the file */

static int end_of_file(struct vcd *vcd)
{
    const struct sb_text *text = &vcd->text;

    vcd->base.end_ns = vcd->time_ns;
    if (text->start < text->end)
        return sb_text_error(text, sb_text_offset(text, text->start),
                             "the file ends inside a value");
    return 0;
}

static bool has_pending(const struct vcd *vcd)
{
    return vcd->first_word <= vcd->last_word;
}

/*
 * Reads the buffer's whole words up to a later time than that of values that are still to be told.
 * Returns 1 when there are such; 0 when the buffer is used up; an error, reported.
 */
static int read_block(struct vcd *vcd)
{
    const char *buffer = vcd->text.buffer;
    const char *at = buffer + vcd->text.start;

    while (at < buffer + vcd->limit) {
        uint8_t level = level_of(*at);
        const char *next;

        if ((unsigned char)*at <= ' ') {
            at++;
            continue;
        }
        if (level != LEVEL_NONE) {
            next = take_scalar(vcd, at, level);
        } else if (*at == '#') {
            uint64_t tick = vcd->tick;

            next = take_time(vcd, at, &tick);
            if (next && tick > vcd->tick) {
                bool is_complete = has_pending(vcd);

                vcd->told_ns = vcd->time_ns;
                vcd->text.start = (size_t)(next - buffer);
                if (set_time(vcd, at, tick) < 0)
                    return -EINVAL;
                if (is_complete)
                    return 1;
            }
        } else {
            next = take_other(vcd, at);
        }
        if (!next)
            return -EINVAL;
        if (next == at)
            break;
        at = next;
    }
    vcd->text.start = (size_t)(at - buffer);
    return 0;
}

/* The same for the whole file: 0 at its end. */
static int read_instant(struct vcd *vcd)
{
    struct sb_text *text = &vcd->text;

    for (;;) {
        bool was_at_end = text->is_at_end;
        int rc = read_block(vcd);

        if (rc != 0)
            return rc;
        if (was_at_end)
            break;
        rc = sb_text_fill(text);
        if (rc < 0)
            return rc;
        find_limit(vcd);
    }
    vcd->told_ns = vcd->time_ns;
    return has_pending(vcd) ? 1 : end_of_file(vcd);
}

/* Takes the lowest channel whose level is not the one that was told last. False when there is none. */
static bool take_pending(struct vcd *vcd, struct sb_trace_change *change)
{
    for (; has_pending(vcd); vcd->first_word++) {
        uint64_t *word = &vcd->pending[vcd->first_word];

        while (*word) {
            unsigned bit = (unsigned)__builtin_ctzll(*word);
            size_t channel = vcd->first_word * 64 + bit;

            *word &= *word - 1;
            if (vcd->levels[channel] == vcd->told[channel])
                continue;
            vcd->told[channel] = vcd->levels[channel];
            *change = (struct sb_trace_change){
                .time_ns = vcd->told_ns,
                .channel = (unsigned)channel,
                .level = vcd->told[channel],
            };
            return true;
        }
    }
    vcd->first_word = SIZE_MAX;
    vcd->last_word = 0;
    return false;
}

static int next_vcd(struct sb_trace *trace, struct sb_trace_change *change)
{
    struct vcd *vcd = (struct vcd *)trace;

    while (!vcd->is_telling || !take_pending(vcd, change)) {
        int rc = read_instant(vcd);

        if (rc <= 0)
            return rc;
        vcd->is_telling = true;
    }
    return 1;
}

static void close_vcd(struct sb_trace *trace)
{
    struct vcd *vcd = (struct vcd *)trace;

    sb_text_close(&vcd->text);
    sb_vcd_header_deinit(&vcd->header);
    free(vcd->pending);
    free(vcd->levels);
    free(vcd->told);
}

static const struct sb_trace_ops vcd_ops = {.next = next_vcd, .close = close_vcd};

static int begin(struct vcd *vcd)
{
    struct sb_trace *trace = &vcd->base;
    size_t count = trace->channel_count;

    vcd->pending = calloc(count / 64 + 1, sizeof(*vcd->pending));
    vcd->levels = malloc(count + 1);
    vcd->told = malloc(count + 1);
    if (!vcd->pending || !vcd->levels || !vcd->told)
        return sb_trace_no_memory(trace);
    memset(vcd->levels, SB_TRACE_RELEASED, count + 1);
    memset(vcd->told, SB_TRACE_RELEASED, count + 1);
    vcd->first_word = SIZE_MAX;
    /* A variable is unknown until its first value. */
    for (unsigned i = 0; i < count; i++)
        set_level(vcd, i, LEVEL_UNKNOWN);
    if (vcd->header.skipped_count)
        snprintf(trace->note, sizeof(trace->note),
                 "left out: %u variable%s without levels (real, string, event)",
                 (unsigned)vcd->header.skipped_count, vcd->header.skipped_count == 1 ? "" : "s");
    if (vcd->header.tick_ns > 1)
        trace->resolution_ns = (int64_t)vcd->header.tick_ns;
    find_limit(vcd);
    return 0;
}

static int open_vcd(struct sb_trace **out, const char *path, const struct sb_trace_options *options,
                    struct sb_diag *diag)
{
    struct vcd *vcd = sb_trace_alloc(sizeof(*vcd), &vcd_ops, path, diag);
    int rc;

    if (!vcd)
        return -ENOMEM;
    vcd->base.format = "VCD";
    vcd->is_unknown_low = options->unknown == SB_TRACE_UNKNOWN_LOW;
    rc = sb_text_open(&vcd->text, &vcd->base);
    if (rc == 0)
        rc = sb_vcd_header_read(&vcd->header, &vcd->base, &vcd->text);
    if (rc == 0)
        rc = begin(vcd);
    if (rc < 0) {
        sb_trace_close(&vcd->base);
        return rc;
    }
    *out = &vcd->base;
    return 0;
}

/* The first word is one of a header's keywords. */
static bool is_vcd(const unsigned char *head, size_t size)
{
    static const char *const keywords[] = {"$date",  "$version", "$comment",       "$timescale",
                                           "$scope", "$var",     "$enddefinitions"};
    size_t at = size >= 3 && !memcmp(head, "\xef\xbb\xbf", 3) ? 3 : 0;

    while (at < size && head[at] <= ' ')
        at++;
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        size_t length = strlen(keywords[i]);

        if (size - at >= length && !memcmp(head + at, keywords[i], length) &&
            (size - at == length || head[at + length] <= ' '))
            return true;
    }
    return false;
}

const struct sb_trace_reader sb_trace_reader_vcd = {
    .name = "VCD",
    .recognises = is_vcd,
    .open = open_vcd,
};
