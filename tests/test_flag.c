/* SPDX-License-Identifier: MIT */
/*
 * Flags: who passes by a set, what is forgotten, what a cancel leaves. Timers stand for interrupts; real threads
 * are in tests/linux/test_threads.c.
 */
#include "tests/support.h"

#include <errno.h>

#include "lib/flag.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static struct sb_flag flag;

/* A test whose body runs as a task, with a flag that is not set. */
#define FLAG_TEST(name)                 \
    static void name##_inner(void);     \
    static int name##_body(void *arg)   \
    {                                   \
        (void)arg;                      \
        sb_flag_init(&flag);            \
        name##_inner();                 \
        sb_flag_deinit(&flag);          \
        return 0;                       \
    }                                   \
    static void name(void **state)      \
    {                                   \
        (void)state;                    \
        run_in_loop(name##_body, NULL); \
    }                                   \
    static void name##_inner(void)

static struct sb_timer interrupts[4];

static void on_interrupt(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    sb_flag_set(&flag);
}

/* Sets the flag in `ms`, as an interrupt would. */
static void set_in_ms(int i, int ms)
{
    sb_timer_init(&interrupts[i], on_interrupt, NULL);
    sb_timer_start_ns(&interrupts[i], ms * SB_MS_NS);
}

static int waits(void *arg)
{
    const char *name = arg;
    int rc;

    note("task %s", name);
    rc = sb_flag_wait(&flag);
    if (rc == 0)
        note("task %s done", name);
    else
        note("task %s %s", name, rc == -ECANCELED ? "cancelled" : "timed out");
    return rc;
}

static void start(struct sb_task *task, const char *name)
{
    sb_spawn(task, name, waits, (void *)(uintptr_t)name);
}

/* ---- spec/core.md 9.1 threadsafeflag; a set from outside is served before the next in line */

FLAG_TEST(a_set_in_the_loop_lets_the_waiter_pass)
{
    struct sb_task task;

    start(&task, "1");
    note("yield");
    sb_yield();
    note("set");
    sb_flag_set(&flag);
    note("wait task");
    sb_join(&task, NULL);
    check_text(notes(), "yield | task 1 | set | wait task | task 1 done");
    check_true(!sb_flag_is_set(&flag));
}

FLAG_TEST(a_set_by_an_interrupt_wakes_a_loop_that_sleeps)
{
    struct sb_task task;

    start(&task, "2");
    set_in_ms(0, 10);
    sb_join(&task, NULL);
    check_text(notes(), "task 2 | task 2 done");
    check_int(sb_now_ns(), 10 * SB_MS_NS);
}

FLAG_TEST(a_wait_for_a_set_flag_clears_it_and_does_not_suspend)
{
    struct sb_task task;

    note("set");
    sb_flag_set(&flag);
    sb_yield();
    check_true(sb_flag_is_set(&flag));
    start(&task, "3");
    sb_yield();
    note("wait task");
    sb_join(&task, NULL);
    check_text(notes(), "set | task 3 | task 3 done | wait task");
    check_int(task.slice_count, 1);
    check_true(!sb_flag_is_set(&flag));
}

FLAG_TEST(a_set_that_was_cleared_is_forgotten_and_the_next_is_not)
{
    struct sb_task task;

    sb_flag_set(&flag);
    sb_yield();
    sb_flag_clear(&flag);
    check_true(!sb_flag_is_set(&flag));
    start(&task, "4");
    sb_sleep_ms(1);
    check_text(notes(), "task 4");
    sb_flag_set(&flag);
    sb_join(&task, NULL);
    check_text(notes(), "task 4 | task 4 done");
}

/* Here nothing has run between the set and the clear: the set is on its way to the loop. */
FLAG_TEST(a_clear_takes_a_set_back_that_has_not_arrived)
{
    struct sb_task task;

    start(&task, "a");
    sb_sleep_ms(1);
    sb_flag_set(&flag);
    sb_flag_clear(&flag);
    sb_sleep_ms(1);
    check_text(notes(), "task a");
    sb_flag_set(&flag);
    sb_flag_clear(&flag);
    sb_flag_set(&flag);
    sb_join(&task, NULL);
    check_text(notes(), "task a | task a done");
}

FLAG_TEST(sets_that_nobody_waits_for_are_one)
{
    struct sb_task tasks[2];

    sb_flag_set(&flag);
    sb_flag_set(&flag);
    sb_flag_set(&flag);
    start(&tasks[0], "a");
    start(&tasks[1], "b");
    sb_sleep_ms(1);
    check_text(notes(), "task a | task a done | task b");
    cancel_and_join(tasks, 2);
}

/* ---- several waiters */

/* spec/core.md 9.5.2, 13.2.12 */
FLAG_TEST(several_tasks_may_wait_and_each_set_lets_one_pass_in_order)
{
    struct sb_task tasks[3];

    start(&tasks[0], "a");
    start(&tasks[1], "b");
    start(&tasks[2], "c");
    set_in_ms(0, 10);
    set_in_ms(1, 20);
    sb_sleep_ms(15);
    check_text(notes(), "task a | task b | task c | task a done");
    sb_sleep_ms(15);
    set_in_ms(0, 10);
    sb_join(&tasks[2], NULL);
    check_text(notes(), "task a | task b | task c | task a done | task b done | task c done");
}

/* The set is on its way to the one who waits, when a newcomer asks. */
FLAG_TEST(nobody_takes_a_set_past_who_waits)
{
    struct sb_task task;
    struct sb_timeout timeout;

    start(&task, "a");
    sb_yield();
    sb_flag_set(&flag);
    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_flag_wait(&flag)), -ETIMEDOUT);
    check_text(notes(), "task a | task a done");
    sb_join(&task, NULL);
}

