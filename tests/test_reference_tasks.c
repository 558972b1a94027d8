/* SPDX-License-Identifier: MIT */
/*
 * The original's own tests of tasks and events, one test for each of its files, as whole traces. Where
 * our order differs, on purpose, the comment says what the original's is, and why.
 */
#include "tests/support.h"

#include <errno.h>

#include "hal-linux/stacks_mmap.h"
#include "lib/event.h"
#include "lib/gather.h"
#include "sim/clock_virtual.h"

static struct sb_event event;

/* Numbers as arguments of tasks. */
static const int numbers[] = {0, 1, 2, 3, 4, 5, 6};

static void *number(int i)
{
    return (void *)(uintptr_t)&numbers[i];
}

/* ---- values, sleeping */

static int foo(void *arg)
{
    (void)arg;
    return 42;
}

/* spec/core.md 9.1 await_return, 13.3.25 */
TASK_TEST(a_value_is_returned_by_a_call_and_by_a_join)
{
    struct sb_task task;
    int result = 0;

    (void)arg;
    note("%d", foo(NULL));
    sb_spawn(&task, "foo", foo, NULL);
    sb_join(&task, &result);
    note("%d", result);
    check_text(notes(), "42 | 42");
    return 0;
}

static void delay_note(int64_t ms, const char *text)
{
    sb_sleep_ms(ms);
    note_at("%s", text);
}

/* There "took 200 400 0" is rounded to a tenth of a second; a yield is 1 us here. */
/* spec/core.md 9.1 basic */
TASK_TEST(sleeps_last_as_long_as_asked_and_a_negative_one_yields)
{
    (void)arg;
    note_at("start");
    delay_note(1, "after sleep");
    delay_note(200, "short");
    delay_note(400, "long");
    delay_note(-1000, "negative");
    check_text(notes(), "0 start | 1 after sleep | 201 short | 601 long | 601.001 negative");
    return 0;
}

static int forever(void *arg)
{
    (void)arg;
    note_at("forever start");
    return sb_sleep_ms(10000);
}

static int basic2_body(void *arg)
{
    static struct sb_task task; /* outlives its creator */

    (void)arg;
    note_at("main start");
    sb_spawn(&task, "forever", forever, NULL);
    sb_sleep_ms(1);
    note_at("main done");
    return 42;
}

/* spec/core.md 9.1 basic2 */
static void a_run_ends_with_its_main_task_though_others_sleep_on(void **state)
{
    (void)state;
    assert_int_equal(run_in_loop(basic2_body, NULL), 42);
    assert_string_equal(notes(), "0 main start | 0 forever start | 1 main done");
}

static int busy(void *arg)
{
    (void)arg;
    while (sb_yield() == 0)
        sb_delay_us(70);
    return 0;
}

/* Of these 54 the original ended 34 too early. */
/* spec/core.md 9.5.20, 13.1.4 */
TASK_TEST(no_sleep_ends_early_beside_a_busy_task)
{
    struct sb_task task;

    (void)arg;
    sb_spawn(&task, "busy", busy, NULL);
    for (int64_t ms = 1; ms <= 54; ms++) {
        int64_t start_ns = sb_now_ns();
        int64_t late_ns;

        sb_sleep_ms(ms);
        late_ns = sb_now_ns() - start_ns - ms * SB_MS_NS;
        check_true(late_ns >= 0 && late_ns <= 71 * SB_US_NS); /* a slice of the other */
    }
    cancel_and_join(&task, 1);
    return 0;
}

/* ---- fairness */

struct pace {
    int id;
    int64_t ms;
};

static int works_at_a_pace(void *arg)
{
    const struct pace *pace = arg;
    int rc;

    note("start %d", pace->id);
    do {
        if (pace->ms > 0)
            note("work %d", pace->id);
        rc = sb_sleep_ms(pace->ms);
    } while (rc == 0);
    return rc;
}

/* spec/core.md 9.1 fair */
TASK_TEST(tasks_that_only_yield_do_not_starve_sleepers)
{
    static const struct pace paces[] = {{1, -10}, {2, 100}, {3, 180}, {4, -100000}};
    struct sb_task tasks[4];

    (void)arg;
    for (int i = 0; i < 4; i++)
        sb_spawn(&tasks[i], "t", works_at_a_pace, (void *)(uintptr_t)&paces[i]);
    sb_sleep_ms(450);
    note("finish");
    cancel_and_join(tasks, 4);
    check_text(notes(),
               "start 1 | start 2 | work 2 | start 3 | work 3 | start 4 | work 2 | work 3 | "
               "work 2 | work 2 | work 3 | work 2 | finish");
    return 0;
}

