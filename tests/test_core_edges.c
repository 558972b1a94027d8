/* SPDX-License-Identifier: MIT */
/*
 * The scheduler at its edges: the end of a loop, stops and restarts, timers that change each other within
 * one batch, clocks that run ahead, tracing and shuffling.
 */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "hal-linux/stacks_mmap.h"
#include "lib/event.h"
#include "lib/group.h"
#include "lib/queue.h"
#include "lib/timeout.h"
#include "lib/timer.h"
#include "sim/clock_virtual.h"

/* A loop of one's own, where run_in_loop's is too simple. */
static struct sb_stacks_mmap pool;
static struct sb_clock clock;
static struct sb_loop loop;

static void close_loop(void)
{
    sb_loop_deinit(&loop);
    sb_stacks_mmap_deinit(&pool);
}

static void open_loop(bool is_shuffled, uint64_t seed)
{
    if (sb_loop_current() != NULL) /* of a test that failed */
        close_loop();
    notes_clear();
    assert_int_equal(sb_stacks_mmap_init(&pool, 0), 0);
    sb_clock_virtual_init(&clock, SB_YIELD_COST_NS);
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = &clock,
                                                 .stacks = &pool.stacks,
                                                 .seed = seed,
                                                 .is_shuffled = is_shuffled});
}

/* ---- the loop's end, stop and restart */

static int sleep_10_ms(void *arg)
{
    int rc = sb_sleep_ms(10);

    note_at("%s %d", (const char *)arg, rc);
    return rc;
}

static void a_loop_goes_on_where_the_last_run_left_it(void **state)
{
    struct sb_task a;
    struct sb_task b;

    (void)state;
    open_loop(false, 0);
    sb_spawn(&a, "a", sleep_10_ms, "a");
    assert_int_equal(sb_loop_run(&loop, &a), 0);
    sb_spawn(&b, "b", sleep_10_ms, "b");
    assert_int_equal(sb_loop_run(&loop, &a), 0); /* it has finished already */
    assert_string_equal(notes(), "10 a 0");
    assert_int_equal(sb_loop_run(&loop, NULL), 0);
    assert_int_equal(sb_loop_run(&loop, NULL), 0);
    assert_string_equal(notes(), "10 a 0 | 20 b 0");
    close_loop();
}

static int wait_for_event(void *arg)
{
    int rc = sb_event_wait(arg);

    note_at("event %d", rc);
    return rc;
}

static void a_deadlock_is_no_end_what_comes_from_outside_resumes_it(void **state)
{
    struct sb_event event;
    struct sb_task task;

    (void)state;
    open_loop(false, 0);
    sb_event_init(&event);
    sb_spawn(&task, "waits", wait_for_event, &event);
    assert_int_equal(sb_loop_run(&loop, &task), -EDEADLK);
    assert_int_equal(sb_loop_run(&loop, &task), -EDEADLK);
    sb_event_set(&event);
    assert_int_equal(sb_loop_run(&loop, &task), 0);
    assert_string_equal(notes(), "0 event 0");
    close_loop();
}

static int ask_for_another_loop(void *arg)
{
    static struct sb_loop another;
    struct sb_clock its_clock;

    sb_clock_virtual_init(&its_clock, SB_YIELD_COST_NS);
    note("%d", sb_loop_init(&another, &(struct sb_loop_config){.clock = &its_clock}));
    return sleep_10_ms(arg);
}

/* spec/core.md 9.5.22, 13.3.27 */
static void a_second_loop_of_a_thread_is_refused_and_the_first_goes_on(void **state)
{
    struct sb_task task;

    (void)state;
    open_loop(false, 0);
    sb_spawn(&task, "asks", ask_for_another_loop, "a");
    assert_int_equal(sb_loop_run(&loop, NULL), 0);
    assert_string_equal(notes(), "-16 | 10 a 0");
    close_loop();
    assert_null(sb_loop_current()); /* and nothing of it is left for the next */
    open_loop(false, 0);
    assert_int_equal(sb_loop_run(&loop, NULL), 0);
    close_loop();
}

static int stop_then_yield(void *arg)
{
    sb_loop_stop(&loop);
    note("stopped");
    sb_yield();
    note("went on");
    return sleep_10_ms(arg);
}

