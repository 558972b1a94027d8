/* SPDX-License-Identifier: MIT */
/*
 * The board: gives a program its pins and buses by name, whether they are simulated or real.
 */
#ifndef SB_LIB_HAL_BOARD_H
#define SB_LIB_HAL_BOARD_H

#include <stddef.h>

#include "lib/hal/adc.h"
#include "lib/hal/i2c.h"
#include "lib/hal/pin.h"
#include "lib/hal/pins.h"
#include "lib/hal/server.h"
#include "lib/hal/spi.h"
#include "lib/hal/stream.h"

struct sb_host;
struct sb_tap;

/* Bytes that the text of the last error may take, its end included. */
#define SB_BOARD_ERROR_SIZE 512

struct sb_board_ops {
    int (*pin)(struct sb_board *board, const char *name, unsigned flags, struct sb_pin **out);
    /* Null: one by one. `count` and what goes with input and output have been checked. */
    int (*pins)(struct sb_board *board, const char *const *names, unsigned count, unsigned flags,
                uint64_t values, struct sb_pin **out);
    /* Null where a backend has none of the kind. */
    int (*stream)(struct sb_board *board, const char *name, unsigned baud, struct sb_stream **out);
    int (*i2c)(struct sb_board *board, const char *name, struct sb_i2c **out);
    int (*adc)(struct sb_board *board, const char *name, struct sb_adc **out);
    int (*spi)(struct sb_board *board, const char *name, const struct sb_spi_config *config,
               struct sb_spi **out);
};

/* Embedded by a backend's board. */
struct sb_board {
    /* private */
    const struct sb_board_ops *ops;
    struct sb_host *host; /* set by who opens the board; null: none */
    struct sb_tap *tap;   /* lib/hal/tap.h; null: nobody observes */
    char error[SB_BOARD_ERROR_SIZE];
    int argc;
    char *const *argv;
};

/*
 * Opens a pin by name: "GPIO17", "17", "BCM17", "J8:11" or "BOARD11" on a Raspberry Pi, the diagram's
 * own names on other controllers ("GP15", "A0"). `flags` are enum sb_pin_flags. The pin stays the
 * board's memory; sb_pin_close gives it back, the end of the run at the latest. Returns 0; -ENOENT for
 * a name that the board does not have, -EBUSY when it is in use, -EINVAL for impossible flags, -EACCES
 * or another error of the system. sb_board_error then says what and how to mend it.
 */
int sb_board_pin(struct sb_board *board, const char *name, unsigned flags, struct sb_pin **out);

/*
 * Opens 1 to SB_PINS_MAX pins with the same flags, all or none, in one request of the kernel: lib/hal/pins.h can then
 * change and read them in one step. Output n begins with bit n of `values`, logical; all true with SB_PIN_INITIAL_TRUE.
 * Each is an ordinary pin afterwards, and is closed as one; on a real board a line stays as it is, and in use for
 * others, until all that were opened with it are closed, and with libgpiod 1 sb_pin_configure gives -ENOTSUP for one of
 * several outputs, which sb_pins_configure can change together. Only `count` pins of `out` are written, null on failure.
 * Returns and reports as sb_board_pin; -EINVAL for a wrong count or `values` for inputs; -EBUSY for a pin named twice.
 */
int sb_board_pins(struct sb_board *board, const char *const *names, unsigned count, unsigned flags,
                  uint64_t values, struct sb_pin **out);

/*
 * Opens a stream, by one of these names:
 *
 *      "serial0", "serial1"    a serial port, 8 data bits, no parity, 1 stop bit; it takes its two pins
 *      "tcp:HOST:PORT"         connects to a server; "tcp:[::1]:80", and this machine without a host, "tcp::80"
 *      "pty"                   makes a pseudo terminal, by which another program talks to this one as to a serial
 *                              port: stream->name is what that opens ("/dev/pts/4"). It has no end; what
 *                              is written waits, some kilobytes of it, until somebody reads
 *      "pty:/path/of/a/link"   the same, and makes a symbolic link to it, until it is closed
 *      "stdio"                 reads stdin and writes stdout
 *
 * Only a serial port has a baud rate. All but that wait for the world, so they need a clock that keeps pace with it
 * (-ENOTSUP on the virtual clock) and are opened in a task; "tcp:" waits for the answer. sb_stream_close gives the stream
 * back, the end of the run at the latest. Returns and reports as sb_board_pin; -EINVAL for a baud rate out of
 * range or a wrong address; -ENOTSUP where the backend has no serial ports; -ECONNREFUSED, -EHOSTUNREACH,
 * -EEXIST and other errors of the system; -ECANCELED, -ETIMEDOUT.
 */
int sb_board_stream(struct sb_board *board, const char *name, unsigned baud,
                    struct sb_stream **out);

/*
 * Listens for connections: "tcp:HOST:PORT", where the host is one of this machine's names or addresses ("localhost": only from
 * here; none, "tcp::80": from everywhere) and port 0 takes a free one, which server->port and server->name then
 * tell. In a task, which waits while a name is looked up. sb_server_close ends it, the end of the run at the latest. Returns and
 * reports as sb_board_stream; -EADDRINUSE when another program listens there.
 */
int sb_board_listen(struct sb_board *board, const char *name, struct sb_server **out);

/*
 * Opens an I2C bus: "i2c-1" on a Raspberry Pi. It takes its two pins. All who open it share one handle
 * and one count: it is given back with the last sb_i2c_close. Returns and reports as sb_board_pin.
 */
int sb_board_i2c(struct sb_board *board, const char *name, struct sb_i2c **out);

/* Opens an analog input: "adc0". Returns and reports as sb_board_pin. */
int sb_board_adc(struct sb_board *board, const char *name, struct sb_adc **out);

/*
 * Opens a device on an SPI bus: "spi0.0" is chip select 0 of bus 0. It takes its chip select and, with the bus's other
 * devices, the bus's three pins. `config` is copied; null: all zeros. Returns and reports as sb_board_pin; -EINVAL for
 * settings that there are not, or that the controller does not have.
 */
int sb_board_spi(struct sb_board *board, const char *name, const struct sb_spi_config *config,
                 struct sb_spi **out);

/* The text of the last error of this board: cause and remedy in one sentence; "" when there was none. */
const char *sb_board_error(const struct sb_board *board);

/* The program's own arguments, those after "--". Returns how many; `*argv` is borrowed. */
int sb_board_args(const struct sb_board *board, char *const **argv);

#endif
