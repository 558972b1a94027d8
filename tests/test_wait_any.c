/* SPDX-License-Identifier: MIT */
/* Waiting for one of several things, or for all: what is reported, what is consumed, what is left behind. */
#include "tests/support.h"

#include <errno.h>

#include "lib/event.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static struct sb_event events[4];
static struct sb_timer timers[4];

static void init_events(void)
{
    for (int i = 0; i < 4; i++)
        sb_event_init(&events[i]);
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    (void)timer;
    sb_event_set(arg);
}

/* Sets event `i` in `ms` from now. */
static void set_in_ms(int i, int ms)
{
    sb_timer_init(&timers[i], on_timer, &events[i]);
    sb_timer_start_ns(&timers[i], ms * SB_MS_NS);
}

static bool nobody_waits(void)
{
    for (int i = 0; i < 4; i++)
        if (sb_waitq_first(&events[i].waiters) != NULL)
            return false;
    return true;
}

static void make_cases(struct sb_case *cases, int count)
{
    for (int i = 0; i < count; i++)
        cases[i] = sb_event_case(&events[i]);
}

TASK_TEST(the_first_that_happens_is_reported_and_nobody_is_left_waiting)
{
    struct sb_case cases[3];

    (void)arg;
    init_events();
    make_cases(cases, 3);
    set_in_ms(2, 10);
    set_in_ms(0, 20);
    check_int(sb_wait_any(cases, 3), 2);
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    check_true(cases[2].is_done && !cases[0].is_done && !cases[1].is_done);
    check_true(nobody_waits());
    sb_timer_stop(&timers[0]);
    return 0;
}

/* spec/core.md 9.5.5, 13.4.33 */
TASK_TEST(of_two_in_one_instant_the_first_to_happen_is_reported)
{
    struct sb_case cases[3];

    (void)arg;
    init_events();
    make_cases(cases, 3);
    set_in_ms(1, 10); /* armed first, so it fires first */
    set_in_ms(0, 10);
    set_in_ms(2, 10);
    check_int(sb_wait_any(cases, 3), 1);
    check_true(!cases[0].is_done && !cases[2].is_done);
    check_true(sb_event_is_set(&events[0]) && sb_event_is_set(&events[2]));
    return 0;
}

TASK_TEST(what_is_there_already_is_taken_at_once_in_the_order_of_the_array)
{
    struct sb_case cases[3];

    (void)arg;
    init_events();
    make_cases(cases, 3);
    sb_event_set(&events[2]);
    sb_event_set(&events[1]);
    check_int(sb_wait_any(cases, 3), 1);
    check_int(sb_now_ns(), 0);
    return 0;
}

TASK_TEST(all_is_complete_with_the_last_even_if_the_first_was_cleared_meanwhile)
{
    struct sb_case cases[2];

    (void)arg;
    init_events();
    make_cases(cases, 2);
    set_in_ms(0, 10);
    sb_yield();
    set_in_ms(1, 30);
    sb_event_clear(&events[0]);
    check_int(sb_wait_all(cases, 2), 0);
    check_int(sb_now_ns(), 30 * SB_MS_NS + SB_US_NS);
    check_int(sb_wait_all(cases, 0), 0);
    return 0;
}

static int sleep_then_return(void *arg)
{
    int rc = sb_sleep_ms(5 * *(const int *)arg);

    return rc < 0 ? rc : *(const int *)arg;
}

/* spec/core.md 9.5.10, 13.4.33 */
TASK_TEST(a_task_that_was_not_first_goes_on)
{
    static const int one = 1;
    static const int two = 2;
    struct sb_task tasks[2];
    struct sb_case cases[2];
    int result;

    (void)arg;
    sb_spawn(&tasks[0], "two", sleep_then_return, (void *)(uintptr_t)&two);
    sb_spawn(&tasks[1], "one", sleep_then_return, (void *)(uintptr_t)&one);
    cases[0] = sb_task_case(&tasks[0]);
    cases[1] = sb_task_case(&tasks[1]);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(tasks[1].result, 1);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    check_true(!sb_task_is_finished(&tasks[0]));
    check_int(sb_join(&tasks[0], &result), 0);
    check_int(result, 2);
    check_int(sb_wait_any(cases, 2), 0); /* both have ended */
    return 0;
}

static int fail_with_eio(void *arg)
{
    (void)arg;
    return -EIO;
}

