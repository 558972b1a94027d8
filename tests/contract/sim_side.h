/* SPDX-License-Identifier: MIT */
/*
 * A simulated Raspberry Pi with a loop of its own, for those who compare it with a real one: lines that the outside
 * pulls, through resistors.
 */
#ifndef SB_TESTS_CONTRACT_SIM_SIDE_H
#define SB_TESTS_CONTRACT_SIM_SIDE_H

#include "hal-linux/stacks_mmap.h"
#include "sim/board_sim.h"

struct sim_side {
    struct sb_clock clock;
    struct sb_stacks_mmap stacks;
    struct sb_loop loop;
    struct sb_world *world;
    struct sb_sim_board board;
    struct sb_diag diag;
};

/* Clock and loop alone, for those who make a world of their own. */
void sim_side_open_loop(struct sim_side *side);
void sim_side_close_loop(struct sim_side *side);

/* Clock, loop and a world with a controller; then parts may be added, until it is started. */
void sim_side_begin(struct sim_side *side, const char *controller, const char *id);
struct sb_part *sim_side_add(struct sim_side *side, const char *type, const char *id);
struct sb_terminal *sim_side_terminal(const struct sim_side *side, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sim_side_join(struct sim_side *side, struct sb_terminal *a, struct sb_terminal *b);
void sim_side_start(struct sim_side *side);
void sim_side_close(struct sim_side *side);

/* Runs a task to its end. Returns its result, or the loop's error. */
int sim_side_run(struct sim_side *side, sb_task_fn *fn, void *arg);

/* All in one, with a softboard-raspberry-pi "pi": a list of GPIOs that the outside can pull. */
void sim_side_open(struct sim_side *side, const unsigned *gpios, unsigned count);

/* Of one of those: -1 lets go; and its level, -1 when it floats. */
void sim_side_put(struct sim_side *side, unsigned gpio, int level);
int sim_side_level(const struct sim_side *side, unsigned gpio);

#endif
