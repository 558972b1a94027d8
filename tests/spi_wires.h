/* SPDX-License-Identifier: MIT */
/*
 * What goes over an SPI bus, heard on its wires as a device hears it: from the definition of the four modes, not from
 * any controller. CPOL is the level at which the clock idles; with CPHA 0 a bit is taken at the edge that leaves that
 * level, with CPHA 1 at the one that comes back; the sender changes it at the other edge only.
 */
#ifndef SB_TESTS_SPI_WIRES_H
#define SB_TESTS_SPI_WIRES_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/hal/spi.h"
#include "sim/wire.h"

#define SPI_WIRES_DEVICES 2

struct spi_wires_device {
    struct spi_wires *wires;
    struct sb_wire *cs;
    struct sb_spi_config config; /* what the device is built for */
    struct sb_wire_listener listener;
    bool is_selected;
};

struct spi_wires {
    struct sb_wire *sclk;
    struct sb_wire *mosi;
    struct sb_wire_listener sclk_listener;
    struct sb_wire_listener mosi_listener;
    struct spi_wires_device devices[SPI_WIRES_DEVICES];
    /* of this transfer */
    const struct spi_wires_device *selected;
    int64_t select_ns;
    int64_t edge_ns; /* the last one's */
    int64_t data_ns; /* when MOSI changed */
    int64_t half_ns; /* between edges */
    int64_t deselect_ns;
    unsigned edge_count;
    unsigned bit_count;
    uint8_t bytes[8]; /* the first of them */
    bool has_sampled; /* at the last edge */
    char text[2048];
};

/* Listens from now on. `selects` are the wires of the chip selects. */
void spi_wires_start(struct spi_wires *wires, struct sb_wire *sclk, struct sb_wire *mosi,
                     struct sb_wire *const selects[SPI_WIRES_DEVICES]);
void spi_wires_stop(struct spi_wires *wires);

/* What a device is built for from now on. */
void spi_wires_set(struct spi_wires *wires, unsigned device, const struct sb_spi_config *config);

/*
 * What was heard since this was last called: "cs0=0 | mode 3 lsb 500000 Hz: 01 02 | cs0=1". What a device could not rely
 * on stands between, in capitals.
 */
const char *spi_wires_heard(struct spi_wires *wires);

#endif
