/* SPDX-License-Identifier: MIT */
/*
 * What the tests on a real kernel share: the board opened on a chip of gpio-sim that has the label of a
 * Raspberry Pi's, and tasks on it. They run in a guest (tests/kernel/guest); elsewhere they skip.
 */
#ifndef SB_TESTS_KERNEL_KERNEL_RIG_H
#define SB_TESTS_KERNEL_KERNEL_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hal-linux/board_linux.h"
#include "hal-linux/clock_uv.h"
#include "hal-linux/stacks_mmap.h"
#include "hal-linux/workers_uv.h"
#include "lib/hal/board.h"
#include "lib/loop.h"
#include "tests/kernel/gpiosim.h"

/* GPIO8 is the kernel's own, as "spi0 CS0"; line 47 is called "STATUS_LED". */
#define RIG_BUSY_OFFSET 8
#define RIG_LED_OFFSET  47
#define RIG_LABEL       "pinctrl-bcm2835"
#define RIG_BUSY_USER   "spi0 CS0"
#define RIG_LED_NAME    "STATUS_LED"
#define RIG_LINE_COUNT  54
#define RIG_CONSUMER    "kernel test"

struct rig {
    struct sb_clock_uv clock;
    struct sb_workers_uv workers;
    struct sb_stacks_mmap stacks;
    struct sb_loop loop;
    struct sb_linux_board board;
    struct gpiosim sim;
    unsigned gone_count; /* how often the board said that the chip is gone */
};

/* First in main(): where there is no gpio-sim, says so as a skipped test and ends. */
void rig_need_gpiosim(void);

/* First in main() of tests that need the guest, but no gpio-sim. */
void rig_need_guest(void);

/* Chip, clock, loop and board. */
void rig_open(struct rig *rig);
void rig_close(struct rig *rig);

/* Clock, loop and board alone, on whatever chips there are. `consumer`: who we say we are. */
void rig_open_board(struct rig *rig, const char *consumer);
void rig_close_board(struct rig *rig);

/* Runs `fn(arg)` as a task to its end. Returns its result, or what the loop returned if that failed. */
int rig_run(struct rig *rig, sb_task_fn *fn, void *arg);

/* Opens a pin or fails the test with the board's text. */
struct sb_pin *rig_pin(struct rig *rig, const char *name, unsigned flags);

/* Tries to; returns the error. */
int rig_try_pin(struct rig *rig, const char *name, unsigned flags);

/* The board's last error holds these words. */
void rig_assert_error(struct rig *rig, const char *words);

/* Writes to a file of the kernel's, as in /sys. */
void rig_write_file(const char *path, const char *text);

/* The number of the bus of the kernel's i2c-stub, which knows SMBus only; -1 without one. */
int rig_find_i2c_stub(void);

/* Time passes without the loop: the kernel goes on, and what it queues stays queued. */
void rig_block_us(unsigned us);

#endif
