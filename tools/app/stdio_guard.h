/* SPDX-License-Identifier: MIT */
/* A host (lib/hal/host.h) without its stdin: the board is drawn in the terminal, whose keys are the view's. */
#ifndef SB_TOOLS_APP_STDIO_GUARD_H
#define SB_TOOLS_APP_STDIO_GUARD_H

#include "lib/hal/host.h"

/* The caller's memory. */
struct sb_stdio_guard {
    struct sb_host host; /* for struct sb_board */
    /* private */
    struct sb_host *inner;
};

/* All but "stdio" goes on to `inner`, which is borrowed. */
void sb_stdio_guard_init(struct sb_stdio_guard *guard, struct sb_host *inner);

#endif
