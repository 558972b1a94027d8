/* SPDX-License-Identifier: MIT */
/*
 * Two streams (lib/hal/stream.h) that are connected: what is written to one is read from the other. For tasks that
 * talk to each other as they would over a socket or a serial line, for tests, and for running a protocol's two sides
 * in one program under any clock.
 *
 *      static struct sb_stream_pair pair;
 *      static uint8_t to_a[64], to_b[64];
 *
 *      sb_stream_pair_init(&pair, to_a, sizeof(to_a), to_b, sizeof(to_b));
 *      sb_stream_write(&pair.a.stream, "hello\n", 6);
 *      sb_stream_read_line(&pair.b.stream, line, sizeof(line));
 *
 * Nothing is lost: a write waits while the other side's buffer is full. A drain waits until the other side has read
 * all. When one side is closed, the other reads what is left, then -EPIPE, and its writes fail with -EPIPE;
 * sb_stream_close_write says so much without closing. spec/core.md 2.5.
 */
#ifndef SB_LIB_STREAM_PAIR_H
#define SB_LIB_STREAM_PAIR_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/hal/stream.h"

struct sb_stream_pair_end {
    /* public */
    struct sb_stream stream;
    /* private */
    struct sb_stream_pair_end *other;
    bool is_closed;
};

/* The caller's memory until both sides are closed. */
struct sb_stream_pair {
    struct sb_stream_pair_end a;
    struct sb_stream_pair_end b;
};

/* The buffers are borrowed: `to_a` keeps what was written to b until it is read from a. At least one byte each. */
void sb_stream_pair_init(struct sb_stream_pair *pair, void *to_a, size_t to_a_size, void *to_b,
                         size_t to_b_size);

#endif
