/* SPDX-License-Identifier: MIT */
/* A mirrored world: see mirror.h. What it leaves out is left out where it would be done, in sim/wire.c and sim/part.c. */
#include "sim/mirror.h"

#include <assert.h>

#define POWER_ON_NS (-1000000000)

void sb_mirror_init(struct sb_world *world)
{
    assert(!world->is_started);
    world->is_mirrored = true;
    world->mirrored_ns = POWER_ON_NS;
}

void sb_mirror_advance(struct sb_world *world, int64_t now_ns)
{
    assert(world->is_mirrored);
    if (now_ns > world->mirrored_ns)
        world->mirrored_ns = now_ns;
}

void sb_mirror_drive(struct sb_terminal *terminal, bool level)
{
    sb_terminal_drive(terminal, SB_STRENGTH_STRONG, level);
}

void sb_mirror_release(struct sb_terminal *terminal)
{
    sb_terminal_drive(terminal, SB_STRENGTH_NONE, false);
}

void sb_mirror_see(struct sb_terminal *terminal, bool level)
{
    struct sb_list *terminals = &terminal->wire->terminals;

    for (struct sb_list *n = terminals->next; n != terminals; n = n->next) {
        struct sb_terminal *t = SB_CONTAINER_OF(n, struct sb_terminal, node);

        if (t != terminal && t->strength == SB_STRENGTH_SEEN)
            t->drive_level = level;
    }
    sb_terminal_drive(terminal, SB_STRENGTH_SEEN, level);
}

void sb_mirror_sample(struct sb_terminal *terminal, struct sb_analog *analog)
{
    sb_terminal_drive_analog(terminal, analog);
}

void sb_mirror_transfer(struct sb_terminal *sda, const struct sb_tap_transfer *transfer)
{
    struct sb_list *terminals = &sda->wire->terminals;

    for (struct sb_list *n = terminals->next; n != terminals; n = n->next) {
        struct sb_part *part = SB_CONTAINER_OF(n, struct sb_terminal, node)->part;

        if (part->type->mirror_transfer != NULL)
            part->type->mirror_transfer(part, transfer);
    }
}

void sb_mirror_look(struct sb_world *world)
{
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);

        if (part->type->mirror != NULL)
            part->type->mirror(part);
    }
}
