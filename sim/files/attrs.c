/* SPDX-License-Identifier: MIT */
/* Attributes of a part: what a board file sets, held against what the part's type knows. */
#include "sim/files/attrs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_choice(const char *choices, const char *value)
{
    size_t length = strlen(value);

    for (const char *at = choices; at != NULL && *at != '\0'; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, value, length) == 0 && (at[length] == ' ' || at[length] == '\0'))
            return true;
    }
    return false;
}

/* An empty number or choice means the default, as in Wokwi's files. */
static bool is_default(const struct sb_part_attr *attr, const char *value)
{
    return *value == '\0' && (attr->kind == SB_ATTR_NUMBER || attr->kind == SB_ATTR_CHOICE);
}

static int check_attr(const struct sb_part_spec *spec, const struct sb_part_attr *attr,
                      const char *value, struct sb_place place, struct sb_diag *diag)
{
    char *end;

    if (is_default(attr, value))
        return 0;
    switch (attr->kind) {
    case SB_ATTR_NUMBER:
        (void)strtod(value, &end);
        if (end == value || *end != '\0')
            return sb_diag_error(diag, place, "%s: attribute %s is \"%s\": give a number", spec->id,
                                 attr->name, value);
        return 0;
    case SB_ATTR_FLAG:
        if (!is_choice("0 1 true false", value) && *value != '\0')
            return sb_diag_error(diag, place, "%s: attribute %s is \"%s\": give \"1\" or \"0\"",
                                 spec->id, attr->name, value);
        return 0;
    case SB_ATTR_CHOICE:
        if (!is_choice(attr->choices, value))
            return sb_diag_error(diag, place, "%s: attribute %s is \"%s\": give one of: %s",
                                 spec->id, attr->name, value, attr->choices);
        return 0;
    case SB_ATTR_TEXT:
    case SB_ATTR_FILE:
        break;
    }
    return 0;
}

static int unknown_attr(const struct sb_part_spec *spec, const struct sb_part_type *type,
                        const char *name, struct sb_place place, struct sb_diag *diag)
{
    const char *names[64] = {NULL};
    const char *nearest;

    for (unsigned i = 0; type->attrs != NULL && type->attrs[i].name != NULL && i < 63; i++)
        names[i] = type->attrs[i].name;
    nearest = sb_diag_nearest(name, names);
    if (nearest != NULL)
        return sb_diag_unknown(diag, place, "%s: %s has no attribute \"%s\": did you mean \"%s\"?",
                               spec->id, type->name, name, nearest);
    return sb_diag_unknown(diag, place, "%s: %s has no attribute \"%s\": see 'softboard parts %s'",
                           spec->id, type->name, name, type->name);
}

int sb_attrs_set(struct sb_part *part, const struct sb_part_spec *spec, struct sb_diag *diag)
{
    const struct sb_part_type *type = part->type;
    unsigned count = 0;

    while (type->attrs != NULL && type->attrs[count].name != NULL)
        count++;
    part->attr_values = calloc(count + 1, sizeof(*part->attr_values));
    part->attr_places = calloc(count + 1, sizeof(*part->attr_places));
    if (part->attr_values == NULL || part->attr_places == NULL)
        return -ENOMEM;
    for (unsigned a = 0; a <= count; a++)
        part->attr_places[a] = part->place;
    for (unsigned i = 0; i < spec->attr_count; i++) {
        struct sb_place place = spec->attr_places == NULL ? spec->place : spec->attr_places[i];
        const char *name = spec->attrs[i][0];
        unsigned a = 0;
        int rc;

        while (a < count && strcmp(type->attrs[a].name, name) != 0)
            a++;
        rc = a == count ? unknown_attr(spec, type, name, place, diag)
                        : check_attr(spec, &type->attrs[a], spec->attrs[i][1], place, diag);
        if (rc < 0)
            return rc;
        if (a == count || is_default(&type->attrs[a], spec->attrs[i][1]))
            continue;
        free((char *)(uintptr_t)part->attr_values[a]);
        part->attr_values[a] = strdup(spec->attrs[i][1]);
        part->attr_places[a] = (struct sb_place){part->place.file, place.line, place.column};
        if (part->attr_values[a] == NULL)
            return -ENOMEM;
    }
    for (unsigned a = 0; a < count; a++)
        if (part->attr_values[a] == NULL &&
            (part->attr_values[a] = strdup(type->attrs[a].initial)) == NULL)
            return -ENOMEM;
    return 0;
}
