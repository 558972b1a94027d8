/* SPDX-License-Identifier: MIT */
/* Barriers: rounds, who goes on when, arrivals undone by cancel and timeout, the callback and its errors. */
#include "tests/support.h"

#include <errno.h>

#include "lib/barrier.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static struct sb_barrier barrier;
static const char *const names[] = {"a", "b", "c", "d"};

static int note_text(void *arg)
{
    note_at("%s", (const char *)arg);
    return 0;
}

/* Waits once, and notes what came of it. */
static int member(void *arg)
{
    int rc = sb_barrier_wait(&barrier);

    note_at("%s %s", (const char *)arg,
            rc == 0            ? "goes on"
            : rc == -ECANCELED ? "cancelled"
            : rc == -ETIMEDOUT ? "timed out"
                               : "failed");
    return rc;
}

static void start_members(struct sb_task *tasks, int count)
{
    for (int i = 0; i < count; i++)
        sb_spawn(&tasks[i], names[i], member, (void *)(uintptr_t)names[i]);
    sb_sleep_ms(1);
}

static void join_all(struct sb_task *tasks, int count)
{
    for (int i = 0; i < count; i++)
        sb_join(&tasks[i], NULL);
}

static int reporter(void *arg)
{
    for (int i = 0; i < 5; i++) {
        note("%d", i);
        check_int(sb_barrier_wait(&barrier), 0);
    }
    (void)arg;
    return 0;
}

static int note_synch(void *arg)
{
    (void)arg;
    note("Synch");
    return 0;
}

/* spec/core.md 9.2.3 */
TASK_TEST(three_tasks_meet_in_five_rounds_and_again)
{
    struct sb_task tasks[3];

    (void)arg;
    check_int(sb_barrier_init(&barrier, 3, note_synch, NULL), 0);
    for (int block = 0; block < 2; block++) {
        notes_clear();
        for (int i = 0; i < 3; i++)
            sb_spawn(&tasks[i], "reporter", reporter, NULL);
        join_all(tasks, 3);
        /* Who opens a round goes on at once and is the first of the next: "0 0 0 Synch" as ever. */
        check_text(notes(), "0 | 0 | 0 | Synch | 1 | 1 | 1 | Synch | 2 | 2 | 2 | Synch | "
                            "3 | 3 | 3 | Synch | 4 | 4 | 4 | Synch");
        check_int(sb_now_ns(), 0);
    }
    return 0;
}

/* The original's callback that is a task: runs until it is cancelled. */
static struct sb_task launched;

static int launched_body(void *arg)
{
    int rc;

    while ((rc = sb_sleep_ms(1000)) == 0)
        note_at("%s", (const char *)arg);
    note_at("launched cancelled");
    return rc;
}

static int launch(void *arg)
{
    return sb_spawn(&launched, "launched", launched_body, arg);
}

static int late_reporter(void *arg)
{
    int n = *(int *)arg;

    sb_sleep_ms(n * 1000);
    note_at("%d waiting", n);
    sb_barrier_wait(&barrier);
    note_at("%d done", n);
    return 0;
}

/* spec/core.md 9.2.4 */
TASK_TEST(a_callback_may_start_a_task)
{
    static int numbers[] = {0, 1, 2};
    struct sb_task tasks[3];

    (void)arg;
    sb_barrier_init(&barrier, 4, launch, "running");
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "reporter", late_reporter, &numbers[i]);
    sb_sleep_ms(3000);
    check_true(sb_barrier_is_busy(&barrier));
    check_int(sb_barrier_wait(&barrier), 0);
    check_true(!sb_barrier_is_busy(&barrier));
    note_at("opened");
    sb_sleep_ms(1500);
    sb_task_cancel(&launched);
    sb_join(&launched, NULL);
    join_all(tasks, 3);
    check_text(notes(), "0 0 waiting | 1000 1 waiting | 2000 2 waiting | 3000 opened | "
                        "3000 0 done | 3000 1 done | 3000 2 done | 4000 running | "
                        "4500 launched cancelled");
    return 0;
}

