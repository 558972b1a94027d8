/* SPDX-License-Identifier: MIT */
/*
 * The real clock: that nothing is early, that calls from threads arrive whether tasks are busy or wait,
 * that a task which never waits keeps nobody from his timer. Times have no upper bound but the test's
 * patience, since the machine may be slow.
 */
#include "tests/support.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "hal-linux/clock_uv.h"
#include "hal-linux/stacks_mmap.h"
#include "lib/event.h"
#include "lib/timer.h"

static struct sb_stacks_mmap pool;
static struct sb_clock_uv real;
static struct sb_loop loop;

static void open_loop(void)
{
    notes_clear();
    assert_int_equal(sb_stacks_mmap_init(&pool, 0), 0);
    assert_int_equal(sb_clock_uv_init(&real), 0);
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = &real.clock, .stacks = &pool.stacks});
}

static void close_loop(void)
{
    sb_loop_deinit(&loop);
    sb_clock_uv_deinit(&real);
    sb_stacks_mmap_deinit(&pool);
}

/* Runs `fn(arg)` as a task; fails when it does not return 0. */
static void run(sb_task_fn *fn, void *arg)
{
    struct sb_task task;

    assert_int_equal(sb_spawn(&task, "test", fn, arg), 0);
    assert_int_equal(sb_loop_run(&loop, &task), 0);
    assert_int_equal(task.result, 0);
}

static int keep_busy(void *arg)
{
    const atomic_bool *is_over = arg;
    int rc = 0;

    while (!atomic_load(is_over) && rc == 0)
        rc = sb_yield();
    return rc;
}

/* ---- sleeping */

static int sleep_often(void *arg)
{
    int64_t step_us = (int64_t)(intptr_t)arg;

    for (int64_t i = 1; i <= 20; i++) {
        int64_t start_ns = sb_now_ns();
        if (sb_sleep_us(i * step_us) < 0 || sb_now_ns() - start_ns < i * step_us * SB_US_NS)
            return -EIO;
    }
    return 0;
}

static int sleep_together(void *arg)
{
    struct sb_task tasks[16];
    int rc = 0;

    (void)arg;
    for (int i = 0; i < 16; i++)
        sb_spawn(&tasks[i], "sleep", sleep_often, (void *)(intptr_t)(i * 37));
    for (int i = 0; i < 16; i++) {
        int result;
        sb_join(&tasks[i], &result);
        rc = result < 0 ? result : rc;
    }
    return rc;
}

static void a_sleep_is_never_early(void **state)
{
    (void)state;
    open_loop();
    run(sleep_together, NULL);
    close_loop();
}

static int sleep_among_busy_tasks(void *arg)
{
    atomic_bool is_over = false;
    struct sb_task busy[3];
    int rc;

    (void)arg;
    for (int i = 0; i < 3; i++)
        sb_spawn(&busy[i], "busy", keep_busy, &is_over);
    rc = sleep_together(NULL);
    atomic_store(&is_over, true);
    for (int i = 0; i < 3; i++)
        sb_join(&busy[i], NULL);
    return rc;
}

static void sleepers_wake_while_others_never_wait(void **state)
{
    (void)state;
    open_loop();
    run(sleep_among_busy_tasks, NULL);
    close_loop();
}

static void raise_flag(struct sb_timer *timer, void *arg)
{
    (void)timer;
    atomic_store((atomic_bool *)arg, true);
}

static int yield_until_timer(void *arg)
{
    atomic_bool is_over = false;
    struct sb_timer timer;

    (void)arg;
    sb_timer_init(&timer, raise_flag, &is_over);
    for (int i = 0; i < 20; i++) {
        int64_t start_ns = sb_now_ns();
        atomic_store(&is_over, false);
        sb_timer_start_ns(&timer, 3 * SB_MS_NS);
        keep_busy(&is_over);
        if (sb_now_ns() - start_ns < 3 * SB_MS_NS)
            return -EIO;
    }
    return 0;
}

static void one_task_that_only_yields_does_not_block_timers(void **state)
{
    (void)state;
    open_loop();
    run(yield_until_timer, NULL);
    close_loop();
}

static void cancel(void *arg)
{
    sb_task_cancel(arg);
}

static void *cancel_after_100_ms(void *arg)
{
    struct timespec pause = {0, 100000000};

    nanosleep(&pause, NULL);
    sb_loop_post(&loop, arg);
    return NULL;
}

/* Which seconds of 32 bits cannot hold: they would be one. */
static int sleep_for_an_age(void *arg)
{
    struct sb_call call = {.fn = cancel, .arg = sb_task_current()};
    pthread_t thread;
    int rc;

    (void)arg;
    pthread_create(&thread, NULL, cancel_after_100_ms, &call);
    rc = sb_sleep_until_ns(((INT64_C(1) << 32) + 1) * SB_S_NS);
    pthread_join(thread, NULL);
    return rc == -ECANCELED ? 0 : -EIO;
}

static void a_sleep_of_an_age_costs_no_time_of_the_processor(void **state)
{
    clock_t start;

    (void)state;
    open_loop();
    start = clock();
    run(sleep_for_an_age, NULL);
    assert_true((double)(clock() - start) < 0.05 * CLOCKS_PER_SEC);
    close_loop();
}

