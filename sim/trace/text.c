/* SPDX-License-Identifier: MIT */
/*
 * Blocks of text. Lines are not counted on the way: a message about one place reads the file again up
 * to it.
 */
#include "sim/trace/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int sb_text_open(struct sb_text *text, const struct sb_trace *trace)
{
    int rc;

    *text = (struct sb_text){.trace = trace, .fd = -1};
    text->buffer = malloc(SB_TEXT_SIZE + 1);
    if (!text->buffer)
        return sb_trace_no_memory(trace);
    text->fd = open(trace->path, O_RDONLY | O_CLOEXEC);
    if (text->fd < 0) {
        int error = errno;

        sb_trace_error(trace, "%s", strerror(error));
        return -error;
    }
    text->buffer[0] = '\n';
    rc = sb_text_fill(text);
    if (rc < 0)
        return rc;
    if (text->end >= 3 && !memcmp(text->buffer, "\xef\xbb\xbf", 3))
        text->start = 3;
    return 0;
}

void sb_text_close(struct sb_text *text)
{
    if (text->buffer && text->fd >= 0)
        close(text->fd);
    free(text->buffer);
    *text = (struct sb_text){.fd = -1};
}

int sb_text_fill(struct sb_text *text)
{
    ssize_t got;

    if (text->is_at_end)
        return 0;
    memmove(text->buffer, text->buffer + text->start, text->end - text->start);
    text->offset += text->start;
    text->end -= text->start;
    text->start = 0;
    if (text->end == SB_TEXT_SIZE)
        return sb_text_error(text, text->offset, "a word of more than %d characters",
                             SB_TEXT_SIZE - 1);
    do {
        got = read(text->fd, text->buffer + text->end, SB_TEXT_SIZE - text->end);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        int error = errno;

        sb_trace_error(text->trace, "%s", strerror(error));
        return -error;
    }
    text->end += (size_t)got;
    text->buffer[text->end] = '\n';
    text->is_at_end = got == 0;
    return got > 0;
}

/* Moves `start` on to what is no blank. Returns 1 when there is such, else as sb_text_fill. */
static int skip_blanks(struct sb_text *text)
{
    for (;;) {
        int rc;

        while (text->start < text->end && (unsigned char)text->buffer[text->start] <= ' ')
            text->start++;
        if (text->start < text->end)
            return 1;
        rc = sb_text_fill(text);
        if (rc <= 0)
            return rc;
    }
}

int sb_text_word(struct sb_text *text, const char **word, size_t *length)
{
    int rc = skip_blanks(text);
    size_t size = 0;

    if (rc <= 0)
        return rc;
    for (;;) {
        while (text->start + size < text->end &&
               (unsigned char)text->buffer[text->start + size] > ' ')
            size++;
        if (text->start + size < text->end || text->is_at_end)
            break;
        rc = sb_text_fill(text);
        if (rc < 0)
            return rc;
    }
    *word = text->buffer + text->start;
    *length = size;
    text->start += size;
    return 1;
}

int sb_text_skip_past(struct sb_text *text, const char *last)
{
    size_t wanted = strlen(last);

    for (;;) {
        size_t matched = 0;
        bool is_same = true;
        int rc = skip_blanks(text);

        /* Letter by letter: a word may be longer than the buffer. */
        while (rc > 0 && (unsigned char)text->buffer[text->start] > ' ') {
            is_same = is_same && matched < wanted && text->buffer[text->start] == last[matched];
            matched++;
            text->start++;
            if (text->start == text->end)
                rc = sb_text_fill(text);
        }
        if (rc < 0)
            return rc;
        if (is_same && matched == wanted)
            return 1;
        if (rc == 0)
            return 0;
    }
}

static size_t line_length(const char *at, size_t size)
{
    size_t length = 0;

    while (length < size && at[length] != '\n' && at[length] != '\r')
        length++;
    return length;
}

int sb_text_line(struct sb_text *text, struct sb_text_line *line)
{
    size_t length = 0;
    size_t left;

    for (;;) {
        int rc;

        length += line_length(text->buffer + text->start + length,
                              text->end - text->start - length);
        left = text->end - text->start - length;
        /* After CR one more byte must be seen. */
        if (left > 1 || (left == 1 && text->buffer[text->start + length] == '\n') ||
            length >= SB_TEXT_SIZE / 2)
            break;
        rc = sb_text_fill(text);
        if (rc < 0)
            return rc;
        if (rc == 0)
            break;
    }
    if (length + left == 0)
        return 0;
    *line = (struct sb_text_line){text->buffer + text->start, length, left > 0 || text->is_at_end};
    text->start += length;
    if (left > 0)
        text->start += left > 1 && !memcmp(text->buffer + text->start, "\r\n", 2) ? 2 : 1;
    return 1;
}

/* Reads the file anew up to the byte `offset` to say where that is. */
static struct sb_place find_place(const struct sb_text *text, uint64_t offset)
{
    struct sb_place place = {.file = text->trace->path, .line = 1, .column = 1};
    uint64_t at = 0;
    char block[4096];
    char last = 0;

    while (at < offset) {
        uint64_t wanted = offset - at < sizeof(block) ? offset - at : sizeof(block);
        ssize_t got = pread(text->fd, block, (size_t)wanted, (off_t)at);

        if (got <= 0)
            return (struct sb_place){.file = text->trace->path};
        for (ssize_t i = 0; i < got; i++) {
            bool is_half = block[i] == '\n' && last == '\r'; /* counted by its CR */

            place.column++;
            if (block[i] == '\n' || block[i] == '\r') {
                place.line += !is_half;
                place.column = 1;
            }
            last = block[i];
        }
        at += (uint64_t)got;
    }
    return place;
}

int sb_text_error(const struct sb_text *text, uint64_t offset, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    sb_diag_verror(text->trace->diag, find_place(text, offset), format, args);
    va_end(args);
    return -EINVAL;
}
