/* SPDX-License-Identifier: MIT */
/* Semaphores: how many pass, hand-over in order, what cancel and timeout leave, misuse. */
#include "tests/support.h"

#include <errno.h>
#include <limits.h>

#include "lib/barrier.h"
#include "lib/semaphore.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static struct sb_semaphore semaphore;

/* The original's five tasks, of which number n keeps what it took for 1 + n/10 s. */
static struct sb_barrier done;
static int numbers[] = {0, 1, 2, 3, 4};

static int numbered_holder(void *arg)
{
    int n = *(int *)arg;

    note_at("%d tries", n);
    check_int(sb_semaphore_acquire(&semaphore), 0);
    note_at("%d acquired", n);
    sb_sleep_ms(1000 + n * 100);
    check_int(sb_semaphore_release(&semaphore), 0);
    note_at("%d released", n);
    return sb_barrier_arrive(&done);
}

static void run_numbered_holders(void)
{
    struct sb_task tasks[5];

    sb_barrier_init(&done, 6, NULL, NULL);
    for (int i = 0; i < 5; i++)
        sb_spawn(&tasks[i], "holder", numbered_holder, &numbers[i]);
    check_int(sb_barrier_wait(&done), 0);
    for (int i = 0; i < 5; i++)
        sb_join(&tasks[i], NULL);
    check_text(notes(), "0 0 tries | 0 0 acquired | 0 1 tries | 0 1 acquired | 0 2 tries | "
                        "0 2 acquired | 0 3 tries | 0 4 tries | 1000 0 released | "
                        "1000 3 acquired | 1100 1 released | 1100 4 acquired | 1200 2 released | "
                        "2300 3 released | 2500 4 released");
    check_int(semaphore.count, 3);
}

/* spec/core.md 9.2.5 */
TASK_TEST(five_tasks_share_three_in_order_of_coming)
{
    (void)arg;
    check_int(sb_semaphore_init(&semaphore, 3), 0);
    run_numbered_holders();
    return 0;
}

/* spec/core.md 9.2.6 */
TASK_TEST(a_bounded_one_refuses_a_release_beyond_its_initial_count)
{
    (void)arg;
    check_int(sb_semaphore_init_bounded(&semaphore, 3), 0);
    run_numbered_holders();
    check_int(sb_semaphore_release(&semaphore), -EOVERFLOW);
    check_int(semaphore.count, 3);
    check_int(sb_semaphore_try_acquire(&semaphore), 0);
    check_int(sb_semaphore_release(&semaphore), 0);
    return 0;
}

static int taker(void *arg)
{
    const char *name = arg;
    int rc = sb_semaphore_acquire(&semaphore);

    if (rc < 0)
        note_at("%s %s", name, rc == -ECANCELED ? "cancelled" : "timed out");
    else
        note_at("%s", name);
    return rc;
}

static void start_takers(struct sb_task *tasks, int count)
{
    static const char *const names[] = {"a", "b", "c", "d"};

    sb_semaphore_init(&semaphore, 0);
    for (int i = 0; i < count; i++)
        sb_spawn(&tasks[i], names[i], taker, (void *)(uintptr_t)names[i]);
    sb_sleep_ms(1);
}

/* spec/core.md 9.5.12, 13.4.29 */
TASK_TEST(who_releases_cannot_take_past_who_waits)
{
    struct sb_task task;

    (void)arg;
    start_takers(&task, 1);
    sb_semaphore_release(&semaphore);
    check_int(semaphore.count, 0);
    check_int(sb_semaphore_try_acquire(&semaphore), -EAGAIN);
    check_text(notes(), "");
    sb_join(&task, NULL);
    check_text(notes(), "1 a");
    return 0;
}

/* spec/core.md 9.5.12 */
TASK_TEST(a_negative_count_is_refused)
{
    (void)arg;
    check_int(sb_semaphore_init(&semaphore, -1), -EINVAL);
    check_int(sb_semaphore_init_bounded(&semaphore, -1), -EINVAL);
    return 0;
}

/* spec/core.md 13.4.29 */
TASK_TEST(a_release_wakes_no_task_but_the_first)
{
    struct sb_task tasks[4];

    (void)arg;
    start_takers(tasks, 4);
    sb_semaphore_release(&semaphore);
    sb_sleep_ms(1);
    check_text(notes(), "1 a");
    for (int i = 1; i < 4; i++)
        check_int(tasks[i].slice_count, 1);
    cancel_and_join(tasks, 4);
    return 0;
}

TASK_TEST(an_acquire_that_need_not_wait_gives_no_other_a_turn)
{
    struct sb_task task;

    (void)arg;
    sb_semaphore_init(&semaphore, 2);
    sb_spawn(&task, "other", taker, "other");
    check_int(sb_semaphore_acquire(&semaphore), 0);
    check_text(notes(), "");
    check_int(semaphore.count, 1);
    return sb_join(&task, NULL);
}

