/* SPDX-License-Identifier: MIT */
/* Queues: order, hand-over, cancel while waiting, done and join. */
#include "tests/support.h"

#include <errno.h>

#include "lib/event.h"
#include "lib/gather.h"
#include "lib/queue.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static struct sb_queue queue;
static int items[2];

static int getter(void *arg)
{
    int item = -1;
    int rc = sb_queue_get(&queue, &item);

    note("%s got %d rc %d", (const char *)arg, item, rc);
    return rc;
}

static int put_body(void *arg)
{
    struct sb_task g[3];
    int item;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    sb_spawn(&g[0], "g0", getter, "g0");
    sb_spawn(&g[1], "g1", getter, "g1");
    sb_spawn(&g[2], "g2", getter, "g2");
    sb_yield();
    for (item = 10; item < 12; item++)
        check_int(sb_queue_put(&queue, &item), 0);
    check_int(sb_queue_try_get(&queue, &item), -EAGAIN); /* both belong to who waited first */
    sb_yield();
    sb_task_cancel(&g[2]);
    item = 12;
    check_int(sb_queue_put(&queue, &item), 0);
    for (int i = 0; i < 3; i++)
        sb_join(&g[i], NULL);
    check_int(queue.count, 1); /* the cancelled getter took nothing */
    check_text(notes(), "g0 got 10 rc 0 | g1 got 11 rc 0 | g2 got -1 rc -125");
    return 0;
}

static void an_item_is_handed_to_the_getter_that_waited_longest(void **state)
{
    (void)state;
    run_in_loop(put_body, NULL);
}

static int putter(void *arg)
{
    int item = *(int *)arg;
    int rc = sb_queue_put(&queue, &item);

    note("put %d rc %d", item, rc);
    return rc;
}

static int full_body(void *arg)
{
    static int values[] = {1, 2, 3, 4, 5};
    struct sb_task p[5];
    int item;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    for (int i = 0; i < 5; i++)
        sb_spawn(&p[i], "p", putter, &values[i]);
    sb_yield();
    check_int(queue.count, 2);
    check_int(sb_queue_try_put(&queue, &item), -EAGAIN);
    sb_task_cancel(&p[3]);
    for (int i = 0; i < 4; i++) {
        sb_queue_get(&queue, &item);
        note("got %d", item);
        sb_yield();
    }
    check_text(notes(), "put 1 rc 0 | put 2 rc 0 | got 1 | put 4 rc -125 | put 3 rc 0 | got 2 | "
                        "put 5 rc 0 | got 3 | got 5");
    check_int(queue.count, 0);
    for (int i = 0; i < 5; i++)
        sb_join(&p[i], NULL);
    return 0;
}

static void putters_of_a_full_queue_are_served_in_order_and_a_cancelled_one_puts_nothing(
    void **state)
{
    (void)state;
    run_in_loop(full_body, NULL);
}

static int kept_body(void *arg)
{
    struct sb_task g;
    int result = 0;
    int item = 7;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    sb_spawn(&g, "g", getter, "g");
    sb_yield();
    sb_queue_put(&queue, &item);
    sb_task_cancel(&g);
    sb_join(&g, &result);
    check_int(result, 0);
    check_text(notes(), "g got 7 rc 0");
    return 0;
}

static void an_item_that_was_handed_over_is_not_lost_to_a_cancel(void **state)
{
    (void)state;
    run_in_loop(kept_body, NULL);
}

static int producer(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++)
        sb_queue_put(&queue, &i);
    return 0;
}

static int stream_body(void *arg)
{
    struct sb_task task;
    int item;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    sb_spawn(&task, "producer", producer, NULL);
    for (int i = 0; i < 1000; i++) {
        sb_queue_get(&queue, &item);
        check_int(item, i);
    }
    sb_join(&task, NULL);
    return 0;
}

static void items_come_out_in_the_order_in_which_they_went_in(void **state)
{
    (void)state;
    run_in_loop(stream_body, NULL);
}

/* ---- without waiting */

