/* SPDX-License-Identifier: MIT */
/*
 * What the files of streams share and nobody else needs: the ring in which received bytes lie until they are read,
 * and the reader that waits for some of them.
 */
#ifndef SB_LIB_HAL_STREAM_PRIVATE_H
#define SB_LIB_HAL_STREAM_PRIVATE_H

#include <string.h>

#include "lib/hal/stream.h"

/* The reader waits for no certain byte. */
#define SB_STREAM_NO_BYTE (-1)

static inline uint32_t sb_stream_smaller(size_t a, uint32_t b)
{
    return a < b ? (uint32_t)a : b;
}

/* How many bytes from the place `offset` behind the oldest lie in one piece, `size` at most. */
static inline uint32_t sb_stream_piece_at(const struct sb_stream *stream, uint32_t offset,
                                          uint32_t size, uint32_t *at)
{
    *at = stream->first + offset;
    if (*at >= stream->capacity)
        *at -= stream->capacity;
    return sb_stream_smaller(size, stream->capacity - *at);
}

/* The number of bytes up to and with the first `byte`; 0 when it is not there. */
static inline uint32_t sb_stream_find(const struct sb_stream *stream, int byte)
{
    uint32_t at;
    uint32_t piece = sb_stream_piece_at(stream, 0, stream->count, &at);
    const uint8_t *found = memchr(stream->buffer + at, byte, piece);

    if (found != NULL)
        return (uint32_t)(found - (stream->buffer + at)) + 1;
    found = memchr(stream->buffer, byte, stream->count - piece);
    return found == NULL ? 0 : (uint32_t)(found - stream->buffer) + 1 + piece;
}

/* Makes the room of the oldest bytes free. */
static inline void sb_stream_drop(struct sb_stream *stream, uint32_t size)
{
    stream->count -= size;
    stream->first += size;
    if (stream->first >= stream->capacity)
        stream->first -= stream->capacity;
    if (size > 0 && stream->ops->took != NULL)
        stream->ops->took(stream, size);
}

static inline int sb_stream_take(struct sb_stream *stream, void *data, uint32_t size)
{
    uint32_t at;
    uint32_t piece = sb_stream_piece_at(stream, 0, size, &at);

    if (size == 0)
        return 0; /* `data` may be null */
    memcpy(data, stream->buffer + at, piece);
    memcpy((uint8_t *)data + piece, stream->buffer, size - piece);
    sb_stream_drop(stream, size);
    return (int)size;
}

static inline void sb_stream_wake_reader(struct sb_stream *stream)
{
    struct sb_waiter *reader = sb_waitq_first(&stream->reader);

    if (reader != NULL)
        sb_waitq_wake(reader, 0);
}

#endif
