/* SPDX-License-Identifier: MIT */
/*
 * A run of the user's program: what both backends share. The loop with its tasks, how the run came to
 * its end, and the limits.
 */
#ifndef SB_TOOLS_APP_RUN_H
#define SB_TOOLS_APP_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "hal-linux/stacks_mmap.h"
#include "lib/hal/board.h"
#include "lib/loop.h"
#include "tools/app/options.h"

/* Why the run ended; the first cause counts. */
enum sb_ending {
    SB_ENDING_NONE,
    SB_ENDING_RETURNED, /* sb_main */
    SB_ENDING_FOR,      /* --for is over */
    SB_ENDING_SCENARIO, /* its last step is done */
    SB_ENDING_FAILED,   /* a step of the scenario, or a part, failed */
    SB_ENDING_TIMEOUT,
    SB_ENDING_WALL_TIMEOUT,
    SB_ENDING_SIGNAL,
    SB_ENDING_QUIT, /* the person closed the window */
    SB_ENDING_DEADLOCK,
};

struct sb_run {
    const struct sb_options *options;
    struct sb_loop loop;
    struct sb_stacks_mmap stacks;
    struct sb_stacks_mmap main_stacks; /* sb_main's own */
    struct sb_board *board;
    struct sb_task main_task;
    struct sb_task for_task;
    struct sb_timer timeout;
    struct sb_call signal_call;
    struct sb_call wall_call;
    enum sb_ending ending;
    int main_result;
    bool has_errors; /* a task ended with an error that nobody collected, or was parked */
    char main_error[SB_BOARD_ERROR_SIZE]; /* of the board, when sb_main returned an error */
};

/*
 * Sets up loop, stacks, signals and watchdogs on a clock, with a pool for blocking functions or none (null).
 * Returns 0 or a negative error, printed.
 */
int sb_run_init(struct sb_run *run, const struct sb_options *options, struct sb_clock *clock,
                struct sb_workers *workers);

/* Starts sb_main and the limits on a board. */
int sb_run_start(struct sb_run *run, struct sb_board *board);

/* Runs to the end, whichever it is, then cancels and unwinds all tasks. */
void sb_run_loop(struct sb_run *run);

/* Records why the run ends, unless it has ended, and stops the loop. */
void sb_run_end(struct sb_run *run, enum sb_ending ending);

/* The exit code that the ending and errors ask for, its cause printed. */
int sb_run_exit_code(struct sb_run *run);

void sb_run_deinit(struct sb_run *run);

/* The two backends. Return the exit code. */
int sb_run_sim(const struct sb_options *options);
int sb_run_linux(const struct sb_options *options);

/* Runs the program twice and compares: --check-determinism. Returns the exit code. */
int sb_run_twice(const struct sb_options *options, char **argv);

/* In a child of sb_run_twice: arranges heap and addresses as asked for. */
void sb_arrange_heap(void);

#endif
