/* SPDX-License-Identifier: MIT */
/* The lock: hand-over in order, what cancel and timeout leave, misuse. */
#include "tests/support.h"

#include <errno.h>

#include "lib/lock.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static struct sb_lock lock;

/* Takes the lock, keeps it for 10 ms, gives it back. */
static int holder(void *arg)
{
    const char *name = arg;
    int rc = sb_lock_acquire(&lock);

    if (rc < 0) {
        note_at("%s %s", name, rc == -ECANCELED ? "cancelled" : "timed out");
        return rc;
    }
    note_at("%s has it", name);
    check_true(lock.owner == sb_task_current());
    rc = sb_sleep_ms(10);
    check_int(sb_lock_release(&lock), 0);
    return rc;
}

static int impatient_holder(void *arg)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, 15);
    return sb_timeout_end(&timeout, holder(arg));
}

static void start_holders(struct sb_task *tasks, int count)
{
    static const char *const names[] = {"a", "b", "c", "d"};

    sb_lock_init(&lock);
    for (int i = 0; i < count; i++)
        sb_spawn(&tasks[i], names[i], holder, (void *)(uintptr_t)names[i]);
}

static void join_all(struct sb_task *tasks, int count)
{
    for (int i = 0; i < count; i++)
        sb_join(&tasks[i], NULL);
}

TASK_TEST(it_is_handed_over_first_come_first_served)
{
    struct sb_task tasks[4];

    (void)arg;
    start_holders(tasks, 4);
    join_all(tasks, 4);
    check_text(notes(), "0 a has it | 10 b has it | 20 c has it | 30 d has it");
    check_true(lock.owner == NULL);
    return 0;
}

static int greedy(void *arg)
{
    (void)arg;
    sb_lock_acquire(&lock);
    sb_sleep_ms(10);
    sb_lock_release(&lock);
    check_int(sb_lock_try_acquire(&lock), -EAGAIN);
    note_at("greedy asks again");
    check_int(sb_lock_acquire(&lock), 0);
    note_at("greedy has it again");
    return sb_lock_release(&lock);
}

TASK_TEST(who_releases_it_cannot_take_it_past_who_waits)
{
    struct sb_task tasks[2];

    (void)arg;
    sb_lock_init(&lock);
    sb_spawn(&tasks[0], "greedy", greedy, NULL);
    sb_spawn(&tasks[1], "b", holder, "b");
    join_all(tasks, 2);
    check_text(notes(), "10 greedy asks again | 10 b has it | 20 greedy has it again");
    return 0;
}

TASK_TEST(a_cancelled_waiter_leaves_no_trace)
{
    struct sb_task tasks[3];

    (void)arg;
    start_holders(tasks, 3);
    sb_sleep_ms(1);
    sb_task_cancel(&tasks[1]);
    join_all(tasks, 3);
    check_text(notes(), "0 a has it | 1 b cancelled | 10 c has it");
    check_true(lock.owner == NULL);
    check_int(tasks[1].result, -ECANCELED);
    return 0;
}

TASK_TEST(a_waiter_whose_time_is_up_leaves_no_trace)
{
    struct sb_task tasks[3];

    (void)arg;
    start_holders(tasks, 2);
    sb_spawn(&tasks[2], "late", impatient_holder, "late");
    sb_sleep_ms(1);
    join_all(tasks, 3);
    check_text(notes(), "0 a has it | 10 b has it | 15 late timed out");
    check_true(lock.owner == NULL);
    return 0;
}

/* Cancelled in the very instant in which it is handed over: it is kept, and the next wait fails. */
TASK_TEST(a_lock_that_was_handed_over_is_kept_when_a_cancel_comes_at_once)
{
    struct sb_task tasks[2];

    (void)arg;
    sb_lock_init(&lock);
    check_int(sb_lock_acquire(&lock), 0);
    sb_spawn(&tasks[0], "a", holder, "a");
    sb_spawn(&tasks[1], "b", holder, "b");
    sb_sleep_ms(1);
    check_int(sb_lock_release(&lock), 0);
    sb_task_cancel(&tasks[0]);
    check_true(lock.owner == &tasks[0]);
    join_all(tasks, 2);
    /* A wait that fails lets the others run first, which costs a yield's microsecond. */
    check_text(notes(), "1 a has it | 1.001 b has it");
    check_int(tasks[0].result, -ECANCELED);
    return 0;
}

