/* SPDX-License-Identifier: MIT */
/*
 * One run of a trial, phase by phase. The loop is new for each; its memory and the stacks are those of the last.
 * Nobody waits for the tasks in a task of his own, which would be one more in the orders that are explored.
 */
#include "sim/testing/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/coro.h"
#include "sim/clock_virtual.h"
#include "sim/testing/expect.h"
#include "sim/testing/trial_private.h"

#define HOUR_NS (3600 * SB_S_NS)

/* What looking at a stack that is gone takes of it; a sanitizer's calls are deep. */
#if defined(SB_CORO_ASAN) || defined(SB_CORO_TSAN)
#define GAP 65536
#else
#define GAP 4096
#endif

static _Thread_local struct sb_trial_run *current;

const char *sb_trial_current(void)
{
    if (current == NULL)
        return NULL;
    return current->way->label[0] == '\0' ? "undisturbed" : current->way->label;
}

bool sb_expect_at(bool holds, const char *text, const char *file, int line)
{
    assert(current != NULL); /* a trial is under way on this thread */
    if (!holds)
        sb_trial_fail(current, "%s:%d: not true: %s", file, line, text);
    return holds;
}

bool sb_expect_int_at(int64_t value, int64_t expected, const char *text, const char *file, int line)
{
    assert(current != NULL);
    if (value != expected)
        sb_trial_fail(current, "%s:%d: %s is %lld, not %lld", file, line, text, (long long)value,
                      (long long)expected);
    return value == expected;
}

/* ---- the loop */

static void on_error(struct sb_task *task, int result, void *arg)
{
    struct sb_trial_run *run = arg;

    if (task->state != SB_TASK_PARKED) {
        sb_trial_fail(run, "%s ended with %s, which nobody collected", task->name,
                      result == -EFAULT ? "an overflow of its stack" : strerror(-result));
        if (result == -EFAULT) /* what lay below is damaged */
            abort();
        return;
    }
    if (sb_trial_fail(run, "%s ignored its cancel again and again, at last", task->name))
        run->failure_caller = task->wait_caller;
}

static uint32_t choose(uint32_t count, void *arg)
{
    struct sb_trial_run *run = arg;

    return run->is_live ? run->way->choose_fn(count, run->way->arg) : 0;
}

static void start_loop(struct sb_trial_run *run)
{
    struct sb_loop_config config = {
        .clock = &run->clock,
        .stacks = run->trial->stacks == NULL ? &run->stacks.stacks : run->trial->stacks,
        .seed = 1,
        .error_fn = on_error,
        .error_arg = run,
    };

    if (run->way->choose_fn != NULL) {
        config.choose_fn = choose;
        config.choose_arg = run;
    }
    sb_clock_virtual_init(&run->clock, SB_YIELD_COST_NS);
    sb_loop_init(&run->loop, &config);
    sb_loop_set_trace(&run->loop, sb_trial_hear, run);
    sb_loop_set_idle(&run->loop, sb_trial_note_idle, run);
}

/* Limits count from here. */
static void begin_phase(struct sb_trial_run *run)
{
    int64_t limit_ns = run->trial->time_limit_ns;

    run->deadline_ns = sb_now_ns() + (limit_ns == 0 ? HOUR_NS : limit_ns);
    run->step_count = 0;
}

/* Runs the loop until the task has finished, or null: until none is left. */
static int run_until(struct sb_trial_run *run, struct sb_task *task)
{
    int rc;

    begin_phase(run);
    rc = sb_loop_run(&run->loop, task);
    if (run->wants_tasks)
        sb_trial_add_tasks(run);
    run->wants_tasks = false;
    return rc;
}

/* Runs `fn` as a task, alone. Returns its result, or an error, noted, when it cannot end. */
static int run_alone(struct sb_trial_run *run, const char *name, sb_task_fn *fn)
{
    int rc = sb_spawn(&run->helper, name, fn, run->trial->arg);

    if (rc == 0)
        rc = run_until(run, &run->helper);
    if (rc == -EDEADLK && sb_trial_fail(run, "the %s cannot end", name))
        sb_trial_add_tasks(run);
    if (rc == 0 && !sb_task_is_finished(&run->helper))
        rc = -ETIMEDOUT;
    return rc < 0 ? rc : run->helper.result;
}

/* ---- the tasks of the trial */

__attribute__((noinline)) int sb_trial_call(const struct sb_trial_task *task)
{
    char gap[GAP];
    int rc;

    __asm__ volatile("" : : "r"(gap) : "memory"); /* else no compiler would keep it */
    rc = task->fn(task->arg);
    __asm__ volatile("" : : "r"(gap) : "memory");
    return rc;
}

static int run_task(void *arg)
{
    struct sb_trial_slot *slot = arg;
    struct sb_trial_run *run = slot->run;
    const struct sb_trial_task *config = slot->config;

    slot->result = run->way->call_fn == NULL ? sb_trial_call(config)
                                             : run->way->call_fn(config, run->way->arg);
    sb_trial_close_scopes(run, NULL);
    sb_trial_look_behind(run, slot, __builtin_frame_address(0));
    slot->has_ended = true;
    sb_cancel_clear();
    if (config->then != NULL) {
        int rc = config->then(config->arg);
        if (rc < 0 && !(config->is_server && rc == -ECANCELED))
            sb_trial_fail(run, "%s, in what it does then: %s", config->name, strerror(-rc));
    }
    return 0;
}

