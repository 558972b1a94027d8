/* SPDX-License-Identifier: MIT */
/*
 * What happened on a real board and has not been shown yet, by time: an edge is told by the kernel with the time at which
 * it was, later than what the program did meanwhile.
 */
#ifndef SB_TOOLS_APP_MIRROR_QUEUE_H
#define SB_TOOLS_APP_MIRROR_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/wire.h"

#define SB_MIRROR_QUEUE_SIZE 4096

enum sb_mirror_kind {
    SB_MIRROR_DRIVE,   /* a level that the program drives */
    SB_MIRROR_SEE,     /* one that it has seen */
    SB_MIRROR_RELEASE, /* it has let go of the line */
    SB_MIRROR_SAMPLE,
};

struct sb_mirror_event {
    int64_t time_ns;
    struct sb_terminal *terminal;
    enum sb_mirror_kind kind;
    bool level;
    double fraction; /* of a sample */
};

struct sb_mirror_queue {
    /* read-only */
    unsigned count;
    struct sb_mirror_event events[SB_MIRROR_QUEUE_SIZE]; /* the oldest first */
};

/* Puts an event into its place, behind those of the same time. There must be room. */
void sb_mirror_queue_put(struct sb_mirror_queue *queue, const struct sb_mirror_event *event);

/* How many are from `until_ns` or before; takes the first `count` out. */
unsigned sb_mirror_queue_ripe(const struct sb_mirror_queue *queue, int64_t until_ns);
void sb_mirror_queue_drop(struct sb_mirror_queue *queue, unsigned count);

#endif