static void a_stop_takes_effect_at_the_next_wait_and_lasts_for_one_run(void **state)
{
    struct sb_task a;
    struct sb_task b;

    (void)state;
    open_loop(false, 0);
    sb_spawn(&a, "a", stop_then_yield, "a");
    sb_spawn(&b, "b", sleep_10_ms, "b");
    assert_int_equal(sb_loop_run(&loop, NULL), 0);
    assert_string_equal(notes(), "stopped");
    assert_int_equal(sb_loop_run(&loop, NULL), 0);
    assert_string_equal(notes(), "stopped | went on | 10 b 0 | 10 a 0");
    close_loop();
}

static void stop_loop(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    sb_loop_stop(&loop);
}

static void note_timer(struct sb_timer *timer, void *arg)
{
    (void)timer;
    note_at("%s", (const char *)arg);
}

static void a_stop_by_a_timer_that_is_due_at_once_lets_no_time_pass(void **state)
{
    struct sb_event never;
    struct sb_timer stopper;
    struct sb_timer later;
    struct sb_task task;

    (void)state;
    open_loop(false, 0);
    sb_event_init(&never);
    sb_timer_init(&stopper, stop_loop, NULL);
    sb_timer_init(&later, note_timer, "later");
    sb_timer_start_ns(&stopper, 0);
    sb_timer_start_ns(&later, SB_S_NS);
    sb_spawn(&task, "waits", wait_for_event, &never);
    assert_int_equal(sb_loop_run(&loop, NULL), 0);
    assert_int_equal(sb_now_ns(), 0);
    assert_string_equal(notes(), "");
    sb_timer_stop(&later);
    close_loop();
}

static int fail_at_once(void *arg)
{
    (void)arg;
    return -EIO;
}

static void a_loop_ends_well_and_in_time_when_the_last_task_failed(void **state)
{
    struct sb_timer later;
    struct sb_task task;

    (void)state;
    open_loop(false, 0);
    sb_spawn(&task, "fails", fail_at_once, NULL);
    assert_int_equal(sb_loop_run(&loop, NULL), 0);
    assert_int_equal(loop.error_count, 1);
    sb_timer_init(&later, note_timer, "later");
    sb_timer_start_ns(&later, SB_S_NS);
    sb_spawn(&task, "fails", fail_at_once, NULL);
    assert_int_equal(sb_loop_run(&loop, NULL), 0);
    assert_int_equal(loop.error_count, 2);
    assert_int_equal(sb_now_ns(), 0);
    sb_timer_stop(&later);
    close_loop();
}

static struct sb_task left_behind;

static int sleep_for_ever(void *arg)
{
    int rc;

    (void)arg;
    for (int i = 0; i < 1000; i++)
        if ((rc = sb_sleep_ms(1000)) < 0)
            return rc;
    note("nobody cancelled it");
    return 0;
}

static int spawn_while_unwinding(void *arg)
{
    struct sb_event never;

    sb_event_init(&never);
    note("wait %d", sb_event_wait(&never));
    sb_spawn(&left_behind, "late", sleep_for_ever, arg);
    return 0;
}

static void what_is_spawned_while_the_loop_ends_begins_cancelled(void **state)
{
    struct sb_task task;

    (void)state;
    open_loop(false, 0);
    sb_spawn(&task, "unwinds", spawn_while_unwinding, NULL);
    assert_int_equal(sb_loop_run(&loop, &task), -EDEADLK);
    close_loop();
    assert_string_equal(notes(), "wait -125");
    assert_int_equal(left_behind.result, -ECANCELED);
}

static void timers_are_disarmed_when_their_loop_ends(void **state)
{
    static const int64_t deadlines[] = {0, 1, 63, 64, 5000, SB_S_NS, SB_NEVER};
    struct sb_timer timers[7];

    (void)state;
    open_loop(false, 0);
    for (int i = 0; i < 7; i++) {
        sb_timer_init(&timers[i], note_timer, "fired");
        sb_timer_start_at_ns(&timers[i], deadlines[i]);
    }
    close_loop();
    for (int i = 0; i < 7; i++) {
        assert_false(sb_timer_is_armed(&timers[i]));
        sb_timer_stop(&timers[i]); /* harmless, though there is no loop */
    }
    assert_string_equal(notes(), "");
}

