/* SPDX-License-Identifier: MIT */
/* Trials of what tasks wait for without anything changing hands but turns: events, locks, semaphores and kin. */
#include "tests/trial_rig.h"

#include <errno.h>
#include <string.h>

#include "lib/barrier.h"
#include "lib/condition.h"
#include "lib/event.h"
#include "lib/latch.h"
#include "lib/lock.h"
#include "lib/semaphore.h"

/* ---- event */

static struct {
    struct sb_event event;
    struct sb_event ready; /* both wait, or have given up */
    int here_count;
    bool has_come[2];
} events;

static int numbers[] = {0, 1, 2};

static int event_set_up(void *arg)
{
    (void)arg;
    memset(&events, 0, sizeof(events));
    sb_event_init(&events.event);
    sb_event_init(&events.ready);
    return 0;
}

static int event_waiter(void *arg)
{
    (void)arg;
    return sb_event_wait(&events.event);
}

static int event_setter(void *arg)
{
    int rc = sb_yield();

    (void)arg;
    if (rc == 0)
        sb_event_set(&events.event);
    return rc;
}

static int event_set_now(void *arg)
{
    (void)arg;
    sb_event_set(&events.event);
    return 0;
}

static void event_check(void *arg)
{
    (void)arg;
    EXPECT_NOBODY_WAITS(&events.event.waiters);
    SB_EXPECT(sb_event_is_set(&events.event));
}

static const struct sb_trial_task event_tasks[] = {
    {.name = "a", .fn = event_waiter},
    {.name = "setter", .fn = event_setter, .then = event_set_now},
    {.name = "b", .fn = event_waiter},
};

/* Says that it is about to wait: the pulse must not come before. */
static int come(void *arg)
{
    int n = *(int *)arg;

    if (!events.has_come[n] && ++events.here_count == 2)
        sb_event_set(&events.ready);
    events.has_come[n] = true;
    return 0;
}

static int pulse_waiter(void *arg)
{
    come(arg);
    return sb_event_wait(&events.event);
}

static int pulser(void *arg)
{
    int rc = sb_event_wait(&events.ready);

    (void)arg;
    if (rc == 0)
        sb_event_pulse(&events.event);
    return rc;
}

static void pulse_check(void *arg)
{
    (void)arg;
    EXPECT_NOBODY_WAITS(&events.event.waiters);
    SB_EXPECT(!sb_event_is_set(&events.event));
}

static const struct sb_trial_task pulse_tasks[] = {
    {.name = "a", .fn = pulse_waiter, .arg = &numbers[0], .then = come},
    {.name = "b", .fn = pulse_waiter, .arg = &numbers[1], .then = come},
    {.name = "pulser", .fn = pulser, .then = pulser},
};

/* ---- lock */

static struct {
    struct sb_lock lock;
    struct tickets tickets;
    bool is_inside;
} locks;

static int lock_set_up(void *arg)
{
    (void)arg;
    memset(&locks, 0, sizeof(locks));
    sb_lock_init(&locks.lock);
    return 0;
}

static int lock_once(void)
{
    unsigned ticket = ticket_take(&locks.tickets);
    int rc = sb_lock_acquire(&locks.lock);

    if (rc < 0)
        return rc;
    ticket_show(&locks.tickets, ticket);
    SB_EXPECT(locks.lock.owner == sb_task_current());
    SB_EXPECT(!locks.is_inside);
    locks.is_inside = true;
    rc = sb_yield();
    locks.is_inside = false;
    SB_EXPECT_INT(sb_lock_release(&locks.lock), 0);
    return rc;
}

static int lock_twice(void *arg)
{
    int rc = lock_once();

    (void)arg;
    return rc < 0 ? rc : lock_once();
}

static int lock_after_a_while(void *arg)
{
    int rc = sb_yield();

    (void)arg;
    return rc < 0 ? rc : lock_once();
}

static void lock_check(void *arg)
{
    (void)arg;
    SB_EXPECT(!sb_lock_is_locked(&locks.lock));
    EXPECT_NOBODY_WAITS(&locks.lock.waiters);
}

static const struct sb_trial_task lock_tasks[] = {
    {.name = "a", .fn = lock_twice},
    {.name = "b", .fn = lock_after_a_while},
    {.name = "c", .fn = lock_twice},
};

/* ---- semaphores */

static struct {
    struct sb_semaphore semaphore;
    int inside_count;
    int released_count;
    int acquired_count;
} semaphores;

static int semaphore_set_up(void *arg)
{
    (void)arg;
    memset(&semaphores, 0, sizeof(semaphores));
    return sb_semaphore_init(&semaphores.semaphore, 2);
}

