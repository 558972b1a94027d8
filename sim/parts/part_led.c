/* SPDX-License-Identifier: MIT */
/* The LED: lit while its anode is high and its cathode low. No resistor needed, as in Wokwi. */
#include "sim/parts/part_led.h"

#include "sim/world.h"

enum { ANODE, CATHODE };

int64_t sb_part_led_lit_ns(const struct sb_part_led *led)
{
    int64_t now_ns = sb_world_now_ns(led->part.world);

    return led->lit_total_ns + (led->is_lit ? now_ns - led->lit_since_ns : 0);
}

static void led_changed(struct sb_part *part, unsigned terminal, enum sb_level level)
{
    struct sb_part_led *led = (struct sb_part_led *)part;
    bool is_lit = sb_terminal_level(&part->terminals[ANODE]) == SB_LEVEL_HIGH &&
                  sb_terminal_level(&part->terminals[CATHODE]) == SB_LEVEL_LOW;

    (void)terminal;
    (void)level;
    if (is_lit == led->is_lit)
        return;
    led->lit_total_ns = sb_part_led_lit_ns(led);
    led->lit_since_ns = sb_world_now_ns(part->world);
    led->is_lit = is_lit;
    sb_part_look_changed(part);
}

static const struct sb_part_pin pins[] = {
    {"A", ANODE, SB_ROLE_SIGNAL},
    {"C", CATHODE, SB_ROLE_SIGNAL},
    {NULL, 0, SB_ROLE_SIGNAL},
};

static const struct sb_part_attr attrs[] = {
    {"color", SB_ATTR_TEXT, "red", NULL, "colour of the body: a CSS name or #rrggbb"},
    {"lightColor", SB_ATTR_TEXT, "", NULL, "colour of the light; empty: as the body"},
    {"label", SB_ATTR_TEXT, "", NULL, "text below the LED"},
    {"gamma", SB_ATTR_NUMBER, "2.8", NULL, "gamma of brightness over duty; 1.0: none"},
    {"flip", SB_ATTR_FLAG, "", NULL, "drawn with the legs exchanged"},
    {"fps", SB_ATTR_NUMBER, "80", NULL, "accepted, of no meaning here"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_type led_type = {
    .name = "wokwi-led",
    .summary = "LED; lit while A is high and C low",
    .pins = pins,
    .terminal_count = 2,
    .attrs = attrs,
    .size = sizeof(struct sb_part_led),
    .changed = led_changed,
};

const struct sb_part_type *const sb_parts_led[] = {&led_type, NULL};
