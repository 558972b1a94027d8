/* SPDX-License-Identifier: MIT */
/*
 * The timer wheel. Its one rule: a timer lies at the level of the highest digit in which its deadline
 * and the wheel's time differ. When time moves on to `to`, not past any deadline, the only timers
 * for which that changes are those of one slot: at the level of the highest digit in which old and new
 * time differ, the slot of `to`'s digit. Lower levels are empty then (their timers would be due).
 */
#include "lib/wheel.h"

#include <stddef.h>

/* `slot` of a timer that is on no slot's list: it is due. */
#define SLOT_DUE UINT16_MAX

#define DIGIT_MASK ((uint64_t)SB_WHEEL_SLOTS - 1)

static unsigned digit_at(int64_t time_ns, unsigned level)
{
    return (unsigned)((uint64_t)time_ns >> (level * SB_WHEEL_BITS) & DIGIT_MASK);
}

/* The highest digit in which the two differ; they must differ. */
static unsigned level_between(int64_t a, int64_t b)
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
    for (int l = 0; l < SB_WHEEL_LEVELS; l++) {
        wheel->slots[l] = 0;
        for (int s = 0; s < SB_WHEEL_SLOTS; s++) {
            sb_list_init(&wheel->slot[l][s].timers);
            wheel->slot[l][s].first_ns = SB_NEVER;
            wheel->slot[l][s].last_ns = INT64_MIN;
        }
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
    for (int l = 0; l < SB_WHEEL_LEVELS; l++)
        for (int s = 0; s < SB_WHEEL_SLOTS; s++)
            clear(&wheel->slot[l][s].timers);
}

/* Puts a timer where the rule says, which leaves next_ns as it was. */
static inline void place(struct sb_wheel *wheel, struct sb_timer *timer)
{
    if (timer->deadline_ns <= wheel->time_ns) {
        timer->slot = SLOT_DUE;
        sb_list_append(&wheel->due, &timer->node);
        return;
    }

    unsigned level = level_between(timer->deadline_ns, wheel->time_ns);
    unsigned digit = digit_at(timer->deadline_ns, level);
    struct sb_wheel_slot *slot = &wheel->slot[level][digit];

    timer->slot = (uint16_t)(level * SB_WHEEL_SLOTS + digit);
    sb_list_append(&slot->timers, &timer->node);
    slot->first_ns = timer->deadline_ns < slot->first_ns ? timer->deadline_ns : slot->first_ns;
    slot->last_ns = timer->deadline_ns < slot->last_ns ? SB_NEVER : timer->deadline_ns;
    wheel->slots[level] |= UINT64_C(1) << digit;
    wheel->levels |= UINT32_C(1) << level;
}

void sb_wheel_add(struct sb_wheel *wheel, struct sb_timer *timer)
{
    int64_t due_ns = timer->deadline_ns > wheel->time_ns ? timer->deadline_ns : wheel->time_ns;

    place(wheel, timer);
    if (due_ns < wheel->next_ns)
        wheel->next_ns = due_ns;
}

static void slot_emptied(struct sb_wheel *wheel, unsigned level, unsigned digit)
{
    wheel->slot[level][digit].first_ns = SB_NEVER;
    wheel->slot[level][digit].last_ns = INT64_MIN;
    wheel->slots[level] &= ~(UINT64_C(1) << digit);
    if (wheel->slots[level] == 0)
        wheel->levels &= ~(UINT32_C(1) << level);
}

void sb_wheel_remove(struct sb_wheel *wheel, struct sb_timer *timer)
{
    sb_list_remove(&timer->node);
    if (timer->deadline_ns <= wheel->next_ns)
        wheel->next_is_stale = true;
    if (timer->slot == SLOT_DUE)
        return;

    unsigned level = timer->slot / SB_WHEEL_SLOTS;
    unsigned digit = timer->slot % SB_WHEEL_SLOTS;
    struct sb_wheel_slot *slot = &wheel->slot[level][digit];

    if (sb_list_is_empty(&slot->timers))
        slot_emptied(wheel, level, digit);
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
        struct sb_wheel_slot *slot = &wheel->slot[level][digit];

        if (slot->first_ns == INT64_MIN)
            find_first(slot);
        wheel->next_ns = slot->first_ns;
    }
}

/* Moves time on, not past the earliest deadline. What is due then is on `due`, in order of arrival. */
static void advance(struct sb_wheel *wheel, int64_t to)
{
    if (to <= wheel->time_ns)
        return;

    unsigned level = level_between(wheel->time_ns, to);
    unsigned digit = digit_at(to, level);
    struct sb_list *head = &wheel->slot[level][digit].timers;

    wheel->time_ns = to;
    if ((wheel->slots[level] >> digit & 1) == 0)
        return;
    slot_emptied(wheel, level, digit);

    if (level == 0) { /* all of it is due now */
        for (struct sb_list *node = head->next; node != head; node = node->next)
            SB_CONTAINER_OF(node, struct sb_timer, node)->slot = SLOT_DUE;
        sb_list_splice(&wheel->due, head);
        return;
    }

    struct sb_list *node = head->next;

    sb_list_init(head);
    while (node != head) {
        struct sb_list *after = node->next;
        place(wheel, SB_CONTAINER_OF(node, struct sb_timer, node));
        node = after;
    }
}

void sb_wheel_collect(struct sb_wheel *wheel, int64_t now_ns, struct sb_list *batch)
{
    int64_t next_ns;

    while ((next_ns = sb_wheel_next_ns(wheel)) <= now_ns) {
        advance(wheel, next_ns);
        sb_list_splice(batch, &wheel->due);
        wheel->next_is_stale = true;
    }
    advance(wheel, now_ns);
}
