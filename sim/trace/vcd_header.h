/* SPDX-License-Identifier: MIT */
/*
 * The declarations of a VCD file: its timescale and its variables, which become a recording's channels,
 * one a bit (spec/formats.md 5.1).
 */
#ifndef SB_SIM_TRACE_VCD_HEADER_H
#define SB_SIM_TRACE_VCD_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "sim/trace/text.h"
#include "sim/trace/vcd_ids.h"

/* Bit i, from the least significant, is channel `first` + i. */
struct sb_vcd_variable {
    uint32_t first;
    uint32_t width; /* 0: it has no levels (real, string, event) */
    uint32_t next;  /* of those that share the identifier; 0: none */
};

/* Declared variables beyond this are refused, those without levels included. */
#define SB_VCD_VARIABLES_MAX 1000000

struct sb_vcd_header {
    struct sb_vcd_ids ids;             /* identifiers to variables */
    struct sb_vcd_variable *variables; /* number 0 is none */
    uint32_t variable_count;
    uint32_t variable_capacity;
    uint32_t skipped_count; /* variables without levels */
    /* A tick is `tick_ns` ns where that is not 0, else there are `ticks_per_ns`. */
    uint64_t tick_ns;
    uint64_t ticks_per_ns;
};

/*
 * Reads up to and with $enddefinitions and adds the channels to `trace`. `header` is all zero at first.
 * Returns 0 or an error, reported.
 */
int sb_vcd_header_read(struct sb_vcd_header *header, struct sb_trace *trace, struct sb_text *text);

void sb_vcd_header_deinit(struct sb_vcd_header *header);

#endif