TASK_TEST(a_cancelled_waiter_leaves_no_trace)
{
    struct sb_task tasks[3];

    (void)arg;
    start_takers(tasks, 3);
    sb_task_cancel(&tasks[0]);
    sb_semaphore_release(&semaphore);
    sb_sleep_ms(1);
    check_text(notes(), "1 a cancelled | 1 b");
    check_int(semaphore.count, 0);
    cancel_and_join(tasks, 3);
    return 0;
}

static int impatient_taker(void *arg)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, 15);
    return sb_timeout_end(&timeout, taker(arg));
}

TASK_TEST(a_waiter_whose_time_is_up_leaves_no_trace)
{
    struct sb_task task;
    int result;

    (void)arg;
    sb_semaphore_init(&semaphore, 0);
    sb_spawn(&task, "late", impatient_taker, "late");
    sb_join(&task, &result);
    check_text(notes(), "15 late timed out");
    check_int(result, -ETIMEDOUT);
    sb_semaphore_release(&semaphore);
    check_int(semaphore.count, 1);
    return 0;
}

static int taker_who_goes_on(void *arg)
{
    check_int(taker(arg), 0);
    check_int(sb_sleep_ms(1), -ECANCELED);
    return sb_semaphore_release(&semaphore);
}

TASK_TEST(what_was_handed_over_is_kept_when_a_cancel_comes_at_once)
{
    struct sb_task task;

    (void)arg;
    sb_semaphore_init(&semaphore, 0);
    sb_spawn(&task, "a", taker_who_goes_on, "a");
    sb_sleep_ms(1);
    sb_semaphore_release(&semaphore);
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    check_text(notes(), "1 a");
    check_int(semaphore.count, 1);
    return 0;
}

static int cancelled_taker(void *arg)
{
    (void)arg;
    sb_task_cancel(sb_task_current());
    check_int(sb_semaphore_acquire(&semaphore), -ECANCELED);
    return 0;
}

TASK_TEST(a_cancelled_task_does_not_get_even_a_free_one)
{
    struct sb_task task;

    (void)arg;
    sb_semaphore_init(&semaphore, 1);
    sb_spawn(&task, "taker", cancelled_taker, NULL);
    sb_join(&task, NULL);
    check_int(semaphore.count, 1);
    return 0;
}

TASK_TEST(an_unbounded_one_refuses_a_release_at_int_max)
{
    (void)arg;
    check_int(sb_semaphore_init(&semaphore, INT_MAX), 0);
    check_int(sb_semaphore_release(&semaphore), -EOVERFLOW);
    check_int(semaphore.count, INT_MAX);
    return 0;
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    check_int(sb_semaphore_release(&semaphore), 0);
    check_int(sb_semaphore_release(&semaphore), 0);
    check_int(sb_semaphore_try_acquire(&semaphore), 0);
    check_int(sb_semaphore_try_acquire(&semaphore), -EAGAIN);
}

TASK_TEST(loop_context_may_release_it_and_try_to_take_it)
{
    struct sb_timer timer;

    (void)arg;
    sb_semaphore_init(&semaphore, 0);
    sb_timer_init(&timer, on_timer, NULL);
    sb_timer_start_ns(&timer, 5 * SB_MS_NS);
    check_int(sb_semaphore_acquire(&semaphore), 0);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    check_int(semaphore.count, 0);
    return 0;
}

TASK_TEST(as_a_case_it_is_taken_at_once_or_handed_over_and_not_taken_when_another_is_first)
{
    struct sb_case cases[2];
    struct sb_timer timer;

    (void)arg;
    sb_semaphore_init(&semaphore, 1);
    cases[0] = sb_semaphore_case(&semaphore);
    cases[1] = sb_deadline_case(5 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 0);
    check_int(semaphore.count, 0);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    sb_semaphore_release(&semaphore);
    check_int(semaphore.count, 1);

    sb_semaphore_init(&semaphore, 0);
    sb_timer_init(&timer, on_timer, NULL);
    sb_timer_start_ns(&timer, 5 * SB_MS_NS);
    cases[1] = sb_deadline_case(SB_NEVER);
    check_int(sb_wait_any(cases, 2), 0);
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    check_int(semaphore.count, 0);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_tasks_share_three_in_order_of_coming),
        cmocka_unit_test(a_bounded_one_refuses_a_release_beyond_its_initial_count),
        cmocka_unit_test(who_releases_cannot_take_past_who_waits),
        cmocka_unit_test(a_negative_count_is_refused),
        cmocka_unit_test(a_release_wakes_no_task_but_the_first),
        cmocka_unit_test(an_acquire_that_need_not_wait_gives_no_other_a_turn),
        cmocka_unit_test(a_cancelled_waiter_leaves_no_trace),
        cmocka_unit_test(a_waiter_whose_time_is_up_leaves_no_trace),
        cmocka_unit_test(what_was_handed_over_is_kept_when_a_cancel_comes_at_once),
        cmocka_unit_test(a_cancelled_task_does_not_get_even_a_free_one),
        cmocka_unit_test(an_unbounded_one_refuses_a_release_at_int_max),
        cmocka_unit_test(loop_context_may_release_it_and_try_to_take_it),
        cmocka_unit_test(
            as_a_case_it_is_taken_at_once_or_handed_over_and_not_taken_when_another_is_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
