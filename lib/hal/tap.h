/* SPDX-License-Identifier: MIT */
/*
 * A tap: an observer of all that crosses the HAL of one board, at the moment when the program sees it. The live board and
 * recordings are made of it. A backend has nothing to do for it: lib/hal calls it, between the program and the backend.
 */
#ifndef SB_LIB_HAL_TAP_H
#define SB_LIB_HAL_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/hal/stream.h"

struct sb_adc;
struct sb_board;
struct sb_edge;
struct sb_i2c;
struct sb_pin;
struct sb_spi;
struct sb_tap;

/* A transfer that has ended, or failed. Borrowed for the time of the call. */
struct sb_tap_transfer {
    int64_t start_ns; /* when the bus was free for it; now is its end */
    unsigned address; /* of I2C */
    const uint8_t *out;
    size_t out_size;
    const uint8_t *in; /* meaningful if rc is 0 */
    size_t in_size;
    int rc; /* what the program gets */
};

/*
 * All may be null. They are called in the thread of the loop, in a task or in loop context, must not wait, and must not
 * use what they are told of: a handle is theirs to look at only. Its `name` says which one it is, sb_now_ns() when.
 * Levels are electrical.
 */
struct sb_tap_ops {
    /* A pin was opened, or is used otherwise now: pin->flags. `level` is an output's first one. */
    void (*pin_configured)(struct sb_tap *tap, struct sb_pin *pin, bool level);
    /* Written to; `rc` is 0, or an error: then nobody knows whether the level is there. */
    void (*pin_written)(struct sb_tap *tap, struct sb_pin *pin, bool level, int rc);
    /* Read: 0, 1 or an error. */
    void (*pin_read)(struct sb_tap *tap, struct sb_pin *pin, int level);
    /* Before those who watch the pin hear of it. Lost ones came just before this one. */
    void (*pin_edge)(struct sb_tap *tap, struct sb_pin *pin, bool level, int64_t time_ns,
                     uint32_t lost);
    /* About to be given back. */
    void (*pin_closed)(struct sb_tap *tap, struct sb_pin *pin);
    /* Bytes have come, and lie ready to be read. What comes at once may be told in two pieces. */
    void (*stream_received)(struct sb_tap *tap, struct sb_stream *stream, const uint8_t *data,
                            size_t size);
    /* The backend has taken bytes that the program writes. */
    void (*stream_sent)(struct sb_tap *tap, struct sb_stream *stream, const uint8_t *data,
                        size_t size);
    /* So many errors of the line, or bytes without room. */
    void (*stream_erred)(struct sb_tap *tap, struct sb_stream *stream, enum sb_stream_error error,
                         size_t count);
    /* The other side has ended: -EPIPE, -ECONNRESET ... */
    void (*stream_ended)(struct sb_tap *tap, struct sb_stream *stream, int rc);
    void (*i2c_transferred)(struct sb_tap *tap, struct sb_i2c *bus,
                            const struct sb_tap_transfer *transfer);
    void (*spi_transferred)(struct sb_tap *tap, struct sb_spi *spi,
                            const struct sb_tap_transfer *transfer);
    /* A sample, 0 to SB_ADC_MAX, or an error. */
    void (*adc_sampled)(struct sb_tap *tap, struct sb_adc *adc, int sample);
};

/* Embedded by who observes. */
struct sb_tap {
    const struct sb_tap_ops *ops;
};

/* Observes a board from now on; borrowed. Before anything of it is opened. Null: nobody does. */
void sb_board_set_tap(struct sb_board *board, struct sb_tap *tap);

/* ---- for lib/hal: tells the board's tap, if there is one. A pin has its own, so that a toggle need not ask. */

void sb_tap_pin_opened(struct sb_board *board, struct sb_pin *pin);
void sb_tap_pin_configured(struct sb_pin *pin);
void sb_tap_pin_written(struct sb_pin *pin, bool level, int rc);
void sb_tap_pin_read(struct sb_pin *pin, int level);
void sb_tap_pin_edge(struct sb_pin *pin, bool level, int64_t time_ns, uint32_t lost);
void sb_tap_pin_closed(struct sb_pin *pin);

void sb_tap_stream_received(struct sb_stream *stream, const uint8_t *data, size_t size);
void sb_tap_stream_sent(struct sb_stream *stream, const uint8_t *data, size_t size);
void sb_tap_stream_erred(struct sb_stream *stream, enum sb_stream_error error, size_t count);
void sb_tap_stream_ended(struct sb_stream *stream, int rc);

/* True when somebody wants to know of transfers: then their begin is worth a look at the clock. */
bool sb_tap_has_transfers(const struct sb_board *board);
void sb_tap_i2c_transferred(struct sb_i2c *bus, const struct sb_tap_transfer *transfer);
void sb_tap_spi_transferred(struct sb_spi *spi, const struct sb_tap_transfer *transfer);

void sb_tap_adc_sampled(struct sb_adc *adc, int sample);

#endif
