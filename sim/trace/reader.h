/* SPDX-License-Identifier: MIT */
/*
 * What a reader of one file format gives to sim/trace/source.c. A reader is a file that defines a
 * `const struct sb_trace_reader`, and a line in the table of source.c.
 */
#ifndef SB_SIM_TRACE_READER_H
#define SB_SIM_TRACE_READER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/files/diag.h"
#include "sim/trace/source.h"

/* Most channels that one recording may have: each bit of a VCD file's vectors is one. */
#define SB_TRACE_CHANNELS_MAX 65536

/* No recording is longer: 285 years, so that times can be added to a clock's. */
#define SB_TRACE_TIME_MAX_NS INT64_C(9000000000000000000)

/* How much of a file's beginning a reader is shown to recognise it: text may have long comments first. */
#define SB_TRACE_HEAD_SIZE 65536

struct sb_trace_ops {
    /* As sb_trace_next, which ends the reading after the first 0 or error. */
    int (*next)(struct sb_trace *trace, struct sb_trace_change *change);
    /* Frees the reader's own struct, its base apart from what it holds included. */
    void (*close)(struct sb_trace *trace);
};

struct sb_trace_channel {
    char *name;
    enum sb_channel_kind kind; /* LEVELS unless the reader says */
    unsigned signal;           /* the first channel that is the same signal under another name */
};

/* The base of each reader's struct, which begins with it and is made by sb_trace_alloc. */
struct sb_trace {
    const struct sb_trace_ops *ops;
    const char *format;
    char *path;
    struct sb_diag *diag;
    unsigned channel_count;
    unsigned channel_capacity;
    struct sb_trace_channel *channels;
    char note[160];
    int64_t resolution_ns;
    int64_t end_ns;
    int result; /* of the last next: 1 while there may be more */
};

struct sb_trace_reader {
    const char *name; /* in the list of what is understood: "sigrok .sr" */
    /* True when a file that begins so is of this format. */
    bool (*recognises)(const unsigned char *head, size_t size);
    /* As sb_trace_open; `options` is never null. */
    int (*open)(struct sb_trace **out, const char *path, const struct sb_trace_options *options,
                struct sb_diag *diag);
};

/*
 * Allocates a reader's struct of `size` bytes, zeroed beyond its base. Null when out of memory, which
 * is reported.
 */
void *sb_trace_alloc(size_t size, const struct sb_trace_ops *ops, const char *path,
                     struct sb_diag *diag);

/* Adds a channel; the name is copied. Returns 0, or -ENOMEM or -ENOSPC, reported. */
int sb_trace_add_channel(struct sb_trace *trace, const char *name);

/* Reports "PATH: message"; returns -EINVAL. */
int sb_trace_error(const struct sb_trace *trace, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reports that memory is short; returns -ENOMEM. */
int sb_trace_no_memory(const struct sb_trace *trace);

extern const struct sb_trace_reader sb_trace_reader_sr;
extern const struct sb_trace_reader sb_trace_reader_vcd;
extern const struct sb_trace_reader sb_trace_reader_mode2;
extern const struct sb_trace_reader sb_trace_reader_nmea;

#endif
