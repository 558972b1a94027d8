/* SPDX-License-Identifier: MIT */
/* What the two halves of a UART share: the times of bits, and whole frames handed over. */
#ifndef SB_SIM_UART_PRIVATE_H
#define SB_SIM_UART_PRIVATE_H

#include "sim/bus/uart.h"

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

/* The states of a sender: see uart_tx.c. */
enum {
    SB_UART_TX_IDLE,
    SB_UART_TX_BITS,
    SB_UART_TX_BATCH,
    SB_UART_TX_HIDDEN,
    SB_UART_TX_TAIL,
    SB_UART_TX_BREAK,
    SB_UART_TX_MARK,
};

static inline int64_t sb_uart_tx_bit_ns(const struct sb_uart_tx *tx, unsigned bit)
{
    return tx->frame_ns + sb_uart_half_bits_ns(tx->baud, 2 * bit);
}

static inline bool sb_uart_tx_level(const struct sb_uart_tx *tx, unsigned bit)
{
    return tx->frame >> bit & 1;
}

/* ---- uart_tx.c */

bool sb_uart_tx_has_faults(const struct sb_uart_tx *tx);

/* Takes the next byte from the queue, or from the noise. */
uint8_t sb_uart_tx_take(struct sb_uart_tx *tx);
bool sb_uart_tx_is_break_next(const struct sb_uart_tx *tx);

/* Begins the next byte; `start_ns` may lie half a bit ahead. */
void sb_uart_tx_begin_byte(struct sb_uart_tx *tx, int64_t start_ns);

/* Drives the bit that is due and looks for the next that differs. */
void sb_uart_tx_send_bit(struct sb_uart_tx *tx);

/* ---- uart_hidden.c */

void sb_uart_tx_init_hidden(struct sb_uart_tx *tx);

/* The byte that was taken last has not begun: the stop bit of the one before has not ended. */
bool sb_uart_tx_is_ahead(const struct sb_uart_tx *tx);

/* Hides the frame that is about to begin, if nobody could see it. */
bool sb_uart_tx_hide(struct sb_uart_tx *tx);

/* Hides several bytes of the queue, if nobody could see them or miss the first. */
bool sb_uart_tx_hide_batch(struct sb_uart_tx *tx, int64_t start_ns);

/* In the middle of the stop bit of a hidden byte. */
void sb_uart_tx_end_hidden(struct sb_uart_tx *tx);

/*
 * Ends a batch: hands over the bytes whose stop bits have come, but for its last, and makes the one that is
 * on the line, or comes next, a hidden byte like any other.
 */
void sb_uart_tx_end_batch(struct sb_uart_tx *tx);

/* The same, if there is a batch. */
void sb_uart_tx_catch_up(struct sb_uart_tx *tx);

/* The receiver is to go on with a frame that began at `frame_ns` as if it had sampled its bits so far. */
void sb_uart_rx_adopt(struct sb_uart_rx *rx, int64_t frame_ns, unsigned frame, bool level);

#endif
