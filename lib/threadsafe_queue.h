/* SPDX-License-Identifier: MIT */
/*
 * A queue of items of one size between the loop's tasks and exactly one other context: a thread, a signal
 * handler, an interrupt. It leads one way, into the loop or out of it; for an exchange take two. Nothing
 * is lost or changes its order, and no side ever waits for the other in a lock. Several threads on one side
 * need a lock of their own around it. spec/core.md 4.4.
 */
#ifndef SB_LIB_THREADSAFE_QUEUE_H
#define SB_LIB_THREADSAFE_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/bell.h"
#include "lib/spsc.h"
#include "lib/wait.h"

enum sb_threadsafe_queue_direction {
    SB_QUEUE_INTO_LOOP,   /* outside puts, tasks get */
    SB_QUEUE_OUT_OF_LOOP, /* tasks put, outside gets */
};

struct sb_threadsafe_queue_config {
    enum sb_threadsafe_queue_direction direction;
    void *items;       /* borrowed: capacity x item_size bytes, aligned as the items need */
    size_t item_size;  /* at least 1 */
    uint32_t capacity; /* items, all usable; 1 to SB_SPSC_CAPACITY_MAX */
    /*
     * Called on the loop's thread when tasks have put something, or have made room by a get: where a thread
     * outside is woken that sleeps until then. It must not wait or use the queue. Null: outside polls.
     */
    void (*notify_fn)(void *arg);
    void *notify_arg;
};

struct sb_threadsafe_queue {
    /* private */
    struct sb_bell bell;
    struct sb_waitq waiters; /* of the tasks' side: getters or putters */
    struct sb_spsc ring;
    enum sb_threadsafe_queue_direction direction;
    unsigned char *items;
    size_t item_size;
    void (*notify_fn)(void *arg);
    void *notify_arg;
};

/* Binds it to the current thread's loop: see sb_bell_init. `config` is copied. */
void sb_threadsafe_queue_init(struct sb_threadsafe_queue *queue,
                              const struct sb_threadsafe_queue_config *config);

/* On the loop's thread, when nobody waits and nobody uses it any more; then its memory may go. */
void sb_threadsafe_queue_deinit(struct sb_threadsafe_queue *queue);

/*
 * Never wait. For the side that puts and the side that gets; the one that is outside may be in any context.
 * Return 0, or -EAGAIN when full or empty, or when tasks that wait come first.
 */
int sb_threadsafe_queue_try_put(struct sb_threadsafe_queue *queue, const void *item);
int sb_threadsafe_queue_try_get(struct sb_threadsafe_queue *queue, void *item);

/* For tasks, of a queue out of the loop: waits while it is full, any number, first come, first served.
 * Returns 0, or -ECANCELED or -ETIMEDOUT with nothing put. */
int sb_threadsafe_queue_put(struct sb_threadsafe_queue *queue, const void *item);

/* The same of a queue into the loop: waits while there is none. Returns as put, with nothing taken. */
int sb_threadsafe_queue_get(struct sb_threadsafe_queue *queue, void *item);

/*
 * Items in it now, from either side. The other side may be changing it: who gets finds at least so many,
 * who puts at most.
 */
uint32_t sb_threadsafe_queue_count(const struct sb_threadsafe_queue *queue);

/* A get, beside others: lib/wait_any.h. */
struct sb_case sb_threadsafe_queue_get_case(struct sb_threadsafe_queue *queue, void *item);

#endif
