/* SPDX-License-Identifier: MIT */
/*
 * SPI, as the controller, one device of a bus: its chip select, its mode and its clock. A program gets it by name
 * from sb_board_spi(); a backend embeds struct sb_spi and fills in its operations. Tasks that use a device at the
 * same time take turns, first come first, a whole transfer each.
 */
#ifndef SB_LIB_HAL_SPI_H
#define SB_LIB_HAL_SPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lock.h"

struct sb_board;
struct sb_spi;

/* More bytes than this in a transfer are refused (what spidev takes unless told otherwise). */
#define SB_SPI_SIZE_MAX 4096

/* How a device wants to be spoken to. Zeros: mode 0, the most significant bit first, 1 MHz. */
struct sb_spi_config {
    unsigned clock_hz; /* of SCLK, at most; 0: 1,000,000 */
    unsigned
        mode; /* 0 to 3: bit 1 is the clock's idle level (CPOL), bit 0 its second edge (CPHA) */
    bool is_lsb_first;
    bool is_cs_high; /* selected by a high level */
};

/* What a backend provides. */
struct sb_spi_ops {
    /* Selects, shifts `size` bytes out and in at once, deselects. Waits. Returns 0 or an error as below. */
    int (*transfer)(struct sb_spi *spi, const uint8_t *out, uint8_t *in, size_t size);
    void (*close)(struct sb_spi *spi);
};

struct sb_spi {
    /* read-only */
    const char *name; /* as the board calls it: "spi0.0" */
    struct sb_board *board;
    struct sb_spi_config config;
    uint64_t transfer_count;
    uint64_t error_count;
    /* private */
    const struct sb_spi_ops *ops;
    struct sb_lock lock;
};

/*
 * Sends `size` bytes and receives as many in the same transfer. `out` null: zeros are sent; `in` null: what comes is
 * dropped. Returns 0; -EINVAL for more than SB_SPI_SIZE_MAX; -EIO, -ENODEV when the controller is gone, or another error of
 * the system; -ECANCELED or -ETIMEDOUT, by which time the transfer has ended or has not begun.
 */
int sb_spi_transfer(struct sb_spi *spi, const void *out, void *in, size_t size);

/* Gives it back to its board; null is ignored. No task may be using it. */
void sb_spi_close(struct sb_spi *spi);

/* For backends: fills the base in; all are borrowed but the configuration, which is copied. */
void sb_spi_init(struct sb_spi *spi, struct sb_board *board, const char *name,
                 const struct sb_spi_config *config, const struct sb_spi_ops *ops);

#endif
