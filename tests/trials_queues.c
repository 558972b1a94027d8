/* SPDX-License-Identifier: MIT */
/*
 * Trials of what carries items: queues, ring queues, the broker. Every item has a number, and who puts or gets goes
 * on afterwards where it was cut short: what a failed put has put all the same comes twice, what a failed get has
 * taken never comes.
 */
#include "tests/trial_rig.h"

#include <errno.h>
#include <string.h>

#include "lib/broker.h"
#include "lib/queue.h"
#include "lib/ringq.h"

/* Items of each of two putters. */
#define ITEMS 2

static struct {
    struct sb_queue queue;
    struct sb_ringq ring;
    int items[2];
    int put_counts[2]; /* of each putter */
    int got_count;     /* of all getters */
    int last[2];       /* the last item of each putter that was got, from 1 */
    int got_counts[2]; /* of each getter */
    unsigned seen;     /* bit n: item n has been got */
    bool has_item[2];  /* a worker has got one that it has not reported */
    int done_count;
    bool has_joined;
    int accepted_count; /* by a ring queue, at whatever cost */
    int dropped_count;
} q;

static int numbers[] = {0, 1};

static int set_up(void *arg)
{
    const uint32_t *capacity = arg;

    memset(&q, 0, sizeof(q));
    sb_queue_init(&q.queue, q.items, sizeof(int), *capacity);
    return 0;
}

/* An item has come: it is the next of its putter. */
static void note_item(int item)
{
    int putter = item / 10;

    SB_EXPECT(putter == 0 || putter == 1);
    SB_EXPECT_INT(item % 10, q.last[putter] + 1);
    q.last[putter] = item % 10;
    q.got_count++;
}

/* ---- queue */

static int put_all(void *arg)
{
    int putter = *(int *)arg;

    while (q.put_counts[putter] < ITEMS) {
        int item = putter * 10 + q.put_counts[putter] + 1;
        int rc = sb_queue_put(&q.queue, &item);

        if (rc < 0)
            return rc;
        q.put_counts[putter]++;
        if (putter == 1)
            rc = sb_yield();
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int get_all(void *arg)
{
    (void)arg;
    while (q.got_count < 2 * ITEMS) {
        struct queueing before;
        int item = -1;
        int rc;

        queue_up(&before, &q.queue.getters);
        rc = sb_queue_get(&q.queue, &item);
        if (rc < 0)
            return rc;
        expect_no_barging(&before);
        note_item(item);
    }
    return 0;
}

static void check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(q.got_count, 2 * ITEMS);
    SB_EXPECT_INT(q.queue.count, 0);
    EXPECT_NOBODY_WAITS(&q.queue.getters);
    EXPECT_NOBODY_WAITS(&q.queue.putters);
}

static uint32_t one = 1;
static uint32_t two = 2;

static const struct sb_trial_task one_getter[] = {
    {.name = "putter 0", .fn = put_all, .arg = &numbers[0], .then = put_all},
    {.name = "getter", .fn = get_all, .then = get_all},
    {.name = "putter 1", .fn = put_all, .arg = &numbers[1], .then = put_all},
};

/* With two getters it is not said which runs first that was given an item: only that none is lost. */
static int put_same(void *arg)
{
    int *put_count = &q.put_counts[*(int *)arg];

    while (*put_count < ITEMS) {
        int item = ++q.last[0];
        int rc = sb_queue_put(&q.queue, &item);

        if (rc < 0) {
            q.last[0]--;
            return rc;
        }
        ++*put_count;
    }
    return 0;
}

static int get_and_mark(void *arg)
{
    int *mine = &q.got_counts[*(int *)arg];

    while (*mine < ITEMS / 2) {
        int item = 0;
        int rc = sb_queue_get(&q.queue, &item);

        if (rc < 0)
            return rc;
        SB_EXPECT(item >= 1 && item <= ITEMS && (q.seen & 1U << item) == 0);
        q.seen |= 1U << item;
        ++*mine;
    }
    return 0;
}

static void seen_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(q.seen, 6);
    SB_EXPECT_INT(q.queue.count, 0);
    EXPECT_NOBODY_WAITS(&q.queue.getters);
    EXPECT_NOBODY_WAITS(&q.queue.putters);
}

static const struct sb_trial_task two_getters[] = {
    {.name = "getter 0", .fn = get_and_mark, .arg = &numbers[0], .then = get_and_mark},
    {.name = "getter 1", .fn = get_and_mark, .arg = &numbers[1], .then = get_and_mark},
    {.name = "putter", .fn = put_same, .arg = &numbers[0], .then = put_same},
};

/* ---- join */

static int work_off(void *arg)
{
    int worker = *(int *)arg;

    while (q.got_counts[worker] < ITEMS / 2) {
        int item;
        int rc = q.has_item[worker] ? 0 : sb_queue_get(&q.queue, &item);

        if (rc < 0)
            return rc;
        q.has_item[worker] = true;
        rc = sb_yield();
        if (rc < 0)
            return rc;
        SB_EXPECT_INT(sb_queue_task_done(&q.queue), 0);
        q.has_item[worker] = false;
        q.got_counts[worker]++;
        q.done_count++;
    }
    return 0;
}

