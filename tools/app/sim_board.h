/* SPDX-License-Identifier: MIT */
/* Finding the board file of a program and building its world. */
#ifndef SB_TOOLS_APP_SIM_BOARD_H
#define SB_TOOLS_APP_SIM_BOARD_H

#include "sim/files/diag.h"
#include "sim/world.h"
#include "tools/app/options.h"

/* The board file of a program: --board, SOFTBOARD_BOARD or PROGRAM.json beside the executable; null: none. */
const char *sb_board_path(const struct sb_options *options);

/*
 * Reads a board file into the world and starts it; null is a bare Raspberry Pi. Returns 0 or an error, reported to `diag`.
 */
int sb_board_build(struct sb_world *world, const char *path, struct sb_diag *diag);

#endif