FLAG_TEST(a_set_that_comes_after_the_hand_over_is_kept_for_the_next)
{
    struct sb_task tasks[2];

    start(&tasks[0], "a");
    sb_yield();
    set_in_ms(0, 10);
    set_in_ms(1, 10); /* both in one instant: one set, and one waiter */
    sb_join(&tasks[0], NULL);
    sb_flag_set(&flag);
    start(&tasks[1], "b");
    sb_join(&tasks[1], NULL);
    check_text(notes(), "task a | task a done | task b | task b done");
}

/* ---- cancel and timeout */

FLAG_TEST(a_cancelled_waiter_leaves_the_flag_to_the_next)
{
    struct sb_task tasks[2];

    start(&tasks[0], "a");
    start(&tasks[1], "b");
    sb_sleep_ms(1);
    sb_flag_set(&flag);
    sb_task_cancel(&tasks[0]);
    sb_join(&tasks[1], NULL);
    sb_join(&tasks[0], NULL);
    check_int(tasks[0].result, -ECANCELED);
    check_int(tasks[1].result, 0);
    check_true(!sb_flag_is_set(&flag));
}

FLAG_TEST(the_flag_stays_set_when_its_only_waiter_was_cancelled)
{
    struct sb_task task;

    start(&task, "a");
    sb_sleep_ms(1);
    sb_flag_set(&flag);
    cancel_and_join(&task, 1);
    check_int(task.result, -ECANCELED);
    check_true(sb_flag_is_set(&flag));
}

static void cancel_it(void *arg)
{
    sb_task_cancel(arg);
}

/* The bell rings, then the cancel comes, before the task has run. */
FLAG_TEST(a_waiter_that_has_the_flag_keeps_it_when_a_cancel_comes_at_once)
{
    struct sb_task task;
    struct sb_call call = {.fn = cancel_it, .arg = &task};

    start(&task, "a");
    sb_sleep_ms(1);
    sb_flag_set(&flag);
    sb_loop_post(test_loop(), &call);
    sb_join(&task, NULL);
    check_int(task.result, 0);
    check_true(!sb_flag_is_set(&flag));
}

FLAG_TEST(a_wait_may_time_out)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_flag_wait(&flag)), -ETIMEDOUT);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    set_in_ms(0, 5);
    check_int(sb_flag_wait(&flag), 0);
    check_int(sb_now_ns(), 10 * SB_MS_NS);
}

/* ---- beside others */

FLAG_TEST(it_can_be_waited_for_beside_a_deadline)
{
    struct sb_case cases[] = {sb_deadline_case(10 * SB_MS_NS), sb_flag_case(&flag)};

    set_in_ms(0, 5);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    check_true(!sb_flag_is_set(&flag));
    check_int(sb_wait_any(cases, 2), 0);
    sb_flag_set(&flag);
    check_int(sb_wait_any(&cases[1], 1), 0);
}

FLAG_TEST(a_set_is_kept_when_something_else_happened_first)
{
    struct sb_case cases[] = {sb_deadline_case(5 * SB_MS_NS), sb_flag_case(&flag)};

    set_in_ms(0, 6);
    check_int(sb_wait_any(cases, 2), 0);
    sb_sleep_ms(2);
    check_true(sb_flag_is_set(&flag));
}

