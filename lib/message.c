/* SPDX-License-Identifier: MIT */
/*
 * Messages. A slot belongs to one at a time, so values are copied by plain memcpy: to who is writing it, to
 * the loop (`current`), to nobody (`unused`), or it holds the latest value. A writer takes a free one, fills it
 * and exchanges it for the latest, which is free then; the loop exchanges its own for the latest if that is
 * new. So W writers need W + 2 slots, however they interrupt each other.
 *
 * `latest` holds the slot's number, whether the loop has yet to take it, and the count of sets modulo 2^26.
 */
#include "lib/message.h"

#include <errno.h>
#include <string.h>

#include "lib/core.h"
#include "lib/wait_any.h"

#define SLOT_MASK   UINT32_C(0x1f)
#define IS_NEW      UINT32_C(0x20)
#define COUNT_SHIFT 6
#define COUNT_MASK  (UINT32_MAX >> COUNT_SHIFT)

static unsigned char *slot_at(const struct sb_message *message, uint32_t slot)
{
    return message->slots + slot * message->item_size;
}

/* ---- from any context */

/* Takes a free slot; -EBUSY when there is none. */
static int take_slot(struct sb_message *message)
{
    uint32_t mask = atomic_load_explicit(&message->unused, memory_order_relaxed);
    int slot;

    do {
        if (mask == 0)
            return -EBUSY;
        slot = __builtin_ctz(mask);
    } while (!atomic_compare_exchange_weak_explicit(&message->unused, &mask, mask & (mask - 1),
                                                    memory_order_acquire, memory_order_relaxed));
    return slot;
}

int sb_message_set(struct sb_message *message, const void *item)
{
    int slot = take_slot(message);
    uint32_t former;
    uint32_t next;

    if (slot < 0)
        return slot;
    memcpy(slot_at(message, (uint32_t)slot), item, message->item_size);
    former = atomic_load_explicit(&message->latest, memory_order_relaxed);
    do {
        next = ((former >> COUNT_SHIFT) + 1) << COUNT_SHIFT | IS_NEW | (uint32_t)slot;
    } while (!atomic_compare_exchange_weak_explicit(&message->latest, &former, next,
                                                    memory_order_acq_rel, memory_order_relaxed));
    atomic_fetch_or_explicit(&message->unused, UINT32_C(1) << (former & SLOT_MASK),
                             memory_order_release);
    if ((former & IS_NEW) == 0) /* else whoever set it before rings */
        sb_bell_ring(&message->bell);
    return 0;
}

/* ---- on the loop's thread */

/* Takes the latest value, if it is new, and gives it to all who wait. */
static void pass_on(struct sb_message *message)
{
    uint32_t latest = atomic_load_explicit(&message->latest, memory_order_relaxed);
    struct sb_waiter *waiter;

    assert(message->bell.loop == sb_core_loop);
    do {
        if ((latest & IS_NEW) == 0)
            return;
    } while (!atomic_compare_exchange_weak_explicit(
        &message->latest, &latest, (latest & ~(IS_NEW | SLOT_MASK)) | message->current,
        memory_order_acq_rel, memory_order_relaxed));
    message->current = latest & SLOT_MASK;
    message->sequence += (((latest >> COUNT_SHIFT) - message->sequence - 1) & COUNT_MASK) + 1;
    message->is_set = true;
    while ((waiter = sb_waitq_first(&message->waiters)) != NULL) {
        memcpy(waiter->slot, slot_at(message, message->current), message->item_size);
        sb_waitq_wake(waiter, 0);
    }
}

static void on_ring(void *arg)
{
    pass_on(arg);
}

void sb_message_init(struct sb_message *message, void *slots, size_t item_size, uint32_t slot_count)
{
    assert(slots != NULL && item_size > 0);
    assert(slot_count >= 3 && slot_count <= SB_MESSAGE_SLOTS_MAX);
    sb_bell_init(&message->bell, on_ring, message);
    sb_waitq_init(&message->waiters);
    message->slots = slots;
    message->item_size = item_size;
    message->current = 0;
    message->sequence = 0;
    message->is_set = false;
    atomic_init(&message->latest, 1); /* slot 1, not new */
    atomic_init(&message->unused,
                (UINT32_MAX >> (SB_MESSAGE_SLOTS_MAX - slot_count)) & ~UINT32_C(3));
}

void sb_message_deinit(struct sb_message *message)
{
    assert(sb_waitq_first(&message->waiters) == NULL);
    sb_bell_deinit(&message->bell);
}

void sb_message_clear(struct sb_message *message)
{
    pass_on(message);
    message->is_set = false;
}

bool sb_message_is_set(struct sb_message *message)
{
    pass_on(message);
    return message->is_set;
}

int sb_message_value(struct sb_message *message, void *item)
{
    pass_on(message);
    if (message->sequence == 0)
        return -EAGAIN;
    memcpy(item, slot_at(message, message->current), message->item_size);
    return 0;
}

uint64_t sb_message_sequence(struct sb_message *message)
{
    pass_on(message);
    return message->sequence;
}

int sb_message_wait(struct sb_message *message, void *item)
{
    struct sb_waiter waiter = {.slot = item};
    int rc = sb_core_check();

    if (rc < 0)
        return rc;
    if (sb_message_is_set(message))
        return sb_message_value(message, item);
    return sb_core_wait_in(&message->waiters, &waiter, "message", message,
                           __builtin_return_address(0));
}

/* ---- beside others */

static int take(struct sb_case *c)
{
    return sb_message_is_set(c->object) ? sb_message_value(c->object, c->waiter.slot) : -EAGAIN;
}

static struct sb_waitq *queue(struct sb_case *c)
{
    struct sb_message *message = c->object;

    return &message->waiters;
}

struct sb_case sb_message_case(struct sb_message *message, void *item)
{
    static const struct sb_case_ops ops = {.what = "message", .take = take, .queue = queue};

    return sb_case_of(&ops, message, item);
}
