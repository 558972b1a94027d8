/* SPDX-License-Identifier: MIT */
/*
 * What the tests of real pins share: the program starts itself again with the fake GPIO chip preloaded, drives its inputs,
 * those of a child through a fifo, and reads from its log what became of its outputs. Time is real here.
 */
#ifndef SB_TESTS_LINUX_GPIO_RIG_H
#define SB_TESTS_LINUX_GPIO_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hal-linux/board_linux.h"
#include "hal-linux/clock_uv.h"
#include "hal-linux/stacks_mmap.h"
#include "lib/hal/board.h"
#include "lib/loop.h"

struct rig {
    struct sb_clock_uv clock;
    struct sb_stacks_mmap stacks;
    struct sb_loop loop;
    struct sb_linux_board board;
};

/*
 * First in main(). Returns only in a process that has the fake; where there is none, says so as a skipped
 * test and ends.
 */
void rig_start(char **argv);

/* The log begins anew. False when it cannot. */
bool rig_begin_log(void);

/* Clock, loop and board. The log begins anew. */
void rig_open(struct rig *rig);
void rig_close(struct rig *rig);

/* Runs `fn(arg)` as a task to its end. Returns its result, or what the loop returned if that failed. */
int rig_run(struct rig *rig, sb_task_fn *fn, void *arg);

/* Opens a pin or fails the test with the board's text. */
struct sb_pin *rig_pin(struct rig *rig, const char *name, unsigned flags);

/* Puts a level on a line from outside: it is there, and its edge in the kernel's queue, when this returns. From any thread. */
void rig_put(unsigned offset, int level);

/* Inside a task: waits until the pin reads so. Returns 0 or -ETIMEDOUT after two seconds. */
int rig_wait_level(struct sb_pin *pin, int value);

/* What the log has of a line, without times: "request test | config output | 1 | release". */
const char *rig_log(unsigned offset);

/* The times at which an output was driven or changed; returns how many. */
unsigned rig_log_times(unsigned offset, int64_t *times, unsigned size);

/* Waits until rig_log has these words of a line; false when they have not come in twenty seconds. */
bool rig_await_log(unsigned offset, const char *words);

/*
 * The shell's words before a command, for once the log has a line that this pattern is found in: then it gets the signal,
 * "INT"; or what stands in `script` for printf is put into the chip's fifo; or `commands` are run, whose output goes there.
 * Not if it has ended by then. Borrowed until the next call.
 */
const char *rig_signal_after(const char *logged, const char *name);
const char *rig_put_after(const char *logged, const char *script);
const char *rig_do_after(const char *logged, const char *commands);

/* The board's last error holds these words. */
void rig_assert_error(struct rig *rig, const char *words);

#endif
