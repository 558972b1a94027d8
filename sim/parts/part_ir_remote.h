/* SPDX-License-Identifier: MIT */
/*
 * The remote control's struct, for who draws it. Its keys are its type's controls, in the order in which
 * they stand on it: power and menu, then three a row.
 */
#ifndef SB_SIM_PART_IR_REMOTE_H
#define SB_SIM_PART_IR_REMOTE_H

#include "sim/bus/ir_light.h"
#include "sim/parts/ir_play.h"
#include "sim/parts/nec_wave.h"
#include "sim/part.h"

#define SB_IR_REMOTE_KEYS 20

struct sb_part_ir_remote {
    struct sb_part part;
    /* read-only */
    int pressed; /* the key, -1: none */
    bool is_lit; /* its lamp */
    /* private */
    struct sb_ir_lamp lamp;
    struct sb_nec_wave wave;
    struct sb_ir_play play;
    unsigned carrier_hz;
    uint16_t address;
    bool is_reversed;
};

extern const struct sb_part_type *const sb_parts_ir_remote[];

#endif
