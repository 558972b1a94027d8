/* SPDX-License-Identifier: MIT */
/*
 * A queue of items of one size between tasks, copied in and out. Items leave in the order in which
 * they came, and so do the tasks that wait: a put hands its item to the first waiting getter, so no
 * later one can take it. spec/core.md 3.5.
 */
#ifndef SB_LIB_QUEUE_H
#define SB_LIB_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/wait.h"

struct sb_queue {
    /* private */
    unsigned char *items;
    size_t item_size;
    uint32_t capacity;
    uint32_t first;
    struct sb_waitq getters;
    struct sb_waitq putters;
    /* read-only */
    uint32_t count; /* items in it now */
};

/* `items` is borrowed: capacity x item_size bytes, aligned as the items need. Both at least 1. */
void sb_queue_init(struct sb_queue *queue, void *items, size_t item_size, uint32_t capacity);

/*
 * Puts a copy of `*item`; waits while the queue is full. Returns 0, or -ECANCELED or -ETIMEDOUT with
 * nothing put.
 */
int sb_queue_put(struct sb_queue *queue, const void *item);

/* Takes the oldest item into `*item`; waits while there is none. Returns as put. */
int sb_queue_get(struct sb_queue *queue, void *item);

/* Never wait, and may be called in loop context. Return 0, or -EAGAIN when full or empty. */
int sb_queue_try_put(struct sb_queue *queue, const void *item);
int sb_queue_try_get(struct sb_queue *queue, void *item);

#endif
