/* SPDX-License-Identifier: MIT */
/*
 * UARTs on simulated wires: 8 data bits, least significant first, no parity, 1 stop bit, idle high. A
 * sender drives its terminal bit by bit; a receiver hears any wire's changes and samples them in the
 * middle of each bit, so that it takes whatever makes them: a sender at another rate, a trace, noise.
 *
 * Where nobody could see the bits (only UARTs of the very same rate listen to the wire, one sender drives
 * it), the sender hands whole bytes to the receivers at the times of their stop bits instead. That gives
 * the same bytes at the same times for a small part of the work. Whoever begins to look in the middle
 * of a byte finds the wire as it would be, and the rest of that byte goes bit by bit.
 */
#ifndef SB_SIM_UART_H
#define SB_SIM_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/list.h"
#include "lib/timer.h"
#include "sim/wire.h"

#define SB_UART_BAUD_MIN 50
#define SB_UART_BAUD_MAX 4000000

/* Bytes that may wait to be sent. */
#define SB_UART_QUEUE_SIZE 1024

enum sb_uart_event {
    SB_UART_BYTE,
    SB_UART_FRAMING, /* the stop bit was low: `byte` is what came before it */
    SB_UART_BREAK,   /* start, data and stop bit all low */
};

/* Called in loop context in the middle of the stop bit, where a real UART decides. */
typedef void sb_uart_rx_fn(enum sb_uart_event event, uint8_t byte, void *arg);

/*
 * For receivers whose owner does not look at each byte: asked for the bytes that are on their way, it says
 * how many of them nobody would miss if they came only together with the one behind them; at most
 * `count` - 1.
 */
typedef size_t sb_uart_patience_fn(const uint8_t *bytes, size_t count, void *arg);

/* Takes bytes that come late. */
typedef void sb_uart_bytes_fn(const uint8_t *bytes, size_t count, void *arg);

/* The caller's memory. */
struct sb_uart_rx {
    /* private */
    struct sb_terminal *terminal;
    struct sb_wire_listener listener;
    struct sb_timer timer; /* of the middle of the stop bit */
    sb_uart_rx_fn *fn;
    sb_uart_patience_fn *patience_fn; /* null: has none */
    sb_uart_bytes_fn *bytes_fn;
    void *arg;
    unsigned baud;
    bool is_following; /* the rate of whoever sends */
    bool is_started;
    bool is_in_frame;
    bool is_due; /* a whole byte is being handed over, to this one too */
    bool level;
    int64_t frame_ns; /* of the start bit's edge */
    unsigned sampled; /* bits of the frame that are decided, the start bit first */
    unsigned bits;
};

/*
 * Receives what the terminal's wire carries, from start to stop. A byte begins with a fall of the wire
 * that is still low half a bit later; a wire that is low at first must rise before. A wire that floats,
 * or that two fight over, reads as it was before.
 */
void sb_uart_rx_init(struct sb_uart_rx *rx, struct sb_terminal *terminal, unsigned baud,
                     sb_uart_rx_fn *fn, void *arg);
void sb_uart_rx_start(struct sb_uart_rx *rx);
void sb_uart_rx_stop(struct sb_uart_rx *rx);

/*
 * Lets bytes that a sender hands over whole come late, as `patience_fn` allows; those it allowed go to
 * `bytes_fn`, the one behind them to the usual function. That leaves a timer for many bytes in place of
 * one each. The owner calls sb_uart_rx_catch_up before it looks at what has come, or when it needs
 * to be asked anew.
 */
void sb_uart_rx_set_patience(struct sb_uart_rx *rx, sb_uart_patience_fn *patience_fn,
                             sb_uart_bytes_fn *bytes_fn);
void sb_uart_rx_catch_up(struct sb_uart_rx *rx);

/* Changes the rate; a byte that is coming in is given up, unless the rate is the same. */
void sb_uart_rx_set_baud(struct sb_uart_rx *rx, unsigned baud);

