/* SPDX-License-Identifier: MIT */
/* Gathering, racing, calling with a time limit: who is cancelled by whom, and that nobody is left over. */
#include "tests/support.h"

#include <errno.h>

#include "lib/event.h"
#include "lib/gather.h"
#include "lib/task_info.h"
#include "lib/timeout.h"

/* What a job does: sleeps, and returns something; its clean-up after a cancel takes 3 ms. */
struct plan {
    const char *name;
    int64_t ms;
    int result;
    int clean_up_result; /* 0: the error of the wait */
};

static int follow(void *arg)
{
    const struct plan *plan = arg;
    int rc;

    note_at("%s begins", plan->name);
    rc = sb_sleep_ms(plan->ms);
    if (rc == 0) {
        note_at("%s ends", plan->name);
        return plan->result;
    }
    sb_shield_begin();
    sb_sleep_ms(3);
    sb_shield_end();
    note_at("%s undone", plan->name);
    return plan->clean_up_result != 0 ? plan->clean_up_result : rc;
}

static void make_jobs(struct sb_job *jobs, const struct plan *plans, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        jobs[i] = (struct sb_job){
            .fn = follow, .arg = (void *)(uintptr_t)&plans[i], .name = plans[i].name};
}

/* ---- all of them */

TASK_TEST(results_stand_in_the_order_of_the_jobs_whoever_ends_first)
{
    static const struct plan plans[] = {{"a", 30, 1, 0}, {"b", 10, 2, 0}, {"c", 20, 0, 0}};
    struct sb_job jobs[3];

    (void)arg;
    make_jobs(jobs, plans, 3);
    check_int(sb_gather(jobs, 3), 0);
    check_text(notes(), "0 a begins | 0 b begins | 0 c begins | 10 b ends | 20 c ends | 30 a ends");
    for (int i = 0; i < 3; i++)
        check_int(jobs[i].result, plans[i].result);
    check_text(jobs[1].task.name, "b");
    return 0;
}

TASK_TEST(nothing_to_gather_is_gathered_at_once)
{
    (void)arg;
    check_int(sb_gather(NULL, 0), 0);
    check_int(sb_gather_all(NULL, 0), 0);
    check_int(sb_race(NULL, 0), -EINVAL); /* there is no first */
    check_int(sb_now_ns(), 0);
    return 0;
}

/* spec/core.md 13.3.22 */
TASK_TEST(the_first_error_cancels_the_rest_and_comes_when_they_have_unwound)
{
    static const struct plan plans[] = {{"a", 30, 0, 0}, {"b", 10, -EIO, 0}, {"c", 40, 0, -ENXIO}};
    struct sb_job jobs[3];

    (void)arg;
    make_jobs(jobs, plans, 3);
    check_int(sb_gather(jobs, 3), -EIO);
    check_text(notes(),
               "0 a begins | 0 b begins | 0 c begins | 10 b ends | 13 a undone | 13 c undone");
    check_int(jobs[0].result, -ECANCELED);
    check_int(jobs[1].result, -EIO);
    check_int(jobs[2].result, -ENXIO);
    check_int(test_loop()->task_count, 1); /* nobody runs on */
    check_int(test_error_count(), 0);
    return 0;
}

static int cancel_after_five_ms(void *arg)
{
    sb_sleep_ms(5);
    sb_task_cancel(arg);
    return 0;
}

TASK_TEST(a_job_that_somebody_cancels_is_an_error_like_any_other)
{
    static const struct plan plans[] = {{"a", 30, 0, 0}, {"b", 20, 0, 0}};
    struct sb_job jobs[2];
    struct sb_task canceller;

    (void)arg;
    make_jobs(jobs, plans, 2);
    sb_spawn(&canceller, "canceller", cancel_after_five_ms, &jobs[1].task);
    check_int(sb_gather(jobs, 2), -ECANCELED);
    check_text(notes(), "0 a begins | 0 b begins | 8 b undone | 11 a undone");
    check_int(sb_sleep_ms(1), 0); /* it was not the caller that was cancelled */
    return sb_join(&canceller, NULL);
}

/* ---- cancel and timeout of who gathers */

static int gatherer(void *arg)
{
    static const struct plan plans[] = {{"a", 30, 0, -EIO}, {"b", 20, 0, 0}};
    int (*gather)(struct sb_job *, unsigned) = *(int (**)(struct sb_job *, unsigned))arg;
    struct sb_job jobs[2];
    int rc;

    make_jobs(jobs, plans, 2);
    rc = gather(jobs, 2);
    note_at("gatherer %d %d %d", rc, jobs[0].result, jobs[1].result);
    return rc;
}

