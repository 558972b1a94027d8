/* SPDX-License-Identifier: MIT */
/* Delays: once, again, periodic, stopped, triggered from outside; the original's delay_test (spec/core.md 9.3). */
#include "tests/support.h"

#include <errno.h>

#include "lib/delay.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

_Static_assert(sizeof(void *) != 8 || sizeof(struct sb_delay) <= 96,
               "a delay takes 96 bytes at most");

static struct sb_delay delay;

static void on_elapsed(void *arg)
{
    note_at("%s", (const char *)arg);
}

static void init(void)
{
    sb_delay_init(&delay, on_elapsed, "elapsed");
}

/* ---- the original's tests */

static void on_interrupt(void *arg)
{
    sb_delay_trigger_post(arg);
}

/* spec/core.md 9.3 delay_test 0 */
TASK_TEST(interrupts_that_come_before_the_end_put_it_off)
{
    struct sb_delay_trigger trigger;
    struct sb_delay source;

    (void)arg;
    init();
    check_int(sb_delay_set_duration_ms(&delay, 200), 0);
    sb_delay_trigger_init(&trigger, &delay);
    sb_delay_init(&source, on_interrupt, &trigger);
    check_int(sb_delay_start_periodic_ms(&source, 100), 0); /* 10 Hz for 5 s */
    sb_sleep_ms(5050);
    sb_delay_stop(&source);
    check_true(sb_delay_is_running(&delay));
    check_text(notes(), "");
    sb_sleep_ms(1000);
    check_text(notes(), "5200 elapsed");
    check_true(!sb_delay_is_running(&delay));
    sb_delay_trigger_deinit(&trigger);
    return 0;
}

/* spec/core.md 9.3 delay_test 1 */
TASK_TEST(it_runs_until_it_elapses_or_is_stopped)
{
    (void)arg;
    init();
    sb_delay_start_ms(&delay, 5000);
    sb_sleep_ms(4000);
    check_true(sb_delay_is_running(&delay));
    sb_sleep_ms(2000);
    check_true(!sb_delay_is_running(&delay));
    check_text(notes(), "5000 elapsed");
    sb_delay_start_ms(&delay, 3000);
    sb_sleep_ms(1000);
    sb_delay_stop(&delay);
    check_true(!sb_delay_is_running(&delay));
    sb_sleep_ms(5000);
    check_text(notes(), "5000 elapsed");
    return 0;
}

/* spec/core.md 9.3 delay_test 2 */
TASK_TEST(a_start_may_shorten_a_running_delay)
{
    (void)arg;
    init();
    sb_delay_start_ms(&delay, 5000);
    sb_sleep_ms(6000);
    sb_delay_start_ms(&delay, 10000);
    sb_sleep_ms(1000);
    sb_delay_start_ms(&delay, 3000);
    sb_sleep_ms(20000);
    check_text(notes(), "5000 elapsed | 10000 elapsed");
    return 0;
}

/* spec/core.md 9.3 delay_test 3 */
TASK_TEST(a_restart_takes_the_last_duration)
{
    (void)arg;
    init();
    check_int(sb_delay_set_duration_ms(&delay, 5000), 0);
    sb_delay_restart(&delay);
    sb_sleep_ms(4000);
    sb_delay_restart(&delay);
    sb_sleep_ms(20000);
    check_text(notes(), "9000 elapsed");
    return 0;
}

static struct sb_task launched;

static int launched_body(void *arg)
{
    int rc;

    note_at("starts");
    rc = sb_sleep_ms(2000);
    note_at("%s", rc == 0 ? "ends" : "cancelled");
    (void)arg;
    return rc < 0 ? rc : 42;
}

static void launch(void *arg)
{
    check_int(sb_spawn(&launched, "launched", launched_body, arg), 0);
}

