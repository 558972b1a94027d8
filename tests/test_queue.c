/* SPDX-License-Identifier: MIT */
/* Queues: order, hand-over, cancel while waiting. */
#include "tests/support.h"

#include <errno.h>

#include "lib/queue.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_handed_to_the_getter_that_waited_longest),
        cmocka_unit_test(
            putters_of_a_full_queue_are_served_in_order_and_a_cancelled_one_puts_nothing),
        cmocka_unit_test(an_item_that_was_handed_over_is_not_lost_to_a_cancel),
        cmocka_unit_test(items_come_out_in_the_order_in_which_they_went_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
