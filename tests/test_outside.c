/* SPDX-License-Identifier: MIT */
/* What comes from outside: its tasks run before the others, and yet starve nobody; the hook before a wait. */
#include "tests/support.h"

#include "lib/event.h"

static struct sb_event ready[3];
static struct sb_call calls[3];

static void set_event(void *arg)
{
    sb_event_set(arg);
}

static void init_calls(void)
{
    for (int i = 0; i < 3; i++) {
        sb_event_init(&ready[i]);
        calls[i] = (struct sb_call){.fn = set_event, .arg = &ready[i]};
    }
}

/* Notes each time its event is set. */
static int serve(void *arg)
{
    int i = (int)(intptr_t)arg;
    int rc;

    while ((rc = sb_event_wait(&ready[i])) == 0) {
        sb_event_clear(&ready[i]);
        note("io%d", i);
    }
    return rc;
}

static int work(void *arg)
{
    for (int i = 0; i < 3; i++) {
        note("%s", (const char *)arg);
        sb_yield();
    }
    return 0;
}

static int post_in_the_middle(void *arg)
{
    (void)arg;
    note("post");
    sb_loop_post(test_loop(), &calls[0]);
    sb_loop_post(test_loop(), &calls[1]);
    sb_yield();
    note("posted");
    return 0;
}

/* spec/core.md 9.4 tsf_test, 13.1.1, 13.1.3 */
TASK_TEST(what_is_woken_from_outside_runs_before_all_that_are_ready)
{
    struct sb_task servers[2];
    struct sb_task workers[3];

    (void)arg;
    init_calls();
    sb_spawn(&servers[0], "io0", serve, (void *)0);
    sb_spawn(&servers[1], "io1", serve, (void *)1);
    sb_yield();
    sb_spawn(&workers[0], "post", post_in_the_middle, NULL);
    sb_spawn(&workers[1], "a", work, "a");
    sb_spawn(&workers[2], "b", work, "b");
    for (int i = 0; i < 3; i++)
        sb_join(&workers[i], NULL);
    check_text(notes(), "post | io0 | io1 | a | b | posted | a | b | a | b");
    cancel_and_join(servers, 2);
    return 0;
}

/* An interrupt that comes again in each slice of the task that serves it. */
static int serve_and_be_interrupted(void *arg)
{
    int count = 0;

    (void)arg;
    while (sb_event_wait(&ready[0]) == 0) {
        sb_event_clear(&ready[0]);
        note("io");
        if (++count < 6)
            sb_loop_post(test_loop(), &calls[0]);
    }
    return 0;
}

/* spec/core.md 13.1.2 */
TASK_TEST(a_stream_of_urgent_wakes_lets_one_of_the_others_run_after_each_batch)
{
    struct sb_task server;
    struct sb_task workers[2];

    (void)arg;
    init_calls();
    sb_spawn(&server, "io", serve_and_be_interrupted, NULL);
    sb_yield();
    sb_spawn(&workers[0], "a", work, "a");
    sb_spawn(&workers[1], "b", work, "b");
    sb_loop_post(test_loop(), &calls[0]);
    sb_join(&workers[0], NULL);
    sb_join(&workers[1], NULL);
    check_text(notes(), "io | a | io | b | io | a | io | b | io | a | io | b");
    cancel_and_join(&server, 1);
    return 0;
}

TASK_TEST(urgent_tasks_keep_the_order_of_their_wakes)
{
    struct sb_task servers[3];
    struct sb_task worker;

    (void)arg;
    init_calls();
    for (intptr_t i = 0; i < 3; i++)
        sb_spawn(&servers[i], "io", serve, (void *)i);
    sb_yield();
    sb_spawn(&worker, "a", work, "a");
    sb_loop_post(test_loop(), &calls[2]);
    sb_loop_post(test_loop(), &calls[0]);
    sb_loop_post(test_loop(), &calls[1]);
    sb_join(&worker, NULL);
    check_text(notes(), "io2 | io0 | io1 | a | a | a");
    cancel_and_join(servers, 3);
    return 0;
}

TASK_TEST(a_callback_of_the_clock_in_the_middle_of_a_slice_wakes_urgent_tasks_too)
{
    struct sb_task servers[1];
    struct sb_task worker;

    (void)arg;
    init_calls();
    sb_spawn(&servers[0], "io", serve, (void *)0);
    sb_yield();
    sb_spawn(&worker, "a", work, "a");
    sb_loop_callback_begin(test_loop());
    check_true(sb_task_current() == NULL && sb_loop_is_in_callback(test_loop()));
    sb_event_set(&ready[0]);
    sb_loop_callback_end(test_loop());
    check_true(sb_task_current() != NULL && !sb_loop_is_in_callback(test_loop()));
    sb_join(&worker, NULL);
    check_text(notes(), "io0 | a | a | a");
    cancel_and_join(servers, 1);
    return 0;
}

/* ---- before a wait */

static void note_idle(int64_t until_ns, void *arg)
{
    (void)arg;
    if (until_ns == SB_NEVER)
        note_at("idle for ever");
    else
        note_at("idle until %g", (double)until_ns / 1e6);
}

/* spec/core.md 13.1.9 */
TASK_TEST(the_loop_says_how_long_it_will_be_idle)
{
    (void)arg;
    sb_loop_set_idle(test_loop(), note_idle, NULL);
    sb_yield(); /* nothing is idle about this */
    sb_sleep_ms(10);
    sb_sleep_ms(5);
    sb_loop_set_idle(test_loop(), NULL, NULL);
    sb_sleep_ms(5);
    check_text(notes(), "0.001 idle until 10.001 | 10.001 idle until 15.001");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_woken_from_outside_runs_before_all_that_are_ready),
        cmocka_unit_test(a_stream_of_urgent_wakes_lets_one_of_the_others_run_after_each_batch),
        cmocka_unit_test(urgent_tasks_keep_the_order_of_their_wakes),
        cmocka_unit_test(a_callback_of_the_clock_in_the_middle_of_a_slice_wakes_urgent_tasks_too),
        cmocka_unit_test(the_loop_says_how_long_it_will_be_idle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
