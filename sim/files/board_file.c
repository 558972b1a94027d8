/* SPDX-License-Identifier: MIT */
/*
 * Board files into a world: the document, its parts, its wires. What a part's type knows (attributes
 * and their values) the world checks; here is the shape of the file, and that each wire ends at a pin.
 */
#include "sim/files/board_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/files/board_attrs.h"
#include "sim/files/names.h"
#include "sim/parts/serial_monitor.h"
#include "sim/files/yaml.h"

/* Pictures of boards are some thousand pixels wide; a coordinate beyond this is a mistake. */
#define COORDINATE_MAX 100000.0

#define PATH_SIZE_MAX 1024
#define ID_SIZE_MAX   100

struct reader {
    struct sb_world *world;
    const struct sb_yaml *yaml;
    struct sb_diag *diag;
    const char **left_out; /* ids of parts of unknown type */
    size_t left_out_count;
    unsigned part_count;
};

static const char *const file_keys[] = {"version",     "author",        "editor",       "parts",
                                        "connections", "serialMonitor", "dependencies", NULL};

static const char *const part_keys[] = {"type", "id",    "left", "top", "rotate",
                                        "hide", "attrs", "x",    "y",   NULL};

/* Reports at a node; -EINVAL. */
#define FAIL(reader, node, ...) \
    (sb_diag_error((reader)->diag, sb_yaml_place((reader)->yaml, (node)), __VA_ARGS__), -EINVAL)

static int out_of_memory(const struct reader *reader)
{
    return sb_diag_error(reader->diag, (struct sb_place){.file = reader->yaml->name},
                         "out of memory");
}

static bool is_string(const struct sb_yaml_node *node)
{
    return sb_yaml_is_text(node) && strlen(node->text) == node->size;
}

static int read_number(const struct reader *reader, const struct sb_yaml_node *part,
                       const char *key, double *out)
{
    const struct sb_yaml_node *node = sb_yaml_get(part, key);

    if (node == NULL)
        return 0;
    if (!sb_yaml_get_number(node, out))
        return FAIL(reader, node, "%s must be a number, without quotes", key);
    if (*out < -COORDINATE_MAX || *out > COORDINATE_MAX)
        return FAIL(reader, node, "%s must be between %.0f and %.0f", key, -COORDINATE_MAX,
                    COORDINATE_MAX);
    return 0;
}

static int read_name(const struct reader *reader, const struct sb_yaml_node *part, const char *key,
                     const char **out)
{
    const struct sb_yaml_node *node = sb_yaml_get(part, key);

    if (node == NULL)
        return FAIL(reader, part, "a part without \"%s\": add it", key);
    if (!is_string(node) || node->size == 0)
        return FAIL(reader, node, "%s must be a text, in quotes and not empty", key);
    *out = node->text;
    return 0;
}

/* Wires name a part's pin as "id:pin", so that an id with a colon could never be wired. */
static int read_id(const struct reader *reader, const struct sb_yaml_node *part, const char **out)
{
    int rc = read_name(reader, part, "id", out);

    if (rc < 0)
        return rc;
    if (strchr(*out, ':') != NULL)
        return FAIL(reader, sb_yaml_get(part, "id"),
                    "id \"%.60s\" has a colon, which parts id and pin in wires: remove it", *out);
    if (strlen(*out) > ID_SIZE_MAX)
        return FAIL(reader, sb_yaml_get(part, "id"), "id longer than %d bytes: shorten it",
                    ID_SIZE_MAX);
    if (strcmp(*out, SB_SERIAL_MONITOR_ID) == 0)
        return FAIL(reader, sb_yaml_get(part, "id"),
                    "id \"" SB_SERIAL_MONITOR_ID "\" means the serial monitor: choose another");
    return 0;
}

static int read_hide(const struct reader *reader, const struct sb_yaml_node *part, bool *out)
{
    const struct sb_yaml_node *node = sb_yaml_get(part, "hide");

    if (node != NULL && !sb_yaml_get_bool(node, out))
        return FAIL(reader, node, "hide must be true or false, without quotes");
    return 0;
}

static void warn_of_coordinates(const struct reader *reader, const struct sb_yaml_node *part)
{
    static const char *const pairs[][2] = {{"x", "left"}, {"y", "top"}};

    for (size_t i = 0; i < 2; i++) {
        const struct sb_yaml_node *node = sb_yaml_get(part, pairs[i][0]);

        if (node != NULL)
            sb_diag_warning(reader->diag, sb_yaml_place(reader->yaml, node->key),
                            "\"%s\" has no effect: write \"%s\"", pairs[i][0], pairs[i][1]);
    }
}

