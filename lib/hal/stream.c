/* SPDX-License-Identifier: MIT */
/*
 * Streams, what backends report: the same for all of them. The task that has the read lock has said what it waits
 * for (so many bytes, or a certain one), and is woken when that is there, not for each byte before.
 */
#include "lib/hal/stream.h"

#include <limits.h>
#include <string.h>

#include "lib/core.h"
#include "lib/hal/stream_private.h"
#include "lib/hal/tap.h"

void sb_stream_init(struct sb_stream *stream, struct sb_board *board, const char *name,
                    const struct sb_stream_ops *ops, uint8_t *buffer, size_t capacity)
{
    assert(buffer != NULL && capacity > 0 && capacity <= INT_MAX);
    *stream = (struct sb_stream){
        .name = name,
        .board = board,
        .ops = ops,
        .buffer = buffer,
        .capacity = (uint32_t)capacity,
    };
    sb_lock_init(&stream->read_lock);
    sb_lock_init(&stream->write_lock);
    sb_waitq_init(&stream->reader);
    sb_waitq_init(&stream->watchers);
    sb_waitq_init(&stream->room);
}

static void add(struct sb_stream *stream, const uint8_t *data, uint32_t size)
{
    uint32_t at;
    uint32_t piece = sb_stream_piece_at(stream, stream->count, size, &at);

    memcpy(stream->buffer + at, data, piece);
    memcpy(stream->buffer, data + piece, size - piece);
}

/* True when the reader's byte is among the `size` newest. */
static bool has_come(const struct sb_stream *stream, uint32_t size)
{
    uint32_t at;
    uint32_t piece = sb_stream_piece_at(stream, stream->count - size, size, &at);

    return memchr(stream->buffer + at, stream->wanted_byte, piece) != NULL ||
           memchr(stream->buffer, stream->wanted_byte, size - piece) != NULL;
}

/* The newest bytes, as they lie in the ring. */
static void tell_received(struct sb_stream *stream, uint32_t size)
{
    uint32_t at;
    uint32_t piece = sb_stream_piece_at(stream, stream->count - size, size, &at);

    sb_tap_stream_received(stream, stream->buffer + at, piece);
    sb_tap_stream_received(stream, stream->buffer, size - piece);
}

void sb_stream_report_placed(struct sb_stream *stream, size_t size)
{
    assert(size <= stream->capacity - stream->count);
    stream->count += (uint32_t)size;
    stream->received_count += size;
    if (size == 0)
        return;
    tell_received(stream, (uint32_t)size);
    if (stream->idle_timer != NULL)
        sb_timer_start_ns(stream->idle_timer, stream->idle_ns);
    sb_waitq_wake_all(&stream->watchers, 0);
    if (sb_list_is_empty(&stream->reader.waiters))
        return;
    if (stream->count >= stream->wanted ||
        (stream->wanted_byte != SB_STREAM_NO_BYTE && has_come(stream, (uint32_t)size)))
        sb_stream_wake_reader(stream);
}

size_t sb_stream_room(const struct sb_stream *stream)
{
    return stream->capacity - stream->count;
}

size_t sb_stream_place(const struct sb_stream *stream, uint8_t **piece)
{
    uint32_t at;
    uint32_t size = sb_stream_piece_at(stream, stream->count, stream->capacity - stream->count,
                                       &at);

    *piece = stream->buffer + at;
    return size;
}

void sb_stream_report(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    uint32_t kept = sb_stream_smaller(size, stream->capacity - stream->count);

    add(stream, data, kept);
    stream->lost_count += size - kept;
    sb_stream_report_placed(stream, kept);
    sb_tap_stream_erred(stream, SB_STREAM_OVERRUN, size - kept);
}

size_t sb_stream_patience(const struct sb_stream *stream, const uint8_t *data, size_t size)
{
    size_t patience = size - 1;
    const uint8_t *found;

    assert(size > 0);
    if (stream->idle_timer != NULL || !sb_list_is_empty(&stream->watchers.waiters))
        return 0;
    if (sb_list_is_empty(&stream->reader.waiters))
        return patience;
    if (stream->count + patience >= stream->wanted)
        patience = stream->count >= stream->wanted ? 0 : stream->wanted - stream->count - 1;
    if (stream->wanted_byte == SB_STREAM_NO_BYTE)
        return patience;
    found = memchr(data, stream->wanted_byte, patience);
    return found == NULL ? patience : (size_t)(found - data);
}

void sb_stream_report_error(struct sb_stream *stream, enum sb_stream_error error)
{
    switch (error) {
    case SB_STREAM_FRAMING:
        stream->framing_error_count++;
        break;
    case SB_STREAM_BREAK:
        stream->break_count++;
        break;
    case SB_STREAM_OVERRUN:
        stream->lost_count++;
        break;
    }
    sb_tap_stream_erred(stream, error, 1);
}

void sb_stream_report_room(struct sb_stream *stream)
{
    sb_waitq_wake_all(&stream->room, 0);
}

void sb_stream_report_closed(struct sb_stream *stream, int rc)
{
    assert(rc < 0);
    stream->closed_rc = rc;
    sb_tap_stream_ended(stream, rc);
    sb_waitq_wake_all(&stream->watchers, 0);
    sb_stream_wake_reader(stream);
    sb_stream_report_room(stream);
}
