/* SPDX-License-Identifier: MIT */
/*
 * Workers on the threads of libuv: four, or as many as the environment's UV_THREADPOOL_SIZE says; one pool for the
 * whole process. They sleep while there is nothing to do.
 */
#ifndef SB_HAL_LINUX_WORKERS_UV_H
#define SB_HAL_LINUX_WORKERS_UV_H

#include <stdbool.h>

#include "hal-linux/clock_uv.h"
#include "lib/worker.h"

struct sb_workers_uv_request;

struct sb_workers_uv {
    struct sb_workers workers; /* for struct sb_loop_config */
    /* private */
    struct sb_clock_uv *clock;
    int job_count;  /* submitted and not ended */
    bool has_begun; /* libuv has started its threads */
    struct sb_workers_uv_request *spare;
};

/* The loop must run on `clock` (borrowed). Returns 0; -ENOTSUP when built without libuv. */
int sb_workers_uv_init(struct sb_workers_uv *workers, struct sb_clock_uv *clock);

/* After the loop's deinit, which has waited for all jobs. */
void sb_workers_uv_deinit(struct sb_workers_uv *workers);

#endif
