/* SPDX-License-Identifier: MIT */
/*
 * Posted calls, flags and events under the hammer of threads: no wake is lost, nothing is out of order.
 * To be run under ThreadSanitizer too (make SAN=thread test).
 */
#include "tests/linux/hammer.h"

#include <time.h>

#include "lib/flag.h"
#include "lib/threadsafe_event.h"

/* ---- calls */

static struct sb_call calls[HAMMER_THREADS];
static struct sb_call shared_call;

static void on_call(void *arg)
{
    (void)arg;
    hammer_see_all();
}

static void post_own_or_shared(int index)
{
    sb_loop_post(hammer_loop(), index == 0 ? &calls[0] : &shared_call);
}

static void hammer_post(int index)
{
    hammer_bursts(index, post_own_or_shared);
}

static int take_calls(void *arg)
{
    (void)arg;
    hammer_start_counting();
    calls[0] = shared_call = (struct sb_call){.fn = on_call};
    hammer_threads(hammer_post, HAMMER_THREADS);
    return 0;
}

static void no_posted_call_is_lost(void **state)
{
    (void)state;
    hammer_run(take_calls);
}

static void call_is_next(void *arg)
{
    static atomic_uint next;

    if (arg == NULL)
        atomic_store(&next, 0);
    else if ((unsigned)((struct sb_call *)arg - calls) !=
             atomic_fetch_add(&next, 1) % HAMMER_THREADS)
        hammer_fail("calls came out of order");
    if (atomic_load(&next) % HAMMER_THREADS == 0)
        atomic_fetch_add(&hammer_counts[0].seen, 1);
}

static void post_in_turn(int index)
{
    unsigned rounds = 0;

    (void)index;
    while (!hammer_is_over()) {
        for (int i = 0; i < HAMMER_THREADS; i++) {
            sb_loop_post(hammer_loop(), &calls[i]);
            hammer_pause();
        }
        hammer_await(&hammer_counts[0].seen, ++rounds);
    }
}

static int take_calls_in_order(void *arg)
{
    (void)arg;
    call_is_next(NULL);
    hammer_start_counting();
    for (int i = 0; i < HAMMER_THREADS; i++)
        calls[i] = (struct sb_call){.fn = call_is_next, .arg = &calls[i]};
    hammer_threads(post_in_turn, 1);
    return 0;
}

static void calls_run_in_the_order_of_posting(void **state)
{
    (void)state;
    hammer_run(take_calls_in_order);
}

/* ---- flags */

static struct sb_flag flag;

static int pass(void *arg)
{
    int rc;

    (void)arg;
    while ((rc = sb_flag_wait(&flag)) == 0)
        hammer_see_all();
    return rc;
}

static void set_flag(int index)
{
    (void)index;
    sb_flag_set(&flag);
}

static void hammer_flag(int index)
{
    hammer_bursts(index, set_flag);
}

static int pass_flags(bool is_busy)
{
    struct sb_task tasks[3];

    hammer_start_counting();
    sb_flag_init(&flag);
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "waits", is_busy && i == 2 ? hammer_yield : pass, NULL);
    hammer_threads(hammer_flag, HAMMER_THREADS);
    cancel_and_join(tasks, 3);
    sb_flag_deinit(&flag);
    return 0;
}

static int pass_flags_idle(void *arg)
{
    (void)arg;
    return pass_flags(false);
}

static int pass_flags_busy(void *arg)
{
    (void)arg;
    return pass_flags(true);
}

static void no_set_of_a_flag_is_lost(void **state)
{
    (void)state;
    hammer_run(pass_flags_idle);
}

static void no_set_of_a_flag_is_lost_while_tasks_are_busy(void **state)
{
    (void)state;
    hammer_run(pass_flags_busy);
}

/* Nothing else is left that could wake the loop, and no timer. */
static void set_it_later(int index)
{
    struct timespec pause = {0, 20000000};

    (void)index;
    nanosleep(&pause, NULL);
}

