/* SPDX-License-Identifier: MIT */
/* A loop for a decoder: virtual clock, stacks, one task. */
#include "tools/decode/decode_loop.h"

#include <string.h>

#include "hal-linux/stacks_mmap.h"
#include "lib/loop.h"
#include "sim/clock_virtual.h"

static int run(sb_task_fn *fn, void *arg)
{
    struct sb_stacks_mmap stacks;
    struct sb_clock clock;
    struct sb_loop loop;
    struct sb_task task;
    int rc = sb_stacks_mmap_init(&stacks, 0);

    if (rc < 0)
        return rc;
    sb_clock_virtual_init(&clock, SB_YIELD_COST_NS);
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = &clock, .stacks = &stacks.stacks});
    rc = sb_spawn(&task, "decode", fn, arg);
    if (rc == 0)
        rc = sb_loop_run(&loop, &task);
    if (rc == 0)
        rc = task.result;
    sb_loop_deinit(&loop);
    sb_stacks_mmap_deinit(&stacks);
    return rc;
}

int decode_in_loop(sb_task_fn *fn, void *arg, const struct decode_options *options,
                   struct sb_diag *diag)
{
    int rc = run(fn, arg);

    if (rc < 0 && diag->error_count == 0)
        sb_diag_error(diag, (struct sb_place){.file = options->file}, "%s", strerror(-rc));
    return rc;
}
