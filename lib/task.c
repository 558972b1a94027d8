/* SPDX-License-Identifier: MIT */
/*
 * Tasks: their start and end, waiting and being woken, cancel and shield, sleep and yield.
 */
#include "lib/task.h"

#include <errno.h>
#include <string.h>

#include "lib/core.h"
#include "lib/group.h"
#include "lib/memcheck.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

/* ---- waiting */

_Noreturn void sb_core_overflowed(struct sb_task *me)
{
    struct sb_loop *loop = me->loop;

    loop->overflowed = me;
    loop->running = &loop->hub;
    sb_core_attend(loop, SB_ATTENTION_OVER);
    sb_coro_switch_loop(me, &loop->hub); /* to a stack on which it can be reported */
    __builtin_unreachable();
}

/* Everybody has yielded and nothing else happened: a clock that must be told moves on. */
static void pass_round(struct sb_loop *loop)
{
    int64_t next_ns = loop->clock->now_ns + loop->clock->yield_cost_ns;

    loop->round = NULL;
    if (SB_UNLIKELY(next_ns >= loop->horizon_ns))
        sb_core_attend(loop, SB_ATTENTION_TURN);
    else
        loop->clock->now_ns = next_ns;
}

/* A yield when nobody else is ready. */
static void yield_alone(struct sb_loop *loop, struct sb_task *me)
{
    if (loop->round == NULL || loop->round == me)
        pass_round(loop);
    if (atomic_load_explicit(&loop->attention, memory_order_relaxed) == 0)
        return;
    sb_core_check_stack(me);
    sb_core_push_ready(loop, me);
    sb_core_switch_to_loop(loop, me);
}

static inline __attribute__((always_inline)) void yield(struct sb_loop *loop, struct sb_task *me)
{
    struct sb_task *next = loop->ready_head;

    if (SB_UNLIKELY(next == NULL)) {
        yield_alone(loop, me);
        return;
    }
    if (SB_UNLIKELY(loop->round == NULL))
        loop->round = me;
    else if (SB_UNLIKELY(loop->round == next))
        pass_round(loop);
    sb_core_check_stack(me);
    sb_core_push_ready(loop, me);
    if (SB_UNLIKELY(atomic_load_explicit(&loop->attention, memory_order_relaxed) != 0)) {
        sb_core_switch_to_loop(loop, me);
        return;
    }
    loop->ready_head = next->next_ready; /* never empty: this task is on it */
    sb_core_switch(loop, me, next);
}

void sb_core_yield(struct sb_loop *loop, struct sb_task *me)
{
    yield(loop, me);
}

/* Notes on whose stack the new task lies, so that its host cannot end before it. */
static void enter_host(struct sb_loop *loop, struct sb_task *task)
{
    struct sb_task *creator = loop->running;
    uintptr_t offset = (uintptr_t)task - (uintptr_t)creator->stack.base;

    if (creator == &loop->hub || offset >= creator->stack.size)
        return;
    task->host = creator;
    creator->hosted_count++;
}

static void leave_host(struct sb_task *task)
{
    if (task->host != NULL)
        task->host->hosted_count--;
    task->host = NULL;
}

static void report_parked(void *arg)
{
    struct sb_task *task = arg;

    task->loop->report_count--;
    task->loop->error_fn(task, -EDEADLK, task->loop->error_arg);
}

/* Takes the running task out of all queues for good. */
static void park(struct sb_task *me)
{
    struct sb_loop *loop = me->loop;
    /* Stays: this stack is not left any more. */
    struct sb_call report = {.fn = report_parked, .arg = me};

    leave_host(me);
    me->state = SB_TASK_PARKED;
    me->result = -EDEADLK;
    loop->parked_count++;
    loop->task_count--;
    sb_list_remove(&me->loop_node);
    sb_waitq_wake_all(&me->joiners, 0);
    if (me->group != NULL)
        sb_group_task_ended(me->group, me);
    if (loop->error_fn != NULL) {
        /* On the loop's own stack, which has room for who looks up names and lines. */
        loop->report_count++;
        sb_loop_post(loop, &report);
    }
    loop->round = NULL;
    sb_core_attend(loop, SB_ATTENTION_OVER);
    sb_core_leave(loop, me);
    assert(me->state != SB_TASK_PARKED); /* nobody resumes it */
}

int sb_core_fail_wait(struct sb_task *me)
{
    int rc = (me->pending & SB_PENDING_CANCEL) != 0 ? -ECANCELED : -ETIMEDOUT;

    assert((me->pending & SB_PENDING_NO_TASK) == 0); /* nothing waits in loop context */
    me->wait_caller = __builtin_return_address(0);
    if (rc == -ECANCELED && ++me->failed_wait_count > SB_FAILED_WAITS_MAX)
        park(me);
    sb_core_yield(me->loop, me);
    return rc;
}

