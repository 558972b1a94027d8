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

void sb_wheel_init(struct sb_wheel *wheel, int64_t now_ns)
{
    wheel->time_ns = now_ns;
    wheel->next_ns = SB_NEVER;
    wheel->next_is_stale = false;
    wheel->levels = 0;
    sb_list_init(&wheel->due);
    for (int l = 0; l < SB_WHEEL_LEVELS; l++) {
        wheel->slots[l] = 0;
        for (int s = 0; s < SB_WHEEL_SLOTS; s++)
            sb_list_init(&wheel->slot[l][s]);
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
            clear(&wheel->slot[l][s]);
}

static void place(struct sb_wheel *wheel, struct sb_timer *timer)
{
    if (timer->deadline_ns <= wheel->time_ns) {
        timer->slot = SLOT_DUE;
        sb_list_append(&wheel->due, &timer->node);
        return;
    }

    unsigned level = level_between(timer->deadline_ns, wheel->time_ns);
    unsigned slot = digit_at(timer->deadline_ns, level);

    timer->slot = (uint16_t)(level * SB_WHEEL_SLOTS + slot);
    sb_list_append(&wheel->slot[level][slot], &timer->node);
    wheel->slots[level] |= UINT64_C(1) << slot;
    wheel->levels |= UINT32_C(1) << level;
}

static void slot_emptied(struct sb_wheel *wheel, unsigned level, unsigned slot)
{
    wheel->slots[level] &= ~(UINT64_C(1) << slot);
    if (wheel->slots[level] == 0)
        wheel->levels &= ~(UINT32_C(1) << level);
}

void sb_wheel_add(struct sb_wheel *wheel, struct sb_timer *timer)
{
    place(wheel, timer);
    if (timer->deadline_ns < wheel->next_ns)
        wheel->next_ns = timer->deadline_ns;
}

void sb_wheel_remove(struct sb_wheel *wheel, struct sb_timer *timer)
{
    sb_list_remove(&timer->node);
    if (timer->deadline_ns <= wheel->next_ns)
        wheel->next_is_stale = true;
    if (timer->slot == SLOT_DUE)
        return;

    unsigned level = timer->slot / SB_WHEEL_SLOTS;
    unsigned slot = timer->slot % SB_WHEEL_SLOTS;

    if (sb_list_is_empty(&wheel->slot[level][slot]))
        slot_emptied(wheel, level, slot);
}

/* The earliest deadline of those that are not due: in the first slot of the lowest level in use. */
static int64_t earliest(const struct sb_wheel *wheel)
{
    if (wheel->levels == 0)
        return SB_NEVER;

    unsigned level = (unsigned)__builtin_ctz(wheel->levels);
    unsigned slot = (unsigned)__builtin_ctzll(wheel->slots[level]);
    const struct sb_list *head = &wheel->slot[level][slot];
    int64_t min = SB_NEVER;

    if (level == 0) /* all of a slot are equal */
        return SB_CONTAINER_OF(head->next, struct sb_timer, node)->deadline_ns;
    for (const struct sb_list *node = head->next; node != head; node = node->next) {
        int64_t deadline = SB_CONTAINER_OF(node, struct sb_timer, node)->deadline_ns;
        if (deadline < min)
            min = deadline;
    }
    return min;
}

int64_t sb_wheel_next_ns(struct sb_wheel *wheel)
{
    if (!sb_list_is_empty(&wheel->due))
        return wheel->time_ns;
    if (wheel->next_is_stale) {
        wheel->next_ns = earliest(wheel);
        wheel->next_is_stale = false;
    }
    return wheel->next_ns;
}

/* Moves time on, not past the earliest deadline. What is due then is on `due`, in order of arrival. */
static void advance(struct sb_wheel *wheel, int64_t to)
{
    if (to <= wheel->time_ns)
        return;

    unsigned level = level_between(wheel->time_ns, to);
    unsigned slot = digit_at(to, level);
    struct sb_list *head = &wheel->slot[level][slot];

    wheel->time_ns = to;
    if ((wheel->slots[level] >> slot & 1) == 0)
        return;
    slot_emptied(wheel, level, slot);
    if (level == 0) { /* all of it is due now */
        struct sb_list *node;
        for (node = head->next; node != head; node = node->next)
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
    for (;;) {
        sb_list_splice(batch, &wheel->due);
        int64_t next = sb_wheel_next_ns(wheel);
        if (next > now_ns) {
            advance(wheel, now_ns);
            return;
        }
        advance(wheel, next);
        wheel->next_is_stale = true;
    }
}
