/* SPDX-License-Identifier: MIT */
/* What is known of a task: for dumps, and for programs that watch themselves. */
#ifndef SB_LIB_TASK_INFO_H
#define SB_LIB_TASK_INFO_H

#include <stddef.h>
#include <stdint.h>

#include "lib/task.h"

/* What a dump says of one task. */
struct sb_task_info {
    const char *name;
    uint32_t id;
    enum sb_task_state state;
    uint64_t slice_count;  /* how often it was given the processor */
    const char *wait_what; /* "sleep", "event" ...; null when it does not wait */
    const void *wait_object;
    const void *wait_caller; /* the address from which the waiting function was called */
    int64_t wait_since_ns;
    size_t stack_size; /* bytes */
    size_t stack_used; /* most that was ever in use of this stack, bytes */
};

void sb_task_info(const struct sb_task *task, struct sb_task_info *info);

/*
 * Where the calls return to in which a waiting (or parked) task stands: first the one of the waiting function (wait_caller), then
 * outwards to those in the task's own function. That itself stands for a call with which it ended. Found by frame pointers, so
 * complete as far as the code was compiled with -fno-omit-frame-pointer; wait_caller alone where the processor has none. Returns
 * how many it wrote, `max` at the most; 0 for a task that does not wait.
 */
unsigned sb_task_backtrace(const struct sb_task *task, const void **addresses, unsigned max);

/*
 * For who runs somebody else's function in a task of his own: backtraces of the running task end with `fn`, in place of the
 * task's own function, as long as the caller calls it. `frame` is the caller's, __builtin_frame_address(0). Null, null: as
 * before; must be said before the caller returns.
 */
void sb_task_set_outermost(const void *frame, void (*fn)(void));

#endif
