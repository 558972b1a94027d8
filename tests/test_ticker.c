/* SPDX-License-Identifier: MIT */
/* Tickers: the grid, being late, cancel and timeout, misuse. */
#include "tests/support.h"

#include <errno.h>
#include <limits.h>

#include "lib/ticker.h"
#include "lib/timeout.h"

/* spec/core.md 13.1.6, 13.4.34 */
TASK_TEST(a_million_ticks_with_work_between_them_do_not_drift)
{
    const int64_t period_ns = 333333;
    struct sb_ticker ticker;
    int64_t start_ns;

    (void)arg;
    sb_sleep_ns(12345);
    start_ns = sb_now_ns();
    check_int(sb_ticker_init_ns(&ticker, period_ns), 0);
    for (int i = 1; i <= 1000000; i++) {
        check_int(sb_ticker_wait(&ticker), 1);
        check_int(sb_now_ns(), start_ns + i * period_ns);
        sb_sleep_ns(i % period_ns);
    }
    check_int(ticker.overrun_count, 0);
    return 0;
}

TASK_TEST(the_first_tick_comes_one_period_after_the_init)
{
    struct sb_ticker ticker;

    (void)arg;
    check_int(sb_ticker_init_ms(&ticker, 20), 0);
    sb_sleep_ms(7);
    check_int(sb_ticker_wait(&ticker), 1);
    check_int(sb_now_ns(), 20 * SB_MS_NS);
    check_int(sb_ticker_wait(&ticker), 1);
    check_int(sb_now_ns(), 40 * SB_MS_NS);
    return 0;
}

TASK_TEST(who_is_late_learns_how_many_ticks_have_passed_and_is_on_the_grid_again)
{
    struct sb_ticker ticker;

    (void)arg;
    sb_ticker_init_ms(&ticker, 10);
    sb_sleep_ms(35);
    check_int(sb_ticker_wait(&ticker), 3); /* 10, 20, 30 */
    check_int(sb_now_ns(), 35 * SB_MS_NS + SB_US_NS);
    check_int(ticker.overrun_count, 2);
    check_int(sb_ticker_wait(&ticker), 1);
    check_int(sb_now_ns(), 40 * SB_MS_NS);
    sb_delay_ns(10 * SB_MS_NS); /* to the next tick exactly: it is that one, in time */
    check_int(sb_ticker_wait(&ticker), 1);
    check_int(ticker.overrun_count, 2);
    return 0;
}

static int bystander(void *arg)
{
    for (int i = 0; i < 3; i++) {
        note("%s", (const char *)arg);
        sb_yield();
    }
    return 0;
}

TASK_TEST(who_is_always_late_lets_the_others_run)
{
    struct sb_ticker ticker;
    struct sb_task task;

    (void)arg;
    sb_ticker_init_ms(&ticker, 1);
    sb_spawn(&task, "bystander", bystander, "bystander");
    for (int i = 0; i < 3; i++) {
        note("work");
        sb_delay_ns(5 * SB_MS_NS);
        check_true(sb_ticker_wait(&ticker) > 1);
    }
    sb_join(&task, NULL);
    check_text(notes(), "work | bystander | work | bystander | work | bystander");
    return 0;
}

TASK_TEST(a_wait_whose_time_is_up_loses_no_tick)
{
    struct sb_ticker ticker;
    struct sb_timeout timeout;

    (void)arg;
    sb_ticker_init_ms(&ticker, 10);
    sb_timeout_begin_ms(&timeout, 4);
    check_int(sb_timeout_end(&timeout, sb_ticker_wait(&ticker)), -ETIMEDOUT);
    check_int(sb_now_ns(), 4 * SB_MS_NS);
    check_int(sb_ticker_wait(&ticker), 1);
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    return 0;
}

static int tick_waiter(void *arg)
{
    return sb_ticker_wait(arg);
}

TASK_TEST(a_cancelled_wait_ends_at_once_and_leaves_the_ticker_to_others)
{
    struct sb_ticker ticker;
    struct sb_task task;
    int result;

    (void)arg;
    sb_ticker_init_ms(&ticker, 10);
    sb_spawn(&task, "waiter", tick_waiter, &ticker);
    sb_sleep_ms(3);
    sb_task_cancel(&task);
    sb_join(&task, &result);
    check_int(result, -ECANCELED);
    check_int(sb_now_ns(), 3 * SB_MS_NS);
    check_int(sb_ticker_wait(&ticker), 1);
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    return 0;
}

TASK_TEST(misuse_is_refused)
{
    struct sb_ticker ticker;
    struct sb_task task;
    int result;

    (void)arg;
    check_int(sb_ticker_init_ns(&ticker, 0), -EINVAL);
    check_int(sb_ticker_init_ms(&ticker, -1), -EINVAL);
    sb_ticker_init_ms(&ticker, 10);
    sb_spawn(&task, "waiter", tick_waiter, &ticker);
    sb_sleep_ms(1);
    check_int(sb_ticker_wait(&ticker), -EBUSY);
    sb_join(&task, &result);
    check_int(result, 1);
    return 0;
}

TASK_TEST(the_ends_of_the_range_hold)
{
    struct sb_ticker ticker;

    (void)arg;
    check_int(sb_ticker_init_ns(&ticker, 1), 0);
    sb_sleep_ms(4 * INT64_C(1000)); /* more nanoseconds than an int holds */
    check_int(sb_ticker_wait(&ticker), INT_MAX);
    check_true(ticker.overrun_count > INT_MAX);
    check_int(ticker.deadline_ns, sb_now_ns() + 1);
    check_int(sb_ticker_init_ms(&ticker, INT64_MAX), 0);
    check_int(ticker.deadline_ns, SB_NEVER);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_ticks_with_work_between_them_do_not_drift),
        cmocka_unit_test(the_first_tick_comes_one_period_after_the_init),
        cmocka_unit_test(who_is_late_learns_how_many_ticks_have_passed_and_is_on_the_grid_again),
        cmocka_unit_test(who_is_always_late_lets_the_others_run),
        cmocka_unit_test(a_wait_whose_time_is_up_loses_no_tick),
        cmocka_unit_test(a_cancelled_wait_ends_at_once_and_leaves_the_ticker_to_others),
        cmocka_unit_test(misuse_is_refused),
        cmocka_unit_test(the_ends_of_the_range_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
