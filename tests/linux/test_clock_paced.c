/* SPDX-License-Identifier: MIT */
/* The paced clock, in a few milliseconds of real time: simulated times must be exact all the same. */
#include "tests/support.h"

#include <errno.h>
#include <time.h>

#include "hal-linux/stacks_mmap.h"
#include "sim/clock_virtual.h"

static struct sb_loop loop;
static struct sb_clock_paced paced;
static struct sb_timer timer;
static int64_t armed_ns;
static int64_t fired_ns;
static int frames;

static void on_timer(struct sb_timer *t, void *arg)
{
    (void)t;
    (void)arg;
    fired_ns = sb_now_ns();
    sb_loop_stop(&loop);
}

/* As a click in a window: something happens now, and something follows 20 us later. */
static void on_frame(void *arg)
{
    (void)arg;
    if (++frames != 2)
        return;
    armed_ns = sb_now_ns();
    sb_timer_start_ns(&timer, 20000);
}

static int sleep_long(void *arg)
{
    (void)arg;
    return sb_sleep_ms(500);
}

static int poll_for_5_ms(void *arg)
{
    (void)arg;
    while (sb_now_ns() < 5 * SB_MS_NS)
        if (sb_yield() < 0)
            return -ECANCELED;
    return 0;
}

static void run(sb_task_fn *fn, double speed, sb_frame_fn *frame_fn)
{
    struct sb_stacks_mmap pool;
    struct sb_task task;

    frames = 0;
    fired_ns = -1;
    assert_int_equal(sb_clock_paced_init(&paced, speed, SB_YIELD_COST_NS, -1, frame_fn, NULL), 0);
    assert_int_equal(sb_stacks_mmap_init(&pool, 0), 0);
    sb_loop_init(&loop, &(struct sb_loop_config){.clock = &paced.clock, .stacks = &pool.stacks});
    sb_timer_init(&timer, on_timer, NULL);
    assert_int_equal(sb_spawn(&task, "task", fn, NULL), 0);
    assert_int_equal(sb_loop_run(&loop, &task), 0);
    sb_loop_deinit(&loop);
    sb_stacks_mmap_deinit(&pool);
    sb_clock_paced_deinit(&paced);
}

static void what_a_frame_arms_fires_at_its_own_time_and_not_at_the_next_frame(void **state)
{
    (void)state;
    run(sleep_long, 1, on_frame);
    assert_int_equal(fired_ns - armed_ns, 20000);
}

static int64_t real_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SB_S_NS + t.tv_nsec;
}

static void a_program_that_only_polls_is_held_to_the_pace(void **state)
{
    int64_t start = real_ns();

    (void)state;
    run(poll_for_5_ms, 0.5, NULL);
    assert_true(real_ns() - start >= 8 * SB_MS_NS); /* 10 ms, less what it may run ahead */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_frame_arms_fires_at_its_own_time_and_not_at_the_next_frame),
        cmocka_unit_test(a_program_that_only_polls_is_held_to_the_pace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