/* ---- what it costs */

static const struct sb_clock_ops *clock_ops;
static unsigned clock_calls;

static int64_t counting_now_ns(struct sb_clock *clock)
{
    clock_calls++;
    return clock_ops->now_ns(clock);
}

static int counting_wait_until_ns(struct sb_clock *clock, int64_t deadline_ns)
{
    clock_calls++;
    return clock_ops->wait_until_ns(clock, deadline_ns);
}

static int yields(void *arg)
{
    int rc = 0;

    for (int i = 0; i < 1000 && rc == 0; i++)
        rc = sb_yield();
    (void)arg;
    return rc;
}

/* How often the loop's own context is entered, and the clock asked, while two tasks yield. */
static void count_costs(uint64_t *hub_entries, unsigned *calls)
{
    struct sb_clock *clock = test_loop()->clock;
    struct sb_clock_ops counting = *clock->ops;
    uint64_t before = test_loop()->run_count;
    struct sb_task tasks[2];

    clock_ops = clock->ops;
    counting.now_ns = counting_now_ns;
    counting.wait_until_ns = counting_wait_until_ns;
    clock->ops = &counting;
    clock_calls = 0;
    for (int i = 0; i < 2; i++)
        sb_spawn(&tasks[i], "yields", yields, NULL);
    for (int i = 0; i < 2; i++)
        sb_join(&tasks[i], NULL);
    *hub_entries = test_loop()->run_count - before;
    *calls = clock_calls;
    clock->ops = clock_ops;
}

/* spec/core.md 9.5.21, 13.1.8 */
FLAG_TEST(a_task_that_waits_for_a_flag_makes_no_switch_of_others_dearer)
{
    uint64_t entries_alone;
    uint64_t entries_beside;
    unsigned calls_alone;
    unsigned calls_beside;
    struct sb_task task;

    count_costs(&entries_alone, &calls_alone);
    start(&task, "a");
    sb_yield();
    count_costs(&entries_beside, &calls_beside);
    check_int(entries_beside, entries_alone);
    check_int(calls_beside, calls_alone);
    check_true(entries_alone < 10 && calls_alone < 10);
    cancel_and_join(&task, 1);
}

/* ---- its end */

/* Else the call would be run in memory that is gone. */
FLAG_TEST(a_flag_may_go_while_a_set_is_on_its_way)
{
    struct sb_flag short_lived;

    sb_flag_init(&short_lived);
    sb_flag_set(&short_lived);
    sb_flag_deinit(&short_lived);
    check_true(!sb_loop_unpost(test_loop(), &short_lived.bell.call));
}

FLAG_TEST(a_loop_with_a_flag_expects_to_be_rung)
{
    check_true(sb_loop_has_source(test_loop()));
    sb_flag_deinit(&flag);
    check_true(!sb_loop_has_source(test_loop()));
    sb_flag_init(&flag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_in_the_loop_lets_the_waiter_pass),
        cmocka_unit_test(a_set_by_an_interrupt_wakes_a_loop_that_sleeps),
        cmocka_unit_test(a_wait_for_a_set_flag_clears_it_and_does_not_suspend),
        cmocka_unit_test(a_set_that_was_cleared_is_forgotten_and_the_next_is_not),
        cmocka_unit_test(a_clear_takes_a_set_back_that_has_not_arrived),
        cmocka_unit_test(sets_that_nobody_waits_for_are_one),
        cmocka_unit_test(several_tasks_may_wait_and_each_set_lets_one_pass_in_order),
        cmocka_unit_test(nobody_takes_a_set_past_who_waits),
        cmocka_unit_test(a_set_that_comes_after_the_hand_over_is_kept_for_the_next),
        cmocka_unit_test(a_cancelled_waiter_leaves_the_flag_to_the_next),
        cmocka_unit_test(the_flag_stays_set_when_its_only_waiter_was_cancelled),
        cmocka_unit_test(a_waiter_that_has_the_flag_keeps_it_when_a_cancel_comes_at_once),
        cmocka_unit_test(a_wait_may_time_out),
        cmocka_unit_test(it_can_be_waited_for_beside_a_deadline),
        cmocka_unit_test(a_set_is_kept_when_something_else_happened_first),
        cmocka_unit_test(a_task_that_waits_for_a_flag_makes_no_switch_of_others_dearer),
        cmocka_unit_test(a_flag_may_go_while_a_set_is_on_its_way),
        cmocka_unit_test(a_loop_with_a_flag_expects_to_be_rung),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