/* ---- cancel, shield */

void sb_core_update_pending(struct sb_task *task)
{
    uint32_t pending = 0;

    if (task->cancel_requested && task->shield_depth == 0)
        pending |= SB_PENDING_CANCEL;
    for (const struct sb_timeout *t = task->timeouts; t != NULL; t = t->outer)
        if (t->is_expired && t->shield_depth >= task->shield_depth)
            pending |= SB_PENDING_TIMEOUT;
    task->pending = pending;
    if (pending == 0 || task->state != SB_TASK_WAITING)
        return;

    if (task->waiter != NULL) {
        sb_list_remove(&task->waiter->node);
        task->waiter = NULL;
    } else if (task->cases != NULL) {
        sb_core_leave_cases(task);
    } else {
        sb_timer_stop(&task->timer);
    }
    sb_core_wake(task, (pending & SB_PENDING_CANCEL) != 0 ? -ECANCELED : -ETIMEDOUT);
}

bool sb_task_cancel(struct sb_task *task)
{
    if (sb_task_is_finished(task))
        return false;
    if (task->cancel_requested)
        return true;
    task->cancel_requested = true;
    sb_core_trace(task->loop, SB_TRACE_CANCEL, task, task->name, 0);
    sb_core_update_pending(task);
    return true;
}

void sb_cancel_clear(void)
{
    struct sb_task *me = sb_core_self();

    me->cancel_requested = false;
    me->failed_wait_count = 0;
    sb_core_update_pending(me);
}

void sb_shield_begin(void)
{
    struct sb_task *me = sb_core_self();

    me->shield_depth++;
    sb_core_update_pending(me);
}

void sb_shield_end(void)
{
    struct sb_task *me = sb_core_self();

    assert(me->shield_depth > 0);
    me->shield_depth--;
    sb_core_update_pending(me);
}

/* ---- start and end */

static void on_report_due(struct sb_timer *timer, void *arg)
{
    struct sb_task *task = arg;
    struct sb_loop *loop = task->loop;

    (void)timer;
    if (--loop->report_count == 0)
        sb_core_attend(loop, SB_ATTENTION_OVER);
    leave_host(task);
    if (task->result_was_taken)
        return;
    loop->error_count++;
    if (loop->error_fn != NULL)
        loop->error_fn(task, task->result, loop->error_arg);
}

static void on_sleep_over(struct sb_timer *timer, void *arg)
{
    (void)timer;
    sb_core_wake(arg, 0);
}

static void finish(struct sb_task *me, int result)
{
    struct sb_loop *loop = me->loop;

    assert(me->hosted_count == 0); /* join the tasks on this stack before you return */
    assert(me->timeouts == NULL);  /* and end the timeouts that you began */
    me->result = result;
    me->state = SB_TASK_FINISHED;
    me->result_was_taken |= !sb_list_is_empty(&me->joiners.waiters);
    loop->task_count--;
    sb_list_remove(&me->loop_node);
    sb_core_trace(loop, SB_TRACE_FINISH, me, me->name, result);
    sb_waitq_wake_all(&me->joiners, 0);
    if (me->group != NULL)
        sb_group_task_ended(me->group, me);
    else if (result < 0 && result != -ECANCELED && !me->result_was_taken) {
        /* Somebody may still join in this instant; else the error handler hears of it. */
        loop->report_count++;
        sb_timer_init(&me->timer, on_report_due, me);
        sb_timer_start_ns(&me->timer, 0);
    }
    if (!sb_timer_is_armed(&me->timer))
        leave_host(me);
    if (me->owns_stack)
        loop->stacks->put(loop->stacks, me->stack);
    if (loop->target == me || loop->task_count == 0)
        sb_core_attend(loop, SB_ATTENTION_OVER);
    loop->round = NULL;
}

static void run_body(struct sb_task *me)
{
    struct sb_loop *loop = me->loop;
    struct sb_task *next;

    sb_coro_entered();
    finish(me, me->fn(me->arg));

    /* As sb_core_leave, but nobody comes back here. */
    next = loop->ready_head;
    if (next == NULL || atomic_load_explicit(&loop->attention, memory_order_relaxed) != 0)
        next = &loop->hub;
    else
        sb_core_pop_ready(loop);
    loop->running = next;
    next->slice_count++;
    sb_coro_retire(&loop->dead_fibre, me);
    sb_coro_exit(me, next);
}