TASK_TEST(the_last_to_arrive_goes_on_without_giving_others_a_turn)
{
    struct sb_task tasks[3];

    (void)arg;
    sb_barrier_init(&barrier, 4, note_text, "callback");
    start_members(tasks, 3);
    check_int(sb_barrier_wait(&barrier), 0);
    note_at("last goes on");
    join_all(tasks, 3);
    check_text(notes(), "1 callback | 1 last goes on | 1 a goes on | 1 b goes on | 1 c goes on");
    return 0;
}

/* spec/core.md 9.5.6, 13.4.31 */
TASK_TEST(a_cancelled_waiter_has_never_arrived)
{
    struct sb_task tasks[2];

    (void)arg;
    sb_barrier_init(&barrier, 2, NULL, NULL);
    start_members(tasks, 1);
    check_true(sb_barrier_is_busy(&barrier));
    sb_task_cancel(&tasks[0]);
    check_true(!sb_barrier_is_busy(&barrier)); /* in the same instant */
    check_int(sb_barrier_arrive(&barrier), 0);
    sb_join(&tasks[0], NULL);
    check_int(sb_barrier_arrive(&barrier), 1);
    check_true(!sb_barrier_is_busy(&barrier));
    check_text(notes(), "1 a cancelled");
    return 0;
}

/* spec/core.md 9.5.6, 13.4.31 */
TASK_TEST(a_round_from_which_some_were_cancelled_opens_with_the_last_of_those_who_stayed)
{
    struct sb_task tasks[4];

    (void)arg;
    sb_barrier_init(&barrier, 4, NULL, NULL);
    start_members(tasks, 3);
    sb_task_cancel(&tasks[0]);
    sb_task_cancel(&tasks[2]);
    check_int(sb_barrier_arrive(&barrier), 0); /* b, this */
    sb_sleep_ms(1);
    check_int(sb_barrier_arrive(&barrier), 0); /* b, this, this */
    sb_sleep_ms(1);
    check_text(notes(), "1 a cancelled | 1 c cancelled");
    check_int(sb_barrier_arrive(&barrier), 1);
    join_all(tasks, 3);
    check_text(notes(), "1 a cancelled | 1 c cancelled | 3 b goes on");
    return 0;
}

static int impatient_member(void *arg)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, 15);
    return sb_timeout_end(&timeout, member(arg));
}

/* spec/core.md 9.5.6, 13.4.31 */
TASK_TEST(a_waiter_whose_time_is_up_has_never_arrived)
{
    struct sb_task task;
    int result;

    (void)arg;
    sb_barrier_init(&barrier, 2, NULL, NULL);
    sb_spawn(&task, "late", impatient_member, "late");
    sb_join(&task, &result);
    check_int(result, -ETIMEDOUT);
    check_true(!sb_barrier_is_busy(&barrier));
    check_int(sb_barrier_arrive(&barrier), 0);
    check_int(sb_barrier_arrive(&barrier), 1);
    check_text(notes(), "15 late timed out");
    return 0;
}

static int refuse(void *arg)
{
    (void)arg;
    note_at("callback");
    return -EIO;
}

/* spec/core.md 9.5.7, 13.4.31 */
TASK_TEST(an_error_of_the_callback_goes_to_all_of_the_round_and_the_next_is_as_ever)
{
    struct sb_task tasks[2];
    int result;

    (void)arg;
    sb_barrier_init(&barrier, 3, refuse, NULL);
    for (int round = 0; round < 2; round++) {
        notes_clear();
        start_members(tasks, 2);
        check_int(sb_barrier_wait(&barrier), -EIO);
        check_true(!sb_barrier_is_busy(&barrier));
        for (int i = 0; i < 2; i++) {
            sb_join(&tasks[i], &result);
            check_int(result, -EIO);
        }
        check_text(notes(), round == 0 ? "1 callback | 1 a failed | 1 b failed"
                                       : "2 callback | 2 a failed | 2 b failed");
    }
    return 0;
}

