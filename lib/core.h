/* SPDX-License-Identifier: MIT */
/*
 * What the files of the scheduler share and nobody else needs: the current loop, the ready queue, the
 * switch from one task to the next, the bits that call for the loop's attention.
 */
#ifndef SB_LIB_CORE_H
#define SB_LIB_CORE_H

#include <assert.h>
#include <stdatomic.h>

#include "lib/coro.h"
#include "lib/loop.h"

#define SB_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Why the next switch should go to the loop's own context. */
enum {
    SB_ATTENTION_LOOK = 1,    /* the clock or a posted call has something */
    SB_ATTENTION_TURN = 2,    /* a round of yields reached the horizon */
    SB_ATTENTION_PROBE = 4,   /* is the loop busy? asked after the first slices of a batch */
    SB_ATTENTION_STOP = 8,    /* sb_loop_run is to return */
    SB_ATTENTION_OVER = 16,   /* what sb_loop_run waits for may have happened */
    SB_ATTENTION_URGENT = 32, /* something from outside woke tasks in the middle of a slice */
    SB_ATTENTION_STICKY = 64, /* tracing or choosing: every switch goes through the loop */
};

/* What makes waits of a task fail. */
enum {
    SB_PENDING_CANCEL = 1,
    SB_PENDING_TIMEOUT = 2,
    SB_PENDING_NO_TASK = 4, /* the loop's own context: it must not wait at all */
};

/* A task that ignores its cancel in this many waits in a row is parked. */
#define SB_FAILED_WAITS_MAX 100

extern _Thread_local struct sb_loop *sb_core_loop __attribute__((tls_model("initial-exec")));

/* That there is one, with a trace hook: for who is called often, and also without a loop. */
extern _Thread_local bool sb_core_is_traced __attribute__((tls_model("initial-exec")));

static inline void sb_core_attend(struct sb_loop *loop, int bits)
{
    atomic_fetch_or_explicit(&loop->attention, bits, memory_order_relaxed);
}

static inline void sb_core_push_ready(struct sb_loop *loop, struct sb_task *task)
{
    task->next_ready = NULL;
    *loop->ready_tail = task;
    loop->ready_tail = &task->next_ready;
}

static inline struct sb_task *sb_core_pop_ready(struct sb_loop *loop)
{
    struct sb_task *task = loop->ready_head;

    loop->ready_head = task->next_ready;
    if (loop->ready_head == NULL)
        loop->ready_tail = &loop->ready_head;
    return task;
}

/* The stack pointer is below the task's stack: reports it by name. Does not return. */
_Noreturn void sb_core_overflowed(struct sb_task *me);

/* Before a task gives the processor away: what has no guard page is caught here, while the gap below the stack holds. */
static inline void sb_core_check_stack(struct sb_task *me)
{
    if (SB_UNLIKELY((const char *)__builtin_frame_address(0) < (const char *)me->stack.base))
        sb_core_overflowed(me);
}

static inline void sb_core_switch(struct sb_loop *loop, struct sb_task *me, struct sb_task *next)
{
    loop->running = next;
    next->slice_count++;
    sb_coro_switch(me, next);
}

static inline void sb_core_switch_to_loop(struct sb_loop *loop, struct sb_task *me)
{
    loop->running = &loop->hub;
    sb_coro_switch_loop(me, &loop->hub);
}

/*
 * Gives the processor to the next ready task, or to the loop's own context. The caller has queued
 * itself wherever it wants to be found again, but not as ready. Returns when it is running again.
 */
static inline void sb_core_leave(struct sb_loop *loop, struct sb_task *me)
{
    sb_core_check_stack(me);
    if (loop->ready_head != NULL &&
        atomic_load_explicit(&loop->attention, memory_order_relaxed) == 0)
        sb_core_switch(loop, me, sb_core_pop_ready(loop));
    else
        sb_core_switch_to_loop(loop, me);
}

/* sb_waitq_wait with the address of the call that the dump names. */
int sb_core_wait_in(struct sb_waitq *queue, struct sb_waiter *waiter, const char *what,
                    const void *object, const void *caller);

/* One of the things that a task waits for has happened: lib/wait_any.h. */
void sb_core_case_happened(struct sb_case *c, int rc);

/* Takes a task that waits for several things away from all of them. */
void sb_core_leave_cases(struct sb_task *task);

/* Lets the others run once, whatever is pending. */
void sb_core_yield(struct sb_loop *loop, struct sb_task *me);

/* What a wait returns that fails because of what is pending; gives others a turn first. */
int sb_core_fail_wait(struct sb_task *me);

/* Recomputes what is pending after cancel, shield or scopes changed; wakes the task if it waits. */
void sb_core_update_pending(struct sb_task *task);

/* A task of the group has finished or was parked. */
void sb_group_task_ended(struct sb_group *group, struct sb_task *task);

