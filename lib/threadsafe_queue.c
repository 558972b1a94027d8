/* SPDX-License-Identifier: MIT */
/*
 * Queues between the loop and one other context. The item is stored, then the position published, then the
 * bell rung, so who is woken finds it. Invariant: while tasks wait and could go on, the bell has been rung,
 * or is about to be.
 */
#include "lib/threadsafe_queue.h"

#include <errno.h>
#include <string.h>

#include "lib/core.h"
#include "lib/wait_any.h"

static unsigned char *item_at(const struct sb_threadsafe_queue *queue, uint32_t index)
{
    return queue->items + (size_t)index * queue->item_size;
}

/* ---- what both sides do */

static int put_in(struct sb_threadsafe_queue *queue, const void *item)
{
    if (sb_spsc_count(&queue->ring) == queue->ring.capacity)
        return -EAGAIN;
    memcpy(item_at(queue, sb_spsc_put_index(&queue->ring)), item, queue->item_size);
    sb_spsc_put(&queue->ring, 1);
    return 0;
}

static int take_out(struct sb_threadsafe_queue *queue, void *item)
{
    if (sb_spsc_count(&queue->ring) == 0)
        return -EAGAIN;
    memcpy(item, item_at(queue, sb_spsc_take_index(&queue->ring)), queue->item_size);
    sb_spsc_take(&queue->ring, 1);
    return 0;
}

/* ---- the tasks' side */

/* Moves an item the way that tasks do: out of the ring, or into it. */
static int move(struct sb_threadsafe_queue *queue, void *item)
{
    return queue->direction == SB_QUEUE_INTO_LOOP ? take_out(queue, item) : put_in(queue, item);
}

static void notify(const struct sb_threadsafe_queue *queue)
{
    if (queue->notify_fn != NULL)
        queue->notify_fn(queue->notify_arg);
}

/* Lets those who wait have what there is. */
static void serve(struct sb_threadsafe_queue *queue)
{
    struct sb_waiter *waiter;
    bool has_moved = false;

    while ((waiter = sb_waitq_first(&queue->waiters)) != NULL && move(queue, waiter->slot) == 0) {
        sb_waitq_wake(waiter, 0);
        has_moved = true;
    }
    if (has_moved)
        notify(queue);
}

static void on_ring(void *arg)
{
    serve(arg);
}

static int try_move(struct sb_threadsafe_queue *queue, void *item)
{
    int rc;

    assert(queue->bell.loop == sb_core_loop);
    serve(queue);
    if (sb_waitq_first(&queue->waiters) != NULL)
        return -EAGAIN;
    rc = move(queue, item);
    if (rc == 0)
        notify(queue);
    return rc;
}

static int move_or_wait(struct sb_threadsafe_queue *queue, void *item, const char *what,
                        const void *caller)
{
    struct sb_waiter waiter = {.slot = item};
    int rc = sb_core_check();

    if (rc < 0 || try_move(queue, item) == 0)
        return rc;
    return sb_core_wait_in(&queue->waiters, &waiter, what, queue, caller);
}

/* ---- */

void sb_threadsafe_queue_init(struct sb_threadsafe_queue *queue,
                              const struct sb_threadsafe_queue_config *config)
{
    assert(config->items != NULL && config->item_size > 0);
    sb_bell_init(&queue->bell, on_ring, queue);
    sb_waitq_init(&queue->waiters);
    sb_spsc_init(&queue->ring, config->capacity);
    queue->direction = config->direction;
    queue->items = config->items;
    queue->item_size = config->item_size;
    queue->notify_fn = config->notify_fn;
    queue->notify_arg = config->notify_arg;
}

void sb_threadsafe_queue_deinit(struct sb_threadsafe_queue *queue)
{
    assert(sb_waitq_first(&queue->waiters) == NULL);
    sb_bell_deinit(&queue->bell);
}

/* An item that is put is only read from; `move` has one kind of pointer for both directions. */
static void *writable(const void *item)
{
    return (void *)(uintptr_t)item;
}

int sb_threadsafe_queue_try_put(struct sb_threadsafe_queue *queue, const void *item)
{
    int rc;

    if (queue->direction == SB_QUEUE_OUT_OF_LOOP)
        return try_move(queue, writable(item));
    rc = put_in(queue, item);
    if (rc == 0)
        sb_bell_ring(&queue->bell);
    return rc;
}

int sb_threadsafe_queue_try_get(struct sb_threadsafe_queue *queue, void *item)
{
    int rc;

    if (queue->direction == SB_QUEUE_INTO_LOOP)
        return try_move(queue, item);
    rc = take_out(queue, item);
    if (rc == 0)
        sb_bell_ring(&queue->bell);
    return rc;
}

int sb_threadsafe_queue_put(struct sb_threadsafe_queue *queue, const void *item)
{
    assert(queue->direction == SB_QUEUE_OUT_OF_LOOP);
    return move_or_wait(queue, writable(item), "threadsafe queue put", __builtin_return_address(0));
}

int sb_threadsafe_queue_get(struct sb_threadsafe_queue *queue, void *item)
{
    assert(queue->direction == SB_QUEUE_INTO_LOOP);
    return move_or_wait(queue, item, "threadsafe queue get", __builtin_return_address(0));
}

uint32_t sb_threadsafe_queue_count(const struct sb_threadsafe_queue *queue)
{
    return sb_spsc_count(&queue->ring);
}

/* ---- beside others */

static int take_case(struct sb_case *c)
{
    return try_move(c->object, c->waiter.slot);
}

static struct sb_waitq *queue_of(struct sb_case *c)
{
    struct sb_threadsafe_queue *queue = c->object;

    return &queue->waiters;
}

struct sb_case sb_threadsafe_queue_get_case(struct sb_threadsafe_queue *queue, void *item)
{
    static const struct sb_case_ops ops = {
        .what = "threadsafe queue get", .take = take_case, .queue = queue_of};

    assert(queue->direction == SB_QUEUE_INTO_LOOP);
    return sb_case_of(&ops, queue, item);
}
