/* SPDX-License-Identifier: MIT */
/* Delays: the original's delay_test (spec/core.md 9.3), and its defects 3.8 a and b fixed. */
#include "tests/support.h"

#include "lib/delay.h"
#include "lib/task.h"

static void on_elapsed(void *arg)
{
    note_at("%s", (const char *)arg);
}

static int retrigger_body(void *arg)
{
    struct sb_delay delay;

    (void)arg;
    sb_delay_init(&delay, on_elapsed, "elapsed");
    for (int i = 0; i < 50; i++) { /* 10 Hz for 5 s, a delay of 200 ms */
        sb_delay_start_ms(&delay, 200);
        sb_sleep_ms(100);
    }
    check_text(notes(), "");
    sb_sleep_ms(1000);
    check_text(notes(), "5100 elapsed");
    check_true(!sb_delay_is_running(&delay));
    return 0;
}

static void a_retriggered_delay_elapses_once_after_the_last_start(void **state)
{
    (void)state;
    run_in_loop(retrigger_body, NULL);
}

static int reduce_body(void *arg)
{
    struct sb_delay delay;

    (void)arg;
    sb_delay_init(&delay, on_elapsed, "elapsed");
    sb_delay_start_ms(&delay, 5000);
    sb_sleep_ms(6000);
    sb_delay_start_ms(&delay, 10000);
    sb_sleep_ms(1000);
    sb_delay_start_ms(&delay, 3000);
    sb_sleep_ms(20000);
    check_text(notes(), "5000 elapsed | 10000 elapsed");
    return 0;
}

static void a_start_may_shorten_a_running_delay(void **state)
{
    (void)state;
    run_in_loop(reduce_body, NULL);
}

static int stop_body(void *arg)
{
    struct sb_delay delay;

    (void)arg;
    sb_delay_init(&delay, on_elapsed, "elapsed");
    sb_delay_start_ms(&delay, 0);
    sb_delay_stop(&delay); /* in the same instant */
    sb_sleep_ms(10);
    sb_delay_start_ms(&delay, 3000);
    check_true(sb_delay_is_running(&delay));
    sb_sleep_ms(1000);
    sb_delay_stop(&delay);
    check_true(!sb_delay_is_running(&delay));
    sb_sleep_ms(5000);
    check_text(notes(), "");
    return 0;
}

static void a_stopped_delay_never_fires_even_if_stopped_in_the_instant_of_its_start(void **state)
{
    (void)state;
    run_in_loop(stop_body, NULL);
}

static int wait_body(void *arg)
{
    struct sb_delay delay;

    (void)arg;
    sb_delay_init(&delay, NULL, NULL);
    sb_delay_start_ms(&delay, 10);
    check_int(sb_delay_wait(&delay), 0);
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    check_int(sb_delay_wait(&delay), 0); /* it has elapsed: at once */
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    sb_delay_start_ms(&delay, 10);
    check_int(sb_delay_wait(&delay), 0); /* a start forgets the earlier end */
    check_int(sb_now_ns(), 20 * SB_MS_NS);
    return 0;
}

static void a_wait_after_a_new_start_waits_for_the_new_end(void **state)
{
    (void)state;
    run_in_loop(wait_body, NULL);
}

static void a_delay_takes_no_more_than_112_bytes(void **state)
{
    (void)state;
    assert_true(sizeof(struct sb_delay) <= 112);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_retriggered_delay_elapses_once_after_the_last_start),
        cmocka_unit_test(a_start_may_shorten_a_running_delay),
        cmocka_unit_test(a_stopped_delay_never_fires_even_if_stopped_in_the_instant_of_its_start),
        cmocka_unit_test(a_wait_after_a_new_start_waits_for_the_new_end),
        cmocka_unit_test(a_delay_takes_no_more_than_112_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
