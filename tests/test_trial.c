/* SPDX-License-Identifier: MIT */
/* A single run of a trial: its phases, and everything that must not be left behind. */
#include "tests/support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/core.h"
#include "lib/event.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"
#include "softboard_testing.h"

static struct sb_trial_report report;
static struct sb_event event;
static struct sb_timer timer;

static void do_nothing(struct sb_timer *t, void *arg)
{
    (void)t;
    (void)arg;
}

static int set_up(void *arg)
{
    (void)arg;
    sb_event_init(&event);
    sb_timer_init(&timer, do_nothing, NULL);
    return 0;
}

/* One task that is `fn`. */
static int run_one(sb_task_fn *fn)
{
    const struct sb_trial_task task = {.name = "body", .fn = fn};

    return sb_trial_run(
        &(struct sb_trial){
            .tasks = &task, .task_count = 1, .set_up = set_up, .time_limit_ns = SB_S_NS},
        &report);
}

/* It is run, and the report says exactly this of what went wrong. */
static void expect_failure(sb_task_fn *fn, const char *text)
{
    assert_int_equal(run_one(fn), -EPROTO);
    assert_string_equal(report.text, text);
}

/* The same, but only how it begins. */
static void expect_failure_like(sb_task_fn *fn, const char *begin)
{
    assert_int_equal(run_one(fn), -EPROTO);
    report.text[strlen(begin)] = '\0';
    assert_string_equal(report.text, begin);
}

/* ---- phases */

static int noted_set_up(void *arg)
{
    note("set up %s", (const char *)arg);
    return sb_sleep_ms(1);
}

static int noted_tear_down(void *arg)
{
    note("tear down %s", (const char *)arg);
    return 0;
}

static void noted_check(void *arg)
{
    note("check %s", (const char *)arg);
}

static int worker(void *arg)
{
    note_at("%s", (const char *)arg);
    return sb_sleep_ms(2);
}

static int afterwards(void *arg)
{
    note_at("%s again", (const char *)arg);
    return 0;
}

static int server(void *arg)
{
    int rc = sb_sleep_ms(1000);

    (void)arg;
    note_at("server %d", rc);
    return rc;
}

static void phases_follow_each_other_and_servers_are_cancelled_at_the_end(void **state)
{
    static char a[] = "a", b[] = "b", whole[] = "whole";
    const struct sb_trial_task tasks[] = {
        {.name = "server", .fn = server, .is_server = true},
        {.name = "a", .fn = worker, .arg = a, .then = afterwards},
        {.name = "b", .fn = worker, .arg = b},
    };
    const struct sb_trial trial = {
        .tasks = tasks,
        .task_count = 3,
        .set_up = noted_set_up,
        .tear_down = noted_tear_down,
        .check = noted_check,
        .arg = whole,
    };

    (void)state;
    notes_clear();
    assert_int_equal(sb_trial_run(&trial, &report), 0);
    assert_string_equal(report.text, "");
    assert_string_equal(notes(), "set up whole | 1 a | 1 b | 3 a again | 3 server -125 | "
                                 "check whole | tear down whole");
}

static int failing_set_up(void *arg)
{
    (void)arg;
    return -EIO;
}

static void after_a_failed_set_up_only_the_tear_down_runs(void **state)
{
    const struct sb_trial_task task = {.name = "a", .fn = worker};
    const struct sb_trial trial = {
        .tasks = &task,
        .task_count = 1,
        .set_up = failing_set_up,
        .tear_down = noted_tear_down,
        .check = noted_check,
    };

    (void)state;
    notes_clear();
    assert_int_equal(sb_trial_run(&trial, &report), -EPROTO);
    assert_string_equal(report.text, "the set-up: Input/output error");
    assert_string_equal(notes(), "tear down (null)");
}

static void too_few_and_too_many_tasks_are_refused(void **state)
{
    struct sb_trial_task tasks[SB_TRIAL_TASKS_MAX + 1] = {{.name = "a", .fn = worker}};
    struct sb_trial trial = {.tasks = tasks};

    (void)state;
    assert_int_equal(sb_trial_run(&trial, &report), -EINVAL);
    trial.task_count = SB_TRIAL_TASKS_MAX + 1;
    assert_int_equal(sb_trial_run(&trial, &report), -EINVAL);
}

static int current_body(void *arg)
{
    (void)arg;
    SB_EXPECT(strcmp(sb_trial_current(), "undisturbed") == 0);
    return 0;
}

static void the_run_that_is_under_way_is_known(void **state)
{
    (void)state;
    assert_null(sb_trial_current());
    assert_int_equal(run_one(current_body), 0);
    assert_null(sb_trial_current());
}

/* ---- claims */

static int claiming(void *arg)
{
    (void)arg;
    if (!SB_EXPECT(1 + 1 == 2))
        return -EIO;
    sb_expect_int_at(2 * 3, 7, "2 * 3", "claims.c", 1000);
    SB_EXPECT(event.is_set);
    return 0;
}

