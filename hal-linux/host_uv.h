/* SPDX-License-Identifier: MIT */
/*
 * The host (lib/hal/host.h) on Linux: TCP, pseudo terminals, stdin and stdout, watched by the libuv loop of a real
 * clock. That is the clock on which the tasks run, or one at which theirs looks (sim/clock_virtual.h, the paced).
 */
#ifndef SB_HAL_LINUX_HOST_UV_H
#define SB_HAL_LINUX_HOST_UV_H

#include <stdbool.h>

#include "hal-linux/clock_uv.h"
#include "lib/hal/host.h"
#include "lib/list.h"

/* The caller's memory. */
struct sb_host_uv {
    struct sb_host host; /* for struct sb_board */
    /* private */
    struct sb_clock_uv *clock;
    struct sb_list items; /* what is open: hal-linux/host_private.h */
    bool stdio_is_open;
};

/* The clock is borrowed. Without libuv all names give -ENOTSUP. */
void sb_host_uv_init(struct sb_host_uv *host, struct sb_clock_uv *clock);

/* Closes what is still open, in the order of opening; no task may be using it. Before the loop's and the clock's deinit. */
void sb_host_uv_deinit(struct sb_host_uv *host);

#endif
