/* SPDX-License-Identifier: MIT */
/*
 * More edges than anybody can take: none is lost without being counted, memory does not grow, and other tasks go on. In
 * this guest computing takes time.
 */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "lib/task.h"

static struct rig rig;

static struct {
    struct sb_pin *pin;
    struct sb_pin_watch watch;
    unsigned count;
    unsigned told_count; /* edges that told of lost ones */
    unsigned work_us;    /* that each edge makes */
} seen;

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)arg;
    seen.count++;
    seen.told_count += edge->lost > 0;
    if (seen.work_us > 0)
        rig_block_us(seen.work_us);
}

static int set_up(void **state)
{
    (void)state;
    rig_open(&rig);
    memset(&seen, 0, sizeof(seen));
    gpiosim_pull(&rig.sim, 22, false);
    seen.pin = rig_pin(&rig, "GPIO22", SB_PIN_INPUT);
    return sb_pin_watch_start(seen.pin, &seen.watch, SB_EDGE_BOTH, on_edge, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

static int pass_100_ms(void *arg)
{
    (void)arg;
    return sb_sleep_ms(100);
}

/* libgpiod 1 has no numbers: two edges of one direction, one after the other, are all that shows. */
static void assert_all_counted(unsigned edges)
{
    if (SB_HAVE_GPIOD == 2)
        assert_int_equal(seen.count + seen.pin->lost_count, edges);
    else
        assert_true(seen.pin->lost_count >= 1 && seen.count + seen.pin->lost_count <= edges);
}

static void a_hundred_thousand_edges_while_a_task_computes_are_counted_and_told_once(void **state)
{
    size_t allocated = mallinfo2().uordblks;

    (void)state;
    for (unsigned i = 0; i < 100001; i++)
        gpiosim_pull(&rig.sim, 22, i % 2 == 0);
    assert_int_equal(rig_run(&rig, pass_100_ms, NULL), 0);
    gpiosim_pull(&rig.sim, 22, false); /* the second fall in a row, of what version 1 has kept */
    assert_int_equal(rig_run(&rig, pass_100_ms, NULL), 0);
    assert_int_equal(seen.told_count, 1);
    assert_all_counted(100002);
    assert_true(mallinfo2().uordblks <= allocated);
}

/* Another process makes edges as fast as it can, until it is told to end; then it says how many. */
static pid_t start_storm(int *numbers)
{
    int ends[2];
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    if (pid == 0) {
        uint32_t count = 0;
        sigset_t term;

        sigemptyset(&term);
        sigaddset(&term, SIGTERM);
        sigprocmask(SIG_BLOCK, &term, NULL);
        while (sigtimedwait(&term, NULL, &(struct timespec){0}) < 0)
            gpiosim_pull(&rig.sim, 22, ++count % 2 != 0);
        (void)!write(ends[1], &count, sizeof(count));
        _exit(0);
    }
    close(ends[1]);
    *numbers = ends[0];
    return pid;
}

static unsigned end_storm(pid_t pid, int numbers)
{
    uint32_t count = 0;

    kill(pid, SIGTERM);
    assert_int_equal(read(numbers, &count, sizeof(count)), sizeof(count));
    close(numbers);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    return count;
}

static int tick_for_300_ms(void *arg)
{
    int64_t end_ns = sb_now_ns() + 300 * SB_MS_NS;
    unsigned *ticks = arg;
    int rc = 0;

    while (rc == 0 && sb_now_ns() < end_ns) {
        rc = sb_sleep_ms(10);
        ++*ticks;
    }
    return rc;
}

/* A call of what watches holds up the loop for 200 us, so 5000 edges a second are too many. */
static void other_tasks_go_on_while_edges_come_faster_than_they_are_taken(void **state)
{
    size_t allocated = mallinfo2().uordblks;
    unsigned ticks = 0;
    unsigned edges;
    int numbers;
    pid_t pid = start_storm(&numbers);

    (void)state;
    seen.work_us = 200;
    assert_int_equal(rig_run(&rig, tick_for_300_ms, &ticks), 0);
    edges = end_storm(pid, numbers);
    seen.work_us = 0;
    assert_int_equal(rig_run(&rig, pass_100_ms, NULL), 0);
    gpiosim_pull(&rig.sim, 22, edges % 2 == 0); /* tells what was lost last */
    assert_int_equal(rig_run(&rig, pass_100_ms, NULL), 0);
    assert_true(edges > seen.count);
    assert_true(seen.count > 20);
    assert_true(ticks >= 5);
    assert_all_counted(edges + 1);
    assert_true(mallinfo2().uordblks <= allocated);
}

int main(void)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_RIG(a_hundred_thousand_edges_while_a_task_computes_are_counted_and_told_once),
        ON_RIG(other_tasks_go_on_while_edges_come_faster_than_they_are_taken),
    };

    rig_need_gpiosim();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
