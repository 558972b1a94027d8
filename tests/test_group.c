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
    return rc < 0 ? rc : child->result;
}

static int good_body(void *arg)
{
    static struct child c[] = {{"a", 30, 0}, {"b", 10, 5}};
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
    static struct child c[] = {{"a", 30, 0}, {"b", 10, -EIO}, {"c", 40, -ENXIO}};
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

static void the_first_error_cancels_the_rest_and_is_what_the_group_returns(void **state)
{
    (void)state;
    run_in_loop(error_body, NULL);
    assert_int_equal(test_error_count(), 0);
}

static int timeout_body(void *arg)
{
    static struct child c[] = {{"a", 30, 0}, {"b", 40, 0}};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_waits_for_all_its_tasks),
        cmocka_unit_test(the_first_error_cancels_the_rest_and_is_what_the_group_returns),
        cmocka_unit_test(a_timeout_of_the_waiter_cancels_the_tasks_and_waits_for_their_clean_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
