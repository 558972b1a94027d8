/* SPDX-License-Identifier: MIT */
/* Boards: what is the same for every backend. */
#include "lib/hal/board.h"

#include <errno.h>
#include <string.h>

#include "lib/hal/host.h"
#include "lib/hal/tap.h"

int sb_board_pin(struct sb_board *board, const char *name, unsigned flags, struct sb_pin **out)
{
    int rc;

    board->error[0] = '\0';
    rc = board->ops->pin(board, name, flags, out);
    if (rc == 0)
        sb_tap_pin_opened(board, *out);
    return rc;
}

static int open_one_by_one(struct sb_board *board, const char *const *names, unsigned count,
                           unsigned flags, uint64_t values, struct sb_pin **out)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned initial = (values >> i & 1) != 0 ? SB_PIN_INITIAL_TRUE : 0;
        int rc = board->ops->pin(board, names[i], flags | initial, &out[i]);

        if (rc < 0) {
            sb_pins_close(out, i);
            return rc;
        }
    }
    return 0;
}

/* Puts a name, as far as it has room, and a text behind it. */
static int fail(struct sb_board *board, int rc, const char *name, const char *text)
{
    size_t text_size = strlen(text) + 1;
    size_t name_size = strlen(name);

    if (name_size > sizeof(board->error) - text_size)
        name_size = sizeof(board->error) - text_size;
    memcpy(board->error, name, name_size);
    memcpy(board->error + name_size, text, text_size);
    return rc;
}

int sb_board_pins(struct sb_board *board, const char *const *names, unsigned count, unsigned flags,
                  uint64_t values, struct sb_pin **out)
{
    int rc;

    board->error[0] = '\0';
    for (unsigned i = 0; i < count; i++)
        out[i] = NULL;
    if (count == 0 || count > SB_PINS_MAX)
        return fail(board, -EINVAL, "", "1 to 64 pins are opened together: take several turns");
    if ((flags & SB_PIN_INPUT) != 0 && values != 0)
        return fail(board, -EINVAL, names[0], ": an input has no value to begin with: give 0");
    if (board->ops->pins != NULL)
        rc = board->ops->pins(board, names, count, flags, values, out);
    else
        rc = open_one_by_one(board, names, count, flags, values, out);
    for (unsigned i = 0; i < count; i++) {
        if (rc >= 0)
            sb_tap_pin_opened(board, out[i]);
        else
            out[i] = NULL;
    }
    return rc;
}

/* A backend without the kind of thing that is asked for. */
static int refuse(struct sb_board *board, const char *text)
{
    return fail(board, -ENOTSUP, "", text);
}

static int refuse_live(struct sb_board *board, const char *name)
{
    return fail(
        board, -ENOTSUP, name,
        ": sockets, pseudo terminals and stdin are the world's, for which the virtual clock cannot"
        " wait: use --speed 1 or --backend linux");
}

bool sb_host_has_stream(const char *name)
{
    return strncmp(name, "tcp:", 4) == 0 || strncmp(name, "pty:", 4) == 0 ||
           strcmp(name, "pty") == 0 || strcmp(name, "stdio") == 0;
}

int sb_board_stream(struct sb_board *board, const char *name, unsigned baud, struct sb_stream **out)
{
    board->error[0] = '\0';
    if (sb_host_has_stream(name)) {
        if (board->host == NULL)
            return refuse_live(board, name);
        return board->host->ops->stream(board->host, board, name, out);
    }
    if (board->ops->stream == NULL)
        return refuse(board,
                      "this backend has no serial ports; the simulated board has: --backend sim");
    return board->ops->stream(board, name, baud, out);
}

int sb_board_listen(struct sb_board *board, const char *name, struct sb_server **out)
{
    board->error[0] = '\0';
    if (strncmp(name, "tcp:", 4) != 0)
        return fail(board, -EINVAL, name,
                    ": nobody can listen there: give an address such as tcp:localhost:7000");
    if (board->host == NULL)
        return refuse_live(board, name);
    return board->host->ops->listen(board->host, board, name, out);
}

int sb_board_i2c(struct sb_board *board, const char *name, struct sb_i2c **out)
{
    board->error[0] = '\0';
    if (board->ops->i2c == NULL)
        return refuse(board,
                      "this backend has no I2C buses; the simulated board has: --backend sim");
    return board->ops->i2c(board, name, out);
}

int sb_board_adc(struct sb_board *board, const char *name, struct sb_adc **out)
{
    board->error[0] = '\0';
    if (board->ops->adc == NULL)
        return refuse(board,
                      "this backend has no analog inputs; the simulated board has: --backend sim");
    return board->ops->adc(board, name, out);
}

int sb_board_spi(struct sb_board *board, const char *name, const struct sb_spi_config *config,
                 struct sb_spi **out)
{
    static const struct sb_spi_config plain;

    board->error[0] = '\0';
    if (board->ops->spi == NULL)
        return refuse(board,
                      "this backend has no SPI devices; the simulated board has: --backend sim");
    return board->ops->spi(board, name, config == NULL ? &plain : config, out);
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