/* spec/core.md 9.3 delay_test 4 */
TASK_TEST(its_function_may_start_a_task)
{
    int result;

    (void)arg;
    sb_delay_init(&delay, launch, NULL);
    sb_delay_start_ms(&delay, 3000);
    sb_sleep_ms(7000);
    check_true(sb_task_is_finished(&launched));
    sb_delay_restart(&delay);
    sb_sleep_ms(4000);
    sb_task_cancel(&launched);
    sb_join(&launched, NULL);
    sb_delay_restart(&delay);
    sb_delay_wait(&delay);
    sb_join(&launched, &result);
    check_int(result, 42);
    check_text(notes(), "3000 starts | 5000 ends | 10000 starts | 11000 cancelled | "
                        "14000 starts | 16000 ends");
    return 0;
}

/* spec/core.md 9.3 delay_test 5: there is nothing to release, so a stopped one may be started again. */
TASK_TEST(a_stopped_delay_holds_nothing_and_may_be_started_again)
{
    (void)arg;
    init();
    sb_delay_start_ms(&delay, 3000);
    sb_sleep_ms(4000);
    sb_delay_stop(&delay);
    sb_delay_stop(&delay);
    check_int(sb_wheel_next_ns(&test_loop()->wheel), SB_NEVER);
    sb_delay_restart(&delay);
    sb_sleep_ms(4000);
    check_text(notes(), "3000 elapsed | 7000 elapsed");
    return 0;
}

/* ---- start and stop */

/* spec/core.md 9.5.3, 13.4.32 */
TASK_TEST(a_stopped_delay_never_elapses_even_if_stopped_in_the_instant_of_its_start)
{
    (void)arg;
    init();
    sb_delay_start_ms(&delay, 0);
    sb_delay_stop(&delay);
    check_true(!sb_delay_is_running(&delay));
    sb_sleep_ms(10);
    check_text(notes(), "");
    return 0;
}

static void stop_delay(struct sb_timer *timer, void *arg)
{
    (void)timer;
    sb_delay_stop(arg);
}

/* spec/core.md 9.5.3 */
TASK_TEST(a_delay_that_is_stopped_by_a_timer_of_the_instant_in_which_it_is_due_never_elapses)
{
    struct sb_timer timer;

    (void)arg;
    init();
    sb_timer_init(&timer, stop_delay, &delay);
    sb_timer_start_ns(&timer, 10 * SB_MS_NS);
    sb_delay_start_ms(&delay, 10);
    sb_sleep_ms(20);
    check_text(notes(), "");
    check_true(!sb_delay_is_running(&delay));
    return 0;
}

/* spec/core.md 9.5.4 */
TASK_TEST(a_wait_after_a_new_start_waits_for_the_new_end)
{
    (void)arg;
    sb_delay_init(&delay, NULL, NULL);
    sb_delay_start_ms(&delay, 10);
    check_int(sb_delay_wait(&delay), 0);
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    check_int(sb_delay_wait(&delay), 0); /* it has elapsed: at once */
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    sb_delay_start_ms(&delay, 10);
    check_int(sb_delay_wait(&delay), 0); /* a start forgets the earlier end */
    check_int(sb_now_ns(), 20 * SB_MS_NS);
    sb_delay_restart(&delay);
    check_int(sb_delay_wait(&delay), 0);
    check_int(sb_now_ns(), 30 * SB_MS_NS);
    return 0;
}

static int delay_waiter(void *arg)
{
    int rc = sb_delay_wait(&delay);

    note_at("%s %s", (const char *)arg, rc == 0 ? "goes on" : "cancelled");
    return rc;
}

TASK_TEST(all_who_wait_go_on_in_order_after_the_function_was_called)
{
    struct sb_task tasks[3];

    (void)arg;
    init();
    sb_delay_start_ms(&delay, 10);
    sb_spawn(&tasks[0], "a", delay_waiter, "a");
    sb_spawn(&tasks[1], "b", delay_waiter, "b");
    sb_spawn(&tasks[2], "c", delay_waiter, "c");
    sb_sleep_ms(5);
    sb_task_cancel(&tasks[1]);
    for (int i = 0; i < 3; i++)
        sb_join(&tasks[i], NULL);
    check_text(notes(), "5 b cancelled | 10 elapsed | 10 a goes on | 10 c goes on");
    return 0;
}

