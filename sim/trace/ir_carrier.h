/* SPDX-License-Identifier: MIT */
/*
 * Recorded infrared as a demodulating receiver's pin would have it (high, and low while there is light),
 * whatever was recorded: the light itself, switched at 20 to 60 kHz, or what came out of a receiver of
 * either polarity. Two state machines on edges: one looks at the beginning of a recording to find out what
 * it is, the other turns edges into those of the pin.
 */
#ifndef SB_SIM_TRACE_IR_CARRIER_H
#define SB_SIM_TRACE_IR_CARRIER_H

#include <stdbool.h>
#include <stdint.h>

/* What a recording is. */
struct sb_ir_kind {
    bool idle_level; /* of the line while there is no light */
    /* Of the carrier; 0: there is none, the line has been demodulated. */
    int64_t period_ns;
};

/* The caller's memory. */
struct sb_ir_probe {
    /* private */
    int64_t edge_ns; /* the last */
    bool level;      /* since then */
    bool first_level;
    int64_t rise_ns; /* the last, -1: none */
    unsigned run;    /* periods like each other, one after the other */
    int64_t run_ns;
    uint64_t period_count; /* in runs that are long enough */
    int64_t period_sum_ns;
    int64_t long_ns[2]; /* how long the line was at each level without edges */
    int64_t longest_ns;
    bool longest_level;
};

/* The line is at this level from time 0 on. */
void sb_ir_probe_init(struct sb_ir_probe *probe, bool level);
void sb_ir_probe_edge(struct sb_ir_probe *probe, int64_t time_ns, bool level);

/* What it is, by the edges so far; the last one may be the recording's end. */
struct sb_ir_kind sb_ir_probe_end(struct sb_ir_probe *probe);

/* An edge of the pin. */
struct sb_ir_edge {
    int64_t time_ns;
    bool level;
};

/*
 * The caller's memory. A mark begins with its first period and ends a period after its last has begun, so
 * that n periods of light are a mark n periods long. That it has ended is known 1.75 periods after its
 * last one began.
 */
struct sb_ir_carrier {
    /* read-only */
    struct sb_ir_kind kind;
    bool level; /* of the pin: the last edge's */
    /* private */
    bool is_lit;
    int64_t lead_ns;  /* when the last period began */
    int64_t trail_ns; /* when its light went out */
};

/* `level` is the line's at time 0. */
void sb_ir_carrier_init(struct sb_ir_carrier *carrier, const struct sb_ir_kind *kind, bool level);

/* The line has this level from `time_ns` on. Returns how many edges of the pin are known by that. */
unsigned sb_ir_carrier_feed(struct sb_ir_carrier *carrier, int64_t time_ns, bool level,
                            struct sb_ir_edge out[2]);

/* No edge has come up to `time_ns`. Returns how many edges of the pin are known by that, 0 or 1. */
unsigned sb_ir_carrier_flush(struct sb_ir_carrier *carrier, int64_t time_ns,
                             struct sb_ir_edge out[1]);

/* When flush would give an edge if none comes; SB_NEVER. */
int64_t sb_ir_carrier_due_ns(const struct sb_ir_carrier *carrier);

#endif
