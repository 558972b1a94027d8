/* SPDX-License-Identifier: MIT */
/*
 * Trials of waits that are made of others: for one of several things or for all, for the end of tasks, with a time
 * limit; and of what waits for nothing but time.
 */
#include "tests/trial_rig.h"

#include <errno.h>
#include <string.h>

#include "lib/delay.h"
#include "lib/event.h"
#include "lib/gather.h"
#include "lib/group.h"
#include "lib/lock.h"
#include "lib/queue.h"
#include "lib/semaphore.h"
#include "lib/ticker.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

static int numbers[] = {0, 1, 2};

/* ---- one of several, all of several */

static struct {
    struct sb_queue queue;
    int items[1];
    struct sb_queue full;
    int full_items[1];
    struct sb_semaphore semaphore;
    struct sb_lock lock;
    struct sb_event event;
    int put_count;
    int got_count;
    int sent_count; /* into the full queue */
    int read_count; /* from there */
    int acquired_count;
    int released_count;
} w;

static int w_set_up(void *arg)
{
    int item = 0;

    (void)arg;
    memset(&w, 0, sizeof(w));
    sb_queue_init(&w.queue, w.items, sizeof(int), 1);
    sb_queue_init(&w.full, w.full_items, sizeof(int), 1);
    sb_queue_try_put(&w.full, &item);
    sb_lock_init(&w.lock);
    sb_event_init(&w.event);
    return sb_semaphore_init(&w.semaphore, 0);
}

/* What has happened of the cases is the waiter's: it notes that, and gives the lock back. */
static void account(const struct sb_case cases[4])
{
    w.got_count += cases[0].is_done;
    w.acquired_count += cases[1].is_done;
    SB_EXPECT(cases[2].is_done == (w.lock.owner == sb_task_current()));
    if (cases[2].is_done)
        SB_EXPECT_INT(sb_lock_release(&w.lock), 0);
    w.sent_count += cases[3].is_done;
}