TASK_TEST(what_never_waits_says_so)
{
    int item = 1;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    check_true(sb_queue_is_empty(&queue) && !sb_queue_is_full(&queue));
    check_int(sb_queue_peek(&queue, &item), -EAGAIN);
    check_int(sb_queue_discard(&queue), -EAGAIN);
    check_int(sb_queue_try_get(&queue, &item), -EAGAIN);
    sb_queue_try_put(&queue, &(int){1});
    check_true(!sb_queue_is_empty(&queue) && !sb_queue_is_full(&queue));
    sb_queue_try_put(&queue, &(int){2});
    check_true(sb_queue_is_full(&queue));
    check_int(sb_queue_try_put(&queue, &(int){3}), -EAGAIN);
    check_int(sb_queue_peek(&queue, &item), 0);
    check_int(item, 1);
    check_int(queue.count, 2);
    check_int(sb_queue_discard(&queue), 0);
    check_int(sb_queue_peek(&queue, &item), 0);
    check_int(item, 2);
    return 0;
}

TASK_TEST(room_that_a_discard_makes_goes_to_the_putter_that_waited_longest)
{
    static int values[] = {3, 4};
    struct sb_task p[2];

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 1);
    sb_queue_try_put(&queue, &(int){1});
    for (int i = 0; i < 2; i++)
        sb_spawn(&p[i], "p", putter, &values[i]);
    sb_yield();
    sb_queue_discard(&queue);
    sb_yield();
    check_text(notes(), "put 3 rc 0");
    check_int(queue.count, 1);
    cancel_and_join(p, 2);
    return 0;
}

/* spec/core.md 13.4.34 */
TASK_TEST(a_get_can_have_a_deadline_and_its_item_goes_to_the_next)
{
    struct sb_timeout timeout;
    struct sb_task late;
    int item = 0;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_queue_get(&queue, &item)), -ETIMEDOUT);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    sb_spawn(&late, "late", getter, "late");
    sb_yield();
    sb_queue_put(&queue, &(int){9});
    sb_join(&late, NULL);
    check_int(item, 0);
    check_text(notes(), "late got 9 rc 0");
    return 0;
}

static int getter_of_three(void *arg)
{
    for (int i = 0; i < 3; i++)
        getter(arg);
    return 0;
}

/* spec/core.md 13.4.29 */
TASK_TEST(a_put_wakes_nobody_else_and_nobody_overtakes)
{
    struct sb_task g[3];
    int item;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    for (int i = 0; i < 3; i++)
        sb_spawn(&g[i], "g", getter_of_three, &"a\0b\0c"[2 * i]);
    sb_yield();
    sb_queue_put(&queue, &(int){0});
    check_int(sb_queue_try_get(&queue, &item), -EAGAIN); /* it is a's already */
    sb_queue_put(&queue, &(int){1});
    sb_yield();
    check_int(g[0].slice_count, 2);
    check_int(g[1].slice_count, 2);
    check_int(g[2].slice_count, 1);
    for (item = 2; item < 5; item++)
        sb_queue_put(&queue, &item);
    sb_yield();
    check_text(notes(), "a got 0 rc 0 | b got 1 rc 0 | c got 2 rc 0 | a got 3 rc 0 | b got 4 rc 0");
    cancel_and_join(g, 3);
    return 0;
}

/* spec/core.md 13.4.35 */
TASK_TEST(a_thousand_items_come_out_in_order_and_no_more_fit_than_there_is_room_for)
{
    static int places[1000];
    int item;

    (void)arg;
    sb_queue_init(&queue, places, sizeof(int), 1000);
    for (item = 0; item < 1000; item++)
        check_int(sb_queue_try_put(&queue, &item), 0);
    check_int(sb_queue_try_put(&queue, &item), -EAGAIN);
    for (int i = 0; i < 1000; i++) {
        check_int(sb_queue_try_get(&queue, &item), 0);
        check_int(item, i);
    }
    return 0;
}

/* ---- done and join */

static int joiner(void *arg)
{
    note_at("%s %d", (const char *)arg, sb_queue_join(&queue));
    return 0;
}

TASK_TEST(a_join_of_a_queue_that_was_never_used_returns_at_once)
{
    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    check_int(sb_queue_join(&queue), 0);
    check_int(sb_now_ns(), 0);
    return 0;
}