static int leave_out(struct reader *reader, const char *id)
{
    const char **grown = realloc(reader->left_out, (reader->left_out_count + 1) * sizeof(*grown));

    if (grown == NULL)
        return out_of_memory(reader);
    reader->left_out = grown;
    reader->left_out[reader->left_out_count++] = id;
    return 0;
}

static bool is_left_out(const struct reader *reader, const char *id)
{
    for (size_t i = 0; i < reader->left_out_count; i++) {
        if (strcmp(reader->left_out[i], id) == 0)
            return true;
    }
    return false;
}

static int add_part(struct reader *reader, const struct sb_yaml_node *node,
                    struct sb_part_spec *spec)
{
    struct sb_board_attrs attrs;
    struct sb_part *part = NULL;
    int rc = sb_board_attrs_read(&attrs, reader->yaml, sb_yaml_get(node, "attrs"), reader->diag);

    if (rc < 0)
        return rc;
    spec->attrs = (const char *const(*)[2])attrs.pairs;
    spec->attr_places = attrs.places;
    spec->attr_count = attrs.count;
    rc = sb_world_add_part(reader->world, spec, &part, reader->diag);
    sb_board_attrs_free(&attrs);
    if (rc == -ENOMEM)
        return out_of_memory(reader);
    if (rc == 0 && part == NULL)
        rc = leave_out(reader, spec->id);
    return rc;
}

static int read_part(struct reader *reader, const struct sb_yaml_node *node)
{
    struct sb_part_spec spec = {.place = sb_yaml_place(reader->yaml, node)};
    int rc;

    spec.place.file = reader->world->file; /* which outlives the tree */

    if (node->kind != SB_YAML_MAPPING)
        return FAIL(reader, node, "a part must be a mapping: {\"type\": ..., \"id\": ...}");
    if (++reader->part_count > SB_BOARD_PARTS_MAX)
        return FAIL(reader, node, "more than %d parts", SB_BOARD_PARTS_MAX);
    rc = sb_yaml_check_keys(reader->yaml, node, part_keys, "a part", reader->diag);
    if (rc == 0)
        rc = read_name(reader, node, "type", &spec.type);
    if (rc == 0)
        rc = read_id(reader, node, &spec.id);
    if (rc == 0)
        rc = read_number(reader, node, "left", &spec.left);
    if (rc == 0)
        rc = read_number(reader, node, "top", &spec.top);
    if (rc == 0)
        rc = read_number(reader, node, "rotate", &spec.rotate);
    if (rc == 0)
        rc = read_hide(reader, node, &spec.hide);
    if (rc < 0)
        return rc;
    warn_of_coordinates(reader, node);
    return add_part(reader, node, &spec);
}

static int fail_part(const struct reader *reader, const struct sb_yaml_node *node, const char *id)
{
    const char **names = sb_names_of_parts(reader->world);
    const char *nearest;
    char list[160];
    int rc;

    if (names == NULL)
        return out_of_memory(reader);
    nearest = sb_diag_nearest(id, names);
    sb_names_join(names, list, sizeof(list));
    if (nearest != NULL)
        rc = sb_diag_unknown(reader->diag, sb_yaml_place(reader->yaml, node),
                             "a wire to \"%.80s\", but there is no part \"%.60s\": did you mean "
                             "\"%.60s\"? The parts are %s",
                             node->text, id, nearest, list);
    else
        rc = sb_diag_unknown(reader->diag, sb_yaml_place(reader->yaml, node),
                             "a wire to \"%.80s\", but there is no part \"%.60s\": the parts are "
                             "%s",
                             node->text, id, names[0] == NULL ? "none" : list);
    free(names);
    return rc;
}

static int fail_pin(const struct reader *reader, const struct sb_yaml_node *node,
                    const struct sb_part *part, const char *pin)
{
    const char **names = sb_names_of_pins(part->type);
    char remedy[SB_REMEDY_SIZE];
    int rc;

    if (names == NULL)
        return out_of_memory(reader);
    rc = sb_diag_unknown(reader->diag, sb_yaml_place(reader->yaml, node),
                         "%.60s (%s) has no pin \"%.60s\": %s", part->id, part->type->name, pin,
                         sb_names_remedy(pin, names, "its pins", remedy));
    free(names);
    return rc;
}

