/* SPDX-License-Identifier: MIT */
/*
 * A simulated board with an SPI bus, whose wires are watched, and a device on it that the test plays: it drives MISO.
 * Used inside run_in_loop.
 */
#ifndef SB_TESTS_SPI_RIG_H
#define SB_TESTS_SPI_RIG_H

#include "sim/board_sim.h"

enum { SPI_SCLK, SPI_MOSI, SPI_MISO, SPI_CS0, SPI_CS1, SPI_WIRE_COUNT };

struct spi_rig_config {
    const char *controller;           /* part type; null: softboard-raspberry-pi */
    const char *pins[SPI_WIRE_COUNT]; /* of it; nulls: GPIO11, GPIO10, GPIO9, GPIO8, GPIO7 */
    const char *trace;                /* file that a softboard-trace plays to MISO; null: none */
    bool is_looped;                   /* MOSI is wired to MISO */
};

struct spi_rig_watch {
    struct spi_rig *rig;
    struct sb_wire_listener listener;
    unsigned index;
};

struct spi_rig {
    struct sb_world *world;
    struct sb_sim_board sim;
    struct sb_diag diag;
    struct sb_terminal *terminals[SPI_WIRE_COUNT]; /* of the device, for the test to drive */
    struct spi_rig_watch watches[SPI_WIRE_COUNT];
    unsigned noted; /* bits of wires whose changes are notes: "1500 sclk=0", in ns */
    /* of SCLK */
    int64_t first_edge_ns;
    int64_t last_edge_ns;
    unsigned edge_count;
};

/* `config` may be null. All wires are noted but MISO. */
void spi_rig_open(struct spi_rig *rig, const struct spi_rig_config *config);
void spi_rig_close(struct spi_rig *rig);

/* Opens a device, which must be there. */
struct sb_spi *spi_rig_device(struct spi_rig *rig, const char *name,
                              const struct sb_spi_config *config);

/* Levels as text, "01zx" each: sclk, mosi, cs0, cs1. */
const char *spi_rig_levels(const struct spi_rig *rig);

/* A test's body, as a task, on a bus of `rig`, which the file has. */
#define SPI_TEST(name)                  \
    static void name##_body(void);      \
    static int name##_task(void *arg)   \
    {                                   \
        (void)arg;                      \
        spi_rig_open(&rig, NULL);       \
        name##_body();                  \
        spi_rig_close(&rig);            \
        return 0;                       \
    }                                   \
    static void name(void **state)      \
    {                                   \
        (void)state;                    \
        run_in_loop(name##_task, NULL); \
    }                                   \
    static void name##_body(void)

uint64_t spi_rig_violations(const struct spi_rig *rig);
const char *spi_rig_violation(const struct spi_rig *rig); /* the last one's text */

#endif