static int ignore_cancel_but_for_a_shield(void *arg)
{
    int *count = arg;

    for (*count = 0; *count < 10000; ++*count) {
        sb_shield_begin();
        sb_shield_end();
        sb_sleep_ms(1);
    }
    return 0;
}

static void a_shield_without_a_wait_does_not_keep_a_task_from_being_parked(void **state)
{
    struct sb_task task;
    int count;

    (void)state;
    open_loop(false, 0);
    sb_spawn(&task, "ignores", ignore_cancel_but_for_a_shield, &count);
    sb_task_cancel(&task);
    assert_int_equal(sb_loop_run(&loop, &task), 0);
    assert_int_equal(task.state, SB_TASK_PARKED);
    assert_int_equal(count, 100);
    close_loop();
}

static void note_report(struct sb_task *task, int result, void *arg)
{
    char here;
    bool is_on_its_stack = (uintptr_t)&here - (uintptr_t)task->stack.base < task->stack.size;

    (void)arg;
    note("%s%s%s", task->name, result == -EDEADLK ? " reported" : "?",
         is_on_its_stack ? " on its own stack" : "");
}

/* Who reports may look up names and lines, which takes more stack than a task has. */
static void a_parked_task_is_reported_on_the_stack_of_the_loop(void **state)
{
    struct sb_task task;
    int count;

    (void)state;
    open_loop(false, 0);
    loop.error_fn = note_report;
    sb_spawn(&task, "ignores", ignore_cancel_but_for_a_shield, &count);
    sb_task_cancel(&task);
    close_loop();
    assert_string_equal(notes(), "ignores reported");
}

static int fail_often_with_clean_up(void *arg)
{
    (void)arg;
    for (int i = 0; i < 300; i++) {
        check_int(sb_sleep_ms(1), -ECANCELED);
        sb_shield_begin();
        check_int(sb_sleep_ms(1), 0);
        sb_shield_end();
    }
    return 7;
}

static void clean_up_that_waits_shielded_may_fail_as_often_as_it_likes(void **state)
{
    struct sb_task task;

    (void)state;
    open_loop(false, 0);
    sb_spawn(&task, "cleans up", fail_often_with_clean_up, NULL);
    sb_task_cancel(&task);
    assert_int_equal(sb_loop_run(&loop, &task), 0);
    assert_int_equal(task.state, SB_TASK_FINISHED);
    assert_int_equal(task.result, 7);
    close_loop();
}

/* ---- parked tasks */

static int ignore_cancel(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++)
        sb_sleep_ms(1);
    return 0;
}

static int parked_body(void *arg)
{
    static struct sb_task stubborn; /* a parked task's memory stays in use */
    struct sb_task sleeper;
    struct sb_group group;
    int result = 0;

    (void)arg;
    sb_group_init(&group);
    sb_group_spawn(&group, &stubborn, "stubborn", ignore_cancel, NULL);
    sb_group_spawn(&group, &sleeper, "sleeper", sleep_10_ms, "sleeper");
    sb_yield();
    sb_task_cancel(&stubborn);
    check_int(sb_join(&stubborn, &result), 0);
    check_int(result, -EDEADLK);
    check_int(sb_group_wait(&group), -EDEADLK);
    check_int(sleeper.result, -ECANCELED);
    check_int(test_loop()->parked_count, 1);
    check_true(!sb_task_cancel(&stubborn));
    return 0;
}

static void a_parked_task_counts_as_ended_for_joiners_and_its_group(void **state)
{
    (void)state;
    run_in_loop(parked_body, NULL);
}

/* ---- timers within one batch */

static struct sb_timer batch[4];

static void change_others(struct sb_timer *timer, void *arg)
{
    int *c_count = arg;

    note("%c at %d", 'a' + (int)(timer - batch), (int)sb_now_ns());
    if (timer == &batch[0]) {
        sb_timer_stop(&batch[1]);
        sb_timer_start_ns(&batch[2], 0); /* moves behind batch[3], in the same instant */
        sb_timer_start_ns(timer, 50);
    } else if (timer == &batch[2] && ++*c_count == 1) {
        sb_timer_start_ns(timer, 0);
        sb_timer_start_ns(&batch[0], 60);
    }
}