static int wait_for_a_failing_task(void *arg)
{
    bool has_ended = *(const bool *)arg;
    struct sb_task task;
    struct sb_case one = sb_task_case(&task);

    sb_spawn(&task, "fails", fail_with_eio, NULL);
    if (has_ended)
        sb_yield();
    check_int(sb_wait_any(&one, 1), 0);
    check_int(task.result, -EIO);
    return sb_sleep_ms(1);
}

static void an_error_of_a_task_that_was_waited_for_does_not_count_as_uncollected(void **state)
{
    (void)state;
    for (int has_ended = 0; has_ended < 2; has_ended++) {
        bool b = has_ended != 0;
        run_in_loop(wait_for_a_failing_task, &b);
        assert_int_equal(test_error_count(), 0);
    }
}

TASK_TEST(a_deadline_is_a_case_like_any_other)
{
    struct sb_case cases[2];

    (void)arg;
    init_events();
    cases[0] = sb_event_case(&events[0]);
    cases[1] = sb_deadline_case(7 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(sb_now_ns(), 7 * SB_MS_NS);
    check_true(nobody_waits());
    cases[1] = sb_deadline_case(3 * SB_MS_NS); /* past */
    check_int(sb_wait_any(cases, 2), 1);
    cases[1] = sb_deadline_case(SB_NEVER);
    set_in_ms(0, 1);
    check_int(sb_wait_any(cases, 2), 0);
    return 0;
}

static int wait_for_any(void *arg)
{
    int rc = sb_wait_any(arg, 3);

    note_at("%d", rc);
    return rc;
}

TASK_TEST(a_cancelled_wait_leaves_no_trace)
{
    struct sb_case cases[3];
    struct sb_task task;

    (void)arg;
    init_events();
    make_cases(cases, 2);
    cases[2] = sb_deadline_case(SB_S_NS);
    sb_spawn(&task, "waits", wait_for_any, cases);
    sb_sleep_ms(10);
    sb_task_cancel(&task);
    check_true(nobody_waits());
    sb_event_set(&events[1]);
    sb_join(&task, NULL);
    check_text(notes(), "10 -125");
    check_true(!sb_timer_is_armed(&cases[2].timer));
    return 0;
}

TASK_TEST(whichever_comes_first_of_the_case_and_the_cancel_decides)
{
    struct sb_case cases[3];
    struct sb_task task;

    (void)arg;
    init_events();
    make_cases(cases, 3);
    sb_spawn(&task, "waits", wait_for_any, cases);
    sb_sleep_ms(10);
    sb_event_set(&events[1]);
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    check_text(notes(), "10 1");
    return 0;
}

TASK_TEST(a_timeout_limits_it)
{
    struct sb_case cases[3];
    struct sb_timeout timeout;
    int rc;

    (void)arg;
    init_events();
    make_cases(cases, 3);
    sb_timeout_begin_ms(&timeout, 20);
    set_in_ms(0, 10);
    rc = sb_wait_all(cases, 3);
    check_int(sb_timeout_end(&timeout, rc), -ETIMEDOUT);
    check_int(sb_now_ns(), 20 * SB_MS_NS);
    check_true(cases[0].is_done && !cases[1].is_done && !cases[2].is_done);
    check_true(nobody_waits());
    return 0;
}

/* spec/core.md 9.3 event_test.test_wait: WaitAny((e0, e1, WaitAll((e2, e3)))) */
static int wait_nested_any(void *arg)
{
    struct sb_case both[2];
    struct sb_case cases[3];

    (void)arg;
    both[0] = sb_event_case(&events[2]);
    both[1] = sb_event_case(&events[3]);
    make_cases(cases, 2);
    cases[2] = sb_all_case(both, 2);
    note_at("any %d", sb_wait_any(cases, 3));
    check_true(nobody_waits());
    return 0;
}

TASK_TEST(an_any_with_an_all_inside)
{
    struct sb_task task;

    (void)arg;
    for (int round = 0; round < 3; round++) {
        init_events();
        sb_spawn(&task, "waits", wait_nested_any, NULL);
        if (round < 2) {
            set_in_ms(round, 1000);
        } else {
            set_in_ms(2, 1000);
            set_in_ms(3, 2000);
        }
        sb_join(&task, NULL);
    }
    check_text(notes(), "1000 any 0 | 2000 any 1 | 4000 any 2");
    return 0;
}

/* spec/core.md 9.3 event_test.test_wait: WaitAll((WaitAny((e0, e1)), WaitAny((e2, e3)))) */
static int wait_nested_all(void *arg)
{
    struct sb_case left[2];
    struct sb_case right[2];
    struct sb_case cases[2];
    int rc;

    (void)arg;
    make_cases(left, 2);
    right[0] = sb_event_case(&events[2]);
    right[1] = sb_event_case(&events[3]);
    cases[0] = sb_any_case(left, 2);
    cases[1] = sb_any_case(right, 2);
    rc = sb_wait_all(cases, 2);
    note_at("all %d: %d%d%d%d", rc, left[0].is_done, left[1].is_done, right[0].is_done,
            right[1].is_done);
    check_true(nobody_waits());
    return rc;
}

static int wait_nested_all_for_4_s(void *arg)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, 4000);
    return sb_timeout_end(&timeout, wait_nested_all(arg));
}

