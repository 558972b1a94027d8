/* SPDX-License-Identifier: MIT */
/*
 * A UART's receiver without wires, timers and clock: edges in, bytes out. It decides as sb_uart_rx does
 * (8 data bits, least significant first, no parity, 1 stop bit, idle high; each bit in its middle; a
 * level that changes in that very nanosecond counts as before), so that a recording gives the same bytes
 * at the same times whether it is played into a wire or fed in here.
 */
#ifndef SB_SIM_UART_SAMPLER_H
#define SB_SIM_UART_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/bus/uart.h"

/* The caller's memory. */
struct sb_uart_sampler {
    /* read-only */
    unsigned baud;
    bool level; /* since the last edge */
    /* private */
    bool is_in_frame;
    int64_t frame_ns; /* of the start bit's edge */
    unsigned sampled; /* bits of the frame that are decided, the start bit first */
    unsigned bits;
};

/* What came: `time_ns` is the middle of its stop bit. */
struct sb_uart_sample {
    enum sb_uart_event event;
    uint8_t byte;
    int64_t time_ns;
};

/* `baud` is SB_UART_BAUD_MIN to SB_UART_BAUD_MAX, `level` the line's at first. */
void sb_uart_sampler_init(struct sb_uart_sampler *sampler, unsigned baud, bool level);

/* The line has this level from `time_ns` on. True when a byte had come by then: `*out`. */
bool sb_uart_sampler_feed(struct sb_uart_sampler *sampler, int64_t time_ns, bool level,
                          struct sb_uart_sample *out);

/* No edge has come up to `time_ns`. True when a byte had come by then: `*out`. */
bool sb_uart_sampler_flush(struct sb_uart_sampler *sampler, int64_t time_ns,
                           struct sb_uart_sample *out);

/* When the byte that is coming in is complete, if it is one; SB_NEVER when none is. */
int64_t sb_uart_sampler_due_ns(const struct sb_uart_sampler *sampler);

#endif