static int cancel_body(void *arg)
{
    struct sb_task task;

    sb_spawn(&task, "gatherer", gatherer, arg);
    sb_sleep_ms(5);
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    check_text(notes(),
               "0 a begins | 0 b begins | 8 a undone | 8 b undone | 8 gatherer -125 -5 -125");
    return 0;
}

static int timeout_body(void *arg)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, gatherer(arg)), -ETIMEDOUT);
    check_text(notes(),
               "0 a begins | 0 b begins | 8 a undone | 8 b undone | 8 gatherer -110 -5 -125");
    return 0;
}

static void a_cancel_or_a_timeout_of_who_gathers_goes_down_and_the_call_waits_for_the_end(
    void **state)
{
    int (*const ways[])(struct sb_job *, unsigned) = {sb_gather, sb_gather_all, sb_race};

    (void)state;
    for (int i = 0; i < 3; i++) {
        run_in_loop(cancel_body, (void *)(uintptr_t)&ways[i]);
        run_in_loop(timeout_body, (void *)(uintptr_t)&ways[i]);
    }
}

static int cancelled_gatherer(void *arg)
{
    sb_task_cancel(sb_task_current());
    return gatherer(arg);
}

static int cancelled_before_body(void *arg)
{
    struct sb_task task;

    sb_spawn(&task, "gatherer", cancelled_gatherer, arg);
    sb_join(&task, NULL);
    check_text(notes(), "0.001 gatherer -125 -125 -125");
    return 0;
}

static void who_is_cancelled_already_starts_nothing(void **state)
{
    int (*const ways[])(struct sb_job *, unsigned) = {sb_gather, sb_gather_all, sb_race};

    (void)state;
    for (int i = 0; i < 3; i++)
        run_in_loop(cancelled_before_body, (void *)(uintptr_t)&ways[i]);
}

/* ---- what cannot be started */

/* spec/core.md 9.5.15, 13.3.22 */
TASK_TEST(nothing_is_started_when_one_of_the_jobs_is_wrong)
{
    static const struct plan plans[] = {{"a", 30, 0, 0}, {"b", 20, 0, 0}, {"c", 10, 0, 0}};
    struct sb_job jobs[3];

    (void)arg;
    make_jobs(jobs, plans, 3);
    jobs[2].fn = NULL;
    check_int(sb_gather(jobs, 3), -EINVAL);
    check_int(sb_gather_all(jobs, 3), -EINVAL);
    check_int(sb_race(jobs, 3), -EINVAL);
    check_text(notes(), "");
    check_int(test_loop()->last_task_id, 1);
    jobs[2].fn = follow; /* and the others are good for another try */
    check_int(sb_gather(jobs, 3), 0);
    return 0;
}

/* Stacks of another pool, as many as are left. */
static struct {
    struct sb_stacks stacks;
    struct sb_stacks *pool;
    int left;
} few;

static int few_get(struct sb_stacks *stacks, struct sb_stack *out)
{
    (void)stacks;
    if (few.left == 0)
        return -ENOMEM;
    few.left--;
    return few.pool->get(few.pool, out);
}

static void few_put(struct sb_stacks *stacks, struct sb_stack stack)
{
    (void)stacks;
    few.left++;
    few.pool->put(few.pool, stack);
}

TASK_TEST(those_that_were_started_end_cancelled_when_there_is_no_stack_for_the_next)
{
    static const struct plan plans[] = {{"a", 30, 0, 0}, {"b", 20, 0, 0}, {"c", 10, 0, 0}};
    int (*const ways[])(struct sb_job *, unsigned) = {sb_gather, sb_gather_all, sb_race};
    struct sb_loop *loop = test_loop();
    struct sb_job jobs[3];

    (void)arg;
    few.stacks = (struct sb_stacks){.get = few_get, .put = few_put};
    few.pool = loop->stacks;
    few.left = 2;
    loop->stacks = &few.stacks;
    for (int i = 0; i < 3; i++) {
        make_jobs(jobs, plans, 3);
        check_int(ways[i](jobs, 3), -ENOMEM);
        check_int(jobs[1].result, -ECANCELED);
        check_int(jobs[2].result, -ECANCELED);
        check_int(loop->task_count, 1);
        check_int(few.left, 2);
    }
    loop->stacks = few.pool;
    return 0;
}

/* ---- all of them, errors too */

