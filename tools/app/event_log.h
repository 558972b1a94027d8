/* SPDX-License-Identifier: MIT */
/*
 * The event log: every event of a run as a line of text, in order. --check-determinism compares two.
 */
#ifndef SB_TOOLS_APP_EVENT_LOG_H
#define SB_TOOLS_APP_EVENT_LOG_H

#include "lib/loop.h"
#include "sim/files/diag.h"

struct sb_event_log;

/* Begins to write, as the loop's trace hook. Returns 0 or an error, reported. */
int sb_event_log_open(struct sb_event_log **out, struct sb_loop *loop, const char *path,
                      struct sb_diag *diag);

/* Returns 0 or the first error of writing. Null is ignored. */
int sb_event_log_close(struct sb_event_log *log);

#endif
