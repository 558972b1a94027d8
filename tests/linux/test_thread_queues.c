/* SPDX-License-Identifier: MIT */
/*
 * Queues under the hammer of a thread and of a signal handler: nothing is lost, torn or out of order, in either
 * direction. To be run under ThreadSanitizer too (make SAN=thread test).
 */
#include "tests/linux/hammer.h"

#include <errno.h>
#include <sched.h>

#include "lib/threadsafe_queue.h"

#define CAPACITY 10

struct item {
    unsigned number;
    unsigned again; /* the same: an item that is torn shows */
};

static struct sb_threadsafe_queue to_loop;
static struct sb_threadsafe_queue from_loop;
static struct item items[2][CAPACITY];
static atomic_uint sent_count;
static unsigned received_count;
static atomic_uint seen_count; /* of them, as the thread sees it */

static void see(void)
{
    atomic_store_explicit(&seen_count, received_count, memory_order_relaxed);
}

static void open_queue(struct sb_threadsafe_queue *queue,
                       enum sb_threadsafe_queue_direction direction, bool is_told)
{
    sb_threadsafe_queue_init(queue, &(struct sb_threadsafe_queue_config){
                                        .direction = direction,
                                        .items = items[direction],
                                        .item_size = sizeof(struct item),
                                        .capacity = CAPACITY,
                                        .notify_fn = is_told ? hammer_tell : NULL,
                                    });
}

static void check_item(const struct item *item, unsigned *next)
{
    if (item->number != item->again)
        hammer_fail("an item is torn");
    if (item->number != (*next)++)
        hammer_fail("an item is lost or out of order");
}

/* In bursts, whose last item must not be left lying: nothing comes after it that would wake the loop. */
static void send_numbers(int index)
{
    unsigned number = 0;

    (void)index;
    while (!hammer_is_over()) {
        struct item item = {.number = number, .again = number};

        if (sb_threadsafe_queue_try_put(&to_loop, &item) < 0) {
            hammer_sleep_until_told();
            continue;
        }
        number++;
        hammer_pause();
        if (hammer_random(4) == 0)
            hammer_await(&seen_count, number);
    }
    atomic_store(&sent_count, number);
}

/* spec/core.md 9.5.17, 13.2.14 */
static int receive_numbers(void *arg)
{
    struct item item;
    int rc;

    (void)arg;
    while ((rc = sb_threadsafe_queue_get(&to_loop, &item)) == 0) {
        check_item(&item, &received_count);
        see();
        if (hammer_random(8) == 0)
            (void)sb_yield();
    }
    return rc;
}

static int take_numbers(void *arg)
{
    struct sb_task task;
    struct item item;

    (void)arg;
    received_count = 0;
    see();
    open_queue(&to_loop, SB_QUEUE_INTO_LOOP, true);
    sb_spawn(&task, "receives", receive_numbers, NULL);
    hammer_threads(send_numbers, 1);
    cancel_and_join(&task, 1);
    while (sb_threadsafe_queue_try_get(&to_loop, &item) == 0)
        check_item(&item, &received_count);
    if (received_count != atomic_load(&sent_count))
        hammer_fail("items are missing at the end");
    sb_threadsafe_queue_deinit(&to_loop);
    return 0;
}

/* spec/core.md 9.5.17, 13.2.14 */
static void items_of_a_thread_arrive_whole_and_in_order(void **state)
{
    (void)state;
    hammer_run(take_numbers);
}

static unsigned received_sum;

/* One of several: none of them gets all, but what it gets is in order. */
static int receive_some(void *arg)
{
    unsigned least = 0;
    struct item item;
    int rc;

    (void)arg;
    while ((rc = sb_threadsafe_queue_get(&to_loop, &item)) == 0) {
        if (item.number < least)
            hammer_fail("an item is out of order");
        least = item.number + 1;
        received_count++;
        received_sum += item.number;
        see();
    }
    return rc;
}

static int share_numbers(void *arg)
{
    struct sb_task tasks[3];
    struct item item;
    unsigned count;

    (void)arg;
    received_count = received_sum = 0;
    see();
    open_queue(&to_loop, SB_QUEUE_INTO_LOOP, true);
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "receives", i < 2 ? receive_some : hammer_yield, NULL);
    hammer_threads(send_numbers, 1);
    cancel_and_join(tasks, 3);
    while (sb_threadsafe_queue_try_get(&to_loop, &item) == 0) {
        received_count++;
        received_sum += item.number;
    }
    count = atomic_load(&sent_count);
    if (received_count != count)
        hammer_fail("items are missing at the end");
    if (received_sum != (unsigned)((uint64_t)count * (count - 1) / 2))
        hammer_fail("an item was got twice");
    sb_threadsafe_queue_deinit(&to_loop);
    return 0;
}

static void each_item_goes_to_one_of_the_tasks_that_wait(void **state)
{
    (void)state;
    hammer_run(share_numbers);
}

static void receive_in_thread(int index)
{
    unsigned next = 0;
    struct item item;

    (void)index;
    for (;;) {
        while (sb_threadsafe_queue_try_get(&from_loop, &item) == 0) {
            if (item.number == UINT32_MAX) /* the last */
                return;
            check_item(&item, &next);
            hammer_pause();
        }
        hammer_sleep_until_told();
    }
}

