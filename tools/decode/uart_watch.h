/* SPDX-License-Identifier: MIT */
/*
 * Looks at a recorded serial line while it is decoded, to say why no sense came of it: it never changes, it
 * is inverted, it has another rate.
 */
#ifndef SB_TOOLS_DECODE_UART_WATCH_H
#define SB_TOOLS_DECODE_UART_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/trace/source.h"

/* The caller's memory, zeroed but for the channel. */
struct uart_watch {
    unsigned channel;
    /* private */
    bool level;
    bool has_level;
    int64_t since_ns;
    int64_t longest_ns[2]; /* low, high: without an edge */
    int64_t shortest_ns;   /* between two edges; 0: there are not two */
    uint64_t edge_count;
};

/* A change of any channel. What is released stays as it was. */
void uart_watch_change(struct uart_watch *watch, const struct sb_trace_change *change);

/* Says what is wrong with the line, of `name`, if it is a UART's. The recording ends at `end_ns`. */
void uart_watch_explain(struct uart_watch *watch, const char *name, unsigned baud, int64_t end_ns,
                        char *text, size_t size);

#endif
