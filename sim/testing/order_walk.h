/* SPDX-License-Identifier: MIT */
/* Going through orders, one a run: private to those who run trials. */
#ifndef SB_SIM_TESTING_ORDER_WALK_H
#define SB_SIM_TESTING_ORDER_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/testing/order.h"

struct sb_order_walk {
    struct sb_order order; /* of the present run; its choices are the prefix that it follows */
    bool is_cut;           /* some limit has kept an order from being run */
    uint32_t made_count;   /* choices of the present run */
    /* private */
    const struct sb_orders *orders;
    uint8_t made[SB_ORDER_CHOICES_MAX];
    uint8_t counts[SB_ORDER_CHOICES_MAX]; /* of how many each was made */
    uint64_t random;
    uint64_t run_count;
    bool is_other;
};

/* The first is first come first served. `orders` is borrowed. */
void sb_order_walk_init(struct sb_order_walk *walk, const struct sb_orders *orders);

/* A walk that stays at one order. */
void sb_order_walk_init_at(struct sb_order_walk *walk, const struct sb_order *order);

/* A run begins. */
void sb_order_walk_begin(struct sb_order_walk *walk);

/* sb_choose_fn; `arg` is the walk. Follows the order, and takes the first from there on. */
uint32_t sb_order_walk_choose(uint32_t count, void *arg);

/* The run did not have the choices that the one before it had up to its last one. */
bool sb_order_walk_is_other(const struct sb_order_walk *walk);

/* Goes on to the next order. False when there is none. */
bool sb_order_walk_next(struct sb_order_walk *walk);

/* " in order 0 0 2"; "" for first come first served. */
void sb_order_describe(const struct sb_order *order, char *out, size_t size);

#endif