TASK_TEST(the_last_item_that_is_reported_done_releases_all_who_join)
{
    struct sb_task j[2];
    int item;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    sb_queue_put(&queue, &(int){1});
    sb_queue_put(&queue, &(int){2});
    sb_spawn(&j[0], "j0", joiner, "j0");
    sb_spawn(&j[1], "j1", joiner, "j1");
    sb_sleep_ms(1);
    sb_queue_get(&queue, &item);
    sb_queue_get(&queue, &item);
    check_int(sb_queue_task_done(&queue), 0);
    sb_sleep_ms(1);
    note_at("last");
    check_int(queue.unfinished_count, 1);
    check_int(sb_queue_task_done(&queue), 0);
    sb_queue_put(&queue, &(int){3}); /* too late to hold back those who are released */
    for (int i = 0; i < 2; i++)
        sb_join(&j[i], NULL);
    check_text(notes(), "2 last | 2 j0 0 | 2 j1 0");
    return 0;
}

TASK_TEST(an_item_that_is_handed_over_or_waits_to_be_put_counts_when_it_is_in)
{
    static int values[] = {1, 2};
    struct sb_task g;
    struct sb_task p[2];
    int item;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 1);
    sb_spawn(&g, "g", getter, "g");
    sb_yield();
    sb_queue_put(&queue, &(int){0});
    check_int(queue.unfinished_count, 1);
    for (int i = 0; i < 2; i++)
        sb_spawn(&p[i], "p", putter, &values[i]);
    sb_yield();
    check_int(queue.unfinished_count, 2); /* 2 waits outside */
    sb_queue_get(&queue, &item);
    check_int(queue.unfinished_count, 3);
    sb_join(&g, NULL);
    for (int i = 0; i < 2; i++)
        sb_join(&p[i], NULL);
    return 0;
}

/* spec/core.md 9.5.11 */
TASK_TEST(more_done_than_put_is_refused_and_releases_nobody_early)
{
    struct sb_task j;
    int item;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    check_int(sb_queue_task_done(&queue), -EOVERFLOW);
    sb_queue_put(&queue, &(int){1});
    sb_queue_get(&queue, &item);
    check_int(sb_queue_task_done(&queue), 0);
    check_int(sb_queue_task_done(&queue), -EOVERFLOW);
    sb_queue_put(&queue, &(int){2});
    sb_spawn(&j, "j", joiner, "j");
    sb_sleep_ms(3);
    check_text(notes(), "");
    check_int(sb_queue_task_done(&queue), 0);
    sb_join(&j, NULL);
    check_text(notes(), "3 j 0");
    return 0;
}

static int patient_joiner(void *arg)
{
    struct sb_timeout timeout;

    (void)arg;
    sb_timeout_begin_ms(&timeout, 4);
    note_at("timed %d", sb_timeout_end(&timeout, sb_queue_join(&queue)));
    return 0;
}

TASK_TEST(a_join_that_is_cancelled_or_times_out_leaves_no_trace)
{
    struct sb_task j[2];

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    sb_queue_put(&queue, &(int){1});
    sb_spawn(&j[0], "j", joiner, "j");
    sb_spawn(&j[1], "timed", patient_joiner, NULL);
    sb_sleep_ms(1);
    sb_task_cancel(&j[0]);
    for (int i = 0; i < 2; i++)
        sb_join(&j[i], NULL);
    check_text(notes(), "1 j -125 | 4 timed -110");
    check_int(sb_queue_task_done(&queue), 0);
    return 0;
}

/* ---- beside other things */

TASK_TEST(a_get_beside_others_takes_one_item_and_the_queue_keeps_the_rest)
{
    struct sb_event event;
    struct sb_case cases[2];
    int item = 0;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    sb_event_init(&event);
    cases[0] = sb_event_case(&event);
    cases[1] = sb_queue_get_case(&queue, &item);
    sb_queue_put(&queue, &(int){1});
    sb_queue_put(&queue, &(int){2});
    check_int(sb_wait_any(cases, 2), 1);
    check_int(item, 1);
    sb_event_set(&event);
    check_int(sb_wait_any(cases, 2), 0); /* the event is first in the array */
    check_int(item, 1);
    check_int(queue.count, 1);
    return 0;
}

static int puts_at_ms(void *arg)
{
    int ms = *(const int *)arg;

    sb_sleep_ms(ms);
    note_at("put %d", sb_queue_put(&queue, &ms));
    return 0;
}

static int gets_at_ms(void *arg)
{
    int item = 0;

    sb_sleep_ms(*(const int *)arg);
    sb_queue_get(&queue, &item);
    note_at("got %d", item);
    return 0;
}

