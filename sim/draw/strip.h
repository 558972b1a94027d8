/* SPDX-License-Identifier: MIT */
/* The logic strip: the last levels of some wires, kept as they change. */
#ifndef SB_SIM_DRAW_STRIP_H
#define SB_SIM_DRAW_STRIP_H

#include <stdint.h>

#include "sim/world.h"

#define SB_STRIP_WIRES_MAX 8

/* Changes kept of each wire; older ones are forgotten. */
#define SB_STRIP_CHANGES_MAX 8192

struct sb_strip_change {
    int64_t time_ns;
    enum sb_level level; /* from then on */
};

struct sb_strip_wire {
    /* read-only */
    struct sb_wire *wire;
    uint64_t
        count; /* of all changes; the last SB_STRIP_CHANGES_MAX are there, by number modulo that */
    struct sb_strip_change *changes;
    enum sb_level first_level; /* before the oldest that is there */
    /* private */
    struct sb_wire_listener listener;
};

struct sb_strip {
    /* read-only */
    struct sb_strip_wire wires[SB_STRIP_WIRES_MAX];
    unsigned count;
};

/*
 * Listens to the wires of the controller's pins that are in use: connected or driven. Calling it again
 * while there are none looks again. Returns 0 or -ENOMEM.
 */
int sb_strip_open(struct sb_strip *strip, struct sb_world *world);
void sb_strip_close(struct sb_strip *strip);

/* The number of the oldest change that is kept. */
uint64_t sb_strip_oldest(const struct sb_strip_wire *wire);

/* A change by its number, from sb_strip_oldest to count - 1. */
const struct sb_strip_change *sb_strip_change_at(const struct sb_strip_wire *wire, uint64_t number);

/* The number of the first change after a time: `count` when there is none. */
uint64_t sb_strip_after(const struct sb_strip_wire *wire, int64_t time_ns);

/* The level just before a change of this number. */
enum sb_level sb_strip_level_before(const struct sb_strip_wire *wire, uint64_t number);

#endif
