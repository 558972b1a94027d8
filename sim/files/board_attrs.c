/* SPDX-License-Identifier: MIT */
/*
 * Attributes of parts into texts: numbers as they are written, true and false as "1" and "0" (a
 * button's "bounce" is off only when it is "0"), lists as JSON, null like an attribute not there.
 */
#include "sim/files/board_attrs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int out_of_memory(const struct sb_yaml *yaml, struct sb_diag *diag)
{
    return sb_diag_error(diag, (struct sb_place){.file = yaml->name}, "out of memory");
}

static void write_json_text(FILE *out, const struct sb_yaml_node *node)
{
    fputc('"', out);
    for (size_t i = 0; i < node->size; i++) {
        unsigned char byte = (unsigned char)node->text[i];

        if (byte == '"' || byte == '\\')
            fprintf(out, "\\%c", byte);
        else if (byte < 0x20)
            fprintf(out, "\\u%04x", byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

static void write_json(FILE *out, const struct sb_yaml_node *node)
{
    bool is_mapping = node->kind == SB_YAML_MAPPING;

    if (node->kind == SB_YAML_SCALAR) {
        if (sb_yaml_is_text(node))
            write_json_text(out, node);
        else
            fputs(sb_yaml_is_null(node) ? "null" : node->text, out);
        return;
    }
    fputc(is_mapping ? '{' : '[', out);
    for (const struct sb_yaml_node *item = node->first; item != NULL; item = item->next) {
        if (is_mapping) {
            write_json_text(out, item->key);
            fputc(':', out);
        }
        write_json(out, item);
        if (item->next != NULL)
            fputc(',', out);
    }
    fputc(is_mapping ? '}' : ']', out);
}

static char *make_json(const struct sb_yaml_node *node)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        return NULL;
    write_json(out, node);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* Mistakes that are seen in real files, and harmless. True when the attribute is one of them. */
static bool is_misplaced(const struct sb_yaml *yaml, const struct sb_yaml_node *node,
                         struct sb_diag *diag)
{
    static const char *const pairs[][2] = {
        {"left", "left"}, {"top", "top"}, {"rotate", "rotate"}, {"x", "left"}, {"y", "top"}};

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (strcmp(node->key->text, pairs[i][0]) != 0)
            continue;
        sb_diag_warning(diag, sb_yaml_place(yaml, node->key),
                        "\"%s\" in attrs has no effect: write \"%s\" beside \"attrs\"", pairs[i][0],
                        pairs[i][1]);
        return true;
    }
    return false;
}

static int read_value(struct sb_board_attrs *attrs, const struct sb_yaml *yaml,
                      const struct sb_yaml_node *node, struct sb_diag *diag, const char **out)
{
    bool flag;

    if (node->kind == SB_YAML_MAPPING)
        return sb_diag_error(diag, sb_yaml_place(yaml, node),
                             "attribute \"%.60s\" is a mapping: write a text, a number, true, "
                             "false or a list",
                             node->key->text);
    if (node->kind == SB_YAML_SEQUENCE) {
        attrs->owned[attrs->count] = make_json(node);
        *out = attrs->owned[attrs->count];
        return *out == NULL ? out_of_memory(yaml, diag) : 0;
    }
    if (strlen(node->text) != node->size)
        return sb_diag_error(diag, sb_yaml_place(yaml, node), "a NUL in attribute \"%.60s\"",
                             node->key->text);
    *out = sb_yaml_get_bool(node, &flag) ? (flag ? "1" : "0") : node->text;
    return 0;
}

static int read_all(struct sb_board_attrs *attrs, const struct sb_yaml *yaml,
                    const struct sb_yaml_node *mapping, struct sb_diag *diag)
{
    for (const struct sb_yaml_node *node = mapping->first; node != NULL; node = node->next) {
        int rc;

        if (sb_yaml_is_null(node) || is_misplaced(yaml, node, diag))
            continue;
        rc = read_value(attrs, yaml, node, diag, &attrs->pairs[attrs->count][1]);
        if (rc < 0)
            return rc;
        attrs->pairs[attrs->count][0] = node->key->text;
        attrs->places[attrs->count] = sb_yaml_place(yaml, node->key);
        attrs->count++;
    }
    return 0;
}

int sb_board_attrs_read(struct sb_board_attrs *attrs, const struct sb_yaml *yaml,
                        const struct sb_yaml_node *mapping, struct sb_diag *diag)
{
    int rc;

    memset(attrs, 0, sizeof(*attrs));
    if (mapping == NULL)
        return 0;
    if (mapping->kind != SB_YAML_MAPPING)
        return sb_diag_error(diag, sb_yaml_place(yaml, mapping),
                             "attrs must be a mapping: {\"color\": \"green\"}");
    attrs->pairs = calloc(mapping->count + 1, sizeof(*attrs->pairs));
    attrs->places = calloc(mapping->count + 1, sizeof(*attrs->places));
    attrs->owned = calloc(mapping->count + 1, sizeof(*attrs->owned));
    if (attrs->pairs == NULL || attrs->places == NULL || attrs->owned == NULL)
        rc = out_of_memory(yaml, diag);
    else
        rc = read_all(attrs, yaml, mapping, diag);
    if (rc < 0)
        sb_board_attrs_free(attrs);
    return rc;
}

void sb_board_attrs_free(struct sb_board_attrs *attrs)
{
    for (unsigned i = 0; attrs->owned != NULL && i < attrs->count; i++)
        free(attrs->owned[i]);
    free(attrs->pairs);
    free(attrs->places);
    free(attrs->owned);
    memset(attrs, 0, sizeof(*attrs));
}
