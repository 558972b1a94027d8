/* SPDX-License-Identifier: MIT */
/* What a person sees of parts, and looks from frame to frame: see looks.h. */
#include "sim/draw/looks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "sim/draw/geometry.h"
#include "sim/parts/part_hd44780.h"
#include "sim/parts/part_led.h"

/* Smaller changes of brightness are not drawn. */
#define LIT_STEPS 128

static const struct sb_part_led *led_of(const struct sb_part *part)
{
    return sb_geometry_shape(part->type) == SB_SHAPE_LED ? (const struct sb_part_led *)part : NULL;
}

struct sb_look sb_look_now(const struct sb_part *part)
{
    struct sb_look look = {.time_ns = sb_world_now_ns(part->world)};

    if (sb_geometry_shape(part->type) == SB_SHAPE_LED)
        look.lit = ((const struct sb_part_led *)part)->is_lit;
    return look;
}

/* A Raspberry Pi without wires shows the pins that the program drives. */
static bool is_bare(const struct sb_part *part)
{
    return sb_geometry_shape(part->type) == SB_SHAPE_RASPBERRY_PI &&
           sb_list_is_empty(&part->world->connections);
}

bool sb_look_is_live(const struct sb_part *part)
{
    switch (sb_geometry_shape(part->type)) {
    case SB_SHAPE_LED:
    case SB_SHAPE_BUTTON:
    case SB_SHAPE_BUTTON_6MM:
    case SB_SHAPE_LCD:
    case SB_SHAPE_IR_REMOTE:
    case SB_SHAPE_IR_RECEIVER:
    case SB_SHAPE_KNOB:
    case SB_SHAPE_SLIDER:
    case SB_SHAPE_SENSOR:
    case SB_SHAPE_GPS:
        return !part->hide;
    case SB_SHAPE_RASPBERRY_PI:
        return !part->hide && is_bare(part);
    default:
        return false;
    }
}

/* As bright as its hue can be, and then towards white, as a light looks. */
struct sb_colour sb_look_led_colour(const struct sb_part *part)
{
    struct sb_colour colour = sb_colour_of(sb_part_attr(part, "color"), sb_colour_hex(0xff0000));
    unsigned most = colour.r;

    if (sb_colour_parse(sb_part_attr(part, "lightColor"), &colour))
        return colour;
    most = colour.g > most ? colour.g : most;
    most = colour.b > most ? colour.b : most;
    if (most == 0)
        return sb_colour_hex(0xffffff);
    colour.r = (uint8_t)(colour.r * 255u / most);
    colour.g = (uint8_t)(colour.g * 255u / most);
    colour.b = (uint8_t)(colour.b * 255u / most);
    return sb_colour_mix(colour, sb_colour_hex(0xffffff), 0.15);
}

double sb_look_led_brightness(const struct sb_part *part, double lit)
{
    double gamma = sb_part_attr_number(part, "gamma");

    if (lit <= 0)
        return 0;
    return pow(fmin(lit, 1), gamma > 0 ? 1 / gamma : 1);
}

/* Wokwi's "green" and "blue" are those of glasses that one can buy. */
struct sb_colour sb_look_lcd_background(const struct sb_part *part)
{
    const char *name = sb_part_hd44780_background(part);

    if (strcasecmp(name, "green") == 0)
        return sb_colour_hex(0x8fbf1f);
    if (strcasecmp(name, "blue") == 0)
        return sb_colour_hex(0x1432d8);
    return sb_colour_of(name, sb_colour_hex(0x8fbf1f));
}

/* ---- from frame to frame */

/* How often a receiver's output has changed, 0 for another part. */
static uint64_t output_changes(const struct sb_part *part)
{
    if (sb_geometry_shape(part->type) != SB_SHAPE_IR_RECEIVER)
        return 0;
    return part->terminals[sb_part_type_pin(part->type, "DAT")].wire->change_count;
}

