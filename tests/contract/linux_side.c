/* SPDX-License-Identifier: MIT */
/* A real board: see linux_side.h. */
#include "tests/contract/linux_side.h"

#include "tests/contract/contract.h"

void linux_side_open(struct linux_side *side)
{
    assert_int_equal(sb_clock_uv_init(&side->clock), 0);
    assert_int_equal(sb_workers_uv_init(&side->workers, &side->clock), 0);
    assert_int_equal(sb_stacks_mmap_init(&side->stacks, 0), 0);
    sb_loop_init(&side->loop, &(struct sb_loop_config){
                                  .clock = &side->clock.clock,
                                  .stacks = &side->stacks.stacks,
                                  .workers = &side->workers.workers,
                                  .seed = 1,
                              });
    sb_linux_board_open(&side->board, &side->clock, &(struct sb_linux_config){.consumer = "test"});
}

void linux_side_close(struct linux_side *side)
{
    sb_linux_board_close(&side->board);
    sb_loop_deinit(&side->loop);
    sb_stacks_mmap_deinit(&side->stacks);
    sb_workers_uv_deinit(&side->workers);
    sb_clock_uv_deinit(&side->clock);
}

int linux_side_run(struct linux_side *side, sb_task_fn *fn, void *arg)
{
    struct sb_task task;
    int rc;

    assert_int_equal(sb_spawn(&task, "main", fn, arg), 0);
    rc = sb_loop_run(&side->loop, &task);
    if (rc < 0) {
        sb_loop_cancel_all(&side->loop, NULL);
        (void)sb_loop_run(&side->loop, NULL);
    }
    return rc < 0 ? rc : task.result;
}

/* ---- */

static struct linux_side contract_side;

void linux_side_open_contract(struct contract *contract)
{
    linux_side_open(&contract_side);
    contract->board = &contract_side.board.board;
}

void linux_side_close_contract(struct contract *contract)
{
    (void)contract;
    linux_side_close(&contract_side);
}

int linux_side_run_contract(struct contract *contract, sb_task_fn *fn, void *arg)
{
    (void)contract;
    return linux_side_run(&contract_side, fn, arg);
}
