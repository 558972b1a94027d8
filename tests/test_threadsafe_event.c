/* SPDX-License-Identifier: MIT */
/*
 * Events for threads: what a set releases, what a clear forgets. Timers stand for interrupts; real threads are in
 * tests/linux/test_threads.c.
 */
#include "tests/support.h"

#include <errno.h>

#include "lib/threadsafe_event.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static struct sb_threadsafe_event event;

/* A test whose body runs as a task, with an event that is not set. */
#define EVENT_TEST(name)                    \
    static void name##_inner(void);         \
    static int name##_body(void *arg)       \
    {                                       \
        (void)arg;                          \
        sb_threadsafe_event_init(&event);   \
        name##_inner();                     \
        sb_threadsafe_event_deinit(&event); \
        return 0;                           \
    }                                       \
    static void name(void **state)          \
    {                                       \
        (void)state;                        \
        run_in_loop(name##_body, NULL);     \
    }                                       \
    static void name##_inner(void)

static struct sb_timer interrupt;

static void on_interrupt(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    note("interrupt");
    sb_threadsafe_event_set(&event);
}

/* Sets the event in `ms`, as an interrupt would. */
static void set_in_ms(int ms)
{
    sb_timer_init(&interrupt, on_interrupt, NULL);
    sb_timer_start_ns(&interrupt, ms * SB_MS_NS);
}

static int waits(void *arg)
{
    const char *name = arg;
    int rc;

    note("%s waits", name);
    rc = sb_threadsafe_event_wait(&event);
    note("%s %s", name, rc == 0 ? "goes on" : "is cancelled");
    return rc;
}

static void start(struct sb_task *tasks, int count)
{
    static const char *const names[] = {"a", "b", "c", "d"};

    for (int i = 0; i < count; i++)
        sb_spawn(&tasks[i], names[i], waits, (void *)(uintptr_t)names[i]);
    sb_yield();
}

static int wait_for_ms(int ms)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, ms);
    return sb_timeout_end(&timeout, sb_threadsafe_event_wait(&event));
}

/* spec/core.md 9.1 event_queue */
EVENT_TEST(a_loop_with_nothing_to_run_stays_alive_until_the_interrupt)
{
    struct sb_task task;

    start(&task, 1);
    set_in_ms(100);
    sb_join(&task, NULL);
    check_text(notes(), "a waits | interrupt | a goes on");
    check_int(sb_now_ns() / SB_MS_NS, 100);
}

EVENT_TEST(a_set_releases_all_who_wait_in_order)
{
    struct sb_task tasks[4];

    start(tasks, 4);
    sb_threadsafe_event_set(&event);
    for (int i = 0; i < 4; i++)
        sb_join(&tasks[i], NULL);
    check_text(notes(), "a waits | b waits | c waits | d waits | "
                        "a goes on | b goes on | c goes on | d goes on");
    check_true(sb_threadsafe_event_is_set(&event));
}

/* spec/core.md 13.2.13 */
EVENT_TEST(it_is_set_from_the_moment_of_the_set)
{
    check_true(!sb_threadsafe_event_is_set(&event));
    sb_threadsafe_event_set(&event);
    check_true(sb_threadsafe_event_is_set(&event));
    sb_threadsafe_event_clear(&event);
    check_true(!sb_threadsafe_event_is_set(&event));
}

/* spec/core.md 9.5.16, 13.2.13 */
EVENT_TEST(set_and_clear_and_then_a_wait_waits)
{
    sb_threadsafe_event_set(&event);
    sb_threadsafe_event_clear(&event);
    check_int(wait_for_ms(5), -ETIMEDOUT);
    sb_threadsafe_event_set(&event);
    sb_sleep_ms(1);
    sb_threadsafe_event_clear(&event);
    check_int(wait_for_ms(5), -ETIMEDOUT);
}

/* spec/core.md 9.5.16, 13.2.13 */
EVENT_TEST(a_wait_returns_at_once_when_it_is_set_however_often)
{
    uint64_t slices = sb_task_current()->slice_count;

    sb_threadsafe_event_set(&event);
    for (int i = 0; i < 3; i++)
        check_int(sb_threadsafe_event_wait(&event), 0);
    check_int(sb_task_current()->slice_count, slices);
    sb_sleep_ms(1);
    check_int(wait_for_ms(0), 0);
}

EVENT_TEST(who_waited_at_the_set_goes_on_though_it_was_cleared_at_once)
{
    struct sb_task tasks[2];

    start(tasks, 2);
    sb_threadsafe_event_set(&event);
    sb_threadsafe_event_clear(&event);
    check_int(wait_for_ms(5), -ETIMEDOUT);
    check_text(notes(), "a waits | b waits | a goes on | b goes on");
    sb_join(&tasks[0], NULL);
    sb_join(&tasks[1], NULL);
}

EVENT_TEST(a_cancelled_waiter_leaves_the_others_served)
{
    struct sb_task tasks[3];

    start(tasks, 3);
    cancel_and_join(tasks, 1);
    set_in_ms(10);
    sb_join(&tasks[2], NULL);
    check_text(notes(), "a waits | b waits | c waits | a is cancelled | interrupt | "
                        "b goes on | c goes on");
    sb_join(&tasks[1], NULL);
}

EVENT_TEST(it_can_be_waited_for_beside_a_deadline)
{
    struct sb_case cases[] = {sb_deadline_case(10 * SB_MS_NS), sb_threadsafe_event_case(&event)};

    set_in_ms(5);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    check_int(sb_wait_any(&cases[1], 1), 0);
    sb_threadsafe_event_clear(&event);
    check_int(sb_wait_any(cases, 2), 0);
}

EVENT_TEST(it_may_go_while_a_set_is_on_its_way)
{
    struct sb_threadsafe_event short_lived;

    sb_threadsafe_event_init(&short_lived);
    sb_threadsafe_event_set(&short_lived);
    sb_threadsafe_event_deinit(&short_lived);
    check_true(!sb_loop_unpost(test_loop(), &short_lived.bell.call));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_with_nothing_to_run_stays_alive_until_the_interrupt),
        cmocka_unit_test(a_set_releases_all_who_wait_in_order),
        cmocka_unit_test(it_is_set_from_the_moment_of_the_set),
        cmocka_unit_test(set_and_clear_and_then_a_wait_waits),
        cmocka_unit_test(a_wait_returns_at_once_when_it_is_set_however_often),
        cmocka_unit_test(who_waited_at_the_set_goes_on_though_it_was_cleared_at_once),
        cmocka_unit_test(a_cancelled_waiter_leaves_the_others_served),
        cmocka_unit_test(it_can_be_waited_for_beside_a_deadline),
        cmocka_unit_test(it_may_go_while_a_set_is_on_its_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
