/* SPDX-License-Identifier: MIT */
/* What the tests of MicroPython's asyncio pin of the loop itself, as exact traces: its stop, its end, its run. */
#include "tests/support.h"

#include <errno.h>
#include <string.h>

#include "hal-linux/stacks_mmap.h"
#include "lib/gather.h"
#include "lib/stream_pair.h"
#include "sim/clock_virtual.h"

static struct sb_stacks_mmap pool;
static struct sb_clock clock;
static struct sb_loop loop;

static void open_loop(void)
{
    assert_int_equal(sb_stacks_mmap_init(&pool, 0), 0);
    sb_clock_virtual_init(&clock, SB_YIELD_COST_NS);
    assert_int_equal(
        sb_loop_init(&loop, &(struct sb_loop_config){.clock = &clock, .stacks = &pool.stacks}), 0);
}

static void close_loop(void)
{
    sb_loop_deinit(&loop);
    sb_stacks_mmap_deinit(&pool);
}

/* ---- stopping */

static struct sb_task task;

static int say_task(void *arg)
{
    (void)arg;
    note("task");
    return 0;
}

static int stop_three_times(void *arg)
{
    (void)arg;
    note("start");
    sb_loop_stop(&loop);
    sb_loop_stop(&loop); /* once more changes nothing */
    note("sleep");
    sb_yield();
    sb_loop_stop(&loop);
    sb_spawn(&task, "task", say_task, NULL);
    sb_yield();
    note("end");
    sb_loop_stop(&loop);
    return 0;
}

/* spec/core.md 9.1 loop_stop */
static void a_stop_lets_the_running_task_go_on_to_its_next_wait(void **state)
{
    struct sb_task main_task;

    (void)state;
    notes_clear();
    open_loop();
    sb_spawn(&main_task, "main", stop_three_times, NULL);
    for (int i = 0; i < 3; i++) {
        note("run %d", i);
        assert_int_equal(sb_loop_run(&loop, NULL), 0);
    }
    assert_string_equal(notes(), "run 0 | start | sleep | run 1 | run 2 | task | end");
    close_loop();
}

/* ---- one loop after the other */

static int count_to_four(void *arg)
{
    (void)arg;
    for (int i = 0; i < 4; i++) {
        note("task %d", i);
        if (sb_yield() < 0 || sb_yield() < 0)
            break;
    }
    note("unwinds");
    return 0;
}

static int stop_beside_a_task(void *arg)
{
    (void)arg;
    note("start");
    sb_spawn(&task, "task", count_to_four, NULL);
    sb_yield();
    note("stop");
    sb_loop_stop(&loop);
    return 0;
}

/* spec/core.md 9.1 new_event_loop; there the first task stays behind without clean-up, here it unwinds */
static void a_new_loop_knows_nothing_of_the_old_one_whose_tasks_have_unwound(void **state)
{
    struct sb_task main_task;

    (void)state;
    notes_clear();
    for (int i = 0; i < 2; i++) {
        open_loop();
        sb_spawn(&main_task, "main", stop_beside_a_task, NULL);
        assert_int_equal(sb_loop_run(&loop, NULL), 0);
        close_loop();
    }
    assert_string_equal(notes(), "start | task 0 | stop | unwinds | "
                                 "start | task 0 | stop | unwinds");
}

/* ---- running to the end of a task */

static int start_and_end(void *arg)
{
    (void)arg;
    note("start");
    sb_sleep_ms(10);
    note("end");
    return 42;
}

/* spec/core.md 9.1 get_event_loop, basic2 */
static void a_loop_runs_until_the_task_that_it_was_given_has_ended(void **state)
{
    struct sb_task first;

    (void)state;
    notes_clear();
    open_loop();
    sb_spawn(&first, "first", start_and_end, NULL);
    assert_int_equal(sb_loop_run(&loop, &first), 0);
    assert_int_equal(sb_loop_run(&loop, &first), 0); /* it has ended already */
    assert_int_equal(first.result, 42);
    assert_string_equal(notes(), "start | end");
    close_loop();
}

/* ---- milliseconds */

struct sleeper {
    int number;
    int ms;
};

static int sleep_and_double(void *arg)
{
    const struct sleeper *sleeper = arg;
    int rc;

    note("task start %d", sleeper->number);
    rc = sb_sleep_ms(sleeper->ms);
    if (rc < 0)
        return rc;
    note("task end %d", sleeper->number);
    return 2 * sleeper->number;
}

static int micropython_body(void *arg)
{
    struct sleeper quick = {1, 5};
    struct sleeper slow = {2, 50};

    (void)arg;
    check_int(sb_sleep_ms(1), 0);
    check_int(sb_now_ns(), SB_MS_NS);
    note("%d", sb_wait_for_ms(50, sleep_and_double, &quick));
    note("%s", sb_wait_for_ms(5, sleep_and_double, &slow) == -ETIMEDOUT ? "timeout" : "?");
    note("finish");
    check_int(sb_now_ns(), 11 * SB_MS_NS);
    return 0;
}

/* spec/core.md 9.1 micropython; its OverflowError has no counterpart, since a sleep may last for ever */
static void a_call_with_a_limit_in_ms_ends_in_time_or_at_its_limit(void **state)
{
    (void)state;
    run_in_loop(micropython_body, NULL);
    assert_string_equal(notes(), "task start 1 | task end 1 | 2 | task start 2 | timeout | finish");
}

/* ---- nothing is allocated: lib/ could not even call what would (tools/check-symbols) */

struct counter {
    int number;
    int count;
    int ms;
};

static int count_slowly(void *arg)
{
    const struct counter *counter = arg;

    for (int i = 0; i < counter->count; i++) {
        note("%d %d", counter->number, i);
        sb_sleep_ms(counter->ms);
    }
    return 0;
}

static int heaplock_body(void *arg)
{
    struct counter counters[] = {{1, 4, 100}, {2, 2, 250}};
    struct sb_stream_pair pair;
    uint8_t buffers[2][8];
    struct sb_task tasks[2];
    char text[8] = "";

    (void)arg;
    note("start");
    sb_spawn(&tasks[0], "1", count_slowly, &counters[0]);
    sb_spawn(&tasks[1], "2", count_slowly, &counters[1]);
    sb_sleep_ms(5);
    note("sleep");
    sb_sleep_ms(350);
    note("finish");
    sb_stream_pair_init(&pair, buffers[0], sizeof(buffers[0]), buffers[1], sizeof(buffers[1]));
    check_int(sb_stream_write(&pair.a.stream, "12", 2), 2);
    check_int(sb_stream_write(&pair.a.stream, "3456", 4), 4);
    check_int(sb_stream_read(&pair.b.stream, text, sizeof(text) - 1), 6);
    note("%s", text);
    cancel_and_join(tasks, 2);
    return 0;
}

/* spec/core.md 9.1 heaplock */
static void tasks_sleep_and_streams_write_without_memory_of_their_own(void **state)
{
    (void)state;
    run_in_loop(heaplock_body, NULL);
    assert_string_equal(notes(),
                        "start | 1 0 | 2 0 | sleep | 1 1 | 1 2 | 2 1 | 1 3 | finish | 123456");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_lets_the_running_task_go_on_to_its_next_wait),
        cmocka_unit_test(a_new_loop_knows_nothing_of_the_old_one_whose_tasks_have_unwound),
        cmocka_unit_test(a_loop_runs_until_the_task_that_it_was_given_has_ended),
        cmocka_unit_test(a_call_with_a_limit_in_ms_ends_in_time_or_at_its_limit),
        cmocka_unit_test(tasks_sleep_and_streams_write_without_memory_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
