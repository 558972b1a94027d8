/* SPDX-License-Identifier: MIT */
/*
 * Streams: what is the same for every backend. Received bytes lie in a ring until they are read. The
 * task that has the read lock says what it waits for (so many bytes, or a certain one) and is woken when
 * that is there, not for each byte before.
 */
#include "lib/hal/stream.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "lib/core.h"

#define NO_BYTE (-1)

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
    sb_waitq_init(&stream->room);
}

/* ---- the ring */

static uint32_t smaller(size_t a, uint32_t b)
{
    return a < b ? (uint32_t)a : b;
}

/* How many bytes from the place `offset` behind the oldest lie in one piece, `size` at most. */
static uint32_t piece_at(const struct sb_stream *stream, uint32_t offset, uint32_t size,
                         uint32_t *at)
{
    *at = stream->first + offset;
    if (*at >= stream->capacity)
        *at -= stream->capacity;
    return smaller(size, stream->capacity - *at);
}

/* The number of bytes up to and with the first `byte`; 0 when it is not there. */
static uint32_t find_byte(const struct sb_stream *stream, int byte)
{
    uint32_t at;
    uint32_t piece = piece_at(stream, 0, stream->count, &at);
    const uint8_t *found = memchr(stream->buffer + at, byte, piece);

    if (found != NULL)
        return (uint32_t)(found - (stream->buffer + at)) + 1;
    found = memchr(stream->buffer, byte, stream->count - piece);
    return found == NULL ? 0 : (uint32_t)(found - stream->buffer) + 1 + piece;
}

/* Makes the room of the oldest bytes free. */
static void drop(struct sb_stream *stream, uint32_t size)
{
    stream->count -= size;
    stream->first += size;
    if (stream->first >= stream->capacity)
        stream->first -= stream->capacity;
    if (size > 0 && stream->ops->took != NULL)
        stream->ops->took(stream, size);
}

static int take(struct sb_stream *stream, void *data, uint32_t size)
{
    uint32_t at;
    uint32_t piece = piece_at(stream, 0, size, &at);

    if (size == 0)
        return 0; /* `data` may be null */
    memcpy(data, stream->buffer + at, piece);
    memcpy((uint8_t *)data + piece, stream->buffer, size - piece);
    drop(stream, size);
    return (int)size;
}

static void add(struct sb_stream *stream, const uint8_t *data, uint32_t size)
{
    uint32_t at;
    uint32_t piece = piece_at(stream, stream->count, size, &at);

    memcpy(stream->buffer + at, data, piece);
    memcpy(stream->buffer, data + piece, size - piece);
}

/* ---- reading */

static void catch_up(struct sb_stream *stream)
{
    if (stream->ops->catch_up != NULL)
        stream->ops->catch_up(stream);
}

static bool is_there(const struct sb_stream *stream, uint32_t wanted, int wanted_byte)
{
    return stream->count >= wanted ||
           (wanted_byte != NO_BYTE && find_byte(stream, wanted_byte) > 0);
}

/*
 * Waits for `wanted` bytes, or for `wanted_byte` if that comes sooner. The bytes may have been taken by
 * a try_read when the reader gets to run, so it looks again.
 */