/* ---- calls from a thread */

#define CALLS 500

static struct {
    struct sb_call calls[CALLS];
    struct sb_event all_came;
    int count;
    int disorder_count;
} post;

static void on_call(void *arg)
{
    if ((int)(intptr_t)arg != post.count)
        post.disorder_count++;
    if (++post.count == CALLS)
        sb_event_set(&post.all_came);
}

static void *post_all(void *arg)
{
    struct timespec pause = {0, 100000};

    (void)arg;
    for (int i = 0; i < CALLS; i++) {
        sb_loop_post(&loop, &post.calls[i]);
        if (i % 5 == 0)
            nanosleep(&pause, NULL);
    }
    return NULL;
}

static int take_calls(void *arg)
{
    int busy_count = (int)(intptr_t)arg;
    atomic_bool is_over = false;
    struct sb_task busy[3];
    pthread_t thread;
    int rc;

    sb_event_init(&post.all_came);
    post.count = post.disorder_count = 0;
    for (int i = 0; i < CALLS; i++)
        post.calls[i] = (struct sb_call){.fn = on_call, .arg = (void *)(intptr_t)i};
    for (int i = 0; i < busy_count; i++)
        sb_spawn(&busy[i], "busy", keep_busy, &is_over);
    sb_clock_uv_add_source(&real, 1);
    pthread_create(&thread, NULL, post_all, NULL);
    rc = sb_event_wait(&post.all_came);
    pthread_join(thread, NULL);
    sb_clock_uv_add_source(&real, -1);
    atomic_store(&is_over, true);
    for (int i = 0; i < busy_count; i++)
        sb_join(&busy[i], NULL);
    return rc;
}

static void calls_of_a_thread_arrive_in_order_while_the_loop_waits(void **state)
{
    (void)state;
    open_loop();
    run(take_calls, (void *)(intptr_t)0);
    assert_int_equal(post.count, CALLS);
    assert_int_equal(post.disorder_count, 0);
    close_loop();
}

static void calls_of_a_thread_arrive_in_order_while_tasks_are_busy(void **state)
{
    (void)state;
    open_loop();
    run(take_calls, (void *)(intptr_t)3);
    assert_int_equal(post.count, CALLS);
    assert_int_equal(post.disorder_count, 0);
    close_loop();
}

static void count_call(void *arg)
{
    ++*(int *)arg;
}

static void *post_one_again_and_again(void *arg)
{
    for (int i = 0; i < 20000; i++)
        sb_loop_post(&loop, arg);
    return NULL;
}

static int take_one_call_often(void *arg)
{
    atomic_bool is_over = false;
    int count = 0;
    struct sb_call call = {.fn = count_call, .arg = &count};
    struct sb_task busy;
    pthread_t threads[2];
    int before;

    (void)arg;
    sb_spawn(&busy, "busy", keep_busy, &is_over);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, post_one_again_and_again, &call);
    for (int i = 0; i < 50; i++)
        sb_sleep_us(100);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    sb_sleep_ms(5); /* the last may still be on its way */
    before = count;
    sb_sleep_ms(5);
    atomic_store(&is_over, true);
    sb_join(&busy, NULL);
    return count >= 1 && count <= 40000 && count == before ? 0 : -EIO;
}

static void a_call_that_threads_post_again_and_again_is_never_lost_for_good(void **state)
{
    (void)state;
    open_loop();
    run(take_one_call_often, NULL);
    close_loop();
}

/* ---- beginning and end */

static void a_loop_may_end_in_the_middle_of_being_busy(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        atomic_bool is_over = false;
        struct sb_timer timer;

        open_loop();
        sb_timer_init(&timer, raise_flag, &is_over);
        sb_timer_start_ns(&timer, i * 30 * SB_US_NS);
        run(keep_busy, &is_over);
        close_loop();
    }
}

static int wait_for_ever(void *arg)
{
    return sb_event_wait(arg);
}

static void waiting_for_nothing_is_a_deadlock_here_too(void **state)
{
    struct sb_event never;
    struct sb_task task;

    (void)state;
    open_loop();
    sb_event_init(&never);
    sb_spawn(&task, "waits", wait_for_ever, &never);
    assert_int_equal(sb_loop_run(&loop, &task), -EDEADLK);
    close_loop();
    assert_int_equal(task.result, -ECANCELED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sleep_is_never_early),
        cmocka_unit_test(sleepers_wake_while_others_never_wait),
        cmocka_unit_test(one_task_that_only_yields_does_not_block_timers),
        cmocka_unit_test(a_sleep_of_an_age_costs_no_time_of_the_processor),
        cmocka_unit_test(calls_of_a_thread_arrive_in_order_while_the_loop_waits),
        cmocka_unit_test(calls_of_a_thread_arrive_in_order_while_tasks_are_busy),
        cmocka_unit_test(a_call_that_threads_post_again_and_again_is_never_lost_for_good),
        cmocka_unit_test(a_loop_may_end_in_the_middle_of_being_busy),
        cmocka_unit_test(waiting_for_nothing_is_a_deadlock_here_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