static int cancels_in_turn(void *arg)
{
    struct sb_task **tasks = arg;
    int id = sb_task_current() == tasks[0] ? 0 : sb_task_current() == tasks[1] ? 1 : 2;

    for (int i = 0; i < 3; i++) {
        note("start %d", id);
        if (sb_sleep_ms(0) < 0) {
            note("cancelled %d", id);
            sb_cancel_clear();
        } else {
            note("done %d", id);
        }
        if (id < 2) {
            note("%d cancels %d", id, 1 - id);
            sb_task_cancel(tasks[1 - id]);
        }
    }
    return 0;
}

/*
 * The original's sleep(0) fails if the cancel comes before it is over; here a yield is granted the
 * moment that it is asked for, and the next one fails. So "cancelled" comes a round later, and the
 * third progresses all the same.
 */
/* spec/core.md 9.1 cancel_fair */
TASK_TEST(tasks_that_cancel_each_other_do_not_starve_a_third)
{
    struct sb_task t[3];
    struct sb_task *tasks[] = {&t[0], &t[1], &t[2]};

    (void)arg;
    for (int i = 0; i < 3; i++)
        sb_spawn(&t[i], "t", cancels_in_turn, tasks);
    for (int i = 0; i < 3; i++)
        sb_join(&t[i], NULL);
    check_text(notes(),
               "start 0 | start 1 | start 2 | done 0 | 0 cancels 1 | start 0 | done 1 | "
               "1 cancels 0 | start 1 | done 2 | start 2 | done 0 | 0 cancels 1 | start 0 | "
               "cancelled 1 | 1 cancels 0 | start 1 | done 2 | start 2 | cancelled 0 | "
               "0 cancels 1 | done 1 | 1 cancels 0 | done 2");
    return 0;
}

static int yields_until_cancelled(void *arg)
{
    int rc;

    (void)arg;
    do {
        note("sleep a");
        rc = sb_sleep_ms(0);
    } while (rc == 0);
    note("cancelled a");
    return rc;
}

static struct sb_task target;

static int cancels_until_finished(void *arg)
{
    int id = *(const int *)arg;

    while (sb_task_cancel(&target)) {
        note("sleep b %d", id);
        sb_sleep_ms(0);
    }
    note("done b %d", id);
    return 0;
}

/* The original has the first round only: there the yield under way fails, here the one after it. */
/* spec/core.md 9.1 cancel_fair2 */
TASK_TEST(a_task_that_three_others_cancel_gets_to_run)
{
    struct sb_task b[3];

    (void)arg;
    sb_spawn(&target, "a", yields_until_cancelled, NULL);
    for (int i = 0; i < 3; i++)
        sb_spawn(&b[i], "b", cancels_until_finished, number(i));
    sb_join(&target, NULL);
    for (int i = 0; i < 3; i++)
        sb_join(&b[i], NULL);
    check_text(notes(), "sleep a | sleep b 0 | sleep b 1 | sleep b 2 | "
                        "sleep a | sleep b 0 | sleep b 1 | sleep b 2 | "
                        "cancelled a | done b 0 | done b 1 | done b 2");
    return 0;
}

static int pulses(void *arg)
{
    for (int i = 0; i < 4; i++) {
        sb_event_set(&event);
        sb_event_clear(&event);
        note("wait %d", *(const int *)arg);
        sb_event_wait(&event);
    }
    return 0;
}

static int yields_four_times(void *arg)
{
    for (int i = 0; i < 4; i++) {
        note("sleep %d", *(const int *)arg);
        sb_sleep_ms(0);
    }
    return 0;
}

