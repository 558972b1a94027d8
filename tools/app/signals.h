/* SPDX-License-Identifier: MIT */
/* Signals: the person's wish to end, stack overflows, and tasks that never wait. */
#ifndef SB_TOOLS_APP_SIGNALS_H
#define SB_TOOLS_APP_SIGNALS_H

#include "hal-linux/stacks_mmap.h"
#include "lib/loop.h"

/*
 * SIGINT, SIGTERM and SIGHUP (unless it was ignored: nohup) post `call` to the loop; a second SIGINT ends the process at
 * once with 130. A fault in a stack's guard page names its task and ends with 1. A task that uses the processor for 5 s without waiting is named.
 * `program` and all else are borrowed. Returns 0 or a negative error.
 */
int sb_signals_start(const char *program, struct sb_loop *loop, const struct sb_stacks_mmap *stacks,
                     struct sb_call *call);

/* The guard pages of these stacks are known, too: one pool beside that of sb_signals_start. Borrowed. */
void sb_signals_watch_stacks(const struct sb_stacks_mmap *stacks);

/* Gives the signals back to the system's defaults. */
void sb_signals_stop(void);

/*
 * Puts back what the kernel does not when the process ends, like the terminal's settings: for ways out that do not close
 * what is open. Safe in a signal handler, and at any time.
 */
void sb_signals_restore(void);

/* The last of SIGINT and SIGTERM that came, 0 when none did. */
int sb_signals_last(void);

/* Says that the task (null: the loop itself) has overflowed its stack, and ends the process with 1. */
_Noreturn void sb_signals_end_overflowed(const struct sb_task *task);

#endif