TASK_TEST(an_error_cancels_nobody_when_all_are_wanted)
{
    static const struct plan plans[] = {{"a", 10, -EIO, 0}, {"b", 20, 7, 0}, {"c", 30, -ENXIO, 0}};
    struct sb_job jobs[3];

    (void)arg;
    make_jobs(jobs, plans, 3);
    check_int(sb_gather_all(jobs, 3), 2);
    check_text(notes(), "0 a begins | 0 b begins | 0 c begins | 10 a ends | 20 b ends | 30 c ends");
    for (int i = 0; i < 3; i++)
        check_int(jobs[i].result, plans[i].result);
    check_int(test_error_count(), 0);
    return 0;
}

/* ---- the first of them */

TASK_TEST(the_first_to_end_wins_and_the_others_have_unwound)
{
    static const struct plan plans[] = {{"a", 30, 0, 0}, {"b", 10, 7, 0}, {"c", 40, 0, 0}};
    struct sb_job jobs[3];

    (void)arg;
    make_jobs(jobs, plans, 3);
    check_int(sb_race(jobs, 3), 1);
    check_text(notes(),
               "0 a begins | 0 b begins | 0 c begins | 10 b ends | 13 a undone | 13 c undone");
    check_int(jobs[1].result, 7);
    check_int(jobs[2].result, -ECANCELED);
    check_int(test_loop()->task_count, 1);
    return 0;
}

TASK_TEST(the_first_to_end_wins_even_with_an_error)
{
    static const struct plan plans[] = {{"a", 30, 0, 0}, {"b", 10, -EIO, 0}};
    struct sb_job jobs[2];

    (void)arg;
    make_jobs(jobs, plans, 2);
    check_int(sb_race(jobs, 2), 1);
    check_int(jobs[1].result, -EIO);
    check_int(test_error_count(), 0);
    return 0;
}

TASK_TEST(of_two_that_end_in_one_instant_the_one_that_slept_first_wins_and_both_have_results)
{
    static const struct plan plans[] = {{"a", 10, 5, 0}, {"b", 10, 6, 0}};
    struct sb_job jobs[2];

    (void)arg;
    make_jobs(jobs, plans, 2);
    check_int(sb_race(jobs, 2), 0);
    check_text(notes(), "0 a begins | 0 b begins | 10 a ends | 10 b ends");
    check_int(jobs[1].result, 6); /* its wait was over already */
    return 0;
}

static int racer(void *arg)
{
    static const struct plan plans[] = {{"a", 30, 0, 0}, {"b", 10, 7, 0}};
    struct sb_job jobs[2];
    int rc;

    (void)arg;
    make_jobs(jobs, plans, 2);
    rc = sb_race(jobs, 2);
    note_at("racer %d", rc);
    return sb_yield();
}

TASK_TEST(a_cancel_that_comes_while_the_losers_unwind_does_not_lose_the_winner)
{
    struct sb_task task;
    int result = 0;

    (void)arg;
    sb_spawn(&task, "racer", racer, NULL);
    sb_sleep_ms(11);
    sb_task_cancel(&task);
    sb_join(&task, &result);
    check_text(notes(), "0 a begins | 0 b begins | 10 b ends | 13 a undone | 13 racer 1");
    check_int(result, -ECANCELED); /* the next wait fails */
    return 0;
}

/* ---- a call with a time limit */

static int wait_then_seven(void *arg)
{
    int rc = sb_event_wait(arg);

    return rc < 0 ? rc : 7;
}

static int sleep_ten(void *arg)
{
    int rc = sb_sleep_ms(10);

    note_at("slept %d", rc);
    return arg != NULL ? *(int *)arg : rc;
}

TASK_TEST(a_call_that_is_done_in_time_returns_what_it_returns)
{
    int value = 5;
    int error = -EIO;

    (void)arg;
    check_int(sb_wait_for_ms(10000, sleep_ten, &value), 5);
    check_int(sb_wait_for_ms(10000, sleep_ten, &error), -EIO);
    check_int(sb_wait_for_ns(SB_NEVER, sleep_ten, NULL), 0);
    check_int(sb_now_ns(), 30 * SB_MS_NS);
    check_int(test_loop()->last_task_id, 1); /* without a task */
    return 0;
}