static int batch_body(void *arg)
{
    int c_count = 0;

    (void)arg;
    for (int i = 0; i < 4; i++) {
        sb_timer_init(&batch[i], change_others, &c_count);
        sb_timer_start_at_ns(&batch[i], 100);
    }
    check_int(sb_sleep_until_ns(155), 0);
    check_text(notes(), "a at 100 | d at 100 | c at 100 | c at 100");
    for (int i = 0; i < 4; i++)
        check_int(sb_timer_is_armed(&batch[i]), i == 0);
    check_int(batch[0].deadline_ns, 160);
    sb_timer_stop(&batch[0]);
    return 0;
}

static void timers_of_one_batch_may_stop_move_and_restart_each_other(void **state)
{
    (void)state;
    run_in_loop(batch_body, NULL);
}

static void restart_at_once(struct sb_timer *timer, void *arg)
{
    int *left = arg;

    note("timer %d", *left);
    if (--*left > 0)
        sb_timer_start_ns(timer, 0);
}

static int yield_thrice(void *arg)
{
    (void)arg;
    for (int i = 1; i <= 3; i++) {
        note("yield %d", i);
        sb_yield();
    }
    return 0;
}

static int settle_body(void *arg)
{
    struct sb_timer timer;
    struct sb_task task;
    int left = 3;

    (void)arg;
    sb_timer_init(&timer, restart_at_once, &left);
    sb_timer_start_ns(&timer, 0);
    sb_spawn(&task, "yields", yield_thrice, NULL);
    check_int(sb_settle(), 0);
    note("settled");
    check_int(sb_now_ns(), 0);
    check_int(left, 0);
    return sb_join(&task, NULL);
}

static void an_observer_waits_for_timers_that_restart_in_the_same_instant(void **state)
{
    (void)state;
    run_in_loop(settle_body, NULL);
    assert_string_equal(notes(),
                        "yield 1 | timer 3 | yield 2 | timer 2 | yield 3 | timer 1 | settled");
}

static int start_stop_yield(void *arg)
{
    struct sb_timer timer;
    int left = 1;

    (void)arg;
    sb_timer_init(&timer, restart_at_once, &left);
    sb_timer_start_ns(&timer, 0);
    sb_timer_stop(&timer);
    for (int i = 1; i <= 3; i++) {
        sb_yield();
        check_int(sb_now_ns(), i * SB_YIELD_COST_NS);
    }
    return 0;
}

static void a_timer_that_was_stopped_when_due_leaves_no_trace_in_time(void **state)
{
    (void)state;
    run_in_loop(start_stop_yield, NULL);
    assert_string_equal(notes(), "");
}

/* ---- deadlines that never come */

static int sleep_never(void *arg)
{
    struct sb_timeout timeout;
    int rc;

    (void)arg;
    sb_timeout_begin_ns(&timeout, SB_NEVER);
    rc = sb_timeout_end(&timeout, sb_sleep_ms(SB_NEVER));
    note_at("%d", rc);
    return rc;
}

static void a_deadline_that_never_comes_is_a_deadlock_that_a_cancel_ends(void **state)
{
    struct sb_task task;

    (void)state;
    open_loop(false, 0);
    sb_spawn(&task, "sleeps", sleep_never, NULL);
    assert_int_equal(sb_loop_run(&loop, &task), -EDEADLK);
    assert_int_equal(sb_now_ns(), 0);
    sb_task_cancel(&task);
    assert_int_equal(sb_loop_run(&loop, &task), 0);
    assert_string_equal(notes(), "0 -125");
    close_loop();
}

/* ---- a clock that runs ahead */

static int catch_up_count;

static void count_catch_up(struct sb_clock *c)
{
    (void)c;
    catch_up_count++;
}

static int yield_100_times(void *arg)
{
    (void)arg;
    for (int i = 0; i < 100; i++)
        sb_yield();
    return 0;
}