TASK_TEST(a_cancel_before_the_release_passes_it_to_the_next)
{
    struct sb_task tasks[2];

    (void)arg;
    sb_lock_init(&lock);
    sb_lock_acquire(&lock);
    sb_spawn(&tasks[0], "a", holder, "a");
    sb_spawn(&tasks[1], "b", holder, "b");
    sb_sleep_ms(1);
    sb_task_cancel(&tasks[0]);
    sb_lock_release(&lock);
    check_true(lock.owner == &tasks[1]);
    join_all(tasks, 2);
    check_text(notes(), "1 a cancelled | 1 b has it");
    return 0;
}

static int cancelled_taker(void *arg)
{
    (void)arg;
    sb_task_cancel(sb_task_current());
    check_int(sb_lock_acquire(&lock), -ECANCELED);
    check_true(lock.owner == NULL);
    return 0;
}

TASK_TEST(a_cancelled_task_does_not_get_even_a_free_one)
{
    struct sb_task task;

    (void)arg;
    sb_lock_init(&lock);
    sb_spawn(&task, "taker", cancelled_taker, NULL);
    return sb_join(&task, NULL);
}

static int stranger(void *arg)
{
    (void)arg;
    return sb_lock_release(&lock);
}

TASK_TEST(misuse_is_refused)
{
    struct sb_task task;
    int result = 0;

    (void)arg;
    sb_lock_init(&lock);
    check_int(sb_lock_release(&lock), -EPERM);
    check_int(sb_lock_try_acquire(&lock), 0);
    check_int(sb_lock_acquire(&lock), -EDEADLK);
    check_int(sb_lock_try_acquire(&lock), -EAGAIN);
    sb_spawn(&task, "stranger", stranger, NULL);
    sb_join(&task, &result);
    check_int(result, -EPERM);
    check_int(sb_lock_release(&lock), 0);
    check_int(sb_lock_release(&lock), -EPERM);
    return 0;
}

TASK_TEST(as_a_case_it_is_taken_at_once_or_handed_over_and_not_taken_when_another_is_first)
{
    struct sb_case cases[2];
    struct sb_task task;

    (void)arg;
    start_holders(&task, 1);
    sb_sleep_ms(1);
    cases[0] = sb_lock_case(&lock);
    cases[1] = sb_deadline_case(5 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    cases[1] = sb_deadline_case(SB_NEVER);
    check_int(sb_wait_any(cases, 2), 0);
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    check_true(lock.owner == sb_task_current());
    check_int(sb_lock_release(&lock), 0);
    check_int(sb_wait_any(cases, 2), 0);
    check_int(sb_lock_release(&lock), 0);
    return sb_join(&task, NULL);
}

/* spec/core.md 9.5.13 */
TASK_TEST(it_is_locked_in_the_hand_over_too)
{
    struct sb_task task;

    (void)arg;
    sb_lock_init(&lock);
    check_true(!sb_lock_is_locked(&lock));
    sb_lock_acquire(&lock);
    check_true(sb_lock_is_locked(&lock));
    sb_spawn(&task, "a", holder, "a");
    sb_sleep_ms(1);
    check_int(sb_lock_release(&lock), 0);
    check_text(notes(), ""); /* it is handed over, but the task has not run yet */
    check_true(sb_lock_is_locked(&lock));
    check_int(sb_lock_try_acquire(&lock), -EAGAIN);
    check_int(sb_lock_release(&lock), -EPERM);
    sb_join(&task, NULL);
    check_true(!sb_lock_is_locked(&lock));
    return 0;
}

static int looper(void *arg)
{
    int n = *(int *)arg;

    note("%d starts", n);
    for (int i = 0; i < 3; i++) {
        sb_lock_acquire(&lock);
        note("%d has it", n);
        sb_sleep_ms(1);
        sb_lock_release(&lock);
    }
    note("%d ends", n);
    return 0;
}

/* spec/core.md 9.1 lock */
TASK_TEST(tasks_that_take_it_again_and_again_take_turns)
{
    static int numbers[] = {1, 2, 3};
    struct sb_task tasks[3];

    (void)arg;
    sb_lock_init(&lock);
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "looper", looper, &numbers[i]);
    join_all(tasks, 3);
    check_text(notes(), "1 starts | 1 has it | 2 starts | 3 starts | 2 has it | 3 has it | "
                        "1 has it | 2 has it | 3 has it | 1 has it | 1 ends | 2 has it | 2 ends | "
                        "3 has it | 3 ends");
    return 0;
}

