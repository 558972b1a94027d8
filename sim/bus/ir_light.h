/* SPDX-License-Identifier: MIT */
/*
 * The infrared light of a board: lamps that shine, with or without a carrier, and eyes that see it. All
 * lamps reach all eyes. Light is a medium of its own beside the wires, so that remote and receiver need
 * not know each other.
 */
#ifndef SB_SIM_IR_LIGHT_H
#define SB_SIM_IR_LIGHT_H

#include <stdbool.h>

#include "lib/list.h"

struct sb_world;

/* The light has changed: lit or dark. Runs where the lamp was switched. */
typedef void sb_ir_eye_fn(bool is_lit, void *arg);

/* The caller's memory. */
struct sb_ir_eye {
    /* private */
    struct sb_list node;
    sb_ir_eye_fn *fn;
    void *arg;
    unsigned carrier_min_hz;
    unsigned carrier_max_hz;
    unsigned lit_count; /* lamps that it sees shine */
};

/* A lamp that is on shines with pulses of its carrier; what is modulated on it is its on and off. */
struct sb_ir_lamp {
    /* private */
    bool is_lit;
    unsigned carrier_hz;
};

/* In the world. */
struct sb_ir_light {
    /* private */
    struct sb_list eyes;
};

void sb_ir_light_init(struct sb_ir_light *light);

/*
 * Sees lamps whose carrier lies in the range, Hz, as a receiver's band-pass does. An eye is lit while at
 * least one such lamp is.
 */
void sb_ir_eye_open(struct sb_world *world, struct sb_ir_eye *eye, unsigned carrier_min_hz,
                    unsigned carrier_max_hz, sb_ir_eye_fn *fn, void *arg);
void sb_ir_eye_close(struct sb_ir_eye *eye);

/*
 * Switches a lamp, dark at first (zeroed). Carrier in Hz: 38000 for NEC; it counts when the lamp goes on
 * and stays until it goes off.
 */
void sb_ir_lamp_set(struct sb_world *world, struct sb_ir_lamp *lamp, bool is_lit,
                    unsigned carrier_hz);

#endif