static void the_first_claim_that_does_not_hold_is_told(void **state)
{
    (void)state;
    expect_failure(claiming, "claims.c:1000: 2 * 3 is 6, not 7");
}

/* ---- results */

static int broken(void *arg)
{
    (void)arg;
    return -EIO;
}

static void an_error_is_a_failure_unless_it_is_listed(void **state)
{
    static const int errors[] = {-ENXIO, -EIO, 0};
    const struct sb_trial_task task = {.name = "body", .fn = broken, .errors = errors};

    (void)state;
    expect_failure(broken, "body ended with -5: Input/output error");
    assert_int_equal(sb_trial_run(&(struct sb_trial){.tasks = &task, .task_count = 1}, &report), 0);
}

static void an_error_afterwards_is_a_failure(void **state)
{
    const struct sb_trial_task task = {.name = "body", .fn = current_body, .then = broken};

    (void)state;
    assert_int_equal(sb_trial_run(&(struct sb_trial){.tasks = &task, .task_count = 1}, &report),
                     -EPROTO);
    assert_string_equal(report.text, "body, in what it does then: Input/output error");
}

static struct sb_task detached;

static int leaves_an_error(void *arg)
{
    (void)arg;
    sb_spawn(&detached, "detached", broken, NULL);
    return sb_sleep_ms(1);
}

static void an_error_that_nobody_collects_is_a_failure(void **state)
{
    (void)state;
    expect_failure(leaves_an_error,
                   "detached ended with Input/output error, which nobody collected");
}

static int ignores_its_cancel(void *arg)
{
    (void)arg;
    sb_task_cancel(sb_task_current());
    while (sb_event_wait(&event) < 0)
        ;
    return 0;
}

static void who_is_parked_is_a_failure(void **state)
{
    (void)state;
    expect_failure_like(ignores_its_cancel,
                        "body ignored its cancel again and again, at last, called from ");
}

/* ---- no end */

static int waits_for_ever(void *arg)
{
    (void)arg;
    sb_sleep_ms(5);
    return sb_event_wait(&event);
}

static void a_deadlock_says_who_waits_since_when_for_what_and_where(void **state)
{
    (void)state;
    expect_failure_like(
        waits_for_ever,
        "nothing is left that could wake body; body waits since 5 ms for event, called from ");
    assert_non_null(strstr(report.trace, "5.000000 ms  body         waits: event\n"));
}

static void elapse_again(struct sb_timer *t, void *arg)
{
    (void)arg;
    sb_timer_start_ns(t, SB_MS_NS);
}

static int waits_beside_a_periodic_timer(void *arg)
{
    (void)arg;
    sb_timer_init(&timer, elapse_again, NULL);
    sb_timer_start_ns(&timer, SB_MS_NS);
    (void)sb_event_wait(&event);
    sb_timer_stop(&timer);
    return 0;
}

static void a_wait_in_a_busy_world_ends_at_the_time_limit(void **state)
{
    (void)state;
    expect_failure_like(waits_beside_a_periodic_timer,
                        "does not come to an end in time, by 1000 ms; body waits since 0 ms for "
                        "event, called from ");
}

static int yields_for_ever(void *arg)
{
    (void)arg;
    while (sb_yield() == 0)
        ;
    return 0;
}

static void who_polls_for_ever_ends_at_the_step_limit(void **state)
{
    const struct sb_trial_task task = {.name = "body", .fn = yields_for_ever};
    const struct sb_trial trial = {.tasks = &task, .task_count = 1, .step_limit = 500};

    (void)state;
    assert_int_equal(sb_trial_run(&trial, &report), -EPROTO);
    assert_string_equal(report.text, "does not come to an end: more than 500 steps; body is ready");
}

/* ---- what is left */

static int leaves_a_task(void *arg)
{
    (void)arg;
    return sb_spawn(&detached, "detached", waits_for_ever, NULL);
}

static void a_task_that_is_left_is_a_failure(void **state)
{
    (void)state;
    expect_failure(leaves_a_task, "1 tasks are left; detached is ready");
}

static int leaves_a_timer(void *arg)
{
    (void)arg;
    sb_timer_start_ns(&timer, 7 * SB_MS_NS);
    return 0;
}

static void a_timer_that_is_left_is_a_failure(void **state)
{
    (void)state;
    expect_failure(leaves_a_timer, "a timer is left, armed for 7 ms");
}

static int leaves_a_timer_on_its_stack(void *arg)
{
    struct sb_timer mine;

    (void)arg;
    sb_timer_init(&mine, do_nothing, NULL);
    sb_timer_start_ns(&mine, 3 * SB_MS_NS);
    return 0;
}

