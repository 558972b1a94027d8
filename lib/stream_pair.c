/* SPDX-License-Identifier: MIT */
/* Connected streams: a write goes straight into the buffer from which the other side reads. */
#include "lib/stream_pair.h"

#include <errno.h>

#include "lib/core.h"

static struct sb_stream_pair_end *end_of(const struct sb_stream *stream)
{
    return SB_CONTAINER_OF(stream, struct sb_stream_pair_end, stream);
}

static int write(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    struct sb_stream_pair_end *other = end_of(stream)->other;
    size_t room = sb_stream_room(&other->stream);

    if (other->is_closed)
        return -EPIPE;
    if (size > room)
        size = room;
    if (size > 0)
        sb_stream_report(&other->stream, data, size);
    return (int)size;
}

static bool is_drained(const struct sb_stream *stream)
{
    const struct sb_stream_pair_end *other = end_of(stream)->other;

    return other->is_closed || sb_stream_room(&other->stream) == other->stream.capacity;
}

static int close_write(struct sb_stream *stream)
{
    sb_stream_report_closed(&end_of(stream)->other->stream, -EPIPE);
    return 0;
}

static void took(struct sb_stream *stream, size_t size)
{
    (void)size;
    sb_stream_report_room(&end_of(stream)->other->stream);
}

static void close(struct sb_stream *stream)
{
    struct sb_stream_pair_end *end = end_of(stream);

    end->is_closed = true;
    if (!end->other->is_closed)
        sb_stream_report_closed(&end->other->stream, -EPIPE);
}

static void init(struct sb_stream_pair_end *end, struct sb_stream_pair_end *other, const char *name,
                 void *buffer, size_t size)
{
    static const struct sb_stream_ops ops = {
        .write = write,
        .is_drained = is_drained,
        .close_write = close_write,
        .took = took,
        .close = close,
    };

    sb_stream_init(&end->stream, NULL, name, &ops, buffer, size);
    end->other = other;
    end->is_closed = false;
}

void sb_stream_pair_init(struct sb_stream_pair *pair, void *to_a, size_t to_a_size, void *to_b,
                         size_t to_b_size)
{
    init(&pair->a, &pair->b, "pair a", to_a, to_a_size);
    init(&pair->b, &pair->a, "pair b", to_b, to_b_size);
}
