/* SPDX-License-Identifier: MIT */
/*
 * What --list-pins prints: a line for each pin of a board, with its name, the real line that it is, what the board file
 * has wired to it, and who uses it; of these what there is.
 */
#ifndef SB_TOOLS_APP_PIN_LIST_H
#define SB_TOOLS_APP_PIN_LIST_H

#include "hal-linux/board_linux.h"
#include "sim/world.h"
#include "tools/app/mirror.h"

/* The pins of a simulated board's controller. */
void sb_pin_list_print_world(const struct sb_world *world);

/* The lines of a real board's chip. Returns 0, or an error of opening it, whose text the board has. */
int sb_pin_list_print_lines(struct sb_linux_board *board);

/* The pins of a mirrored board's controller, then the chip's lines that are none of them. */
void sb_pin_list_print_mirror(const struct sb_mirror *mirror);

#endif
