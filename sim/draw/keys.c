/* SPDX-License-Identifier: MIT */
/* Buttons under mouse and keys: see keys.h. */
#include "sim/draw/keys.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int sb_keys_init(struct sb_keys *keys, struct sb_world *world)
{
    unsigned count = 0;

    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next)
        count++;
    *keys = (struct sb_keys){.buttons = calloc(count + 1, sizeof(*keys->buttons))};
    if (keys->buttons == NULL)
        return -ENOMEM;
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);

        if (sb_part_control_find(part, "pressed") >= 0)
            keys->buttons[keys->count++] =
                (struct sb_keys_button){.part = part, .key = sb_part_attr(part, "key")};
    }
    return 0;
}

void sb_keys_deinit(struct sb_keys *keys)
{
    free(keys->buttons);
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

static void settle(struct sb_keys_button *button)
{
    bool is_pressed = button->is_held_by_mouse || button->is_held_by_key || button->is_sticking ||
                      button->tap_end_ns != 0;

    if (is_pressed == button->is_pressed)
        return; /* a scenario may move it as well */
    button->is_pressed = is_pressed;
    (void)sb_part_set_control(button->part, "pressed", is_pressed);
}

enum action { HAS, HOLD, RELEASE, TAP, STICK };

static bool for_key(const struct sb_keys *keys, const char *name, enum action action,
                    int64_t wall_ns)
{
    bool is_found = false;

    for (unsigned i = 0; i < keys->count; i++) {
        struct sb_keys_button *button = &keys->buttons[i];

        if (!sb_keys_is_same(button->key, name))
            continue;
        is_found = true;
        if (action == HOLD || action == RELEASE)
            button->is_held_by_key = action == HOLD;
        if (action == STICK)
            button->is_sticking = !button->is_sticking;
        if (action == TAP) {
            button->is_sticking = false;
            button->tap_end_ns = wall_ns + SB_KEYS_TAP_NS;
        }
        settle(button);
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

void sb_keys_tick(struct sb_keys *keys, int64_t wall_ns)
{
    for (unsigned i = 0; i < keys->count; i++) {
        struct sb_keys_button *button = &keys->buttons[i];

        if (button->tap_end_ns == 0 || button->tap_end_ns > wall_ns)
            continue;
        button->tap_end_ns = 0;
        settle(button);
    }
}

void sb_keys_mouse_down(struct sb_keys *keys, const struct sb_part *part, bool sticks)
{
    for (unsigned i = 0; i < keys->count; i++) {
        struct sb_keys_button *button = &keys->buttons[i];

        if (button->part != part)
            continue;
        button->is_sticking = sticks && !button->is_sticking;
        button->is_held_by_mouse = !sticks;
        settle(button);
    }
}

void sb_keys_mouse_up(struct sb_keys *keys)
{
    for (unsigned i = 0; i < keys->count; i++) {
        keys->buttons[i].is_held_by_mouse = false;
        settle(&keys->buttons[i]);
    }
}

void sb_keys_release(struct sb_keys *keys)
{
    for (unsigned i = 0; i < keys->count; i++)
        keys->buttons[i].is_held_by_key = false;
    sb_keys_mouse_up(keys);
}
