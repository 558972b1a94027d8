/* SPDX-License-Identifier: MIT */
/*
 * The simulated board: the HAL's face of a world's controller.
 */
#ifndef SB_SIM_BOARD_SIM_H
#define SB_SIM_BOARD_SIM_H

#include "lib/hal/board.h"
#include "sim/world.h"

struct sb_sim_pin;

/* The caller's memory. */
struct sb_sim_board {
    struct sb_board board;
    /* private */
    struct sb_world *world;
    struct sb_part *controller;
    struct sb_sim_pin *pins; /* one for each terminal of the controller */
};

/* The pins of the world's first controller. Returns 0, -ENODEV when it has none, or -ENOMEM. */
int sb_sim_board_init(struct sb_sim_board *sim, struct sb_world *world);
void sb_sim_board_deinit(struct sb_sim_board *sim);

#endif
