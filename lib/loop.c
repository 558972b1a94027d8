/* SPDX-License-Identifier: MIT */
/*
 * The loop's own context ("hub"): entered when no task is ready or something calls for attention, it
 * fires timers, runs posted calls, asks the clock to wait, and gives the processor to the next task.
 *
 * Between two slices of tasks it does none of this unless asked to: whether a run is traced or
 * shuffled makes no difference to the times at which timers fire.
 */
#include "lib/loop.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/worker.h"

/*
 * How long tasks may run before the clock is told that the loop is busy: so many slices and so many
 * nanoseconds. Up to there the loop looks after each slice, so that short bursts need no watch.
 */
#define BUSY_PROBES 8
#define BUSY_NS     20000

_Thread_local struct sb_loop *sb_core_loop;
_Thread_local bool sb_core_is_traced;

static uint32_t choose_at_random(uint32_t count, void *arg)
{
    return (uint32_t)(sb_loop_random(arg) % count);
}

int sb_loop_init(struct sb_loop *loop, const struct sb_loop_config *config)
{
    assert(config->clock != NULL);
    if (sb_core_loop != NULL)
        return -EBUSY;
    *loop = (struct sb_loop){
        .clock = config->clock,
        .stacks = config->stacks,
        .workers = config->workers,
        .random = config->seed,
        .choose_fn = config->choose_fn,
        .choose_arg = config->choose_arg,
        .error_fn = config->error_fn,
        .error_arg = config->error_arg,
        .horizon_ns = SB_NEVER,
        .watches_busy = config->clock->ops->set_busy != NULL,
    };
    loop->ready_tail = &loop->ready_head;
    loop->collected_tail = &loop->collected;
    loop->urgent_tail = &loop->urgent_head;
    loop->hub.loop = loop;
    loop->hub.name = "loop";
    loop->hub.pending = SB_PENDING_NO_TASK;
    loop->running = &loop->hub;
    sb_list_init(&loop->tasks);
    sb_waitq_init(&loop->settling);
    sb_wheel_init(&loop->wheel, sb_core_now_ns(loop));
    sb_coro_adopt(&loop->hub);
    if (config->is_shuffled) {
        assert(config->choose_fn == NULL);
        loop->choose_fn = choose_at_random;
        loop->choose_arg = loop;
    }
    if (loop->choose_fn != NULL)
        sb_core_attend(loop, SB_ATTENTION_STICKY);
    loop->clock->loop = loop;
    sb_core_loop = loop;
    return 0;
}

struct sb_loop *sb_loop_current(void)
{
    return sb_core_loop;
}

