/* SPDX-License-Identifier: MIT */
/* Ring queues: what a full one does under each policy, hand-over, waiting. */
#include "tests/support.h"

#include <errno.h>
#include <string.h>

#include "lib/event.h"
#include "lib/gather.h"
#include "lib/ringq.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static struct sb_ringq ring;
static int places[10];

static void init(uint32_t capacity, enum sb_ringq_policy policy)
{
    sb_ringq_init(&ring, places, sizeof(int), capacity, policy);
}

/* Notes all that is in it, oldest first, and leaves it empty. */
static void note_items(void)
{
    int item;

    while (sb_ringq_try_get(&ring, &item) == 0)
        note("%d", item);
}

/* ---- full */

/* The original used one place less, and none of a single one. */
/* spec/core.md 3.6 */
TASK_TEST(every_place_is_used_even_if_there_is_only_one)
{
    (void)arg;
    for (uint32_t capacity = 1; capacity <= 10; capacity++) {
        init(capacity, SB_RINGQ_FAIL);
        for (int i = 0; i < (int)capacity; i++)
            check_int(sb_ringq_try_put(&ring, &i), 0);
        check_true(sb_queue_is_full(&ring.queue));
        check_int(ring.overrun_count, 0);
    }
    note_items();
    check_text(notes(), "0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9");
    return 0;
}

TASK_TEST(a_ring_that_fails_refuses_what_it_has_no_room_for)
{
    int item = 3;

    (void)arg;
    init(2, SB_RINGQ_FAIL);
    check_int(sb_ringq_put(&ring, &(int){1}), 0);
    check_int(sb_ringq_put(&ring, &(int){2}), 0);
    check_int(sb_ringq_put(&ring, &item), -EAGAIN);
    check_int(sb_ringq_try_put(&ring, &item), -EAGAIN);
    check_int(ring.overrun_count, 2);
    note_items();
    check_text(notes(), "1 | 2");
    check_int(sb_ringq_try_get(&ring, &item), -EAGAIN);
    check_int(sb_ringq_peek(&ring, &item), -EAGAIN);
    return 0;
}

TASK_TEST(a_ring_that_drops_the_oldest_holds_the_last_ones)
{
    int item;

    (void)arg;
    init(3, SB_RINGQ_DROP_OLDEST);
    for (item = 1; item <= 7; item++)
        check_int(sb_ringq_put(&ring, &item), item > 3);
    check_int(ring.overrun_count, 4);
    check_int(ring.queue.count, 3);
    check_int(sb_ringq_peek(&ring, &item), 0);
    check_int(item, 5);
    note_items();
    check_text(notes(), "5 | 6 | 7");
    return 0;
}

TASK_TEST(a_ring_that_drops_the_newest_holds_the_first_ones)
{
    int item;

    (void)arg;
    init(3, SB_RINGQ_DROP_NEWEST);
    for (item = 1; item <= 7; item++)
        check_int(sb_ringq_put(&ring, &item), item > 3);
    check_int(ring.overrun_count, 4);
    note_items();
    check_text(notes(), "1 | 2 | 3");
    return 0;
}

static void put_seven(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    for (int i = 0; i < 7; i++)
        sb_ringq_put(&ring, &i);
}

TASK_TEST(a_ring_that_drops_may_be_put_into_by_a_timer)
{
    struct sb_timer timer;

    (void)arg;
    init(3, SB_RINGQ_DROP_OLDEST);
    sb_timer_init(&timer, put_seven, NULL);
    sb_timer_start_ns(&timer, SB_MS_NS);
    sb_sleep_ms(2);
    note_items();
    check_text(notes(), "4 | 5 | 6");
    return 0;
}

/* ---- waiting */

static int putter(void *arg)
{
    int rc = sb_ringq_put(&ring, arg);

    note_at("put %d %d", *(int *)arg, rc);
    return rc;
}

static int getter(void *arg)
{
    int item = -1;
    int rc = sb_ringq_get(&ring, &item);

    note_at("%s got %d %d", (const char *)arg, item, rc);
    return rc;
}

/* spec/core.md 13.4.29 */
TASK_TEST(one_get_lets_one_putter_in_and_nobody_overtakes)
{
    static int values[] = {1, 2, 3, 4};
    struct sb_task p[4];
    int item;

    (void)arg;
    init(1, SB_RINGQ_WAIT);
    for (int i = 0; i < 4; i++)
        sb_spawn(&p[i], "p", putter, &values[i]);
    sb_sleep_ms(1);
    check_int(sb_ringq_try_put(&ring, &(int){9}), -EAGAIN);
    check_int(ring.overrun_count, 1); /* those who wait are none */
    sb_task_cancel(&p[2]);
    for (int i = 0; i < 3; i++) {
        check_int(sb_ringq_get(&ring, &item), 0);
        note_at("took %d", item);
        check_int(sb_ringq_try_put(&ring, &(int){9}), i < 2 ? -EAGAIN : 0);
        sb_sleep_ms(1);
    }
    check_text(notes(), "0 put 1 0 | 1 took 1 | 1 put 3 -125 | 1 put 2 0 | 2 took 2 | 2 put 4 0 | "
                        "3 took 4");
    for (int i = 0; i < 4; i++)
        check_int(p[i].slice_count, i == 0 ? 1 : 2);
    cancel_and_join(p, 4);
    return 0;
}

