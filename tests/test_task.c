/* SPDX-License-Identifier: MIT */
/* Tasks: order of running, sleep, join, cancel, shield. */
#include "tests/support.h"

#include <errno.h>

#include "lib/event.h"
#include "lib/task_info.h"

/* ---- order and time */

static int say_after(void *arg)
{
    const char *text = arg;
    int64_t ms = text[0] - '0';

    sb_sleep_ms(ms * 100);
    note_at("%s", text);
    return 0;
}

static int order_body(void *arg)
{
    struct sb_task tasks[4];
    static char *const texts[] = {"3c", "1a", "2b", "1d"};

    (void)arg;
    for (int i = 0; i < 4; i++)
        sb_spawn(&tasks[i], texts[i], say_after, texts[i]);
    note("spawned");
    for (int i = 0; i < 4; i++)
        check_int(sb_join(&tasks[i], NULL), 0);
    check_text(notes(), "spawned | 100 1a | 100 1d | 200 2b | 300 3c");
    return 0;
}

static void tasks_begin_behind_their_creator_and_equal_deadlines_wake_in_order(void **state)
{
    (void)state;
    run_in_loop(order_body, NULL);
}

static int never_early_body(void *arg)
{
    (void)arg;
    for (int64_t ms = 1; ms <= 54; ms++) {
        int64_t start = sb_now_ns();
        check_int(sb_sleep_ms(ms), 0);
        check_int(sb_now_ns() - start, ms * 1000000);
    }
    check_int(sb_sleep_ns(-5), 0);
    check_int(sb_sleep_until_ns(0), 0);
    return 0;
}

/* spec/core.md 13.1.5 */
static void a_sleep_lasts_exactly_as_long_as_asked_on_a_virtual_clock(void **state)
{
    (void)state;
    run_in_loop(never_early_body, NULL);
}

static int long_sleep_body(void *arg)
{
    (void)arg;
    check_int(sb_sleep_ms(INT64_C(100) * 365 * 24 * 3600 * 1000), 0); /* a hundred years */
    check_int(sb_now_ns(), INT64_C(100) * 365 * 24 * 3600 * SB_S_NS);
    return 0;
}

/* spec/core.md 13.1.7 */
static void a_sleep_may_last_a_hundred_years(void **state)
{
    (void)state;
    run_in_loop(long_sleep_body, NULL);
}

static int refuse_stack(struct sb_stacks *stacks, struct sb_stack *out)
{
    (void)stacks;
    (void)out;
    return -ENOMEM;
}

static int no_stack_body(void *arg)
{
    struct sb_stacks none = {.get = refuse_stack};
    struct sb_stacks *before = test_loop()->stacks;
    struct sb_task task;
    uint32_t count = test_loop()->task_count;

    (void)arg;
    test_loop()->stacks = &none;
    check_int(sb_spawn(&task, "none", say_after, "1a"), -ENOMEM);
    test_loop()->stacks = NULL;
    check_int(sb_spawn(&task, "none", say_after, "1a"), -ENOMEM);
    test_loop()->stacks = before;
    check_int(test_loop()->task_count, count);
    check_int(sb_spawn(&task, "again", say_after, "1a"), 0);
    return sb_join(&task, NULL);
}

/* spec/core.md 13.6.46 */
static void a_spawn_without_a_stack_left_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    run_in_loop(no_stack_body, NULL);
}

static int spin_forever(void *arg)
{
    uint64_t *count = arg;
    int rc;

    while ((rc = sb_yield()) == 0)
        ++*count;
    return rc;
}

static int polling_body(void *arg)
{
    uint64_t counts[3] = {0};
    struct sb_task tasks[3];

    (void)arg;
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "poller", spin_forever, &counts[i]);
    check_int(sb_sleep_us(50), 0);
    check_int(sb_now_ns(), 50000);
    for (int i = 0; i < 3; i++)
        check_true(counts[i] >= 48 && counts[i] <= 51);
    cancel_and_join(tasks, 3);
    return 0;
}

static void a_round_of_yields_moves_the_virtual_clock_by_its_cost(void **state)
{
    (void)state;
    run_in_loop(polling_body, NULL);
}

static int settle_late(void *arg)
{
    (void)arg;
    sb_sleep_ms(5);
    sb_settle();
    note_at("observer");
    return 0;
}

static int at_five(void *arg)
{
    sb_sleep_ms(5);
    sb_yield();
    note_at("%s", (const char *)arg);
    return 0;
}

