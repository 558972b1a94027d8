/* SPDX-License-Identifier: MIT */
/*
 * Trials of what may be used from outside the loop: flags, messages, events, queues and rings of bytes for threads,
 * triggers, and workers of a loop without threads. The outside is a task here, so that every order of the two can
 * be had.
 */
#include "tests/trial_rig.h"

#include <errno.h>
#include <string.h>

#include "lib/byte_ring.h"
#include "lib/delay.h"
#include "lib/event.h"
#include "lib/flag.h"
#include "lib/message.h"
#include "lib/threadsafe_event.h"
#include "lib/threadsafe_queue.h"
#include "lib/worker.h"

static int numbers[] = {0, 1};

/* ---- flag */

static struct {
    struct sb_flag flag;
    struct sb_event passed;
    int set_count;
    int pass_count;
    bool has_passed[2];
} f;

static int flag_set_up(void *arg)
{
    (void)arg;
    memset(&f, 0, sizeof(f));
    sb_flag_init(&f.flag);
    sb_event_init(&f.passed);
    return 0;
}

static int flag_tear_down(void *arg)
{
    (void)arg;
    sb_flag_deinit(&f.flag);
    return 0;
}

static int pass_flag(void *arg)
{
    bool *has_passed = &f.has_passed[*(int *)arg];
    struct queueing before;
    int rc;

    if (*has_passed)
        return 0;
    queue_up(&before, &f.flag.waiters);
    rc = sb_flag_wait(&f.flag);
    if (rc < 0)
        return rc;
    expect_no_barging(&before);
    *has_passed = true;
    f.pass_count++;
    sb_event_set(&f.passed);
    return 0;
}

/* Sets it again when a task has passed: two sets before that would be one. */
static int set_flag(void *arg)
{
    (void)arg;
    while (f.pass_count < 2) {
        int rc;

        if (f.set_count == f.pass_count) {
            f.set_count++;
            sb_flag_set(&f.flag);
        }
        rc = sb_event_wait(&f.passed);
        if (rc < 0)
            return rc;
        sb_event_clear(&f.passed);
    }
    return 0;
}

static void flag_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(f.set_count, 2);
    SB_EXPECT_INT(f.pass_count, 2);
    SB_EXPECT(!sb_flag_is_set(&f.flag));
    EXPECT_NOBODY_WAITS(&f.flag.waiters);
}

static const struct sb_trial_task flag_tasks[] = {
    {.name = "a", .fn = pass_flag, .arg = &numbers[0], .then = pass_flag},
    {.name = "outside", .fn = set_flag, .then = set_flag},
    {.name = "b", .fn = pass_flag, .arg = &numbers[1], .then = pass_flag},
};

/* ---- message */

static struct {
    struct sb_message message;
    int slots[4];
    int sent;
    int seen;
    int seen_by_other;
} m;

static int message_set_up(void *arg)
{
    (void)arg;
    memset(&m, 0, sizeof(m));
    sb_message_init(&m.message, m.slots, sizeof(int), 4);
    return 0;
}

static int message_tear_down(void *arg)
{
    (void)arg;
    sb_message_deinit(&m.message);
    return 0;
}