TASK_TEST(a_get_beside_others_is_handed_its_item_like_any_getter)
{
    static const int at_ms[] = {5, 6};
    struct sb_event event;
    struct sb_task tasks[2];
    struct sb_case cases[2];
    int item = 0;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 2);
    sb_event_init(&event);
    cases[0] = sb_event_case(&event);
    cases[1] = sb_queue_get_case(&queue, &item);
    for (int i = 0; i < 2; i++)
        sb_spawn(&tasks[i], "p", puts_at_ms, (void *)(uintptr_t)&at_ms[i]);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(item, 5);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    check_true(sb_waitq_first(&event.waiters) == NULL);
    for (int i = 0; i < 2; i++)
        sb_join(&tasks[i], NULL);
    check_int(queue.count, 1); /* the second stays in the queue */
    return 0;
}

TASK_TEST(a_put_beside_others_waits_for_room_and_puts_nothing_when_it_was_not_first)
{
    static const int three_ms = 3;
    struct sb_task getting;
    struct sb_case cases[2];
    int item = 8;

    (void)arg;
    sb_queue_init(&queue, items, sizeof(int), 1);
    sb_queue_put(&queue, &(int){7});
    cases[0] = sb_queue_put_case(&queue, &item);
    cases[1] = sb_deadline_case(2 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 1);
    check_true(sb_waitq_first(&queue.putters) == NULL);
    cases[1] = sb_deadline_case(SB_NEVER);
    sb_spawn(&getting, "g", gets_at_ms, (void *)(uintptr_t)&three_ms);
    check_int(sb_wait_any(cases, 2), 0);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    sb_join(&getting, NULL);
    check_text(notes(), "5 got 7");
    check_int(sb_queue_try_get(&queue, &item), 0);
    check_int(item, 8);
    return 0;
}

/* ---- the original's tests */

static int slow_putter(void *arg)
{
    (void)arg;
    note_at("waiting for slow process");
    sb_sleep_ms(2000);
    note_at("putting result onto queue");
    return sb_queue_put(&queue, &(int){42});
}

static int putter_of_eight(void *arg)
{
    int item = 10 * *(const int *)arg;

    for (int i = 0; i < 8; i++, item++) {
        sb_queue_put(&queue, &item);
        sb_yield();
    }
    return 0;
}

static int getter_of_eight(void *arg)
{
    int item;

    (void)arg;
    for (int i = 0; i < 8; i++) {
        sb_queue_get(&queue, &item);
        sb_yield();
    }
    return 0;
}

static int putter_of_twenty(void *arg)
{
    (void)arg;
    for (int i = 0; i < 20; i++) {
        sb_queue_put(&queue, &i);
        sb_sleep_ms(50);
    }
    return 0;
}

static int getter_of_twenty(void *arg)
{
    int item;

    (void)arg;
    for (int i = 0; i < 20; i++)
        sb_queue_get(&queue, &item);
    note_at("got twenty");
    return 0;
}

/* spec/core.md 9.2 test 8 */
TASK_TEST(putters_and_getters_compete_for_ten_places)
{
    static const int ids[] = {0, 1, 2, 3};
    static int ten[10];
    struct sb_job jobs[] = {{.fn = putter_of_twenty}, {.fn = getter_of_twenty}};
    struct sb_task tasks[4];
    int item = 0;
    int got = 0;

    (void)arg;
    sb_queue_init(&queue, ten, sizeof(int), 10);
    sb_spawn(&tasks[0], "foo", getter, "foo");
    sb_spawn(&tasks[1], "bar", slow_putter, NULL);
    sb_sleep_ms(3000);
    check_text(notes(),
               "0 waiting for slow process | 2000 putting result onto queue | foo got 42 rc 0");
    notes_clear();

    for (int n = 0; n < 4; n++)
        sb_spawn(&tasks[n], "putter", putter_of_eight, (void *)(uintptr_t)&ids[n]);
    sb_sleep_ms(1000);
    check_int(queue.count, 10);
    sb_queue_get(&queue, &item);
    sb_sleep_ms(100);
    check_int(queue.count, 10);
    for (got = 1; !sb_queue_is_empty(&queue); got++) {
        sb_queue_get(&queue, &item);
        check_int(item, 10 * (got % 4) + got / 4); /* they take turns */
        sb_sleep_ms(100);
    }
    check_int(got, 32);
    note_at("competing put done");

    for (int n = 0; n < 4; n++) {
        sb_join(&tasks[n], NULL);
        sb_spawn(&tasks[n], "getter", getter_of_eight, NULL);
    }
    sb_sleep_ms(1000);
    for (item = 0; !sb_queue_is_full(&queue); item++) {
        sb_queue_put(&queue, &item);
        sb_sleep_ms(300);
    }
    check_int(item, 42);
    note_at("competing get done");
    for (int n = 0; n < 4; n++)
        sb_join(&tasks[n], NULL);
    check_int(sb_gather(jobs, 2), 0);
    note_at("complete");
    check_int(queue.count, 10);
    check_text(notes(), "7200 competing put done | 20800 competing get done | 21250 got twenty | "
                        "21800 complete");
    return 0;
}

