/* SPDX-License-Identifier: MIT */
/*
 * The resistor: passes on what either side is driven to, at "resistive" strength at most; so between
 * an output and an LED it joins, and from a supply it pulls. Its value plays no part.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/part.h"
#include "sim/wire.h"

struct resistor {
    struct sb_part part;
    struct sb_link link;
};

/* Ohms out of "220", "4.7k", "1M"; negative when it is none of these. */
static double ohms(const char *text)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text)
        return -1;
    if (*end == 'k' || *end == 'K')
        value *= 1e3;
    else if (*end == 'M')
        value *= 1e6;
    end += strspn(end, "kKM");
    return *end == '\0' || strcmp(end, "\u03a9") == 0 ? value : -1;
}

static int resistor_init(struct sb_part *part, struct sb_diag *diag)
{
    struct resistor *r = (struct resistor *)part;
    const char *value = sb_part_attr(part, "value");

    if (ohms(value) <= 0)
        return sb_part_error(part, diag, "value is \"%s\": give ohms, such as \"220\" or \"4.7k\"",
                             value);
    sb_link_init(&r->link, SB_LINK_RESISTOR, &part->terminals[0], &part->terminals[1]);
    sb_link_set_closed(&r->link, true);
    return 0;
}

static const struct sb_part_pin pins[] = {
    {"1", 0, SB_ROLE_SIGNAL},
    {"2", 1, SB_ROLE_SIGNAL},
    {NULL, 0, SB_ROLE_SIGNAL},
};

static const struct sb_part_attr attrs[] = {
    {"value", SB_ATTR_TEXT, "1000", NULL, "ohms: \"220\", \"4.7k\"; drawn, but without effect"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static const struct sb_part_type resistor_type = {
    .name = "wokwi-resistor",
    .summary = "resistor; joins its ends, pulls when one of them is a supply",
    .pins = pins,
    .terminal_count = 2,
    .attrs = attrs,
    .size = sizeof(struct resistor),
    .init = resistor_init,
};

const struct sb_part_type *const sb_parts_resistor[] = {&resistor_type, NULL};