static int await(struct sb_stream *stream, uint32_t wanted, int wanted_byte, const void *caller)
{
    catch_up(stream);
    while (!is_there(stream, wanted, wanted_byte)) {
        struct sb_waiter waiter;
        int rc = stream->closed_rc;

        if (rc < 0)
            return rc;
        stream->wanted = wanted;
        stream->wanted_byte = wanted_byte;
        rc = sb_core_wait_in(&stream->reader, &waiter, "stream read", stream, caller);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void wake_reader(struct sb_stream *stream)
{
    struct sb_waiter *reader = sb_waitq_first(&stream->reader);

    if (reader != NULL)
        sb_waitq_wake(reader, 0);
}

int sb_stream_try_read(struct sb_stream *stream, void *data, size_t size)
{
    catch_up(stream);
    if (stream->count == 0)
        return -EAGAIN;
    return take(stream, data, smaller(size, stream->count));
}

int sb_stream_read(struct sb_stream *stream, void *data, size_t size)
{
    int rc = sb_lock_acquire(&stream->read_lock);

    if (rc < 0)
        return rc;
    rc = await(stream, size > 0 ? 1 : 0, NO_BYTE, __builtin_return_address(0));
    if (rc == 0)
        rc = take(stream, data, smaller(size, stream->count));
    sb_lock_release(&stream->read_lock);
    return rc;
}

int sb_stream_read_exactly(struct sb_stream *stream, void *data, size_t size)
{
    int rc;

    if (size > stream->capacity)
        return -EINVAL;
    rc = sb_lock_acquire(&stream->read_lock);
    if (rc < 0)
        return rc;
    rc = await(stream, (uint32_t)size, NO_BYTE, __builtin_return_address(0));
    if (rc == 0)
        rc = take(stream, data, (uint32_t)size);
    sb_lock_release(&stream->read_lock);
    return rc;
}

int sb_stream_read_line(struct sb_stream *stream, char *line, size_t size)
{
    uint32_t room;
    uint32_t length;
    int rc;

    assert(size >= 2);
    room = smaller(size - 1, stream->capacity);
    rc = sb_lock_acquire(&stream->read_lock);
    if (rc < 0)
        return rc;
    rc = await(stream, room, '\n', __builtin_return_address(0));
    if (rc < 0 && rc == stream->closed_rc && stream->count > 0)
        rc = 0; /* the last line of all has no end */
    if (rc == 0) {
        length = find_byte(stream, '\n');
        if (length == 0)
            length = stream->count;
        rc = take(stream, line, smaller(length, room));
        line[rc] = '\0';
    }
    sb_lock_release(&stream->read_lock);
    return rc;
}

size_t sb_stream_discard(struct sb_stream *stream)
{
    size_t count;

    catch_up(stream);
    count = stream->count;
    drop(stream, stream->count);
    return count;
}

/* ---- writing */

static int wait_room(struct sb_stream *stream, const char *what, const void *caller)
{
    struct sb_waiter waiter;

    return sb_core_wait_in(&stream->room, &waiter, what, stream, caller);
}

int sb_stream_write(struct sb_stream *stream, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t sent = 0;
    int rc = sb_lock_acquire(&stream->write_lock);

    assert(size <= INT_MAX);
    if (rc < 0)
        return rc;
    while (sent < size && rc >= 0) {
        rc = stream->ops->write(stream, bytes + sent, size - sent);
        if (rc == 0) {
            rc = wait_room(stream, "stream write", __builtin_return_address(0));
        } else if (rc > 0) {
            sent += (size_t)rc;
            stream->sent_count += (uint64_t)rc;
        }
    }
    sb_lock_release(&stream->write_lock);
    return rc < 0 ? rc : (int)size;
}

int sb_stream_drain(struct sb_stream *stream)
{
    int rc = sb_core_check();

    while (rc == 0 && !stream->ops->is_drained(stream))
        rc = wait_room(stream, "stream drain", __builtin_return_address(0));
    return rc;
}

/* ---- the line */

int sb_stream_set_baud(struct sb_stream *stream, unsigned baud)
{
    int rc;

    if (stream->ops->set_baud == NULL)
        return -ENOTSUP;
    rc = stream->ops->set_baud(stream, baud);
    if (rc == 0)
        stream->baud = baud;
    return rc;
}

int sb_stream_send_break(struct sb_stream *stream, int64_t duration_ns)
{
    if (stream->ops->send_break == NULL)
        return -ENOTSUP;
    return stream->ops->send_break(stream, duration_ns);
}

void sb_stream_close(struct sb_stream *stream)
{
    if (stream == NULL)
        return;
    assert(stream->read_lock.owner == NULL && stream->write_lock.owner == NULL);
    assert(sb_list_is_empty(&stream->room.waiters)); /* nobody drains */
    stream->ops->close(stream);
}

/* ---- backends */

/* True when the reader's byte is among the `size` newest. */
static bool has_come(const struct sb_stream *stream, uint32_t size)
{
    uint32_t at;
    uint32_t piece = piece_at(stream, stream->count - size, size, &at);

    return memchr(stream->buffer + at, stream->wanted_byte, piece) != NULL ||
           memchr(stream->buffer, stream->wanted_byte, size - piece) != NULL;
}

void sb_stream_report_placed(struct sb_stream *stream, size_t size)
{
    assert(size <= stream->capacity - stream->count);
    stream->count += (uint32_t)size;
    stream->received_count += size;
    if (sb_list_is_empty(&stream->reader.waiters))
        return;
    if (stream->count >= stream->wanted ||
        (stream->wanted_byte != NO_BYTE && has_come(stream, (uint32_t)size)))
        wake_reader(stream);
}

void sb_stream_report(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    uint32_t kept = smaller(size, stream->capacity - stream->count);

    add(stream, data, kept);
    stream->lost_count += size - kept;
    sb_stream_report_placed(stream, kept);
}

size_t sb_stream_patience(const struct sb_stream *stream, const uint8_t *data, size_t size)
{
    size_t patience = size - 1;
    const uint8_t *found;

    assert(size > 0);
    if (sb_list_is_empty(&stream->reader.waiters))
        return patience;
    if (stream->count + patience >= stream->wanted)
        patience = stream->count >= stream->wanted ? 0 : stream->wanted - stream->count - 1;
    if (stream->wanted_byte == NO_BYTE)
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
}

void sb_stream_report_room(struct sb_stream *stream)
{
    sb_waitq_wake_all(&stream->room, 0);
}

void sb_stream_report_closed(struct sb_stream *stream, int rc)
{
    assert(rc < 0);
    stream->closed_rc = rc;
    wake_reader(stream);
    sb_stream_report_room(stream);
}
