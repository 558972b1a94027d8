/* SPDX-License-Identifier: MIT */
/*
 * A delay that is triggered by a thread while the loop stops it: what was posted before the stop is
 * undone, what was posted after it counts, though both be one call.
 */
#include "tests/support.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "hal-linux/clock_uv.h"
#include "hal-linux/stacks_mmap.h"
#include "lib/delay.h"

#define ROUNDS 1000

static struct sb_stacks_mmap pool;
static struct sb_clock_uv real;
static struct sb_loop loop;
static struct sb_delay delay;
static struct sb_delay_trigger trigger;
static atomic_int stopped_count;

/* Posts once before the stop of each round or at the same time, and once after it. */
static void *post_twice_a_round(void *arg)
{
    for (int round = 0; round < ROUNDS; round++) {
        sb_delay_trigger_post(&trigger);
        while (atomic_load_explicit(&stopped_count, memory_order_acquire) <= round)
            sched_yield();
        sb_delay_trigger_post(&trigger);
    }
    return arg;
}

static int stop_and_wait(void *arg)
{
    pthread_t thread;
    int rc = 0;

    sb_delay_init(&delay, NULL, NULL);
    sb_delay_set_duration_ns(&delay, 1);
    sb_delay_trigger_init(&trigger, &delay);
    pthread_create(&thread, NULL, post_twice_a_round, NULL);
    for (int round = 0; round < ROUNDS && rc == 0; round++) {
        sb_delay_stop(&delay);
        atomic_store_explicit(&stopped_count, round + 1, memory_order_release);
        rc = sb_delay_wait(&delay);
    }
    pthread_join(thread, NULL);
    sb_delay_trigger_deinit(&trigger);
    sb_delay_stop(&delay);
    (void)arg;
    return rc;
}

static void a_trigger_that_a_thread_posts_after_a_stop_is_never_lost(void **state)
{
    struct sb_task task;

    (void)state;
    assert_int_equal(sb_stacks_mmap_init(&pool, 0), 0);
    assert_int_equal(sb_clock_uv_init(&real), 0);
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = &real.clock, .stacks = &pool.stacks});
    assert_int_equal(sb_spawn(&task, "test", stop_and_wait, NULL), 0);
    assert_int_equal(sb_loop_run(&loop, &task), 0);
    assert_int_equal(task.result, 0);
    sb_loop_deinit(&loop);
    sb_clock_uv_deinit(&real);
    sb_stacks_mmap_deinit(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trigger_that_a_thread_posts_after_a_stop_is_never_lost),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
