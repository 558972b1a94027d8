/* SPDX-License-Identifier: MIT */
/*
 * The push-button: a contact that bounces. When the finger moves, the contact reaches its new state at
 * once, then opens and closes at random for up to the bounce time, its gaps growing shorter towards the
 * end, and stays in the new state. The sequence depends on the seed and the button's id alone.
 */
#include "sim/parts/part_button.h"

#include <stdlib.h>
#include <string.h>

#include "sim/world.h"

/* Wokwi's figure: 10 to 100 transitions in about a millisecond (spec/wokwi.md 2.2). */
#define BOUNCE_DEFAULT_NS 1000000
/* Of a contact that is worn out. */
#define WORN_BOUNCE_NS    15000000
#define BOUNCE_GAP_MIN_NS 5000
#define BOUNCE_GAP_SHARE  8 /* a gap is at most this part of what is left */

enum { FAULT_BOUNCE };

static int64_t random_below(struct sb_part_button *button, int64_t limit)
{
    return (int64_t)(sb_random_next(&button->random) % (uint64_t)limit);
}

/* The time until the next transition. */
static int64_t next_gap_ns(struct sb_part_button *button, int64_t left_ns)
{
    return BOUNCE_GAP_MIN_NS + random_below(button, left_ns / BOUNCE_GAP_SHARE + 1);
}

static void on_bounce(struct sb_timer *timer, void *arg)
{
    struct sb_part_button *button = arg;
    int64_t left_ns = button->bounce_end_ns - sb_world_now_ns(button->part.world);
    bool is_closed = !button->contact.is_closed;

    (void)timer;
    sb_link_set_closed(&button->contact, is_closed);
    if (is_closed != button->is_pressed) /* never ends in the wrong state */
        sb_timer_start_ns(&button->timer, next_gap_ns(button, left_ns > 0 ? left_ns : 0));
    else if (left_ns > BOUNCE_GAP_MIN_NS)
        sb_timer_start_ns(&button->timer, next_gap_ns(button, left_ns));
}

static int set_control(struct sb_part *part, unsigned control, double value)
{
    struct sb_part_button *button = (struct sb_part_button *)part;
    bool is_pressed = value >= 0.5;
    int64_t most_ns = sb_part_has_fault(part, FAULT_BOUNCE) ? WORN_BOUNCE_NS : button->bounce_ns;

    (void)control;
    if (is_pressed == button->is_pressed)
        return 0;
    button->is_pressed = is_pressed;
    sb_timer_stop(&button->timer);
    sb_link_set_closed(&button->contact, is_pressed);
    if (most_ns > 0) {
        int64_t length_ns = most_ns / 2 + random_below(button, most_ns / 2 + 1);
        button->bounce_end_ns = sb_world_now_ns(part->world) + length_ns;
        sb_timer_start_ns(&button->timer, next_gap_ns(button, length_ns));
    }
    sb_part_look_changed(part);
    return 0;
}

static double get_control(const struct sb_part *part, unsigned control)
{
    (void)control;
    return ((const struct sb_part_button *)part)->is_pressed;
}

static bool is_supply(const struct sb_part *part, unsigned terminal)
{
    return part->terminals[terminal].wire->is_supply;
}

/*
 * Both sides low, or both high where one is a supply. Two pins that are high are no sign: that is how they idle when a
 * program looks for a key, row by row.
 */
static bool looks_closed(const struct sb_part *part)
{
    enum sb_level level = sb_terminal_level(&part->terminals[0]);

    if (level != sb_terminal_level(&part->terminals[1]))
        return false;
    return level == SB_LEVEL_LOW ||
           (level == SB_LEVEL_HIGH && (is_supply(part, 0) || is_supply(part, 1)));
}

static void mirror(struct sb_part *part)
{
    struct sb_part_button *button = (struct sb_part_button *)part;

    if (looks_closed(part) == button->is_pressed)
        return;
    button->is_pressed = !button->is_pressed;
    sb_part_look_changed(part);
}

/* "0" and "false": none; "", "1" and "true": as usual; a number: milliseconds. */
static bool read_bounce(const char *text, int64_t *out_ns)
{
    const char *end = text;
    double ms;

    *out_ns = BOUNCE_DEFAULT_NS;
    if (*text == '\0' || strcmp(text, "1") == 0 || strcmp(text, "true") == 0)
        return true;
    *out_ns = 0;
    if (strcmp(text, "false") == 0)
        return true;
    ms = strtod(text, (char **)&end);
    if (end == text || *end != '\0' || !(ms >= 0 && ms <= 1000))
        return false;
    *out_ns = (int64_t)(ms * 1e6);
    return true;
}

static int button_init(struct sb_part *part, struct sb_diag *diag)
{
    struct sb_part_button *button = (struct sb_part_button *)part;
    const char *bounce = sb_part_attr(part, "bounce");

    if (!read_bounce(bounce, &button->bounce_ns))
        return sb_part_error(part, diag,
                             "bounce is \"%s\": give \"0\" for none, \"\" or \"1\" for 1 ms, or "
                             "milliseconds up to 1000",
                             bounce);
    button->random = sb_world_seed_for(part->world, part->id);
    sb_timer_init(&button->timer, on_bounce, button);
    sb_link_init(&button->contact, SB_LINK_CONTACT, &part->terminals[0], &part->terminals[1]);
    return 0;
}

static void button_deinit(struct sb_part *part)
{
    sb_timer_stop(&((struct sb_part_button *)part)->timer);
}

static const struct sb_part_pin pins[] = {
    {"1.l", 0, SB_ROLE_SIGNAL}, {"1.r", 0, SB_ROLE_SIGNAL}, {"2.l", 1, SB_ROLE_SIGNAL},
    {"2.r", 1, SB_ROLE_SIGNAL}, {NULL, 0, SB_ROLE_SIGNAL},
};

static const struct sb_part_attr attrs[] = {
    {"color", SB_ATTR_TEXT, "red", NULL, "colour of the cap"},
    {"label", SB_ATTR_TEXT, "", NULL, "text below the button"},
    {"key", SB_ATTR_TEXT, "", NULL,
     "key that presses it: a letter, a digit or a name like ArrowUp"},
    {"bounce", SB_ATTR_TEXT, "", NULL, "\"0\": none; a number: milliseconds; else 1 ms"},
    {"xray", SB_ATTR_FLAG, "", NULL, "accepted, of no meaning here"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_control controls[] = {
    {"pressed", 0, 1, "1 presses, 0 releases"},
    {NULL, 0, 0, NULL},
};

static const struct sb_part_fault faults[] = {
    {"bounce", "bounces for up to 15 ms, as a worn contact does"},
    {NULL, NULL},
};

#define BUTTON_TYPE(type_name, type_summary)                                                    \
    {                                                                                           \
        .name = (type_name), .summary = (type_summary), .pins = pins, .terminal_count = 2,      \
        .attrs = attrs, .controls = controls, .faults = faults,                                 \
        .size = sizeof(struct sb_part_button), .init = button_init, .set_control = set_control, \
        .get_control = get_control, .mirror = mirror, .deinit = button_deinit,                  \
    }

static const struct sb_part_type button_type =
    BUTTON_TYPE("wokwi-pushbutton", "push-button, 12 mm; pressed joins 1 and 2, bouncing");
static const struct sb_part_type button_6mm_type =
    BUTTON_TYPE("wokwi-pushbutton-6mm", "push-button, 6 mm; pressed joins 1 and 2, bouncing");

const struct sb_part_type *const sb_parts_button[] = {&button_type, &button_6mm_type, NULL};
