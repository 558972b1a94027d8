/* SPDX-License-Identifier: MIT */
/* A real board with a loop of its own on the real clock, and threads for what blocks. Nothing is opened yet. */
#ifndef SB_TESTS_CONTRACT_LINUX_SIDE_H
#define SB_TESTS_CONTRACT_LINUX_SIDE_H

#include "hal-linux/board_linux.h"
#include "hal-linux/clock_uv.h"
#include "hal-linux/stacks_mmap.h"
#include "hal-linux/workers_uv.h"
#include "lib/loop.h"
#include "lib/task.h"

struct linux_side {
    struct sb_clock_uv clock;
    struct sb_workers_uv workers;
    struct sb_stacks_mmap stacks;
    struct sb_loop loop;
    struct sb_linux_board board;
};

void linux_side_open(struct linux_side *side);
void linux_side_close(struct linux_side *side);

/* Runs a task to its end. Returns its result, or the loop's error. */
int linux_side_run(struct linux_side *side, sb_task_fn *fn, void *arg);

/* ---- as what a contract is tested on: `open`, `close` and `run` of a struct contract; there is one such board */

struct contract;

void linux_side_open_contract(struct contract *contract);
void linux_side_close_contract(struct contract *contract);
int linux_side_run_contract(struct contract *contract, sb_task_fn *fn, void *arg);

#endif