static int send_three(void *arg)
{
    (void)arg;
    while (m.sent < 3) {
        int rc;

        m.sent++;
        SB_EXPECT_INT(sb_message_set(&m.message, &m.sent), 0);
        rc = sb_yield();
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* May miss values, but neither the last nor their order. */
static int see_last(void *arg)
{
    (void)arg;
    while (m.seen < 3) {
        int value = 0;
        int rc = sb_message_wait(&m.message, &value);

        if (rc < 0)
            return rc;
        SB_EXPECT(value > m.seen);
        m.seen = value;
        sb_message_clear(&m.message);
        SB_EXPECT_INT(sb_message_value(&m.message, &m.seen), 0); /* what came in between */
    }
    return 0;
}

static int see_any(void *arg)
{
    (void)arg;
    return m.sent == 3 ? 0 : sb_message_wait(&m.message, &m.seen_by_other);
}

static void message_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(sb_message_sequence(&m.message), 3);
    SB_EXPECT_INT(m.seen, 3);
    EXPECT_NOBODY_WAITS(&m.message.waiters);
}

static const struct sb_trial_task message_tasks[] = {
    {.name = "a", .fn = see_last, .then = see_last},
    {.name = "b", .fn = see_any},
    {.name = "outside", .fn = send_three, .then = send_three},
};

/* ---- event */

static struct sb_threadsafe_event e;

static int event_set_up(void *arg)
{
    (void)arg;
    sb_threadsafe_event_init(&e);
    return 0;
}

static int event_tear_down(void *arg)
{
    (void)arg;
    sb_threadsafe_event_deinit(&e);
    return 0;
}

static int wait_event(void *arg)
{
    (void)arg;
    return sb_threadsafe_event_wait(&e);
}

static int set_event(void *arg)
{
    int rc = sb_yield();

    (void)arg;
    sb_threadsafe_event_set(&e);
    return rc;
}

static void event_check(void *arg)
{
    (void)arg;
    SB_EXPECT(sb_threadsafe_event_is_set(&e));
    EXPECT_NOBODY_WAITS(&e.event.waiters);
}

static const struct sb_trial_task event_tasks[] = {
    {.name = "a", .fn = wait_event},
    {.name = "outside", .fn = set_event},
    {.name = "b", .fn = wait_event},
};

/* ---- queues */

#define ITEMS 3

static struct {
    struct sb_threadsafe_queue queue;
    int items[2];
    struct sb_event notified; /* tasks have made room, or put something */
    int put_count;
    int got_count;
    int taken_counts[2]; /* by each of the tasks */
    unsigned seen;
} q;

struct queue_kind {
    enum sb_threadsafe_queue_direction direction;
    uint32_t capacity;
};

static void notify(void *arg)
{
    (void)arg;
    sb_event_set(&q.notified);
}

static int queue_set_up(void *arg)
{
    const struct queue_kind *kind = arg;

    memset(&q, 0, sizeof(q));
    sb_event_init(&q.notified);
    sb_threadsafe_queue_init(&q.queue, &(struct sb_threadsafe_queue_config){
                                           .direction = kind->direction,
                                           .items = q.items,
                                           .item_size = sizeof(int),
                                           .capacity = kind->capacity,
                                           .notify_fn = notify,
                                       });
    return 0;
}

static int queue_tear_down(void *arg)
{
    (void)arg;
    sb_threadsafe_queue_deinit(&q.queue);
    return 0;
}

static void note_item(int item)
{
    SB_EXPECT(item >= 1 && item <= ITEMS && (q.seen & 1U << item) == 0);
    q.seen |= 1U << item;
    q.got_count++;
}

static int put_from_outside(void *arg)
{
    (void)arg;
    while (q.put_count < ITEMS) {
        int item = q.put_count + 1;
        int rc = 0;

        sb_event_clear(&q.notified);
        if (sb_threadsafe_queue_try_put(&q.queue, &item) == 0)
            q.put_count++;
        else
            rc = sb_event_wait(&q.notified);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* One of two: it takes one item, the other two. */
static int get_in_loop(void *arg)
{
    int n = *(int *)arg;

    while (q.taken_counts[n] <= n) {
        int item = 0;
        int rc = sb_threadsafe_queue_get(&q.queue, &item);

        if (rc < 0)
            return rc;
        note_item(item);
        q.taken_counts[n]++;
    }
    return 0;
}

static int put_in_loop(void *arg)
{
    (void)arg;
    while (q.put_count < ITEMS) {
        int item = ++q.put_count;
        int rc = sb_threadsafe_queue_put(&q.queue, &item);

        if (rc < 0) {
            q.put_count--;
            return rc;
        }
    }
    return 0;
}

static int get_outside(void *arg)
{
    (void)arg;
    while (q.got_count < ITEMS) {
        int item;
        int rc = 0;

        sb_event_clear(&q.notified);
        if (sb_threadsafe_queue_try_get(&q.queue, &item) == 0)
            note_item(item);
        else
            rc = sb_event_wait(&q.notified);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void queue_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(q.got_count, ITEMS);
    SB_EXPECT_INT(sb_threadsafe_queue_count(&q.queue), 0);
    EXPECT_NOBODY_WAITS(&q.queue.waiters);
}

static struct queue_kind into_loop = {SB_QUEUE_INTO_LOOP, 1};
static struct queue_kind into_loop_of_two = {SB_QUEUE_INTO_LOOP, 2};
static struct queue_kind out_of_loop = {SB_QUEUE_OUT_OF_LOOP, 1};

static const struct sb_trial_task into_tasks[] = {
    {.name = "a", .fn = get_in_loop, .arg = &numbers[0], .then = get_in_loop},
    {.name = "outside", .fn = put_from_outside, .then = put_from_outside},
    {.name = "b", .fn = get_in_loop, .arg = &numbers[1], .then = get_in_loop},
};

static const struct sb_trial_task out_of_tasks[] = {
    {.name = "putter", .fn = put_in_loop, .then = put_in_loop},
    {.name = "outside", .fn = get_outside, .then = get_outside},
};

/* ---- triggers */

static struct {
    struct sb_delay delay;
    struct sb_delay_trigger trigger;
    int elapsed_count;
} d;

static void note_elapsed(void *arg)
{
    (void)arg;
    d.elapsed_count++;
}

static int delay_set_up(void *arg)
{
    (void)arg;
    memset(&d, 0, sizeof(d));
    sb_delay_init(&d.delay, note_elapsed, NULL);
    sb_delay_trigger_init(&d.trigger, &d.delay);
    return sb_delay_set_duration_ms(&d.delay, 2);
}

static int delay_tear_down(void *arg)
{
    (void)arg;
    sb_delay_trigger_deinit(&d.trigger);
    return 0;
}

static int wait_delay(void *arg)
{
    (void)arg;
    return sb_delay_wait(&d.delay);
}

static int trigger(void *arg)
{
    int rc = sb_yield();

    (void)arg;
    sb_delay_trigger_post(&d.trigger);
    return rc;
}

static void delay_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(d.elapsed_count, 1);
    EXPECT_NOBODY_WAITS(&d.delay.waiters);
}

static const struct sb_trial_task trigger_tasks[] = {
    {.name = "a", .fn = wait_delay, .then = wait_delay},
    {.name = "outside", .fn = trigger},
    {.name = "b", .fn = wait_delay},
};

/* ---- workers */

static struct {
    struct sb_work work[2];
    bool is_taken[2]; /* the work's memory is the task's, or the worker's */
    int run_count;
    int release_count;
    int abandoned_count;
} k;

static int do_work(void *arg)
{
    SB_EXPECT(k.is_taken[*(int *)arg]);
    k.run_count++;
    return 40 + *(int *)arg;
}

static void release(struct sb_work *work)
{
    SB_EXPECT(k.is_taken[work - k.work]);
    k.is_taken[work - k.work] = false;
    k.release_count++;
}

static int work_set_up(void *arg)
{
    (void)arg;
    memset(&k, 0, sizeof(k));
    return 0;
}

/* The memory is the task's stack: nothing of it may be in use when it returns. */
static int run_work(void *arg)
{
    int n = *(int *)arg;
    struct sb_work work = {.fn = do_work, .arg = arg};
    int rc;

    k.is_taken[n] = true;
    rc = sb_work_run(&work);
    k.is_taken[n] = false;
    SB_EXPECT(rc < 0 || (work.was_run && work.result == 40 + n));
    return rc;
}

static int run_and_abandon(void *arg)
{
    int n = *(int *)arg;
    int rc;

    k.work[n] = (struct sb_work){.fn = do_work, .arg = arg, .release = release};
    k.is_taken[n] = true;
    rc = sb_work_run(&k.work[n]);
    if (rc < 0) {
        k.abandoned_count++;
        return rc;
    }
    SB_EXPECT_INT(k.work[n].result, 40 + n);
    SB_EXPECT(k.is_taken[n]);
    k.is_taken[n] = false;
    return 0;
}

/* What was abandoned is released when it has ended. */
static int let_turn(void *arg)
{
    (void)arg;
    return sb_sleep_ms(3);
}

/* A pool whose jobs begin after a millisecond and have ended after another. */
static struct pool_job {
    struct sb_timer timer;
    struct sb_work *work;
    bool has_begun;
    bool is_taken_back;
} jobs[2];

static void on_job(struct sb_timer *timer, void *arg)
{
    struct pool_job *job = arg;
    struct sb_work *work = job->work;

    if (!job->has_begun && !job->is_taken_back) {
        job->has_begun = true;
        sb_timer_start_ns(timer, SB_MS_NS);
        return;
    }
    if (!job->is_taken_back)
        sb_work_execute(work);
    job->work = NULL;
    sb_work_end(work);
}

static int pool_submit(struct sb_workers *workers, struct sb_work *work)
{
    struct pool_job *job = jobs[0].work == NULL ? &jobs[0] : &jobs[1];

    (void)workers;
    SB_EXPECT(job->work == NULL);
    *job = (struct pool_job){.work = work};
    sb_timer_init(&job->timer, on_job, job);
    sb_timer_start_ns(&job->timer, SB_MS_NS);
    return 0;
}

static void pool_cancel(struct sb_workers *workers, struct sb_work *work)
{
    struct pool_job *job = jobs[0].work == work ? &jobs[0] : &jobs[1];

    (void)workers;
    if (job->has_begun)
        return;
    job->is_taken_back = true;
    sb_timer_start_ns(&job->timer, 0);
}

static struct sb_workers pool = {
    .ops = &(const struct sb_workers_ops){.submit = pool_submit, .cancel = pool_cancel}};

static int pool_set_up(void *arg)
{
    memset(jobs, 0, sizeof(jobs));
    sb_loop_current()->workers = &pool;
    return work_set_up(arg);
}

static int pool_tear_down(void *arg)
{
    (void)arg;
    sb_loop_current()->workers = NULL;
    return 0;
}

static void work_check(void *arg)
{
    (void)arg;
    SB_EXPECT(!k.is_taken[0] && !k.is_taken[1]);
    SB_EXPECT_INT(k.release_count, k.abandoned_count);
}

static const struct sb_trial_task work_tasks[] = {
    {.name = "a", .fn = run_work, .arg = &numbers[0]},
    {.name = "b", .fn = run_work, .arg = &numbers[1]},
};

static const struct sb_trial_task abandoned_tasks[] = {
    {.name = "a", .fn = run_and_abandon, .arg = &numbers[0], .then = let_turn},
    {.name = "b", .fn = run_and_abandon, .arg = &numbers[1], .then = let_turn},
};

/* ---- ring of bytes */

#define BYTES 8

static struct {
    struct sb_byte_ring ring;
    uint8_t in[3];
    uint8_t written_count;
    uint8_t read_count;
} r;

static int ring_set_up(void *arg)
{
    (void)arg;
    memset(&r, 0, sizeof(r));
    sb_byte_ring_init(&r.ring, &(struct sb_byte_ring_config){
                                   .name = "ring", .in = r.in, .in_size = sizeof(r.in)});
    return 0;
}

static int write_from_outside(void *arg)
{
    int rc = 0;

    (void)arg;
    while (r.written_count < BYTES && rc == 0) {
        uint8_t bytes[] = {r.written_count, (uint8_t)(r.written_count + 1)};
        size_t left = (size_t)(BYTES - r.written_count);
        size_t size = sb_byte_ring_write(&r.ring, bytes, left < 2 ? left : 2);

        r.written_count = (uint8_t)(r.written_count + size);
        rc = size == 0 ? sb_sleep_ms(1) : sb_yield();
    }
    if (rc == 0)
        sb_byte_ring_end(&r.ring);
    return rc;
}

static int read_two_by_two(void *arg)
{
    uint8_t bytes[2];
    int rc;

    (void)arg;
    while ((rc = sb_stream_read_exactly(&r.ring.stream, bytes, 2)) == 2)
        for (int i = 0; i < 2; i++)
            SB_EXPECT_INT(bytes[i], r.read_count++);
    return rc == -EPIPE ? 0 : rc;
}

static void ring_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(r.read_count, BYTES);
    SB_EXPECT_INT(sb_byte_ring_room(&r.ring), sizeof(r.in));
    EXPECT_NOBODY_WAITS(&r.ring.stream.reader);
    sb_stream_close(&r.ring.stream);
}

static const struct sb_trial_task ring_tasks[] = {
    {.name = "reader", .fn = read_two_by_two, .then = read_two_by_two},
    {.name = "outside", .fn = write_from_outside, .then = write_from_outside},
};

const struct trial_test outside_trials[] = {
    {
        .name = "each_set_of_a_flag_lets_one_task_pass",
        .trial = {TASKS(flag_tasks), .set_up = flag_set_up, .tear_down = flag_tear_down,
                  .check = flag_check},
    },
    {
        .name = "the_last_value_of_a_message_is_never_missed",
        .trial = {TASKS(message_tasks), .set_up = message_set_up, .tear_down = message_tear_down,
                  .check = message_check},
    },
    {
        .name = "a_threadsafe_event_releases_all_who_wait",
        .trial = {TASKS(event_tasks), .set_up = event_set_up, .tear_down = event_tear_down,
                  .check = event_check},
    },
    {
        .name = "a_queue_into_the_loop_loses_and_doubles_no_item",
        .trial = {TASKS(into_tasks), .set_up = queue_set_up, .tear_down = queue_tear_down,
                  .check = queue_check, .arg = &into_loop},
    },
    {
        .name = "a_queue_of_two_into_the_loop_loses_and_doubles_no_item",
        .trial = {TASKS(into_tasks), .set_up = queue_set_up, .tear_down = queue_tear_down,
                  .check = queue_check, .arg = &into_loop_of_two},
    },
    {
        .name = "a_queue_out_of_the_loop_loses_and_doubles_no_item",
        .trial = {TASKS(out_of_tasks), .set_up = queue_set_up, .tear_down = queue_tear_down,
                  .check = queue_check, .arg = &out_of_loop},
    },
    {
        .name = "a_triggered_delay_elapses_once",
        .trial = {TASKS(trigger_tasks), .set_up = delay_set_up, .tear_down = delay_tear_down,
                  .check = delay_check},
    },
    {
        .name = "a_worker_is_done_with_a_task_s_memory_when_it_returns",
        .trial = {TASKS(work_tasks), .set_up = work_set_up, .check = work_check},
    },
    {
        .name = "an_abandoned_work_is_released_once",
        .trial = {TASKS(abandoned_tasks), .set_up = work_set_up, .check = work_check},
    },
    {
        .name = "a_worker_of_a_pool_is_done_with_a_task_s_memory_when_it_returns",
        .trial = {TASKS(work_tasks), .set_up = pool_set_up, .tear_down = pool_tear_down,
                  .check = work_check},
    },
    {
        .name = "a_work_that_a_pool_was_left_with_is_released_once",
        .trial = {TASKS(abandoned_tasks), .set_up = pool_set_up, .tear_down = pool_tear_down,
                  .check = work_check},
    },
    {
        .name = "a_ring_of_bytes_loses_and_doubles_none",
        .trial = {TASKS(ring_tasks), .set_up = ring_set_up, .check = ring_check},
    },
    {.name = NULL},
};