static int settle_body(void *arg)
{
    struct sb_task tasks[4];
    uint64_t count = 0;

    (void)arg;
    sb_spawn(&tasks[0], "observer", settle_late, NULL);
    sb_spawn(&tasks[1], "a", at_five, "a");
    sb_spawn(&tasks[2], "b", at_five, "b");
    for (int i = 0; i < 3; i++)
        sb_join(&tasks[i], NULL);
    check_text(notes(), "5 a | 5 b | 5 observer");
    notes_clear();
    sb_spawn(&tasks[3], "poller", spin_forever,
             &count); /* an observer is not shut out by polling */
    sb_spawn(&tasks[0], "observer", settle_late, NULL);
    sb_join(&tasks[0], NULL);
    check_text(notes(), "10 observer");
    cancel_and_join(&tasks[3], 1);
    return 0;
}

static void an_observer_runs_when_everything_else_of_the_instant_has(void **state)
{
    (void)state;
    run_in_loop(settle_body, NULL);
}

static int delay_tick(void *arg)
{
    (void)arg;
    sb_sleep_us(3);
    note_at("other");
    return 0;
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    check_true(sb_task_current() == NULL);
    note_at("timer");
}

static int delay_body(void *arg)
{
    struct sb_timer timer;
    struct sb_task task;

    (void)arg;
    sb_spawn(&task, "other", delay_tick, NULL);
    sb_yield();
    notes_clear();
    sb_timer_init(&timer, on_timer, NULL);
    sb_timer_start_ns(&timer, 4000);
    sb_delay_us(10);
    note_at("delayed");
    sb_join(&task, NULL);
    check_text(notes(), "0.004 timer | 0.01 delayed | 0.01 other");
    return 0;
}

static void a_delay_lets_timers_fire_at_their_times_but_no_task_run(void **state)
{
    (void)state;
    run_in_loop(delay_body, NULL);
}

/* ---- join */

static int fail_at_once(void *arg)
{
    (void)arg;
    return -EIO;
}

static int forty_two(void *arg)
{
    (void)arg;
    sb_yield();
    return 42;
}

static int join_body(void *arg)
{
    struct sb_task task;
    int result = 0;

    (void)arg;
    sb_spawn(&task, "42", forty_two, NULL);
    check_true(!sb_task_is_finished(&task));
    check_int(sb_join(&task, &result), 0);
    check_int(result, 42);
    check_true(sb_task_is_finished(&task));
    check_int(sb_join(&task, &result), 0);
    check_int(result, 42);
    check_true(!sb_task_cancel(&task));
    check_int(sb_join(sb_task_current(), NULL), -EDEADLK);
    sb_spawn(&task, "fails", fail_at_once, NULL);
    check_int(sb_join(&task, &result), 0);
    check_int(result, -EIO);
    return 0;
}

static void a_task_may_be_joined_more_than_once_but_not_by_itself(void **state)
{
    (void)state;
    run_in_loop(join_body, NULL);
    assert_int_equal(test_error_count(), 0);
}

static int uncollected_body(void *arg)
{
    struct sb_task late;
    struct sb_task never;
    int result = 0;

    (void)arg;
    sb_spawn(&late, "late", fail_at_once, NULL);
    sb_spawn(&never, "never", fail_at_once, NULL);
    sb_yield();
    check_true(sb_task_is_finished(&late));
    sb_join(&late, &result); /* in the same instant: collected */
    check_int(result, -EIO);
    sb_sleep_ms(1);
    check_int(test_error_count(), 1);
    sb_join(&never, &result); /* still there for whoever asks */
    check_int(result, -EIO);
    return 0;
}

/* spec/core.md 13.3.23 */
static void an_error_that_nobody_collects_goes_to_the_error_handler_once(void **state)
{
    (void)state;
    run_in_loop(uncollected_body, NULL);
    assert_int_equal(test_error_count(), 1);
}

static int joins(void *arg)
{
    int rc = sb_join(arg, NULL);

    note("joiner %d", rc);
    return rc;
}

static int shared_join_body(void *arg)
{
    struct sb_task shared;
    struct sb_task a;
    struct sb_task b;
    int result = 0;

    (void)arg;
    sb_spawn(&shared, "shared", say_after, "1shared");
    sb_spawn(&a, "a", joins, &shared);
    sb_spawn(&b, "b", joins, &shared);
    sb_sleep_ms(10);
    sb_task_cancel(&a);
    sb_join(&b, &result);
    check_int(result, 0);
    check_text(notes(), "joiner -125 | 100 1shared | joiner 0");
    return 0;
}

/* spec/core.md 9.5.14, 13.3.18, 13.3.20 */
static void cancelling_a_joiner_leaves_the_joined_task_and_other_joiners_alone(void **state)
{
    (void)state;
    run_in_loop(shared_join_body, NULL);
}

