/* SPDX-License-Identifier: MIT */
/*
 * Building a world: parts with their attributes, nets out of connections, names of wires, the start.
 */
#include "sim/world.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/files/attrs.h"

struct sb_world *sb_world_create(struct sb_loop *loop, uint64_t seed)
{
    struct sb_world *world = calloc(1, sizeof(*world));

    if (world == NULL)
        return NULL;
    world->loop = loop;
    world->seed = seed;
    world->calendar_ns = SB_CALENDAR_NS;
    world->folder = ".";
    world->changed_tail = &world->changed_head;
    sb_list_init(&world->parts);
    sb_list_init(&world->connections);
    sb_ir_light_init(&world->ir_light);
    return world;
}

static void free_part(struct sb_part *part)
{
    if (part->type->deinit != NULL && part->is_ready)
        part->type->deinit(part);
    for (unsigned i = 0; part->attr_values != NULL && part->type->attrs != NULL &&
                         part->type->attrs[i].name != NULL;
         i++)
        free((char *)(uintptr_t)part->attr_values[i]);
    free(part->attr_values);
    free(part->attr_places);
    free(part->terminals);
    free((char *)(uintptr_t)part->id);
    free(part);
}

static void free_wire(struct sb_wire *wire)
{
    free(wire->name);
    free((char *)(uintptr_t)wire->colour);
    free(wire);
}

static void free_connection(struct sb_connection *connection)
{
    free(connection->a_pin);
    free(connection->b_pin);
    free(connection->colour);
    free(connection->path);
    free(connection);
}

void sb_world_destroy(struct sb_world *world)
{
    struct sb_list *node;
    struct sb_list *after;

    if (world == NULL)
        return;
    SB_LIST_FOR_EACH(node, after, &world->parts)
    {
        free_part(SB_CONTAINER_OF(node, struct sb_part, node));
    }
    SB_LIST_FOR_EACH(node, after, &world->connections)
    {
        free_connection(SB_CONTAINER_OF(node, struct sb_connection, node));
    }
    for (unsigned i = 0; i < world->wire_count; i++)
        free_wire(world->wires[i]);
    free(world->wires);
    free(world->work);
    free(world->own_folder);
    free(world->own_file);
    free(world);
}

int sb_world_set_file(struct sb_world *world, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (world->file != NULL)
        return -EBUSY;
    free(world->own_folder);
    world->own_file = strdup(path);
    world->own_folder = slash == NULL   ? strdup(".")
                        : slash == path ? strdup("/")
                                        : strndup(path, (size_t)(slash - path));
    if (world->own_file == NULL || world->own_folder == NULL) {
        free(world->own_file);
        world->own_file = NULL;
        return -ENOMEM;
    }
    world->file = world->own_file;
    world->folder = world->own_folder;
    return 0;
}

void sb_world_set_calendar_ns(struct sb_world *world, int64_t calendar_ns)
{
    world->calendar_ns = calendar_ns;
}

/* ---- parts */

static struct sb_wire *new_wire(struct sb_world *world)
{
    struct sb_wire *wire = calloc(1, sizeof(*wire));

    if (world->wire_count == world->wire_capacity) {
        unsigned capacity = world->wire_capacity * 2 + 64;
        struct sb_wire **wires = realloc(world->wires, capacity * sizeof(*wires));
        if (wires == NULL) {
            free(wire);
            return NULL;
        }
        world->wires = wires;
        world->wire_capacity = capacity;
    }
    if (wire == NULL)
        return NULL;
    wire->world = world;
    wire->index = world->wire_count;
    wire->level = SB_LEVEL_FLOATING;
    sb_list_init(&wire->terminals);
    sb_list_init(&wire->links);
    sb_list_init(&wire->listeners);
    world->wires[world->wire_count++] = wire;
    return wire;
}

static int make_terminals(struct sb_part *part)
{
    const struct sb_part_type *type = part->type;

    part->terminals = calloc(type->terminal_count + 1, sizeof(*part->terminals));
    if (part->terminals == NULL)
        return -ENOMEM;
    for (unsigned i = 0; i < type->terminal_count; i++) {
        struct sb_terminal *t = &part->terminals[i];
        enum sb_pin_role role = sb_part_type_role(type, i);

        t->name = sb_part_type_pin_name(type, i);
        t->part = part;
        t->index = i;
        t->wire = new_wire(part->world);
        if (t->wire == NULL)
            return -ENOMEM;
        if (role == SB_ROLE_GROUND || role == SB_ROLE_POWER) {
            t->strength = SB_STRENGTH_SUPPLY;
            t->drive_level = role == SB_ROLE_POWER;
        }
        sb_list_append(&t->wire->terminals, &t->node);
    }
    return 0;
}

