/* SPDX-License-Identifier: MIT */
/* The lock: hand-over in order, what cancel and timeout leave, misuse. */
#include "tests/support.h"

#include <errno.h>

#include "lib/lock.h"
#include "lib/timeout.h"

/* A test whose body runs as a task. */
#define TASK_TEST(name)                 \
    static int name##_body(void *arg);  \
    static void name(void **state)      \
    {                                   \
        (void)state;                    \
        run_in_loop(name##_body, NULL); \
    }                                   \
    static int name##_body(void *arg)

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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
