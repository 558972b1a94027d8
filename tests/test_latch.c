/* SPDX-License-Identifier: MIT */
/* Latches: when they open and for whom, misuse. spec/core.md 13.4.34. */
#include "tests/support.h"

#include <errno.h>

#include "lib/latch.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static struct sb_latch latch;

static int waiter(void *arg)
{
    int rc = sb_latch_wait(&latch);

    note_at("%s %d", (const char *)arg, rc == -ECANCELED ? -1 : rc);
    return rc;
}

static void start_waiters(struct sb_task *tasks, int count)
{
    static const char *const names[] = {"a", "b", "c"};

    for (int i = 0; i < count; i++)
        sb_spawn(&tasks[i], names[i], waiter, (void *)(uintptr_t)names[i]);
}

/* spec/core.md 13.4.34 */
TASK_TEST(the_last_count_down_releases_all_in_order)
{
    struct sb_task tasks[3];

    (void)arg;
    check_int(sb_latch_init(&latch, 2), 0);
    start_waiters(tasks, 3);
    sb_sleep_ms(1);
    check_int(sb_latch_count_down(&latch), 0);
    sb_sleep_ms(1);
    check_text(notes(), "");
    check_true(!sb_latch_is_open(&latch));
    check_int(latch.count, 1);
    check_int(sb_latch_count_down(&latch), 0);
    check_true(sb_latch_is_open(&latch));
    for (int i = 0; i < 3; i++)
        sb_join(&tasks[i], NULL);
    check_text(notes(), "2 a 0 | 2 b 0 | 2 c 0");
    return 0;
}

TASK_TEST(an_open_one_lets_pass_without_giving_others_a_turn)
{
    struct sb_task task;

    (void)arg;
    check_int(sb_latch_init(&latch, 0), 0);
    check_true(sb_latch_is_open(&latch));
    start_waiters(&task, 1);
    check_int(sb_latch_wait(&latch), 0);
    check_text(notes(), "");
    return sb_join(&task, NULL);
}

TASK_TEST(misuse_is_refused)
{
    (void)arg;
    check_int(sb_latch_init(&latch, -1), -EINVAL);
    check_int(sb_latch_init(&latch, 1), 0);
    check_int(sb_latch_count_down(&latch), 0);
    check_int(sb_latch_count_down(&latch), -EOVERFLOW);
    check_int(latch.count, 0);
    check_true(sb_latch_is_open(&latch));
    return 0;
}

TASK_TEST(a_cancelled_waiter_leaves_no_trace)
{
    struct sb_task tasks[2];

    (void)arg;
    sb_latch_init(&latch, 1);
    start_waiters(tasks, 2);
    sb_sleep_ms(1);
    sb_task_cancel(&tasks[0]);
    sb_latch_count_down(&latch);
    sb_join(&tasks[0], NULL);
    sb_join(&tasks[1], NULL);
    check_text(notes(), "1 a -1 | 1 b 0");
    return 0;
}

TASK_TEST(a_wait_ends_when_its_time_is_up)
{
    struct sb_timeout timeout;

    (void)arg;
    sb_latch_init(&latch, 1);
    sb_timeout_begin_ms(&timeout, 15);
    check_int(sb_timeout_end(&timeout, sb_latch_wait(&latch)), -ETIMEDOUT);
    check_int(sb_now_ns(), 15 * SB_MS_NS);
    check_true(sb_waitq_first(&latch.waiters) == NULL);
    check_int(latch.count, 1);
    return 0;
}

static int cancelled_waiter(void *arg)
{
    (void)arg;
    sb_task_cancel(sb_task_current());
    return sb_latch_wait(&latch);
}

TASK_TEST(a_cancelled_task_does_not_pass_even_an_open_one)
{
    struct sb_task task;
    int result;

    (void)arg;
    sb_latch_init(&latch, 0);
    sb_spawn(&task, "cancelled", cancelled_waiter, NULL);
    sb_join(&task, &result);
    check_int(result, -ECANCELED);
    return 0;
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    check_int(sb_latch_count_down(&latch), 0);
}

TASK_TEST(loop_context_may_count_down)
{
    struct sb_timer timer;

    (void)arg;
    sb_latch_init(&latch, 1);
    sb_timer_init(&timer, on_timer, NULL);
    sb_timer_start_ns(&timer, 5 * SB_MS_NS);
    check_int(sb_latch_wait(&latch), 0);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    return 0;
}

TASK_TEST(as_a_case_its_opening_ends_the_wait)
{
    struct sb_case cases[2];
    struct sb_timer timer;

    (void)arg;
    sb_latch_init(&latch, 1);
    cases[0] = sb_deadline_case(20 * SB_MS_NS);
    cases[1] = sb_latch_case(&latch);
    sb_timer_init(&timer, on_timer, NULL);
    sb_timer_start_ns(&timer, 5 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 1); /* it is open */
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_count_down_releases_all_in_order),
        cmocka_unit_test(an_open_one_lets_pass_without_giving_others_a_turn),
        cmocka_unit_test(misuse_is_refused),
        cmocka_unit_test(a_cancelled_waiter_leaves_no_trace),
        cmocka_unit_test(a_wait_ends_when_its_time_is_up),
        cmocka_unit_test(a_cancelled_task_does_not_pass_even_an_open_one),
        cmocka_unit_test(loop_context_may_count_down),
        cmocka_unit_test(as_a_case_its_opening_ends_the_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
