/* SPDX-License-Identifier: MIT */
/* Trials as tests: see trial_rig.h. */
#include "tests/trial_rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/coro.h"
#include "tests/support.h"

#define TESTS_MAX 256

/* An assertion or a crash says which run it was. */
static void on_crash(int number)
{
    const char *text = sb_trial_current(); /* NOLINT(bugprone-signal-handler): made for it */

    if (text != NULL) {
        (void)!write(STDERR_FILENO, "crashed in: ", 12);
        (void)!write(STDERR_FILENO, text, strlen(text));
        (void)!write(STDERR_FILENO, "\n", 1);
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* cmocka cuts long messages. */
static void fail_with(const struct sb_trial_report *report, int rc)
{
    fprintf(stderr, "%s\n%s", report->text, report->trace);
    fail_msg("%d", rc);
}

static void disturb_by(const struct trial_test *test, const struct sb_disturb_config *config,
                       bool is_complete)
{
    struct sb_disturb_report report;
    int rc = sb_disturb(&test->trial, config, &report);

    if (rc < 0)
        fail_with(&report.trial, rc);
    assert_int_equal(report.is_complete, is_complete);
    if (getenv("TRIAL_COUNTS") != NULL)
        fprintf(stderr, "%8llu runs, %4u moments, unwinding %g ms\n",
                (unsigned long long)report.run_count, report.step_count,
                (double)report.unwinding_ns / 1e6);
}

/*
 * All pairs first come first served, then single ones in other orders: but not under ThreadSanitizer, to which a
 * switch takes so long, and a loop with one thread is nothing new.
 */
static void disturb(void **state)
{
    const struct trial_test *test = *state;

    disturb_by(test,
               &(struct sb_disturb_config){.is_paired = true,
                                           .unwinding_limit_ns = test->unwinding_limit_ns},
               true);
#ifndef SB_CORO_TSAN
    disturb_by(test,
               &(struct sb_disturb_config){.orders = &test->disturbed_orders,
                                           .has_edges = test->has_edges,
                                           .unwinding_limit_ns = test->unwinding_limit_ns},
               !test->is_disturbed_cut);
#endif
}

static void explore(void **state)
{
    const struct trial_test *test = *state;
    struct sb_explore_report report;
    int rc = sb_explore(&test->trial, &test->orders, &report);

    if (rc < 0)
        fail_with(&report.trial, rc);
    assert_int_equal(report.is_complete, !test->is_cut);
    if (getenv("TRIAL_COUNTS") != NULL)
        fprintf(stderr, "%8llu runs, %4u choices\n", (unsigned long long)report.run_count,
                report.choice_count);
}

static int run_trials(const struct trial_test *const *lists, CMUnitTestFunction test_fn)
{
    static struct CMUnitTest tests[TESTS_MAX];
    unsigned count = 0;

    for (; *lists != NULL; lists++)
        for (const struct trial_test *test = *lists; test->name != NULL; test++)
            if (count < TESTS_MAX)
                tests[count++] = (struct CMUnitTest){.name = test->name,
                                                     .test_func = test_fn,
                                                     .initial_state = (void *)(uintptr_t)test};
    signal(SIGABRT, on_crash);
    signal(SIGSEGV, on_crash);
    return _cmocka_run_group_tests("tests", tests, count, NULL, NULL);
}

int disturb_trials(const struct trial_test *const *lists)
{
    return run_trials(lists, disturb);
}

int explore_trials(const struct trial_test *const *lists)
{
    return run_trials(lists, explore);
}

void queue_up(struct queueing *before, const struct sb_waitq *queue)
{
    before->others_wait = sb_waitq_first(queue) != NULL;
    before->slice_count = sb_task_current()->slice_count;
}

void expect_no_barging(const struct queueing *before)
{
    SB_EXPECT(!before->others_wait || sb_task_current()->slice_count != before->slice_count);
}

unsigned ticket_take(struct tickets *tickets)
{
    return ++tickets->given;
}

void ticket_show(struct tickets *tickets, unsigned ticket)
{
    SB_EXPECT(ticket > tickets->shown);
    tickets->shown = ticket;
}
