/* SPDX-License-Identifier: MIT */
/*
 * Spots: where on its picture a part can be touched, and what that does to which of its controls. A
 * button is one spot, a remote control has one a key, a knob is one that is dragged.
 */
#ifndef SB_SIM_DRAW_SPOTS_H
#define SB_SIM_DRAW_SPOTS_H

#include <stdbool.h>

#include "sim/draw/geometry.h"

enum sb_spot_kind {
    SB_SPOT_PRESS, /* the control is at its greatest while the spot is pressed, else at its least */
    SB_SPOT_TOGGLE, /* each press turns it over */
    SB_SPOT_SLIDE,  /* it follows the mouse along the box, left to right */
};

struct sb_spot {
    enum sb_spot_kind kind;
    unsigned control;  /* of the part's type */
    struct sb_box box; /* in the part's own coordinates */
    const char *key;   /* that presses it, or makes it greater; "" */
    const char *less;  /* makes it less, for SB_SPOT_SLIDE; "" */
    double step;       /* of a key or of the wheel, in the control's units */
};

/* How many spots a part has, and each of them. */
unsigned sb_spot_count(const struct sb_part *part);
struct sb_spot sb_spot_at(const struct sb_part *part, unsigned index);

/*
 * The topmost spot at a place of the board: its part, or null; `*index` is which of its spots. Parts that
 * are not drawn have none.
 */
struct sb_part *sb_spot_hit(const struct sb_world *world, double x, double y, unsigned *index);

/* The value of a sliding spot's control for the mouse at a place of the board. */
double sb_spot_value(const struct sb_part *part, const struct sb_spot *spot, double x, double y);

#endif
