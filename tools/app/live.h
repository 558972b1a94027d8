/* SPDX-License-Identifier: MIT */
/*
 * The world outside for a simulation that keeps pace with it: the simulated board's streams and servers of this machine
 * (lib/hal/host.h), watched by a real clock at which the paced one looks. Nothing of it exists before a program
 * asks for such a stream.
 */
#ifndef SB_TOOLS_APP_LIVE_H
#define SB_TOOLS_APP_LIVE_H

#include <stdbool.h>

#include "hal-linux/host_uv.h"
#include "sim/clock_virtual.h"

struct sb_live {
    struct sb_host host; /* for struct sb_board */
    /* private */
    struct sb_clock_paced *paced;
    bool is_open;
    struct sb_clock_uv clock;
    struct sb_host_uv inner;
};

void sb_live_init(struct sb_live *live, struct sb_clock_paced *paced);

/* Closes what is open. Before the loop's deinit, when its tasks are gone. */
void sb_live_deinit(struct sb_live *live);

#endif