/* All are put by the time that it waits. */
static int put_and_join(void *arg)
{
    int rc = put_same(arg);

    if (rc == 0)
        rc = sb_queue_join(&q.queue);
    SB_EXPECT(rc < 0 || q.done_count == ITEMS);
    q.has_joined |= rc == 0;
    return rc;
}

static int join_again(void *arg)
{
    return q.has_joined ? 0 : put_and_join(arg);
}

static void join_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(q.done_count, ITEMS);
    SB_EXPECT_INT(q.queue.unfinished_count, 0);
    SB_EXPECT_INT(sb_queue_task_done(&q.queue), -EOVERFLOW);
    EXPECT_NOBODY_WAITS(&q.queue.joiners);
    EXPECT_NOBODY_WAITS(&q.queue.getters);
}

static const struct sb_trial_task joined[] = {
    {.name = "worker 0", .fn = work_off, .arg = &numbers[0], .then = work_off},
    {.name = "putter", .fn = put_and_join, .arg = &numbers[0], .then = join_again},
    {.name = "worker 1", .fn = work_off, .arg = &numbers[1], .then = work_off},
};

/* ---- ring queues */

static int ring_set_up(void *arg)
{
    const enum sb_ringq_policy *policy = arg;

    memset(&q, 0, sizeof(q));
    sb_ringq_init(&q.ring, q.items, sizeof(int), 1, *policy);
    return 0;
}

static int ring_put_all(void *arg)
{
    int putter = *(int *)arg;

    while (q.put_counts[putter] < ITEMS) {
        int item = putter * 10 + q.put_counts[putter] + 1;
        int rc = sb_ringq_put(&q.ring, &item);

        if (rc < 0)
            return rc;
        q.put_counts[putter]++;
    }
    return 0;
}

static int ring_get_all(void *arg)
{
    (void)arg;
    while (q.got_count < 2 * ITEMS) {
        int item = -1;
        int rc = sb_ringq_get(&q.ring, &item);

        if (rc < 0)
            return rc;
        note_item(item);
    }
    return 0;
}

static void ring_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(q.got_count, 2 * ITEMS);
    SB_EXPECT_INT(q.ring.queue.count, 0);
    SB_EXPECT_INT(q.ring.overrun_count, 0);
    EXPECT_NOBODY_WAITS(&q.ring.queue.getters);
    EXPECT_NOBODY_WAITS(&q.ring.queue.putters);
}

static const struct sb_trial_task ring_waits[] = {
    {.name = "putter 0", .fn = ring_put_all, .arg = &numbers[0], .then = ring_put_all},
    {.name = "getter", .fn = ring_get_all, .then = ring_get_all},
    {.name = "putter 1", .fn = ring_put_all, .arg = &numbers[1], .then = ring_put_all},
};

/* Puts that cost an item, or are refused, beside a getter that takes what it can. */
static int ring_put_three(void *arg)
{
    (void)arg;
    while (q.put_counts[0] < 3) {
        int item = ++q.put_counts[0];
        int rc = sb_ringq_put(&q.ring, &item);

        SB_EXPECT(rc == 0 || rc == 1 || rc == -EAGAIN);
        if (rc == 1 && q.ring.policy == SB_RINGQ_DROP_OLDEST)
            SB_EXPECT_INT(q.items[0], item);
        q.accepted_count += rc == 0 || (rc == 1 && q.ring.policy == SB_RINGQ_DROP_OLDEST);
        q.dropped_count += rc == 1 && q.ring.policy == SB_RINGQ_DROP_OLDEST;
        if (item % 2 == 0)
            rc = sb_yield();
        if (rc == -ECANCELED || rc == -ETIMEDOUT)
            return rc;
    }
    return 0;
}

static int ring_get_rising(void *arg)
{
    int item = 0;
    int rc;

    (void)arg;
    while ((rc = sb_ringq_get(&q.ring, &item)) == 0) {
        SB_EXPECT(item > q.last[0]);
        q.last[0] = item;
        q.got_count++;
    }
    return rc;
}

static void ring_drop_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(q.put_counts[0], 3);
    SB_EXPECT_INT(q.accepted_count, q.got_count + q.dropped_count + (int)q.ring.queue.count);
    SB_EXPECT_INT(q.ring.overrun_count, 3 - q.accepted_count + q.dropped_count);
    EXPECT_NOBODY_WAITS(&q.ring.queue.getters);
}

static const struct sb_trial_task ring_drops[] = {
    {.name = "putter", .fn = ring_put_three, .then = ring_put_three},
    {.name = "getter", .fn = ring_get_rising, .is_server = true},
};

static enum sb_ringq_policy waits = SB_RINGQ_WAIT;
static enum sb_ringq_policy fails = SB_RINGQ_FAIL;
static enum sb_ringq_policy drops_oldest = SB_RINGQ_DROP_OLDEST;
static enum sb_ringq_policy drops_newest = SB_RINGQ_DROP_NEWEST;

