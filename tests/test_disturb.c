/* SPDX-License-Identifier: MIT */
/* Disturbing: which moments there are, and that each kind of mistake is found, named and found again. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/event.h"
#include "lib/lock.h"
#include "lib/timeout.h"
#include "lib/wait.h"
#include "softboard_testing.h"

static struct sb_disturb_report report;

static int run(const struct sb_trial *trial, const struct sb_disturb_config *config)
{
    return sb_disturb(trial, config, &report);
}

static int run_alone(sb_task_fn *fn, const struct sb_disturb_config *config)
{
    const struct sb_trial_task task = {.name = "body", .fn = fn};

    return run(&(struct sb_trial){.tasks = &task, .task_count = 1}, config);
}

/* What the failed run said begins like this. */
static void expect_text(const char *begin)
{
    char text[SB_TRIAL_TEXT_SIZE];

    snprintf(text, sizeof(text), "%.*s", (int)strlen(begin), report.trial.text);
    assert_string_equal(text, begin);
}

/* The failed run alone fails alike. */
static void expect_again(const struct sb_trial *trial, const struct sb_disturb_config *config)
{
    struct sb_disturb_report again;

    assert_int_equal(sb_disturb_once(trial, config, &report.failed, &again), -EPROTO);
    assert_string_equal(again.trial.text, report.trial.text);
    assert_string_equal(again.trial.trace, report.trial.trace);
    assert_int_equal(again.run_count, 1);
}

/* ---- which moments there are */

static int sleeps_twice(void *arg)
{
    int rc = sb_sleep_ms(1);

    (void)arg;
    return rc < 0 ? rc : sb_sleep_ms(1);
}

static int notes_its_end(void *arg)
{
    int rc = sleeps_twice(arg);

    note_at("%d", rc);
    return rc;
}

/* Before it begins; and of each sleep: when it begins, when it is over, when the task goes on. */
static void a_task_alone_is_disturbed_at_each_beginning_and_end_of_a_wait(void **state)
{
    (void)state;
    notes_clear();
    assert_int_equal(
        run_alone(notes_its_end, &(struct sb_disturb_config){.kinds = SB_DISTURB_CANCEL}), 0);
    assert_int_equal(report.step_count, 7);
    assert_int_equal(report.run_count, 8);
    assert_true(report.is_complete);
    /* Cancelled before it begins or after a sleep is over, the next sleep fails, which costs a yield. */
    assert_string_equal(notes(), "2 0 | 0.001 -125 | 0 -125 | 1.001 -125 | 1.001 -125 | 1 -125 | "
                                 "2 0 | 2 0");
}

static void a_task_alone_runs_out_of_time_at_the_same_moments(void **state)
{
    (void)state;
    notes_clear();
    assert_int_equal(
        run_alone(notes_its_end, &(struct sb_disturb_config){.kinds = SB_DISTURB_TIMEOUT}), 0);
    assert_string_equal(notes(), "2 0 | 0.001 -110 | 0 -110 | 1.001 -110 | 1.001 -110 | 1 -110 | "
                                 "2 0 | 2 0");
}

static void both_at_once_end_a_wait_by_whichever_was_first(void **state)
{
    (void)state;
    notes_clear();
    assert_int_equal(
        run_alone(notes_its_end, &(struct sb_disturb_config){.kinds = SB_DISTURB_CANCEL_TIMEOUT |
                                                                      SB_DISTURB_TIMEOUT_CANCEL}),
        0);
    assert_int_equal(report.run_count, 15);
    /* What fails before it waits says that it was cancelled. */
    assert_string_equal(notes(), "2 0 | 0.001 -125 | 0 -125 | 1.001 -125 | 1.001 -125 | 1 -125 | "
                                 "2 0 | 2 0 | "
                                 "0.001 -125 | 0 -110 | 1.001 -125 | 1.001 -125 | 1 -110 | "
                                 "2 0 | 2 0");
}

static struct sb_event event;

