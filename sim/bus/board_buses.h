/* SPDX-License-Identifier: MIT */
/*
 * Serial ports, SPI buses and analog inputs of simulated controllers: which there are, by which names people call
 * them, and the operations of the board that open them (sim/board_sim.h).
 */
#ifndef SB_SIM_BOARD_BUSES_H
#define SB_SIM_BOARD_BUSES_H

#include "lib/hal/board.h"
#include "sim/board_sim.h"

/* Operations of struct sb_board_ops: sim/bus/board_serial.c, sim/bus/board_adc.c, sim/bus/board_spi.c. */
int sb_sim_board_stream(struct sb_board *board, const char *name, unsigned baud,
                        struct sb_stream **out);
int sb_sim_board_adc(struct sb_board *board, const char *name, struct sb_adc **out);
int sb_sim_board_spi(struct sb_board *board, const char *name, const struct sb_spi_config *config,
                     struct sb_spi **out);

/* A serial port, its pins as the controller has them. */
struct sb_sim_port {
    const char *name; /* "serial0"; null ends a list */
    const char *tx;
    const char *rx;
    const char *aliases; /* other names for it, a blank after each */
};

struct sb_sim_input {
    const char *name; /* "adc0"; null ends a list */
    const char *pin;
};

/* Chip selects that an SPI bus may have. */
#define SB_SIM_SPI_SELECTS 3

/* An SPI bus, on the pins that the board's usual software takes for it. Two names: the line is on two pins. */
struct sb_sim_spi {
    const char *name; /* "spi0", whose devices are "spi0.0" ...; null ends a list */
    const char *sclk[2];
    const char *mosi[2];
    const char *miso[2];
    const char *selects[SB_SIM_SPI_SELECTS]; /* nulls where there are fewer */
};

/* What controllers of a kind have in common. */
struct sb_sim_family {
    const char *const *types; /* of parts; null ends them */
    const struct sb_sim_port *ports;
    const struct sb_sim_spi *spis;
    const struct sb_sim_input *inputs;
    unsigned bits; /* of the converter */
    unsigned reference_mv;
};

/* That of a controller's type; one without anything for a type that is not in the table. */
const struct sb_sim_family *sb_sim_family_of(const char *type);

/* That of the board's controller. */
const struct sb_sim_family *sb_sim_board_family(const struct sb_sim_board *sim);

/* A controller's serial port, by its name or an alias; null when it has none such. */
const struct sb_sim_port *sb_sim_port_of(const struct sb_part *controller, const char *name);

/* The terminal of a controller's analog input, "adc0"; null when it has none of that name. */
struct sb_terminal *sb_sim_input_terminal(const struct sb_part *controller, const char *name);

/* True for a pin that is analog only, so that it cannot be opened as a digital one. */
bool sb_sim_board_is_analog_only(const char *controller, const char *pin);

/* Of the pins that have a line, one or two, the one that a wire goes to; else the first. */
const char *sb_sim_choose_pin(const struct sb_part *controller, const char *const names[2]);

/* Reports that there is no such thing, and which there are: lists names as in ports, SPI devices or inputs. */
int sb_sim_board_unknown_port(struct sb_sim_board *sim, const char *name);
int sb_sim_board_unknown_spi(struct sb_sim_board *sim, const char *name);
int sb_sim_board_unknown_input(struct sb_sim_board *sim, const char *name);

#endif
