/* SPDX-License-Identifier: MIT */
/* Posted calls: taken back, posted anew while they run; sources from outside. */
#include "tests/support.h"

#include <errno.h>

#include "lib/event.h"

static struct sb_call calls[4];

static void on_call(void *arg)
{
    note("%s", (const char *)arg);
}

static void init_calls(void)
{
    static char names[4][2] = {"a", "b", "c", "d"};

    for (int i = 0; i < 4; i++)
        calls[i] = (struct sb_call){.fn = on_call, .arg = names[i]};
}

static void post(int i)
{
    sb_loop_post(test_loop(), &calls[i]);
}

TASK_TEST(a_call_that_is_taken_back_does_not_run_and_the_others_keep_their_order)
{
    (void)arg;
    init_calls();
    for (int i = 0; i < 4; i++)
        post(i);
    check_true(sb_loop_unpost(test_loop(), &calls[1]));
    check_true(!sb_loop_unpost(test_loop(), &calls[1]));
    post(1);
    check_true(sb_loop_unpost(test_loop(), &calls[0]));
    sb_yield();
    check_text(notes(), "c | d | b");
    check_true(!sb_loop_unpost(test_loop(), &calls[3]));
    return 0;
}

TASK_TEST(the_last_call_may_be_taken_back_and_posted_again)
{
    (void)arg;
    init_calls();
    post(0);
    post(1);
    check_true(sb_loop_unpost(test_loop(), &calls[1]));
    post(2);
    post(1);
    sb_yield();
    check_text(notes(), "a | c | b");
    return 0;
}

static void take_back_the_next(void *arg)
{
    (void)arg;
    note("taker");
    check_true(sb_loop_unpost(test_loop(), &calls[1]));
}

TASK_TEST(a_call_may_take_back_the_one_behind_it)
{
    struct sb_call taker = {.fn = take_back_the_next};

    (void)arg;
    init_calls();
    sb_loop_post(test_loop(), &taker);
    post(1);
    post(2);
    sb_yield();
    check_text(notes(), "taker | c");
    return 0;
}

static void post_itself(void *arg)
{
    struct sb_call *call = arg;

    note("again");
    sb_loop_post(test_loop(), call);
}

TASK_TEST(a_call_that_posts_itself_does_not_keep_tasks_from_running)
{
    struct sb_call call = {.fn = post_itself, .arg = &call};

    (void)arg;
    sb_loop_post(test_loop(), &call);
    sb_yield();
    note("task");
    sb_yield();
    check_true(sb_loop_unpost(test_loop(), &call));
    check_text(notes(), "again | task | again");
    return 0;
}

static int wait_with_a_source(void *arg)
{
    int rc;

    sb_loop_add_source(test_loop(), 1);
    rc = sb_event_wait(arg);
    sb_loop_add_source(test_loop(), -1);
    return rc;
}

static void on_the_virtual_clock_a_source_outside_changes_nothing(void **state)
{
    struct sb_event never;

    (void)state;
    sb_event_init(&never);
    assert_int_equal(run_loop_expecting(-EDEADLK, wait_with_a_source, &never), -ECANCELED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_is_taken_back_does_not_run_and_the_others_keep_their_order),
        cmocka_unit_test(the_last_call_may_be_taken_back_and_posted_again),
        cmocka_unit_test(a_call_may_take_back_the_one_behind_it),
        cmocka_unit_test(a_call_that_posts_itself_does_not_keep_tasks_from_running),
        cmocka_unit_test(on_the_virtual_clock_a_source_outside_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
