/* SPDX-License-Identifier: MIT */
/*
 * softboard parts: what can stand in a board file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/files/names.h"
#include "sim/part.h"
#include "tools/commands.h"
#include "tools/json_text.h"

static const char usage[] =
    "usage: softboard parts [TYPE] [--json]\n"
    "\n"
    "Lists the part types that a board file can have; of one TYPE its pins, attributes,\n"
    "controls and faults. \"1.l=1.r\" are two names of one pin. With --json, one object a line.\n";

#define LINE_LENGTH 78

static const char *const kind_names[] = {
    [SB_ATTR_TEXT] = "text",     [SB_ATTR_NUMBER] = "number", [SB_ATTR_FLAG] = "0 or 1",
    [SB_ATTR_CHOICE] = "choice", [SB_ATTR_FILE] = "file",
};

static const char *const role_names[] = {
    [SB_ROLE_SIGNAL] = "signal",
    [SB_ROLE_GROUND] = "ground",
    [SB_ROLE_POWER] = "power",
    [SB_ROLE_PASSIVE] = "passive",
};

static const char *summary_of(const char *summary)
{
    return summary == NULL ? "" : summary;
}

/* "1.l=1.r" into `out`: all names of the terminal whose first name `pin` is. Returns its length. */
static size_t format_pin(const struct sb_part_pin *pin, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s", pin->name);

    for (const struct sb_part_pin *other = pin + 1; other->name != NULL && used < size; other++) {
        if (other->terminal == pin->terminal)
            used += (size_t)snprintf(out + used, size - used, "=%s", other->name);
    }
    return used;
}

static bool is_first_name(const struct sb_part_type *type, const struct sb_part_pin *pin)
{
    const struct sb_part_pin *first = type->pins;

    while (first->terminal != pin->terminal)
        first++;
    return first == pin;
}

static void print_pins_of(const struct sb_part_type *type, enum sb_pin_role role)
{
    size_t column = 0;

    for (const struct sb_part_pin *pin = type->pins; pin->name != NULL; pin++) {
        char names[256];
        size_t length;

        if (pin->role != role || !is_first_name(type, pin))
            continue;
        length = format_pin(pin, names, sizeof(names));
        if (column == 0 || column + 1 + length > LINE_LENGTH) {
            printf("%s  %-8s", column == 0 ? "" : "\n", column == 0 ? role_names[role] : "");
            column = 10;
        }
        printf(" %s", names);
        column += 1 + length;
    }
    if (column > 0)
        putchar('\n');
}

static void print_pins(const struct sb_part_type *type)
{
    if (type->pins == NULL || type->pins[0].name == NULL)
        return;
    puts("\npins");
    for (int role = SB_ROLE_SIGNAL; role <= SB_ROLE_PASSIVE; role++)
        print_pins_of(type, (enum sb_pin_role)role);
    if (type->find_pin != NULL)
        puts("  and more by pattern: see the summary, and docs/boards.md");
}

static void print_attrs(const struct sb_part_type *type)
{
    if (type->attrs == NULL || type->attrs[0].name == NULL)
        return;
    puts("\nattributes");
    for (const struct sb_part_attr *attr = type->attrs; attr->name != NULL; attr++) {
        printf("  %-14s %s", attr->name, kind_names[attr->kind]);
        if (attr->kind == SB_ATTR_CHOICE)
            printf(" of %s", attr->choices);
        printf(", \"%s\" unless given\n", attr->initial);
        if (*summary_of(attr->summary) != '\0')
            printf("  %-14s %s\n", "", attr->summary);
    }
}

static void print_controls(const struct sb_part_type *type)
{
    if (type->controls == NULL || type->controls[0].name == NULL)
        return;
    puts("\ncontrols");
    for (const struct sb_part_control *control = type->controls; control->name != NULL; control++)
        printf("  %-14s %g to %g: %s\n", control->name, control->min, control->max,
               summary_of(control->summary));
}

static void print_faults(const struct sb_part_type *type)
{
    if (type->faults == NULL || type->faults[0].name == NULL)
        return;
    puts("\nfaults");
    for (const struct sb_part_fault *fault = type->faults; fault->name != NULL; fault++)
        printf("  %-14s %s\n", fault->name, summary_of(fault->summary));
}

