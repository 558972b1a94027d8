/* SPDX-License-Identifier: MIT */
/*
 * Queues between the loop and another context: every place is used, order, who waits, who is told. What the test does
 * in timers and between waits stands for the other context; real threads are in tests/linux/test_threads.c.
 */
#include "tests/support.h"

#include <errno.h>

#include "lib/threadsafe_queue.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

#define CAPACITY 3

static struct sb_threadsafe_queue queue;
static int items[CAPACITY];
static int notify_count;

static void on_notify(void *arg)
{
    (void)arg;
    notify_count++;
}

static void init(enum sb_threadsafe_queue_direction direction)
{
    notify_count = 0;
    sb_threadsafe_queue_init(&queue, &(struct sb_threadsafe_queue_config){
                                         .direction = direction,
                                         .items = items,
                                         .item_size = sizeof(items[0]),
                                         .capacity = CAPACITY,
                                         .notify_fn = on_notify,
                                     });
}

/* A test whose body runs as a task, with an empty queue of that direction. */
#define QUEUE_TEST(direction, name)         \
    static void name##_inner(void);         \
    static int name##_body(void *arg)       \
    {                                       \
        (void)arg;                          \
        init(direction);                    \
        name##_inner();                     \
        sb_threadsafe_queue_deinit(&queue); \
        return 0;                           \
    }                                       \
    static void name(void **state)          \
    {                                       \
        (void)state;                        \
        run_in_loop(name##_body, NULL);     \
    }                                       \
    static void name##_inner(void)
#define INTO_TEST(name)   QUEUE_TEST(SB_QUEUE_INTO_LOOP, name)
#define OUT_OF_TEST(name) QUEUE_TEST(SB_QUEUE_OUT_OF_LOOP, name)

static int try_put(int item)
{
    return sb_threadsafe_queue_try_put(&queue, &item);
}

/* The item, or the error. */
static int try_get(void)
{
    int item = -1;
    int rc = sb_threadsafe_queue_try_get(&queue, &item);

    return rc < 0 ? rc : item;
}

static struct sb_timer interrupts[4];

static void on_put(struct sb_timer *timer, void *arg)
{
    (void)timer;
    check_int(try_put((int)(intptr_t)arg), 0);
}

static void on_get(struct sb_timer *timer, void *arg)
{
    (void)timer;
    check_int(try_get(), (int)(intptr_t)arg);
}

static void interrupt_in_ms(int i, sb_timer_fn *fn, int item, int ms)
{
    sb_timer_init(&interrupts[i], fn, (void *)(intptr_t)item);
    sb_timer_start_ns(&interrupts[i], ms * SB_MS_NS);
}

static int getter(void *arg)
{
    int item = -1;
    int rc = sb_threadsafe_queue_get(&queue, &item);

    if (rc == 0)
        note_at("%s got %d", (const char *)arg, item);
    return rc;
}

static int putter(void *arg)
{
    int item = (int)(intptr_t)arg;
    int rc = sb_threadsafe_queue_put(&queue, &item);

    if (rc == 0)
        note_at("put %d", item);
    return rc;
}

static void start_getters(struct sb_task *tasks, int count)
{
    static const char *const names[] = {"a", "b", "c"};

    for (int i = 0; i < count; i++)
        sb_spawn(&tasks[i], names[i], getter, (void *)(uintptr_t)names[i]);
    sb_sleep_ms(1);
}

/* Fills the queue with 1, 2, 3 and starts tasks that put 4, 5 ... */
static void start_putters(struct sb_task *tasks, int count)
{
    for (int i = 1; i <= CAPACITY; i++)
        check_int(try_put(i), 0);
    for (int i = 0; i < count; i++)
        sb_spawn(&tasks[i], "putter", putter, (void *)(intptr_t)(CAPACITY + 1 + i));
    sb_sleep_ms(1);
}

static void join_all(struct sb_task *tasks, int count)
{
    for (int i = 0; i < count; i++)
        sb_join(&tasks[i], NULL);
}

/* ---- into the loop */

INTO_TEST(all_places_are_used_and_items_keep_their_order_however_often_they_go_round)
{
    int next_put = 0;
    int next_get = 0;

    for (int round = 0; round < 20; round++) {
        while (try_put(next_put) == 0)
            next_put++;
        check_int(next_put - next_get, CAPACITY);
        check_int(sb_threadsafe_queue_count(&queue), CAPACITY);
        for (int i = 0; i <= round % CAPACITY; i++)
            check_int(try_get(), next_get++);
    }
    while (next_get < next_put)
        check_int(try_get(), next_get++);
    check_int(try_get(), -EAGAIN);
    check_int(sb_threadsafe_queue_count(&queue), 0);
}

INTO_TEST(a_get_waits_until_an_interrupt_puts)
{
    struct sb_task task;

    start_getters(&task, 1);
    interrupt_in_ms(0, on_put, 7, 9);
    sb_join(&task, NULL);
    check_text(notes(), "10 a got 7");
}

INTO_TEST(a_get_of_what_is_there_does_not_suspend)
{
    uint64_t slices = sb_task_current()->slice_count;
    int item;

    try_put(5);
    check_int(sb_threadsafe_queue_get(&queue, &item), 0);
    check_int(item, 5);
    check_int(sb_task_current()->slice_count, slices);
}

INTO_TEST(each_item_goes_to_the_getter_that_has_waited_longest)
{
    struct sb_task tasks[3];

    start_getters(tasks, 3);
    interrupt_in_ms(0, on_put, 1, 1);
    interrupt_in_ms(1, on_put, 2, 2);
    interrupt_in_ms(2, on_put, 3, 2);
    join_all(tasks, 3);
    check_text(notes(), "2 a got 1 | 3 b got 2 | 3 c got 3");
}

INTO_TEST(nobody_takes_an_item_past_who_waits)
{
    struct sb_task task;

    start_getters(&task, 1);
    try_put(1);
    check_int(try_get(), -EAGAIN);
    try_put(2);
    check_int(try_get(), 2);
    sb_join(&task, NULL);
    check_text(notes(), "1 a got 1");
}

INTO_TEST(a_cancelled_getter_takes_nothing_with_it)
{
    struct sb_task tasks[2];

    start_getters(tasks, 2);
    try_put(1);
    sb_task_cancel(&tasks[0]);
    join_all(tasks, 2);
    check_int(tasks[0].result, -ECANCELED);
    check_text(notes(), "1 b got 1");
}

INTO_TEST(who_was_handed_an_item_keeps_it_when_a_cancel_comes_at_once)
{
    struct sb_task tasks[2];

    start_getters(tasks, 1);
    try_put(1);
    check_int(try_get(), -EAGAIN); /* which has given it to the one who waits */
    sb_task_cancel(&tasks[0]);
    sb_join(&tasks[0], NULL);
    check_int(tasks[0].result, 0);
    check_text(notes(), "1 a got 1");
}

INTO_TEST(a_get_may_time_out)
{
    struct sb_timeout timeout;
    int item = -1;

    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_threadsafe_queue_get(&queue, &item)), -ETIMEDOUT);
    try_put(1);
    check_int(try_get(), 1);
}

