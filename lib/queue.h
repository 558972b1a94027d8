/* SPDX-License-Identifier: MIT */
/*
 * A queue of items of one size between tasks, copied in and out. Items leave in the order in which
 * they came, and so do the tasks that wait: a put hands its item to the first waiting getter, so no
 * later one can take it. Who takes items may report when it is done with each, and others wait until
 * all are. spec/core.md 3.5.
 */
#ifndef SB_LIB_QUEUE_H
#define SB_LIB_QUEUE_H

#include <stdbool.h>
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
    struct sb_waitq joiners;
    /* read-only */
    uint32_t count;            /* items in it now */
    uint64_t unfinished_count; /* items that were put and not reported done */
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

/* Copies the oldest item and leaves it there. Returns 0, or -EAGAIN when there is none. */
int sb_queue_peek(const struct sb_queue *queue, void *item);

/* Throws the oldest item away, which makes room as a get does. Returns 0, or -EAGAIN. */
int sb_queue_discard(struct sb_queue *queue);

bool sb_queue_is_empty(const struct sb_queue *queue);
bool sb_queue_is_full(const struct sb_queue *queue);

/*
 * Reports that an item which was taken has been dealt with; the last one releases who waits in
 * sb_queue_join. Returns 0; -EOVERFLOW when more were reported than put.
 */
int sb_queue_task_done(struct sb_queue *queue);

/*
 * Waits until every item that was put has been reported done; returns at once when that is so now.
 * Returns 0, -ECANCELED or -ETIMEDOUT.
 */
int sb_queue_join(struct sb_queue *queue);

/*
 * A put or a get, beside others: lib/wait_any.h. `item` is borrowed until the wait has ended; it was put
 * or filled only if its case is done.
 */
struct sb_case sb_queue_put_case(struct sb_queue *queue, const void *item);
struct sb_case sb_queue_get_case(struct sb_queue *queue, void *item);

#endif