static int event_set_up(void *arg)
{
    (void)arg;
    sb_event_init(&event);
    return 0;
}

static int waits(void *arg)
{
    (void)arg;
    return sb_event_wait(&event);
}

static int sets(void *arg)
{
    (void)arg;
    sb_event_set(&event);
    return 0;
}

static const struct sb_trial_task waiter_and_setter[] = {
    {.name = "waiter", .fn = waits},
    {.name = "setter", .fn = sets, .is_spared = true},
};
static const struct sb_trial two_tasks = {
    .tasks = waiter_and_setter, .task_count = 2, .set_up = event_set_up};

/* Begin, its wait, the other runs, its wake, the other ends, it goes on. */
static void other_tasks_slices_are_moments_too(void **state)
{
    (void)state;
    assert_int_equal(run(&two_tasks, NULL), 0);
    assert_int_equal(report.step_count, 6);
    assert_int_equal(report.run_count, 1 + 4 * 6);
}

static void who_is_spared_is_not_disturbed_and_somebody_must_not_be(void **state)
{
    struct sb_trial_task tasks[2] = {waiter_and_setter[0], waiter_and_setter[1]};
    const struct sb_trial trial = {.tasks = tasks, .task_count = 2, .set_up = event_set_up};

    (void)state;
    tasks[1].is_spared = false;
    assert_int_equal(run(&trial, &(struct sb_disturb_config){.kinds = SB_DISTURB_CANCEL}), 0);
    assert_int_equal(report.run_count, 1 + 6 + 1 + 1); /* the setter only begins */
    tasks[0].is_spared = tasks[1].is_spared = true;
    assert_int_equal(run(&trial, NULL), -EINVAL);
    assert_int_equal(run(&two_tasks, &(struct sb_disturb_config){.kinds = 16}), -EINVAL);
}

static void a_limit_of_runs_ends_it_incomplete(void **state)
{
    (void)state;
    assert_int_equal(run(&two_tasks, &(struct sb_disturb_config){.run_limit = 5}), 0);
    assert_int_equal(report.run_count, 5);
    assert_false(report.is_complete);
}

/* Setter and waiter have two orders; in one the event is set before it is waited for, which leaves the moment
 * before it begins and that after the setter's end. */
static void each_disturbance_comes_in_every_order(void **state)
{
    const struct sb_orders all = {.depth = 0};
    const struct sb_orders random = {.seed_count = 8};

    (void)state;
    assert_int_equal(
        run(&two_tasks, &(struct sb_disturb_config){.orders = &all, .kinds = SB_DISTURB_CANCEL}),
        0);
    assert_true(report.is_complete);
    assert_int_equal(report.step_count, 6);
    assert_int_equal(report.run_count, 2 + 14);
    assert_int_equal(
        run(&two_tasks, &(struct sb_disturb_config){.orders = &random, .kinds = SB_DISTURB_CANCEL}),
        0);
    assert_false(report.is_complete);
    assert_int_equal(report.run_count, 9 + 6 * 9);
}

/* Is served only when it comes last of three, and then is cut short. */
static int come_count;

static int three_set_up(void *arg)
{
    (void)arg;
    come_count = 0;
    return 0;
}

static int comes(void *arg)
{
    (void)arg;
    come_count++;
    return 0;
}

static int comes_last(void *arg)
{
    bool is_last = come_count == 2;
    int rc = sb_yield();

    (void)arg;
    SB_EXPECT(!is_last || rc == 0);
    return rc;
}

static void a_mistake_in_one_order_at_one_moment_is_found_and_found_again(void **state)
{
    const struct sb_trial_task tasks[] = {
        {.name = "body", .fn = comes_last}, {.name = "a", .fn = comes}, {.name = "b", .fn = comes}};
    const struct sb_trial trial = {.tasks = tasks, .task_count = 3, .set_up = three_set_up};
    const struct sb_orders all = {.depth = 0};
    const struct sb_disturb_config in_all = {.orders = &all};

    (void)state;
    assert_int_equal(run(&trial, NULL), 0);
    assert_int_equal(run(&trial, &in_all), -EPROTO);
    expect_text("body: cancelled at step 1 in order 1 1, before it begins: ");
    expect_again(&trial, &in_all);
}

