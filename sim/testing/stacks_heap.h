/* SPDX-License-Identifier: MIT */
/* Stacks for the tasks of trials, from the heap; kept for the next run. */
#ifndef SB_SIM_TESTING_STACKS_HEAP_H
#define SB_SIM_TESTING_STACKS_HEAP_H

#include "lib/stacks.h"

struct sb_heap_stack;

struct sb_heap_stacks {
    struct sb_stacks stacks; /* for struct sb_loop_config */
    /* private */
    struct sb_heap_stack *all;
};

void sb_heap_stacks_init(struct sb_heap_stacks *pool);

/* Takes all of them back: no task runs any more. */
void sb_heap_stacks_reset(struct sb_heap_stacks *pool);
void sb_heap_stacks_deinit(struct sb_heap_stacks *pool);

#endif
