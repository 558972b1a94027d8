/* SPDX-License-Identifier: MIT */
/*
 * The positions of rings between two contexts. A side stores with release what the other loads with acquire: who
 * sees a place counted also sees what was done to it.
 */
#include "lib/spsc.h"

#include "lib/core.h"

void sb_spsc_init(struct sb_spsc *ring, uint32_t capacity)
{
    assert(capacity > 0 && capacity <= SB_SPSC_CAPACITY_MAX);
    ring->capacity = capacity;
    atomic_init(&ring->put_count, 0);
    atomic_init(&ring->taken_count, 0);
}

/* a - b, or a + b, of counts up to twice the capacity. */
static uint32_t distance(const struct sb_spsc *ring, uint32_t a, uint32_t b)
{
    return a >= b ? a - b : 2 * ring->capacity - (b - a);
}

static uint32_t sum(const struct sb_spsc *ring, uint32_t a, uint32_t b)
{
    return a >= 2 * ring->capacity - b ? a - (2 * ring->capacity - b) : a + b;
}

uint32_t sb_spsc_count(const struct sb_spsc *ring)
{
    uint32_t taken = atomic_load_explicit(&ring->taken_count, memory_order_acquire);

    return distance(ring, atomic_load_explicit(&ring->put_count, memory_order_acquire), taken);
}

static uint32_t index_of(const struct sb_spsc *ring, uint32_t count)
{
    return count >= ring->capacity ? count - ring->capacity : count;
}

uint32_t sb_spsc_put_index(const struct sb_spsc *ring)
{
    return index_of(ring, atomic_load_explicit(&ring->put_count, memory_order_relaxed));
}

uint32_t sb_spsc_take_index(const struct sb_spsc *ring)
{
    return index_of(ring, atomic_load_explicit(&ring->taken_count, memory_order_relaxed));
}

void sb_spsc_put(struct sb_spsc *ring, uint32_t count)
{
    uint32_t former = atomic_load_explicit(&ring->put_count, memory_order_relaxed);

    atomic_store_explicit(&ring->put_count, sum(ring, former, count), memory_order_release);
}

void sb_spsc_take(struct sb_spsc *ring, uint32_t count)
{
    uint32_t former = atomic_load_explicit(&ring->taken_count, memory_order_relaxed);

    atomic_store_explicit(&ring->taken_count, sum(ring, former, count), memory_order_release);
}
