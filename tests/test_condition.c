/* SPDX-License-Identifier: MIT */
/* Conditions: order, the lock's owner whatever happens, what cancel and timeout leave, misuse. */
#include "tests/support.h"

#include <errno.h>

#include "lib/barrier.h"
#include "lib/condition.h"
#include "lib/task_info.h"
#include "lib/timeout.h"

static struct sb_lock lock;
static struct sb_condition condition;
static const char *const names[] = {"a", "b", "c", "d"};

static void init(void)
{
    sb_lock_init(&lock);
    sb_condition_init(&condition, &lock);
}

/* Waits once, and notes what came of it; has the lock in any case. */
static int waiter(void *arg)
{
    int rc = sb_lock_acquire(&lock);

    check_int(rc, 0);
    rc = sb_condition_wait(&condition);
    check_true(lock.owner == sb_task_current());
    note_at("%s %s", (const char *)arg,
            rc == 0            ? "notified"
            : rc == -ECANCELED ? "cancelled"
                               : "timed out");
    check_int(sb_lock_release(&lock), 0);
    return rc;
}

static void start_waiters(struct sb_task *tasks, int count)
{
    for (int i = 0; i < count; i++)
        sb_spawn(&tasks[i], names[i], waiter, (void *)(uintptr_t)names[i]);
    sb_sleep_ms(1);
}

static void join_all(struct sb_task *tasks, int count)
{
    for (int i = 0; i < count; i++)
        sb_join(&tasks[i], NULL);
}

static void notify(unsigned count)
{
    check_int(sb_lock_acquire(&lock), 0);
    check_int(sb_condition_notify(&condition, count), 0);
    check_int(sb_lock_release(&lock), 0);
}

/* The original's test: seven waiters, two notified each 2 s; then a predicate that is true from 8 s on. */
static int tim;
static struct sb_barrier done;

static int notifier(void *arg)
{
    int rc;

    while ((rc = sb_sleep_ms(2000)) == 0)
        notify(2);
    (void)arg;
    return rc;
}

static int counter(void *arg)
{
    int rc = sb_sleep_ms(500);

    while (rc == 0 && (rc = sb_sleep_ms(1000)) == 0)
        tim++;
    (void)arg;
    return rc;
}

static int numbered_waiter(void *arg)
{
    sb_lock_acquire(&lock);
    check_int(sb_condition_wait(&condition), 0);
    note_at("%d tim %d", *(int *)arg, tim);
    sb_barrier_arrive(&done);
    return sb_lock_release(&lock);
}

static bool is_eight(void *arg)
{
    (void)arg;
    return tim >= 8;
}

static int predicate_waiter(void *arg)
{
    sb_lock_acquire(&lock);
    check_int(sb_condition_wait_for(&condition, is_eight, NULL), 0);
    note_at("%d tim %d", *(int *)arg, tim);
    sb_barrier_arrive(&done);
    return sb_lock_release(&lock);
}

/* spec/core.md 9.2.7, 9.5.9, 13.4.30 */
TASK_TEST(waiters_are_notified_first_come_first_served)
{
    static int numbers[] = {0, 1, 2, 3, 4, 5, 6, 99};
    struct sb_task tasks[10];

    (void)arg;
    init();
    tim = 0;
    sb_barrier_init(&done, 8, NULL, NULL);
    sb_spawn(&tasks[8], "notifier", notifier, NULL);
    sb_spawn(&tasks[9], "counter", counter, NULL);
    for (int i = 0; i < 7; i++)
        sb_spawn(&tasks[i], "waiter", numbered_waiter, &numbers[i]);
    check_int(sb_barrier_wait(&done), 0);
    sb_barrier_init(&done, 2, NULL, NULL);
    sb_spawn(&tasks[7], "predicate", predicate_waiter, &numbers[7]);
    check_int(sb_barrier_wait(&done), 0);
    cancel_and_join(tasks, 10);
    check_text(notes(), "2000 0 tim 1 | 2000 1 tim 1 | 4000 2 tim 3 | 4000 3 tim 3 | "
                        "6000 4 tim 5 | 6000 5 tim 5 | 8000 6 tim 7 | 10000 99 tim 9");
    return 0;
}

/* spec/core.md 9.5.8, 13.4.30 */
TASK_TEST(a_notify_is_not_spent_on_a_cancelled_waiter)
{
    struct sb_task tasks[3];

    (void)arg;
    init();
    start_waiters(tasks, 3);
    sb_task_cancel(&tasks[0]);
    notify(1); /* in the same instant */
    sb_sleep_ms(1);
    check_text(notes(), "1 b notified | 1 a cancelled");
    notify(1);
    join_all(tasks, 3);
    check_text(notes(), "1 b notified | 1 a cancelled | 2 c notified");
    check_true(!sb_lock_is_locked(&lock));
    return 0;
}