static int bounded_set_up(void *arg)
{
    (void)arg;
    memset(&semaphores, 0, sizeof(semaphores));
    return sb_semaphore_init_bounded(&semaphores.semaphore, 2);
}

static int semaphore_once(void)
{
    struct queueing before;
    int rc;

    queue_up(&before, &semaphores.semaphore.waiters);
    rc = sb_semaphore_acquire(&semaphores.semaphore);
    if (rc < 0)
        return rc;
    expect_no_barging(&before);
    SB_EXPECT(++semaphores.inside_count <= 2);
    rc = sb_yield();
    semaphores.inside_count--;
    SB_EXPECT_INT(sb_semaphore_release(&semaphores.semaphore), 0);
    return rc;
}

static int semaphore_twice(void *arg)
{
    int rc = semaphore_once();

    (void)arg;
    return rc < 0 ? rc : semaphore_once();
}

static int semaphore_user(void *arg)
{
    (void)arg;
    return semaphore_once();
}

static void semaphore_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(semaphores.semaphore.count, 2);
    EXPECT_NOBODY_WAITS(&semaphores.semaphore.waiters);
}

static void bounded_check(void *arg)
{
    semaphore_check(arg);
    SB_EXPECT_INT(sb_semaphore_release(&semaphores.semaphore), -EOVERFLOW);
}

static const struct sb_trial_task semaphore_tasks[] = {
    {.name = "a", .fn = semaphore_twice},
    {.name = "b", .fn = semaphore_user},
    {.name = "c", .fn = semaphore_twice},
    {.name = "d", .fn = semaphore_user},
};

/* As a signal: one task releases what others acquire. */
static int signal_set_up(void *arg)
{
    (void)arg;
    memset(&semaphores, 0, sizeof(semaphores));
    return sb_semaphore_init(&semaphores.semaphore, 0);
}

static int signal_acquire(void *arg)
{
    int rc = sb_semaphore_acquire(&semaphores.semaphore);

    (void)arg;
    if (rc == 0)
        semaphores.acquired_count++;
    return rc;
}

/* Three, of which one stays. */
static int signal_release(void *arg)
{
    (void)arg;
    while (semaphores.released_count < 3) {
        SB_EXPECT_INT(sb_semaphore_release(&semaphores.semaphore), 0);
        semaphores.released_count++;
        int rc = sb_yield();
        if (rc < 0)
            return rc;
    }
    return 0;
}

static void signal_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(semaphores.semaphore.count + semaphores.acquired_count, 3);
    EXPECT_NOBODY_WAITS(&semaphores.semaphore.waiters);
}

static const struct sb_trial_task signal_tasks[] = {
    {.name = "a", .fn = signal_acquire},
    {.name = "b", .fn = signal_acquire},
    {.name = "releaser", .fn = signal_release, .then = signal_release},
};

/* ---- condition */

static struct {
    struct sb_lock lock;
    struct sb_condition condition;
    int item_count;
    int made_count;
    int taken_count;
    bool is_closed;
} store;

static int store_set_up(void *arg)
{
    (void)arg;
    memset(&store, 0, sizeof(store));
    sb_lock_init(&store.lock);
    sb_condition_init(&store.condition, &store.lock);
    return 0;
}

static bool is_served(void *arg)
{
    (void)arg;
    return store.item_count > 0 || store.is_closed;
}

/* Takes the one item, or hears that somebody else has; who takes it tells the others. */
static int store_taker(void *arg)
{
    int rc = sb_lock_acquire(&store.lock);

    (void)arg;
    if (rc < 0)
        return rc;
    rc = sb_condition_wait_for(&store.condition, is_served, NULL);
    SB_EXPECT(store.lock.owner == sb_task_current());
    if (rc == 0 && store.item_count > 0) {
        store.item_count--;
        store.taken_count++;
        store.is_closed = true;
        SB_EXPECT_INT(sb_condition_notify_all(&store.condition), 0);
    }
    SB_EXPECT_INT(sb_lock_release(&store.lock), 0);
    return rc;
}

static int store_maker(void *arg)
{
    int rc = sb_lock_acquire(&store.lock);

    (void)arg;
    if (rc < 0)
        return rc;
    if (store.made_count == 0) {
        store.made_count++;
        store.item_count++;
        SB_EXPECT_INT(sb_condition_notify(&store.condition, 1), 0);
    }
    rc = sb_yield(); /* still under the lock */
    SB_EXPECT_INT(sb_lock_release(&store.lock), 0);
    return rc;
}

