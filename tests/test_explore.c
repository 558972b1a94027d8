/* SPDX-License-Identifier: MIT */
/* Exploring: that every order is run exactly once, what limits do, and that a failing order is found again. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "softboard_testing.h"

static struct sb_explore_report report;

/* ---- every order */

static char order[64];

static int set_up(void *arg)
{
    (void)arg;
    order[0] = '\0';
    return 0;
}

static void write_letter(const char *letter)
{
    strncat(order, letter, sizeof(order) - strlen(order) - 1);
}

/* One slice. */
static int one(void *arg)
{
    write_letter(arg);
    return 0;
}

/* Two slices. */
static int two(void *arg)
{
    write_letter(arg);
    sb_yield();
    write_letter(arg);
    return 0;
}

static int three(void *arg)
{
    two(arg);
    sb_yield();
    write_letter(arg);
    return 0;
}

static void note_order(void *arg)
{
    (void)arg;
    note("%s", order);
}

static char a[] = "a", b[] = "b", c[] = "c";

static void three_tasks_of_a_slice_have_six_orders(void **state)
{
    const struct sb_trial_task tasks[] = {
        {"a", one, .arg = a}, {"b", one, .arg = b}, {"c", one, .arg = c}};
    const struct sb_trial trial = {
        .tasks = tasks, .task_count = 3, .set_up = set_up, .check = note_order};

    (void)state;
    notes_clear();
    assert_int_equal(sb_explore(&trial, NULL, &report), 0);
    assert_string_equal(notes(), "abc | acb | bac | bca | cab | cba");
    assert_int_equal(report.run_count, 6);
    assert_int_equal(report.choice_count, 2);
    assert_true(report.is_complete);
}

static void two_tasks_of_two_slices_have_six_orders(void **state)
{
    const struct sb_trial_task tasks[] = {{"a", two, .arg = a}, {"b", two, .arg = b}};
    const struct sb_trial trial = {
        .tasks = tasks, .task_count = 2, .set_up = set_up, .check = note_order};

    (void)state;
    notes_clear();
    assert_int_equal(sb_explore(&trial, NULL, &report), 0);
    /* In the order of counting up: who yielded stands behind the other. */
    assert_string_equal(notes(), "abab | abba | aabb | baba | baab | bbaa");
    assert_true(report.is_complete);
}

/* 9! / (3! 3! 3!) */
static const struct sb_trial_task nine_slices[] = {
    {"a", three, .arg = a}, {"b", three, .arg = b}, {"c", three, .arg = c}};
static const struct sb_trial nine = {.tasks = nine_slices, .task_count = 3, .set_up = set_up};

static void three_tasks_of_three_slices_have_1680_orders(void **state)
{
    (void)state;
    assert_int_equal(sb_explore(&nine, NULL, &report), 0);
    assert_int_equal(report.run_count, 1680);
    assert_true(report.is_complete);
}

/* ---- limits */

static void limits_cut_off_and_say_so(void **state)
{
    (void)state;
    assert_int_equal(sb_explore(&nine, &(struct sb_orders){.run_limit = 100}, &report), 0);
    assert_int_equal(report.run_count, 100);
    assert_false(report.is_complete);
    assert_int_equal(sb_explore(&nine, &(struct sb_orders){.depth = 2}, &report), 0);
    assert_int_equal(report.run_count, 9);
    assert_false(report.is_complete);
    /* First come first served; and one of two others at each of the six choices of three, and so on. */
    assert_int_equal(sb_explore(&nine, &(struct sb_orders){.deviation_limit = 1}, &report), 0);
    assert_in_range(report.run_count, 10, 20);
    assert_false(report.is_complete);
    assert_int_equal(sb_explore(&nine, &(struct sb_orders){.deviation_limit = 8}, &report), 0);
    assert_int_equal(report.run_count, 1680);
    assert_true(report.is_complete);
}

static void so_many_orders_at_random_are_the_same_ones_each_time(void **state)
{
    const struct sb_trial_task tasks[] = {
        {"a", one, .arg = a}, {"b", one, .arg = b}, {"c", one, .arg = c}};
    const struct sb_trial trial = {
        .tasks = tasks, .task_count = 3, .set_up = set_up, .check = note_order};
    char first[256];

    (void)state;
    notes_clear();
    assert_int_equal(sb_explore(&trial, &(struct sb_orders){.seed_count = 20}, &report), 0);
    assert_int_equal(report.run_count, 21);
    assert_false(report.is_complete);
    snprintf(first, sizeof(first), "%s", notes());
    notes_clear();
    assert_int_equal(sb_explore(&trial, &(struct sb_orders){.seed_count = 20}, &report), 0);
    assert_string_equal(notes(), first);
    assert_non_null(strstr(first, "abc"));
    assert_non_null(strstr(first, "cba"));
}

