/* SPDX-License-Identifier: MIT */
/*
 * A ring queue: a queue that says what becomes of a put when it is full. For samples and events of which
 * the newest, or the first, are the ones that count. spec/core.md 3.6.
 */
#ifndef SB_LIB_RINGQ_H
#define SB_LIB_RINGQ_H

#include <stddef.h>
#include <stdint.h>

#include "lib/queue.h"

/* What a put into a full ring does. */
enum sb_ringq_policy {
    SB_RINGQ_FAIL,        /* is refused */
    SB_RINGQ_WAIT,        /* waits for room, as sb_queue_put */
    SB_RINGQ_DROP_OLDEST, /* throws the oldest item away to make room */
    SB_RINGQ_DROP_NEWEST, /* throws its own item away */
};

struct sb_ringq {
    /* private */
    enum sb_ringq_policy policy;
    /* read-only */
    struct sb_queue queue;  /* to be asked for its count, or whether it is full or empty */
    uint32_t overrun_count; /* puts that found it full and were refused or cost an item */
};

/* `items` is borrowed: capacity x item_size bytes, aligned as the items need. All places are used. */
void sb_ringq_init(struct sb_ringq *ring, void *items, size_t item_size, uint32_t capacity,
                   enum sb_ringq_policy policy);

/*
 * Puts a copy of `*item`. Returns 0; 1 when that cost an item, the oldest or this one, by the policy;
 * -EAGAIN when refused; -ECANCELED or -ETIMEDOUT with nothing put. Only with SB_RINGQ_WAIT does it wait,
 * and fail for a cancelled task; otherwise it may be called in loop context.
 */
int sb_ringq_put(struct sb_ringq *ring, const void *item);

/* The same without waiting: -EAGAIN instead. */
int sb_ringq_try_put(struct sb_ringq *ring, const void *item);

/* As sb_queue_get, sb_queue_try_get, sb_queue_peek: items come in the order in which they were put. */
int sb_ringq_get(struct sb_ringq *ring, void *item);
int sb_ringq_try_get(struct sb_ringq *ring, void *item);
int sb_ringq_peek(const struct sb_ringq *ring, void *item);

/*
 * A put or a get, beside others: lib/wait_any.h. A put waits for room if the policy is to fail or to wait;
 * if it is to drop, it needs no wait. `item` is borrowed until the wait has ended.
 */
struct sb_case sb_ringq_put_case(struct sb_ringq *ring, const void *item);
struct sb_case sb_ringq_get_case(struct sb_ringq *ring, void *item);

#endif
