/* SPDX-License-Identifier: MIT */
/* Ring queues: a queue, and what to do when it is full. */
#include "lib/ringq.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/wait_any.h"

void sb_ringq_init(struct sb_ringq *ring, void *items, size_t item_size, uint32_t capacity,
                   enum sb_ringq_policy policy)
{
    sb_queue_init(&ring->queue, items, item_size, capacity);
    ring->policy = policy;
    ring->overrun_count = 0;
}

int sb_ringq_try_put(struct sb_ringq *ring, const void *item)
{
    if (sb_queue_try_put(&ring->queue, item) == 0)
        return 0;
    ring->overrun_count++;
    switch (ring->policy) {
    case SB_RINGQ_DROP_OLDEST:
        (void)sb_queue_discard(&ring->queue);
        (void)sb_queue_try_put(&ring->queue, item);
        return 1;
    case SB_RINGQ_DROP_NEWEST:
        return 1;
    default:
        return -EAGAIN;
    }
}

int sb_ringq_put(struct sb_ringq *ring, const void *item)
{
    struct sb_waiter waiter = {.slot = (void *)(uintptr_t)item};
    int rc;

    if (ring->policy != SB_RINGQ_WAIT)
        return sb_ringq_try_put(ring, item);
    rc = sb_core_check();
    if (rc < 0 || sb_queue_try_put(&ring->queue, item) == 0)
        return rc;
    return sb_core_wait_in(&ring->queue.putters, &waiter, "ring queue put", ring,
                           __builtin_return_address(0));
}

int sb_ringq_get(struct sb_ringq *ring, void *item)
{
    struct sb_waiter waiter = {.slot = item};
    int rc = sb_core_check();

    if (rc < 0 || sb_queue_try_get(&ring->queue, item) == 0)
        return rc;
    return sb_core_wait_in(&ring->queue.getters, &waiter, "ring queue get", ring,
                           __builtin_return_address(0));
}

int sb_ringq_try_get(struct sb_ringq *ring, void *item)
{
    return sb_queue_try_get(&ring->queue, item);
}

int sb_ringq_peek(const struct sb_ringq *ring, void *item)
{
    return sb_queue_peek(&ring->queue, item);
}

/* ---- beside other things */

/* While it can be waited for room, a full ring is no overrun. */
static int take_put(struct sb_case *c)
{
    struct sb_ringq *ring = c->object;

    if (ring->policy == SB_RINGQ_FAIL || ring->policy == SB_RINGQ_WAIT)
        return sb_queue_try_put(&ring->queue, c->waiter.slot);
    (void)sb_ringq_try_put(ring, c->waiter.slot);
    return 0;
}

static struct sb_waitq *putters(struct sb_case *c)
{
    struct sb_ringq *ring = c->object;

    return &ring->queue.putters;
}

struct sb_case sb_ringq_put_case(struct sb_ringq *ring, const void *item)
{
    static const struct sb_case_ops ops = {"ring queue put", take_put, putters};

    return sb_case_of(&ops, ring, (void *)(uintptr_t)item);
}

static int take_get(struct sb_case *c)
{
    return sb_ringq_try_get(c->object, c->waiter.slot);
}

static struct sb_waitq *getters(struct sb_case *c)
{
    struct sb_ringq *ring = c->object;

    return &ring->queue.getters;
}

struct sb_case sb_ringq_get_case(struct sb_ringq *ring, void *item)
{
    static const struct sb_case_ops ops = {"ring queue get", take_get, getters};

    return sb_case_of(&ops, ring, item);
}
