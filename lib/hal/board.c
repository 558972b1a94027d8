/* SPDX-License-Identifier: MIT */
/* Boards: what is the same for every backend. */
#include "lib/hal/board.h"

int sb_board_pin(struct sb_board *board, const char *name, unsigned flags, struct sb_pin **out)
{
    board->error[0] = '\0';
    return board->ops->pin(board, name, flags, out);
}

const char *sb_board_error(const struct sb_board *board)
{
    return board->error;
}

int sb_board_args(const struct sb_board *board, char *const **argv)
{
    if (argv != NULL)
        *argv = board->argv;
    return board->argc;
}