/* There is no entry for it in "parts": its wires make it. */
static int read_monitor_end(const struct reader *reader, const struct sb_yaml_node *node,
                            const char *pin, struct sb_terminal **out)
{
    static const char *const pins[] = {"RX", "TX", NULL};
    struct sb_serial_monitor *monitor;
    char remedy[SB_REMEDY_SIZE];

    if (strcmp(pin, "RX") != 0 && strcmp(pin, "TX") != 0)
        return sb_diag_unknown(reader->diag, sb_yaml_place(reader->yaml, node),
                               SB_SERIAL_MONITOR_ID " has no pin \"%.60s\": %s", pin,
                               sb_names_remedy(pin, pins, "its pins", remedy));
    if (sb_serial_monitor_get(reader->world, &monitor, reader->diag) < 0)
        return out_of_memory(reader);
    *out = sb_names_terminal(&monitor->part, pin);
    return 0;
}

/* The pin at an end of a wire. Null: the wire is to be ignored. */
static int read_end(const struct reader *reader, const struct sb_yaml_node *node,
                    struct sb_terminal **out)
{
    struct sb_part *part;
    const char *colon;
    const char *pin;
    char id[ID_SIZE_MAX + 1];
    size_t length;

    *out = NULL;
    if (!is_string(node))
        return FAIL(reader, node, "the end of a wire must be a text like \"led1:A\"");
    colon = strchr(node->text, ':');
    pin = colon == NULL ? "" : colon + 1;
    length = colon == NULL ? strlen(node->text) : (size_t)(colon - node->text);
    if (length > ID_SIZE_MAX)
        return FAIL(reader, node, "an id longer than %d bytes", ID_SIZE_MAX);
    memcpy(id, node->text, length);
    id[length] = '\0';
    if (strcmp(id, SB_SERIAL_MONITOR_ID) == 0)
        return read_monitor_end(reader, node, pin, out);
    part = sb_world_part(reader->world, id);
    if (part == NULL && is_left_out(reader, id))
        return 0;
    if (part == NULL)
        return fail_part(reader, node, id);
    if (colon == NULL)
        return FAIL(reader, node, "\"%.60s\" names no pin: write it like \"%.60s:%s\"", id, id,
                    part->type->terminal_count > 0 ? sb_part_type_pin_name(part->type, 0) : "1");
    *out = sb_names_terminal(part, pin);
    return *out == NULL ? fail_pin(reader, node, part, pin) : 0;
}

/* The way that the wire takes on the picture, as one text: "v10 h-20 * v5". */
static int read_path(const struct reader *reader, const struct sb_yaml_node *path,
                     char out[PATH_SIZE_MAX + 1])
{
    size_t used = 0;

    out[0] = '\0';
    if (path == NULL)
        return 0;
    if (path->kind != SB_YAML_SEQUENCE)
        return FAIL(reader, path, "the path of a wire must be a list like [\"v10\", \"h-20\"]");
    for (const struct sb_yaml_node *item = path->first; item != NULL; item = item->next) {
        if (!is_string(item))
            return FAIL(reader, item, "a piece of a path must be a text like \"v10\"");
        if (used + strlen(item->text) + 1 > PATH_SIZE_MAX)
            return FAIL(reader, path, "a path longer than %d characters", PATH_SIZE_MAX);
        used += (size_t)snprintf(out + used, PATH_SIZE_MAX + 1 - used, "%s%s", used > 0 ? " " : "",
                                 item->text);
    }
    return 0;
}

/* The part of an end that names the pin: "1.l" of "btn1:1.l". */
static const char *pin_of(const struct sb_yaml_node *end)
{
    return strchr(end->text, ':') + 1;
}

static int connect_monitor(struct sb_world *world, struct sb_terminal *a, struct sb_terminal *b)
{
    bool is_first = a->part->type->is_virtual;

    return sb_world_connect(world, is_first ? b : a, is_first ? a : b, NULL);
}

static int read_wire(const struct reader *reader, const struct sb_yaml_node *node)
{
    const struct sb_yaml_node *second, *colour;
    struct sb_terminal *a = NULL;
    struct sb_terminal *b = NULL;
    char path[PATH_SIZE_MAX + 1];
    int rc;

    if (node->kind != SB_YAML_SEQUENCE || node->count < 3 || node->count > 4)
        return FAIL(reader, node,
                    "a wire is a list of two ends, a colour and perhaps a path: "
                    "[\"led1:A\", \"pi:GPIO17\", \"green\", []]");
    second = node->first->next;
    colour = second->next;
    if (!is_string(colour) && !sb_yaml_is_null(colour))
        return FAIL(reader, colour, "the colour of a wire must be a text; \"\" hides it");
    rc = read_path(reader, colour->next, path);
    if (rc == 0)
        rc = read_end(reader, node->first, &a);
    if (rc == 0)
        rc = read_end(reader, second, &b);
    if (rc < 0 || a == NULL || b == NULL)
        return rc;
    if (a->part->type->is_virtual || b->part->type->is_virtual) {
        rc = connect_monitor(reader->world, a, b); /* it is not on the picture */
    } else {
        rc = sb_world_connect(reader->world, a, b, sb_yaml_is_null(colour) ? "" : colour->text);
        if (rc == 0)
            rc = sb_world_add_connection_path(reader->world, a, pin_of(node->first), b,
                                              pin_of(second),
                                              sb_yaml_is_null(colour) ? NULL : colour->text, path);
    }
    return rc < 0 ? FAIL(reader, node, "cannot be wired: %s", strerror(-rc)) : 0;
}