static void hear_nothing(const struct sb_trace_event *event, void *arg)
{
    (void)event;
    (void)arg;
}

static int catch_ups_of_a_poller(bool is_traced, bool is_shuffled)
{
    static struct sb_clock_ops ops;
    struct sb_task task;

    open_loop(is_shuffled, 1);
    ops = *clock.ops;
    ops.catch_up = count_catch_up;
    clock.ops = &ops;
    clock.run_ahead_ns = 10 * SB_YIELD_COST_NS;
    if (is_traced)
        sb_loop_set_trace(&loop, hear_nothing, NULL);
    catch_up_count = 0;
    sb_spawn(&task, "polls", yield_100_times, NULL);
    assert_int_equal(sb_loop_run(&loop, &task), 0);
    assert_int_equal(sb_now_ns(), 100 * SB_YIELD_COST_NS);
    close_loop();
    return catch_up_count;
}

static void a_clock_that_runs_ahead_is_asked_as_often_traced_or_not(void **state)
{
    (void)state;
    assert_int_equal(catch_ups_of_a_poller(false, false), 10);
    assert_int_equal(catch_ups_of_a_poller(true, false), 10);
    assert_int_equal(catch_ups_of_a_poller(false, true), 10);
}

/* ---- shuffling */

static int note_twice(void *arg)
{
    note("%s1", (const char *)arg);
    sb_yield();
    note("%s2", (const char *)arg);
    return 0;
}

static void shuffling_gives_every_legal_order_and_no_other(void **state)
{
    static char *const names[] = {"a", "b"};
    static const char *const legal[] = {"a1 | a2 | b1 | b2", "a1 | b1 | a2 | b2",
                                        "a1 | b1 | b2 | a2", "b1 | a1 | a2 | b2",
                                        "b1 | a1 | b2 | a2", "b1 | b2 | a1 | a2"};
    unsigned seen = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct sb_task tasks[2];
        int which = 0;

        open_loop(true, seed);
        for (int i = 0; i < 2; i++)
            sb_spawn(&tasks[i], names[i], note_twice, names[i]);
        assert_int_equal(sb_loop_run(&loop, NULL), 0);
        while (which < 6 && strcmp(notes(), legal[which]) != 0)
            which++;
        assert_true(which < 6);
        seen |= 1u << which;
        close_loop();
    }
    assert_int_equal(seen, 63);
}

/* ---- everything at once */

#define WORKERS 6
#define STEPS   400

static struct {
    uint64_t hash; /* of who did what, when, with which result */
    struct sb_queue queue;
    struct sb_event event;
    struct sb_task workers[WORKERS];
    int put;
    int got;
} storm;

static void record(int who, int what, int rc)
{
    storm.hash = (storm.hash ^ (uint64_t)(who * 1000003 + what * 1009 + rc)) * 1099511628211u;
    storm.hash = (storm.hash ^ (uint64_t)sb_now_ns()) * 1099511628211u;
}

static int nap(void *arg)
{
    int64_t us = (int64_t)(intptr_t)arg;
    int rc = sb_sleep_us(us);

    return rc < 0 ? rc : us % 7 == 0 ? -EIO : 0;
}

static int nap_in_group(int64_t us)
{
    struct sb_task children[2];
    struct sb_group group;

    sb_group_init(&group);
    for (int i = 0; i < 2; i++)
        sb_group_spawn(&group, &children[i], "nap", nap, (void *)(intptr_t)(us + 3 * i));
    return sb_group_wait(&group);
}

static int one_step(uint64_t random)
{
    int64_t us = (int64_t)(random >> 8 & 15);
    int item = 1;
    int rc;

    switch (random % 8) {
    case 0:
        return sb_yield();
    case 1:
        return sb_sleep_us(us);
    case 2:
        if ((rc = sb_queue_put(&storm.queue, &item)) == 0)
            storm.put++;
        return rc;
    case 3:
        if ((rc = sb_queue_get(&storm.queue, &item)) == 0)
            storm.got++;
        return rc;
    case 4:
        return sb_event_wait(&storm.event);
    case 5:
        sb_event_pulse(&storm.event);
        return 0;
    case 6:
        return nap_in_group(us);
    default:
        sb_shield_begin();
        rc = sb_sleep_us(us);
        sb_shield_end();
        return rc;
    }
}