/* spec/core.md 9.5.8, 13.4.30 */
TASK_TEST(a_cancelled_waiter_has_the_lock_again_when_it_returns)
{
    struct sb_task task;

    (void)arg;
    init();
    start_waiters(&task, 1);
    sb_lock_acquire(&lock);
    sb_task_cancel(&task);
    sb_sleep_ms(10);
    check_text(notes(), ""); /* it cannot return before the lock is free */
    sb_lock_release(&lock);
    join_all(&task, 1);
    check_text(notes(), "11 a cancelled");
    check_int(task.result, -ECANCELED);
    check_true(!sb_lock_is_locked(&lock));
    return 0;
}

static int impatient_waiter(void *arg)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, 15);
    return sb_timeout_end(&timeout, waiter(arg));
}

TASK_TEST(a_waiter_whose_time_is_up_has_the_lock_again_and_leaves_no_trace)
{
    struct sb_task tasks[2];

    (void)arg;
    init();
    sb_spawn(&tasks[1], "late", impatient_waiter, "late");
    start_waiters(&tasks[0], 1);
    sb_sleep_ms(4);
    sb_lock_acquire(&lock);
    sb_sleep_ms(20);
    sb_condition_notify(&condition, 1);
    sb_lock_release(&lock);
    join_all(tasks, 2);
    /* "late" is before "a" in the condition's queue, left it at 15, and was first in the lock's. */
    check_text(notes(), "25 late timed out | 25 a notified");
    check_int(tasks[1].result, -ETIMEDOUT);
    check_true(!sb_lock_is_locked(&lock));
    return 0;
}

/* spec/core.md 9.5.8 */
TASK_TEST(who_was_notified_and_then_cancelled_keeps_the_notify_and_gets_the_lock)
{
    struct sb_task tasks[2];

    (void)arg;
    init();
    start_waiters(tasks, 2);
    sb_lock_acquire(&lock);
    sb_condition_notify(&condition, 1);
    sb_task_cancel(&tasks[0]);
    sb_sleep_ms(10);
    sb_lock_release(&lock);
    sb_sleep_ms(1);
    check_text(notes(), "11 a notified");
    check_int(tasks[0].result, 0);
    check_true(!sb_task_is_finished(&tasks[1]));
    cancel_and_join(tasks, 2);
    return 0;
}

TASK_TEST(who_was_notified_in_time_but_gets_the_lock_late_is_in_time)
{
    struct sb_task task;

    (void)arg;
    init();
    sb_spawn(&task, "a", impatient_waiter, "a");
    sb_sleep_ms(10);
    sb_lock_acquire(&lock);
    sb_condition_notify(&condition, 1);
    sb_sleep_ms(10);
    sb_lock_release(&lock);
    join_all(&task, 1);
    check_text(notes(), "20 a notified");
    check_int(task.result, 0);
    return 0;
}

static int cancelled_waiter(void *arg)
{
    (void)arg;
    sb_lock_acquire(&lock);
    sb_task_cancel(sb_task_current());
    check_int(sb_condition_wait(&condition), -ECANCELED);
    check_true(lock.owner == sb_task_current());
    check_int(sb_condition_wait_for(&condition, is_eight, NULL), -ECANCELED);
    check_true(lock.owner == sb_task_current());
    return sb_lock_release(&lock);
}

TASK_TEST(a_cancelled_task_does_not_begin_to_wait)
{
    struct sb_task task;

    (void)arg;
    init();
    tim = 8;
    sb_spawn(&task, "cancelled", cancelled_waiter, NULL);
    return sb_join(&task, NULL);
}

static int other_user(void *arg)
{
    check_int(sb_lock_acquire(&lock), 0);
    note_at("%s has the lock", (const char *)arg);
    return sb_lock_release(&lock);
}

TASK_TEST(the_notified_queue_for_the_lock_behind_those_who_want_it_and_wake_once)
{
    struct sb_task tasks[4];

    (void)arg;
    init();
    start_waiters(tasks, 3);
    sb_lock_acquire(&lock);
    sb_spawn(&tasks[3], "user", other_user, "user");
    sb_sleep_ms(1);
    sb_condition_notify_all(&condition);
    sb_sleep_ms(1);
    check_text(notes(), "");
    sb_lock_release(&lock);
    join_all(tasks, 4);
    check_text(notes(), "3 user has the lock | 3 a notified | 3 b notified | 3 c notified");
    for (int i = 0; i < 3; i++)
        check_int(tasks[i].slice_count, 2); /* to begin, and to end */
    return 0;
}