TASK_TEST(who_waits_for_a_stopped_delay_waits_for_its_next_start)
{
    struct sb_timeout timeout;
    struct sb_task task;

    (void)arg;
    init();
    sb_delay_start_ms(&delay, 10);
    sb_sleep_ms(20);
    sb_delay_stop(&delay); /* which forgets that it has elapsed */
    sb_timeout_begin_ms(&timeout, 10);
    check_int(sb_timeout_end(&timeout, sb_delay_wait(&delay)), -ETIMEDOUT);
    sb_spawn(&task, "a", delay_waiter, "a");
    sb_sleep_ms(10);
    sb_delay_restart(&delay);
    sb_join(&task, NULL);
    check_text(notes(), "10 elapsed | 50 elapsed | 50 a goes on");
    return 0;
}

TASK_TEST(another_function_is_called_from_the_next_end_on)
{
    (void)arg;
    init();
    sb_delay_start_ms(&delay, 10);
    sb_sleep_ms(5);
    sb_delay_set_callback(&delay, on_elapsed, "other");
    sb_sleep_ms(10);
    sb_delay_set_callback(&delay, NULL, NULL);
    sb_delay_restart(&delay);
    check_int(sb_delay_wait(&delay), 0);
    check_text(notes(), "10 other");
    return 0;
}

static void restart_twice(void *arg)
{
    int *count = arg;

    note_at("end %d", *count);
    if ((*count)++ < 2)
        sb_delay_start_ms(&delay, 5 * *count);
}

TASK_TEST(its_function_may_start_it_again)
{
    int count = 0;

    (void)arg;
    sb_delay_init(&delay, restart_twice, &count);
    sb_delay_start_ms(&delay, 10);
    sb_sleep_ms(100);
    check_text(notes(), "10 end 0 | 15 end 1 | 25 end 2");
    return 0;
}

TASK_TEST(a_duration_that_is_no_duration_is_refused_or_counts_as_none)
{
    (void)arg;
    init();
    check_int(sb_delay_set_duration_ns(&delay, 0), -EINVAL);
    check_int(sb_delay_set_duration_ms(&delay, -1), -EINVAL);
    check_int(sb_delay_start_periodic_ns(&delay, 0), -EINVAL);
    check_int(sb_delay_start_periodic_ms(&delay, -1), -EINVAL);
    check_true(!sb_delay_is_running(&delay));
    sb_delay_start_ms(&delay, -5);
    check_int(sb_delay_wait(&delay), 0);
    check_text(notes(), "0 elapsed");
    return 0;
}

/* ---- periodic */

static void note_late(void *arg)
{
    (void)arg;
    note_at("tick");
    if (sb_now_ns() == 20 * SB_MS_NS)
        test_loop()->clock->now_ns = 57 * SB_MS_NS; /* a callback that takes 37 ms */
}

/* spec/core.md 13.1.6 */
TASK_TEST(a_periodic_one_elapses_at_whole_periods_until_it_is_stopped)
{
    (void)arg;
    init();
    sb_sleep_ms(3);
    check_int(sb_delay_start_periodic_ms(&delay, 10), 0);
    sb_sleep_ms(35);
    check_true(sb_delay_is_running(&delay));
    sb_delay_stop(&delay);
    sb_sleep_ms(100);
    check_text(notes(), "13 elapsed | 23 elapsed | 33 elapsed");
    return 0;
}

static void count(void *arg)
{
    ++*(int *)arg;
}

