/* SPDX-License-Identifier: MIT */
/*
 * Board files: JSON in the shape of Wokwi's diagram.json (docs/boards.md), read into a world.
 */
#ifndef SB_SIM_BOARD_FILE_H
#define SB_SIM_BOARD_FILE_H

#include "sim/files/diag.h"
#include "sim/world.h"

/* More parts than this in one file are refused. */
#define SB_BOARD_PARTS_MAX 1000

/*
 * Adds the parts and connections of the file to the world, which the caller then starts. Returns 0, or
 * a negative error after one message to `diag` with its place.
 */
int sb_board_file_read(struct sb_world *world, const char *path, struct sb_diag *diag);

/* The same from memory; `name` stands for the path in messages. */
int sb_board_file_parse(struct sb_world *world, const char *name, const char *text, size_t size,
                        struct sb_diag *diag);

#endif