/* ---- broker */

static struct {
    struct sb_broker broker;
    struct sb_subscription by_queue;
    struct sb_subscription by_call;
    struct sb_queue queue;
    int items[4];
    int published_count;
    int delivered_count; /* as publishing told */
    int called_count;
    int got_count;
} b;

static void on_message(const char *topic, const void *item, void *arg)
{
    (void)topic;
    (void)arg;
    SB_EXPECT_INT(*(const int *)item, b.published_count);
    b.called_count++;
}

static int broker_set_up(void *arg)
{
    (void)arg;
    memset(&b, 0, sizeof(b));
    sb_broker_init(&b.broker, sizeof(int));
    sb_queue_init(&b.queue, b.items, sizeof(int), 1);
    b.by_queue = (struct sb_subscription){.topic = "t*", .queue = &b.queue};
    b.by_call = (struct sb_subscription){.topic = "t?", .fn = on_message};
    return 0;
}

static int publish(void *arg)
{
    (void)arg;
    while (b.published_count < 3) {
        int rc = sb_yield();

        if (rc < 0)
            return rc;
        b.published_count++;
        b.delivered_count += (int)sb_broker_publish(&b.broker, "t1", &b.published_count);
    }
    return 0;
}

/* Takes what has come, twice. */
static int subscribe(void *arg)
{
    int last = 0;
    int rc = 0;

    (void)arg;
    SB_EXPECT_INT(sb_broker_subscribe(&b.broker, &b.by_queue), 0);
    for (int i = 0; i < 2 && rc == 0; i++) {
        int item;

        rc = sb_yield();
        if (rc == 0 && b.queue.count > 0)
            rc = sb_queue_get(&b.queue, &item);
        else
            continue;
        if (rc < 0)
            break;
        SB_EXPECT(item > last);
        last = item;
        b.got_count++;
    }
    SB_EXPECT_INT(sb_broker_unsubscribe(&b.broker, &b.by_queue), 0);
    return rc;
}

static int subscribe_briefly(void *arg)
{
    int rc;

    (void)arg;
    SB_EXPECT_INT(sb_broker_subscribe(&b.broker, &b.by_call), 0);
    rc = sb_yield();
    SB_EXPECT_INT(sb_broker_unsubscribe(&b.broker, &b.by_call), 0);
    return rc;
}

static void broker_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(b.delivered_count, b.called_count + b.got_count + (int)b.queue.count);
    SB_EXPECT(sb_list_is_empty(&b.broker.subscriptions));
    SB_EXPECT(sb_list_is_empty(&b.broker.walks));
    EXPECT_NOBODY_WAITS(&b.queue.getters);
}

static const struct sb_trial_task broker_tasks[] = {
    {.name = "publisher", .fn = publish, .then = publish},
    {.name = "subscriber", .fn = subscribe},
    {.name = "other", .fn = subscribe_briefly},
};

const struct trial_test queue_trials[] = {
    {
        .name = "a_queue_of_one_loses_and_doubles_no_item",
        .trial = {TASKS(one_getter), .set_up = set_up, .check = check, .arg = &one},
    },
    {
        .name = "a_queue_of_two_loses_and_doubles_no_item",
        .trial = {TASKS(one_getter), .set_up = set_up, .check = check, .arg = &two},
    },
    {
        .name = "two_getters_of_a_queue_get_each_item_once",
        .trial = {TASKS(two_getters), .set_up = set_up, .check = seen_check, .arg = &one},
    },
    {
        .name = "a_queue_is_joined_when_all_items_are_done",
        .trial = {TASKS(joined), .set_up = set_up, .check = join_check, .arg = &one},
    },
    {
        .name = "a_ring_queue_that_waits_loses_and_doubles_no_item",
        .trial = {TASKS(ring_waits), .set_up = ring_set_up, .check = ring_check, .arg = &waits},
    },
    {
        .name = "a_ring_queue_that_refuses_counts_what_it_refused",
        .trial = {TASKS(ring_drops), .set_up = ring_set_up, .check = ring_drop_check,
                  .arg = &fails},
    },
    {
        .name = "a_ring_queue_that_drops_its_oldest_counts_them",
        .trial = {TASKS(ring_drops), .set_up = ring_set_up, .check = ring_drop_check,
                  .arg = &drops_oldest},
    },
    {
        .name = "a_ring_queue_that_drops_the_newest_counts_them",
        .trial = {TASKS(ring_drops), .set_up = ring_set_up, .check = ring_drop_check,
                  .arg = &drops_newest},
    },
    {
        .name = "a_broker_delivers_to_who_is_subscribed_and_to_nobody_else",
        .trial = {TASKS(broker_tasks), .set_up = broker_set_up, .check = broker_check},
        .disturbed_orders = {.deviation_limit = 3},
        .is_disturbed_cut = true,
    },
    {.name = NULL},
};