int sb_looks_init(struct sb_looks *looks, const struct sb_world *world)
{
    unsigned count = 0;

    for (const struct sb_list *n = world->parts.next; n != &world->parts; n = n->next)
        count++;
    *looks = (struct sb_looks){.world = world, .time_ns = sb_world_now_ns(world)};
    looks->items = calloc(count + 1, sizeof(*looks->items));
    if (looks->items == NULL)
        return -ENOMEM;
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        const struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);
        struct sb_looks_item *item = &looks->items[looks->count];

        if (!sb_look_is_live(part))
            continue;
        item->part = part;
        item->look = sb_look_now(part);
        item->look_count = part->look_count;
        item->changes = output_changes(part);
        if (led_of(part) != NULL)
            item->lit_ns = sb_part_led_lit_ns(led_of(part));
        looks->count++;
    }
    return 0;
}

void sb_looks_deinit(struct sb_looks *looks)
{
    free(looks->items);
    *looks = (struct sb_looks){.count = 0};
}

static bool update_led(struct sb_looks_item *item, int64_t elapsed_ns)
{
    int64_t lit_ns = sb_part_led_lit_ns(led_of(item->part));
    double lit = item->look.lit;

    if (elapsed_ns > 0)
        lit = round((double)(lit_ns - item->lit_ns) * LIT_STEPS / (double)elapsed_ns) / LIT_STEPS;
    else if (item->part->look_count != item->look_count)
        lit = led_of(item->part)->is_lit;
    item->lit_ns = lit_ns;
    if (lit == item->look.lit)
        return false;
    item->look.lit = lit;
    return true;
}

static bool update_lcd(struct sb_looks_item *item)
{
    bool is_dark = sb_part_hd44780_is_blinking(item->part) &&
                   sb_hd44780_blink_is_dark(item->look.time_ns);
    bool has_changed = is_dark != item->is_blink_dark || item->part->look_count != item->look_count;

    item->is_blink_dark = is_dark;
    return has_changed;
}

static bool update_receiver(struct sb_looks_item *item)
{
    uint64_t changes = output_changes(item->part);
    double lit = changes != item->changes;
    bool has_changed = lit != item->look.lit;

    item->changes = changes;
    item->look.lit = lit;
    return has_changed;
}

/* Pins change their look without telling: what they drive is added up. */
static bool update_pins(struct sb_looks_item *item)
{
    const struct sb_part *part = item->part;
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    bool has_changed;

    for (unsigned i = 0; i < part->type->terminal_count; i++)
        digest = (digest ^ ((unsigned)part->terminals[i].strength * 4 +
                            (unsigned)sb_terminal_level(&part->terminals[i]))) *
                 UINT64_C(0x100000001b3);
    has_changed = digest != item->pins;
    item->pins = digest;
    return has_changed;
}

bool sb_looks_update(struct sb_looks *looks)
{
    int64_t now_ns = sb_world_now_ns(looks->world);
    bool has_changed = false;

    for (unsigned i = 0; i < looks->count; i++) {
        struct sb_looks_item *item = &looks->items[i];

        item->look.time_ns = now_ns;
        if (led_of(item->part) != NULL)
            item->has_changed = update_led(item, now_ns - looks->time_ns);
        else if (sb_part_is_hd44780(item->part))
            item->has_changed = update_lcd(item);
        else if (is_bare(item->part))
            item->has_changed = update_pins(item);
        else if (sb_geometry_shape(item->part->type) == SB_SHAPE_IR_RECEIVER)
            item->has_changed = update_receiver(item);
        else
            item->has_changed = item->part->look_count != item->look_count;
        item->look_count = item->part->look_count;
        has_changed = has_changed || item->has_changed;
    }
    looks->time_ns = now_ns;
    return has_changed;
}

const struct sb_look *sb_looks_of(const struct sb_looks *looks, const struct sb_part *part)
{
    static const struct sb_look none;

    for (unsigned i = 0; i < looks->count; i++)
        if (looks->items[i].part == part)
            return &looks->items[i].look;
    return &none;
}