/* spec/core.md 9.1 event_fair */
TASK_TEST(tasks_that_pulse_each_other_do_not_starve_others)
{
    struct sb_task t[4];

    (void)arg;
    sb_event_init(&event);
    sb_spawn(&t[0], "s0", yields_four_times, number(0));
    sb_spawn(&t[1], "p2", pulses, number(2));
    sb_spawn(&t[2], "s1", yields_four_times, number(1));
    sb_spawn(&t[3], "p3", pulses, number(3));
    sb_join(&t[1], NULL);
    sb_event_set(&event);
    for (int i = 0; i < 4; i++)
        sb_join(&t[i], NULL);
    check_text(notes(),
               "sleep 0 | wait 2 | sleep 1 | wait 3 | sleep 0 | sleep 1 | wait 2 | sleep 0 | "
               "sleep 1 | wait 3 | sleep 0 | sleep 1 | wait 2 | wait 3 | wait 2 | wait 3");
    return 0;
}

/* ---- cancelling */

static int cancels_itself(void *arg)
{
    (void)arg;
    note("task start");
    note("%d", sb_task_cancel(sb_task_current()));
    note("%d", sb_sleep_ms(10));
    return 7;
}

/* The original refuses: "can't cancel self". */
/* spec/core.md 9.1 cancel_self, 13.3.21 */
TASK_TEST(a_task_that_cancels_itself_fails_at_its_next_wait)
{
    struct sb_task task;
    int result = 0;

    (void)arg;
    sb_spawn(&task, "t", cancels_itself, NULL);
    sb_join(&task, &result);
    check_int(result, 7);
    check_text(notes(), "task start | 1 | -125");
    return 0;
}

struct sleeper {
    int64_t ms;
    bool swallows; /* goes on when it is cancelled */
};

static int sleeps_once(void *arg)
{
    const struct sleeper *sleeper = arg;
    int rc;

    note("task start");
    rc = sb_sleep_ms(sleeper->ms);
    note(rc == 0 ? "task done" : "task cancel");
    return sleeper->swallows ? 0 : rc;
}

/* Waits for a task of its own, which it cannot leave behind. */
static int task_2(void *arg)
{
    struct sb_job job = {.fn = sleeps_once, .arg = arg};
    int rc;

    note("task 2");
    rc = sb_gather(&job, 1);
    note(rc == 0 ? "task 2 done" : "task 2 cancel");
    return rc;
}

static struct sb_task shared;

/* Joins a task that is not its own. */
static int task_2_joins(void *arg)
{
    int rc;

    note("task 2");
    sb_spawn(&shared, "shared", sleeps_once, arg);
    rc = sb_join(&shared, NULL);
    note(rc == 0 ? "task 2 done" : "task 2 cancel");
    return rc;
}

static void cancel_after_ten_ms(sb_task_fn *fn, const struct sleeper *sleeper)
{
    struct sb_task task;

    notes_clear();
    sb_spawn(&task, "t", fn, (void *)(uintptr_t)sleeper);
    sb_sleep_ms(10);
    note("main cancel");
    sb_task_cancel(&task);
    note("main sleep");
    sb_sleep_ms(100);
    sb_join(&task, NULL);
}

/*
 * In the original the task that never began prints nothing, so that what it owns is never cleaned
 * up; and a cancel of who awaits a task goes to that task instead, which decides for both: with
 * swallowing it ends in "task 2 done". Here a cancel goes down only where a task gathers its own,
 * and then reaches both; a joiner is cancelled alone.
 */
/* spec/core.md 9.1 cancel_task, 13.3.18, 13.3.21 */
TASK_TEST(a_cancel_before_during_and_after_a_task_and_through_another)
{
    static const struct sleeper long_sleep = {2000, false};
    static const struct sleeper short_sleep = {10, false};
    static const struct sleeper nested = {50, false};
    static const struct sleeper swallowing = {50, true};
    struct sb_task task;
    int result = 0;

    (void)arg;
    sb_spawn(&task, "t", sleeps_once, (void *)(uintptr_t)&long_sleep);
    note("%d", sb_task_cancel(&task));
    sb_join(&task, NULL);
    sb_spawn(&task, "t", sleeps_once, (void *)(uintptr_t)&long_sleep);
    sb_sleep_ms(10);
    note("%d", sb_task_cancel(&task));
    note("main sleep");
    sb_join(&task, NULL);
    check_text(notes(), "1 | task start | task cancel | task start | 1 | main sleep | task cancel");

    notes_clear();
    sb_spawn(&task, "t", sleeps_once, (void *)(uintptr_t)&long_sleep);
    sb_sleep_ms(10);
    for (int i = 0; i < 4; i++)
        note("%d", sb_task_cancel(&task));
    note("main sleep");
    sb_sleep_ms(10);
    note("main wait %d", sb_join(&task, &result));
    note("%d", result);
    sb_spawn(&task, "t", sleeps_once, (void *)(uintptr_t)&short_sleep);
    sb_sleep_ms(50);
    note("%d", sb_task_cancel(&task));
    check_text(notes(),
               "task start | 1 | 1 | 1 | 1 | main sleep | task cancel | main wait 0 | -125 | "
               "task start | task done | 0");

    cancel_after_ten_ms(task_2, &nested);
    check_text(notes(),
               "task 2 | task start | main cancel | main sleep | task cancel | task 2 cancel");
    cancel_after_ten_ms(task_2, &swallowing);
    check_text(notes(),
               "task 2 | task start | main cancel | main sleep | task cancel | task 2 cancel");
    cancel_after_ten_ms(task_2_joins, &nested);
    check_text(notes(),
               "task 2 | task start | main cancel | main sleep | task 2 cancel | task done");
    return 0;
}

