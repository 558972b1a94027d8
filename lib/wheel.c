/* SPDX-License-Identifier: MIT */
/*
 * The timer wheel. Its one rule: a timer lies at the level of the highest digit in which its deadline
 * and the wheel's time differ. When time moves on to `to`, not past any deadline, the only timers
 * for which that changes are those of one slot: at the level of the highest digit in which old and new
 * time differ, the slot of `to`'s digit. Lower levels are empty then (their timers would be due).
 */
#include "lib/wheel.h"

#include <stddef.h>

#define DIGIT_MASK ((uint64_t)SB_WHEEL_SLOTS - 1)

static inline unsigned digit_at(int64_t time_ns, unsigned level)
{
    return (unsigned)((uint64_t)time_ns >> (level * SB_WHEEL_BITS) & DIGIT_MASK);
}

/* The highest digit in which the two differ; they must differ. */
static inline unsigned level_between(int64_t a, int64_t b)
{
    return (unsigned)(63 - __builtin_clzll((uint64_t)a ^ (uint64_t)b)) / SB_WHEEL_BITS;
}

static int64_t deadline_of(const struct sb_list *node)
{
    return SB_CONTAINER_OF(node, struct sb_timer, node)->deadline_ns;
}

void sb_wheel_init(struct sb_wheel *wheel, int64_t now_ns)
{
    wheel->time_ns = now_ns;
    wheel->next_ns = SB_NEVER;
    wheel->next_is_stale = false;
    wheel->levels = 0;
    sb_list_init(&wheel->due);
    for (int l = 0; l < SB_WHEEL_LEVELS; l++)
        wheel->slots[l] = 0;
    for (int i = 0; i < SB_WHEEL_LEVELS * SB_WHEEL_SLOTS; i++) {
        sb_list_init(&wheel->slot[i].timers);
        wheel->slot[i].first_ns = SB_NEVER;
        wheel->slot[i].last_ns = INT64_MIN;
    }
}

static void clear(struct sb_list *timers)
{
    struct sb_list *node;

    while ((node = sb_list_first(timers)) != NULL)
        sb_list_remove(node);
}

void sb_wheel_clear(struct sb_wheel *wheel)
{
    clear(&wheel->due);
    for (int i = 0; i < SB_WHEEL_LEVELS * SB_WHEEL_SLOTS; i++)
        clear(&wheel->slot[i].timers);
}

/* Puts a timer where the rule says, which leaves next_ns as it was. */
static inline void place(struct sb_wheel *wheel, struct sb_timer *timer, int64_t deadline_ns)
{
    if (__builtin_expect(deadline_ns <= wheel->time_ns, 0)) {
        /* What it is part of is needed when it fires, and cold if it slept for long. */
        __builtin_prefetch((const char *)timer + 64);
        timer->slot = 0; /* any: see sb_wheel_remove */
        sb_list_append(&wheel->due, &timer->node);
        return;
    }

    unsigned level = level_between(deadline_ns, wheel->time_ns);
    unsigned digit = digit_at(deadline_ns, level);
    unsigned index = level * SB_WHEEL_SLOTS + digit;
    struct sb_wheel_slot *slot = &wheel->slot[index];
    /* All ones when this one came out of order; in numbers, since nobody can guess it. */
    uint64_t early = -(uint64_t)(deadline_ns < slot->last_ns);

    timer->slot = (uint16_t)index;
    sb_list_append(&slot->timers, &timer->node);
    slot->first_ns = deadline_ns < slot->first_ns ? deadline_ns : slot->first_ns;
    slot->last_ns = (int64_t)(((uint64_t)deadline_ns & ~early) | early >> 1);
    wheel->slots[level] |= UINT64_C(1) << digit;
    wheel->levels |= UINT32_C(1) << level;
}

void sb_wheel_add(struct sb_wheel *wheel, struct sb_timer *timer)
{
    int64_t deadline_ns = timer->deadline_ns;

    place(wheel, timer, deadline_ns);
    if (deadline_ns < wheel->next_ns)
        wheel->next_ns = deadline_ns > wheel->time_ns ? deadline_ns : wheel->time_ns;
}

static inline void slot_emptied(struct sb_wheel *wheel, unsigned level, unsigned digit)
{
    struct sb_wheel_slot *slot = &wheel->slot[level * SB_WHEEL_SLOTS + digit];

    slot->first_ns = SB_NEVER;
    slot->last_ns = INT64_MIN;
    wheel->slots[level] &= ~(UINT64_C(1) << digit);
    if (wheel->slots[level] == 0)
        wheel->levels &= ~(UINT32_C(1) << level);
}

