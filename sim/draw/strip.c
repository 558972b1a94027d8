/* SPDX-License-Identifier: MIT */
/* The logic strip's memory: see strip.h. */
#include "sim/draw/strip.h"

#include <errno.h>
#include <stdlib.h>

static void on_change(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct sb_strip_wire *kept = arg;
    struct sb_strip_change *change = &kept->changes[kept->count % SB_STRIP_CHANGES_MAX];

    if (kept->count >= SB_STRIP_CHANGES_MAX)
        kept->first_level = change->level;
    *change = (struct sb_strip_change){sb_world_now_ns(wire->world), level};
    kept->count++;
}

static bool is_in_use(const struct sb_terminal *terminal)
{
    const struct sb_list *on_wire = &terminal->wire->terminals;

    return sb_part_type_role(terminal->part->type, terminal->index) == SB_ROLE_SIGNAL &&
           !terminal->wire->is_supply &&
           (terminal->strength != SB_STRENGTH_NONE || on_wire->next->next != on_wire);
}

static bool has_wire(const struct sb_strip *strip, const struct sb_wire *wire)
{
    for (unsigned i = 0; i < strip->count; i++)
        if (strip->wires[i].wire == wire)
            return true;
    return false;
}

static int add(struct sb_strip *strip, struct sb_wire *wire)
{
    struct sb_strip_wire *kept = &strip->wires[strip->count];

    *kept = (struct sb_strip_wire){.wire = wire};
    kept->changes = calloc(SB_STRIP_CHANGES_MAX, sizeof(*kept->changes));
    if (kept->changes == NULL)
        return -ENOMEM;
    sb_wire_listen(wire, &kept->listener, on_change, kept);
    kept->first_level = wire->level; /* which listening may have brought to light */
    strip->count++;
    return 0;
}

int sb_strip_open(struct sb_strip *strip, struct sb_world *world)
{
    struct sb_part *controller = sb_world_controller(world);
    int rc = 0;

    if (strip->count > 0 || controller == NULL)
        return 0;
    for (unsigned i = 0; i < controller->type->terminal_count && rc == 0; i++) {
        struct sb_terminal *terminal = &controller->terminals[i];

        if (strip->count < SB_STRIP_WIRES_MAX && is_in_use(terminal) &&
            !has_wire(strip, terminal->wire))
            rc = add(strip, terminal->wire);
    }
    return rc;
}

void sb_strip_close(struct sb_strip *strip)
{
    for (unsigned i = 0; i < strip->count; i++) {
        sb_wire_unlisten(&strip->wires[i].listener);
        free(strip->wires[i].changes);
    }
    strip->count = 0;
}

uint64_t sb_strip_oldest(const struct sb_strip_wire *wire)
{
    return wire->count > SB_STRIP_CHANGES_MAX ? wire->count - SB_STRIP_CHANGES_MAX : 0;
}

const struct sb_strip_change *sb_strip_change_at(const struct sb_strip_wire *wire, uint64_t number)
{
    return &wire->changes[number % SB_STRIP_CHANGES_MAX];
}

uint64_t sb_strip_after(const struct sb_strip_wire *wire, int64_t time_ns)
{
    uint64_t low = sb_strip_oldest(wire);
    uint64_t high = wire->count;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;

        if (sb_strip_change_at(wire, middle)->time_ns <= time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum sb_level sb_strip_level_before(const struct sb_strip_wire *wire, uint64_t number)
{
    return number == sb_strip_oldest(wire) ? wire->first_level
                                           : sb_strip_change_at(wire, number - 1)->level;
}
