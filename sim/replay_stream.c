/* SPDX-License-Identifier: MIT */
/* Channels of a recording as serial ports that only receive. */
#include <errno.h>

#include "sim/replay_private.h"
#include "sim/bus/uart_sampler.h"

/* Some seconds at 9600 baud: for programs that look rarely. */
#define BUFFER_SIZE 4096

struct replay_stream {
    struct sb_replay_port port;
    struct sb_stream stream;
    struct sb_uart_sampler sampler; /* of a channel of levels; in the recording's time */
    struct sb_timer timer;          /* of the byte that is coming in */
    uint8_t buffer[BUFFER_SIZE];
};

static struct replay_stream *replay_stream_of(const struct sb_stream *stream)
{
    return (struct replay_stream *)((uintptr_t)stream - offsetof(struct replay_stream, stream));
}

static void take_byte(struct sb_replay_port *port, const struct sb_trace_change *change)
{
    sb_stream_report(&((struct replay_stream *)port)->stream, &change->byte, 1);
}

static void report(struct replay_stream *stream, const struct sb_uart_sample *sample)
{
    switch (sample->event) {
    case SB_UART_BYTE:
        sb_stream_report(&stream->stream, &sample->byte, 1);
        break;
    case SB_UART_FRAMING:
        sb_stream_report_error(&stream->stream, SB_STREAM_FRAMING);
        break;
    case SB_UART_BREAK:
        sb_stream_report_error(&stream->stream, SB_STREAM_BREAK);
        break;
    }
}

static void arm(struct replay_stream *stream)
{
    int64_t due_ns = sb_uart_sampler_due_ns(&stream->sampler);

    if (due_ns == SB_NEVER) {
        sb_timer_stop(&stream->timer);
        return;
    }
    due_ns += stream->port.replay->start_ns;
    if (!sb_timer_is_armed(&stream->timer) || stream->timer.deadline_ns != due_ns)
        sb_timer_start_at_ns(&stream->timer, due_ns);
}

static void take_level(struct sb_replay_port *port, const struct sb_trace_change *change)
{
    struct replay_stream *stream = (struct replay_stream *)port;
    bool level = change->level == SB_TRACE_RELEASED ? stream->sampler.level : change->level;
    struct sb_uart_sample sample;

    if (sb_uart_sampler_feed(&stream->sampler, change->time_ns, level, &sample))
        report(stream, &sample);
    arm(stream);
}

/* No edge has come up to the middle of a byte's stop bit. */
static void on_stop_bit(struct sb_timer *timer, void *arg)
{
    struct replay_stream *stream = arg;
    struct sb_uart_sample sample;

    (void)timer;
    if (sb_uart_sampler_flush(&stream->sampler, sb_replay_played_ns(stream->port.replay), &sample))
        report(stream, &sample);
    arm(stream);
}

/* A byte that was coming in when the recording ended may be whole: the line stays as it was. */
static int64_t end(struct sb_replay_port *port)
{
    struct replay_stream *stream = (struct replay_stream *)port;
    int64_t due_ns = sb_uart_sampler_due_ns(&stream->sampler);

    if (due_ns != SB_NEVER)
        return due_ns;
    sb_stream_report_closed(&stream->stream, -EPIPE);
    return 0;
}

static void stop(struct sb_replay_port *port)
{
    sb_timer_stop(&((struct replay_stream *)port)->timer);
}

static int write_stream(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    (void)stream;
    (void)data;
    (void)size;
    return -ENOTSUP;
}

static bool is_drained(const struct sb_stream *stream)
{
    (void)stream;
    return true;
}

static bool is_possible_baud(unsigned baud)
{
    return baud >= SB_UART_BAUD_MIN && baud <= SB_UART_BAUD_MAX;
}

/* Logged bytes have no rate that could be changed. */
static int set_baud(struct sb_stream *base, unsigned baud)
{
    struct replay_stream *stream = replay_stream_of(base);

    if (!is_possible_baud(baud))
        return -EINVAL;
    sb_timer_stop(&stream->timer);
    sb_uart_sampler_init(&stream->sampler, baud, stream->sampler.level);
    return 0;
}

static void close_stream(struct sb_stream *base)
{
    sb_replay_leave(&replay_stream_of(base)->port);
}

static void close_port(struct sb_replay_port *port)
{
    sb_stream_close(&((struct replay_stream *)port)->stream);
}

int sb_replay_stream(struct sb_replay *replay, unsigned channel, unsigned baud,
                     struct sb_stream **out)
{
    static const struct sb_stream_ops ops = {
        .write = write_stream,
        .is_drained = is_drained,
        .set_baud = set_baud,
        .close = close_stream,
    };
    bool has_bytes = sb_trace_channel_kind(replay->trace, channel) == SB_CHANNEL_BYTES;
    struct sb_replay_port *port;
    struct replay_stream *stream;
    int rc;

    *out = NULL;
    if (!is_possible_baud(baud))
        return -EINVAL;
    rc = sb_replay_add_port(replay, channel, sizeof(*stream), &port);
    if (rc < 0)
        return rc;
    stream = (struct replay_stream *)port;
    port->take = has_bytes ? take_byte : take_level;
    port->end = end;
    port->stop = stop;
    port->close = close_port;
    sb_timer_init(&stream->timer, on_stop_bit, stream);
    sb_uart_sampler_init(&stream->sampler, baud, replay->lines[channel].level != 0);
    sb_stream_init(&stream->stream, NULL, sb_trace_channel_name(replay->trace, channel), &ops,
                   stream->buffer, sizeof(stream->buffer));
    stream->stream.baud = baud;
    *out = &stream->stream;
    return 0;
}
