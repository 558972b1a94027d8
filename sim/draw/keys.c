/* SPDX-License-Identifier: MIT */
/* Parts under mouse and keys: see keys.h. */
#include "sim/draw/keys.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int sb_keys_init(struct sb_keys *keys, struct sb_world *world)
{
    unsigned count = 0;

    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next)
        count += sb_spot_count(SB_CONTAINER_OF(n, struct sb_part, node));
    *keys = (struct sb_keys){.items = calloc(count + 1, sizeof(*keys->items))};
    if (keys->items == NULL)
        return -ENOMEM;
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);

        for (unsigned i = 0; i < sb_spot_count(part); i++)
            keys->items[keys->count++] =
                (struct sb_keys_item){.part = part, .index = i, .spot = sb_spot_at(part, i)};
    }
    return 0;
}

void sb_keys_deinit(struct sb_keys *keys)
{
    free(keys->items);
    *keys = (struct sb_keys){.count = 0};
}

bool sb_keys_is_same(const char *attribute, const char *name)
{
    if (attribute[0] == '\0')
        return false;
    if (attribute[1] == '\0' && name[0] != '\0' && name[1] == '\0')
        return tolower((unsigned char)attribute[0]) == tolower((unsigned char)name[0]);
    return strcmp(attribute, name) == 0;
}

/* ---- what spots do */

static const struct sb_part_control *control_of(const struct sb_keys_item *item)
{
    return &item->part->type->controls[item->spot.control];
}

static double value_of(const struct sb_keys_item *item)
{
    return item->part->type->get_control(item->part, item->spot.control);
}

static void set_value(struct sb_keys_item *item, double value)
{
    const struct sb_part_control *control = control_of(item);

    if (sb_part_set_control(item->part, control->name,
                            fmin(fmax(value, control->min), control->max)) == -EROFS)
        item->is_refused = true;
}

const struct sb_keys_item *sb_keys_take_refused(struct sb_keys *keys)
{
    const struct sb_keys_item *refused = NULL;

    for (unsigned i = 0; i < keys->count; i++) {
        if (keys->items[i].is_refused)
            refused = &keys->items[i];
        keys->items[i].is_refused = false;
    }
    return refused;
}

static void turn_over(struct sb_keys_item *item)
{
    const struct sb_part_control *control = control_of(item);

    set_value(item, value_of(item) > control->min ? control->min : control->max);
}

static void settle(struct sb_keys_item *item)
{
    bool is_pressed = item->is_held_by_mouse || item->is_held_by_key || item->is_sticking ||
                      item->tap_end_ns != 0;

    if (is_pressed == item->is_pressed)
        return; /* a scenario may move it as well */
    item->is_pressed = is_pressed;
    if (item->spot.kind == SB_SPOT_PRESS)
        set_value(item, is_pressed ? control_of(item)->max : control_of(item)->min);
    else if (item->spot.kind == SB_SPOT_TOGGLE && is_pressed)
        turn_over(item);
}

/* ---- keys */

enum action { HAS, HOLD, RELEASE, TAP, STICK };

static bool slides_by(struct sb_keys_item *item, const char *name, enum action action)
{
    bool is_more = sb_keys_is_same(item->spot.key, name);

    if (item->spot.kind != SB_SPOT_SLIDE || (!is_more && !sb_keys_is_same(item->spot.less, name)))
        return false;
    if (action == HOLD || action == TAP)
        set_value(item, value_of(item) + (is_more ? item->spot.step : -item->spot.step));
    return true;
}

static bool presses(struct sb_keys_item *item, const char *name, enum action action,
                    int64_t wall_ns)
{
    if (item->spot.kind == SB_SPOT_SLIDE || !sb_keys_is_same(item->spot.key, name))
        return false;
    if (action == HOLD || action == RELEASE)
        item->is_held_by_key = action == HOLD;
    if (action == STICK)
        item->is_sticking = !item->is_sticking;
    if (action == TAP) {
        item->is_sticking = false;
        item->tap_end_ns = wall_ns + SB_KEYS_TAP_NS;
    }
    settle(item);
    return true;
}

static bool for_key(const struct sb_keys *keys, const char *name, enum action action,
                    int64_t wall_ns)
{
    bool is_found = false;

    for (unsigned i = 0; i < keys->count; i++) {
        is_found |= slides_by(&keys->items[i], name, action);
        is_found |= presses(&keys->items[i], name, action, wall_ns);
    }
    return is_found;
}

bool sb_keys_has(const struct sb_keys *keys, const char *name)
{
    return for_key(keys, name, HAS, 0);
}

bool sb_keys_hold(struct sb_keys *keys, const char *name, bool is_held)
{
    return for_key(keys, name, is_held ? HOLD : RELEASE, 0);
}

bool sb_keys_tap(struct sb_keys *keys, const char *name, int64_t wall_ns)
{
    return for_key(keys, name, TAP, wall_ns);
}

bool sb_keys_stick(struct sb_keys *keys, const char *name)
{
    return for_key(keys, name, STICK, 0);
}

bool sb_keys_is_slide(const struct sb_keys *keys, const char *name)
{
    for (unsigned i = 0; i < keys->count; i++)
        if (slides_by(&keys->items[i], name, HAS))
            return true;
    return false;
}

void sb_keys_tick(struct sb_keys *keys, int64_t wall_ns)
{
    for (unsigned i = 0; i < keys->count; i++) {
        struct sb_keys_item *item = &keys->items[i];

        if (item->tap_end_ns == 0 || item->tap_end_ns > wall_ns)
            continue;
        item->tap_end_ns = 0;
        settle(item);
    }
}

/* ---- the mouse */

static struct sb_keys_item *item_at(struct sb_keys *keys, const struct sb_world *world, double x,
                                    double y)
{
    unsigned index;
    const struct sb_part *part = sb_spot_hit(world, x, y, &index);

    for (unsigned i = 0; part != NULL && i < keys->count; i++)
        if (keys->items[i].part == part && keys->items[i].index == index)
            return &keys->items[i];
    return NULL;
}

void sb_keys_mouse_down(struct sb_keys *keys, const struct sb_world *world, double x, double y,
                        bool sticks)
{
    struct sb_keys_item *item = item_at(keys, world, x, y);

    if (item == NULL)
        return;
    if (item->spot.kind == SB_SPOT_SLIDE) {
        keys->dragged = item;
        sb_keys_mouse_move(keys, x, y);
        return;
    }
    item->is_sticking = sticks && item->spot.kind == SB_SPOT_PRESS && !item->is_sticking;
    item->is_held_by_mouse = !sticks;
    settle(item);
}

void sb_keys_mouse_move(struct sb_keys *keys, double x, double y)
{
    if (keys->dragged != NULL)
        set_value(keys->dragged, sb_spot_value(keys->dragged->part, &keys->dragged->spot, x, y));
}

void sb_keys_mouse_up(struct sb_keys *keys)
{
    keys->dragged = NULL;
    for (unsigned i = 0; i < keys->count; i++) {
        keys->items[i].is_held_by_mouse = false;
        settle(&keys->items[i]);
    }
}

void sb_keys_mouse_wheel(struct sb_keys *keys, const struct sb_world *world, double x, double y,
                         int notches)
{
    struct sb_keys_item *item = item_at(keys, world, x, y);

    if (item != NULL && item->spot.kind == SB_SPOT_SLIDE)
        set_value(item, value_of(item) + notches * item->spot.step);
}

void sb_keys_release(struct sb_keys *keys)
{
    for (unsigned i = 0; i < keys->count; i++)
        keys->items[i].is_held_by_key = false;
    sb_keys_mouse_up(keys);
}