TASK_TEST(a_task_that_queues_for_the_lock_is_said_to_wait_for_the_lock)
{
    struct sb_task task;
    struct sb_task_info info;

    (void)arg;
    init();
    start_waiters(&task, 1);
    sb_task_info(&task, &info);
    check_text(info.wait_what, "condition");
    check_true(info.wait_object == &condition);
    sb_lock_acquire(&lock);
    sb_condition_notify(&condition, 1);
    sb_task_info(&task, &info);
    check_text(info.wait_what, "lock");
    check_true(info.wait_object == &lock);
    sb_lock_release(&lock);
    return sb_join(&task, NULL);
}

TASK_TEST(a_notify_without_waiters_is_lost)
{
    struct sb_task task;

    (void)arg;
    init();
    notify(1);
    start_waiters(&task, 1);
    check_text(notes(), "");
    notify(5); /* more than there are */
    join_all(&task, 1);
    check_text(notes(), "1 a notified");
    return 0;
}

TASK_TEST(a_predicate_that_is_true_needs_no_wait)
{
    (void)arg;
    init();
    tim = 8;
    sb_lock_acquire(&lock);
    check_int(sb_condition_wait_for(&condition, is_eight, NULL), 0);
    check_int(sb_now_ns(), 0);
    return sb_lock_release(&lock);
}

static int impatient_predicate_waiter(void *arg)
{
    struct sb_timeout timeout;
    int rc;

    sb_lock_acquire(&lock);
    sb_timeout_begin_ms(&timeout, 15);
    rc = sb_timeout_end(&timeout, sb_condition_wait_for(&condition, is_eight, arg));
    check_true(lock.owner == sb_task_current());
    sb_lock_release(&lock);
    return rc;
}

TASK_TEST(a_wait_for_a_predicate_ends_when_its_time_is_up_however_often_it_was_notified)
{
    struct sb_task task;
    int result;

    (void)arg;
    init();
    tim = 0;
    sb_spawn(&task, "waiter", impatient_predicate_waiter, NULL);
    for (int i = 0; i < 2; i++) {
        sb_sleep_ms(6);
        notify(1);
    }
    sb_join(&task, &result);
    check_int(result, -ETIMEDOUT);
    check_int(sb_now_ns(), 15 * SB_MS_NS);
    check_true(sb_waitq_first(&condition.waiters) == NULL);
    return 0;
}

static int holder(void *arg)
{
    (void)arg;
    sb_lock_acquire(&lock);
    sb_sleep_ms(10);
    return sb_lock_release(&lock);
}

TASK_TEST(who_does_not_have_the_lock_is_refused)
{
    struct sb_task task;

    (void)arg;
    init();
    for (int i = 0; i < 2; i++) {
        check_int(sb_condition_wait(&condition), -EPERM);
        check_int(sb_condition_wait_for(&condition, is_eight, NULL), -EPERM);
        check_int(sb_condition_notify(&condition, 1), -EPERM);
        check_int(sb_condition_notify_all(&condition), -EPERM);
        if (i > 0)
            break;
        sb_spawn(&task, "holder", holder, NULL); /* the same while another task has it */
        sb_sleep_ms(1);
    }
    return sb_join(&task, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiters_are_notified_first_come_first_served),
        cmocka_unit_test(a_notify_is_not_spent_on_a_cancelled_waiter),
        cmocka_unit_test(a_cancelled_waiter_has_the_lock_again_when_it_returns),
        cmocka_unit_test(a_waiter_whose_time_is_up_has_the_lock_again_and_leaves_no_trace),
        cmocka_unit_test(who_was_notified_and_then_cancelled_keeps_the_notify_and_gets_the_lock),
        cmocka_unit_test(who_was_notified_in_time_but_gets_the_lock_late_is_in_time),
        cmocka_unit_test(a_cancelled_task_does_not_begin_to_wait),
        cmocka_unit_test(the_notified_queue_for_the_lock_behind_those_who_want_it_and_wake_once),
        cmocka_unit_test(a_task_that_queues_for_the_lock_is_said_to_wait_for_the_lock),
        cmocka_unit_test(a_notify_without_waiters_is_lost),
        cmocka_unit_test(a_predicate_that_is_true_needs_no_wait),
        cmocka_unit_test(
            a_wait_for_a_predicate_ends_when_its_time_is_up_however_often_it_was_notified),
        cmocka_unit_test(who_does_not_have_the_lock_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