/* The calls of ThreadSanitizer write over what is left of a stack that is gone. */
static bool keeps_what_is_gone(void)
{
    const char *san = getenv("SAN");

    return san == NULL || strcmp(san, "thread") != 0;
}

/* AddressSanitizer may keep locals elsewhere. */
static void a_timer_on_a_stack_that_is_gone_is_a_failure(void **state)
{
    (void)state;
    if (!keeps_what_is_gone())
        skip();
    assert_int_equal(run_one(leaves_a_timer_on_its_stack), -EPROTO);
    assert_non_null(strstr(report.text, "armed for 3 ms"));
}

static struct sb_timeout scope;

static int leaves_a_scope(void *arg)
{
    (void)arg;
    sb_timeout_begin_ms(&scope, 100);
    return 0;
}

static void a_scope_that_is_left_open_is_a_failure(void **state)
{
    (void)state;
    expect_failure(leaves_a_scope, "body has returned inside of a timeout's scope");
}

static int leaves_a_shield(void *arg)
{
    (void)arg;
    sb_shield_begin();
    return 0;
}

static void a_shield_that_is_left_open_is_a_failure(void **state)
{
    (void)state;
    expect_failure(leaves_a_shield, "body has returned inside of a shield");
}

/* Forgets that it was cancelled, as no program can without the core's help. */
static int waits_though_cancelled(void *arg)
{
    (void)arg;
    sb_task_cancel(sb_task_current());
    sb_task_current()->pending = 0;
    return sb_sleep_ms(1);
}

static void who_waits_though_it_was_cancelled_is_a_failure(void **state)
{
    (void)state;
    expect_failure_like(waits_though_cancelled, "body begins to wait for sleep although its cancel "
                                                "or timeout still holds, called from ");
}

/* A wake that forgets to take the waiter off its queue. */
static int wakes_wrongly(void *arg)
{
    struct sb_waiter *waiter = sb_waitq_first(&event.waiters);

    (void)arg;
    sb_core_wake(waiter->task, -EIO);
    return 0;
}

static int waits_for_event(void *arg)
{
    int rc = sb_event_wait(&event);

    (void)arg;
    sb_waitq_init(&event.waiters);
    return rc;
}

static int waits_for_one_of_two(void *arg)
{
    struct sb_case cases[] = {sb_event_case(&event), sb_deadline_case(SB_S_NS)};
    int rc = sb_wait_any(cases, 2);

    (void)arg;
    sb_waitq_init(&event.waiters);
    return rc;
}

static void who_is_woken_and_still_stands_somewhere_is_a_failure(void **state)
{
    const struct sb_trial_task alone[] = {{.name = "a", .fn = waits_for_event},
                                          {.name = "b", .fn = wakes_wrongly}};
    const struct sb_trial_task beside[] = {{.name = "a", .fn = waits_for_one_of_two},
                                           {.name = "b", .fn = wakes_wrongly}};
    struct sb_trial trial = {.tasks = alone, .task_count = 2, .set_up = set_up};

    (void)state;
    if (!keeps_what_is_gone())
        skip();
    assert_int_equal(sb_trial_run(&trial, &report), -EPROTO);
    assert_string_equal(report.text, "a was woken from event and still stands in a queue");
    trial.tasks = beside;
    assert_int_equal(sb_trial_run(&trial, &report), -EPROTO);
    assert_string_equal(report.text, "a was woken from any of several and still stands in a queue");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_follow_each_other_and_servers_are_cancelled_at_the_end),
        cmocka_unit_test(after_a_failed_set_up_only_the_tear_down_runs),
        cmocka_unit_test(too_few_and_too_many_tasks_are_refused),
        cmocka_unit_test(the_run_that_is_under_way_is_known),
        cmocka_unit_test(the_first_claim_that_does_not_hold_is_told),
        cmocka_unit_test(an_error_is_a_failure_unless_it_is_listed),
        cmocka_unit_test(an_error_afterwards_is_a_failure),
        cmocka_unit_test(an_error_that_nobody_collects_is_a_failure),
        cmocka_unit_test(who_is_parked_is_a_failure),
        cmocka_unit_test(a_deadlock_says_who_waits_since_when_for_what_and_where),
        cmocka_unit_test(a_wait_in_a_busy_world_ends_at_the_time_limit),
        cmocka_unit_test(who_polls_for_ever_ends_at_the_step_limit),
        cmocka_unit_test(a_task_that_is_left_is_a_failure),
        cmocka_unit_test(a_timer_that_is_left_is_a_failure),
        cmocka_unit_test(a_timer_on_a_stack_that_is_gone_is_a_failure),
        cmocka_unit_test(a_scope_that_is_left_open_is_a_failure),
        cmocka_unit_test(a_shield_that_is_left_open_is_a_failure),
        cmocka_unit_test(who_waits_though_it_was_cancelled_is_a_failure),
        cmocka_unit_test(who_is_woken_and_still_stands_somewhere_is_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
