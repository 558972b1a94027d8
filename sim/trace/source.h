/* SPDX-License-Identifier: MIT */
/*
 * Trace sources: recordings of signals, read as a stream of changes in bounded memory whatever the
 * file's size. One face for all formats; a file's format is recognised by its content.
 */
#ifndef SB_SIM_TRACE_SOURCE_H
#define SB_SIM_TRACE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/files/diag.h"

struct sb_trace;

/* What a channel of a recording carries. */
enum sb_channel_kind {
    SB_CHANNEL_LEVELS, /* of a digital line */
    SB_CHANNEL_BYTES,  /* what went over a serial line: an NMEA log */
};

/*
 * One channel's level from `time_ns` on, or a byte of it whose last bit came then. The first changes of
 * levels, at time 0, are the initial ones; a channel without one is released until its first change.
 */
struct sb_trace_change {
    int64_t time_ns; /* since the recording began; never decreases */
    unsigned channel;
    uint8_t level; /* 0, 1, or SB_TRACE_RELEASED */
    uint8_t byte;
};

/* Nothing drives the line (VCD's z): pulls decide. */
#define SB_TRACE_RELEASED 2

/* What a level that the recording does not know (VCD's x) is taken for. */
enum sb_trace_unknown {
    SB_TRACE_UNKNOWN_HOLD, /* as it was */
    SB_TRACE_UNKNOWN_LOW,
};

struct sb_trace_options {
    int64_t samplerate_hz; /* for files that do not say; 0: must be in the file */
    unsigned baud;         /* at which logged bytes came; 0 means 9600 */
    enum sb_trace_unknown unknown;
};

/*
 * Opens a recording. Returns 0; or a negative error reported to `diag`, its place the file (and line,
 * where it has lines). `options` may be null.
 */
int sb_trace_open(struct sb_trace **out, const char *path, const struct sb_trace_options *options,
                  struct sb_diag *diag);

unsigned sb_trace_channel_count(const struct sb_trace *trace);

/* The name of a channel, as the file has it. */
const char *sb_trace_channel_name(const struct sb_trace *trace, unsigned channel);

enum sb_channel_kind sb_trace_channel_kind(const struct sb_trace *trace, unsigned channel);

/*
 * The channel of this name: exact, else the only one whose name ends with it after a dot ("IR" finds
 * "top.board.IR"), else the only one of the first or the second kind that differs in case only, else
 * "#3" for the channel of that number from 0; -1 when none. Names of one and the same signal count
 * once.
 */
int sb_trace_channel_find(const struct sb_trace *trace, const char *name);

/* Writes the names of its channels for a message, as many as fit: "rs", "e", "d4" ... */
void sb_trace_list_channels(const struct sb_trace *trace, char *out, size_t size);

/*
 * The next change. Returns 1; 0 at the end; a negative error, reported to the diag of open (which must
 * still be there), when the file is damaged. Changes of one instant come in order of channel; where a
 * file's times are finer than ns, several instants may have the same time.
 */
int sb_trace_next(struct sb_trace *trace, struct sb_trace_change *change);

/* The time at which the recording ends, known once sb_trace_next has returned 0. */
int64_t sb_trace_end_ns(const struct sb_trace *trace);

/*
 * How far apart two samples are, rounded up, or the step of a VCD file's times: the time between two edges
 * may truly have been longer or shorter by so much. 0 where the times are those of the changes to the ns.
 */
int64_t sb_trace_resolution_ns(const struct sb_trace *trace);

/* "sigrok 2", "VCD" ... */
const char *sb_trace_format(const struct sb_trace *trace);

/*
 * What a person should know beyond that: "2 real variables are left out"; "" when there is nothing.
 * Whole once sb_trace_next has returned 0.
 */
const char *sb_trace_note(const struct sb_trace *trace);

/* Null is ignored. */
void sb_trace_close(struct sb_trace *trace);

#endif
