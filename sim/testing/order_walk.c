/* SPDX-License-Identifier: MIT */
/*
 * Going through orders. Nothing is remembered between runs but the choices made: each run follows a prefix of
 * choices and takes the first task that is ready from there on; then the last choice that has another possibility
 * counts up, as in an odometer, and is the end of the next prefix.
 */
#include "sim/testing/order_walk.h"

#include <stdio.h>
#include <string.h>

#include "sim/world.h"

#define RUN_LIMIT 1000000

void sb_order_walk_init(struct sb_order_walk *walk, const struct sb_orders *orders)
{
    walk->order = (struct sb_order){.seed = 0};
    walk->is_cut = false;
    walk->orders = orders;
    walk->run_count = 0;
    sb_order_walk_begin(walk);
}

void sb_order_walk_init_at(struct sb_order_walk *walk, const struct sb_order *order)
{
    static const struct sb_orders one = {.run_limit = 1};

    sb_order_walk_init(walk, &one);
    walk->order = *order;
}

void sb_order_walk_begin(struct sb_order_walk *walk)
{
    walk->made_count = 0;
    walk->is_other = false;
    walk->random = walk->order.seed;
}

uint32_t sb_order_walk_choose(uint32_t count, void *arg)
{
    struct sb_order_walk *walk = arg;
    uint32_t at = walk->made_count++;
    uint8_t choice = 0;

    if (walk->order.seed != 0)
        return (uint32_t)(sb_random_next(&walk->random) % count);
    if (at >= SB_ORDER_CHOICES_MAX || count > UINT8_MAX) {
        walk->is_cut = true;
        return 0;
    }
    if (at < walk->order.choice_count)
        choice = walk->order.choices[at];
    if (choice >= count) {
        walk->is_other = true;
        choice = 0;
    }
    walk->made[at] = choice;
    walk->counts[at] = (uint8_t)count;
    return choice;
}

bool sb_order_walk_is_other(const struct sb_order_walk *walk)
{
    return walk->is_other || walk->made_count < walk->order.choice_count;
}

/* ---- counting up */

static uint32_t count_deviations(const struct sb_order_walk *walk, uint32_t choice_count)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < choice_count; i++)
        count += walk->made[i] != 0;
    return count;
}

/* The choice before `at` may be another. */
static bool may_count_up(struct sb_order_walk *walk, uint32_t at)
{
    const struct sb_orders *orders = walk->orders;
    bool is_over;

    if (walk->made[at - 1] + 1 >= walk->counts[at - 1])
        return false;
    is_over = (orders->depth != 0 && at > orders->depth) ||
              (orders->deviation_limit != 0 &&
               count_deviations(walk, at - 1) >= orders->deviation_limit);
    walk->is_cut |= is_over;
    return !is_over;
}

static bool count_up(struct sb_order_walk *walk)
{
    uint32_t at = walk->made_count;

    if (at > SB_ORDER_CHOICES_MAX)
        at = SB_ORDER_CHOICES_MAX;
    while (at > 0 && !may_count_up(walk, at))
        at--;
    if (at == 0)
        return false;
    walk->made[at - 1]++;
    memcpy(walk->order.choices, walk->made, at);
    walk->order.choice_count = at;
    return true;
}

bool sb_order_walk_next(struct sb_order_walk *walk)
{
    uint64_t limit = walk->orders->run_limit == 0 ? RUN_LIMIT : walk->orders->run_limit;

    if (walk->orders->seed_count != 0) {
        walk->is_cut = true;
        return walk->order.seed++ < walk->orders->seed_count;
    }
    if (!count_up(walk))
        return false;
    if (++walk->run_count < limit)
        return true;
    walk->is_cut = true;
    return false;
}

void sb_order_describe(const struct sb_order *order, char *out, size_t size)
{
    size_t used;

    out[0] = '\0';
    if (order->seed != 0)
        snprintf(out, size, " in the order of seed %llu", (unsigned long long)order->seed);
    if (order->seed != 0 || order->choice_count == 0)
        return;
    used = (size_t)snprintf(out, size, " in order");
    for (uint32_t i = 0; i < order->choice_count && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, " %u", order->choices[i]);
}
