/* SPDX-License-Identifier: MIT */
/* Part types and what all parts have in common: pins by name, attributes, controls. */
#include "sim/part.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"

const struct sb_part_type *sb_part_type_at(unsigned index)
{
    for (unsigned list = 0; sb_part_list[list] != NULL; list++)
        for (unsigned i = 0; sb_part_list[list][i] != NULL; i++)
            if (index-- == 0)
                return sb_part_list[list][i];
    return NULL;
}

const struct sb_part_type *sb_part_type_find(const char *name)
{
    const struct sb_part_type *type;

    for (unsigned i = 0; (type = sb_part_type_at(i)) != NULL; i++)
        if (strcmp(type->name, name) == 0)
            return type;
    return NULL;
}

int sb_part_type_pin(const struct sb_part_type *type, const char *name)
{
    for (unsigned i = 0; type->pins != NULL && type->pins[i].name != NULL; i++)
        if (strcmp(type->pins[i].name, name) == 0)
            return (int)type->pins[i].terminal;
    return type->find_pin == NULL ? -1 : type->find_pin(name);
}

static const struct sb_part_pin *pin_of(const struct sb_part_type *type, unsigned terminal)
{
    for (unsigned i = 0; type->pins != NULL && type->pins[i].name != NULL; i++)
        if (type->pins[i].terminal == terminal)
            return &type->pins[i];
    return NULL;
}

enum sb_pin_role sb_part_type_role(const struct sb_part_type *type, unsigned terminal)
{
    const struct sb_part_pin *pin = pin_of(type, terminal);

    return pin == NULL ? SB_ROLE_PASSIVE : pin->role;
}

const char *sb_part_type_pin_name(const struct sb_part_type *type, unsigned terminal)
{
    const struct sb_part_pin *pin = pin_of(type, terminal);

    return pin == NULL ? "" : pin->name;
}

/* Its number; how many there are when it has none of that name. */
static unsigned find_attr(const struct sb_part *part, const char *name)
{
    const struct sb_part_attr *attrs = part->type->attrs;
    unsigned i = 0;

    while (attrs != NULL && attrs[i].name != NULL && strcmp(attrs[i].name, name) != 0)
        i++;
    return i;
}

const char *sb_part_attr(const struct sb_part *part, const char *name)
{
    const char *value = part->attr_values[find_attr(part, name)];

    return value == NULL ? "" : value;
}

double sb_part_attr_number(const struct sb_part *part, const char *name)
{
    return strtod(sb_part_attr(part, name), NULL);
}

bool sb_part_attr_flag(const struct sb_part *part, const char *name)
{
    const char *value = sb_part_attr(part, name);

    return strcmp(value, "1") == 0 || strcmp(value, "true") == 0;
}

int sb_part_control_find(const struct sb_part *part, const char *name)
{
    const struct sb_part_control *controls = part->type->controls;

    for (int i = 0; controls != NULL && controls[i].name != NULL; i++)
        if (strcmp(controls[i].name, name) == 0)
            return i;
    return -1;
}

int sb_part_set_control(struct sb_part *part, const char *name, double value)
{
    int control = sb_part_control_find(part, name);

    if (control < 0)
        return -ENOENT;
    if (part->world->is_mirrored)
        return -EROFS;
    if (!(value >= part->type->controls[control].min && value <= part->type->controls[control].max))
        return -ERANGE;
    return part->type->set_control(part, (unsigned)control, value);
}

int sb_part_fault_find(const struct sb_part *part, const char *name)
{
    const struct sb_part_fault *faults = part->type->faults;

    for (int i = 0; faults != NULL && faults[i].name != NULL; i++)
        if (strcmp(faults[i].name, name) == 0)
            return i;
    return -1;
}

bool sb_part_has_fault(const struct sb_part *part, unsigned fault)
{
    return part->fault_counts[fault] > 0;
}

void sb_part_fault_begin(struct sb_part *part, unsigned fault)
{
    assert(fault < SB_PART_FAULTS_MAX);
    if (part->fault_counts[fault]++ == 0 && part->type->set_fault != NULL)
        part->type->set_fault(part, fault, true);
}

void sb_part_fault_end(struct sb_part *part, unsigned fault)
{
    assert(part->fault_counts[fault] > 0);
    if (--part->fault_counts[fault] == 0 && part->type->set_fault != NULL)
        part->type->set_fault(part, fault, false);
}

void sb_part_look_changed(struct sb_part *part)
{
    part->look_count++;
    part->world->look_count++;
    sb_event_pulse(&part->look_changed);
}

static int report(const struct sb_part *part, struct sb_place place, struct sb_diag *diag,
                  const char *format, va_list args)
{
    char text[sizeof(diag->last)];

    vsnprintf(text, sizeof(text), format, args);
    return sb_diag_error(diag, place, "%s: %s", part->id, text);
}

int sb_part_error(const struct sb_part *part, struct sb_diag *diag, const char *format, ...)
{
    va_list args;
    int rc;

    va_start(args, format);
    rc = report(part, part->place, diag, format, args);
    va_end(args);
    return rc;
}

int sb_part_attr_error(const struct sb_part *part, const char *name, struct sb_diag *diag,
                       const char *format, ...)
{
    va_list args;
    int rc;

    va_start(args, format);
    rc = report(part, part->attr_places[find_attr(part, name)], diag, format, args);
    va_end(args);
    return rc;
}