static atomic_uint next_to_send;

/* Two tasks put by turns: who has taken a number puts it before the other takes the next. */
static int send_to_thread(void *arg)
{
    int rc = 0;

    (void)arg;
    while (!hammer_is_over() && rc == 0) {
        unsigned number = atomic_fetch_add(&next_to_send, 1);
        struct item item = {.number = number, .again = number};

        rc = sb_threadsafe_queue_put(&from_loop, &item);
        if (hammer_random(8) == 0 && rc == 0)
            rc = sb_yield();
    }
    return rc;
}

static int end_sending(void *arg)
{
    struct item last = {.number = UINT32_MAX, .again = UINT32_MAX};
    struct sb_task *tasks = arg;
    int rc = 0;

    for (int i = 0; i < 2 && rc == 0; i++)
        rc = sb_join(&tasks[i], NULL);
    return rc < 0 ? rc : sb_threadsafe_queue_put(&from_loop, &last);
}

static int give_numbers(void *arg)
{
    struct sb_task tasks[3];

    (void)arg;
    atomic_store(&next_to_send, 0);
    open_queue(&from_loop, SB_QUEUE_OUT_OF_LOOP, true);
    for (int i = 0; i < 2; i++)
        sb_spawn(&tasks[i], "sends", send_to_thread, NULL);
    sb_spawn(&tasks[2], "ends", end_sending, tasks);
    hammer_threads(receive_in_thread, 1);
    sb_join(&tasks[2], NULL);
    sb_threadsafe_queue_deinit(&from_loop);
    return 0;
}

/* spec/core.md 9.5.17, 13.2.14 */
static void items_of_tasks_reach_a_thread_whole_and_in_order(void **state)
{
    (void)state;
    hammer_run(give_numbers);
}

/* The thread sends back what it gets, spinning: the guide's example. */
static void echo(int index)
{
    struct item item;

    (void)index;
    for (;;) {
        while (sb_threadsafe_queue_try_get(&from_loop, &item) < 0)
            sched_yield();
        if (item.number == UINT32_MAX)
            return;
        while (sb_threadsafe_queue_try_put(&to_loop, &item) < 0)
            sched_yield();
    }
}

static int speak(void *arg)
{
    struct item last = {.number = UINT32_MAX};
    unsigned next = 0;
    unsigned sent = 0;
    struct item item;
    int rc = 0;

    (void)arg;
    while (rc == 0 && !hammer_is_over()) {
        for (unsigned left = 1 + hammer_random(CAPACITY); left > 0 && rc == 0; left--) {
            item = (struct item){.number = sent, .again = sent};
            rc = sb_threadsafe_queue_put(&from_loop, &item);
            sent++;
        }
        while (next < sent && rc == 0) {
            rc = sb_threadsafe_queue_get(&to_loop, &item);
            if (rc == 0)
                check_item(&item, &next);
        }
    }
    return rc < 0 ? rc : sb_threadsafe_queue_put(&from_loop, &last);
}

static int hear_echo(void *arg)
{
    struct sb_task task;

    (void)arg;
    open_queue(&to_loop, SB_QUEUE_INTO_LOOP, false);
    open_queue(&from_loop, SB_QUEUE_OUT_OF_LOOP, false);
    sb_spawn(&task, "speaks", speak, NULL);
    hammer_threads(echo, 1);
    sb_join(&task, NULL);
    sb_threadsafe_queue_deinit(&to_loop);
    sb_threadsafe_queue_deinit(&from_loop);
    return 0;
}

/* spec/core.md 4.4 */
static void an_echo_through_two_queues_loses_nothing(void **state)
{
    (void)state;
    hammer_run(hear_echo);
}

/* ---- a signal handler on the loop's own thread */

static unsigned signalled_count;

static void on_signal(int number)
{
    struct item item = {.number = signalled_count, .again = signalled_count};
    int saved = errno;

    (void)number;
    if (sb_threadsafe_queue_try_put(&to_loop, &item) == 0)
        signalled_count++; /* what has no room is not counted on, so that the rest is in order */
    errno = saved;
}

static int hear_signals(void *arg)
{
    struct sb_task task;

    (void)arg;
    received_count = signalled_count = 0;
    open_queue(&to_loop, SB_QUEUE_INTO_LOOP, false);
    sb_spawn(&task, "receives", receive_numbers, NULL);
    hammer_signals(on_signal, NULL);
    for (int i = 0; i < 1000; i++) /* what is on its way arrives */
        sb_yield();
    cancel_and_join(&task, 1);
    if (received_count != signalled_count)
        hammer_fail("items are missing at the end");
    sb_threadsafe_queue_deinit(&to_loop);
    return 0;
}

/* spec/core.md 13.2.11 */
static void a_signal_handler_may_put(void **state)
{
    (void)state;
    hammer_run(hear_signals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_of_a_thread_arrive_whole_and_in_order),
        cmocka_unit_test(each_item_goes_to_one_of_the_tasks_that_wait),
        cmocka_unit_test(items_of_tasks_reach_a_thread_whole_and_in_order),
        cmocka_unit_test(an_echo_through_two_queues_loses_nothing),
        cmocka_unit_test(a_signal_handler_may_put),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