static int wait_for_a_thread(void *arg)
{
    (void)arg;
    hammer_threads(set_it_later, 1);
    return 0;
}

/* spec/core.md 13.2.16 */
static void a_loop_that_waits_for_a_thread_is_no_deadlock(void **state)
{
    (void)state;
    hammer_run(wait_for_a_thread);
}

/* ---- events */

#define WAITERS 3

static struct sb_threadsafe_event event;
static unsigned released[WAITERS];

/* Waits for it, and says so to the one who clears it. */
static int wait_for_event(void *arg)
{
    unsigned *count = arg;
    int rc;

    while ((rc = sb_threadsafe_event_wait(&event)) == 0) {
        ++*count;
        while (sb_threadsafe_event_is_set(&event) && rc == 0)
            rc = sb_yield();
    }
    return rc;
}

/* As wait_for_event; last in the queue, so the others have been released by then. */
static int clear_event(void *arg)
{
    unsigned rounds = 0;
    int rc;

    (void)arg;
    while ((rc = sb_threadsafe_event_wait(&event)) == 0) {
        rounds++;
        rc = sb_yield();
        for (int i = 0; i < WAITERS && rc == 0; i++)
            if (released[i] != rounds)
                hammer_fail("a set has not released all who waited, once");
        sb_threadsafe_event_clear(&event);
        (void)sb_yield(); /* the others wait again */
        hammer_see_all();
    }
    return rc;
}

static void set_event(int index)
{
    (void)index;
    sb_threadsafe_event_set(&event);
}

static void hammer_event(int index)
{
    unsigned number = 0;

    while (!hammer_is_over()) {
        atomic_store_explicit(&hammer_counts[index].written, ++number, memory_order_relaxed);
        set_event(index);
        hammer_await(&hammer_counts[index].seen, number);
    }
}

static int hear_events(void *arg)
{
    struct sb_task tasks[WAITERS + 1];

    (void)arg;
    hammer_start_counting();
    sb_threadsafe_event_init(&event);
    for (int i = 0; i < WAITERS; i++) {
        released[i] = 0;
        sb_spawn(&tasks[i], "waits", wait_for_event, &released[i]);
    }
    sb_spawn(&tasks[WAITERS], "clears", clear_event, NULL);
    sb_yield();
    hammer_threads(hammer_event, 1);
    cancel_and_join(tasks, WAITERS + 1);
    sb_threadsafe_event_deinit(&event);
    return 0;
}

static void each_set_of_an_event_releases_all_who_wait(void **state)
{
    (void)state;
    hammer_run(hear_events);
}

static int hear_many_events(void *arg)
{
    int rc = 0;

    (void)arg;
    while ((rc = sb_threadsafe_event_wait(&event)) == 0) {
        sb_threadsafe_event_clear(&event);
        hammer_see_all();
    }
    return rc;
}

static void hammer_events(int index)
{
    hammer_bursts(index, set_event);
}

static int take_many_events(void *arg)
{
    struct sb_task task;

    (void)arg;
    hammer_start_counting();
    sb_threadsafe_event_init(&event);
    sb_spawn(&task, "waits", hear_many_events, NULL);
    hammer_threads(hammer_events, HAMMER_THREADS);
    cancel_and_join(&task, 1);
    sb_threadsafe_event_deinit(&event);
    return 0;
}

static void no_set_of_an_event_is_lost(void **state)
{
    (void)state;
    hammer_run(take_many_events);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_posted_call_is_lost),
        cmocka_unit_test(calls_run_in_the_order_of_posting),
        cmocka_unit_test(no_set_of_a_flag_is_lost),
        cmocka_unit_test(no_set_of_a_flag_is_lost_while_tasks_are_busy),
        cmocka_unit_test(a_loop_that_waits_for_a_thread_is_no_deadlock),
        cmocka_unit_test(each_set_of_an_event_releases_all_who_wait),
        cmocka_unit_test(no_set_of_an_event_is_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