static int unknown_type(const struct sb_part_spec *spec, struct sb_diag *diag)
{
    const char *names[128] = {NULL};
    const char *nearest;

    for (unsigned i = 0; i < 127 && sb_part_type_at(i) != NULL; i++)
        names[i] = sb_part_type_at(i)->name;
    nearest = sb_diag_nearest(spec->type, names);
    if (nearest != NULL)
        return sb_diag_unknown(diag, spec->place,
                               "%s: unknown part type \"%s\": did you mean \"%s\"?", spec->id,
                               spec->type, nearest);
    return sb_diag_unknown(diag, spec->place,
                           "%s: unknown part type \"%s\": 'softboard parts' lists the known ones",
                           spec->id, spec->type);
}

int sb_world_add_part(struct sb_world *world, const struct sb_part_spec *spec, struct sb_part **out,
                      struct sb_diag *diag)
{
    return sb_world_add_part_of(world, sb_part_type_find(spec->type), spec, out, diag);
}

int sb_world_add_part_of(struct sb_world *world, const struct sb_part_type *type,
                         const struct sb_part_spec *spec, struct sb_part **out,
                         struct sb_diag *diag)
{
    struct sb_part *part;
    int rc;

    if (out != NULL)
        *out = NULL;
    if (sb_world_part(world, spec->id) != NULL)
        return sb_diag_error(diag, spec->place, "a second part has the id \"%s\": ids are unique",
                             spec->id);
    if (type == NULL)
        return unknown_type(spec, diag);
    part = calloc(1, type->size < sizeof(*part) ? sizeof(*part) : type->size);
    if (part == NULL)
        return -ENOMEM;
    part->type = type;
    part->world = world;
    part->id = strdup(spec->id);
    part->left = spec->left;
    part->top = spec->top;
    part->rotate = spec->rotate;
    part->hide = spec->hide;
    part->place = spec->place;
    sb_event_init(&part->look_changed);
    sb_list_append(&world->parts, &part->node);
    rc = part->id == NULL ? -ENOMEM : sb_attrs_set(part, spec, diag);
    if (rc == 0)
        rc = make_terminals(part);
    if (rc == 0 && out != NULL)
        *out = part;
    return rc; /* a part that failed stays until the world is destroyed */
}

struct sb_part *sb_world_part(const struct sb_world *world, const char *id)
{
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);
        if (strcmp(part->id, id) == 0)
            return part;
    }
    return NULL;
}

struct sb_terminal *sb_world_terminal(const struct sb_world *world, const char *endpoint)
{
    const char *colon = strchr(endpoint, ':');

    if (colon == NULL)
        return NULL;
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);
        size_t length = strlen(part->id);
        int terminal;

        if (strncmp(part->id, endpoint, length) != 0 || endpoint + length != colon)
            continue;
        terminal = sb_part_type_pin(part->type, colon + 1);
        return terminal < 0 ? NULL : &part->terminals[terminal];
    }
    return NULL;
}

struct sb_part *sb_world_controller(const struct sb_world *world)
{
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);
        if (part->type->is_controller)
            return part;
    }
    return NULL;
}

/* ---- wires */

int sb_world_connect(struct sb_world *world, struct sb_terminal *a, struct sb_terminal *b,
                     const char *colour)
{
    struct sb_wire *keep = a->wire;
    struct sb_wire *gone = b->wire;

    if (keep->colour == NULL && colour != NULL) {
        keep->colour = strdup(colour);
        if (keep->colour == NULL)
            return -ENOMEM;
    }
    if (keep == gone)
        return 0;
    for (struct sb_list *n = gone->terminals.next; n != &gone->terminals; n = n->next)
        SB_CONTAINER_OF(n, struct sb_terminal, node)->wire = keep;
    sb_list_splice(&keep->terminals, &gone->terminals);
    if (keep->colour == NULL) {
        keep->colour = gone->colour;
        gone->colour = NULL;
    }
    world->wires[gone->index] = world->wires[--world->wire_count];
    world->wires[gone->index]->index = gone->index;
    free_wire(gone);
    return 0;
}