static int wait_any_twice(void *arg)
{
    (void)arg;
    for (int i = 0; i < 2; i++) {
        int item;
        int more = 7;
        struct sb_case cases[] = {sb_queue_get_case(&w.queue, &item),
                                  sb_semaphore_case(&w.semaphore), sb_lock_case(&w.lock),
                                  sb_queue_put_case(&w.full, &more)};
        int rc = sb_wait_any(cases, 4);

        for (int c = 0; c < 4; c++)
            SB_EXPECT(cases[c].is_done == (c == rc));
        account(cases);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int wait_all_once(void *arg)
{
    int item;
    int more = 7;
    struct sb_case cases[] = {sb_queue_get_case(&w.queue, &item), sb_semaphore_case(&w.semaphore),
                              sb_lock_case(&w.lock), sb_queue_put_case(&w.full, &more)};
    int rc = sb_wait_all(cases, 4);

    (void)arg;
    SB_EXPECT(rc != 0 ||
              (cases[0].is_done && cases[1].is_done && cases[2].is_done && cases[3].is_done));
    account(cases);
    return rc;
}

/* (an item or the semaphore) and (room or the event). */
static int wait_nested(void *arg)
{
    int item;
    int more = 7;
    struct sb_case cases[] = {sb_queue_get_case(&w.queue, &item), sb_semaphore_case(&w.semaphore),
                              sb_event_case(&w.event), sb_queue_put_case(&w.full, &more)};
    struct sb_case pairs[] = {sb_any_case(&cases[0], 2), sb_any_case(&cases[2], 2)};
    int rc = sb_wait_all(pairs, 2);

    (void)arg;
    SB_EXPECT(rc != 0 ||
              (cases[0].is_done != cases[1].is_done && cases[2].is_done != cases[3].is_done));
    w.got_count += cases[0].is_done;
    w.acquired_count += cases[1].is_done;
    w.sent_count += cases[3].is_done;
    return rc;
}

/* An item comes, and a release. */
static int give(void *arg)
{
    int item = 1;
    int rc = sb_yield();

    (void)arg;
    if (rc == 0 && w.put_count == 0) {
        rc = sb_queue_put(&w.queue, &item);
        w.put_count += rc == 0;
    }
    if (rc == 0 && w.released_count == 0) {
        SB_EXPECT_INT(sb_semaphore_release(&w.semaphore), 0);
        w.released_count++;
    }
    return rc;
}

static int give_under_lock(void *arg)
{
    int rc = sb_lock_acquire(&w.lock);

    if (rc < 0)
        return rc;
    rc = give(arg);
    SB_EXPECT_INT(sb_lock_release(&w.lock), 0);
    return rc;
}

static int hold_lock(void *arg)
{
    int rc = sb_lock_acquire(&w.lock);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = sb_yield();
    SB_EXPECT_INT(sb_lock_release(&w.lock), 0);
    return rc;
}

static int make_room(void *arg)
{
    int item;
    int rc = sb_queue_get(&w.full, &item);

    (void)arg;
    w.read_count += rc == 0;
    sb_event_set(&w.event);
    return rc;
}

/* Goes on where it was cut short. */
static int make_room_after_all(void *arg)
{
    return w.read_count > 0 ? 0 : make_room(arg);
}

static void w_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(w.put_count, w.got_count + (int)w.queue.count);
    SB_EXPECT_INT(w.released_count, w.acquired_count + w.semaphore.count);
    SB_EXPECT(!sb_lock_is_locked(&w.lock));
    SB_EXPECT_INT(1 + w.sent_count, w.read_count + (int)w.full.count);
    EXPECT_NOBODY_WAITS(&w.queue.getters);
    EXPECT_NOBODY_WAITS(&w.full.putters);
    EXPECT_NOBODY_WAITS(&w.semaphore.waiters);
    EXPECT_NOBODY_WAITS(&w.lock.waiters);
    EXPECT_NOBODY_WAITS(&w.event.waiters);
}

static const struct sb_trial_task any_tasks[] = {
    {.name = "waiter", .fn = wait_any_twice},
    {.name = "giver", .fn = give_under_lock, .then = give_under_lock},
    {.name = "reader", .fn = make_room, .then = make_room_after_all},
};

static const struct sb_trial_task all_tasks[] = {
    {.name = "waiter", .fn = wait_all_once},
    {.name = "holder", .fn = hold_lock},
    {.name = "giver", .fn = give, .then = give},
    {.name = "reader", .fn = make_room, .then = make_room_after_all},
};

static const struct sb_trial_task nested_tasks[] = {
    {.name = "waiter", .fn = wait_nested},
    {.name = "giver", .fn = give_under_lock, .then = give_under_lock},
    {.name = "reader", .fn = make_room, .then = make_room_after_all},
};

/* ---- a deadline beside an event that comes in the same instant, and sleeps */

static int wait_event_or_deadline(void *arg)
{
    struct sb_case cases[] = {sb_event_case(&w.event), sb_deadline_case(2 * SB_MS_NS)};
    int rc = sb_wait_any(cases, 2);

    (void)arg;
    SB_EXPECT(rc < 0 || cases[rc].is_done);
    SB_EXPECT(rc != 1 || sb_now_ns() >= 2 * SB_MS_NS);
    return rc;
}

static int set_event_at_two(void *arg)
{
    int rc = sb_sleep_ms(2);

    sb_event_set(&w.event);
    (void)arg;
    return rc;
}

static int sleep_and_settle(void *arg)
{
    int rc = sb_sleep_until_ns(2 * SB_MS_NS);

    (void)arg;
    if (rc == 0)
        rc = sb_settle();
    SB_EXPECT(rc < 0 || sb_event_is_set(&w.event));
    return rc;
}

static const struct sb_trial_task deadline_tasks[] = {
    {.name = "waiter", .fn = wait_event_or_deadline},
    {.name = "setter", .fn = set_event_at_two},
    {.name = "observer", .fn = sleep_and_settle},
};

/* ---- the end of tasks */

static struct {
    struct sb_task child;
    int ended_count;
    int begun_count;
} family;

static int family_set_up(void *arg)
{
    (void)arg;
    memset(&family, 0, sizeof(family));
    return 0;
}

static int live(void *arg)
{
    int rc;

    (void)arg;
    family.begun_count++;
    rc = sb_sleep_ms(1);
    family.ended_count++;
    return rc < 0 ? rc : 5;
}

static int family_set_up_child(void *arg)
{
    family_set_up(arg);
    return sb_spawn(&family.child, "child", live, NULL);
}

static int join_child(void *arg)
{
    int result = -1;
    int rc = sb_join(&family.child, &result);

    (void)arg;
    SB_EXPECT_INT(result, rc == 0 ? 5 : -1);
    return rc;
}

static int join_child_as_case(void *arg)
{
    struct sb_case cases[] = {sb_task_case(&family.child), sb_deadline_case(SB_S_NS)};
    int rc = sb_wait_any(cases, 2);

    (void)arg;
    SB_EXPECT(rc < 0 || (rc == 0 && family.child.result == 5));
    return rc;
}

/* A cancel of who joins is nothing to the child. */
static void child_check(void *arg)
{
    (void)arg;
    SB_EXPECT(sb_task_is_finished(&family.child));
    SB_EXPECT_INT(family.child.result, 5);
    EXPECT_NOBODY_WAITS(&family.child.joiners);
}

static const struct sb_trial_task join_tasks[] = {
    {.name = "a", .fn = join_child},
    {.name = "b", .fn = join_child_as_case},
    {.name = "c", .fn = join_child},
};

static int run_group(void *arg)
{
    struct sb_group group;
    struct sb_task tasks[3];
    int count = *(int *)arg;
    int rc;

    sb_group_init(&group);
    for (int i = 0; i < count; i++)
        sb_group_spawn(&group, &tasks[i], "child", live, NULL);
    rc = sb_group_wait(&group);
    SB_EXPECT_INT(family.begun_count, count);
    SB_EXPECT_INT(family.ended_count, count);
    for (int i = 0; i < count; i++)
        SB_EXPECT(tasks[i].result == 5 || rc < 0);
    return rc;
}

static int fail(void *arg)
{
    int rc = sb_yield();

    (void)arg;
    family.begun_count++;
    family.ended_count++;
    return rc < 0 ? rc : -EIO;
}

static int gather_two(void *arg)
{
    struct sb_job jobs[] = {{.fn = live}, {.fn = live}};
    int rc = sb_gather(jobs, 2);

    (void)arg;
    SB_EXPECT_INT(family.begun_count, family.ended_count);
    SB_EXPECT(rc < 0 || (jobs[0].result == 5 && jobs[1].result == 5));
    return rc;
}

static int gather_failing(void *arg)
{
    struct sb_job jobs[] = {{.fn = live}, {.fn = fail}, {.fn = live}};
    int rc = sb_gather(jobs, 3);

    (void)arg;
    SB_EXPECT_INT(family.begun_count, family.ended_count);
    SB_EXPECT(rc < 0);
    return rc;
}

static int gather_all_failing(void *arg)
{
    struct sb_job jobs[] = {{.fn = live}, {.fn = fail}};
    int rc = sb_gather_all(jobs, 2);

    (void)arg;
    SB_EXPECT_INT(family.begun_count, family.ended_count);
    SB_EXPECT(rc < 0 || (rc == 1 && jobs[0].result == 5 && jobs[1].result == -EIO));
    return rc;
}

static int race_two(void *arg)
{
    struct sb_job jobs[] = {{.fn = live}, {.fn = fail}};
    int rc = sb_race(jobs, 2);

    (void)arg;
    SB_EXPECT_INT(family.begun_count, family.ended_count);
    SB_EXPECT(rc < 0 || rc == 1);
    return rc;
}

static const int io_error[] = {-EIO, 0};

static const struct sb_trial_task group_tasks[] = {
    {.name = "parent", .fn = run_group, .arg = &numbers[2]}};
static const struct sb_trial_task gather_tasks[] = {{.name = "parent", .fn = gather_two}};
static const struct sb_trial_task gather_failing_tasks[] = {
    {.name = "parent", .fn = gather_failing, .errors = io_error}};
static const struct sb_trial_task gather_all_tasks[] = {
    {.name = "parent", .fn = gather_all_failing}};
static const struct sb_trial_task race_tasks[] = {{.name = "parent", .fn = race_two}};

/* ---- limits and shields */

static int nap(void *arg)
{
    const int *ms = arg;

    return sb_sleep_ms(*ms);
}

/* Three scopes in each other, of which the middle one's time is up first; then one in a shield. */
static int nested_scopes(void *arg)
{
    struct sb_timeout outer;
    struct sb_timeout inner;
    int rc;
    int late;

    (void)arg;
    sb_timeout_begin_ms(&outer, 20);
    sb_timeout_begin_ms(&inner, 2);
    rc = sb_wait_for_ms(10, nap, &(int){5});
    SB_EXPECT(rc == -ETIMEDOUT || rc == -ECANCELED);
    rc = sb_timeout_end(&inner, rc);
    SB_EXPECT(rc == -ETIMEDOUT || rc == -ECANCELED);
    sb_shield_begin();
    late = sb_wait_for_ms(1, nap, &(int){1000});
    SB_EXPECT_INT(late, -ETIMEDOUT);
    late = sb_sleep_ms(1);
    SB_EXPECT_INT(late, 0);
    sb_shield_end();
    rc = sb_sleep_ms(1);
    return sb_timeout_end(&outer, rc);
}

static const struct sb_trial_task scope_tasks[] = {{.name = "body", .fn = nested_scopes}};

/* ---- tickers and delays */

static struct {
    struct sb_ticker ticker;
    struct sb_delay delay;
    int tick_count;
    int elapsed_count;
    int waited_count;
} t;

static void note_elapsed(void *arg)
{
    (void)arg;
    t.elapsed_count++;
}

static int ticker_set_up(void *arg)
{
    (void)arg;
    memset(&t, 0, sizeof(t));
    sb_delay_init(&t.delay, note_elapsed, NULL);
    return sb_ticker_init_ms(&t.ticker, 2);
}

static int tick(void *arg)
{
    (void)arg;
    while (t.tick_count < 3) {
        int rc = sb_ticker_wait(&t.ticker);

        if (rc < 0)
            return rc;
        t.tick_count += rc;
        SB_EXPECT_INT(sb_now_ns() / (2 * SB_MS_NS), t.tick_count);
        SB_EXPECT_INT(t.ticker.deadline_ns, (t.tick_count + 1) * 2 * SB_MS_NS);
    }
    return 0;
}

static const struct sb_trial_task ticker_tasks[] = {
    {.name = "ticker", .fn = tick, .then = tick},
    {.name = "sleeper", .fn = nap, .arg = &numbers[2]},
};

static int wait_delay(void *arg)
{
    int rc = sb_delay_wait(&t.delay);

    (void)arg;
    SB_EXPECT(rc < 0 || t.elapsed_count > 0);
    t.waited_count += rc == 0;
    return rc;
}

/* Retriggers it once before it would elapse, waits for its end, and once more from a new start. */
static int run_delay(void *arg)
{
    int64_t start_ns;
    int rc;

    (void)arg;
    sb_delay_start_ms(&t.delay, 2);
    rc = sb_sleep_ms(1);
    start_ns = sb_now_ns();
    sb_delay_start_ms(&t.delay, 2);
    if (rc == 0)
        rc = sb_delay_wait(&t.delay);
    if (rc < 0)
        return rc;
    SB_EXPECT_INT(sb_now_ns() - start_ns, 2 * SB_MS_NS);
    sb_delay_start_ms(&t.delay, 1);
    rc = sb_delay_wait(&t.delay);
    SB_EXPECT(rc < 0 || sb_now_ns() - start_ns == 3 * SB_MS_NS);
    return rc;
}

/* It has elapsed, or will. */
static int wait_end_of_delay(void *arg)
{
    (void)arg;
    return sb_delay_wait(&t.delay);
}

static int wait_delay_as_case(void *arg)
{
    struct sb_case cases[] = {sb_delay_case(&t.delay), sb_deadline_case(SB_S_NS)};
    int rc = sb_wait_any(cases, 2);

    (void)arg;
    SB_EXPECT(rc <= 0);
    return rc;
}

static void delay_check(void *arg)
{
    (void)arg;
    SB_EXPECT(t.elapsed_count == 1 || t.elapsed_count == 2);
    SB_EXPECT(!sb_delay_is_running(&t.delay));
    EXPECT_NOBODY_WAITS(&t.delay.waiters);
}

static const struct sb_trial_task delay_tasks[] = {
    {.name = "a", .fn = wait_delay},
    {.name = "runner", .fn = run_delay, .then = wait_end_of_delay},
    {.name = "b", .fn = wait_delay_as_case},
};

const struct trial_test wait_trials[] = {
    {
        .name = "a_wait_for_one_of_several_consumes_that_one_only",
        .trial = {TASKS(any_tasks), .set_up = w_set_up, .check = w_check},
    },
    {
        .name = "a_wait_for_all_tells_what_it_has_consumed",
        .trial = {TASKS(all_tasks), .set_up = w_set_up, .check = w_check},
    },
    {
        .name = "a_nested_wait_tells_what_it_has_consumed",
        .trial = {TASKS(nested_tasks), .set_up = w_set_up, .check = w_check},
    },
    {
        .name = "a_deadline_beside_an_event_of_the_same_instant_is_one_of_them",
        .trial = {TASKS(deadline_tasks), .set_up = w_set_up},
    },
    {
        .name = "a_cancelled_joiner_leaves_the_task_and_the_others_alone",
        .trial = {TASKS(join_tasks), .set_up = family_set_up_child, .check = child_check},
    },
    {
        .name = "a_group_has_ended_when_its_wait_returns",
        .trial = {TASKS(group_tasks), .set_up = family_set_up},
        .unwinding_limit_ns = 10 * SB_US_NS,
    },
    {
        .name = "gathering_leaves_nobody_running",
        .trial = {TASKS(gather_tasks), .set_up = family_set_up},
        .unwinding_limit_ns = 10 * SB_US_NS,
    },
    {
        .name = "gathering_with_an_error_leaves_nobody_running",
        .trial = {TASKS(gather_failing_tasks), .set_up = family_set_up},
        .unwinding_limit_ns = 10 * SB_US_NS,
    },
    {
        .name = "gathering_all_results_leaves_nobody_running",
        .trial = {TASKS(gather_all_tasks), .set_up = family_set_up},
        .unwinding_limit_ns = 10 * SB_US_NS,
    },
    {
        .name = "a_race_leaves_nobody_running",
        .trial = {TASKS(race_tasks), .set_up = family_set_up},
        .unwinding_limit_ns = 10 * SB_US_NS,
    },
    {
        .name = "nested_scopes_and_shields_end_with_one_reason",
        .trial = {TASKS(scope_tasks)},
    },
    {
        .name = "a_ticker_keeps_to_its_grid",
        .trial = {TASKS(ticker_tasks), .set_up = ticker_set_up},
    },
    {
        .name = "a_delay_elapses_after_its_last_start_and_releases_all",
        .trial = {TASKS(delay_tasks), .set_up = ticker_set_up, .check = delay_check},
    },
    {.name = NULL},
};