static bool is_wired(const struct sb_part *part)
{
    for (unsigned i = 0; i < part->type->terminal_count; i++) {
        const struct sb_wire *wire = part->terminals[i].wire;

        if (wire != NULL && wire->terminals.next != wire->terminals.prev)
            return true;
    }
    return false;
}

static void warn_of_unwired(const struct reader *reader)
{
    const struct sb_list *node;

    for (node = reader->world->parts.next; node != &reader->world->parts; node = node->next) {
        const struct sb_part *part = SB_CONTAINER_OF(node, const struct sb_part, node);
        const struct sb_part_type *type = part->type;

        if (type->is_drawing || type->is_virtual || type->is_controller ||
            type->terminal_count == 0 || is_wired(part))
            continue;
        sb_diag_warning(reader->diag, part->place,
                        "%.60s (%s) is not wired to anything: remove it, or add a connection",
                        part->id, type->name);
    }
}

static int check_version(const struct reader *reader)
{
    const struct sb_yaml_node *node = sb_yaml_get(reader->yaml->root, "version");
    double version;

    if (node == NULL)
        return FAIL(reader, reader->yaml->root, "no version: add \"version\": 1");
    if (!sb_yaml_get_number(node, &version) || version != 1.0)
        return FAIL(reader, node, "version must be 1");
    return 0;
}

static int read_connections(const struct reader *reader)
{
    const struct sb_yaml_node *list = sb_yaml_get(reader->yaml->root, "connections");

    if (list == NULL)
        return 0;
    if (list->kind != SB_YAML_SEQUENCE)
        return FAIL(reader, list, "connections must be a list");
    for (const struct sb_yaml_node *node = list->first; node != NULL; node = node->next) {
        int rc = read_wire(reader, node);

        if (rc < 0)
            return rc;
    }
    return 0;
}

static int read_parts(struct reader *reader)
{
    const struct sb_yaml_node *list = sb_yaml_get(reader->yaml->root, "parts");

    if (list == NULL)
        return FAIL(reader, reader->yaml->root, "no parts: add \"parts\": [...]");
    if (list->kind != SB_YAML_SEQUENCE)
        return FAIL(reader, list, "parts must be a list");
    for (const struct sb_yaml_node *node = list->first; node != NULL; node = node->next) {
        int rc = read_part(reader, node);

        if (rc < 0)
            return rc;
    }
    return 0;
}

static int read_board(struct reader *reader)
{
    const struct sb_yaml_node *root = reader->yaml->root;
    int rc;

    if (root->kind != SB_YAML_MAPPING)
        return FAIL(reader, root, "a board must be a mapping: {\"version\": 1, \"parts\": [...]}");
    rc = sb_yaml_check_keys(reader->yaml, root, file_keys, "a board", reader->diag);
    if (rc == 0)
        rc = check_version(reader);
    if (rc == 0)
        rc = read_parts(reader);
    if (rc == 0)
        rc = read_connections(reader);
    if (rc == 0)
        warn_of_unwired(reader);
    return rc;
}

static int read_tree(struct sb_world *world, struct sb_yaml *yaml, struct sb_diag *diag)
{
    struct reader reader = {.world = world, .yaml = yaml, .diag = diag};
    int rc = sb_world_set_file(world, yaml->name);

    if (rc < 0)
        rc = FAIL(&reader, yaml->root, "cannot be read into this world: %s", strerror(-rc));
    else
        rc = read_board(&reader);
    free(reader.left_out);
    sb_yaml_destroy(yaml);
    return rc;
}

int sb_board_file_parse(struct sb_world *world, const char *name, const char *text, size_t size,
                        struct sb_diag *diag)
{
    struct sb_yaml *yaml;
    int rc = sb_yaml_parse(&yaml, name, text, size, diag);

    return rc < 0 ? rc : read_tree(world, yaml, diag);
}

int sb_board_file_read(struct sb_world *world, const char *path, struct sb_diag *diag)
{
    struct sb_yaml *yaml;
    int rc = sb_yaml_read(&yaml, path, diag);

    return rc < 0 ? rc : read_tree(world, yaml, diag);
}