static int sleep_task(void *arg)
{
    (void)arg;
    note("sleep_task sleep");
    sb_sleep_ms(0);
    note("sleep_task wake");
    return 0;
}

static int wait_task(void *arg)
{
    int rc;

    note("wait_task wait");
    rc = sb_join(arg, NULL);
    if (rc == 0)
        note("wait_task wake");
    rc = sb_sleep_ms(0);
    note("wait_task %d", rc);
    return rc;
}

/*
 * In the original "wait_task wake" must not appear: there the cancel wins. Here the join had been
 * granted when it came, so it is kept, and the next wait fails; whoever is cancelled still ends as
 * cancelled.
 */
/* spec/core.md 9.1 cancel_wait_on_finished, 13.3.19 */
TASK_TEST(a_joiner_that_is_cancelled_when_its_task_has_just_finished)
{
    struct sb_task sleeping;
    struct sb_task waiting;
    int result = 0;

    (void)arg;
    sb_spawn(&sleeping, "sleep_task", sleep_task, NULL);
    sb_spawn(&waiting, "wait_task", wait_task, &sleeping);
    for (int i = 0; i < 2; i++) {
        note("main sleep");
        sb_sleep_ms(0);
    }
    sb_task_cancel(&waiting);
    note("main wait");
    sb_join(&waiting, &result);
    check_int(result, -ECANCELED);
    check_text(notes(), "main sleep | sleep_task sleep | wait_task wait | main sleep | "
                        "sleep_task wake | main wait | wait_task wake | wait_task -125");
    return 0;
}

/* ---- which task, and whether it is done */

static int note_current(void *arg)
{
    *(struct sb_task **)arg = sb_task_current();
    return 0;
}

static int current_body(void *arg)
{
    struct sb_task *current = NULL;
    struct sb_task task;

    (void)arg;
    sb_spawn(&task, "t", note_current, &current);
    sb_sleep_ms(0);
    sb_sleep_ms(0);
    check_true(current == &task);
    return 0;
}

/* spec/core.md 9.1 current_task */
static void there_is_a_current_task_only_while_one_runs(void **state)
{
    (void)state;
    assert_null(sb_task_current());
    run_in_loop(current_body, NULL);
    assert_null(sb_task_current());
}

struct ending {
    int64_t ms; /* negative: at once */
    int result;
};

static int ends(void *arg)
{
    const struct ending *ending = arg;

    note("start");
    if (ending->ms >= 0)
        sb_sleep_ms(ending->ms);
    if (ending->result == 0)
        note("done");
    return ending->result;
}

/* spec/core.md 9.1 task_done */
TASK_TEST(a_task_is_finished_from_its_end_on_good_or_bad)
{
    static const struct ending endings[] = {{-1, 0}, {10, 0}, {-1, -EDOM}, {10, -EDOM}};
    static const char *const traces[] = {
        "0 | start | done | 1 | 0 | 1",
        "0 | start | 0 | done | 0 | 1",
        "0 | start | 1 | -33 | 1",
        "0 | start | 0 | -33 | 1",
    };
    struct sb_task task;
    int result = 0;

    (void)arg;
    for (int i = 0; i < 4; i++) {
        notes_clear();
        sb_spawn(&task, "t", ends, (void *)(uintptr_t)&endings[i]);
        note("%d", sb_task_is_finished(&task));
        sb_sleep_ms(0);
        note("%d", sb_task_is_finished(&task));
        sb_join(&task, &result);
        note("%d", result);
        note("%d", sb_task_is_finished(&task));
        check_text(notes(), traces[i]);
    }
    check_int(test_error_count(), 0);
    return 0;
}