TASK_TEST(a_call_whose_time_is_up_fails_at_the_deadline)
{
    struct sb_event event;
    int error = -EIO;

    (void)arg;
    sb_event_init(&event);
    check_int(sb_wait_for_ms(4, wait_then_seven, &event), -ETIMEDOUT);
    check_int(sb_now_ns(), 4 * SB_MS_NS);
    check_true(sb_waitq_first(&event.waiters) == NULL);
    check_int(sb_wait_for_ms(4, sleep_ten, &error), -ETIMEDOUT);
    check_int(sb_sleep_ms(1), 0); /* and the limit is gone */
    return 0;
}

/* The original waits for the late one too, but throws its value away. */
TASK_TEST(what_a_call_returns_in_spite_of_its_limit_is_kept)
{
    int value = 5;

    (void)arg;
    check_int(sb_wait_for_ms(4, sleep_ten, &value), 5);
    check_text(notes(), "4 slept -110");
    return 0;
}

TASK_TEST(a_limit_of_nothing_lets_pass_what_needs_no_wait)
{
    struct sb_event event;

    (void)arg;
    sb_event_init(&event);
    sb_event_set(&event);
    check_int(sb_wait_for_ms(0, wait_then_seven, &event), 7);
    check_int(sb_wait_for_ms(-3, wait_then_seven, &event), 7);
    sb_event_clear(&event);
    check_int(sb_wait_for_ms(0, wait_then_seven, &event), -ETIMEDOUT);
    check_int(sb_wait_for_ms(-3, wait_then_seven, &event), -ETIMEDOUT);
    check_int(sb_now_ns(), 0);
    return 0;
}

static int limited(void *arg)
{
    return sb_wait_for_ms(20, sleep_ten, arg);
}

/* spec/core.md 13.3.20 */
TASK_TEST(a_cancel_and_a_timeout_look_different_to_the_call_itself)
{
    struct sb_task task;
    int result = 0;

    (void)arg;
    sb_spawn(&task, "t", limited, NULL);
    sb_sleep_ms(5);
    sb_task_cancel(&task);
    check_int(sb_join(&task, &result), 0);
    check_int(result, -ECANCELED);
    check_int(sb_wait_for_ms(5, limited, NULL), -ETIMEDOUT);
    check_text(notes(), "5 slept -125 | 10 slept -110");
    return 0;
}

static void collect_waits(const struct sb_task *task, void *arg)
{
    struct sb_task_info info;

    (void)arg;
    sb_task_info(task, &info);
    if (info.wait_what != NULL)
        note("%s: %s", info.name, info.wait_what);
}

static int look_after_five_ms(void *arg)
{
    (void)arg;
    sb_sleep_ms(5);
    sb_loop_for_each_task(test_loop(), collect_waits, NULL);
    return 0;
}

TASK_TEST(a_dump_says_who_gathers_and_who_races)
{
    struct sb_job inner[] = {{.fn = sleep_ten, .name = "inner"}};
    struct sb_job jobs[] = {{.fn = look_after_five_ms, .name = "look"}};

    (void)arg;
    sb_gather(jobs, 1);
    sb_race(jobs, 1);
    sb_gather_all(inner, 1);
    check_text(notes(), "main: gather | main: race | 20 slept 0");
    return 0;
}

/* ---- the original's demo */

static int barking(void *arg)
{
    note_at("Start normal coro barking()");
    for (int i = 0; i < 6; i++)
        sb_sleep_ms(1000);
    note_at("Done barking");
    return 2 * *(const int *)arg;
}

static int counts_for_ever(void *arg)
{
    int rc;

    (void)arg;
    do {
        rc = sb_sleep_ms(1000);
    } while (rc == 0);
    return rc;
}

static int foo(void *arg)
{
    int rc;

    note_at("Start timeout coro foo()");
    rc = counts_for_ever(arg);
    note_at("Trapped foo timeout");
    return rc;
}

static int foo_for_seven_seconds(void *arg)
{
    return sb_wait_for_ms(7000, foo, arg);
}

static int bar(void *arg)
{
    int rc;

    note_at("Start cancellable bar()");
    rc = counts_for_ever(arg);
    note_at("Trapped bar cancellation");
    return rc;
}

static int cancel_bar(void *arg)
{
    sb_sleep_ms(5000);
    note_at("About to cancel bar");
    sb_task_cancel(arg);
    return 0;
}

static const int twenty_one = 21;