/* spec/core.md 9.5.7, 13.4.31 */
TASK_TEST(an_arrive_that_opens_it_returns_the_error_of_the_callback)
{
    struct sb_task task;

    (void)arg;
    sb_barrier_init(&barrier, 2, refuse, NULL);
    start_members(&task, 1);
    check_int(sb_barrier_arrive(&barrier), -EIO);
    join_all(&task, 1);
    check_text(notes(), "1 callback | 1 a failed");
    return 0;
}

static int return_seven(void *arg)
{
    (void)arg;
    return 7;
}

TASK_TEST(a_positive_result_of_the_callback_is_no_error)
{
    struct sb_task task;

    (void)arg;
    sb_barrier_init(&barrier, 2, return_seven, NULL);
    start_members(&task, 1);
    check_int(sb_barrier_arrive(&barrier), 1);
    join_all(&task, 1);
    check_text(notes(), "1 a goes on");
    return 0;
}

static int arrive_again(void *arg)
{
    check_true(!sb_barrier_is_busy(&barrier));
    check_int(sb_barrier_arrive(&barrier), 0);
    (void)arg;
    return 0;
}

TASK_TEST(in_the_callback_the_next_round_has_begun)
{
    struct sb_task tasks[2];

    (void)arg;
    sb_barrier_init(&barrier, 3, arrive_again, NULL);
    start_members(tasks, 2);
    check_int(sb_barrier_arrive(&barrier), 1);
    check_true(sb_barrier_is_busy(&barrier));
    check_int(sb_barrier_arrive(&barrier), 0);
    join_all(tasks, 2);
    check_int(sb_barrier_arrive(&barrier), 1);
    return 0;
}

static int slow_callback(void *arg)
{
    int rc;

    note_at("callback begins");
    rc = sb_sleep_ms(10);
    note_at("callback ends");
    (void)arg;
    return rc;
}

TASK_TEST(the_others_go_on_when_a_callback_that_waits_has_returned)
{
    struct sb_task tasks[3];

    (void)arg;
    sb_barrier_init(&barrier, 2, slow_callback, NULL);
    start_members(tasks, 2);
    check_text(notes(), "0 callback begins");
    sb_task_cancel(&tasks[0]);
    sb_spawn(&tasks[2], "c", member, "c"); /* of the next round */
    join_all(tasks, 2);
    check_text(notes(), "0 callback begins | 1 a cancelled | 10 callback ends | 10 b goes on");
    check_true(sb_barrier_is_busy(&barrier));
    cancel_and_join(&tasks[2], 1);
    return 0;
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    (void)timer;
    check_int(sb_barrier_arrive(&barrier), *(int *)arg);
}

TASK_TEST(loop_context_may_arrive_and_open_it)
{
    struct sb_timer timers[2];
    int results[] = {0, 1};
    struct sb_task task;

    (void)arg;
    sb_barrier_init(&barrier, 3, note_text, "callback");
    start_members(&task, 1);
    for (int i = 0; i < 2; i++) {
        sb_timer_init(&timers[i], on_timer, &results[i]);
        sb_timer_start_ns(&timers[i], 5 * SB_MS_NS);
    }
    join_all(&task, 1);
    check_text(notes(), "6 callback | 6 a goes on");
    return 0;
}

TASK_TEST(a_waiter_that_was_released_goes_on_when_a_cancel_comes_at_once)
{
    struct sb_task task;

    (void)arg;
    sb_barrier_init(&barrier, 2, NULL, NULL);
    start_members(&task, 1);
    check_int(sb_barrier_arrive(&barrier), 1);
    sb_task_cancel(&task);
    join_all(&task, 1);
    check_text(notes(), "1 a goes on");
    return 0;
}