static inline int start(struct sb_task *task, const char *name, sb_task_fn *fn, void *arg,
                        const struct sb_stack *own_stack)
{
    struct sb_loop *loop = sb_core_loop;

    assert(loop != NULL && fn != NULL);
    if (own_stack != NULL) {
        task->stack = *own_stack;
    } else {
        int rc = loop->stacks == NULL ? -ENOMEM : loop->stacks->get(loop->stacks, &task->stack);
        if (rc < 0)
            return rc;
    }
    /* Field by field: to clear all of it first would cost a third of a spawn. */
    task->loop = loop;
    task->slice_count = 0;
    task->pending = 0;
    task->wake_rc = 0;
    task->failed_wait_count = 0;
    task->state = SB_TASK_READY;
    task->waiter = NULL;
    task->wait_caller = NULL;
    task->name = name == NULL ? "task" : name;
    task->id = ++loop->last_task_id;
    task->result = 0;
    task->fn = fn;
    task->arg = arg;
    task->outer_frame = NULL;
    task->owns_stack = own_stack == NULL;
    task->cancel_requested = false;
    task->result_was_taken = false;
    task->shield_depth = 0;
    task->cases = NULL;
    task->timeouts = NULL;
    task->host = NULL;
    task->hosted_count = 0;
    task->group = NULL;
    task->timer.fn = on_sleep_over;
    task->timer.arg = task;
    task->timer.node.next = NULL; /* not armed */
    task->timer.node.prev = NULL;
    sb_list_init(&task->joiners.waiters);
    sb_coro_make(task, run_body);
    enter_host(loop, task);
    sb_list_append(&loop->tasks, &task->loop_node);
    loop->task_count++;
    loop->round = NULL;
    sb_core_trace(loop, SB_TRACE_SPAWN, task, task->name, 0);
    sb_core_push_ready(loop, task);
    if (SB_UNLIKELY(loop->is_ending))
        sb_task_cancel(task);
    return 0;
}

int sb_spawn_config(struct sb_task *task, const struct sb_task_config *config)
{
    return start(task, config->name, config->fn, config->arg,
                 config->stack.size == 0 ? NULL : &config->stack);
}

int sb_spawn(struct sb_task *task, const char *name, sb_task_fn *fn, void *arg)
{
    return start(task, name, fn, arg, NULL);
}

/* Somebody has seen how the task ended: no report of its error. */
static void collect(struct sb_task *task)
{
    if (task->state == SB_TASK_FINISHED && sb_timer_is_armed(&task->timer)) {
        sb_timer_stop(&task->timer);
        task->loop->report_count--;
        leave_host(task);
    }
    task->result_was_taken = true;
}

int sb_join(struct sb_task *task, int *result)
{
    struct sb_task *me = sb_core_self();
    int rc = SB_UNLIKELY(me->pending != 0) ? sb_core_fail_wait(me) : 0;

    if (rc == 0 && task == me)
        rc = -EDEADLK;
    if (rc == 0 && !sb_task_is_finished(task)) {
        struct sb_waiter waiter = {.task = me};
        me->waiter = &waiter;
        sb_list_append(&task->joiners.waiters, &waiter.node);
        rc = sb_core_wait(me->loop, me, "join", task, __builtin_return_address(0));
    }
    if (rc < 0)
        return rc;
    collect(task);
    if (result != NULL)
        *result = task->result;
    return 0;
}

static int take_end(struct sb_case *c)
{
    struct sb_task *task = c->object;

    assert(task != sb_core_self());
    if (!sb_task_is_finished(task))
        return -EAGAIN;
    collect(task);
    return 0;
}

static struct sb_waitq *joiners_of(struct sb_case *c)
{
    struct sb_task *task = c->object;

    return &task->joiners;
}

struct sb_case sb_task_case(struct sb_task *task)
{
    static const struct sb_case_ops ops = {.what = "join", .take = take_end, .queue = joiners_of};

    return sb_case_of(&ops, task, NULL);
}

bool sb_task_is_finished(const struct sb_task *task)
{
    return task->state == SB_TASK_FINISHED || task->state == SB_TASK_PARKED;
}

struct sb_task *sb_task_current(void)
{
    struct sb_loop *loop = sb_core_loop;

    return loop == NULL || loop->running == &loop->hub ? NULL : loop->running;
}

/* ---- letting others run */

int sb_yield(void)
{
    struct sb_loop *loop = sb_core_loop;
    struct sb_task *me;

    assert(loop != NULL);
    me = loop->running;
    if (SB_UNLIKELY(me->pending != 0))
        return sb_core_fail_wait(me);
    yield(loop, me);
    return 0;
}

int sb_settle(void)
{
    struct sb_task *me = sb_core_self();
    struct sb_waiter waiter;

    me->loop->horizon_ns = INT64_MIN;
    return sb_core_wait_in(&me->loop->settling, &waiter, "settle", NULL,
                           __builtin_return_address(0));
}