static int consumer(void *arg)
{
    int item;
    int rc;

    (void)arg;
    while ((rc = sb_queue_get(&queue, &item)) == 0) {
        note_at("consumer got %d", item);
        sb_sleep_ms(500);
        sb_queue_task_done(&queue);
    }
    return rc;
}

static int waiter(void *arg)
{
    (void)arg;
    note_at("waiter await q.join");
    sb_queue_join(&queue);
    note_at("waiter joined!");
    return 0;
}

/* spec/core.md 9.2 test 10 */
TASK_TEST(two_join_while_one_works_off_ten_items)
{
    static int ten[10];
    struct sb_task consuming;
    struct sb_task waiting;

    (void)arg;
    sb_queue_init(&queue, ten, sizeof(int), 10);
    sb_queue_join(&queue);
    note_at("pass");
    sb_spawn(&consuming, "consumer", consumer, NULL);
    sb_spawn(&waiting, "waiter", waiter, NULL);
    for (int i = 0; i < 10; i++)
        sb_queue_put(&queue, &i);
    note_at("await q.join");
    sb_queue_join(&queue);
    note_at("all jobs done!");
    sb_yield();
    note_at("waiter done %d", sb_task_is_finished(&waiting));
    cancel_and_join(&consuming, 1);
    sb_join(&waiting, NULL);
    check_text(notes(), "0 pass | 0 await q.join | 0 consumer got 0 | 0 waiter await q.join | "
                        "500 consumer got 1 | 1000 consumer got 2 | 1500 consumer got 3 | "
                        "2000 consumer got 4 | 2500 consumer got 5 | 3000 consumer got 6 | "
                        "3500 consumer got 7 | 4000 consumer got 8 | 4500 consumer got 9 | "
                        "5000 all jobs done! | 5000 waiter joined! | 5000 waiter done 1");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_handed_to_the_getter_that_waited_longest),
        cmocka_unit_test(
            putters_of_a_full_queue_are_served_in_order_and_a_cancelled_one_puts_nothing),
        cmocka_unit_test(an_item_that_was_handed_over_is_not_lost_to_a_cancel),
        cmocka_unit_test(items_come_out_in_the_order_in_which_they_went_in),
        cmocka_unit_test(what_never_waits_says_so),
        cmocka_unit_test(room_that_a_discard_makes_goes_to_the_putter_that_waited_longest),
        cmocka_unit_test(a_get_can_have_a_deadline_and_its_item_goes_to_the_next),
        cmocka_unit_test(a_put_wakes_nobody_else_and_nobody_overtakes),
        cmocka_unit_test(a_thousand_items_come_out_in_order_and_no_more_fit_than_there_is_room_for),
        cmocka_unit_test(a_join_of_a_queue_that_was_never_used_returns_at_once),
        cmocka_unit_test(the_last_item_that_is_reported_done_releases_all_who_join),
        cmocka_unit_test(an_item_that_is_handed_over_or_waits_to_be_put_counts_when_it_is_in),
        cmocka_unit_test(more_done_than_put_is_refused_and_releases_nobody_early),
        cmocka_unit_test(a_join_that_is_cancelled_or_times_out_leaves_no_trace),
        cmocka_unit_test(a_get_beside_others_takes_one_item_and_the_queue_keeps_the_rest),
        cmocka_unit_test(a_get_beside_others_is_handed_its_item_like_any_getter),
        cmocka_unit_test(a_put_beside_others_waits_for_room_and_puts_nothing_when_it_was_not_first),
        cmocka_unit_test(putters_and_getters_compete_for_ten_places),
        cmocka_unit_test(two_join_while_one_works_off_ten_items),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
