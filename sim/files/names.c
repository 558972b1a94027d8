/* SPDX-License-Identifier: MIT */
/*
 * Lists of names for messages.
 */
#include "sim/files/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/files/diag.h"
#include "sim/part.h"
#include "sim/world.h"

const char *sb_names_join(const char *const *names, char *out, size_t size)
{
    static const char more[] = ", ...";
    size_t used = 0;

    out[0] = '\0';
    for (; *names != NULL; names++) {
        size_t reserve = names[1] == NULL ? 1 : sizeof(more);
        size_t length = strlen(*names) + (used > 0 ? 2 : 0);

        if (used + length + reserve > size) {
            snprintf(out + used, size - used, "%s", used > 0 ? more : "...");
            break;
        }
        snprintf(out + used, size - used, "%s%s", used > 0 ? ", " : "", *names);
        used += length;
    }
    return out;
}

const char *sb_names_remedy(const char *word, const char *const *names, const char *they,
                            char out[SB_REMEDY_SIZE])
{
    const char *nearest = sb_diag_nearest(word, names);
    int used;

    if (nearest != NULL) {
        snprintf(out, SB_REMEDY_SIZE, "did you mean \"%.80s\"?", nearest);
        return out;
    }
    if (names[0] == NULL) {
        snprintf(out, SB_REMEDY_SIZE, "there are none");
        return out;
    }
    if (names[1] == NULL)
        used = snprintf(out, SB_REMEDY_SIZE, "the only one is ");
    else
        used = snprintf(out, SB_REMEDY_SIZE, "%s are ", they);
    sb_names_join(names, out + used, SB_REMEDY_SIZE - (size_t)used);
    return out;
}

const char **sb_names_of_pins(const struct sb_part_type *type)
{
    const char **names;
    size_t count = 0;

    while (type->pins != NULL && type->pins[count].name != NULL)
        count++;
    names = calloc(count + 1, sizeof(*names));
    for (size_t i = 0; names != NULL && i < count; i++)
        names[i] = type->pins[i].name;
    return names;
}

const char **sb_names_of_controls(const struct sb_part_type *type)
{
    const char **names;
    size_t count = 0;

    while (type->controls != NULL && type->controls[count].name != NULL)
        count++;
    names = calloc(count + 1, sizeof(*names));
    for (size_t i = 0; names != NULL && i < count; i++)
        names[i] = type->controls[i].name;
    return names;
}

const char **sb_names_of_faults(const struct sb_part_type *type)
{
    const char **names;
    size_t count = 0;

    while (type->faults != NULL && type->faults[count].name != NULL)
        count++;
    names = calloc(count + 1, sizeof(*names));
    for (size_t i = 0; names != NULL && i < count; i++)
        names[i] = type->faults[i].name;
    return names;
}

const char **sb_names_of_parts(const struct sb_world *world)
{
    const char **names;
    const struct sb_list *node;
    size_t count = 0;

    for (node = world->parts.next; node != &world->parts; node = node->next)
        count++;
    names = calloc(count + 1, sizeof(*names));
    if (names == NULL)
        return NULL;
    count = 0;
    for (node = world->parts.next; node != &world->parts; node = node->next) {
        const struct sb_part *part = SB_CONTAINER_OF(node, const struct sb_part, node);

        if (!part->type->is_virtual)
            names[count++] = part->id;
    }
    return names;
}

const char **sb_names_of_types(void)
{
    const char **names;
    unsigned count = 0;

    while (sb_part_type_at(count) != NULL)
        count++;
    names = calloc(count + 1, sizeof(*names));
    for (unsigned i = 0; names != NULL && i < count; i++)
        names[i] = sb_part_type_at(i)->name;
    return names;
}

struct sb_terminal *sb_names_terminal(const struct sb_part *part, const char *name)
{
    char trimmed[128];
    size_t length = strlen(name);
    int terminal = sb_part_type_pin(part->type, name);

    if (terminal < 0) {
        const char *first = name + strspn(name, " \t");

        length -= (size_t)(first - name);
        while (length > 0 && (first[length - 1] == ' ' || first[length - 1] == '\t'))
            length--;
        if (length >= sizeof(trimmed))
            return NULL;
        memcpy(trimmed, first, length);
        trimmed[length] = '\0';
        terminal = sb_part_type_pin(part->type, trimmed);
    }
    return terminal < 0 ? NULL : &part->terminals[terminal];
}