/* spec/core.md 13.1.6 */
TASK_TEST(a_hundred_thousand_periods_do_not_drift)
{
    int tick_count = 0;

    (void)arg;
    sb_delay_init(&delay, count, &tick_count);
    sb_delay_start_periodic_ns(&delay, 333333);
    sb_sleep_ns(INT64_C(100000) * 333333 - 1);
    check_int(tick_count, 99999);
    sb_sleep_ns(1);
    check_int(tick_count, 100000);
    check_int(delay.timer.deadline_ns, INT64_C(100001) * 333333);
    check_int(delay.overrun_count, 0);
    sb_delay_stop(&delay);
    return 0;
}

TASK_TEST(periods_for_which_the_loop_is_late_are_skipped_and_counted)
{
    (void)arg;
    sb_delay_init(&delay, note_late, NULL);
    sb_delay_start_periodic_ms(&delay, 10);
    sb_sleep_ms(75);
    sb_delay_stop(&delay);
    /* 30 is due at 57, and stands for 40 and 50. */
    check_text(notes(), "10 tick | 20 tick | 57 tick | 60 tick | 70 tick");
    check_int(delay.overrun_count, 2);
    return 0;
}

TASK_TEST(a_wait_for_a_periodic_one_is_always_for_the_next_end)
{
    (void)arg;
    sb_delay_init(&delay, NULL, NULL);
    sb_delay_start_periodic_ms(&delay, 10);
    sb_sleep_ms(15);
    check_int(sb_delay_wait(&delay), 0);
    check_int(sb_now_ns(), 20 * SB_MS_NS);
    check_int(sb_delay_wait(&delay), 0);
    check_int(sb_now_ns(), 30 * SB_MS_NS);
    sb_delay_stop(&delay);
    return 0;
}

TASK_TEST(a_periodic_one_may_be_restarted_change_its_period_and_become_one_shot)
{
    (void)arg;
    init();
    sb_delay_start_periodic_ms(&delay, 10);
    sb_sleep_ms(15);
    sb_delay_restart(&delay); /* 25, 35 ... */
    sb_sleep_ms(15);
    sb_delay_set_duration_ms(&delay, 20); /* from 35 on: 55, 75 ... */
    sb_sleep_ms(30);
    sb_delay_start_ms(&delay, 5);
    sb_sleep_ms(100);
    check_text(notes(), "10 elapsed | 25 elapsed | 35 elapsed | 55 elapsed | 65 elapsed");
    check_true(!sb_delay_is_running(&delay));
    return 0;
}

static void stop_itself(void *arg)
{
    note_at("tick");
    sb_delay_stop(&delay);
    (void)arg;
}

TASK_TEST(the_function_of_a_periodic_one_may_stop_it)
{
    (void)arg;
    sb_delay_init(&delay, stop_itself, NULL);
    sb_delay_start_periodic_ms(&delay, 10);
    sb_sleep_ms(100);
    check_text(notes(), "10 tick");
    return 0;
}

/* ---- triggers, posted from a task as an interrupt would */

/* spec/core.md 9.5.3, 13.4.32 */
TASK_TEST(a_stop_undoes_a_trigger_that_the_loop_has_not_got_to)
{
    struct sb_delay_trigger trigger;

    (void)arg;
    init();
    sb_delay_set_duration_ms(&delay, 10);
    sb_delay_trigger_init(&trigger, &delay);
    sb_delay_trigger_post(&trigger);
    sb_delay_stop(&delay);
    sb_sleep_ms(100);
    check_true(!sb_delay_is_running(&delay));
    check_text(notes(), "");
    sb_delay_trigger_deinit(&trigger);
    return 0;
}

TASK_TEST(a_trigger_after_a_stop_counts_even_if_one_from_before_is_under_way)
{
    struct sb_delay_trigger trigger;

    (void)arg;
    init();
    sb_delay_set_duration_ms(&delay, 10);
    sb_delay_trigger_init(&trigger, &delay);
    sb_delay_trigger_post(&trigger);
    sb_delay_stop(&delay);
    sb_delay_trigger_post(&trigger);
    sb_sleep_ms(100);
    check_text(notes(), "10 elapsed");
    sb_delay_trigger_deinit(&trigger);
    return 0;
}