/* ---- what is found */

/* Goes on waiting whatever happens. */
static int stubborn(void *arg)
{
    (void)arg;
    while (sb_sleep_ms(1) < 0)
        ;
    return 0;
}

static void who_ignores_a_cancel_is_found(void **state)
{
    (void)state;
    assert_int_equal(run_alone(stubborn, NULL), -EPROTO);
    expect_text("body: cancelled at step 1, before it begins: body ignored its cancel");
}

/* Leaves the lock taken when its sleep is cut short. */
static struct sb_lock lock;

static int lock_set_up(void *arg)
{
    (void)arg;
    sb_lock_init(&lock);
    return 0;
}

static int forgets_to_release(void *arg)
{
    int rc = sb_lock_acquire(&lock);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = sb_sleep_ms(1);
    if (rc < 0)
        return rc;
    return sb_lock_release(&lock);
}

static int releases(void *arg)
{
    int rc = sb_lock_acquire(&lock);

    (void)arg;
    return rc < 0 ? rc : sb_lock_release(&lock);
}

static void a_lock_that_is_kept_is_found_and_told_with_who_waits_for_it(void **state)
{
    const struct sb_trial_task tasks[] = {{.name = "a", .fn = forgets_to_release},
                                          {.name = "b", .fn = releases}};
    const struct sb_trial trial = {.tasks = tasks, .task_count = 2, .set_up = lock_set_up};

    (void)state;
    assert_int_equal(run(&trial, NULL), -EPROTO);
    expect_text("a: cancelled at step 2, when it waits for sleep, called from ");
    assert_non_null(strstr(report.trial.text,
                           ": nothing is left that could wake b; b waits since 0 ms for lock"));
    assert_non_null(
        strstr(report.trial.trace, "0.000000 ms  a            is woken: sleep (-125)\n"));
    assert_int_equal(report.failed.task, 0);
    assert_int_equal(report.failed.kind, SB_DISTURB_CANCEL);
    assert_int_equal(report.failed.step, 2);
    expect_again(&trial, NULL);
}

/* A number of tickets that forgets the one which was handed to who is cancelled in the same instant. */
static struct {
    struct sb_waitq waiters;
    int count;
} tickets;

static int tickets_set_up(void *arg)
{
    (void)arg;
    sb_waitq_init(&tickets.waiters);
    tickets.count = 0;
    return 0;
}

static int takes_a_ticket(void *arg)
{
    struct sb_waiter waiter;
    int rc = sb_wait_check();

    (void)arg;
    if (rc < 0)
        return rc;
    if (tickets.count == 0)
        rc = sb_waitq_wait(&tickets.waiters, &waiter, "ticket", &tickets);
    else
        tickets.count--;
    if (rc == 0 && sb_wait_check() < 0) /* the mistake: it was handed over, and is not given back */
        rc = -ECANCELED;
    return rc;
}

static int gives_a_ticket(void *arg)
{
    struct sb_waiter *waiter = sb_waitq_first(&tickets.waiters);

    (void)arg;
    if (waiter == NULL)
        tickets.count++;
    else
        sb_waitq_wake(waiter, 0);
    return 0;
}

static int is_a_ticket_lost;

static void note_loss(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(tickets.count, is_a_ticket_lost);
}

static int takes_and_tells(void *arg)
{
    int rc = takes_a_ticket(arg);

    is_a_ticket_lost = rc < 0;
    return rc;
}

static void what_is_lost_between_hand_over_and_cancel_is_found(void **state)
{
    const struct sb_trial_task tasks[] = {{.name = "taker", .fn = takes_and_tells},
                                          {.name = "giver", .fn = gives_a_ticket}};
    const struct sb_trial trial = {
        .tasks = tasks, .task_count = 2, .set_up = tickets_set_up, .check = note_loss};

    (void)state;
    assert_int_equal(run(&trial, NULL), -EPROTO);
    expect_text("taker: cancelled at step 4, just woken from ticket, called from ");
    assert_non_null(strstr(report.trial.text, "tickets.count is 0, not 1"));
    expect_again(&trial, NULL);
}

