/* SPDX-License-Identifier: MIT */
/*
 * Potentiometers, turned and slid: SIG gives the wiper's position as a fraction of the supply. VCC and
 * GND play no part, as in Wokwi (spec/wokwi.md 2.4). Not a control is `value`, the attribute that says
 * where the wiper is at first, in 1/1023.
 */
#include "sim/part.h"

#include <math.h>

#include "sim/world.h"

enum { GND, SIG, VCC, PIN_COUNT };

/* What the fault noise adds to a sample at most: a wiper with dirt on its track. */
#define NOISE 0.02

struct potentiometer {
    struct sb_part part;
    double position;
    struct sb_analog output; /* what the wiper has come to */
    bool is_stuck;
};

static void update_output(struct potentiometer *p)
{
    if (p->is_stuck)
        return;
    p->output.fraction = p->position;
    sb_terminal_drive_analog(&p->part.terminals[SIG], &p->output);
}

static int potentiometer_init(struct sb_part *part, struct sb_diag *diag)
{
    struct potentiometer *p = (struct potentiometer *)part;
    double value = sb_part_attr_number(part, "value");

    if (!(value >= 0 && value <= 1023))
        return sb_part_error(part, diag, "value is \"%s\": give 0 to 1023",
                             sb_part_attr(part, "value"));
    p->position = part->world->is_mirrored ? NAN : value / 1023; /* the real one's is not known */
    p->output.random = sb_world_seed_for(part->world, part->id);
    update_output(p);
    return 0;
}

static int set_control(struct sb_part *part, unsigned control, double value)
{
    struct potentiometer *p = (struct potentiometer *)part;

    (void)control;
    if (value == p->position)
        return 0;
    p->position = value;
    update_output(p);
    sb_part_look_changed(part);
    return 0;
}

static double get_control(const struct sb_part *part, unsigned control)
{
    (void)control;
    return ((const struct potentiometer *)part)->position;
}

/* Where the program's last sample says that it stands. */
static void mirror(struct sb_part *part)
{
    struct potentiometer *p = (struct potentiometer *)part;
    double sample = sb_wire_sample(part->terminals[SIG].wire);

    if (sample < 0 || sample == p->position)
        return;
    p->position = sample;
    sb_part_look_changed(part);
}

enum { FAULT_NOISE, FAULT_STUCK };

static void set_fault(struct sb_part *part, unsigned fault, bool is_on)
{
    struct potentiometer *p = (struct potentiometer *)part;

    if (fault == FAULT_NOISE)
        p->output.noise = is_on ? NOISE : 0;
    else
        p->is_stuck = is_on;
    update_output(p);
}

static const struct sb_part_pin pins[] = {
    {"GND", GND, SB_ROLE_PASSIVE},
    {"SIG", SIG, SB_ROLE_SIGNAL},
    {"VCC", VCC, SB_ROLE_PASSIVE},
    {NULL, 0, SB_ROLE_SIGNAL},
};

static const struct sb_part_attr attrs[] = {
    {"value", SB_ATTR_NUMBER, "0", NULL, "where it is at first, 0 to 1023"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_attr slide_attrs[] = {
    {"value", SB_ATTR_NUMBER, "0", NULL, "where it is at first, 0 to 1023"},
    {"travelLength", SB_ATTR_NUMBER, "30", NULL, "mm; drawn, but without effect"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_control controls[] = {
    {"position", 0, 1, "of the wiper: 0 gives 0 V, 1 the supply"},
    {NULL, 0, 0, NULL},
};

static const struct sb_part_fault faults[] = {
    {"noise", "each sample is off by up to 2 % of the supply"},
    {"stuck", "the wiper stays where it is, wherever the knob is turned"},
    {NULL, NULL},
};

#define POTENTIOMETER_TYPE(type_name, type_summary, type_attrs)                                    \
    {                                                                                              \
        .name = (type_name), .summary = (type_summary), .pins = pins, .terminal_count = PIN_COUNT, \
        .attrs = (type_attrs), .controls = controls, .faults = faults,                             \
        .size = sizeof(struct potentiometer), .init = potentiometer_init,                          \
        .set_control = set_control, .get_control = get_control, .set_fault = set_fault,            \
        .mirror = mirror,                                                                          \
    }

static const struct sb_part_type turned = POTENTIOMETER_TYPE(
    "wokwi-potentiometer", "potentiometer; SIG is a voltage for an analog input", attrs);
static const struct sb_part_type slid =
    POTENTIOMETER_TYPE("wokwi-slide-potentiometer",
                       "slide potentiometer; SIG is a voltage for an analog input", slide_attrs);

const struct sb_part_type *const sb_parts_potentiometer[] = {&turned, &slid, NULL};
