/* SPDX-License-Identifier: MIT */
/*
 * A little simulated board for trials: a Raspberry Pi and whatever parts are joined to it. What goes wrong while it is
 * built is a claim that does not hold (SB_EXPECT).
 */
#ifndef SB_TESTS_BOARD_RIG_H
#define SB_TESTS_BOARD_RIG_H

#include "sim/board_sim.h"

struct board_rig {
    struct sb_world *world;
    struct sb_sim_board sim;
    struct sb_diag diag;
};

/* With a softboard-raspberry-pi "pi". */
void board_rig_begin(struct board_rig *rig);

/* `attrs`: names and values, ends with a null; may be null. Before board_rig_start. */
struct sb_part *board_rig_add(struct board_rig *rig, const char *type, const char *id,
                              const char *const *attrs);
void board_rig_join(struct board_rig *rig, const char *a, const char *b);
void board_rig_start(struct board_rig *rig);
void board_rig_end(struct board_rig *rig);

struct sb_pin *board_rig_pin(struct board_rig *rig, const char *name, unsigned flags);

/* No examiner has complained. */
void board_rig_expect_no_violation(const struct board_rig *rig);

#endif