/* ---- joining */

static int note_number(void *arg)
{
    note_at("task %d", *(const int *)arg);
    return 0;
}

static int delay_hello(void *arg)
{
    int n = *(const int *)arg;

    delay_note(200 * n, n == 1 ? "hello" : "world");
    return 0;
}

static int fails(void *arg)
{
    (void)arg;
    note_at("task_raise");
    return -EDOM;
}

/* spec/core.md 9.1 wait_task, 13.3.26 */
TASK_TEST(a_task_is_joined_while_it_runs_and_after_it_has_ended_well_or_not)
{
    struct sb_task task;
    struct sb_task two[2];
    int result = 0;

    (void)arg;
    note_at("start");
    sb_spawn(&task, "t", note_number, number(1));
    check_int(sb_join(&task, NULL), 0);
    sb_spawn(&task, "t", note_number, number(2));
    sb_sleep_ms(1);
    for (int i = 0; i < 2; i++)
        check_int(sb_join(&task, NULL), 0);
    note_at("start");
    for (int i = 0; i < 2; i++)
        sb_spawn(&two[i], "t", delay_hello, number(i + 1));
    for (int i = 0; i < 2; i++) {
        sb_join(&two[i], NULL);
        note_at("joined");
    }
    check_text(notes(), "0 start | 0 task 1 | 0 task 2 | 1 start | 201 hello | 201 joined | "
                        "401 world | 401 joined");

    notes_clear();
    sb_spawn(&task, "t", fails, NULL);
    sb_join(&task, &result);
    note("%d", result);
    sb_spawn(&task, "t", fails, NULL);
    for (int i = 0; i < 5; i++)
        sb_sleep_ms(0);
    check_int(test_error_count(), 1); /* it was reported, and is still there for who asks */
    sb_join(&task, &result);
    note("%d", result);
    check_text(notes(), "401 task_raise | -33 | 401 task_raise | -33");
    return 0;
}

/* Each of three tasks waits for the one before it, then works for 100 ms. */
static struct sb_task linked[3];

static int linked_job(void *arg)
{
    int id = *(const int *)arg;

    if (id > 0)
        sb_join(&linked[id - 1], NULL);
    sb_sleep_ms(100);
    note_at("task%d completed", id);
    return 0;
}

static void start_linked(void)
{
    for (int i = 0; i < 3; i++)
        sb_spawn(&linked[i], "linked", linked_job, number(i));
}

static int linked_body(void *arg)
{
    (void)arg;
    start_linked();
    for (int i = 0; i < 3; i += 2) {
        sb_join(&linked[i], NULL);
        note_at("-> task%d done", i);
    }
    return 0;
}

/* spec/core.md 9.1 wait_for_linked_task */
static void a_task_that_others_wait_for_may_be_joined_or_run_to_its_end(void **state)
{
    static const char trace[] = "100 task0 completed | 100 -> task0 done | 200 task1 completed | "
                                "300 task2 completed | 300 -> task2 done";
    struct sb_stacks_mmap pool;
    struct sb_clock clock;
    struct sb_loop loop;

    (void)state;
    run_in_loop(linked_body, NULL);
    assert_string_equal(notes(), trace);

    notes_clear();
    sb_clock_virtual_init(&clock, SB_YIELD_COST_NS);
    assert_int_equal(sb_stacks_mmap_init(&pool, 0), 0);
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = &clock, .stacks = &pool.stacks});
    start_linked();
    for (int i = 0; i < 3; i += 2) {
        assert_int_equal(sb_loop_run(&loop, &linked[i]), 0);
        note_at("-> task%d done", i);
    }
    sb_loop_deinit(&loop);
    sb_stacks_mmap_deinit(&pool);
    assert_string_equal(notes(), trace);
}

/* ---- errors */

static int main_fails(void *arg)
{
    (void)arg;
    note("main start");
    return -1;
}

static int task_fails(void *arg)
{
    (void)arg;
    note("task start");
    return -2;
}

