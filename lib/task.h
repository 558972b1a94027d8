/* SPDX-License-Identifier: MIT */
/*
 * Tasks: stackful coroutines of one loop. A wait is a plain call that suspends the calling task, so
 * locals, loops and nested calls work as in any C program. Tasks take turns only where they wait.
 *
 *      started --> ready <--> running --> finished
 *                    ^           |
 *                    +- waiting <+      (or parked: it ignored its cancel, and runs no more)
 */
#ifndef SB_LIB_TASK_H
#define SB_LIB_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/list.h"
#include "lib/stacks.h"
#include "lib/timer.h"
#include "lib/wait.h"

struct sb_case;
struct sb_group;
struct sb_loop;
struct sb_timeout;

/* A task's body. What it returns is what sb_join gives: 0 or positive is good, -Exxx an error. */
typedef int sb_task_fn(void *arg);

enum sb_task_state {
    SB_TASK_READY,
    SB_TASK_RUNNING,
    SB_TASK_WAITING,
    SB_TASK_PARKED,
    SB_TASK_FINISHED,
};

/*
 * The caller's memory; must outlive the task: until sb_join has returned, or for ever. A task that
 * returns while others live among its locals fails an assertion: join them first.
 */
struct sb_task {
    /* private: what a sleep and a switch touch, on two lines of a cache */
    struct sb_timer timer; /* of its sleep; after its end, of the report of its error */
    void *sp;
    struct sb_task *next_ready;
    struct sb_loop *loop;
    uint64_t slice_count;
    uint32_t pending; /* SB_PENDING_*: what makes the next wait fail */
    int wake_rc;
    uint32_t failed_wait_count; /* in a row, because of cancel */
    enum sb_task_state state;   /* read-only */
    struct sb_stack stack;
    struct sb_waiter *waiter; /* where it waits; null while it sleeps */
    const char *wait_what;
    const void *wait_object;
    const void *wait_caller;
    int64_t wait_since_ns;

    /* read-only */
    const char *name;
    uint32_t id; /* counts from 1 in order of spawning */
    int result;  /* of the body, once finished */

    /* private */
    sb_task_fn *fn;
    void *arg;
    const void *outer_frame; /* backtraces end below it, with outer_fn; null: with fn */
    void (*outer_fn)(void);
    bool owns_stack;
    bool cancel_requested;
    bool result_was_taken;
    uint32_t shield_depth;
    struct sb_case *cases; /* the several things that it waits for */
    struct sb_timeout *timeouts;
    struct sb_waitq joiners;
    struct sb_task *host;  /* whose stack this struct lies on; null: on none's */
    uint32_t hosted_count; /* unfinished tasks whose structs lie on this one's stack */
    struct sb_group *group;
    struct sb_list group_node;
    struct sb_list loop_node;
    void *fibre; /* a sanitizer's handle of it */
};

struct sb_task_config {
    sb_task_fn *fn;
    void *arg;             /* borrowed */
    const char *name;      /* borrowed for the task's life; null: "task" */
    struct sb_stack stack; /* borrowed and zeroed by the caller; size 0: one of the loop's */
};

/*
 * Starts a task on the current thread's loop. It begins behind all that are ready, not before the
 * caller waits. Returns 0; -ENOMEM when the loop has no stack left to give.
 */
int sb_spawn(struct sb_task *task, const char *name, sb_task_fn *fn, void *arg);
int sb_spawn_config(struct sb_task *task, const struct sb_task_config *config);

/*
 * Waits until `task` has finished and puts what its body returned into `*result`, if that is not
 * null. Any number of tasks may join one, at any time. Returns 0; -ECANCELED or -ETIMEDOUT when the
 * caller itself was cancelled or ran out of time, which leaves `task` alone; -EDEADLK for itself.
 */
int sb_join(struct sb_task *task, int *result);

/* Its end, beside others (lib/wait_any.h); the result is in task->result then. */
struct sb_case sb_task_case(struct sb_task *task);

/*
 * Makes the current or next wait of `task`, and every one after it, fail with -ECANCELED. A task that
 * was handed something in the same instant keeps it: its present wait succeeds, the next one fails.
 * A task that has not begun does begin. Several cancels are one. False when it had finished.
 */
bool sb_task_cancel(struct sb_task *task);

/* Forgets a cancel of the running task: for one that means to go on. */
void sb_cancel_clear(void);

/*
 * Between these, cancels and the timeouts begun outside do not disturb the running task's waits: for
 * clean-up that waits. They nest. What was held back takes effect at the first wait after the end.
 */
void sb_shield_begin(void);
void sb_shield_end(void);

bool sb_task_is_finished(const struct sb_task *task);

/* The running task, null in loop context. */
struct sb_task *sb_task_current(void);

/*
 * Lets every ready task run once before the caller goes on. When nothing else happens meanwhile, a
 * virtual clock advances by its yield cost. Returns 0, -ECANCELED or -ETIMEDOUT.
 */
int sb_yield(void);

/*
 * Waits until everything else that is due at this instant has run: all ready tasks wait or have
 * yielded, all due timers have fired. For observers of a simulation, which look between two instants.
 * Returns 0, -ECANCELED or -ETIMEDOUT.
 */
int sb_settle(void);

/*
 * Sleeps, never for less than asked. 0 and less yields. Returns 0, or -ECANCELED or -ETIMEDOUT as
 * soon as that happens.
 */
int sb_sleep_ns(int64_t duration_ns);
int sb_sleep_us(int64_t duration_us);
int sb_sleep_ms(int64_t duration_ms);

/* Sleeps until the loop's clock shows `deadline_ns`; at once (a yield) when that is past. */
int sb_sleep_until_ns(int64_t deadline_ns);

/* The time of the loop's clock: nanoseconds, monotonic, from a start of its own. */
int64_t sb_now_ns(void);

/*
 * Lets time pass without letting other tasks run: for pulses of a few microseconds. On a real clock
 * the processor is busy for as long; on a virtual clock the timers and simulated events that fall
 * into the time happen at their times. Not in loop context.
 */
void sb_delay_ns(int64_t duration_ns);
void sb_delay_us(int64_t duration_us);

#endif
