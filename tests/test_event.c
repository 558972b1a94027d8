/* SPDX-License-Identifier: MIT */
/* Events, and timeouts and cancels of who waits for them. */
#include "tests/support.h"

#include <errno.h>

#include "lib/event.h"
#include "lib/timeout.h"

static struct sb_event event;

static int waits(void *arg)
{
    const char *id = arg;
    int rc;

    note("start %s", id);
    rc = sb_event_wait(&event);
    note("end %s %d %d", id, rc, sb_event_is_set(&event));
    return rc;
}

static int order_body(void *arg)
{
    struct sb_task tasks[3];

    (void)arg;
    sb_event_init(&event);
    sb_spawn(&tasks[0], "1", waits, "1");
    sb_spawn(&tasks[1], "2", waits, "2");
    note("yield");
    sb_yield();
    note("set");
    sb_event_set(&event);
    note("yield");
    sb_yield();
    sb_spawn(&tasks[2], "3", waits, "3");
    sb_yield();
    check_text(notes(),
               "yield | start 1 | start 2 | set | yield | end 1 0 1 | end 2 0 1 | start 3 | "
               "end 3 0 1");
    notes_clear();
    sb_event_clear(&event);
    sb_spawn(&tasks[0], "4", waits, "4");
    sb_yield();
    sb_event_pulse(&event);
    sb_spawn(&tasks[1], "5", waits, "5");
    sb_yield();
    sb_yield();
    check_text(notes(), "start 4 | end 4 0 0 | start 5");
    sb_task_cancel(&tasks[1]);
    sb_join(&tasks[1], NULL);
    return 0;
}

static void set_releases_all_in_order_and_a_pulse_only_those_who_wait(void **state)
{
    (void)state;
    run_in_loop(order_body, NULL);
}

static int both_body(void *arg)
{
    struct sb_task task;
    int result = 1;

    (void)arg;
    sb_event_init(&event);
    sb_spawn(&task, "t", waits, "set-cancel");
    sb_yield();
    sb_event_set(&event);
    sb_task_cancel(&task);
    sb_join(&task, &result);
    check_int(result, 0);
    sb_event_clear(&event);
    sb_spawn(&task, "t", waits, "cancel-set");
    sb_yield();
    sb_task_cancel(&task);
    sb_event_set(&event);
    sb_join(&task, &result);
    check_int(result, -ECANCELED);
    check_true(sb_list_is_empty(&event.waiters.waiters));
    return 0;
}

static void whichever_comes_first_of_set_and_cancel_decides(void **state)
{
    (void)state;
    run_in_loop(both_body, NULL);
}

static int timeout_body(void *arg)
{
    struct sb_timeout outer;
    struct sb_timeout inner;
    int rc;

    (void)arg;
    sb_event_init(&event);
    sb_timeout_begin_ms(&outer, 10);
    rc = sb_event_wait(&event);
    check_int(rc, -ETIMEDOUT);
    check_int(sb_now_ns(), 10 * SB_MS_NS);
    check_int(sb_event_wait(&event), -ETIMEDOUT); /* every wait in the scope from then on */
    check_int(sb_timeout_end(&outer, rc), -ETIMEDOUT);
    check_int(sb_sleep_ms(1), 0);
    check_true(sb_list_is_empty(&event.waiters.waiters));

    sb_timeout_begin_ms(&outer, 5);
    sb_timeout_begin_ms(&inner, 50);
    rc = sb_sleep_ms(20);
    check_int(rc, -ETIMEDOUT);
    check_true(!inner.is_expired && outer.is_expired);
    rc = sb_timeout_end(&inner, rc);
    check_int(rc, -ETIMEDOUT);
    check_int(sb_timeout_end(&outer, rc), -ETIMEDOUT);

    sb_timeout_begin_ms(&outer, 50);
    sb_timeout_begin_ms(&inner, 5);
    check_int(sb_timeout_end(&inner, sb_sleep_ms(20)), -ETIMEDOUT);
    check_int(sb_sleep_ms(20), 0); /* the outer scope has time left */
    check_int(sb_timeout_end(&outer, 7), 7);
    return 0;
}

static void a_timeout_limits_any_number_of_waits_and_scopes_nest(void **state)
{
    (void)state;
    run_in_loop(timeout_body, NULL);
}

static void set_event(struct sb_timer *timer, void *arg)
{
    (void)timer;
    sb_event_set(arg);
}

static int tie_body(void *arg)
{
    struct sb_timeout scope;
    struct sb_timer timer;

    (void)arg;
    sb_event_init(&event);
    sb_timer_init(&timer, set_event, &event);
    sb_timer_start_ns(&timer, 10 * SB_MS_NS);
    sb_timeout_begin_ms(&scope, 10); /* armed later: fires after the event is set */
    check_int(sb_event_wait(&event), 0);
    check_int(sb_timeout_end(&scope, 0), 0); /* what was got is kept */

    sb_event_clear(&event);
    sb_timeout_begin_ms(&scope, 10);
    sb_timer_start_ns(&timer, 10 * SB_MS_NS);
    check_int(sb_event_wait(&event), -ETIMEDOUT);
    check_int(sb_timeout_end(&scope, -ETIMEDOUT), -ETIMEDOUT);
    check_true(sb_event_is_set(&event));
    return 0;
}

static void a_tie_of_event_and_timeout_goes_to_the_first_armed(void **state)
{
    (void)state;
    run_in_loop(tie_body, NULL);
}

static int shielded_timeout_body(void *arg)
{
    struct sb_timeout outer;
    struct sb_timeout inner;

    (void)arg;
    sb_timeout_begin_ms(&outer, 5);
    sb_shield_begin();
    check_int(sb_sleep_ms(20), 0); /* the outer scope is held back */
    sb_timeout_begin_ms(&inner, 5);
    check_int(sb_timeout_end(&inner, sb_sleep_ms(20)), -ETIMEDOUT);
    sb_shield_end();
    check_int(sb_sleep_ms(20), -ETIMEDOUT);
    check_int(sb_timeout_end(&outer, -EIO), -ETIMEDOUT);
    check_int(sb_now_ns(), 25 * SB_MS_NS + SB_US_NS);
    return 0;
}

static void a_shield_holds_back_timeouts_from_outside_but_not_its_own(void **state)
{
    (void)state;
    run_in_loop(shielded_timeout_body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_releases_all_in_order_and_a_pulse_only_those_who_wait),
        cmocka_unit_test(whichever_comes_first_of_set_and_cancel_decides),
        cmocka_unit_test(a_timeout_limits_any_number_of_waits_and_scopes_nest),
        cmocka_unit_test(a_tie_of_event_and_timeout_goes_to_the_first_armed),
        cmocka_unit_test(a_shield_holds_back_timeouts_from_outside_but_not_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
