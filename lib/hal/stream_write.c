/* SPDX-License-Identifier: MIT */
/*
 * Streams, their writing side: the same for every backend. One task at a time is in the middle of a write; who has
 * to wait for room stands with those who wait until all has left, and each of them looks for itself.
 */
#include "lib/hal/stream.h"

#include <errno.h>
#include <limits.h>

#include "lib/core.h"
#include "lib/hal/tap.h"

static int wait_room(struct sb_stream *stream, const char *what, const void *caller)
{
    struct sb_waiter waiter;

    return sb_core_wait_in(&stream->room, &waiter, what, stream, caller);
}

/* What the backend takes of it now. */
static int write_now(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    int rc;

    if (stream->ops->write == NULL)
        return -ENOTSUP;
    if (stream->write_is_closed)
        return -EPIPE;
    rc = stream->ops->write(stream, data, size);
    if (rc > 0) {
        stream->sent_count += (uint64_t)rc;
        sb_tap_stream_sent(stream, data, (size_t)rc);
    }
    return rc;
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
        rc = write_now(stream, bytes + sent, size - sent);
        if (rc == 0)
            rc = wait_room(stream, "stream write", __builtin_return_address(0));
        else if (rc > 0)
            sent += (size_t)rc;
    }
    sb_lock_release(&stream->write_lock);
    return rc < 0 ? rc : (int)size;
}

int sb_stream_try_write(struct sb_stream *stream, const void *data, size_t size)
{
    int rc;

    if (sb_lock_is_locked(&stream->write_lock))
        return -EAGAIN;
    rc = write_now(stream, data, size);
    return rc == 0 && size > 0 ? -EAGAIN : rc;
}

static bool is_drained(const struct sb_stream *stream)
{
    return stream->ops->is_drained == NULL || stream->ops->is_drained(stream);
}

/* Where the other side has only ended, what was written still goes its way. */
static bool has_broken_off(const struct sb_stream *stream)
{
    return stream->closed_rc != 0 && stream->closed_rc != -EPIPE;
}

int sb_stream_drain(struct sb_stream *stream)
{
    int rc = sb_core_check();

    while (rc == 0 && !is_drained(stream))
        rc = has_broken_off(stream)
                 ? stream->closed_rc
                 : wait_room(stream, "stream drain", __builtin_return_address(0));
    return rc;
}

int sb_stream_close_write(struct sb_stream *stream)
{
    int rc;

    if (stream->ops->close_write == NULL)
        return -ENOTSUP;
    rc = sb_lock_acquire(&stream->write_lock);
    if (rc < 0)
        return rc;
    if (!stream->write_is_closed)
        rc = stream->ops->close_write(stream);
    stream->write_is_closed = stream->write_is_closed || rc == 0;
    sb_lock_release(&stream->write_lock);
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
    assert(sb_list_is_empty(&stream->watchers.waiters));
    if (stream->ops->close != NULL)
        stream->ops->close(stream);
}