TASK_TEST(while_there_is_a_trigger_the_loop_may_be_woken_from_outside)
{
    struct sb_delay_trigger trigger;

    (void)arg;
    init();
    sb_delay_trigger_init(&trigger, &delay);
    check_true(sb_loop_has_source(test_loop()));
    sb_delay_trigger_deinit(&trigger);
    check_true(!sb_loop_has_source(test_loop()));
    return 0;
}

TASK_TEST(a_trigger_that_is_given_up_undoes_its_post)
{
    struct sb_delay_trigger trigger;

    (void)arg;
    init();
    sb_delay_set_duration_ms(&delay, 10);
    sb_delay_trigger_init(&trigger, &delay);
    sb_delay_trigger_post(&trigger);
    sb_delay_trigger_deinit(&trigger);
    sb_sleep_ms(100);
    check_text(notes(), "");
    return 0;
}

/* ---- beside others */

TASK_TEST(as_a_case_its_end_ends_the_wait)
{
    struct sb_case cases[2];

    (void)arg;
    sb_delay_init(&delay, NULL, NULL);
    sb_delay_start_ms(&delay, 10);
    cases[0] = sb_deadline_case(5 * SB_MS_NS);
    cases[1] = sb_delay_case(&delay);
    check_int(sb_wait_any(cases, 2), 0);
    cases[0] = sb_deadline_case(15 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 1); /* it has elapsed */
    sb_delay_stop(&delay);
    check_int(sb_wait_any(cases, 2), 0);
    check_int(sb_now_ns(), 15 * SB_MS_NS);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interrupts_that_come_before_the_end_put_it_off),
        cmocka_unit_test(it_runs_until_it_elapses_or_is_stopped),
        cmocka_unit_test(a_start_may_shorten_a_running_delay),
        cmocka_unit_test(a_restart_takes_the_last_duration),
        cmocka_unit_test(its_function_may_start_a_task),
        cmocka_unit_test(a_stopped_delay_holds_nothing_and_may_be_started_again),
        cmocka_unit_test(a_stopped_delay_never_elapses_even_if_stopped_in_the_instant_of_its_start),
        cmocka_unit_test(
            a_delay_that_is_stopped_by_a_timer_of_the_instant_in_which_it_is_due_never_elapses),
        cmocka_unit_test(a_wait_after_a_new_start_waits_for_the_new_end),
        cmocka_unit_test(all_who_wait_go_on_in_order_after_the_function_was_called),
        cmocka_unit_test(who_waits_for_a_stopped_delay_waits_for_its_next_start),
        cmocka_unit_test(another_function_is_called_from_the_next_end_on),
        cmocka_unit_test(its_function_may_start_it_again),
        cmocka_unit_test(a_duration_that_is_no_duration_is_refused_or_counts_as_none),
        cmocka_unit_test(a_periodic_one_elapses_at_whole_periods_until_it_is_stopped),
        cmocka_unit_test(a_hundred_thousand_periods_do_not_drift),
        cmocka_unit_test(periods_for_which_the_loop_is_late_are_skipped_and_counted),
        cmocka_unit_test(a_wait_for_a_periodic_one_is_always_for_the_next_end),
        cmocka_unit_test(a_periodic_one_may_be_restarted_change_its_period_and_become_one_shot),
        cmocka_unit_test(the_function_of_a_periodic_one_may_stop_it),
        cmocka_unit_test(a_stop_undoes_a_trigger_that_the_loop_has_not_got_to),
        cmocka_unit_test(a_trigger_after_a_stop_counts_even_if_one_from_before_is_under_way),
        cmocka_unit_test(while_there_is_a_trigger_the_loop_may_be_woken_from_outside),
        cmocka_unit_test(a_trigger_that_is_given_up_undoes_its_post),
        cmocka_unit_test(as_a_case_its_end_ends_the_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
