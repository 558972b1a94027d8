/* SPDX-License-Identifier: MIT */
/*
 * Wires: resolving and telling. A wire without links is resolved from its own terminals alone. One with
 * links is resolved by asking outwards: through closed contacts at full strength, through resistors at
 * "resistive" at most; supplies end the search, since nothing behind them can matter.
 *
 * Changes are told from a queue: a listener that drives another wire adds to it, and the caller who
 * began drains it before it returns. So every listener sees changes in one order.
 */
#include "sim/wire.h"

#include "sim/world.h"

/* What a wire gets from all that drives it. */
struct drive {
    enum sb_strength strength;
    bool has_low;
    bool has_high;
    /* Of the analog ones at this strength. */
    double fraction_sum;
    double noise_sum;
    unsigned analog_count;
    uint64_t *random;
};

static void add_drive(struct drive *sum, enum sb_strength strength, const struct sb_terminal *t)
{
    if (strength == SB_STRENGTH_NONE || strength < sum->strength)
        return;
    if (strength > sum->strength)
        *sum = (struct drive){.strength = strength};
    if (t->drive_level)
        sum->has_high = true;
    else
        sum->has_low = true;
    if (t->analog != NULL) {
        sum->fraction_sum += t->analog->fraction;
        sum->noise_sum += t->analog->noise;
        sum->random = &t->analog->random;
        sum->analog_count++;
    }
}

static enum sb_strength weaker(enum sb_strength a, enum sb_strength b)
{
    return a < b ? a : b;
}

/* What a terminal's own pull-up drives. */
static const struct sb_terminal pull_up = {.drive_level = true};

/* Of a mirrored world a resistor from a supply only pulls: it must not hide a level that is seen through another. */
static enum sb_strength strength_of(const struct sb_terminal *t, enum sb_strength limit)
{
    if (t->strength == SB_STRENGTH_SUPPLY && limit == SB_STRENGTH_RESISTIVE &&
        t->part->world->is_mirrored)
        return SB_STRENGTH_PULL;
    return weaker(t->strength, limit);
}

static void add_terminals(const struct sb_wire *wire, enum sb_strength limit, struct drive *sum)
{
    for (struct sb_list *n = wire->terminals.next; n != &wire->terminals; n = n->next) {
        const struct sb_terminal *t = SB_CONTAINER_OF(n, struct sb_terminal, node);
        add_drive(sum, strength_of(t, limit), t);
        if (t->has_pull_up)
            add_drive(sum, weaker(SB_STRENGTH_RESISTIVE, limit), &pull_up);
    }
}

/* Puts the wires behind closed links of `wire` on the world's work list, each once. */
static unsigned reach(struct sb_wire *wire, bool through_resistors, unsigned count)
{
    struct sb_world *world = wire->world;

    if (wire->is_supply)
        return count;
    for (struct sb_list *n = wire->links.next; n != &wire->links; n = n->next) {
        const struct sb_link *link = sb_link_of_node(n);
        struct sb_wire *other = link->wires[link->wires[0] == wire];
        if (!link->is_closed || other->mark == world->mark ||
            (link->kind == SB_LINK_RESISTOR && !through_resistors))
            continue;
        other->mark = world->mark;
        world->work[count++] = other;
    }
    return count;
}

/* Adds all that drives the wire, at `limit` at most. */
static void gather(struct sb_wire *wire, enum sb_strength limit, struct drive *sum)
{
    struct sb_world *world = wire->world;
    unsigned count = 0;
    unsigned joined;

    if (sb_list_is_empty(&wire->links)) {
        add_terminals(wire, limit, sum);
        return;
    }
    wire->mark = ++world->mark;
    world->work[count++] = wire;
    for (unsigned i = 0; i < count; i++)
        count = reach(world->work[i], false, count);
    joined = count;
    for (unsigned i = 0; i < count; i++)
        count = reach(world->work[i], true, count);
    for (unsigned i = 0; i < count; i++)
        add_terminals(world->work[i], i < joined ? limit : weaker(limit, SB_STRENGTH_RESISTIVE),
                      sum);
}

static enum sb_level level_of(const struct drive *sum)
{
    if (sum->strength == SB_STRENGTH_NONE)
        return SB_LEVEL_FLOATING;
    if (sum->has_low && sum->has_high) /* pulls against each other leave it in between */
        return sum->strength >= SB_STRENGTH_STRONG ? SB_LEVEL_CONFLICT : SB_LEVEL_FLOATING;
    return sum->has_high ? SB_LEVEL_HIGH : SB_LEVEL_LOW;
}

/* The level that the wire should have now. */
static enum sb_level resolve(struct sb_wire *wire)
{
    struct drive sum = {.strength = SB_STRENGTH_NONE};

