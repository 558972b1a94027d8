/* SPDX-License-Identifier: MIT */
/*
 * The trace player, type softboard-trace: drives wires as a recording has them. What programs and
 * the decode command need of it beyond what every part offers.
 */
#ifndef SB_SIM_PART_TRACE_H
#define SB_SIM_PART_TRACE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/part.h"

/* True when the part is a trace player whose recording turned out damaged; `text` says how. */
bool sb_part_trace_failed(const struct sb_part *part, char *text, size_t size);

/*
 * Waits until the recording has been played to its end; returns at once when none plays. Returns 0;
 * the file's error, which sb_part_trace_failed explains; -ECANCELED or -ETIMEDOUT.
 */
int sb_part_trace_wait(struct sb_part *part);

#endif