/* spec/core.md 13.4.29 */
TASK_TEST(two_items_for_two_getters_go_to_one_each)
{
    struct sb_task g[3];

    (void)arg;
    init(4, SB_RINGQ_DROP_OLDEST);
    for (int i = 0; i < 3; i++)
        sb_spawn(&g[i], "g", getter, &"a\0b\0c"[2 * i]);
    sb_sleep_ms(1);
    check_int(sb_ringq_put(&ring, &(int){1}), 0);
    check_int(sb_ringq_put(&ring, &(int){2}), 0);
    sb_sleep_ms(1);
    check_text(notes(), "1 a got 1 0 | 1 b got 2 0");
    check_int(g[2].slice_count, 1); /* woken by neither */
    cancel_and_join(g, 3);
    return 0;
}

/* spec/core.md 13.4.34 */
TASK_TEST(a_wait_for_room_can_have_a_deadline_and_leaves_no_trace)
{
    struct sb_timeout timeout;
    int item = 2;

    (void)arg;
    init(1, SB_RINGQ_WAIT);
    sb_ringq_put(&ring, &(int){1});
    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_ringq_put(&ring, &item)), -ETIMEDOUT);
    check_int(sb_now_ns(), 5 * SB_MS_NS);
    note_items();
    check_text(notes(), "1");
    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_ringq_get(&ring, &item)), -ETIMEDOUT);
    check_int(sb_ringq_put(&ring, &(int){3}), 0);
    check_int(ring.queue.count, 1);
    return 0;
}

static int cancelled_putter(void *arg)
{
    sb_task_cancel(sb_task_current());
    return putter(arg);
}

TASK_TEST(a_cancelled_task_does_not_put_where_it_might_have_to_wait)
{
    static int one = 1;
    struct sb_task task;

    (void)arg;
    init(1, SB_RINGQ_WAIT);
    sb_spawn(&task, "p", cancelled_putter, &one);
    sb_join(&task, NULL);
    check_int(ring.queue.count, 0);
    init(1, SB_RINGQ_DROP_OLDEST); /* but where nobody waits, it does */
    sb_spawn(&task, "p", cancelled_putter, &one);
    sb_join(&task, NULL);
    check_int(ring.queue.count, 1);
    check_text(notes(), "0.001 put 1 -125 | 0.001 put 1 0");
    return 0;
}

static int cancelled_getter(void *arg)
{
    sb_task_cancel(sb_task_current());
    return getter(arg);
}

TASK_TEST(a_cancelled_task_takes_nothing_even_if_it_is_there)
{
    struct sb_task task;

    (void)arg;
    init(2, SB_RINGQ_DROP_OLDEST);
    sb_ringq_put(&ring, &(int){1});
    sb_spawn(&task, "g", cancelled_getter, "g");
    sb_join(&task, NULL);
    check_text(notes(), "0.001 g got -1 -125");
    check_int(ring.queue.count, 1);
    return 0;
}

/* ---- beside other things */

static int get_after_three_ms(void *arg)
{
    sb_sleep_ms(3);
    return getter(arg);
}

TASK_TEST(a_put_beside_others_waits_for_room_unless_it_can_drop)
{
    static const enum sb_ringq_policy policies[] = {SB_RINGQ_FAIL, SB_RINGQ_WAIT,
                                                    SB_RINGQ_DROP_OLDEST, SB_RINGQ_DROP_NEWEST};
    struct sb_event event;
    struct sb_task task;
    struct sb_case cases[2];
    int item = 2;

    (void)arg;
    sb_event_init(&event);
    cases[0] = sb_event_case(&event);
    for (int i = 0; i < 4; i++) {
        int64_t start_ns = sb_now_ns();
        bool drops = i >= 2;

        init(1, policies[i]);
        sb_ringq_put(&ring, &(int){1});
        cases[1] = sb_ringq_put_case(&ring, &item);
        sb_spawn(&task, "g", get_after_three_ms, "g");
        check_int(sb_wait_any(cases, 2), 1);
        check_int(sb_now_ns() - start_ns, drops ? 0 : 3 * SB_MS_NS);
        check_int(ring.overrun_count, drops);
        check_true(sb_waitq_first(&event.waiters) == NULL);
        sb_join(&task, NULL);
        note_items();
    }
    check_text(notes(), "3 g got 1 0 | 2 | 6 g got 1 0 | 2 | 9 g got 2 0 | 12 g got 1 0");
    return 0;
}