/* ---- cancel */

static int sleeper(void *arg)
{
    int rc;

    (void)arg;
    note_at("task start");
    rc = sb_sleep_ms(1000);
    note_at("task %d", rc);
    return rc;
}

static int cancel_body(void *arg)
{
    struct sb_task task;
    int result = 0;

    (void)arg;
    sb_spawn(&task, "not begun", sleeper, NULL);
    check_true(sb_task_cancel(&task));
    sb_join(&task, &result);
    check_int(result, -ECANCELED);
    check_text(notes(), "0 task start | 0.001 task -125"); /* it does begin: its clean-up can run */
    notes_clear();

    sb_spawn(&task, "sleeping", sleeper, NULL);
    sb_sleep_ms(10);
    for (int i = 0; i < 4; i++)
        check_true(sb_task_cancel(&task));
    note_at("cancelled");
    sb_join(&task, &result);
    check_int(result, -ECANCELED);
    check_true(!sb_task_cancel(&task));
    check_text(notes(), "0.001 task start | 10.001 cancelled | 10.001 task -125");
    return 0;
}

/* spec/core.md 13.3.21 */
static void a_cancel_ends_the_present_or_the_next_wait(void **state)
{
    (void)state;
    run_in_loop(cancel_body, NULL);
    assert_int_equal(test_error_count(), 0);
}

static int cleans_up(void *arg)
{
    int rc = sb_sleep_ms(1000);

    (void)arg;
    note_at("first %d", rc);
    note_at("second %d", sb_sleep_ms(5));
    sb_shield_begin();
    note_at("shielded %d", sb_sleep_ms(5));
    sb_shield_end();
    note_at("third %d", sb_yield());
    sb_cancel_clear();
    note_at("cleared %d", sb_sleep_ms(5));
    return 0;
}

static int shield_body(void *arg)
{
    struct sb_task task;

    (void)arg;
    sb_spawn(&task, "task", cleans_up, NULL);
    sb_sleep_ms(1);
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    check_text(notes(), "1 first -125 | 1.001 second -125 | 6.001 shielded 0 | 6.002 third -125 | "
                        "11.002 cleared 0");
    return 0;
}

/* spec/core.md 13.4.34 */
static void every_wait_after_a_cancel_fails_but_for_shielded_ones(void **state)
{
    (void)state;
    run_in_loop(shield_body, NULL);
}

static int cancels_itself(void *arg)
{
    (void)arg;
    check_true(sb_task_cancel(sb_task_current()));
    return sb_sleep_ms(5);
}

static int self_cancel_body(void *arg)
{
    struct sb_task task;
    int result = 0;

    (void)arg;
    sb_spawn(&task, "self", cancels_itself, NULL);
    sb_join(&task, &result);
    check_int(result, -ECANCELED);
    check_int(sb_now_ns(), SB_US_NS); /* the failing wait let the others run once */
    return 0;
}

/* spec/core.md 13.3.21 */
static void a_task_may_cancel_itself(void **state)
{
    (void)state;
    run_in_loop(self_cancel_body, NULL);
}

static int ignores(void *arg)
{
    int *count = arg;

    while (*count >= 0) {
        sb_sleep_ms(1);
        ++*count;
    }
    return 0;
}

static int ignore_body(void *arg)
{
    struct sb_task task;
    int count = 0;
    int result = 0;

    (void)arg;
    sb_spawn(&task, "stubborn", ignores, &count);
    sb_yield();
    sb_task_cancel(&task);
    sb_join(&task, &result);
    check_int(result, -EDEADLK);
    check_int(task.state, SB_TASK_PARKED);
    check_int(count, 101); /* the wait that was cancelled, then a hundred that failed */
    check_int(test_loop()->parked_count, 1);
    check_int(test_error_count(), 1);
    return 0;
}

static void a_task_that_ignores_its_cancel_is_parked_and_reported(void **state)
{
    (void)state;
    run_in_loop(ignore_body, NULL);
}

static int yields_once(void *arg)
{
    (void)arg;
    note("wake");
    return 0;
}

static int finished_join_body(void *arg)
{
    struct sb_task target;
    struct sb_task waiter;
    int result = 0;

    (void)arg;
    sb_spawn(&target, "target", yields_once, NULL);
    sb_spawn(&waiter, "waiter", joins, &target);
    sb_yield();
    sb_yield();
    sb_task_cancel(&waiter);
    sb_join(&waiter, &result);
    check_int(result, 0); /* the join had been granted: it is kept */
    return 0;
}

