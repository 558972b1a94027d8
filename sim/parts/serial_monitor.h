/* SPDX-License-Identifier: MIT */
/*
 * The serial monitor of Wokwi's diagrams, "$serialMonitor" (spec/wokwi.md 1.4): a terminal program at the
 * end of two wires. RX takes what a UART sends, at that UART's rate; TX sends to one, at the rate at which it
 * listens; 115200 baud where there is none. There is at most one in a world: a wire of the board file
 * makes it, or a scenario that looks at what comes or sends something. It is no part that anybody
 * has put on the board, so it is neither drawn nor listed, and it drives TX only once something is sent.
 *
 * What comes is a stream of bytes, without lines, of which the last 64 KiB are kept. A cursor parts what
 * has been matched from what has not: each search begins there, whenever the bytes came, so that nothing
 * is missed between one search and the next, and nothing is found twice.
 */
#ifndef SB_SIM_SERIAL_MONITOR_H
#define SB_SIM_SERIAL_MONITOR_H

#include <stddef.h>
#include <stdint.h>

#include "lib/event.h"
#include "sim/part.h"
#include "sim/bus/uart.h"
#include "sim/world.h"

#define SB_SERIAL_MONITOR_ID   "$serialMonitor"
#define SB_SERIAL_MONITOR_BAUD 115200

/* Bytes that are kept, and the longest text that can be searched for. */
#define SB_SERIAL_MONITOR_SIZE     65536
#define SB_SERIAL_MONITOR_TEXT_MAX 1024

enum { SB_SERIAL_MONITOR_RX, SB_SERIAL_MONITOR_TX };

/* A search; the caller's memory. */
struct sb_serial_search {
    /* read-only */
    struct sb_event found;
    int64_t found_ns; /* when the last byte of the text had come; -1: not yet */
    /* private */
    const uint8_t *text;
    size_t size;
};

struct sb_serial_monitor {
    struct sb_part part;
    /* read-only */
    uint64_t received_count;      /* bytes */
    uint64_t framing_error_count; /* bytes without their stop bit, which are dropped */
    uint64_t cursor;              /* bytes that have been matched or passed over */
    struct sb_event room;         /* pulsed when a write that found too little room may go on */
    /* private */
    struct sb_uart_rx rx;
    struct sb_uart_tx tx; /* in use once its terminal is set */
    struct sb_serial_search *search;
    uint8_t kept[SB_SERIAL_MONITOR_SIZE]; /* byte n of the stream at n modulo the size */
};

/* The world's monitor; makes it if there is none, with nothing connected. Returns 0 or -ENOMEM. */
int sb_serial_monitor_get(struct sb_world *world, struct sb_serial_monitor **out,
                          struct sb_diag *diag);

/*
 * For scenarios: the monitor that the board file has wired, else one whose RX and TX are
 * connected to the TX and RX of the controller's first serial port. The world may be started, but see
 * sb_world_start_part. Returns 0; -ENODEV when there is no such port; -ENOMEM.
 */
int sb_serial_monitor_open(struct sb_world *world, struct sb_serial_monitor **out,
                           struct sb_diag *diag);

/* True when something else is on the wire of a pin, SB_SERIAL_MONITOR_RX or _TX. */
bool sb_serial_monitor_is_wired(const struct sb_serial_monitor *monitor, unsigned pin);

/*
 * Searches for a text, 1 to SB_SERIAL_MONITOR_TEXT_MAX bytes (borrowed), in what came after the cursor, and
 * in all that comes until the search ends. The first place where it stands counts: the cursor then is behind
 * it, and `found` is set. Only one search at a time.
 */
void sb_serial_monitor_search(struct sb_serial_monitor *monitor, struct sb_serial_search *search,
                              const void *text, size_t size);
void sb_serial_monitor_end_search(struct sb_serial_monitor *monitor);

/* Queues bytes to be sent. Returns how many had room; wait for `room` with the rest. */
size_t sb_serial_monitor_write(struct sb_serial_monitor *monitor, const void *data, size_t size);

/* Copies the last bytes that came, whether matched or not. Returns how many. */
size_t sb_serial_monitor_tail(const struct sb_serial_monitor *monitor, uint8_t *out, size_t size);

/* The rate at which it receives now. */
unsigned sb_serial_monitor_baud(const struct sb_serial_monitor *monitor);

#endif