static int passes_on(void *arg)
{
    struct sb_task task;
    int result = 0;

    (void)arg;
    note("main start");
    sb_spawn(&task, "t", task_fails, NULL);
    sb_join(&task, &result);
    return result;
}

static int never_scheduled(void *arg)
{
    (void)arg;
    note("task %d", sb_sleep_ms(1));
    return 0;
}

static int fails_before_its_task_runs(void *arg)
{
    static struct sb_task task; /* outlives its creator */

    (void)arg;
    note("main start");
    sb_spawn(&task, "t", never_scheduled, NULL);
    return -3;
}

/*
 * In the original the last one's task never runs; ours begins when the loop ends, cancelled, so
 * that what it owns is cleaned up.
 */
/* spec/core.md 9.1 exception, 13.3.21 */
static void an_error_of_the_main_task_is_what_the_run_returns(void **state)
{
    (void)state;
    assert_int_equal(run_in_loop(main_fails, NULL), -1);
    assert_string_equal(notes(), "main start");
    assert_int_equal(run_in_loop(passes_on, NULL), -2);
    assert_string_equal(notes(), "main start | task start");
    assert_int_equal(run_in_loop(fails_before_its_task_runs, NULL), -3);
    assert_string_equal(notes(), "main start | task -125");
    assert_int_equal(test_error_count(), 0);
}

static void note_error(struct sb_task *task, int result, void *arg)
{
    (void)arg;
    check_true(task->result == result && sb_task_current() == NULL);
    note_at("handler %d", result);
}

static int fails_with(void *arg)
{
    return -1 - *(const int *)arg;
}

/* spec/core.md 9.1 set_exception_handler, 13.3.23 */
TASK_TEST(errors_that_nobody_collects_are_reported_in_order_within_the_instant)
{
    static struct sb_task tasks[4];
    int result = 0;

    (void)arg;
    test_loop()->error_fn = note_error;
    sb_spawn(&tasks[0], "t", fails_with, number(0));
    note_at("sleep");
    for (int i = 0; i < 2; i++)
        sb_sleep_ms(0);
    sb_spawn(&tasks[1], "t", fails_with, number(1));
    sb_spawn(&tasks[2], "t", fails_with, number(2));
    note_at("sleep");
    for (int i = 0; i < 2; i++)
        sb_sleep_ms(0);
    sb_spawn(&tasks[3], "t", fails_with, number(3));
    sb_sleep_ms(0);
    sb_join(&tasks[3], &result);
    note_at("%d", result);
    sb_sleep_ms(1);
    note("done");
    check_text(notes(),
               "0 sleep | 0 handler -1 | 0 sleep | 0 handler -2 | 0 handler -3 | 0 -4 | done");
    return 0;
}

/* ---- events */

static int waits(void *arg)
{
    note("start %d", *(const int *)arg);
    if (sb_event_wait(&event) == 0)
        note("end %d", *(const int *)arg);
    return sb_sleep_ms(0);
}

static int sets_after_ten_ms(void *arg)
{
    sb_sleep_ms(10 * *(const int *)arg);
    note("set event");
    sb_event_set(&event);
    return 0;
}

static int wait_for_event(void *arg)
{
    return sb_event_wait(arg);
}

static void start_waiter(struct sb_task *task, int id)
{
    sb_spawn(task, "t", waits, number(id));
    sb_sleep_ms(0);
}

/*
 * In the original a cancel that comes after the set wins, and "end 5" does not appear; here what
 * was granted is kept, and the next wait fails.
 */