/* ---- what is found */

static int balance;

static int balance_set_up(void *arg)
{
    (void)arg;
    balance = 0;
    return 0;
}

/* Reads, lets others run, writes. */
static int deposits(void *arg)
{
    int old = balance;

    (void)arg;
    sb_yield();
    balance = old + 1;
    return 0;
}

/* First come first served, and whenever one comes after the other, this is no problem. */
static int deposits_later(void *arg)
{
    sb_yield();
    sb_yield();
    return deposits(arg);
}

static void check_balance(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(balance, 2);
}

static const struct sb_trial_task bank_tasks[] = {{"early", .fn = deposits},
                                                  {"late", .fn = deposits_later}};
static const struct sb_trial bank = {
    .tasks = bank_tasks, .task_count = 2, .set_up = balance_set_up, .check = check_balance};

static void expect_text(const char *begin)
{
    char text[SB_TRIAL_TEXT_SIZE];

    snprintf(text, sizeof(text), "%.*s", (int)strlen(begin), report.trial.text);
    assert_string_equal(text, begin);
}

static void a_lost_update_that_first_come_first_served_hides_is_found(void **state)
{
    struct sb_trial_report once;

    (void)state;
    assert_int_equal(sb_trial_run(&bank, &once), 0);
    assert_int_equal(sb_explore(&bank, &(struct sb_orders){.deviation_limit = 1}, &report), 0);
    assert_int_equal(sb_explore(&bank, &(struct sb_orders){.deviation_limit = 2}, &report),
                     -EPROTO);
    assert_non_null(strstr(report.trial.text, "balance is 1, not 2"));
}

static void check_order(void *arg)
{
    (void)arg;
    SB_EXPECT(strcmp(order, "cba") != 0);
}

static void a_failing_order_is_told_and_found_again(void **state)
{
    const struct sb_trial_task tasks[] = {
        {"a", one, .arg = a}, {"b", one, .arg = b}, {"c", one, .arg = c}};
    const struct sb_trial trial = {
        .tasks = tasks, .task_count = 3, .set_up = set_up, .check = check_order};
    struct sb_explore_report again;

    (void)state;
    assert_int_equal(sb_explore(&trial, NULL, &report), -EPROTO);
    expect_text("undisturbed in order 2 1: ");
    assert_int_equal(report.run_count, 6);
    assert_int_equal(report.failed.choice_count, 2);
    assert_int_equal(sb_explore_once(&trial, &report.failed, &again), -EPROTO);
    assert_string_equal(again.trial.text, report.trial.text);

    assert_int_equal(sb_explore(&trial, &(struct sb_orders){.seed_count = 100}, &report), -EPROTO);
    expect_text("undisturbed in the order of seed ");
    assert_int_equal(sb_explore_once(&trial, &report.failed, &again), -EPROTO);
    assert_string_equal(again.trial.text, report.trial.text);
}

static int run_number;

static int changes(void *arg)
{
    (void)arg;
    if (++run_number == 1)
        sb_yield();
    return 0;
}

static void a_trial_that_does_not_repeat_itself_is_found(void **state)
{
    const struct sb_trial_task tasks[] = {{"a", .fn = changes}, {"b", two, .arg = b}};
    const struct sb_trial trial = {.tasks = tasks, .task_count = 2, .set_up = set_up};

    (void)state;
    run_number = 0;
    assert_int_equal(sb_explore(&trial, NULL, &report), -EPROTO);
    assert_non_null(strstr(report.trial.text, ": up to there it did not run as it did before"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_tasks_of_a_slice_have_six_orders),
        cmocka_unit_test(two_tasks_of_two_slices_have_six_orders),
        cmocka_unit_test(three_tasks_of_three_slices_have_1680_orders),
        cmocka_unit_test(limits_cut_off_and_say_so),
        cmocka_unit_test(so_many_orders_at_random_are_the_same_ones_each_time),
        cmocka_unit_test(a_lost_update_that_first_come_first_served_hides_is_found),
        cmocka_unit_test(a_failing_order_is_told_and_found_again),
        cmocka_unit_test(a_trial_that_does_not_repeat_itself_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