/* spec/core.md 13.3.19 */
static void a_join_that_was_granted_is_not_lost_to_a_later_cancel(void **state)
{
    (void)state;
    run_in_loop(finished_join_body, NULL);
}

/* ---- the loop */

static int waits_for_ever(void *arg)
{
    return sb_event_wait(arg);
}

static int deadlock_body(void *arg)
{
    static struct sb_event never; /* not on this stack: the task outlives its creator */
    static struct sb_task task;

    (void)arg;
    sb_event_init(&never);
    sb_spawn(&task, "waiter", waits_for_ever, &never);
    return sb_join(&task, NULL);
}

static void a_loop_in_which_nothing_can_happen_returns_edeadlk(void **state)
{
    (void)state;
    assert_int_equal(run_loop_expecting(-EDEADLK, deadlock_body, NULL), -ECANCELED);
}

static void collect_names(const struct sb_task *task, void *arg)
{
    struct sb_task_info info;

    (void)arg;
    sb_task_info(task, &info);
    note("%u %s %s %s since %lld slices %llu", info.id, info.name,
         info.state == SB_TASK_RUNNING ? "running" : "waiting",
         info.wait_what == NULL ? "-" : info.wait_what, (long long)info.wait_since_ns,
         (unsigned long long)info.slice_count);
    check_true(info.stack_used > 0 && info.stack_used < info.stack_size);
}

static int dump_body(void *arg)
{
    struct sb_event never;
    struct sb_task a;
    struct sb_task b;

    (void)arg;
    sb_event_init(&never);
    sb_spawn(&a, "a", waits_for_ever, &never);
    sb_sleep_ms(2);
    sb_spawn(&b, "b", sleeper, NULL);
    sb_yield();
    notes_clear();
    sb_loop_for_each_task(test_loop(), collect_names, NULL);
    check_text(notes(), "1 main running - since 0 slices 3 | 2 a waiting event since 0 slices 1 | "
                        "3 b waiting sleep since 2000000 slices 1");
    cancel_and_join(&a, 1);
    cancel_and_join(&b, 1);
    return 0;
}

/* spec/core.md 13.7.49 */
static void a_dump_says_where_each_task_waits_and_since_when(void **state)
{
    (void)state;
    run_in_loop(dump_body, NULL);
}

static void on_call(void *arg)
{
    note("%s", (const char *)arg);
}

static int post_body(void *arg)
{
    struct sb_call first = {.fn = on_call, .arg = "first"};
    struct sb_call second = {.fn = on_call, .arg = "second"};

    (void)arg;
    sb_loop_post(test_loop(), &first);
    sb_loop_post(test_loop(), &second);
    sb_loop_post(test_loop(), &first); /* queued already */
    note("posted");
    sb_yield();
    sb_loop_post(test_loop(), &first);
    sb_yield();
    check_text(notes(), "posted | first | second | first");
    return 0;
}

static void posted_calls_run_in_order_each_once(void **state)
{
    (void)state;
    run_in_loop(post_body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_begin_behind_their_creator_and_equal_deadlines_wake_in_order),
        cmocka_unit_test(a_sleep_lasts_exactly_as_long_as_asked_on_a_virtual_clock),
        cmocka_unit_test(a_sleep_may_last_a_hundred_years),
        cmocka_unit_test(a_spawn_without_a_stack_left_is_refused_and_changes_nothing),
        cmocka_unit_test(a_round_of_yields_moves_the_virtual_clock_by_its_cost),
        cmocka_unit_test(an_observer_runs_when_everything_else_of_the_instant_has),
        cmocka_unit_test(a_delay_lets_timers_fire_at_their_times_but_no_task_run),
        cmocka_unit_test(a_task_may_be_joined_more_than_once_but_not_by_itself),
        cmocka_unit_test(an_error_that_nobody_collects_goes_to_the_error_handler_once),
        cmocka_unit_test(cancelling_a_joiner_leaves_the_joined_task_and_other_joiners_alone),
        cmocka_unit_test(a_cancel_ends_the_present_or_the_next_wait),
        cmocka_unit_test(every_wait_after_a_cancel_fails_but_for_shielded_ones),
        cmocka_unit_test(a_task_may_cancel_itself),
        cmocka_unit_test(a_task_that_ignores_its_cancel_is_parked_and_reported),
        cmocka_unit_test(a_join_that_was_granted_is_not_lost_to_a_later_cancel),
        cmocka_unit_test(a_loop_in_which_nothing_can_happen_returns_edeadlk),
        cmocka_unit_test(a_dump_says_where_each_task_waits_and_since_when),
        cmocka_unit_test(posted_calls_run_in_order_each_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