uint64_t sb_loop_random(struct sb_loop *loop)
{
    uint64_t z = loop->random += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* ---- tracing */

void sb_core_tell(struct sb_loop *loop, enum sb_trace_kind kind, const struct sb_task *task,
                  const char *name, int64_t value)
{
    struct sb_trace_event event = {.kind = kind, .task = task, .name = name, .value = value};

    event.time_ns = sb_core_now_ns(loop);
    loop->trace_fn(&event, loop->trace_arg);
}

void sb_loop_trace(struct sb_loop *loop, enum sb_trace_kind kind, const char *name, int64_t value)
{
    sb_core_trace(loop, kind, loop->running == &loop->hub ? NULL : loop->running, name, value);
}

void sb_loop_set_trace(struct sb_loop *loop, sb_trace_fn *fn, void *arg)
{
    assert(loop == sb_core_loop);
    loop->trace_fn = fn;
    loop->trace_arg = arg;
    sb_core_is_traced = fn != NULL;
    if (fn != NULL)
        sb_core_attend(loop, SB_ATTENTION_STICKY);
    else if (loop->choose_fn == NULL)
        atomic_fetch_and_explicit(&loop->attention, ~SB_ATTENTION_STICKY, memory_order_relaxed);
}

/* ---- timers */

void sb_core_fire(struct sb_loop *loop, struct sb_list *batch)
{
    struct sb_list *node;

    (void)loop;
    while ((node = sb_list_first(batch)) != NULL) {
        struct sb_timer *timer = SB_CONTAINER_OF(node, struct sb_timer, node);
        if (node->next != batch) /* many at once have been cold for long */
            __builtin_prefetch(SB_CONTAINER_OF(node->next, struct sb_timer, node)->arg);
        sb_list_remove(node);
        timer->fn(timer, timer->arg);
    }
}

/* Fires what is due by the time at which the clock was last looked at. */
static void fire_due(struct sb_loop *loop)
{
    struct sb_list batch;

    sb_list_init(&batch);
    sb_wheel_collect(&loop->wheel, loop->clock->now_ns, &batch);
    sb_core_fire(loop, &batch);
}

/* The clock has been asked: from here on yields may run ahead of it again. */
static void clock_was_asked(struct sb_loop *loop)
{
    loop->ahead_ns = sb_core_deadline(loop->clock->now_ns, loop->clock->run_ahead_ns);
}

/* The time at which yields must come here: see struct sb_loop. */
static void set_horizon(struct sb_loop *loop)
{
    int64_t horizon_ns = sb_wheel_next_ns(&loop->wheel);

    if (loop->ahead_ns < horizon_ns)
        horizon_ns = loop->ahead_ns;
    if (!sb_list_is_empty(&loop->settling.waiters))
        horizon_ns = INT64_MIN;
    loop->horizon_ns = horizon_ns;
}

/* All ready tasks have yielded since anything happened, and the horizon is reached. */
static void end_round(struct sb_loop *loop)
{
    struct sb_clock *clock = loop->clock;
    struct sb_waiter *observer = sb_waitq_first(&loop->settling);
    int64_t next_ns;

    if (observer != NULL && sb_wheel_next_ns(&loop->wheel) > sb_core_now_ns(loop)) {
        sb_waitq_wake(observer, 0);
        return;
    }
    next_ns = sb_wheel_next_ns(&loop->wheel);
    if (next_ns > clock->now_ns + clock->yield_cost_ns)
        next_ns = clock->now_ns + clock->yield_cost_ns;
    if (next_ns > clock->now_ns)
        clock->now_ns = next_ns;
    if (clock->run_ahead_ns != SB_NEVER) {
        clock->ops->catch_up(clock);
        clock_was_asked(loop);
    }
}

bool sb_loop_is_called(const struct sb_loop *loop)
{
    return loop->urgent_head != NULL ||
           (atomic_load_explicit(&loop->attention, memory_order_relaxed) &
            (SB_ATTENTION_LOOK | SB_ATTENTION_STOP)) != 0;
}

bool sb_loop_has_work(const struct sb_loop *loop)
{
    return loop->ready_head != NULL || loop->urgent_head != NULL ||
           (atomic_load_explicit(&loop->attention, memory_order_relaxed) & ~SB_ATTENTION_STICKY) !=
               0;
}

/* ---- running */

static struct sb_task *choose_ready(struct sb_loop *loop)
{
    struct sb_task **link = &loop->ready_head;
    struct sb_task *task;
    uint32_t count = 0;
    uint32_t skip = 0;

    for (task = loop->ready_head; task != NULL; task = task->next_ready)
        count++;
    if (count > 1)
        skip = loop->choose_fn(count, loop->choose_arg);
    assert(skip < count);
    for (; skip > 0; skip--)
        link = &(*link)->next_ready;
    task = *link;
    *link = task->next_ready;
    if (loop->ready_tail == &task->next_ready)
        loop->ready_tail = link;
    return task;
}

/*
 * One more slice or batch of timers without a wait in between. A burst of a few is left alone; what goes on
 * longer is told to the clock, which then calls for attention when something is there.
 */
static void note_busy(struct sb_loop *loop)
{
    if (loop->is_clock_busy || !loop->watches_busy)
        return;
    if (++loop->busy_turns == 1 ||
        (loop->busy_turns <= BUSY_PROBES && sb_core_now_ns(loop) - loop->clock->now_ns < BUSY_NS)) {
        sb_core_attend(loop, SB_ATTENTION_PROBE);
        return;
    }
    loop->is_clock_busy = true;
    loop->clock->ops->set_busy(loop->clock, true, sb_wheel_next_ns(&loop->wheel));
}

static inline void end_busy(struct sb_loop *loop)
{
    loop->busy_turns = 0;
    if (!loop->is_clock_busy)
        return;
    loop->is_clock_busy = false;
    loop->clock->ops->set_busy(loop->clock, false, SB_NEVER);
}

/* Lets tasks run until none is ready or something calls for attention. */
static void run_tasks(struct sb_loop *loop)
{
    struct sb_task *task = loop->choose_fn == NULL ? sb_core_pop_ready(loop) : choose_ready(loop);

    note_busy(loop);
    set_horizon(loop);
    loop->running = task;
    task->slice_count++;
    sb_core_trace(loop, SB_TRACE_RUN, task, task->name, 0);
    sb_coro_switch_loop(&loop->hub, task);
    loop->run_count++;
    if (SB_UNLIKELY(loop->marker != 0))
        sb_core_note_marker(loop);
}

static bool is_over(const struct sb_loop *loop)
{
    if (loop->stop_requested)
        return true;
    if (loop->target != NULL)
        return sb_task_is_finished(loop->target);
    return loop->task_count == 0 && loop->report_count == 0;
}

/* Nothing is ready: fires what is due, releases an observer, or waits. Returns 0 or -EDEADLK. */
static int wait_for_more(struct sb_loop *loop)
{
    int64_t next_ns = sb_wheel_next_ns(&loop->wheel);
    struct sb_waiter *observer;
    int rc;

    if (next_ns <= loop->clock->now_ns) {
        note_busy(loop); /* timers that are due again and again keep it as busy as tasks */
        fire_due(loop);
        return 0;
    }
    observer = sb_waitq_first(&loop->settling);
    if (SB_UNLIKELY(observer != NULL)) {
        sb_waitq_wake(observer, 0);
        return 0;
    }
    end_busy(loop);
    if (SB_UNLIKELY(loop->idle_fn != NULL))
        loop->idle_fn(next_ns, loop->idle_arg);
    rc = loop->clock->ops->wait_until_ns(loop->clock, next_ns);
    clock_was_asked(loop);
    fire_due(loop);
    return rc;
}

/* The clock asked to be looked at while tasks are ready: what it has comes now, without waiting. */
static void look(struct sb_loop *loop)
{
    if (loop->watches_busy || loop->clock->run_ahead_ns != SB_NEVER) {
        loop->clock->ops->wait_until_ns(loop->clock, INT64_MIN);
        clock_was_asked(loop);
    }
    fire_due(loop);
    if (loop->is_clock_busy)
        loop->clock->ops->set_busy(loop->clock, true, sb_wheel_next_ns(&loop->wheel));
}

/* What called for attention since the last time. */
static int take_attention(struct sb_loop *loop)
{
    if ((atomic_load_explicit(&loop->attention, memory_order_relaxed) & ~SB_ATTENTION_STICKY) == 0)
        return 0;
    return atomic_fetch_and_explicit(&loop->attention, SB_ATTENTION_STICKY, memory_order_acquire);
}

static void report_overflow(struct sb_loop *loop)
{
    if (loop->error_fn != NULL)
        loop->error_fn(loop->overflowed, -EFAULT, loop->error_arg);
    assert(loop->overflowed == NULL); /* the error handler must not go on */
}

/* Does what was called for. Returns true when the run is over. */
static bool attend_to(struct sb_loop *loop, int bits)
{
    if (SB_UNLIKELY(loop->overflowed != NULL))
        report_overflow(loop);
    if ((bits & SB_ATTENTION_LOOK) != 0)
        sb_core_run_calls(loop);
    if ((bits & SB_ATTENTION_TURN) != 0)
        end_round(loop);
    if ((bits & SB_ATTENTION_LOOK) != 0 && (loop->ready_head != NULL || loop->urgent_head != NULL))
        look(loop);
    else if ((bits & SB_ATTENTION_TURN) != 0)
        fire_due(loop);
    return is_over(loop);
}

static int run_until_over(struct sb_loop *loop)
{
    int rc = 0;

    while (rc == 0) {
        int bits = take_attention(loop);

        if (bits != 0 && attend_to(loop, bits))
            return 0;
        if (SB_UNLIKELY(loop->urgent_head != NULL || loop->marker != 0))
            sb_core_arrange_urgent(loop);
        if (loop->ready_head != NULL)
            run_tasks(loop);
        else
            rc = wait_for_more(loop);
    }
    return rc;
}

int sb_loop_run(struct sb_loop *loop, struct sb_task *task)
{
    int rc = 0;

    assert(sb_core_loop == loop && !loop->is_running);
    loop->is_running = true;
    loop->stop_requested = false;
    loop->target = task;
    clock_was_asked(loop);
    if (task != NULL)
        task->result_was_taken = true;
    if (!is_over(loop))
        rc = run_until_over(loop);
    end_busy(loop);
    loop->target = NULL;
    loop->is_running = false;
    return rc;
}

void sb_loop_set_idle(struct sb_loop *loop, sb_idle_fn *fn, void *arg)
{
    loop->idle_fn = fn;
    loop->idle_arg = arg;
}

void sb_loop_stop(struct sb_loop *loop)
{
    loop->stop_requested = true;
    sb_core_attend(loop, SB_ATTENTION_STOP);
}

void sb_loop_cancel_all(struct sb_loop *loop, const struct sb_task *but)
{
    struct sb_list *node;
    struct sb_list *after;

    SB_LIST_FOR_EACH(node, after, &loop->tasks)
    {
        struct sb_task *task = SB_CONTAINER_OF(node, struct sb_task, loop_node);
        if (task != but)
            sb_task_cancel(task);
    }
}

void sb_loop_for_each_task(const struct sb_loop *loop,
                           void (*fn)(const struct sb_task *task, void *arg), void *arg)
{
    struct sb_list *node;
    struct sb_list *after;

    SB_LIST_FOR_EACH(node, after, &loop->tasks)
    {
        fn(SB_CONTAINER_OF(node, struct sb_task, loop_node), arg);
    }
}

void sb_loop_deinit(struct sb_loop *loop)
{
    assert(sb_core_loop == loop && !loop->is_running);
    loop->is_ending = true;
    sb_loop_cancel_all(loop, NULL);
    sb_loop_run(loop, NULL);
    if (loop->workers != NULL)
        loop->workers->ops->join(loop->workers);
    sb_wheel_clear(&loop->wheel);
    sb_coro_forget(loop->dead_fibre);
    loop->clock->loop = NULL;
    sb_core_loop = NULL;
    sb_core_is_traced = false;
}
