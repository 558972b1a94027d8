/* SPDX-License-Identifier: MIT */
/* Groups: children end together. */
#include "tests/support.h"

#include <errno.h>

#include "lib/group.h"
#include "lib/timeout.h"

struct child {
    const char *name;
    int64_t ms;
    int result;
    int clean_up_result; /* 0: the error of the wait */
};

static int run_child(void *arg)
{
    const struct child *child = arg;
    int rc = sb_sleep_ms(child->ms);

    if (rc < 0) {
        sb_shield_begin();
        sb_sleep_ms(3); /* clean-up that waits */
        sb_shield_end();
    }
    note_at("%s %d", child->name, rc);
    if (rc == 0)
        return child->result;
    return child->clean_up_result != 0 ? child->clean_up_result : rc;
}

static int good_body(void *arg)
{
    static struct child c[] = {{"a", 30, 0, 0}, {"b", 10, 5, 0}};
    struct sb_group group;
    struct sb_task t[2];

    (void)arg;
    sb_group_init(&group);
    check_int(sb_group_wait(&group), 0); /* empty: at once */
    for (int i = 0; i < 2; i++)
        sb_group_spawn(&group, &t[i], c[i].name, run_child, &c[i]);
    check_int(sb_group_wait(&group), 0);
    check_int(sb_now_ns(), 30 * SB_MS_NS);
    check_int(t[1].result, 5);
    check_text(notes(), "10 b 0 | 30 a 0");
    return 0;
}

static void a_group_waits_for_all_its_tasks(void **state)
{
    (void)state;
    run_in_loop(good_body, NULL);
}

static int error_body(void *arg)
{
    static struct child c[] = {{"a", 30, 0, 0}, {"b", 10, -EIO, 0}, {"c", 40, -ENXIO, 0}};
    struct sb_group group;
    struct sb_task t[3];

    (void)arg;
    sb_group_init(&group);
    for (int i = 0; i < 3; i++)
        sb_group_spawn(&group, &t[i], c[i].name, run_child, &c[i]);
    check_int(sb_group_wait(&group), -EIO);
    check_text(notes(), "10 b 0 | 13 a -125 | 13 c -125");
    return 0;
}

/* spec/core.md 13.3.22, 13.4.34 */
static void the_first_error_cancels_the_rest_and_is_what_the_group_returns(void **state)
{
    (void)state;
    run_in_loop(error_body, NULL);
    assert_int_equal(test_error_count(), 0);
}

static int timeout_body(void *arg)
{
    static struct child c[] = {{"a", 30, 0, 0}, {"b", 40, 0, 0}};
    struct sb_timeout scope;
    struct sb_group group;
    struct sb_task t[2];

    (void)arg;
    sb_group_init(&group);
    for (int i = 0; i < 2; i++)
        sb_group_spawn(&group, &t[i], c[i].name, run_child, &c[i]);
    sb_timeout_begin_ms(&scope, 20);
    check_int(sb_timeout_end(&scope, sb_group_wait(&group)), -ETIMEDOUT);
    check_text(notes(), "23 a -125 | 23 b -125");
    check_int(sb_now_ns(), 23 * SB_MS_NS);
    return 0;
}

static void a_timeout_of_the_waiter_cancels_the_tasks_and_waits_for_their_clean_up(void **state)
{
    (void)state;
    run_in_loop(timeout_body, NULL);
}

static int two_errors_body(void *arg)
{
    static struct child c[] = {{"a", 30, 0, -ENXIO}, {"b", 10, -EIO, 0}};
    struct sb_group group;
    struct sb_task t[2];

    (void)arg;
    sb_group_init(&group);
    for (int i = 0; i < 2; i++)
        sb_group_spawn(&group, &t[i], c[i].name, run_child, &c[i]);
    check_int(sb_group_wait(&group), -EIO);
    check_int(t[0].result, -ENXIO); /* nothing is lost: it stands in the task */
    return 0;
}

static void an_error_of_the_clean_up_does_not_hide_the_first(void **state)
{
    (void)state;
    run_in_loop(two_errors_body, NULL);
    assert_int_equal(test_error_count(), 0);
}

static int one_cancelled_body(void *arg)
{
    static struct child c[] = {{"a", 30, 0, 0}, {"b", 10, 0, 0}};
    struct sb_group group;
    struct sb_task t[2];

    (void)arg;
    sb_group_init(&group);
    for (int i = 0; i < 2; i++)
        sb_group_spawn(&group, &t[i], c[i].name, run_child, &c[i]);
    sb_yield();
    sb_task_cancel(&t[1]);
    check_int(sb_group_wait(&group), 0);
    check_text(notes(), "3 b -125 | 30 a 0");
    return 0;
}

static void one_task_of_a_group_may_be_cancelled_without_the_others(void **state)
{
    (void)state;
    run_in_loop(one_cancelled_body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_waits_for_all_its_tasks),
        cmocka_unit_test(the_first_error_cancels_the_rest_and_is_what_the_group_returns),
        cmocka_unit_test(a_timeout_of_the_waiter_cancels_the_tasks_and_waits_for_their_clean_up),
        cmocka_unit_test(an_error_of_the_clean_up_does_not_hide_the_first),
        cmocka_unit_test(one_task_of_a_group_may_be_cancelled_without_the_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
