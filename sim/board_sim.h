/* SPDX-License-Identifier: MIT */
/*
 * The simulated board: the HAL's face of a world's controller.
 */
#ifndef SB_SIM_BOARD_SIM_H
#define SB_SIM_BOARD_SIM_H

#include "lib/hal/board.h"
#include "lib/list.h"
#include "sim/world.h"

struct sb_sim_board;
struct sb_sim_pin;

/*
 * A bus or an input that was opened once, at the beginning of its own struct: the board calls `deinit`,
 * which frees it, when it ends itself.
 */
struct sb_sim_bus {
    const char *name; /* "serial0" */
    void (*deinit)(struct sb_sim_bus *bus);
    /* private */
    struct sb_list node;
};

/* Faults of every controller, which the board carries out. */
enum sb_controller_fault {
    SB_CONTROLLER_LATE_EDGES, /* told up to 5 ms late, with their right times */
    SB_CONTROLLER_LOST_EDGES, /* one in four is lost, as when the queue overflows */
    SB_CONTROLLER_SPI_STUCK,  /* transfers that begin meanwhile have no clock, and fail */
};

/* The caller's memory. */
struct sb_sim_board {
    struct sb_board board;
    /* private */
    struct sb_world *world;
    struct sb_part *controller;
    struct sb_sim_pin *pins; /* one for each terminal of the controller */
    bool is_reporting;       /* an edge: those that come of it are queued */
    unsigned request_count;  /* of pins that were opened together, ever */
    struct sb_list buses;    /* struct sb_sim_bus.node */
    uint64_t random;         /* of the faults */
};

/* The pins of the world's first controller. Returns 0, -ENODEV when it has none, or -ENOMEM. */
int sb_sim_board_init(struct sb_sim_board *sim, struct sb_world *world);
void sb_sim_board_deinit(struct sb_sim_board *sim);

/* ---- for the files of the buses */

/* The controller's terminal that a program means by a pin's name, or null. */
struct sb_terminal *sb_sim_board_find(const struct sb_sim_board *sim, const char *name);

/*
 * Takes a pin of the controller for a bus: sb_board_pin then says "GPIO14 is used by serial0". `pin` is a
 * name of the controller's own, `user` is borrowed until the pin is given back. Returns 0, or -EBUSY,
 * reported, when the program or another bus has it.
 */
int sb_sim_board_take(struct sb_sim_board *sim, const char *pin, const char *user,
                      struct sb_terminal **out);

/* Gives it back, no longer driven. */
void sb_sim_board_give_back(struct sb_sim_board *sim, struct sb_terminal *terminal);

/* Notes a bus, and finds one again; null when there is none of this name. */
void sb_sim_board_add_bus(struct sb_sim_board *sim, struct sb_sim_bus *bus);
struct sb_sim_bus *sb_sim_board_bus(const struct sb_sim_board *sim, const char *name);

/* Sets what sb_board_error gives; returns `rc`. */
int sb_sim_board_fail(struct sb_sim_board *sim, int rc, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