/* spec/core.md 9.1 event */
TASK_TEST(an_event_is_set_cleared_waited_for_cancelled_and_timed_out)
{
    struct sb_task t[6];
    struct sb_task setter;

    (void)arg;
    sb_event_init(&event);
    note("%d", sb_event_is_set(&event));
    sb_event_set(&event);
    note("%d", sb_event_is_set(&event));
    sb_event_clear(&event);
    note("%d", sb_event_is_set(&event));
    check_text(notes(), "0 | 1 | 0");

    notes_clear();
    for (int i = 0; i < 2; i++)
        sb_spawn(&t[i], "t", waits, number(i + 1));
    note("yield");
    sb_sleep_ms(0);
    note("set event");
    sb_event_set(&event);
    note("yield");
    sb_sleep_ms(0);
    start_waiter(&t[2], 3); /* set already */
    note("clear event");
    sb_event_clear(&event);
    start_waiter(&t[3], 4);
    note("set event");
    sb_event_set(&event);
    sb_sleep_ms(0);
    check_text(notes(), "yield | start 1 | start 2 | set event | yield | end 1 | end 2 | start 3 | "
                        "end 3 | clear event | start 4 | set event | end 4");

    notes_clear();
    sb_event_clear(&event);
    start_waiter(&t[4], 5);
    sb_event_set(&event);
    sb_task_cancel(&t[4]);
    sb_sleep_ms(100);
    sb_event_clear(&event);
    start_waiter(&t[5], 6);
    sb_task_cancel(&t[5]);
    sb_event_set(&event);
    sb_sleep_ms(100);
    check_text(notes(), "start 5 | end 5 | start 6");
    check_int(t[4].result, -ECANCELED);
    check_int(t[5].result, -ECANCELED);

    notes_clear();
    sb_event_clear(&event);
    sb_spawn(&setter, "t", sets_after_ten_ms, number(1));
    note("%d", sb_wait_for_ms(100, wait_for_event, &event));
    sb_join(&setter, NULL);
    sb_event_clear(&event);
    sb_spawn(&setter, "t", sets_after_ten_ms, number(5));
    note("%d", sb_wait_for_ms(10, wait_for_event, &event));
    note("%d", sb_event_wait(&event));
    check_text(notes(), "set event | 0 | -110 | set event | 0");
    for (int i = 0; i < 6; i++)
        sb_join(&t[i], NULL);
    return sb_join(&setter, NULL);
}

/* What an iterator gives next; -1 ends it. */
static int message;

static void give(int value)
{
    message = value;
    sb_event_set(&event);
}

static int gives_three(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        sb_sleep_ms(100);
        give(i);
    }
    return 0;
}

static void end_from_outside(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    note_at("good");
    give(-1);
}

/* spec/core.md 9.1 iterator_event, 13.3.28 */
TASK_TEST(a_loop_over_an_event_stays_alive_until_it_is_ended_from_outside)
{
    struct sb_task task;
    struct sb_timer timer;

    (void)arg;
    sb_event_init(&event);
    sb_spawn(&task, "t", gives_three, NULL);
    sb_timer_init(&timer, end_from_outside, NULL);
    sb_timer_start_ns(&timer, 500 * SB_MS_NS);
    while (sb_event_wait(&event) == 0 && message >= 0) {
        sb_event_clear(&event);
        note_at("bar %d", message);
    }
    note_at("end main");
    check_text(notes(), "100 bar 0 | 200 bar 1 | 300 bar 2 | 500 good | 500 end main");
    return sb_join(&task, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_returned_by_a_call_and_by_a_join),
        cmocka_unit_test(sleeps_last_as_long_as_asked_and_a_negative_one_yields),
        cmocka_unit_test(a_run_ends_with_its_main_task_though_others_sleep_on),
        cmocka_unit_test(no_sleep_ends_early_beside_a_busy_task),
        cmocka_unit_test(tasks_that_only_yield_do_not_starve_sleepers),
        cmocka_unit_test(tasks_that_cancel_each_other_do_not_starve_a_third),
        cmocka_unit_test(a_task_that_three_others_cancel_gets_to_run),
        cmocka_unit_test(tasks_that_pulse_each_other_do_not_starve_others),
        cmocka_unit_test(a_task_that_cancels_itself_fails_at_its_next_wait),
        cmocka_unit_test(a_cancel_before_during_and_after_a_task_and_through_another),
        cmocka_unit_test(a_joiner_that_is_cancelled_when_its_task_has_just_finished),
        cmocka_unit_test(there_is_a_current_task_only_while_one_runs),
        cmocka_unit_test(a_task_is_finished_from_its_end_on_good_or_bad),
        cmocka_unit_test(a_task_is_joined_while_it_runs_and_after_it_has_ended_well_or_not),
        cmocka_unit_test(a_task_that_others_wait_for_may_be_joined_or_run_to_its_end),
        cmocka_unit_test(an_error_of_the_main_task_is_what_the_run_returns),
        cmocka_unit_test(errors_that_nobody_collects_are_reported_in_order_within_the_instant),
        cmocka_unit_test(an_event_is_set_cleared_waited_for_cancelled_and_timed_out),
        cmocka_unit_test(a_loop_over_an_event_stays_alive_until_it_is_ended_from_outside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