static void store_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(store.made_count, store.taken_count + store.item_count);
    SB_EXPECT(!sb_lock_is_locked(&store.lock));
    EXPECT_NOBODY_WAITS(&store.lock.waiters);
    EXPECT_NOBODY_WAITS(&store.condition.waiters);
}

static const struct sb_trial_task store_tasks[] = {
    {.name = "a", .fn = store_taker},
    {.name = "b", .fn = store_taker},
    {.name = "maker", .fn = store_maker, .then = store_maker},
};

/* The same, but the waits are single, and so many are notified. */
static int store_waiter(void *arg)
{
    int rc = sb_lock_acquire(&store.lock);

    (void)arg;
    if (rc < 0)
        return rc;
    while (!store.is_closed && rc == 0) {
        rc = sb_condition_wait(&store.condition);
        SB_EXPECT(store.lock.owner == sb_task_current());
    }
    SB_EXPECT_INT(sb_lock_release(&store.lock), 0);
    return rc;
}

static int store_closer(void *arg)
{
    int rc = sb_lock_acquire(&store.lock);

    (void)arg;
    if (rc < 0)
        return rc;
    store.is_closed = true;
    SB_EXPECT_INT(sb_condition_notify(&store.condition, 2), 0);
    return sb_lock_release(&store.lock);
}

static const struct sb_trial_task close_tasks[] = {
    {.name = "a", .fn = store_waiter},
    {.name = "closer", .fn = store_closer, .then = store_closer},
    {.name = "b", .fn = store_waiter},
};

/* ---- barrier */

#define ROUNDS 2

static struct {
    struct sb_barrier barrier;
    int opened_count;
    int inside_count;
    int passed_counts[3];
} rounds;

static int note_opening(void *arg)
{
    (void)arg;
    rounds.opened_count++;
    SB_EXPECT_INT(rounds.inside_count, 3);
    return 0;
}

static int barrier_set_up(void *arg)
{
    (void)arg;
    memset(&rounds, 0, sizeof(rounds));
    return sb_barrier_init(&rounds.barrier, 3, note_opening, NULL);
}

/* All rounds that are left to it: what was cut short is done over. */
static int barrier_party(void *arg)
{
    int *passed_count = &rounds.passed_counts[*(int *)arg];

    while (*passed_count < ROUNDS) {
        int rc;

        rounds.inside_count++;
        rc = sb_barrier_wait(&rounds.barrier);
        rounds.inside_count--;
        if (rc < 0)
            return rc;
        ++*passed_count;
        SB_EXPECT(*passed_count <= rounds.opened_count);
    }
    return 0;
}

static void barrier_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(rounds.opened_count, ROUNDS);
    SB_EXPECT(!sb_barrier_is_busy(&rounds.barrier));
    EXPECT_NOBODY_WAITS(&rounds.barrier.waiters);
}

/* One party arrives without waiting, once a round and not before the others have passed the last one. */
static struct sb_event round_is_over;

static int arriving_set_up(void *arg)
{
    (void)arg;
    memset(&rounds, 0, sizeof(rounds));
    sb_event_init(&round_is_over);
    return sb_barrier_init(&rounds.barrier, 3, NULL, NULL);
}

static int waiting_party(void *arg)
{
    int *passed_count = &rounds.passed_counts[*(int *)arg];

    while (*passed_count < ROUNDS) {
        int rc = sb_barrier_wait(&rounds.barrier);

        if (rc < 0)
            return rc;
        ++*passed_count;
        SB_EXPECT(*passed_count <= rounds.opened_count);
        sb_event_set(&round_is_over);
    }
    return 0;
}

static int arriving_party(void *arg)
{
    (void)arg;
    while (rounds.opened_count < ROUNDS) {
        int rc = 0;

        sb_event_clear(&round_is_over);
        if (rounds.passed_counts[0] < rounds.opened_count ||
            rounds.passed_counts[1] < rounds.opened_count)
            rc = sb_event_wait(&round_is_over);
        if (rc < 0)
            return rc;
        if (rounds.passed_counts[0] < rounds.opened_count ||
            rounds.passed_counts[1] < rounds.opened_count)
            continue;
        rounds.opened_count++; /* by this arrival, or that of another after it */
        rc = sb_barrier_arrive(&rounds.barrier);
        SB_EXPECT(rc == 0 || rc == 1);
    }
    return 0;
}

static void arriving_check(void *arg)
{
    (void)arg;
    SB_EXPECT_INT(rounds.passed_counts[0], ROUNDS);
    SB_EXPECT_INT(rounds.passed_counts[1], ROUNDS);
    SB_EXPECT(!sb_barrier_is_busy(&rounds.barrier));
}

