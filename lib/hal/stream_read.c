/* SPDX-License-Identifier: MIT */
/*
 * Streams, their reading side: the same for every backend. One task at a time has the read lock; it takes bytes out
 * of the ring only when all that it wants is there, so that a wait which fails loses none.
 */
#include "lib/hal/stream.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/hal/stream_private.h"
#include "lib/wait_any.h"

static void catch_up(struct sb_stream *stream)
{
    if (stream->ops->catch_up != NULL)
        stream->ops->catch_up(stream);
}

static bool is_there(const struct sb_stream *stream, uint32_t wanted, int wanted_byte)
{
    return stream->count >= wanted ||
           (wanted_byte != SB_STREAM_NO_BYTE && sb_stream_find(stream, wanted_byte) > 0);
}

/* The reader whose wait ends with silence has had enough of it. */
static bool is_idle(const struct sb_stream *stream)
{
    return stream->idle_timer != NULL &&
           (stream->idle_ns <= 0 || !sb_timer_is_armed(stream->idle_timer));
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

        if (rc < 0 || is_idle(stream))
            return rc;
        stream->wanted = wanted;
        stream->wanted_byte = wanted_byte;
        rc = sb_core_wait_in(&stream->reader, &waiter, "stream read", stream, caller);
        if (rc < 0)
            return rc;
    }
    return 0;
}

int sb_stream_try_read(struct sb_stream *stream, void *data, size_t size)
{
    catch_up(stream);
    if (stream->count == 0)
        return stream->closed_rc < 0 ? stream->closed_rc : -EAGAIN;
    return sb_stream_take(stream, data, sb_stream_smaller(size, stream->count));
}

int sb_stream_read(struct sb_stream *stream, void *data, size_t size)
{
    int rc = sb_lock_acquire(&stream->read_lock);

    if (rc < 0)
        return rc;
    rc = await(stream, size > 0 ? 1 : 0, SB_STREAM_NO_BYTE, __builtin_return_address(0));
    if (rc == 0)
        rc = sb_stream_take(stream, data, sb_stream_smaller(size, stream->count));
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
    rc = await(stream, (uint32_t)size, SB_STREAM_NO_BYTE, __builtin_return_address(0));
    if (rc == 0)
        rc = sb_stream_take(stream, data, (uint32_t)size);
    sb_lock_release(&stream->read_lock);
    return rc;
}

/* What is there when the other side is gone will do, if it is anything. */
static int rest_is_good(const struct sb_stream *stream, int rc)
{
    return rc < 0 && rc == stream->closed_rc && stream->count > 0 ? 0 : rc;
}

int sb_stream_read_line(struct sb_stream *stream, char *line, size_t size)
{
    uint32_t room;
    uint32_t length;
    int rc;

    assert(size >= 2);
    room = sb_stream_smaller(size - 1, stream->capacity);
    rc = sb_lock_acquire(&stream->read_lock);
    if (rc < 0)
        return rc;
    rc = rest_is_good(stream, await(stream, room, '\n', __builtin_return_address(0)));
    if (rc == 0) { /* the last line of all may have no end */
        length = sb_stream_find(stream, '\n');
        if (length == 0)
            length = stream->count;
        rc = sb_stream_take(stream, line, sb_stream_smaller(length, room));
        line[rc] = '\0';
    }
    sb_lock_release(&stream->read_lock);
    return rc;
}

static void on_idle(struct sb_timer *timer, void *arg)
{
    struct sb_stream *stream = arg;

    catch_up(stream); /* which may arm it again */
    if (!sb_timer_is_armed(timer))
        sb_stream_wake_reader(stream);
}

int sb_stream_read_until_idle_ns(struct sb_stream *stream, void *data, size_t size, int64_t idle_ns)
{
    struct sb_timer timer;
    int rc = sb_lock_acquire(&stream->read_lock);

    if (rc < 0)
        return rc;
    sb_timer_init(&timer, on_idle, stream);
    stream->idle_timer = &timer;
    stream->idle_ns = idle_ns;
    if (idle_ns > 0)
        sb_timer_start_ns(&timer, idle_ns);
    rc = await(stream, sb_stream_smaller(size, stream->capacity), SB_STREAM_NO_BYTE,
               __builtin_return_address(0));
    sb_timer_stop(&timer);
    stream->idle_timer = NULL;
    rc = rest_is_good(stream, rc);
    if (rc == 0)
        rc = sb_stream_take(stream, data, sb_stream_smaller(size, stream->count));
    sb_lock_release(&stream->read_lock);
    return rc;
}

int sb_stream_read_until_idle_ms(struct sb_stream *stream, void *data, size_t size, int64_t idle_ms)
{
    return sb_stream_read_until_idle_ns(stream, data, size, sb_core_scale(idle_ms, SB_MS_NS));
}

/* One step of sb_stream_read_all; 0 when there was something. */
static int read_more(struct sb_stream *stream, uint8_t *data, size_t size, size_t *count,
                     const void *caller)
{
    int rc = await(stream, 1, SB_STREAM_NO_BYTE, caller);

    if (rc < 0)
        return rc;
    if (*count == size)
        return -ENOSPC;
    *count += (size_t)sb_stream_take(stream, data + *count,
                                     sb_stream_smaller(size - *count, stream->count));
    return 0;
}

int sb_stream_read_all(struct sb_stream *stream, void *data, size_t size, size_t *count)
{
    int rc = sb_lock_acquire(&stream->read_lock);

    assert(*count <= size);
    if (rc < 0)
        return rc;
    while (rc == 0)
        rc = read_more(stream, data, size, count, __builtin_return_address(0));
    sb_lock_release(&stream->read_lock);
    return rc == -EPIPE ? 0 : rc;
}

/* ---- beside other things */

static int take_readable(struct sb_case *c)
{
    struct sb_stream *stream = c->object;

    catch_up(stream);
    return stream->count > 0 || stream->closed_rc < 0 ? 0 : -EAGAIN;
}

static struct sb_waitq *watchers(struct sb_case *c)
{
    struct sb_stream *stream = c->object;

    return &stream->watchers;
}

struct sb_case sb_stream_read_case(struct sb_stream *stream)
{
    static const struct sb_case_ops ops = {"stream read", take_readable, watchers};

    return sb_case_of(&ops, stream, NULL);
}

size_t sb_stream_discard(struct sb_stream *stream)
{
    size_t count;

    catch_up(stream);
    count = stream->count;
    sb_stream_drop(stream, stream->count);
    return count;
}
