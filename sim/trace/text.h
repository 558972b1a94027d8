/* SPDX-License-Identifier: MIT */
/*
 * Text files of any length read through one buffer: the block that is being looked at, words and lines
 * of it, and the place of any byte for messages. For readers of recordings.
 */
#ifndef SB_SIM_TRACE_TEXT_H
#define SB_SIM_TRACE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/trace/reader.h"

/* A word, or what else a reader must see whole, is shorter than this. */
#define SB_TEXT_SIZE 131072

struct sb_text {
    /* read-only, but `start`, which whoever reads moves on */
    size_t start; /* of what has not been taken, in `buffer` */
    size_t end;
    bool is_at_end; /* nothing comes after `end` */
    char *buffer;   /* buffer[end] is '\n' */
    /* private */
    int fd;
    uint64_t offset; /* of buffer[0] in the file */
    const struct sb_trace *trace;
};

/* Opens the file of `trace`, behind its byte order mark. Returns 0 or an error, reported. */
int sb_text_open(struct sb_text *text, const struct sb_trace *trace);

/*
 * Forgets what lies before `start`, which moves what is left to the buffer's front, and reads more.
 * Returns 1 when there is more; 0 when the file has no more; an error, reported, also when the
 * buffer is full of what nobody takes.
 */
int sb_text_fill(struct sb_text *text);

/*
 * Takes the next word: what stands between blanks. Returns 1 with the word, valid until the next call
 * and not ended by null; 0 at the end; an error, reported.
 */
int sb_text_word(struct sb_text *text, const char **word, size_t *length);

/* Takes all words up to `last` and that one too; they may be of any length. Returns as sb_text_word. */
int sb_text_skip_past(struct sb_text *text, const char *last);

/* A piece of a line, without its end. */
struct sb_text_line {
    char *text; /* valid until the next call */
    size_t length;
    bool is_whole; /* its end came, or the file's; else the rest comes next */
};

/*
 * Takes the next line, or a piece of at least half the buffer of a longer one. Lines end with LF, CR or
 * both. Returns 1; 0 at the end; an error, reported.
 */
int sb_text_line(struct sb_text *text, struct sb_text_line *line);

/* The place of the buffer's byte `at` in the file. */
static inline uint64_t sb_text_offset(const struct sb_text *text, size_t at)
{
    return text->offset + at;
}

/* Reports an error at a byte of the file, with its line and column; returns -EINVAL. */
int sb_text_error(const struct sb_text *text, uint64_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* One that is all zero is closed. */
void sb_text_close(struct sb_text *text);

#endif
