/* SPDX-License-Identifier: MIT */
/*
 * The trace player's pins, and which of a recording's channels each of them plays: the pins 0 to 31 are
 * channels by number, pins named by role (RS, E, SCL ...) the channels of that name, or the only one that
 * there is, and the attribute `channels` maps any pin to any channel.
 */
#ifndef SB_SIM_TRACE_ROUTES_H
#define SB_SIM_TRACE_ROUTES_H

#include <stdint.h>

#include "sim/part.h"
#include "sim/trace/source.h"

#define SB_TRACE_NUMBERED_PIN_COUNT 32

/* The terminals. */
enum sb_trace_pin {
    SB_TRACE_PIN_RS = SB_TRACE_NUMBERED_PIN_COUNT,
    SB_TRACE_PIN_RW,
    SB_TRACE_PIN_E,
    SB_TRACE_PIN_D0,
    SB_TRACE_PIN_SCL = SB_TRACE_PIN_D0 + 8,
    SB_TRACE_PIN_SDA,
    SB_TRACE_PIN_A,
    SB_TRACE_PIN_B,
    SB_TRACE_PIN_RX,
    SB_TRACE_PIN_IR,
    SB_TRACE_PIN_COUNT,
};

/* For the part's type; ended by a null name. Names are found in any case. */
extern const struct sb_part_pin sb_trace_pins[];
int sb_trace_pin_find(const char *name);

/*
 * The channels that any terminal plays are numbered as tracks, of which there are fewer than bits in a
 * word; the terminals of a track are a chain, which -1 ends.
 */
struct sb_trace_routes {
    uint8_t *track_of; /* of each channel, plus one; 0: nobody plays it */
    unsigned track_count;
    int first[SB_TRACE_PIN_COUNT]; /* by track */
    int next[SB_TRACE_PIN_COUNT];  /* by terminal */
    uint64_t clock_tracks;         /* that E or SCL plays */
};

/* Looks whether the attribute `channels` makes sense. Returns 0 or -EINVAL, reported. */
int sb_trace_routes_check(const struct sb_part *part, struct sb_diag *diag);

/*
 * Makes the routes of a part that plays `trace`, in place of those that were there (all zero: none).
 * `all`, if not null, is the one channel that every connected pin plays unless mapped. Returns 0;
 * -EINVAL for a pin without a channel, -ENOMEM; both reported.
 */
int sb_trace_routes_make(struct sb_trace_routes *routes, const struct sb_part *part,
                         const struct sb_trace *trace, const char *all, struct sb_diag *diag);

void sb_trace_routes_clear(struct sb_trace_routes *routes);

#endif