/*
 * A timer that is due is not in the slot that it names any more. Then that slot's list is empty, which is
 * noted once more, or others are in it by now, and at worst its earliest is looked for.
 */
void sb_wheel_remove(struct sb_wheel *wheel, struct sb_timer *timer)
{
    struct sb_wheel_slot *slot = &wheel->slot[timer->slot];

    sb_list_remove(&timer->node);
    if (timer->deadline_ns <= wheel->next_ns)
        wheel->next_is_stale = true;
    if (sb_list_is_empty(&slot->timers))
        slot_emptied(wheel, timer->slot / SB_WHEEL_SLOTS, timer->slot % SB_WHEEL_SLOTS);
    else if (timer->deadline_ns == slot->first_ns)
        slot->first_ns = INT64_MIN;
}

/* Finds first_ns again; the slot is not empty. */
static void find_first(struct sb_wheel_slot *slot)
{
    slot->first_ns = deadline_of(slot->timers.next);
    if (slot->last_ns != SB_NEVER)
        return;
    for (struct sb_list *node = slot->timers.next; node != &slot->timers; node = node->next)
        if (deadline_of(node) < slot->first_ns)
            slot->first_ns = deadline_of(node);
}

void sb_wheel_find_next(struct sb_wheel *wheel)
{
    wheel->next_is_stale = false;
    if (!sb_list_is_empty(&wheel->due)) {
        wheel->next_ns = wheel->time_ns;
    } else if (wheel->levels == 0) {
        wheel->next_ns = SB_NEVER;
    } else {
        unsigned level = (unsigned)__builtin_ctz(wheel->levels);
        unsigned digit = (unsigned)__builtin_ctzll(wheel->slots[level]);
        struct sb_wheel_slot *slot = &wheel->slot[level * SB_WHEEL_SLOTS + digit];

        if (slot->first_ns == INT64_MIN)
            find_first(slot);
        wheel->next_ns = slot->first_ns;
    }
}

/*
 * Moves time on, not past the earliest deadline. What is due then is put at the end of `due`, in order of
 * arrival.
 */
static inline void advance(struct sb_wheel *wheel, int64_t to, struct sb_list *due)
{
    if (to <= wheel->time_ns)
        return;

    unsigned level = level_between(wheel->time_ns, to);
    unsigned digit = digit_at(to, level);
    struct sb_list *head = &wheel->slot[level * SB_WHEEL_SLOTS + digit].timers;

    wheel->time_ns = to;
    if ((wheel->slots[level] >> digit & 1) == 0)
        return;
    slot_emptied(wheel, level, digit);

    if (level == 0) { /* all of it is due now */
        sb_list_splice(due, head);
        return;
    }

    struct sb_list *node = head->next;

    sb_list_init(head);
    while (node != head) {
        struct sb_timer *timer = SB_CONTAINER_OF(node, struct sb_timer, node);
        node = node->next;
        place(wheel, timer, timer->deadline_ns);
    }
    sb_list_splice(due, &wheel->due);
}

void sb_wheel_collect(struct sb_wheel *wheel, int64_t now_ns, struct sb_list *batch)
{
    int64_t next_ns;

    sb_list_splice(batch, &wheel->due);
    while ((next_ns = sb_wheel_next_ns(wheel)) <= now_ns) {
        advance(wheel, next_ns, batch);
        wheel->next_is_stale = true;
    }
    advance(wheel, now_ns, batch);
}

static void call_each(const struct sb_list *timers,
                      void (*fn)(const struct sb_timer *timer, void *arg), void *arg)
{
    for (const struct sb_list *node = timers->next; node != timers; node = node->next)
        fn(SB_CONTAINER_OF(node, const struct sb_timer, node), arg);
}

void sb_wheel_for_each(const struct sb_wheel *wheel,
                       void (*fn)(const struct sb_timer *timer, void *arg), void *arg)
{
    call_each(&wheel->due, fn, arg);
    for (int l = 0; l < SB_WHEEL_LEVELS; l++)
        for (uint64_t left = wheel->slots[l]; left != 0; left &= left - 1)
            call_each(&wheel->slot[l * SB_WHEEL_SLOTS + __builtin_ctzll(left)].timers, fn, arg);
}