static void print_type(const struct sb_part_type *type)
{
    printf("%s: %s\n", type->name, summary_of(type->summary));
    print_pins(type);
    print_attrs(type);
    print_controls(type);
    print_faults(type);
}

static void put_pins(const struct sb_part_type *type)
{
    fputs(",\"pins\":[", stdout);
    for (const struct sb_part_pin *pin = type->pins; pin != NULL && pin->name != NULL; pin++) {
        fputs(pin == type->pins ? "{" : ",{", stdout);
        sb_json_put_member(stdout, true, "name", pin->name);
        sb_json_put_member(stdout, false, "role", role_names[pin->role]);
        printf(",\"terminal\":%u}", pin->terminal);
    }
    putchar(']');
}

static void put_attrs(const struct sb_part_type *type)
{
    fputs(",\"attributes\":[", stdout);
    for (const struct sb_part_attr *attr = type->attrs; attr != NULL && attr->name != NULL;
         attr++) {
        fputs(attr == type->attrs ? "{" : ",{", stdout);
        sb_json_put_member(stdout, true, "name", attr->name);
        sb_json_put_member(stdout, false, "kind", kind_names[attr->kind]);
        if (attr->kind == SB_ATTR_CHOICE)
            sb_json_put_member(stdout, false, "choices", attr->choices);
        sb_json_put_member(stdout, false, "initial", attr->initial);
        sb_json_put_member(stdout, false, "summary", summary_of(attr->summary));
        putchar('}');
    }
    putchar(']');
}

static void put_controls(const struct sb_part_type *type)
{
    fputs(",\"controls\":[", stdout);
    for (const struct sb_part_control *control = type->controls;
         control != NULL && control->name != NULL; control++) {
        fputs(control == type->controls ? "{" : ",{", stdout);
        sb_json_put_member(stdout, true, "name", control->name);
        printf(",\"min\":%g,\"max\":%g", control->min, control->max);
        sb_json_put_member(stdout, false, "summary", summary_of(control->summary));
        putchar('}');
    }
    putchar(']');
}

static void put_faults(const struct sb_part_type *type)
{
    fputs(",\"faults\":[", stdout);
    for (const struct sb_part_fault *fault = type->faults; fault != NULL && fault->name != NULL;
         fault++) {
        fputs(fault == type->faults ? "{" : ",{", stdout);
        sb_json_put_member(stdout, true, "name", fault->name);
        sb_json_put_member(stdout, false, "summary", summary_of(fault->summary));
        putchar('}');
    }
    putchar(']');
}

static void put_type(const struct sb_part_type *type)
{
    putchar('{');
    sb_json_put_member(stdout, true, "type", type->name);
    sb_json_put_member(stdout, false, "summary", summary_of(type->summary));
    put_pins(type);
    put_attrs(type);
    put_controls(type);
    put_faults(type);
    puts("}");
}

static int fail_type(const char *word)
{
    const char **names = sb_names_of_types();
    const char *nearest = names == NULL ? NULL : sb_diag_nearest(word, names);

    fprintf(stderr, "softboard parts: no part type \"%s\"", word);
    if (nearest != NULL)
        fprintf(stderr, ": did you mean \"%s\"?\n", nearest);
    else
        fputs(": \"softboard parts\" lists them\n", stderr);
    free(names);
    return 2;
}

int sb_cmd_parts(int argc, char **argv)
{
    const char *word = NULL;
    bool is_json = false;
    const struct sb_part_type *type;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            is_json = true;
        } else if (strcmp(argv[i], "--help") == 0) {
            fputs(usage, stdout);
            return 0;
        } else if (argv[i][0] == '-' || word != NULL) {
            fprintf(stderr, "softboard parts: unexpected argument \"%s\"\n%s", argv[i], usage);
            return 2;
        } else {
            word = argv[i];
        }
    }
    if (word == NULL) {
        for (unsigned i = 0; (type = sb_part_type_at(i)) != NULL; i++) {
            if (is_json)
                put_type(type);
            else
                printf("%-26s %s\n", type->name, summary_of(type->summary));
        }
        return 0;
    }
    type = sb_part_type_find(word);
    if (type == NULL)
        return fail_type(word);
    if (is_json)
        put_type(type);
    else
        print_type(type);
    return 0;
}