static int demo_body(void *arg)
{
    int (*gather)(struct sb_job *, unsigned) = *(int (**)(struct sb_job *, unsigned))arg;
    struct sb_job jobs[] = {
        {.fn = barking, .arg = (void *)(uintptr_t)&twenty_one},
        {.fn = foo_for_seven_seconds},
    };
    struct sb_task bar_task;
    struct sb_task canceller;
    int rc;

    sb_spawn(&bar_task, "bar", bar, NULL);
    sb_spawn(&canceller, "canceller", cancel_bar, &bar_task);
    rc = gather(jobs, 2);
    note_at("Result %d [%d %d]", rc, jobs[0].result, jobs[1].result);
    sb_join(&canceller, NULL);
    return sb_join(&bar_task, NULL);
}

/* spec/core.md 9.4 gather.py */
static void one_demo_three_ends_a_result_a_cancel_and_a_timeout(void **state)
{
    int (*const ways[])(struct sb_job *, unsigned) = {sb_gather, sb_gather_all};
    static const char *const results[] = {"7000 Result -110 [42 -110]", "7000 Result 1 [42 -110]"};
    static const char trace[] = "0 Start cancellable bar() | 0 Start normal coro barking() | "
                                "0 Start timeout coro foo() | 5000 About to cancel bar | "
                                "5000 Trapped bar cancellation | 6000 Done barking | "
                                "7000 Trapped foo timeout | ";

    (void)state;
    for (int i = 0; i < 2; i++) {
        run_in_loop(demo_body, (void *)(uintptr_t)&ways[i]);
        assert_memory_equal(notes(), trace, sizeof(trace) - 1);
        assert_string_equal(notes() + sizeof(trace) - 1, results[i]);
    }
}

/* spec/core.md 9.4 gather.py with bar inside */
TASK_TEST(a_job_may_be_cancelled_from_outside_while_the_others_go_on)
{
    struct sb_job jobs[] = {
        {.fn = bar},
        {.fn = barking, .arg = (void *)(uintptr_t)&twenty_one},
        {.fn = foo_for_seven_seconds},
    };
    struct sb_task canceller;

    (void)arg;
    sb_spawn(&canceller, "canceller", cancel_bar, &jobs[0].task);
    check_int(sb_gather_all(jobs, 3), 2);
    check_int(jobs[0].result, -ECANCELED);
    check_int(jobs[1].result, 42);
    check_int(jobs[2].result, -ETIMEDOUT);
    check_text(notes(), "0 Start cancellable bar() | 0 Start normal coro barking() | "
                        "0 Start timeout coro foo() | 5000 About to cancel bar | "
                        "5000 Trapped bar cancellation | 6000 Done barking | "
                        "7000 Trapped foo timeout");
    return sb_join(&canceller, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_stand_in_the_order_of_the_jobs_whoever_ends_first),
        cmocka_unit_test(nothing_to_gather_is_gathered_at_once),
        cmocka_unit_test(the_first_error_cancels_the_rest_and_comes_when_they_have_unwound),
        cmocka_unit_test(a_job_that_somebody_cancels_is_an_error_like_any_other),
        cmocka_unit_test(
            a_cancel_or_a_timeout_of_who_gathers_goes_down_and_the_call_waits_for_the_end),
        cmocka_unit_test(who_is_cancelled_already_starts_nothing),
        cmocka_unit_test(nothing_is_started_when_one_of_the_jobs_is_wrong),
        cmocka_unit_test(those_that_were_started_end_cancelled_when_there_is_no_stack_for_the_next),
        cmocka_unit_test(an_error_cancels_nobody_when_all_are_wanted),
        cmocka_unit_test(the_first_to_end_wins_and_the_others_have_unwound),
        cmocka_unit_test(the_first_to_end_wins_even_with_an_error),
        cmocka_unit_test(
            of_two_that_end_in_one_instant_the_one_that_slept_first_wins_and_both_have_results),
        cmocka_unit_test(a_cancel_that_comes_while_the_losers_unwind_does_not_lose_the_winner),
        cmocka_unit_test(a_call_that_is_done_in_time_returns_what_it_returns),
        cmocka_unit_test(a_call_whose_time_is_up_fails_at_the_deadline),
        cmocka_unit_test(what_a_call_returns_in_spite_of_its_limit_is_kept),
        cmocka_unit_test(a_limit_of_nothing_lets_pass_what_needs_no_wait),
        cmocka_unit_test(a_cancel_and_a_timeout_look_different_to_the_call_itself),
        cmocka_unit_test(a_dump_says_who_gathers_and_who_races),
        cmocka_unit_test(one_demo_three_ends_a_result_a_cancel_and_a_timeout),
        cmocka_unit_test(a_job_may_be_cancelled_from_outside_while_the_others_go_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
