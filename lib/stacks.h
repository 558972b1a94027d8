/* SPDX-License-Identifier: MIT */
/*
 * Where tasks' stacks come from. lib/ maps no memory: the program gives each task a stack, or the
 * loop a pool that gives them (hal-linux/stacks_mmap.h on hosts).
 */
#ifndef SB_LIB_STACKS_H
#define SB_LIB_STACKS_H

#include <stddef.h>

/* Memory of a stack, lowest address first. Aligned to 16. Zeroed when new: use is seen by that. */
struct sb_stack {
    void *base;
    size_t size;
};

struct sb_stacks {
    /* Gives a stack. Returns 0 or -ENOMEM. */
    int (*get)(struct sb_stacks *stacks, struct sb_stack *out);
    /*
     * Takes one back. It may be the stack of the caller, which leaves it right after: all but its
     * highest word must stay as it is until the next get.
     */
    void (*put)(struct sb_stacks *stacks, struct sb_stack stack);
};

#endif