static int cancelled_member(void *arg)
{
    (void)arg;
    sb_task_cancel(sb_task_current());
    return sb_barrier_wait(&barrier);
}

TASK_TEST(a_cancelled_task_does_not_arrive)
{
    struct sb_task task;
    int result;

    (void)arg;
    sb_barrier_init(&barrier, 1, note_text, "callback");
    sb_spawn(&task, "cancelled", cancelled_member, NULL);
    sb_join(&task, &result);
    check_int(result, -ECANCELED);
    check_text(notes(), "");
    return 0;
}

TASK_TEST(one_party_never_waits_and_none_is_refused)
{
    (void)arg;
    check_int(sb_barrier_init(&barrier, 0, NULL, NULL), -EINVAL);
    check_int(sb_barrier_init(&barrier, 1, note_text, "callback"), 0);
    check_int(sb_barrier_wait(&barrier), 0);
    check_int(sb_barrier_arrive(&barrier), 1);
    check_text(notes(), "0 callback | 0 callback");
    return 0;
}

TASK_TEST(as_a_case_the_arrival_counts_until_another_ends_the_wait)
{
    struct sb_case cases[2];
    struct sb_timer timer;
    int opened = 1;

    (void)arg;
    sb_barrier_init(&barrier, 2, note_text, "callback");
    cases[0] = sb_barrier_case(&barrier);
    cases[1] = sb_deadline_case(5 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 1);
    check_true(!sb_barrier_is_busy(&barrier));
    check_text(notes(), "");

    cases[1] = sb_deadline_case(SB_NEVER);
    sb_timer_init(&timer, on_timer, &opened);
    sb_timer_start_ns(&timer, 5 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 0);
    check_text(notes(), "10 callback");
    check_int(cases[0].rc, 0);
    return 0;
}

TASK_TEST(a_case_that_opens_it_gets_the_error_of_the_callback)
{
    struct sb_case c = sb_barrier_case(&barrier);
    struct sb_task task;

    (void)arg;
    sb_barrier_init(&barrier, 2, refuse, NULL);
    start_members(&task, 1);
    check_int(sb_wait_any(&c, 1), 0);
    check_int(c.rc, -EIO);
    join_all(&task, 1);
    start_members(&task, 1);
    check_int(sb_wait_all(&c, 1), -EIO);
    join_all(&task, 1);
    check_text(notes(), "1 callback | 1 a failed | 2 callback | 2 a failed");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_tasks_meet_in_five_rounds_and_again),
        cmocka_unit_test(a_callback_may_start_a_task),
        cmocka_unit_test(the_last_to_arrive_goes_on_without_giving_others_a_turn),
        cmocka_unit_test(a_cancelled_waiter_has_never_arrived),
        cmocka_unit_test(
            a_round_from_which_some_were_cancelled_opens_with_the_last_of_those_who_stayed),
        cmocka_unit_test(a_waiter_whose_time_is_up_has_never_arrived),
        cmocka_unit_test(an_error_of_the_callback_goes_to_all_of_the_round_and_the_next_is_as_ever),
        cmocka_unit_test(an_arrive_that_opens_it_returns_the_error_of_the_callback),
        cmocka_unit_test(a_positive_result_of_the_callback_is_no_error),
        cmocka_unit_test(in_the_callback_the_next_round_has_begun),
        cmocka_unit_test(the_others_go_on_when_a_callback_that_waits_has_returned),
        cmocka_unit_test(loop_context_may_arrive_and_open_it),
        cmocka_unit_test(a_waiter_that_was_released_goes_on_when_a_cancel_comes_at_once),
        cmocka_unit_test(a_cancelled_task_does_not_arrive),
        cmocka_unit_test(one_party_never_waits_and_none_is_refused),
        cmocka_unit_test(as_a_case_the_arrival_counts_until_another_ends_the_wait),
        cmocka_unit_test(a_case_that_opens_it_gets_the_error_of_the_callback),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
