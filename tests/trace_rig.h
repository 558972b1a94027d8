/* SPDX-License-Identifier: MIT */
/*
 * What tests of readers of recordings share: a file of given content, all that is read from it as one
 * text, and the message when it is refused.
 */
#ifndef SB_TESTS_TRACE_RIG_H
#define SB_TESTS_TRACE_RIG_H

#include <stddef.h>

#include "sim/trace/source.h"

/* Its messages; `last` is the last error. */
extern struct sb_diag trace_rig_diag;

/* A temporary file that is this test program's own; the same at each call. */
const char *trace_rig_path(void);

/* Writes the file and opens it. Fails the test when that is refused. */
struct sb_trace *trace_rig_open(const void *data, size_t size,
                                const struct sb_trace_options *options);

/*
 * All that comes from a file: "time:channel=level" with z for released, runs of bytes as text with their first
 * and last time "time..time:channel\"text\"", and "end time" or "error", joined by " | ".
 */
const char *trace_rig_read(const char *text, const struct sb_trace_options *options);
const char *trace_rig_read_bytes(const void *data, size_t size,
                                 const struct sb_trace_options *options);

/* The file is refused, at once or on the way, with this message after its name; one message only. */
void trace_rig_assert_refused(const char *text, const char *message);

/* The file is read to its end or refused with one message. */
void trace_rig_survive(const void *data, size_t size);

/* So is every beginning of it. */
void trace_rig_survive_cuts(const void *data, size_t size);

#endif
