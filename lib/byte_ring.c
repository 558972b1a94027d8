/* SPDX-License-Identifier: MIT */
/*
 * Streams to another context: one ring each way. The ring of bytes to the tasks is the stream's own buffer: the
 * other side fills it, the stream is told so (catch_up) and tells what has been read (took).
 */
#include "lib/byte_ring.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "lib/core.h"

/* ---- rings of bytes */

static uint32_t smaller(size_t a, uint32_t b)
{
    return a < b ? (uint32_t)a : b;
}

static uint32_t room_of(const struct sb_spsc *ring)
{
    return ring->capacity - sb_spsc_count(ring);
}

static uint32_t put_in(struct sb_spsc *ring, uint8_t *bytes, const uint8_t *data, size_t size)
{
    uint32_t count = smaller(size, room_of(ring));
    uint32_t at = sb_spsc_put_index(ring);
    uint32_t piece = smaller(count, ring->capacity - at);

    if (count == 0)
        return 0; /* `data` may be null */
    memcpy(bytes + at, data, piece);
    memcpy(bytes, data + piece, count - piece);
    sb_spsc_put(ring, count);
    return count;
}

static uint32_t take_out(struct sb_spsc *ring, const uint8_t *bytes, uint8_t *data, size_t size)
{
    uint32_t count = smaller(size, sb_spsc_count(ring));
    uint32_t at = sb_spsc_take_index(ring);
    uint32_t piece = smaller(count, ring->capacity - at);

    if (count == 0)
        return 0;
    memcpy(data, bytes + at, piece);
    memcpy(data + piece, bytes, count - piece);
    sb_spsc_take(ring, count);
    return count;
}

/* ---- the tasks' side */

static struct sb_byte_ring *ring_of(const struct sb_stream *stream)
{
    return SB_CONTAINER_OF(stream, struct sb_byte_ring, stream);
}

static void notify(const struct sb_byte_ring *ring)
{
    if (ring->notify_fn != NULL)
        ring->notify_fn(ring->notify_arg);
}

static void catch_up(struct sb_stream *stream)
{
    struct sb_byte_ring *ring = ring_of(stream);
    /* Asked first: what was written before the end is there then. */
    bool has_ended = atomic_load_explicit(&ring->has_ended, memory_order_acquire);
    uint32_t new_count = sb_spsc_count(&ring->in) - stream->count;

    assert(ring->bell.loop == sb_core_loop);
    stream->lost_count += atomic_exchange_explicit(&ring->lost_count, 0, memory_order_relaxed);
    if (new_count > 0)
        sb_stream_report_placed(stream, new_count);
    if (has_ended && stream->closed_rc == 0)
        sb_stream_report_closed(stream, -EPIPE);
}

static void took(struct sb_stream *stream, size_t size)
{
    struct sb_byte_ring *ring = ring_of(stream);

    sb_spsc_take(&ring->in, (uint32_t)size);
    notify(ring);
}

static int write(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    struct sb_byte_ring *ring = ring_of(stream);
    uint32_t count;

    if (ring->out_bytes == NULL)
        return -ENOTSUP;
    count = put_in(&ring->out, ring->out_bytes, data, size);
    if (count > 0)
        notify(ring);
    return (int)count;
}

static bool is_drained(const struct sb_stream *stream)
{
    const struct sb_byte_ring *ring = ring_of(stream);

    return ring->out_bytes == NULL || sb_spsc_count(&ring->out) == 0;
}

static void close(struct sb_stream *stream)
{
    sb_bell_deinit(&ring_of(stream)->bell);
}

static void on_ring(void *arg)
{
    struct sb_byte_ring *ring = arg;

    catch_up(&ring->stream);
    if (ring->out_bytes != NULL && room_of(&ring->out) > 0)
        sb_stream_report_room(&ring->stream);
}

void sb_byte_ring_init(struct sb_byte_ring *ring, const struct sb_byte_ring_config *config)
{
    static const struct sb_stream_ops ops = {
        .write = write,
        .is_drained = is_drained,
        .catch_up = catch_up,
        .took = took,
        .close = close,
    };

    assert(config->out == NULL || (config->out_size > 0 && config->out_size <= INT_MAX));
    sb_stream_init(&ring->stream, NULL, config->name, &ops, config->in, config->in_size);
    sb_bell_init(&ring->bell, on_ring, ring);
    sb_spsc_init(&ring->in, (uint32_t)config->in_size);
    sb_spsc_init(&ring->out, config->out == NULL ? 1 : (uint32_t)config->out_size);
    ring->out_bytes = config->out;
    atomic_init(&ring->lost_count, 0);
    atomic_init(&ring->has_ended, false);
    ring->notify_fn = config->notify_fn;
    ring->notify_arg = config->notify_arg;
}

/* ---- the other side */

size_t sb_byte_ring_write(struct sb_byte_ring *ring, const void *data, size_t size)
{
    uint32_t count = put_in(&ring->in, ring->stream.buffer, data, size);

    if (count > 0)
        sb_bell_ring(&ring->bell);
    return count;
}

size_t sb_byte_ring_room(const struct sb_byte_ring *ring)
{
    return room_of(&ring->in);
}

void sb_byte_ring_lose(struct sb_byte_ring *ring, size_t size)
{
    atomic_fetch_add_explicit(&ring->lost_count, (uint32_t)size, memory_order_relaxed);
}

void sb_byte_ring_end(struct sb_byte_ring *ring)
{
    atomic_store_explicit(&ring->has_ended, true, memory_order_release);
    sb_bell_ring(&ring->bell);
}

size_t sb_byte_ring_read(struct sb_byte_ring *ring, void *data, size_t size)
{
    uint32_t count = take_out(&ring->out, ring->out_bytes, data, size);

    if (count > 0)
        sb_bell_ring(&ring->bell);
    return count;
}
