/* SPDX-License-Identifier: MIT */
/* Pins, what is the same for every backend: edges that were lost, and a device that goes. The backend is the test. */
#include "lib/hal/pin.h"

#include <errno.h>

#include "tests/support.h"

static struct sb_pin pin;

static int configure(struct sb_pin *p, unsigned flags)
{
    (void)p;
    (void)flags;
    return 0;
}

static int watch_line(struct sb_pin *p, bool is_on)
{
    (void)p;
    (void)is_on;
    return 0;
}

static void begin(void)
{
    static const struct sb_pin_ops ops = {.configure = configure, .watch = watch_line};

    sb_pin_init(&pin, NULL, "line", &ops);
    check_int(sb_pin_configure(&pin, SB_PIN_INPUT), 0);
}

static void report(bool level, uint32_t lost)
{
    sb_loop_callback_begin(test_loop());
    sb_pin_report_edge(&pin, level, sb_now_ns(), lost);
    sb_loop_callback_end(test_loop());
}

static void note_edge(struct sb_pin *p, const struct sb_edge *edge, void *arg)
{
    (void)p;
    note("%s %d lost %u", (const char *)arg, edge->value, (unsigned)edge->lost);
}

static int lost_body(void *arg)
{
    struct sb_pin_watch rising;
    struct sb_pin_watch both;

    begin();
    check_int(sb_pin_watch_start(&pin, &rising, SB_EDGE_RISING, note_edge, (void *)"rising"), 0);
    report(true, 0);
    check_int(sb_pin_watch_start(&pin, &both, SB_EDGE_BOTH, note_edge, (void *)"both"), 0);
    report(false, 3);
    report(true, 1);
    report(false, 0);
    report(true, 0);
    check_text(notes(), "rising 1 lost 0 | both 0 lost 3 | rising 1 lost 4 | both 1 lost 1 | "
                        "both 0 lost 0 | rising 1 lost 0 | both 1 lost 0");
    check_int(pin.lost_count, 4);
    sb_pin_watch_stop(&rising);
    sb_pin_watch_stop(&both);
    (void)arg;
    return 0;
}

static void lost_edges_are_told_with_the_next_that_is_told_at_all(void **state)
{
    (void)state;
    run_in_loop(lost_body, NULL);
}

static int wait_for_edge(void *arg)
{
    struct sb_edge edge = {.value = false};
    int rc = sb_pin_wait_edge(&pin, SB_EDGE_RISING, &edge);

    note("%s: %d", (const char *)arg, rc < 0 ? rc : edge.value);
    return 0;
}

static int gone_body(void *arg)
{
    struct sb_task waiters[3];
    struct sb_pin_watch watch;

    begin();
    check_int(sb_pin_watch_start(&pin, &watch, SB_EDGE_BOTH, note_edge, (void *)"watch"), 0);
    sb_spawn(&waiters[0], "first", wait_for_edge, (void *)"first");
    sb_spawn(&waiters[1], "second", wait_for_edge, (void *)"second");
    check_int(sb_sleep_ms(1), 0);
    sb_loop_callback_begin(test_loop());
    sb_pin_report_gone(&pin, -ENODEV);
    sb_loop_callback_end(test_loop());
    check_int(sb_sleep_ms(1), 0);
    check_text(notes(), "first: -19 | second: -19");
    for (unsigned i = 0; i < 2; i++)
        check_true(sb_task_is_finished(&waiters[i]));
    sb_spawn(&waiters[2], "third", wait_for_edge, (void *)"third");
    check_int(sb_sleep_ms(1), 0);
    report(true, 0); /* an edge that has come first stays one */
    sb_loop_callback_begin(test_loop());
    sb_pin_report_gone(&pin, -ENODEV);
    sb_loop_callback_end(test_loop());
    check_int(sb_sleep_ms(1), 0);
    check_text(notes(), "first: -19 | second: -19 | watch 1 lost 0 | third: 1");
    sb_pin_watch_stop(&watch);
    (void)arg;
    return 0;
}

static void who_waits_for_an_edge_hears_that_the_device_is_gone(void **state)
{
    (void)state;
    run_in_loop(gone_body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_edges_are_told_with_the_next_that_is_told_at_all),
        cmocka_unit_test(who_waits_for_an_edge_hears_that_the_device_is_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