/*
 * From the next byte on receives at the rate of the UART that sends on the very wire, whichever that is then; as before
 * while bits come from anything else. For what people look at: a real receiver has one rate.
 */
void sb_uart_rx_follow(struct sb_uart_rx *rx);

/* The rate of the first UART that sends on this wire, or of the first that listens to it; 0: none does. */
unsigned sb_uart_sender_baud(const struct sb_wire *wire);
unsigned sb_uart_listener_baud(const struct sb_wire *wire);

/*
 * Called in loop context when, after a write that found too little room, half of the queue is free, and
 * whenever all has been sent, the last stop bit too.
 */
typedef void sb_uart_tx_fn(void *arg);

/* What noise on the line does to bits and bytes; each is one in so many, 0: never. */
struct sb_uart_faults {
    uint32_t flip_one_in;    /* bits of a byte that are inverted, the stop bit too */
    uint32_t lose_one_in;    /* bytes in whose place the line stays idle */
    uint32_t garbage_one_in; /* bytes of the queue after which a random one comes in */
    uint64_t random;         /* state of their sequence; seed it */
};

/* The caller's memory. */
struct sb_uart_tx {
    /* read-only */
    bool is_sending;
    struct sb_uart_faults faults;
    /* private */
    struct sb_wire_hidden hidden;
    struct sb_terminal *terminal;
    struct sb_timer timer;
    sb_uart_tx_fn *room_fn;
    void *arg;
    uint8_t queue[SB_UART_QUEUE_SIZE];
    unsigned first;
    unsigned count;
    unsigned state;
    unsigned baud;
    unsigned next_baud; /* from the next byte on */
    int64_t byte_ns;    /* ten bits */
    int64_t stop_ns;    /* nine and a half: the middle of the stop bit */
    int64_t frame_ns; /* when the start bit began: bits are timed from here, not from each other */
    unsigned frame;   /* the bits of the byte that is being sent, the start bit first */
    unsigned bit;     /* of it, that is driven next */
    unsigned batch;   /* bytes of the queue that are on their way together; 0: none are */
    int64_t break_ns; /* of the break that waits; 0: none */
    unsigned break_after; /* bytes of the queue that go before it */
    bool is_lost;         /* a fault: the line stays idle in the byte's place */
    bool has_garbage;     /* a random byte follows this one */
    bool wants_room;      /* a write had to leave bytes over */
};

/* Drives the terminal high at once. `room_fn` may be null. */
void sb_uart_tx_init(struct sb_uart_tx *tx, struct sb_terminal *terminal, unsigned baud,
                     sb_uart_tx_fn *room_fn, void *arg);

/* Queues bytes to be sent one after the other. Returns how many had room. */
size_t sb_uart_tx_write(struct sb_uart_tx *tx, const void *data, size_t size);

/* How many bytes a write would take now. */
size_t sb_uart_tx_room(const struct sb_uart_tx *tx);

/*
 * Low for so long, once what is queued has been sent, then high for a bit at least; bytes written later
 * follow after it. Of two breaks that wait at once the longer counts.
 */
void sb_uart_tx_break(struct sb_uart_tx *tx, int64_t duration_ns);

/* Changes the rate from the next byte on. */
void sb_uart_tx_set_baud(struct sb_uart_tx *tx, unsigned baud);

/* Sets what noise does from the next byte on. */
void sb_uart_tx_set_faults(struct sb_uart_tx *tx, const struct sb_uart_faults *faults);

/* Stops sending and lets go of the wire. */
void sb_uart_tx_stop(struct sb_uart_tx *tx);

/* Forgets all, and drives nothing: for the end of a world, which the wire may outlive. */
void sb_uart_tx_deinit(struct sb_uart_tx *tx);

/* How long a byte with its start and stop bit takes, rounded to the nanosecond. */
int64_t sb_uart_byte_ns(unsigned baud);

#endif
