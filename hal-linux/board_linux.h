/* SPDX-License-Identifier: MIT */
/*
 * The real board: pins of this machine's GPIO header, through libgpiod; and the machine itself as a host.
 */
#ifndef SB_HAL_LINUX_BOARD_LINUX_H
#define SB_HAL_LINUX_BOARD_LINUX_H

#include <stdbool.h>
#include <stddef.h>

#include "hal-linux/clock_uv.h"
#include "hal-linux/host_uv.h"
#include "hal-linux/i2c_dev.h"
#include "hal-linux/iio.h"
#include "hal-linux/serial.h"
#include "hal-linux/spidev.h"
#include "lib/hal/board.h"

struct sb_linux_chip;
struct sb_linux_request;

struct sb_linux_config {
    /* Path, name or label of the GPIO chip, borrowed; null: the header's, by its label. */
    const char *chip;
    const char *consumer; /* what others see as the user of a line, at most 31 characters */
    /*
     * Called once, in loop context, when the chip has been unplugged, which callbacks of its pins do not hear. Null: nobody
     * wants to know.
     */
    void (*gone_fn)(void *arg);
    void *gone_arg;
};

/*
 * Says which line of the chip a program means by a name, or which serial port. Returns 0 and the name of that, borrowed
 * until the next call; or an error, whose text it has put into the board. What it does not know it leaves as it is.
 */
typedef int sb_linux_name_fn(struct sb_board *board, const char *name, const char **out, void *arg);

/* The caller's memory. */
struct sb_linux_board {
    struct sb_board board;
    /* private */
    struct sb_clock_uv *clock;
    struct sb_host_uv host;
    const char *chip_name;
    sb_linux_name_fn *line_fn; /* null: a line has the name that the program uses, and so a port */
    sb_linux_name_fn *port_fn;
    void *name_arg;
    void (*gone_fn)(void *arg);
    void *gone_arg;
    struct sb_linux_chip *chip;        /* null: not open */
    struct sb_linux_request *requests; /* of open pins, linked */
    struct sb_linux_serial_list serial;
    struct sb_linux_i2c_list i2c;
    struct sb_linux_adc_list adc;
    struct sb_linux_spi_list spi;
    bool lacks_device; /* what was asked for last is not there: a bus, a port, a chip's pull-up */
    char consumer[32];
};

/* True when this machine has a GPIO header chip, whether or not it may be opened. */
bool sb_linux_board_is_present(void);

/*
 * Opens nothing yet: the chip is opened when the first pin is asked for, so that a program without pins needs none.
 * The clock is borrowed.
 */
void sb_linux_board_open(struct sb_linux_board *linux_board, struct sb_clock_uv *clock,
                         const struct sb_linux_config *config);

/* Has `line_fn` say what the names of pins mean that the program opens from now on, and `port_fn` those of serial ports. */
void sb_linux_board_set_names(struct sb_linux_board *linux_board, sb_linux_name_fn *line_fn,
                              sb_linux_name_fn *port_fn, void *arg);

/*
 * Opens the chip, if it is not open: what sb_board_pin does first. Returns 0; -ENOTSUP when built without libgpiod,
 * -ENODEV when there is no header chip, -EACCES ... ; sb_board_error(&linux->board) then says cause and remedy.
 */
int sb_linux_board_open_chip(struct sb_linux_board *linux_board);

/*
 * Lists the chip's lines, one a call of `fn`: name ("GPIO17"), offset, consumer ("" when free). Returns 0, or an error of
 * opening the chip.
 */
int sb_linux_board_for_each_line(struct sb_linux_board *linux_board,
                                 void (*fn)(const char *name, unsigned offset, const char *consumer,
                                            void *arg),
                                 void *arg);

/* Releases every line and the chip, closes streams and servers. */
void sb_linux_board_close(struct sb_linux_board *linux_board);

#endif
