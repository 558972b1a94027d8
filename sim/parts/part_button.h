/* SPDX-License-Identifier: MIT */
/* The button's state, for those who draw it. */
#ifndef SB_SIM_PART_BUTTON_H
#define SB_SIM_PART_BUTTON_H

#include "lib/timer.h"
#include "sim/part.h"
#include "sim/wire.h"

struct sb_part_button {
    struct sb_part part;
    /* read-only */
    bool is_pressed; /* by the finger; the contact follows, bouncing */
    /* private */
    struct sb_link contact;
    struct sb_timer timer;
    int64_t bounce_ns;     /* longest time of bouncing; 0: none */
    int64_t bounce_end_ns; /* of the present one */
    uint64_t random;
};

#endif