static bool is_listed(const int *errors, int rc)
{
    for (; errors != NULL && *errors != 0; errors++)
        if (*errors == rc)
            return true;
    return false;
}

static void check_result(struct sb_trial_run *run, const struct sb_trial_slot *slot)
{
    const struct sb_trial_task *config = slot->config;
    int rc = slot->result;

    if (rc >= 0 || is_listed(config->errors, rc) || (config->is_server && rc == -ECANCELED))
        return;
    if (run->way->allows_fn != NULL && run->way->allows_fn(config, rc, run->way->arg))
        return;
    sb_trial_fail(run, "%s ended with %d: %s", config->name, rc, strerror(-rc));
}

static bool run_to_end(struct sb_trial_run *run, struct sb_trial_slot *slot)
{
    int rc = run_until(run, &slot->task);

    if (rc == -EDEADLK &&
        sb_trial_fail(run, "nothing is left that could wake %s", slot->config->name))
        sb_trial_add_tasks(run);
    if (!slot->has_ended)
        return false; /* parked, or out of time: it is noted */
    check_result(run, slot);
    return true;
}

static bool start_tasks(struct sb_trial_run *run)
{
    for (unsigned i = 0; i < run->trial->task_count; i++) {
        const struct sb_trial_task *config = &run->trial->tasks[i];
        struct sb_trial_slot *slot = &run->slots[i];
        int rc = sb_spawn(&slot->task, config->name, run_task, slot);

        if (rc < 0) {
            sb_trial_fail(run, "%s cannot be started: %s", config->name, strerror(-rc));
            return false;
        }
        slot->run = run;
        slot->config = config;
        slot->has_ended = false;
    }
    return true;
}

/* Runs those that are servers, or those that are not. */
static bool run_those(struct sb_trial_run *run, bool are_servers)
{
    for (unsigned i = 0; i < run->trial->task_count; i++) {
        struct sb_trial_slot *slot = &run->slots[i];

        if (slot->config->is_server != are_servers)
            continue;
        if (are_servers)
            sb_task_cancel(&slot->task);
        if (!run_to_end(run, slot))
            return false;
    }
    return true;
}

static void run_tasks(struct sb_trial_run *run)
{
    run->is_live = true;
    if (!start_tasks(run) || !run_those(run, false) || !run_those(run, true)) {
        run->is_live = false;
        sb_loop_cancel_all(&run->loop, NULL);
        run_until(run, NULL);
    }
    run->is_live = false;
}

static int call_check(void *arg)
{
    current->trial->check(arg);
    return 0;
}

static void run_phases(struct sb_trial_run *run)
{
    const struct sb_trial *trial = run->trial;
    int rc = trial->set_up == NULL ? 0 : run_alone(run, "set-up", trial->set_up);

    if (rc < 0)
        sb_trial_fail(run, "the set-up: %s", strerror(-rc));
    else
        run_tasks(run);
    if (run->failure[0] == '\0' && trial->check != NULL)
        run_alone(run, "check", call_check);
    rc = trial->tear_down == NULL ? 0 : run_alone(run, "tear-down", trial->tear_down);
    if (rc < 0)
        sb_trial_fail(run, "the tear-down: %s", strerror(-rc));
}

int sb_trial_go(struct sb_trial_run *run, const struct sb_trial_way *way,
                struct sb_trial_report *report)
{
    assert(current == NULL); /* a trial does not run trials */
    run->way = way;
    run->event_count = 0;
    run->label_caller = run->failure_caller = NULL;
    run->wants_tasks = false;
    run->failure[0] = '\0';
    memset(run->places, 0, sizeof(run->places));
    current = run;
    start_loop(run);
    run_phases(run);
    sb_trial_look_at_loop(run);
    if (run->failure[0] != '\0')
        sb_trial_write_report(run, report);
    begin_phase(run);
    sb_loop_deinit(&run->loop);
    sb_heap_stacks_reset(&run->stacks);
    current = NULL;
    return run->failure[0] == '\0' ? 0 : -EPROTO;
}

/* ---- */

int sb_trial_open(const struct sb_trial *trial, struct sb_trial_run **out)
{
    if (trial->task_count == 0 || trial->task_count > SB_TRIAL_TASKS_MAX)
        return -EINVAL;
    *out = calloc(1, sizeof(**out));
    if (*out == NULL)
        return -ENOMEM;
    (*out)->trial = trial;
    sb_heap_stacks_init(&(*out)->stacks);
    return 0;
}

void sb_trial_close(struct sb_trial_run *run)
{
    sb_heap_stacks_deinit(&run->stacks);
    free(run);
}

int sb_trial_run(const struct sb_trial *trial, struct sb_trial_report *report)
{
    static const struct sb_trial_way way = {.label = ""};
    struct sb_trial_run *run;
    int rc;

    *report = (struct sb_trial_report){.text = ""};
    rc = sb_trial_open(trial, &run);
    if (rc < 0)
        return rc;
    rc = sb_trial_go(run, &way, report);
    sb_trial_close(run);
    return rc;
}