int sb_world_add_connection_path(struct sb_world *world, struct sb_terminal *a, const char *a_pin,
                                 struct sb_terminal *b, const char *b_pin, const char *colour,
                                 const char *path)
{
    struct sb_connection *connection = calloc(1, sizeof(*connection));

    if (connection == NULL)
        return -ENOMEM;
    connection->a = a;
    connection->b = b;
    connection->a_pin = strdup(a_pin != NULL ? a_pin : a->name);
    connection->b_pin = strdup(b_pin != NULL ? b_pin : b->name);
    connection->colour = colour == NULL ? NULL : strdup(colour);
    connection->path = strdup(path == NULL ? "" : path);
    if (connection->a_pin == NULL || connection->b_pin == NULL || connection->path == NULL ||
        (colour != NULL && connection->colour == NULL)) {
        free_connection(connection);
        return -ENOMEM;
    }
    sb_list_append(&world->connections, &connection->node);
    return 0;
}

struct sb_wire *sb_world_wire(const struct sb_world *world, const char *name)
{
    for (unsigned i = 0; i < world->wire_count; i++)
        if (world->wires[i]->name != NULL && strcmp(world->wires[i]->name, name) == 0)
            return world->wires[i];
    return NULL;
}

/* A wire is called as the controller's pin on it, else as its first terminal: "lcd1.V0". */
static int name_wire(struct sb_wire *wire)
{
    const struct sb_terminal *namer = NULL;
    char name[128];

    for (struct sb_list *n = wire->terminals.next; n != &wire->terminals; n = n->next) {
        const struct sb_terminal *t = SB_CONTAINER_OF(n, struct sb_terminal, node);
        if (t->strength == SB_STRENGTH_SUPPLY)
            wire->is_supply = true;
        if (namer == NULL || (t->part->type->is_controller && !namer->part->type->is_controller))
            namer = t;
    }
    assert(namer != NULL); /* a wire is made with its first terminal */
    if (namer->part->type->is_controller)
        snprintf(name, sizeof(name), "%s", namer->name);
    else
        snprintf(name, sizeof(name), "%s.%s", namer->part->id, namer->name);
    if (sb_world_wire(wire->world, name) != NULL)
        snprintf(name, sizeof(name), "%s.%s", namer->part->id, namer->name);
    wire->name = strdup(name);
    if (wire->colour == NULL)
        wire->colour = strdup("");
    return wire->name == NULL || wire->colour == NULL ? -ENOMEM : 0;
}

static int compare_wires(const void *a, const void *b)
{
    const struct sb_wire *const *wa = a;
    const struct sb_wire *const *wb = b;

    return (*wa)->index < (*wb)->index ? -1 : 1;
}

/* Puts the wires in the order in which their terminals were made: merging has mixed them. */
static void order_wires(struct sb_world *world)
{
    unsigned index = 0;

    for (unsigned i = 0; i < world->wire_count; i++)
        world->wires[i]->index = UINT32_MAX;
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);
        for (unsigned i = 0; i < part->type->terminal_count; i++)
            if (part->terminals[i].wire->index == UINT32_MAX)
                part->terminals[i].wire->index = index++;
    }
    if (world->wire_count > 0)
        qsort(world->wires, world->wire_count, sizeof(struct sb_wire *), compare_wires);
}

static int make_ready(struct sb_part *part, struct sb_diag *diag)
{
    int rc = part->type->init == NULL ? 0 : part->type->init(part, diag);

    part->is_ready = rc == 0;
    return rc;
}

int sb_world_start_part(struct sb_part *part, struct sb_diag *diag)
{
    int rc = make_ready(part, diag);

    if (rc == 0 && part->type->start != NULL)
        part->type->start(part);
    return rc;
}

int sb_world_start(struct sb_world *world, struct sb_diag *diag)
{
    struct sb_list *node;
    struct sb_list *after;
    int rc = 0;

    order_wires(world);
    for (unsigned i = 0; i < world->wire_count && rc == 0; i++)
        rc = name_wire(world->wires[i]);
    world->work = calloc(world->wire_count + 1, sizeof(*world->work));
    if (world->work == NULL)
        rc = -ENOMEM;
    SB_LIST_FOR_EACH(node, after, &world->parts)
    {
        struct sb_part *part = SB_CONTAINER_OF(node, struct sb_part, node);
        if (rc == 0)
            rc = make_ready(part, diag);
    }
    if (rc < 0)
        return rc;
    world->is_started = true;
    sb_world_settle_wires(world);
    SB_LIST_FOR_EACH(node, after, &world->parts)
    {
        struct sb_part *part = SB_CONTAINER_OF(node, struct sb_part, node);
        if (part->type->start != NULL)
            part->type->start(part);
    }
    return 0;
}

/* ---- chance */

uint64_t sb_random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t sb_world_seed_for(const struct sb_world *world, const char *salt)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

    for (; *salt != '\0'; salt++)
        hash = (hash ^ (unsigned char)*salt) * UINT64_C(0x100000001b3);
    hash ^= world->seed;
    return sb_random_next(&hash);
}