INTO_TEST(the_other_side_is_told_of_room)
{
    struct sb_task task;

    try_put(1);
    check_int(notify_count, 0);
    try_get();
    check_int(notify_count, 1);
    try_get();
    check_int(notify_count, 1);
    start_getters(&task, 1);
    try_put(2);
    sb_join(&task, NULL);
    check_int(notify_count, 2);
}

INTO_TEST(a_get_can_be_waited_for_beside_a_deadline)
{
    int item = -1;
    struct sb_case cases[] = {sb_deadline_case(10 * SB_MS_NS),
                              sb_threadsafe_queue_get_case(&queue, &item)};

    interrupt_in_ms(0, on_put, 4, 5);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(item, 4);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    check_int(sb_wait_any(cases, 2), 0);
    try_put(6);
    check_int(sb_wait_any(&cases[1], 1), 0);
    check_int(item, 6);
}

INTO_TEST(it_may_go_while_a_put_is_on_its_way)
{
    try_put(1);
    sb_threadsafe_queue_deinit(&queue);
    check_true(!sb_loop_unpost(test_loop(), &queue.bell.call));
    init(SB_QUEUE_INTO_LOOP);
}

/* ---- out of the loop */

OUT_OF_TEST(a_put_into_a_full_queue_waits_until_an_interrupt_gets)
{
    struct sb_task task;

    start_putters(&task, 1);
    check_int(sb_threadsafe_queue_count(&queue), CAPACITY);
    interrupt_in_ms(0, on_get, 1, 9);
    sb_join(&task, NULL);
    check_text(notes(), "10 put 4");
    for (int i = 2; i <= 4; i++)
        check_int(try_get(), i);
    check_int(try_get(), -EAGAIN);
}

OUT_OF_TEST(tasks_that_wait_to_put_take_turns_and_nobody_puts_past_them)
{
    struct sb_task tasks[2];

    start_putters(tasks, 2);
    check_int(try_get(), 1);
    check_int(try_put(9), -EAGAIN);
    check_int(try_get(), 2);
    check_int(try_get(), 3);
    check_int(try_put(9), 0);
    join_all(tasks, 2);
    for (int i = 0; i < CAPACITY; i++)
        check_int(try_get(), i < 2 ? 4 + i : 9);
    check_text(notes(), "1 put 4 | 1 put 5");
}

OUT_OF_TEST(a_cancelled_putter_has_put_nothing)
{
    struct sb_task tasks[2];

    start_putters(tasks, 2);
    cancel_and_join(&tasks[0], 1);
    for (int i = 1; i <= CAPACITY; i++)
        check_int(try_get(), i);
    sb_join(&tasks[1], NULL);
    check_int(tasks[0].result, -ECANCELED);
    check_int(try_get(), 5);
}

OUT_OF_TEST(the_other_side_is_told_of_items)
{
    struct sb_task task;

    start_putters(&task, 1);
    check_int(notify_count, 3);
    check_int(try_get(), 1);
    check_int(notify_count, 3);
    sb_join(&task, NULL);
    check_int(notify_count, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            all_places_are_used_and_items_keep_their_order_however_often_they_go_round),
        cmocka_unit_test(a_get_waits_until_an_interrupt_puts),
        cmocka_unit_test(a_get_of_what_is_there_does_not_suspend),
        cmocka_unit_test(each_item_goes_to_the_getter_that_has_waited_longest),
        cmocka_unit_test(nobody_takes_an_item_past_who_waits),
        cmocka_unit_test(a_cancelled_getter_takes_nothing_with_it),
        cmocka_unit_test(who_was_handed_an_item_keeps_it_when_a_cancel_comes_at_once),
        cmocka_unit_test(a_get_may_time_out),
        cmocka_unit_test(the_other_side_is_told_of_room),
        cmocka_unit_test(a_get_can_be_waited_for_beside_a_deadline),
        cmocka_unit_test(it_may_go_while_a_put_is_on_its_way),
        cmocka_unit_test(a_put_into_a_full_queue_waits_until_an_interrupt_gets),
        cmocka_unit_test(tasks_that_wait_to_put_take_turns_and_nobody_puts_past_them),
        cmocka_unit_test(a_cancelled_putter_has_put_nothing),
        cmocka_unit_test(the_other_side_is_told_of_items),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