/* Its clean-up waits without a shield, so that a second disturbance cuts it short. */
static bool is_switched_off;

static int switches_off(void *arg)
{
    struct sb_timeout timeout;
    int rc;

    (void)arg;
    is_switched_off = false;
    rc = sb_sleep_ms(10);
    sb_shield_begin();
    sb_timeout_begin_ms(&timeout, 5);
    sb_sleep_ms(1);
    sb_timeout_end(&timeout, 0);
    sb_shield_end();
    if (rc == -ETIMEDOUT) {
        /* The mistake: one more wait, in a new scope that a cancel still reaches. */
        struct sb_timeout more;
        sb_shield_begin();
        sb_timeout_begin_ms(&more, 5);
        sb_shield_end();
        int late = sb_sleep_ms(1);
        sb_timeout_end(&more, 0);
        if (late == -ECANCELED)
            return rc;
    }
    is_switched_off = true;
    return rc;
}

static void check_switched_off(void *arg)
{
    (void)arg;
    SB_EXPECT(is_switched_off);
}

static void a_cancel_during_the_clean_up_after_a_timeout_is_found_by_pairs_only(void **state)
{
    const struct sb_trial_task task = {.name = "body", .fn = switches_off};
    const struct sb_trial trial = {.tasks = &task, .task_count = 1, .check = check_switched_off};
    const struct sb_disturb_config pairs = {.is_paired = true};
    const struct sb_disturb_config at_once = {.kinds = SB_DISTURB_CANCEL | SB_DISTURB_TIMEOUT};

    (void)state;
    assert_int_equal(run(&trial, &at_once), 0);
    assert_int_equal(run(&trial, &pairs), -EPROTO);
    assert_int_equal(report.failed.kind, SB_DISTURB_TIMEOUT_CANCEL);
    assert_true(report.failed.second_step > report.failed.step);
    expect_again(&trial, &pairs);
}

/* A scope that is left open when a wait in it fails. */
static struct sb_timeout scope;

static int leaves_a_scope(void *arg)
{
    int rc;

    (void)arg;
    sb_timeout_begin_ms(&scope, 100);
    rc = sb_sleep_ms(1);
    if (rc < 0)
        return rc;
    return sb_timeout_end(&scope, rc);
}

static void a_scope_that_is_left_open_is_found(void **state)
{
    (void)state;
    assert_int_equal(run_alone(leaves_a_scope, NULL), -EPROTO);
    expect_text("body: cancelled at step 1, before it begins: body has returned inside of a "
                "timeout's scope");
}

/* Depends on how often it was run. */
static int run_number;

static int changes(void *arg)
{
    (void)arg;
    return sb_sleep_ms(++run_number);
}

static void a_trial_that_does_not_repeat_itself_is_found(void **state)
{
    (void)state;
    run_number = 0;
    assert_int_equal(run_alone(changes, NULL), -EPROTO);
    expect_text("body: cancelled at step 3, just woken from sleep: up to there it did not run "
                "as it did before");
}

static int wrong_result(void *arg)
{
    int rc = sb_sleep_ms(1);

    (void)arg;
    return rc < 0 ? -EIO : 0;
}

static void another_error_than_that_of_the_disturbance_is_found(void **state)
{
    (void)state;
    assert_int_equal(
        run_alone(wrong_result, &(struct sb_disturb_config){.kinds = SB_DISTURB_CANCEL}), -EPROTO);
    expect_text(
        "body: cancelled at step 1, before it begins: body ended with -5: Input/output error");
}

/* ---- edges, and how long it takes */

static struct sb_timer timer;
static int edge_count;

