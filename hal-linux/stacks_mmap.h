/* SPDX-License-Identifier: MIT */
/*
 * A pool of stacks for tasks, mapped from the system: each with a guard page below, so that an
 * overflow is a fault at a known address, and shifted by some cache lines against its neighbours, so
 * that equally deep tasks don't fight for the same cache sets.
 */
#ifndef SB_HAL_LINUX_STACKS_MMAP_H
#define SB_HAL_LINUX_STACKS_MMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/stacks.h"

/* What a task gets by default, bytes; printf of a double needs more than 16 KiB. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SB_STACK_SIZE (256 * 1024)
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SB_STACK_SIZE (256 * 1024)
#endif
#endif
#ifndef SB_STACK_SIZE
#define SB_STACK_SIZE (64 * 1024)
#endif

/*
 * Beyond this number only the lowest of each sixteen stacks has a guard page: a mapping each would run into the
 * system's limit. The others have a gap in its place, and the scheduler looks at the stack pointer at each switch.
 */
#define SB_STACKS_GUARDED 16000

struct sb_stacks_mmap {
    struct sb_stacks stacks; /* for struct sb_loop_config */
    /* read-only */
    size_t stack_size; /* bytes a task may use, a page's worth of shifting less */
    unsigned mapped_count;
    unsigned free_count;
    /* private */
    size_t page_size;
    unsigned page_shift;
    bool is_on_valgrind; /* and it must be told */
    void **free_list;    /* the highest word of a free stack holds the next one's address */
    void *slabs;
};

/* `stack_size` 0: SB_STACK_SIZE; else rounded up to an even number of pages. Returns 0 or -EINVAL when below 8 KiB. */
int sb_stacks_mmap_init(struct sb_stacks_mmap *pool, size_t stack_size);

/* Maps so many stacks now, so that later spawns need no call of the system. Returns 0 or -ENOMEM. */
int sb_stacks_mmap_reserve(struct sb_stacks_mmap *pool, unsigned count);

/* True when `address` is in a guard page, or the gap in its place, below one of the pool's stacks. */
bool sb_stacks_mmap_is_guard(const struct sb_stacks_mmap *pool, const void *address);

/* Unmaps all. No task may be left. */
void sb_stacks_mmap_deinit(struct sb_stacks_mmap *pool);

#endif
