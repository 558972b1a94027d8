/* SPDX-License-Identifier: MIT */
/*
 * The clocks of a simulation. Virtual: time jumps to the next deadline, so hours pass in
 * milliseconds. Paced: the same, held back to a chosen ratio to wall time, and open to live input.
 */
#ifndef SB_SIM_CLOCK_VIRTUAL_H
#define SB_SIM_CLOCK_VIRTUAL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/hal/clock.h"

/* What a round of yields costs unless told otherwise, ns. */
#define SB_YIELD_COST_NS 1000

/* Starts at 0 and moves to the next deadline at once. */
void sb_clock_virtual_init(struct sb_clock *clock, int64_t yield_cost_ns);

/*
 * Called about sixty times a second of wall time while a paced clock waits, in loop context: draws the
 * window and takes its input. Returns the file descriptor to watch meanwhile (stdin), -1 for none.
 */
typedef void sb_frame_fn(void *arg);

struct sb_clock_paced {
    struct sb_clock clock;
    /* read-only */
    double speed; /* simulated seconds a second; 0: time stands still */
    /* private */
    int64_t wall_start_ns;
    int64_t start_ns;
    int64_t next_frame_ns;
    int64_t frame_period_ns;
    int wake_fds[2];
    int input_fd;
    struct sb_clock *live; /* null: none */
    int live_fd;
    sb_frame_fn *frame_fn;
    void *frame_arg;
};

/*
 * `input_fd` (or -1) ends a wait when it is readable, and `frame_fn` is then called at once. Returns 0
 * or a negative error of the system.
 */
int sb_clock_paced_init(struct sb_clock_paced *paced, double speed, int64_t yield_cost_ns,
                        int input_fd, sb_frame_fn *frame_fn, void *frame_arg);
void sb_clock_paced_set_speed(struct sb_clock_paced *paced, double speed);

/*
 * Lets the world in: `live` is a real clock at which this one looks while it waits, and while tasks keep the loop
 * busy, but not while time stands still. It has something when `live_fd` is readable. Both are borrowed; null ends it.
 * When the loop runs on this clock.
 */
void sb_clock_paced_set_live(struct sb_clock_paced *paced, struct sb_clock *live, int live_fd);

/* Lets time go on by so much at once: for single steps while it stands still. */
void sb_clock_paced_step(struct sb_clock_paced *paced, int64_t step_ns);
void sb_clock_paced_deinit(struct sb_clock_paced *paced);

#endif