TASK_TEST(an_all_with_anys_inside)
{
    struct sb_task task;
    int result;

    (void)arg;
    init_events();
    sb_spawn(&task, "0 and 3", wait_nested_all, NULL);
    set_in_ms(0, 1000);
    set_in_ms(3, 2000);
    sb_join(&task, NULL);

    init_events();
    sb_spawn(&task, "cancelled", wait_nested_all, NULL);
    set_in_ms(0, 1000);
    set_in_ms(1, 2000);
    sb_sleep_ms(3000);
    sb_task_cancel(&task);
    sb_join(&task, &result);
    check_int(result, -ECANCELED);

    init_events();
    sb_spawn(&task, "out of time", wait_nested_all_for_4_s, NULL);
    set_in_ms(0, 1000);
    set_in_ms(1, 2000);
    sb_join(&task, &result);
    check_int(result, -ETIMEDOUT);
    check_text(notes(), "2000 all 0: 1001 | 5000 all -125: 1000 | 9000 all -110: 1000");
    return 0;
}

TASK_TEST(two_tasks_may_wait_for_the_same_things)
{
    struct sb_case mine[3];
    struct sb_case yours[3];
    struct sb_task tasks[2];

    (void)arg;
    init_events();
    make_cases(mine, 3);
    make_cases(yours, 3);
    sb_spawn(&tasks[0], "a", wait_for_any, mine);
    sb_spawn(&tasks[1], "b", wait_for_any, yours);
    sb_sleep_ms(1);
    sb_event_set(&events[1]);
    sb_join(&tasks[0], NULL);
    sb_join(&tasks[1], NULL);
    check_text(notes(), "1 1 | 1 1");
    return 0;
}

static int take_error(struct sb_case *c)
{
    (void)c;
    return -EIO;
}

TASK_TEST(what_happens_at_once_may_be_an_error)
{
    static const struct sb_case_ops ops = {.what = "broken", .take = take_error};
    struct sb_case cases[2];

    (void)arg;
    init_events();
    cases[0] = sb_event_case(&events[0]);
    cases[1] = sb_case_of(&ops, NULL, NULL);
    check_int(sb_wait_any(cases, 2), 1);
    check_true(cases[1].is_done);
    check_int(cases[1].rc, -EIO);
    check_int(sb_wait_all(cases, 2), -EIO);
    check_true(!cases[0].is_done);
    check_true(nobody_waits());
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_that_happens_is_reported_and_nobody_is_left_waiting),
        cmocka_unit_test(of_two_in_one_instant_the_first_to_happen_is_reported),
        cmocka_unit_test(what_is_there_already_is_taken_at_once_in_the_order_of_the_array),
        cmocka_unit_test(all_is_complete_with_the_last_even_if_the_first_was_cleared_meanwhile),
        cmocka_unit_test(a_task_that_was_not_first_goes_on),
        cmocka_unit_test(an_error_of_a_task_that_was_waited_for_does_not_count_as_uncollected),
        cmocka_unit_test(a_deadline_is_a_case_like_any_other),
        cmocka_unit_test(a_cancelled_wait_leaves_no_trace),
        cmocka_unit_test(whichever_comes_first_of_the_case_and_the_cancel_decides),
        cmocka_unit_test(a_timeout_limits_it),
        cmocka_unit_test(an_any_with_an_all_inside),
        cmocka_unit_test(an_all_with_anys_inside),
        cmocka_unit_test(two_tasks_may_wait_for_the_same_things),
        cmocka_unit_test(what_happens_at_once_may_be_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
