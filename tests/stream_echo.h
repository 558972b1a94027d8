/* SPDX-License-Identifier: MIT */
/*
 * Bytes there and back over two connected streams, in chunks of odd sizes, while timeouts and cancels hit everybody
 * anywhere: for the tests of whatever streams there are.
 */
#ifndef SB_TESTS_STREAM_ECHO_H
#define SB_TESTS_STREAM_ECHO_H

#include <stdint.h>

#include "lib/hal/stream.h"

struct stream_echo {
    struct sb_stream *client;
    struct sb_stream *server;
    uint64_t size; /* bytes each way */
    uint64_t seed;
    int chunk_max;       /* bytes of a read or write; at most 4096 and what a buffer holds */
    int pause_max_us;    /* a task sleeps now and then, up to so long */
    bool has_half_close; /* the client ends its side, and the server does so in answer */
};

/*
 * Inside a task: the client writes `size` bytes, the server sends back what it gets, the client reads that. Checks
 * that each byte comes once and in order.
 */
void stream_echo_run(const struct stream_echo *echo);

#endif
