/* SPDX-License-Identifier: MIT */
/* Boards: what is the same for every backend. */
#include "lib/hal/board.h"

#include <errno.h>
#include <string.h>

int sb_board_pin(struct sb_board *board, const char *name, unsigned flags, struct sb_pin **out)
{
    board->error[0] = '\0';
    return board->ops->pin(board, name, flags, out);
}

/* A backend without the kind of thing that is asked for. */
static int refuse(struct sb_board *board, const char *what)
{
    static const char tail[] =
        " are not in this version of this backend; the simulated board has them:"
        " --backend sim";
    size_t size = strlen(what);

    memcpy(board->error, what, size);
    memcpy(board->error + size, tail, sizeof(tail));
    return -ENOTSUP;
}

int sb_board_stream(struct sb_board *board, const char *name, unsigned baud, struct sb_stream **out)
{
    board->error[0] = '\0';
    if (board->ops->stream == NULL)
        return refuse(board, "serial ports");
    return board->ops->stream(board, name, baud, out);
}

int sb_board_i2c(struct sb_board *board, const char *name, struct sb_i2c **out)
{
    board->error[0] = '\0';
    if (board->ops->i2c == NULL)
        return refuse(board, "I2C buses");
    return board->ops->i2c(board, name, out);
}

int sb_board_adc(struct sb_board *board, const char *name, struct sb_adc **out)
{
    board->error[0] = '\0';
    if (board->ops->adc == NULL)
        return refuse(board, "analog inputs");
    return board->ops->adc(board, name, out);
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
