/* SPDX-License-Identifier: MIT */
/* A pin of the simulated board, for the files that make one up: sim/board_sim.c, sim/pin_sim.c. */
#ifndef SB_SIM_PIN_SIM_H
#define SB_SIM_PIN_SIM_H

#include "lib/hal/pin.h"
#include "lib/timer.h"
#include "sim/wire.h"

struct sb_sim_board;

/* Edges that may wait to be reported; the kernel's default for a line, too. */
#define SB_SIM_EDGE_QUEUE 16

struct sb_sim_pin {
    struct sb_pin pin;
    struct sb_sim_board *sim;
    struct sb_terminal *terminal;
    struct sb_wire_listener listener;
    struct sb_timer timer;  /* of the queue */
    struct sb_timer settle; /* of debouncing: the level counts then, if it stays */
    unsigned debounce_us;   /* 0: none */
    bool is_debounced;      /* now: as an input */
    bool line_level;        /* last that was high or low */
    bool is_open;
    const char *user; /* the bus that has it; null: none */
    bool is_watched;
    bool is_deaf; /* an output, or about to change: no edge is the program's business */
    bool level;   /* what the program sees: that, or debounced */
    bool float_was_told;
    unsigned next; /* of the queue, to be reported */
    unsigned queued;
    uint32_t lost;
    struct {
        int64_t time_ns;
        uint32_t lost; /* just before it */
        bool level;
    } queue[SB_SIM_EDGE_QUEUE];
};

/* Closed at first. */
void sb_sim_pin_init(struct sb_sim_pin *p, struct sb_sim_board *sim, struct sb_terminal *terminal);

/* Ends it without an event more. */
void sb_sim_pin_deinit(struct sb_sim_pin *p);

/* Returns 0, or -EINVAL for flags that contradict each other. */
int sb_sim_pin_open(struct sb_sim_pin *p, unsigned flags);

#endif
