/* SPDX-License-Identifier: MIT */
/*
 * The world: wires, parts and the examiner of one simulated board, under the loop's own clock, so
 * that a run is a pure function of program, board, scenario and seed. Built once (allocating), then
 * run without allocating.
 */
#ifndef SB_SIM_WORLD_H
#define SB_SIM_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/list.h"
#include "lib/loop.h"
#include "sim/files/diag.h"
#include "sim/examiner.h"
#include "sim/bus/ir_light.h"
#include "sim/part.h"
#include "sim/wire.h"

/* A wire as the board file draws it; the net it belongs to is another thing. */
struct sb_connection {
    /* read-only */
    struct sb_terminal *a, *b;
    char *a_pin, *b_pin; /* as the file names them, "1.l": several may mean one terminal */
    char *colour;        /* null: by its net; "": hidden */
    char *path;          /* items joined by blanks: "v10 h-20 * v5" */
    struct sb_list node; /* in the world's connections, in order of adding */
};

/* 2026-01-01T00:00:00Z, when nothing else is said. */
#define SB_CALENDAR_NS (INT64_C(1767225600) * 1000000000)

struct sb_world {
    /* read-only */
    struct sb_loop *loop;
    uint64_t seed;
    int64_t calendar_ns;        /* Unix time at the world's time 0 */
    struct sb_list parts;       /* struct sb_part.node, in order of adding */
    struct sb_list connections; /* struct sb_connection.node, for drawing only */
    struct sb_wire **wires;
    unsigned wire_count;
    bool is_started;
    bool is_mirrored; /* it shows a real board, and its time is told: sim/mirror.h */
    struct sb_examiner examiner;
    struct sb_ir_light ir_light;
    uint64_t look_count; /* counts sb_part_look_changed of all parts */
    const char *folder;  /* that relative files of attributes are in; "." */
    const char *file;    /* the board file as messages have it; null when there is none */
    /* private */
    int64_t mirrored_ns;
    char *own_folder;
    char *own_file;
    struct sb_wire *changed_head;
    struct sb_wire **changed_tail;
    bool is_notifying;
    struct sb_wire **work; /* of the search for drives: wire_count places */
    uint32_t mark;
    uint32_t visit;
    unsigned wire_capacity;
};

/*
 * An empty world on a loop, which must outlive it. Returns null when out of memory.
 */
struct sb_world *sb_world_create(struct sb_loop *loop, uint64_t seed);

/* Ends it: parts, wires and all. Tasks and pins must not use them any more. Null is ignored. */
void sb_world_destroy(struct sb_world *world);

/*
 * Notes the board file (copied): `file` and `folder` come from it. Returns 0; -EBUSY when it has one;
 * -ENOMEM.
 */
int sb_world_set_file(struct sb_world *world, const char *path);

/* Sets the Unix time (UTC) at the world's time 0: for parts that know the date. Before sb_world_start. */
void sb_world_set_calendar_ns(struct sb_world *world, int64_t calendar_ns);

/* How a part is asked for. Everything is copied but the place's file name, which must outlive it. */
struct sb_part_spec {
    const char *type;
    const char *id;
    double left, top, rotate;
    bool hide;
    struct sb_place place;
    const char *const (*attrs)[2]; /* name and value */
    unsigned attr_count;
    const struct sb_place *attr_places; /* of each attribute; null: the part's */
};

/*
 * Adds a part. Attributes are checked here, the part's own init runs in sb_world_start. Returns 0 or
 * a negative error, reported to `diag`: unknown type (or, in a diag that ignores such, 0 with `*out`
 * null), id twice, unknown attribute, value that is no number or not among the choices.
 */
int sb_world_add_part(struct sb_world *world, const struct sb_part_spec *spec, struct sb_part **out,
                      struct sb_diag *diag);

/* The same for a type that no list of types has; the spec's `type` is not looked at. */
int sb_world_add_part_of(struct sb_world *world, const struct sb_part_type *type,
                         const struct sb_part_spec *spec, struct sb_part **out,
                         struct sb_diag *diag);

/*
 * Joins two terminals for good, making one net of their wires. Before sb_world_start; after it only `b`
 * of a part that was added since, and before its sb_world_start_part.
 */
int sb_world_connect(struct sb_world *world, struct sb_terminal *a, struct sb_terminal *b,
                     const char *colour);

/*
 * Notes how a wire is drawn, beside sb_world_connect; texts are copied, pin names and colour may be
 * null. Returns 0 or -ENOMEM.
 */
int sb_world_add_connection_path(struct sb_world *world, struct sb_terminal *a, const char *a_pin,
                                 struct sb_terminal *b, const char *b_pin, const char *colour,
                                 const char *path);

/* Names the wires, makes all parts ready and starts them. Returns 0 or an error, reported. */
int sb_world_start(struct sb_world *world, struct sb_diag *diag);

/*
 * Makes a part ready and starts it that was added when the world was started already. Each of its
 * terminals must be connected, so that no wire is new. Before the first who keeps a list of
 * parts: VCD, window. Returns 0 or an error, reported.
 */
int sb_world_start_part(struct sb_part *part, struct sb_diag *diag);

struct sb_part *sb_world_part(const struct sb_world *world, const char *id);

/* "id:pin" to its terminal, null when there is no such part or pin. */
struct sb_terminal *sb_world_terminal(const struct sb_world *world, const char *endpoint);

/* The wire of this name, or null. */
struct sb_wire *sb_world_wire(const struct sb_world *world, const char *name);

/* The first part whose type is a controller, or null. */
struct sb_part *sb_world_controller(const struct sb_world *world);

/* Random bits that depend on the world's seed and `salt` only (a part's id): order plays no part. */
uint64_t sb_world_seed_for(const struct sb_world *world, const char *salt);

/* The next 64 bits of a sequence that the caller keeps (splitmix64). */
uint64_t sb_random_next(uint64_t *state);

/* The loop's time, if it is no mirrored world. */
static inline int64_t sb_world_now_ns(const struct sb_world *world)
{
    return world->is_mirrored ? world->mirrored_ns : sb_clock_now_ns(world->loop->clock);
}

#endif
