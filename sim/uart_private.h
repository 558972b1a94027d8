/* SPDX-License-Identifier: MIT */
/* What the two halves of a UART share: the times of bits, and whole frames handed over. */
#ifndef SB_SIM_UART_PRIVATE_H
#define SB_SIM_UART_PRIVATE_H

#include "sim/uart.h"

/* A frame: start bit, eight data bits, stop bit. */
#define SB_UART_FRAME_BITS 10
#define SB_UART_STOP_BIT   (1u << 9)

/* The time of so many half bits, rounded to the nanosecond. */
static inline int64_t sb_uart_half_bits_ns(unsigned baud, unsigned half_bits)
{
    return ((int64_t)half_bits * 1000000000 + baud) / (2 * (int64_t)baud);
}

/* The receiver that listens to a wire; `listener->is_uart` must be true. */
static inline struct sb_uart_rx *sb_uart_rx_of(struct sb_wire_listener *listener)
{
    return SB_CONTAINER_OF(listener, struct sb_uart_rx, listener);
}

/* The receiver is to go on with a frame that began at `frame_ns` as if it had sampled its bits so far. */
void sb_uart_rx_adopt(struct sb_uart_rx *rx, int64_t frame_ns, unsigned frame, bool level);

#endif