static void make_edge(struct sb_timer *t, void *arg)
{
    (void)arg;
    sb_loop_trace(sb_loop_current(), SB_TRACE_PIN, "GPIO4", 3);
    if (++edge_count < 5)
        sb_timer_start_ns(t, SB_MS_NS);
}

static int sleeps_among_edges(void *arg)
{
    int rc;

    (void)arg;
    edge_count = 0;
    sb_timer_init(&timer, make_edge, NULL);
    sb_timer_start_ns(&timer, SB_MS_NS);
    rc = sb_sleep_us(5500);
    sb_timer_stop(&timer);
    note_at("%d", rc);
    return rc;
}

static void edges_are_moments_if_they_are_asked_for(void **state)
{
    (void)state;
    assert_int_equal(run_alone(sleeps_among_edges, NULL), 0);
    assert_int_equal(report.step_count, 4);
    notes_clear();
    assert_int_equal(
        run_alone(sleeps_among_edges,
                  &(struct sb_disturb_config){.kinds = SB_DISTURB_CANCEL, .has_edges = true}),
        0);
    assert_int_equal(report.step_count, 9);
    assert_string_equal(notes(), "5.5 0 | 0.001 -125 | 0 -125 | 1 -125 | 2 -125 | 3 -125 | "
                                 "4 -125 | 5 -125 | 5.5 0 | 5.5 0");
}

static int cleans_up_slowly(void *arg)
{
    int rc = sb_sleep_ms(10);

    (void)arg;
    sb_shield_begin();
    sb_sleep_ms(3);
    sb_shield_end();
    return rc;
}

static void the_longest_unwinding_is_told(void **state)
{
    (void)state;
    assert_int_equal(run_alone(cleans_up_slowly, NULL), 0);
    assert_int_equal(report.unwinding_ns, 3 * SB_MS_NS + SB_US_NS);
    assert_int_equal(report.slowest.step, 1);
}

static void an_unwinding_that_takes_longer_than_its_limit_is_found(void **state)
{
    (void)state;
    assert_int_equal(
        run_alone(cleans_up_slowly,
                  &(struct sb_disturb_config){.unwinding_limit_ns = 3 * SB_MS_NS + SB_US_NS}),
        0);
    assert_int_equal(run_alone(cleans_up_slowly,
                               &(struct sb_disturb_config){.unwinding_limit_ns = 3 * SB_MS_NS}),
                     -EPROTO);
    expect_text("body: cancelled at step 1, before it begins: it has ended only 3.001 ms later");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_alone_is_disturbed_at_each_beginning_and_end_of_a_wait),
        cmocka_unit_test(a_task_alone_runs_out_of_time_at_the_same_moments),
        cmocka_unit_test(both_at_once_end_a_wait_by_whichever_was_first),
        cmocka_unit_test(other_tasks_slices_are_moments_too),
        cmocka_unit_test(who_is_spared_is_not_disturbed_and_somebody_must_not_be),
        cmocka_unit_test(a_limit_of_runs_ends_it_incomplete),
        cmocka_unit_test(each_disturbance_comes_in_every_order),
        cmocka_unit_test(a_mistake_in_one_order_at_one_moment_is_found_and_found_again),
        cmocka_unit_test(who_ignores_a_cancel_is_found),
        cmocka_unit_test(a_lock_that_is_kept_is_found_and_told_with_who_waits_for_it),
        cmocka_unit_test(what_is_lost_between_hand_over_and_cancel_is_found),
        cmocka_unit_test(a_cancel_during_the_clean_up_after_a_timeout_is_found_by_pairs_only),
        cmocka_unit_test(a_scope_that_is_left_open_is_found),
        cmocka_unit_test(a_trial_that_does_not_repeat_itself_is_found),
        cmocka_unit_test(another_error_than_that_of_the_disturbance_is_found),
        cmocka_unit_test(edges_are_moments_if_they_are_asked_for),
        cmocka_unit_test(the_longest_unwinding_is_told),
        cmocka_unit_test(an_unwinding_that_takes_longer_than_its_limit_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