static int storm_worker(void *arg)
{
    int who = (int)(intptr_t)arg;

    for (int i = 0; i < STEPS; i++) {
        uint64_t random = sb_loop_random(&loop);
        struct sb_timeout outer;
        struct sb_timeout inner;
        int rc;

        sb_timeout_begin_ns(&outer, (int64_t)(random >> 16 & 63) * SB_US_NS);
        sb_timeout_begin_ns(&inner, (int64_t)(random >> 24 & 63) * SB_US_NS);
        rc = one_step(random >> 32);
        rc = sb_timeout_end(&outer, sb_timeout_end(&inner, rc));
        record(who, (int)(random >> 32 & 7), rc);
        if (rc == -ECANCELED)
            sb_cancel_clear();
        if (random % 16 == 0)
            sb_task_cancel(&storm.workers[random >> 12 & 3]);
    }
    return 0;
}

static uint64_t run_storm(uint64_t seed, bool is_shuffled, bool is_traced)
{
    int items[2];

    open_loop(is_shuffled, seed);
    if (is_traced)
        sb_loop_set_trace(&loop, hear_nothing, NULL);
    storm.hash = 14695981039346656037u;
    storm.put = storm.got = 0;
    sb_queue_init(&storm.queue, items, sizeof(items[0]), 2);
    sb_event_init(&storm.event);
    for (int i = 0; i < WORKERS; i++)
        sb_spawn(&storm.workers[i], "worker", storm_worker, (void *)(intptr_t)i);
    assert_int_equal(sb_loop_run(&loop, NULL), 0);
    assert_int_equal(storm.put - storm.got, (int)storm.queue.count);
    assert_int_equal(loop.parked_count, 0);
    close_loop();
    return storm.hash;
}

/* spec/core.md 13.7.47, 13.7.50 */
static void tracing_changes_nothing_and_no_item_is_ever_lost(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        bool is_shuffled = seed % 2 == 0;
        uint64_t hash = run_storm(seed, is_shuffled, false);

        assert_true(run_storm(seed, is_shuffled, true) == hash);
        assert_true(run_storm(seed, is_shuffled, false) == hash);
        assert_true(run_storm(seed + 100, is_shuffled, false) != hash);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_goes_on_where_the_last_run_left_it),
        cmocka_unit_test(a_deadlock_is_no_end_what_comes_from_outside_resumes_it),
        cmocka_unit_test(a_second_loop_of_a_thread_is_refused_and_the_first_goes_on),
        cmocka_unit_test(a_stop_takes_effect_at_the_next_wait_and_lasts_for_one_run),
        cmocka_unit_test(a_stop_by_a_timer_that_is_due_at_once_lets_no_time_pass),
        cmocka_unit_test(a_loop_ends_well_and_in_time_when_the_last_task_failed),
        cmocka_unit_test(a_parked_task_counts_as_ended_for_joiners_and_its_group),
        cmocka_unit_test(timers_are_disarmed_when_their_loop_ends),
        cmocka_unit_test(a_shield_without_a_wait_does_not_keep_a_task_from_being_parked),
        cmocka_unit_test(a_parked_task_is_reported_on_the_stack_of_the_loop),
        cmocka_unit_test(clean_up_that_waits_shielded_may_fail_as_often_as_it_likes),
        cmocka_unit_test(timers_of_one_batch_may_stop_move_and_restart_each_other),
        cmocka_unit_test(what_is_spawned_while_the_loop_ends_begins_cancelled),
        cmocka_unit_test(an_observer_waits_for_timers_that_restart_in_the_same_instant),
        cmocka_unit_test(a_timer_that_was_stopped_when_due_leaves_no_trace_in_time),
        cmocka_unit_test(a_deadline_that_never_comes_is_a_deadlock_that_a_cancel_ends),
        cmocka_unit_test(a_clock_that_runs_ahead_is_asked_as_often_traced_or_not),
        cmocka_unit_test(shuffling_gives_every_legal_order_and_no_other),
        cmocka_unit_test(tracing_changes_nothing_and_no_item_is_ever_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
