/* SPDX-License-Identifier: MIT */
/*
 * A stream (lib/hal/stream.h) between the loop's tasks and exactly one other context: a thread, a signal handler,
 * an interrupt. Tasks read, write and drain it like any other; the other side uses the functions below, which
 * never block. Bytes are stored once, in the ring from which the task reads. spec/core.md 2.5.
 */
#ifndef SB_LIB_BYTE_RING_H
#define SB_LIB_BYTE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bell.h"
#include "lib/hal/stream.h"
#include "lib/spsc.h"

struct sb_byte_ring_config {
    const char *name; /* of the stream; borrowed */
    uint8_t *in;      /* borrowed: for bytes to the tasks, all of it usable */
    size_t in_size;   /* bytes, 1 to INT_MAX */
    uint8_t *out;     /* the same for bytes from the tasks; null: they cannot write (-ENOTSUP) */
    size_t out_size;
    /*
     * Called on the loop's thread when tasks have written something, or have made room by a read: where a
     * thread outside is woken that sleeps until then. It must not wait or use the stream. Null: outside polls.
     */
    void (*notify_fn)(void *arg);
    void *notify_arg;
};

struct sb_byte_ring {
    /* public: what the tasks use */
    struct sb_stream stream;
    /* private */
    struct sb_bell bell;
    struct sb_spsc in;
    struct sb_spsc out;
    uint8_t *out_bytes;
    SB_ATOMIC(uint32_t) lost_count; /* not yet told to the stream */
    SB_ATOMIC(bool) has_ended;
    void (*notify_fn)(void *arg);
    void *notify_arg;
};

/*
 * Binds it to the current thread's loop: see sb_bell_init. `config` is copied. sb_stream_close of its stream
 * ends it, when nobody outside uses it any more; then its memory may go.
 */
void sb_byte_ring_init(struct sb_byte_ring *ring, const struct sb_byte_ring_config *config);

/* The other side's. */

/*
 * Writes what there is room for, and leaves the rest with the caller, who may try again or call it lost.
 * Returns how many bytes.
 */
size_t sb_byte_ring_write(struct sb_byte_ring *ring, const void *data, size_t size);

/* How many bytes a write would take: at least so many. For one that writes whole messages or none. */
size_t sb_byte_ring_room(const struct sb_byte_ring *ring);

/* So many bytes came and had no room: the stream counts them (lost_count). */
void sb_byte_ring_lose(struct sb_byte_ring *ring, size_t size);

/* Nothing more will be written: reads give -EPIPE when the tasks have read everything. */
void sb_byte_ring_end(struct sb_byte_ring *ring);

/* Takes what tasks have written, `size` bytes at most. Returns how many. */
size_t sb_byte_ring_read(struct sb_byte_ring *ring, void *data, size_t size);

#endif