TASK_TEST(a_get_beside_others_takes_one_item_or_none)
{
    struct sb_event event;
    struct sb_case cases[2];
    struct sb_task task;
    int item = 0;

    (void)arg;
    init(2, SB_RINGQ_WAIT);
    sb_event_init(&event);
    cases[0] = sb_event_case(&event);
    cases[1] = sb_ringq_get_case(&ring, &item);
    sb_spawn(&task, "p", putter, &(int){7});
    check_int(sb_wait_any(cases, 2), 1); /* handed over */
    check_int(item, 7);
    sb_ringq_put(&ring, &(int){8});
    check_int(sb_wait_any(cases, 2), 1); /* there already */
    check_int(item, 8);
    sb_ringq_put(&ring, &(int){9});
    sb_event_set(&event);
    check_int(sb_wait_any(cases, 2), 0);
    check_int(item, 8);
    check_int(ring.queue.count, 1);
    return sb_join(&task, NULL);
}

/* ---- everything at once */

#define WORKERS 5
#define STEPS   300
#define ITEMS   (WORKERS * STEPS)

static struct {
    struct sb_task workers[WORKERS];
    bool was_got[ITEMS];
    int next;
    int put;
    int got;
} storm;

static int put_or_give_up(int item, int64_t until_ns)
{
    struct sb_case cases[] = {sb_deadline_case(until_ns), sb_ringq_put_case(&ring, &item)};

    return sb_wait_any(cases, 2) == 1 ? 0 : -EAGAIN;
}

static int get_or_give_up(int *item, int64_t until_ns)
{
    struct sb_case cases[] = {sb_deadline_case(until_ns), sb_ringq_get_case(&ring, item)};

    return sb_wait_any(cases, 2) == 1 ? 0 : -EAGAIN;
}

static void put_one(unsigned way, int64_t until_ns)
{
    int item = storm.next++;
    int rc = way == 0   ? sb_ringq_try_put(&ring, &item)
             : way == 1 ? sb_ringq_put(&ring, &item)
                        : put_or_give_up(item, until_ns);

    storm.put += rc >= 0;
}

static void get_one(unsigned way, int64_t until_ns)
{
    int item = -1;
    int rc = way == 0   ? sb_ringq_try_get(&ring, &item)
             : way == 1 ? sb_ringq_get(&ring, &item)
                        : get_or_give_up(&item, until_ns);

    if (rc < 0)
        return;
    check_true(item >= 0 && item < ITEMS && !storm.was_got[item]);
    storm.was_got[item] = true;
    storm.got++;
}

static int storm_worker(void *arg)
{
    (void)arg;
    for (int i = 0; i < STEPS; i++) {
        uint64_t random = sb_loop_random(test_loop());
        struct sb_timeout timeout;
        int64_t until_ns = sb_now_ns() + (int64_t)(random >> 8 & 7) * SB_US_NS;

        sb_timeout_begin_ns(&timeout, (int64_t)(random >> 16 & 7) * SB_US_NS);
        if (random >> 32 & 1)
            put_one(random >> 33 & 3, until_ns);
        else
            get_one(random >> 33 & 3, until_ns);
        sb_timeout_end(&timeout, 0);
        if (random >> 40 & 1)
            sb_sleep_us((int64_t)(random >> 48 & 3));
        sb_cancel_clear();
        if (random % 8 == 0)
            sb_task_cancel(&storm.workers[random >> 24 & 3]);
    }
    return 0;
}

static int storm_body(void *arg)
{
    const int *seed_and_policy = arg;
    enum sb_ringq_policy policy = (enum sb_ringq_policy)seed_and_policy[1];

    for (int i = 0; i < seed_and_policy[0]; i++)
        sb_loop_random(test_loop());
    init(3, policy);
    memset(&storm, 0, sizeof(storm));
    for (int i = 0; i < WORKERS; i++)
        sb_spawn(&storm.workers[i], "worker", storm_worker, NULL);
    for (int i = 0; i < WORKERS; i++)
        sb_join(&storm.workers[i], NULL);
    if (policy == SB_RINGQ_DROP_OLDEST || policy == SB_RINGQ_DROP_NEWEST)
        storm.put -= (int)ring.overrun_count;
    check_true(storm.got > 100);
    check_int(storm.put - storm.got, ring.queue.count);
    check_true(sb_waitq_first(&ring.queue.getters) == NULL);
    check_true(sb_waitq_first(&ring.queue.putters) == NULL);
    return 0;
}