    gather(wire, SB_STRENGTH_SUPPLY, &sum);
    /* A supply against an output is as much of a fight as two outputs. */
    if (sum.strength == SB_STRENGTH_SUPPLY && sum.has_low != sum.has_high) {
        struct drive others = {.strength = SB_STRENGTH_NONE};
        gather(wire, SB_STRENGTH_STRONG, &others);
        if (others.has_low && others.has_high && others.strength == SB_STRENGTH_STRONG)
            return SB_LEVEL_CONFLICT;
    }
    return level_of(&sum);
}

static void examine_conflict(struct sb_wire *wire)
{
    const struct sb_terminal *low = NULL;
    const struct sb_terminal *high = NULL;

    for (struct sb_list *n = wire->terminals.next; n != &wire->terminals; n = n->next) {
        const struct sb_terminal *t = SB_CONTAINER_OF(n, struct sb_terminal, node);
        if (t->strength < SB_STRENGTH_STRONG)
            continue;
        if (t->drive_level)
            high = t;
        else
            low = t;
    }
    if (low != NULL && high != NULL)
        sb_examine(wire->world, SB_RULE_WIRE_CONFLICT, NULL, -1,
                   "wire %s: %s:%s drives it high, %s:%s low", wire->name, high->part->id,
                   high->name, low->part->id, low->name);
    else
        sb_examine(wire->world, SB_RULE_WIRE_CONFLICT, NULL, -1,
                   "wire %s: driven high and low through closed contacts", wire->name);
}

/* Gives the wire its level; if that is a change, queues it to be told. */
static void update(struct sb_wire *wire)
{
    struct sb_world *world = wire->world;
    enum sb_level level = resolve(wire);

    if (level == wire->level)
        return;
    wire->level = level;
    wire->changed_ns = sb_world_now_ns(world);
    wire->change_count++;
    if (level == SB_LEVEL_CONFLICT && world->is_started)
        examine_conflict(wire);
    if (wire->is_queued)
        return;
    wire->is_queued = true;
    wire->next_changed = NULL;
    *world->changed_tail = wire;
    world->changed_tail = &wire->next_changed;
}

/* Updates the wire and all whose level may depend on it. */
static void update_reachable(struct sb_wire *wire, uint32_t visit)
{
    wire->visit = visit;
    update(wire);
    if (wire->is_supply)
        return;
    for (struct sb_list *n = wire->links.next; n != &wire->links; n = n->next) {
        const struct sb_link *link = sb_link_of_node(n);
        struct sb_wire *other = link->wires[link->wires[0] == wire];
        if (link->is_closed && other->visit != visit)
            update_reachable(other, visit);
    }
}

static void tell(struct sb_wire *wire)
{
    static const signed char record[] = {0, 1, -1, -2}; /* floating -1, conflict -2 */
    enum sb_level level = wire->level;
    struct sb_list *node;
    struct sb_list *after;

    if (wire->world->loop->trace_fn != NULL)
        sb_loop_trace(wire->world->loop, SB_TRACE_WIRE, wire->name, record[level]);
    SB_LIST_FOR_EACH(node, after, &wire->listeners)
    {
        struct sb_wire_listener *listener = SB_CONTAINER_OF(node, struct sb_wire_listener, node);
        listener->fn(wire, level, listener->arg);
    }
    SB_LIST_FOR_EACH(node, after, &wire->terminals)
    {
        struct sb_terminal *t = SB_CONTAINER_OF(node, struct sb_terminal, node);
        if (t->part->type->changed != NULL)
            t->part->type->changed(t->part, t->index, level);
    }
}

static void tell_all(struct sb_world *world)
{
    if (world->is_notifying || !world->is_started)
        return;
    world->is_notifying = true;
    while (world->changed_head != NULL) {
        struct sb_wire *wire = world->changed_head;

        world->changed_head = wire->next_changed;
        if (world->changed_head == NULL)
            world->changed_tail = &world->changed_head;
        wire->is_queued = false;
        tell(wire);
    }
    world->is_notifying = false;
}

/* In a mirrored world parts look only. */
static bool may_drive(const struct sb_terminal *terminal)
{
    return !terminal->part->world->is_mirrored || terminal->part->type->is_controller;
}

/* Returns whether its wire may have another level now. */
static bool set_drive(struct sb_terminal *terminal, enum sb_strength strength, bool level,
                      struct sb_analog *analog)
{
    struct sb_wire *wire = terminal->wire;

    if (!may_drive(terminal))
        return false;
    terminal->analog = analog;
    if (terminal->strength == strength && terminal->drive_level == level)
        return false;
    if (wire != NULL && wire->hidden != NULL)
        sb_wire_reveal(wire);
    terminal->strength = strength;
    terminal->drive_level = level;
    return wire != NULL;
}

static void update_from(struct sb_wire *wire)
{
    if (sb_list_is_empty(&wire->links))
        update(wire);
    else
        update_reachable(wire, ++wire->world->visit);
}