static const struct sb_trial_task arriving_tasks[] = {
    {.name = "a", .fn = waiting_party, .arg = &numbers[0], .then = waiting_party},
    {.name = "arriver", .fn = arriving_party, .then = arriving_party},
    {.name = "b", .fn = waiting_party, .arg = &numbers[1], .then = waiting_party},
};

static const struct sb_trial_task barrier_tasks[] = {
    {.name = "a", .fn = barrier_party, .arg = &numbers[0], .then = barrier_party},
    {.name = "b", .fn = barrier_party, .arg = &numbers[1], .then = barrier_party},
    {.name = "c", .fn = barrier_party, .arg = &numbers[2], .then = barrier_party},
};

/* ---- latch */

static struct {
    struct sb_latch latch;
    bool has_counted[2];
} counting;

static int latch_set_up(void *arg)
{
    (void)arg;
    memset(&counting, 0, sizeof(counting));
    return sb_latch_init(&counting.latch, 2);
}

static int latch_waiter(void *arg)
{
    int rc = sb_latch_wait(&counting.latch);

    (void)arg;
    SB_EXPECT(rc < 0 || sb_latch_is_open(&counting.latch));
    return rc;
}

static int latch_counter_now(void *arg)
{
    bool *has_counted = &counting.has_counted[*(int *)arg];

    if (!*has_counted)
        SB_EXPECT_INT(sb_latch_count_down(&counting.latch), 0);
    *has_counted = true;
    return 0;
}

static int latch_counter(void *arg)
{
    int rc = sb_yield();

    return rc < 0 ? rc : latch_counter_now(arg);
}

static void latch_check(void *arg)
{
    (void)arg;
    SB_EXPECT(sb_latch_is_open(&counting.latch));
    EXPECT_NOBODY_WAITS(&counting.latch.waiters);
}

static const struct sb_trial_task latch_tasks[] = {
    {.name = "a", .fn = latch_waiter},
    {.name = "one", .fn = latch_counter, .arg = &numbers[0], .then = latch_counter_now},
    {.name = "two", .fn = latch_counter, .arg = &numbers[1], .then = latch_counter_now},
    {.name = "b", .fn = latch_waiter},
};

const struct trial_test lock_trials[] = {
    {
        .name = "an_event_releases_all_who_wait",
        .trial = {TASKS(event_tasks), .set_up = event_set_up, .check = event_check},
    },
    {
        .name = "a_pulse_releases_all_who_wait",
        .trial = {TASKS(pulse_tasks), .set_up = event_set_up, .check = pulse_check},
    },
    {
        .name = "a_lock_goes_round_and_is_free_in_the_end",
        .trial = {TASKS(lock_tasks), .set_up = lock_set_up, .check = lock_check},
    },
    {
        .name = "a_semaphore_lets_so_many_in_and_has_all_back",
        .trial = {TASKS(semaphore_tasks), .set_up = semaphore_set_up, .check = semaphore_check},
        .disturbed_orders = {.deviation_limit = 2},
        .is_disturbed_cut = true,
    },
    {
        .name = "a_bounded_semaphore_lets_so_many_in_and_has_all_back",
        .trial = {TASKS(semaphore_tasks), .set_up = bounded_set_up, .check = bounded_check},
        .disturbed_orders = {.deviation_limit = 2},
        .is_disturbed_cut = true,
    },
    {
        .name = "a_semaphore_passes_on_each_release_once",
        .trial = {TASKS(signal_tasks), .set_up = signal_set_up, .check = signal_check},
    },
    {
        .name = "a_condition_loses_no_notify_and_holds_the_lock",
        .trial = {TASKS(store_tasks), .set_up = store_set_up, .check = store_check},
    },
    {
        .name = "a_condition_notifies_so_many",
        .trial = {TASKS(close_tasks), .set_up = store_set_up, .check = store_check},
    },
    {
        .name = "a_barrier_opens_only_when_all_are_there",
        .trial = {TASKS(barrier_tasks), .set_up = barrier_set_up, .check = barrier_check},
    },
    {
        .name = "a_barrier_counts_who_arrives_without_waiting",
        .trial = {TASKS(arriving_tasks), .set_up = arriving_set_up, .check = arriving_check},
    },
    {
        .name = "a_latch_opens_after_its_count",
        .trial = {TASKS(latch_tasks), .set_up = latch_set_up, .check = latch_check},
    },
    {.name = NULL},
};
