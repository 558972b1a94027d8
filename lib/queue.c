/* SPDX-License-Identifier: MIT */
/*
 * Queues. Invariant: getters wait only while it is empty, putters only while it is full. So a put with
 * a getter waiting copies straight into that getter's item, and a get that makes room moves the first
 * putter's item in.
 */
#include "lib/queue.h"

#include <errno.h>
#include <string.h>

#include "lib/core.h"
#include "lib/wait_any.h"

void sb_queue_init(struct sb_queue *queue, void *items, size_t item_size, uint32_t capacity)
{
    assert(items != NULL && item_size > 0 && capacity > 0);
    queue->items = items;
    queue->item_size = item_size;
    queue->capacity = capacity;
    queue->first = 0;
    queue->count = 0;
    queue->unfinished_count = 0;
    sb_waitq_init(&queue->getters);
    sb_waitq_init(&queue->putters);
    sb_waitq_init(&queue->joiners);
}

/* Most items are a pointer or a number, which need no call. */
static inline void copy_item(const struct sb_queue *queue, void *to, const void *from)
{
    if (queue->item_size == sizeof(void *))
        memcpy(to, from, sizeof(void *));
    else
        memcpy(to, from, queue->item_size);
}

/* The place of the item `index` behind the oldest. */
static inline unsigned char *item_at(const struct sb_queue *queue, uint32_t index)
{
    uint32_t at = queue->first + index;

    if (at >= queue->capacity)
        at -= queue->capacity;
    return queue->items + (size_t)at * queue->item_size;
}

static inline void append(struct sb_queue *queue, const void *item)
{
    copy_item(queue, item_at(queue, queue->count), item);
    queue->count++;
    queue->unfinished_count++;
}

static inline void remove_first(struct sb_queue *queue)
{
    struct sb_waiter *putter = sb_waitq_first(&queue->putters);

    queue->count--;
    queue->first = queue->first + 1 == queue->capacity ? 0 : queue->first + 1;
    if (putter != NULL) {
        append(queue, putter->slot);
        sb_waitq_wake(putter, 0);
    }
}

int sb_queue_try_put(struct sb_queue *queue, const void *item)
{
    struct sb_waiter *getter = sb_waitq_first(&queue->getters);

    if (getter != NULL) {
        copy_item(queue, getter->slot, item);
        queue->unfinished_count++;
        sb_waitq_wake(getter, 0);
        return 0;
    }
    if (queue->count == queue->capacity)
        return -EAGAIN;
    append(queue, item);
    return 0;
}

int sb_queue_try_get(struct sb_queue *queue, void *item)
{
    if (queue->count == 0)
        return -EAGAIN;
    copy_item(queue, item, item_at(queue, 0));
    remove_first(queue);
    return 0;
}

int sb_queue_peek(const struct sb_queue *queue, void *item)
{
    if (queue->count == 0)
        return -EAGAIN;
    copy_item(queue, item, item_at(queue, 0));
    return 0;
}

int sb_queue_discard(struct sb_queue *queue)
{
    if (queue->count == 0)
        return -EAGAIN;
    remove_first(queue);
    return 0;
}

bool sb_queue_is_empty(const struct sb_queue *queue)
{
    return queue->count == 0;
}

bool sb_queue_is_full(const struct sb_queue *queue)
{
    return queue->count == queue->capacity;
}

/* A putter's slot is only read from; struct sb_waiter has one kind for both directions. */
static void *slot_of(const void *item)
{
    return (void *)(uintptr_t)item;
}

int sb_queue_put(struct sb_queue *queue, const void *item)
{
    struct sb_waiter waiter = {.slot = slot_of(item)};
    int rc = sb_core_check();

    if (rc < 0 || sb_queue_try_put(queue, item) == 0)
        return rc;
    return sb_core_wait_in(&queue->putters, &waiter, "queue put", queue,
                           __builtin_return_address(0));
}

int sb_queue_get(struct sb_queue *queue, void *item)
{
    struct sb_waiter waiter = {.slot = item};
    int rc = sb_core_check();

    if (rc < 0 || sb_queue_try_get(queue, item) == 0)
        return rc;
    return sb_core_wait_in(&queue->getters, &waiter, "queue get", queue,
                           __builtin_return_address(0));
}

int sb_queue_task_done(struct sb_queue *queue)
{
    if (queue->unfinished_count == 0)
        return -EOVERFLOW;
    if (--queue->unfinished_count == 0)
        sb_waitq_wake_all(&queue->joiners, 0);
    return 0;
}

int sb_queue_join(struct sb_queue *queue)
{
    struct sb_waiter waiter;
    int rc = sb_core_check();

    if (rc < 0 || queue->unfinished_count == 0)
        return rc;
    return sb_core_wait_in(&queue->joiners, &waiter, "queue join", queue,
                           __builtin_return_address(0));
}

/* ---- beside other things */

static int take_put(struct sb_case *c)
{
    return sb_queue_try_put(c->object, c->waiter.slot);
}

static struct sb_waitq *putters(struct sb_case *c)
{
    struct sb_queue *queue = c->object;

    return &queue->putters;
}

struct sb_case sb_queue_put_case(struct sb_queue *queue, const void *item)
{
    static const struct sb_case_ops ops = {"queue put", take_put, putters};

    return sb_case_of(&ops, queue, slot_of(item));
}

static int take_get(struct sb_case *c)
{
    return sb_queue_try_get(c->object, c->waiter.slot);
}

static struct sb_waitq *getters(struct sb_case *c)
{
    struct sb_queue *queue = c->object;

    return &queue->getters;
}

struct sb_case sb_queue_get_case(struct sb_queue *queue, void *item)
{
    static const struct sb_case_ops ops = {"queue get", take_get, getters};

    return sb_case_of(&ops, queue, item);
}