void sb_terminal_drive(struct sb_terminal *terminal, enum sb_strength strength, bool level)
{
    if (!set_drive(terminal, strength, level, NULL))
        return;
    update_from(terminal->wire);
    tell_all(terminal->wire->world);
}

void sb_terminals_drive(const struct sb_drive *drives, unsigned count)
{
    uint64_t changed = 0;

    for (unsigned i = 0; i < count; i++)
        if (set_drive(drives[i].terminal, drives[i].strength, drives[i].level, NULL))
            changed |= UINT64_C(1) << i;
    for (unsigned i = 0; i < count; i++)
        if ((changed >> i & 1) != 0)
            update_from(drives[i].terminal->wire);
    if (changed != 0)
        tell_all(drives[0].terminal->wire->world);
}

void sb_terminal_drive_analog(struct sb_terminal *terminal, struct sb_analog *analog)
{
    if (!set_drive(terminal, SB_STRENGTH_RESISTIVE, analog->fraction >= 0.5, analog))
        return;
    update_from(terminal->wire);
    tell_all(terminal->wire->world);
}

/* From -1 to 1, most often near 0: the difference of two even ones. */
static double next_noise(uint64_t *random)
{
    uint64_t bits = sb_random_next(random);

    return ((double)(bits >> 32) - (double)(uint32_t)bits) / 4294967296.0;
}

double sb_wire_sample(struct sb_wire *wire)
{
    struct drive sum = {.strength = SB_STRENGTH_NONE};
    double sample;

    gather(wire, SB_STRENGTH_SUPPLY, &sum);
    if (sum.analog_count == 0) {
        if (wire->level == SB_LEVEL_FLOATING)
            return -1;
        return wire->level == SB_LEVEL_CONFLICT ? 0.5 : wire->level == SB_LEVEL_HIGH;
    }
    sample = sum.fraction_sum;
    if (sum.noise_sum > 0)
        sample += sum.noise_sum * next_noise(sum.random);
    sample /= sum.analog_count;
    return sample < 0 ? 0 : sample > 1 ? 1 : sample;
}

void sb_link_init(struct sb_link *link, enum sb_link_kind kind, struct sb_terminal *a,
                  struct sb_terminal *b)
{
    struct sb_terminal *ends[2] = {a, b};

    link->kind = kind;
    link->is_closed = false;
    for (int i = 0; i < 2; i++) {
        link->wires[i] = ends[i]->wire;
        link->ends[i].link = link;
        sb_list_append(&ends[i]->wire->links, &link->ends[i].node);
    }
}

void sb_link_set_closed(struct sb_link *link, bool is_closed)
{
    struct sb_world *world = link->wires[0]->world;

    if (link->is_closed == is_closed || link->wires[0] == link->wires[1])
        return;
    if (world->is_mirrored && link->kind == SB_LINK_CONTACT)
        return; /* what it does is seen on the line */
    sb_wire_reveal(link->wires[0]);
    sb_wire_reveal(link->wires[1]);
    link->is_closed = is_closed;
    update_reachable(link->wires[0], ++world->visit);
    update_reachable(link->wires[1], ++world->visit);
    tell_all(world);
}

void sb_wire_listen(struct sb_wire *wire, struct sb_wire_listener *listener, sb_wire_fn *fn,
                    void *arg)
{
    sb_wire_reveal(wire);
    listener->fn = fn;
    listener->arg = arg;
    sb_list_append(&wire->listeners, &listener->node);
}

void sb_wire_unlisten(struct sb_wire_listener *listener)
{
    if (sb_list_is_linked(&listener->node))
        sb_list_remove(&listener->node);
}

void sb_wire_watch(struct sb_wire *wire)
{
    wire->is_watched = true;
    sb_wire_reveal(wire);
}

static bool part_sees(const struct sb_wire *wire)
{
    for (struct sb_list *n = wire->terminals.next; n != &wire->terminals; n = n->next)
        if (SB_CONTAINER_OF(n, struct sb_terminal, node)->part->type->changed != NULL)
            return true;
    return false;
}

bool sb_wire_is_unseen(const struct sb_wire *wire)
{
    if (wire->is_watched || wire->world->loop->trace_fn != NULL)
        return false;
    for (struct sb_list *n = wire->listeners.next; n != &wire->listeners; n = n->next)
        if (!SB_CONTAINER_OF(n, struct sb_wire_listener, node)->is_uart)
            return false;
    for (struct sb_list *n = wire->links.next; n != &wire->links; n = n->next)
        if (sb_link_of_node(n)->is_closed)
            return false;
    return !part_sees(wire);
}

void sb_wire_reveal(struct sb_wire *wire)
{
    struct sb_wire_hidden *hidden = wire->hidden;

    wire->hidden = NULL;
    if (hidden != NULL)
        hidden->reveal(hidden);
}

void sb_world_settle_wires(struct sb_world *world)
{
    for (unsigned i = 0; i < world->wire_count; i++)
        update(world->wires[i]);
    tell_all(world);
}