/* spec/core.md 9.1 lock */
TASK_TEST(it_can_be_released_and_taken_again_while_nobody_waits)
{
    (void)arg;
    sb_lock_init(&lock);
    for (int i = 0; i < 3; i++) {
        check_int(sb_lock_acquire(&lock), 0);
        check_true(sb_lock_is_locked(&lock));
        check_int(sb_lock_release(&lock), 0);
        check_true(!sb_lock_is_locked(&lock));
    }
    check_int(sb_now_ns(), 0);
    return 0;
}

/* Releases it after 10 ms, then cancels the task `victim`. */
static struct sb_task *victim;

static int canceller(void *arg)
{
    int rc = holder(arg);

    note_at("%s releases", (const char *)arg);
    sb_task_cancel(victim);
    return rc;
}

/* spec/core.md 9.1 lock: there the cancelled task passes it on before it runs; here it has it. */
TASK_TEST(who_is_cancelled_after_the_hand_over_passes_it_on_when_it_unwinds)
{
    struct sb_task tasks[3];

    (void)arg;
    sb_lock_init(&lock);
    victim = &tasks[1];
    sb_spawn(&tasks[0], "a", canceller, "a");
    sb_spawn(&tasks[1], "b", holder, "b");
    sb_spawn(&tasks[2], "c", holder, "c");
    join_all(tasks, 3);
    check_text(notes(), "0 a has it | 10 a releases | 10 b has it | 10 c has it");
    check_true(!sb_lock_is_locked(&lock));
    check_int(tasks[1].result, -ECANCELED);
    return 0;
}

static bool is_inside;

static int exclusive(void *arg)
{
    int n = *(int *)arg;

    note("%d starts", n);
    if (sb_lock_acquire(&lock) < 0) {
        note("%d cancelled", n);
        return 0;
    }
    check_true(!is_inside);
    is_inside = true;
    sb_yield();
    sb_lock_release(&lock);
    is_inside = false;
    note("%d done", n);
    return 0;
}

/* spec/core.md 9.1 lock_cancel */
TASK_TEST(two_waiters_are_cancelled_and_it_is_released_in_one_slice)
{
    static int numbers[] = {0, 1, 2, 3};
    struct sb_task tasks[4];

    (void)arg;
    sb_lock_init(&lock);
    sb_lock_acquire(&lock);
    is_inside = false;
    for (int i = 0; i < 4; i++)
        sb_spawn(&tasks[i], "exclusive", exclusive, &numbers[i]);
    sb_yield();
    sb_task_cancel(&tasks[1]);
    sb_task_cancel(&tasks[2]);
    sb_lock_release(&lock);
    join_all(tasks, 4);
    check_text(notes(), "0 starts | 1 starts | 2 starts | 3 starts | 1 cancelled | 2 cancelled | "
                        "0 done | 3 done");
    check_true(!sb_lock_is_locked(&lock));
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_handed_over_first_come_first_served),
        cmocka_unit_test(who_releases_it_cannot_take_it_past_who_waits),
        cmocka_unit_test(a_cancelled_waiter_leaves_no_trace),
        cmocka_unit_test(a_waiter_whose_time_is_up_leaves_no_trace),
        cmocka_unit_test(a_lock_that_was_handed_over_is_kept_when_a_cancel_comes_at_once),
        cmocka_unit_test(a_cancel_before_the_release_passes_it_to_the_next),
        cmocka_unit_test(a_cancelled_task_does_not_get_even_a_free_one),
        cmocka_unit_test(misuse_is_refused),
        cmocka_unit_test(
            as_a_case_it_is_taken_at_once_or_handed_over_and_not_taken_when_another_is_first),
        cmocka_unit_test(it_is_locked_in_the_hand_over_too),
        cmocka_unit_test(tasks_that_take_it_again_and_again_take_turns),
        cmocka_unit_test(it_can_be_released_and_taken_again_while_nobody_waits),
        cmocka_unit_test(who_is_cancelled_after_the_hand_over_passes_it_on_when_it_unwinds),
        cmocka_unit_test(two_waiters_are_cancelled_and_it_is_released_in_one_slice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
