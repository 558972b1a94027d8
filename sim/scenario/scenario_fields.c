/* SPDX-License-Identifier: MIT */
/*
 * The fields of a scenario's steps.
 */
#include "sim/scenario/scenario_fields.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/files/names.h"
#include "sim/files/units.h"
#include "sim/world.h"

int sb_field_no_memory(const struct sb_fields *fields)
{
    return sb_diag_error(fields->diag, (struct sb_place){.file = fields->yaml->name},
                         "out of memory");
}

int sb_field_find(const struct sb_fields *fields, const char *key, const char *older,
                  const struct sb_yaml_node **out)
{
    const struct sb_yaml_node *node = sb_yaml_get(fields->mapping, key);
    const struct sb_yaml_node *same = older == NULL ? NULL : sb_yaml_get(fields->mapping, older);

    if (node != NULL && same != NULL)
        return SB_FIELD_FAIL(fields, same->key, "\"%s\" and \"%s\" mean the same: give one of them",
                             key, older);
    *out = node != NULL ? node : same;
    if (*out == NULL)
        return SB_FIELD_FAIL(fields, fields->mapping, "%s without \"%s\": add it", fields->action,
                             key);
    return 0;
}

static bool is_word(const struct sb_yaml_node *node)
{
    return node->kind == SB_YAML_SCALAR && !sb_yaml_is_null(node) &&
           strlen(node->text) == node->size;
}

int sb_field_text(const struct sb_fields *fields, const char *key, const char *older,
                  const char **out)
{
    const struct sb_yaml_node *node;
    int rc = sb_field_find(fields, key, older, &node);

    *out = "";
    if (rc < 0)
        return rc;
    if (!is_word(node) || node->size == 0)
        return SB_FIELD_FAIL(fields, node, "%s must be a text", node->key->text);
    *out = node->text;
    return 0;
}

int sb_field_part(const struct sb_fields *fields, struct sb_part **out)
{
    const char **names;
    const char *id;
    char remedy[SB_REMEDY_SIZE];
    int rc = sb_field_text(fields, "part-id", NULL, &id);

    if (rc < 0)
        return rc;
    *out = sb_world_part(fields->world, id);
    if (*out != NULL)
        return 0;
    names = sb_names_of_parts(fields->world);
    if (names == NULL)
        return sb_field_no_memory(fields);
    rc = SB_FIELD_FAIL(fields, sb_yaml_get(fields->mapping, "part-id"),
                       "the board has no part \"%.60s\": %s", id,
                       sb_names_remedy(id, names, "its parts", remedy));
    free(names);
    return rc;
}

int sb_field_pin(const struct sb_fields *fields, const struct sb_part *part,
                 const struct sb_terminal **out, const char **name)
{
    const struct sb_yaml_node *node = fields->mapping;
    const char **names;
    char remedy[SB_REMEDY_SIZE];
    int rc = sb_field_text(fields, "pin", "name", name);

    if (rc < 0)
        return rc;
    *out = sb_names_terminal(part, *name);
    if (*out != NULL) {
        sb_wire_watch((*out)->wire);
        return 0;
    }
    (void)sb_field_find(fields, "pin", "name", &node);
    names = sb_names_of_pins(part->type);
    if (names == NULL)
        return sb_field_no_memory(fields);
    rc = SB_FIELD_FAIL(fields, node, "%.60s (%s) has no pin \"%.60s\": %s", part->id,
                       part->type->name, *name, sb_names_remedy(*name, names, "its pins", remedy));
    free(names);
    return rc;
}

int sb_field_number(const struct sb_fields *fields, const struct sb_yaml_node *node, double *out)
{
    struct sb_yaml_node plain = *node;
    bool flag;

    plain.is_quoted = false;
    if (sb_yaml_get_bool(&plain, &flag))
        *out = flag ? 1.0 : 0.0;
    else if (!sb_yaml_get_number(&plain, out))
        return SB_FIELD_FAIL(fields, node, "%s must be a number", node->key->text);
    return 0;
}

int sb_field_level(const struct sb_fields *fields, const char *key, const char *older, bool *out)
{
    const struct sb_yaml_node *node;
    struct sb_yaml_node plain;
    double number = -1.0;
    bool flag;
    int rc = sb_field_find(fields, key, older, &node);

    if (rc < 0)
        return rc;
    plain = *node;
    plain.is_quoted = false;
    if (sb_yaml_get_bool(&plain, &flag))
        number = flag ? 1.0 : 0.0;
    else
        (void)sb_yaml_get_number(&plain, &number);
    if (number != 0.0 && number != 1.0)
        return SB_FIELD_FAIL(fields, node, "%s must be 0 or 1", node->key->text);
    *out = number != 0.0;
    return 0;
}

int sb_field_count(const struct sb_fields *fields, const struct sb_yaml_node *node, uint64_t *out)
{
    double number;

    if (!sb_yaml_get_number(node, &number) || number < 0.0 || number > 1e15 ||
        (double)(uint64_t)number != number)
        return SB_FIELD_FAIL(fields, node, "%s must be a whole number, 0 or more", node->key->text);
    *out = (uint64_t)number;
    return 0;
}

int sb_field_time_of(const struct sb_fields *fields, const struct sb_yaml_node *node,
                     const char *what, int64_t *out_ns)
{
    double number;
    struct sb_yaml_node plain = *node;
    int rc = is_word(node) ? sb_parse_time_ns(node->text, out_ns) : -EINVAL;

    if (rc == 0)
        return 0;
    if (rc == -ERANGE)
        return SB_FIELD_FAIL(fields, node, "%s \"%.40s\" is longer than 292 years", what,
                             node->text);
    plain.is_quoted = false;
    if (sb_yaml_get_number(&plain, &number))
        return SB_FIELD_FAIL(fields, node,
                             "%s %.40s has no unit: write \"%.40sms\" or another "
                             "of ns, us, ms, s, m, h",
                             what, node->text, node->text);
    return SB_FIELD_FAIL(fields, node,
                         "%s \"%.40s\" is no time: write a number and one of ns, us, "
                         "ms, s, m, h, like \"500ms\"",
                         what, node->kind == SB_YAML_SCALAR ? node->text : "...");
}

int sb_field_time(const struct sb_fields *fields, const char *key, int64_t *out_ns)
{
    const struct sb_yaml_node *node = sb_yaml_get(fields->mapping, key);

    return node == NULL ? 0 : sb_field_time_of(fields, node, key, out_ns);
}

int sb_field_path(const struct sb_fields *fields, const char *key, char **out)
{
    const char *slash = strrchr(fields->yaml->name, '/');
    const char *text;
    size_t size;
    int rc = sb_field_text(fields, key, NULL, &text);

    if (rc < 0)
        return rc;
    if (text[0] == '/' || slash == NULL) {
        *out = strdup(text);
        return *out == NULL ? sb_field_no_memory(fields) : 0;
    }
    size = (size_t)(slash - fields->yaml->name) + 1 + strlen(text) + 1;
    *out = malloc(size);
    if (*out == NULL)
        return sb_field_no_memory(fields);
    snprintf(*out, size, "%.*s/%s", (int)(slash - fields->yaml->name), fields->yaml->name, text);
    return 0;
}