static void no_item_is_lost_or_got_twice_whatever_ends_the_waits(void **state)
{
    (void)state;
    for (int policy = SB_RINGQ_FAIL; policy <= SB_RINGQ_DROP_NEWEST; policy++)
        for (int seed = 0; seed < 20; seed++)
            run_in_loop(storm_body, (int[]){seed * 1000, policy});
}

/* ---- the original's test */

struct reading {
    int64_t pause_ms;
    int items[16];
    int count;
};

static int read_on(void *arg)
{
    struct reading *reading = arg;
    int rc;

    while ((rc = sb_ringq_get(&ring, &reading->items[reading->count])) == 0) {
        reading->count++;
        if (reading->pause_ms > 0 && (rc = sb_sleep_ms(reading->pause_ms)) < 0)
            break;
    }
    return rc;
}

static int put_fifteen(void *arg)
{
    for (int i = 0; i < 15; i++) {
        sb_ringq_put(&ring, &i);
        sb_sleep_ms(*(const int64_t *)arg);
    }
    note_at("put all");
    return 0;
}

static void check_items(const struct reading *reading, int first, int count)
{
    check_int(reading->count, count);
    for (int i = 0; i < reading->count; i++)
        check_int(reading->items[i], first + i);
}

/* The original's ten places hold nine, so it loses one more. */
/* spec/core.md 9.2 test 9 */
TASK_TEST(slow_and_fast_writers_and_readers_and_an_overrun)
{
    static const int64_t slow_ms = 100;
    static const int64_t fast_ms = 0;
    struct reading reading = {.pause_ms = 0};
    struct sb_task task;
    int overruns = 0;
    int item = 0;

    (void)arg;
    init(10, SB_RINGQ_WAIT);
    sb_spawn(&task, "slow", put_fifteen, (void *)(uintptr_t)&slow_ms);
    check_int(sb_wait_for_ms(2000, read_on, &reading), -ETIMEDOUT);
    check_items(&reading, 0, 15);
    note_at("read waited for slow write");
    sb_join(&task, NULL);

    reading = (struct reading){.pause_ms = 100};
    sb_spawn(&task, "fast", put_fifteen, (void *)(uintptr_t)&fast_ms);
    check_int(sb_wait_for_ms(2000, read_on, &reading), -ETIMEDOUT);
    check_items(&reading, 0, 15);
    note_at("write waited for slow read");
    sb_join(&task, NULL);

    init(10, SB_RINGQ_DROP_OLDEST);
    check_true(sb_queue_is_empty(&ring.queue) && !sb_queue_is_full(&ring.queue));
    for (item = 1; item <= 3; item++)
        check_int(sb_ringq_put(&ring, &item), 0);
    check_true(!sb_queue_is_empty(&ring.queue) && !sb_queue_is_full(&ring.queue));
    check_int(ring.queue.count, 3);
    for (item = 4; item < 15; item++)
        overruns += sb_ringq_try_put(&ring, &item);
    check_int(overruns, 4);
    check_true(sb_queue_is_full(&ring.queue));
    reading = (struct reading){.pause_ms = 0};
    check_int(sb_wait_for_ms(2000, read_on, &reading), -ETIMEDOUT);
    check_items(&reading, 5, 10);
    sb_ringq_put(&ring, &(int){1});
    check_int(sb_ringq_try_get(&ring, &item), 0);
    check_int(item, 1);
    check_int(sb_ringq_try_get(&ring, &item), -EAGAIN);
    note_at("complete");
    check_text(notes(), "1500 put all | 2000 read waited for slow write | 2400.001 put all | "
                        "4000 write waited for slow read | 6000 complete");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_is_used_even_if_there_is_only_one),
        cmocka_unit_test(a_ring_that_fails_refuses_what_it_has_no_room_for),
        cmocka_unit_test(a_ring_that_drops_the_oldest_holds_the_last_ones),
        cmocka_unit_test(a_ring_that_drops_the_newest_holds_the_first_ones),
        cmocka_unit_test(a_ring_that_drops_may_be_put_into_by_a_timer),
        cmocka_unit_test(one_get_lets_one_putter_in_and_nobody_overtakes),
        cmocka_unit_test(two_items_for_two_getters_go_to_one_each),
        cmocka_unit_test(a_wait_for_room_can_have_a_deadline_and_leaves_no_trace),
        cmocka_unit_test(a_cancelled_task_does_not_put_where_it_might_have_to_wait),
        cmocka_unit_test(a_cancelled_task_takes_nothing_even_if_it_is_there),
        cmocka_unit_test(a_put_beside_others_waits_for_room_unless_it_can_drop),
        cmocka_unit_test(a_get_beside_others_takes_one_item_or_none),
        cmocka_unit_test(no_item_is_lost_or_got_twice_whatever_ends_the_waits),
        cmocka_unit_test(slow_and_fast_writers_and_readers_and_an_overrun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
