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

void sb_queue_init(struct sb_queue *queue, void *items, size_t item_size, uint32_t capacity)
{
    assert(items != NULL && item_size > 0 && capacity > 0);
    queue->items = items;
    queue->item_size = item_size;
    queue->capacity = capacity;
    queue->first = 0;
    queue->count = 0;
    sb_waitq_init(&queue->getters);
    sb_waitq_init(&queue->putters);
}

/* Most items are a pointer or a number, which need no call. */
static void copy_item(const struct sb_queue *queue, void *to, const void *from)
{
    if (queue->item_size == sizeof(void *))
        memcpy(to, from, sizeof(void *));
    else
        memcpy(to, from, queue->item_size);
}

/* The place of the item `index` behind the oldest. */
static unsigned char *item_at(struct sb_queue *queue, uint32_t index)
{
    uint32_t at = queue->first + index;

    if (at >= queue->capacity)
        at -= queue->capacity;
    return queue->items + (size_t)at * queue->item_size;
}

int sb_queue_try_put(struct sb_queue *queue, const void *item)
{
    struct sb_waiter *getter = sb_waitq_first(&queue->getters);

    if (getter != NULL) {
        copy_item(queue, getter->slot, item);
        sb_waitq_wake(getter, 0);
        return 0;
    }
    if (queue->count == queue->capacity)
        return -EAGAIN;
    copy_item(queue, item_at(queue, queue->count), item);
    queue->count++;
    return 0;
}

int sb_queue_try_get(struct sb_queue *queue, void *item)
{
    if (queue->count == 0)
        return -EAGAIN;
    copy_item(queue, item, item_at(queue, 0));
    queue->count--;
    queue->first = queue->first + 1 == queue->capacity ? 0 : queue->first + 1;

    struct sb_waiter *putter = sb_waitq_first(&queue->putters);

    if (putter != NULL) {
        copy_item(queue, item_at(queue, queue->count), putter->slot);
        queue->count++;
        sb_waitq_wake(putter, 0);
    }
    return 0;
}

int sb_queue_put(struct sb_queue *queue, const void *item)
{
    /* The slot is only read from; struct sb_waiter has one kind for both directions. */
    struct sb_waiter waiter = {.slot = (void *)(uintptr_t)item};
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