/* sb_group_wait; a dump says `what` and `caller`. */
int sb_group_wait_in(struct sb_group *group, const char *what, const void *caller);

/* Calls the timers of the batch, in order; the caller is in loop context. */
void sb_core_fire(struct sb_loop *loop, struct sb_list *batch);

/* Tells the trace hook. */
void sb_core_tell(struct sb_loop *loop, enum sb_trace_kind kind, const struct sb_task *task,
                  const char *name, int64_t value);

/* The same, if there is one. */
static inline void sb_core_trace(struct sb_loop *loop, enum sb_trace_kind kind,
                                 const struct sb_task *task, const char *name, int64_t value)
{
    if (SB_UNLIKELY(loop->trace_fn != NULL))
        sb_core_tell(loop, kind, task, name, value);
}

/*
 * Suspends the running task, which the caller has put where it will be woken. Returns the wake's rc. Inline, since
 * each return on the way back is one that the processor guesses wrong.
 */
static inline int sb_core_wait(struct sb_loop *loop, struct sb_task *me, const char *what,
                               const void *object, const void *caller)
{
    me->state = SB_TASK_WAITING;
    me->wait_what = what;
    me->wait_object = object;
    me->wait_caller = caller;
    me->wait_since_ns = loop->clock->now_ns; /* no look at a real clock for this */
    loop->round = NULL;
    sb_core_trace(loop, SB_TRACE_WAIT, me, what, 0);
    sb_core_leave(loop, me);
    if (SB_UNLIKELY(me->failed_wait_count != 0) && me->wake_rc >= 0)
        me->failed_wait_count = 0;
    return me->wake_rc;
}

/* Makes a waiting task ready: its wait returns `rc`. */
static inline void sb_core_wake(struct sb_task *task, int rc)
{
    struct sb_loop *loop = task->loop;

    assert(task->state == SB_TASK_WAITING);
    __builtin_prefetch(task->sp); /* its stack is cold by now, and soon needed */
    __builtin_prefetch((const char *)task->sp + 64);
    task->state = SB_TASK_READY;
    task->wake_rc = rc;
    loop->round = NULL;
    sb_core_push_ready(loop, task);
    sb_core_trace(loop, SB_TRACE_WAKE, task, task->wait_what, rc);
}

/* The running task; asserts that there is one and that it may wait. */
static inline struct sb_task *sb_core_self(void)
{
    assert(sb_core_loop != NULL && (sb_core_loop->running->pending & SB_PENDING_NO_TASK) == 0);
    return sb_core_loop->running;
}

/* sb_wait_check inline. */
static inline int sb_core_check(void)
{
    struct sb_task *me;

    assert(sb_core_loop != NULL);
    me = sb_core_loop->running;
    return SB_UNLIKELY(me->pending != 0) ? sb_core_fail_wait(me) : 0;
}

static inline int64_t sb_core_now_ns(struct sb_loop *loop)
{
    return sb_clock_now_ns(loop->clock);
}

/* What the loop's own context runs in the middle of a task's slice is no part of that task. */
struct sb_task *sb_core_enter_callback(struct sb_loop *loop);
void sb_core_leave_callback(struct sb_loop *loop, struct sb_task *interrupted);

/* Arms a timer that is not armed. */
static inline void sb_core_arm(struct sb_loop *loop, struct sb_timer *timer, int64_t deadline_ns)
{
    timer->deadline_ns = deadline_ns;
    sb_wheel_add(&loop->wheel, timer);
    if (SB_UNLIKELY(deadline_ns < loop->horizon_ns)) {
        loop->horizon_ns = deadline_ns;
        if (loop->is_clock_busy) /* who wakes the loop must hear of it */
            sb_core_attend(loop, SB_ATTENTION_LOOK);
    }
}

/* ---- what comes from outside: lib/outside.c */

/* Runs the calls that were posted. */
void sb_core_run_calls(struct sb_loop *loop);

/* The loop's own context has been entered while it stands in the queue of ready tasks. */
void sb_core_note_marker(struct sb_loop *loop);

/* Lets urgent tasks run before the others, as far as that is fair. */
void sb_core_arrange_urgent(struct sb_loop *loop);

/* value x unit, stopping at the ends of the range. */
static inline int64_t sb_core_scale(int64_t value, int64_t unit)
{
    if (value > SB_NEVER / unit)
        return SB_NEVER;
    return value < -SB_NEVER / unit ? -SB_NEVER : value * unit;
}

/* The time `delay_ns` from now: now when that is negative, SB_NEVER at the most. */
static inline int64_t sb_core_deadline(int64_t now_ns, int64_t delay_ns)
{
    if (delay_ns <= 0)
        return now_ns;
    return delay_ns > SB_NEVER - now_ns ? SB_NEVER : now_ns + delay_ns;
}

#endif
