/* SPDX-License-Identifier: MIT */
/* Taps: whether somebody observes, and wants to know of this. */
#include "lib/hal/tap.h"

#include "lib/hal/board.h"

/* What observes a board and has the function `fn`; null when nothing does. */
#define TAP_WITH(tap, fn) ((tap) != NULL && (tap)->ops->fn != NULL ? (tap) : NULL)

static struct sb_tap *tap_of(const struct sb_board *board)
{
    return board == NULL ? NULL : board->tap;
}

void sb_board_set_tap(struct sb_board *board, struct sb_tap *tap)
{
    board->tap = tap;
}

/* ---- pins */

void sb_tap_pin_opened(struct sb_board *board, struct sb_pin *pin)
{
    pin->tap = board->tap;
    if (pin->tap != NULL)
        sb_tap_pin_configured(pin);
}

void sb_tap_pin_configured(struct sb_pin *pin)
{
    bool level = pin->value != ((pin->flags & SB_PIN_ACTIVE_LOW) != 0);

    if (pin->tap->ops->pin_configured != NULL)
        pin->tap->ops->pin_configured(pin->tap, pin, level);
}

void sb_tap_pin_written(struct sb_pin *pin, bool level, int rc)
{
    if (pin->tap->ops->pin_written != NULL)
        pin->tap->ops->pin_written(pin->tap, pin, level, rc);
}

void sb_tap_pin_read(struct sb_pin *pin, int level)
{
    if (pin->tap->ops->pin_read != NULL)
        pin->tap->ops->pin_read(pin->tap, pin, level);
}

void sb_tap_pin_edge(struct sb_pin *pin, bool level, int64_t time_ns, uint32_t lost)
{
    if (pin->tap->ops->pin_edge != NULL)
        pin->tap->ops->pin_edge(pin->tap, pin, level, time_ns, lost);
}

void sb_tap_pin_closed(struct sb_pin *pin)
{
    struct sb_tap *tap = pin->tap;

    pin->tap = NULL; /* who opens it next may be another */
    if (tap->ops->pin_closed != NULL)
        tap->ops->pin_closed(tap, pin);
}

/* ---- streams */

void sb_tap_stream_received(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    struct sb_tap *tap = TAP_WITH(tap_of(stream->board), stream_received);

    if (tap != NULL && size > 0)
        tap->ops->stream_received(tap, stream, data, size);
}

void sb_tap_stream_sent(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    struct sb_tap *tap = TAP_WITH(tap_of(stream->board), stream_sent);

    if (tap != NULL)
        tap->ops->stream_sent(tap, stream, data, size);
}

void sb_tap_stream_erred(struct sb_stream *stream, enum sb_stream_error error, size_t count)
{
    struct sb_tap *tap = TAP_WITH(tap_of(stream->board), stream_erred);

    if (tap != NULL && count > 0)
        tap->ops->stream_erred(tap, stream, error, count);
}

void sb_tap_stream_ended(struct sb_stream *stream, int rc)
{
    struct sb_tap *tap = TAP_WITH(tap_of(stream->board), stream_ended);

    if (tap != NULL)
        tap->ops->stream_ended(tap, stream, rc);
}

/* ---- transfers and samples */

bool sb_tap_has_transfers(const struct sb_board *board)
{
    const struct sb_tap *tap = tap_of(board);

    return tap != NULL && (tap->ops->i2c_transferred != NULL || tap->ops->spi_transferred != NULL);
}

void sb_tap_i2c_transferred(struct sb_i2c *bus, const struct sb_tap_transfer *transfer)
{
    struct sb_tap *tap = TAP_WITH(tap_of(bus->board), i2c_transferred);

    if (tap != NULL)
        tap->ops->i2c_transferred(tap, bus, transfer);
}

void sb_tap_spi_transferred(struct sb_spi *spi, const struct sb_tap_transfer *transfer)
{
    struct sb_tap *tap = TAP_WITH(tap_of(spi->board), spi_transferred);

    if (tap != NULL)
        tap->ops->spi_transferred(tap, spi, transfer);
}

void sb_tap_adc_sampled(struct sb_adc *adc, int sample)
{
    struct sb_tap *tap = TAP_WITH(tap_of(adc->board), adc_sampled);

    if (tap != NULL)
        tap->ops->adc_sampled(tap, adc, sample);
}
