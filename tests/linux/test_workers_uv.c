/* SPDX-License-Identifier: MIT */
/*
 * Blocking functions on real threads: they run beside the loop, begin in order, and their memory is safe whatever
 * happens to the task. To be run under ThreadSanitizer too (make SAN=thread test).
 */
#include "tests/linux/hammer.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>

#include "lib/flag.h"
#include "lib/timeout.h"
#include "lib/worker.h"

/* Of the pool: see main. */
#define THREADS 4

static int sleep_us(int duration_us)
{
    struct timespec t = {0, duration_us * 1000L};

    nanosleep(&t, NULL);
    return duration_us;
}

/* ---- beside the loop */

static pthread_t loop_thread;

static int run_elsewhere(void *arg)
{
    (void)arg;
    if (pthread_equal(pthread_self(), loop_thread))
        hammer_fail("the function ran on the thread of the loop");
    return sleep_us(20000);
}

/* The loop has no timer, and no other source than the job. */
static int wait_for_one(void *arg)
{
    struct sb_work work = {.fn = run_elsewhere};

    (void)arg;
    loop_thread = pthread_self();
    if (sb_work_run(&work) != 0 || !work.was_run || work.result != 20000)
        return -EIO;
    return 0;
}

static void a_loop_that_waits_for_a_worker_is_no_deadlock(void **state)
{
    (void)state;
    hammer_run(wait_for_one);
}

static sem_t gate;
static atomic_uint gate_count;

static int wait_at_gate(void *arg)
{
    (void)arg;
    atomic_fetch_add(&gate_count, 1);
    while (sem_wait(&gate) < 0)
        ;
    return 0;
}

static int wait_in_worker(void *arg)
{
    struct sb_work work = {.fn = wait_at_gate};
    int rc = sb_work_run(&work);

    (void)arg;
    return rc;
}

static void reset_gate(void)
{
    sem_init(&gate, 0, 0);
    atomic_store(&gate_count, 0);
}

/* Keeps `count` workers busy until open_gate. */
static void close_gate(struct sb_task *tasks, int count)
{
    reset_gate();
    for (int i = 0; i < count; i++)
        sb_spawn(&tasks[i], "waits", wait_in_worker, NULL);
    sb_yield();
    hammer_await(&gate_count, (unsigned)count);
}

static void open_gate(struct sb_task *tasks, int count)
{
    for (int i = 0; i < count; i++)
        sem_post(&gate);
    for (int i = 0; i < count; i++)
        sb_join(&tasks[i], NULL);
}

static int go_on(void *arg)
{
    struct sb_task tasks[THREADS];
    int rc = 0;

    (void)arg;
    close_gate(tasks, THREADS);
    for (int i = 0; i < 100 && rc == 0; i++)
        rc = sb_sleep_us(100);
    for (int i = 0; i < THREADS; i++)
        if (sb_task_is_finished(&tasks[i]))
            rc = -EIO;
    open_gate(tasks, THREADS);
    return rc;
}

static void tasks_go_on_while_workers_are_blocked(void **state)
{
    (void)state;
    hammer_run(go_on);
}

/* ---- order */

#define JOBS 20

static int begun[JOBS];
static int begun_count;

static int note_begin(void *arg)
{
    begun[begun_count++] = (int)(intptr_t)arg;
    return 0;
}

static int run_job(void *arg)
{
    struct sb_work work = {.fn = note_begin, .arg = arg};

    return sb_work_run(&work);
}

/* With one worker left, the order in which they begin can be seen. */
static int begin_in_order(void *arg)
{
    struct sb_task busy[THREADS - 1];
    struct sb_task tasks[JOBS];
    int rc = 0;

    (void)arg;
    begun_count = 0;
    close_gate(busy, THREADS - 1);
    for (int i = 0; i < JOBS; i++)
        sb_spawn(&tasks[i], "job", run_job, (void *)(intptr_t)i);
    for (int i = 0; i < JOBS; i++)
        sb_join(&tasks[i], NULL);
    for (int i = 0; i < JOBS; i++)
        if (begun[i] != i)
            rc = -EIO;
    open_gate(busy, THREADS - 1);
    return rc;
}

static void jobs_begin_in_the_order_of_submission(void **state)
{
    (void)state;
    hammer_run(begin_in_order);
}

/* ---- cancel */

static int never_wanted(void *arg)
{
    *(bool *)arg = true;
    return 0;
}

static int run_unwanted(void *arg)
{
    struct sb_work work = {.fn = never_wanted, .arg = arg};

    return sb_work_run(&work);
}

/* All workers stay blocked, so it could not end otherwise. */
static int take_back(void *arg)
{
    struct sb_task busy[THREADS];
    struct sb_task task;
    bool was_run = false;

    (void)arg;
    close_gate(busy, THREADS);
    sb_spawn(&task, "job", run_unwanted, &was_run);
    sb_yield();
    cancel_and_join(&task, 1);
    open_gate(busy, THREADS);
    return task.result == -ECANCELED && !was_run ? 0 : -EIO;
}

static void a_job_that_has_not_begun_is_taken_back(void **state)
{
    (void)state;
    hammer_run(take_back);
}

static int write_late(void *arg)
{
    sleep_us(2000);
    *(int *)arg = 1;
    return 0;
}

/* What the function writes to is on the stack of the task that is cancelled. */
static int keep_stack(void *arg)
{
    struct sb_timeout timeout;
    int written = 0;
    struct sb_work work = {.fn = write_late, .arg = &written};
    int rc;

    (void)arg;
    sb_timeout_begin_ns(&timeout, 500 * SB_US_NS);
    rc = sb_timeout_end(&timeout, sb_work_run(&work));
    if (work.was_run && written == 0)
        return -EIO;
    return rc == -ETIMEDOUT || rc == 0 ? 0 : rc;
}

static void memory_on_the_stack_stays_until_the_function_has_ended(void **state)
{
    (void)state;
    hammer_run(keep_stack);
}

static int released_count;

static void on_release(struct sb_work *work)
{
    if (!sb_loop_is_in_callback(hammer_loop()))
        hammer_fail("released outside of loop context");
    released_count++;
    free(work);
}

static int sleep_a_while(void *arg)
{
    return sleep_us((int)(intptr_t)arg);
}

static int end_after_gate(void *arg)
{
    (void)wait_at_gate(NULL);
    return sleep_a_while(arg);
}

/* A job that may be left behind; whether its memory is released is told by released_count. */
static int run_detached_fn(int (*fn)(void *arg), void *arg)
{
    struct sb_work *work = calloc(1, sizeof(*work));
    int rc;

    if (work == NULL)
        abort();
    work->fn = fn;
    work->arg = arg;
    work->release = on_release;
    rc = sb_work_run(work);
    if (rc < 0)
        return rc;
    if (work->result != (int)(intptr_t)arg)
        hammer_fail("a job has another's result");
    free(work);
    return 0;
}

static int run_detached(void *arg)
{
    return run_detached_fn(sleep_a_while, arg);
}

static int run_behind_gate(void *arg)
{
    return run_detached_fn(end_after_gate, arg);
}

/* All have begun, and none can end before the gate is opened, which is the last that the task does. */
static int leave_behind(void *arg)
{
    static struct sb_task tasks[3];

    (void)arg;
    released_count = 0;
    reset_gate();
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "job", run_behind_gate, (void *)(intptr_t)20000);
    sb_yield();
    hammer_await(&gate_count, 3);
    cancel_and_join(tasks, 3);
    for (int i = 0; i < 3; i++)
        sem_post(&gate);
    return released_count == 0 ? 0 : -EIO;
}

static void the_end_of_the_loop_waits_for_jobs_that_were_left_behind(void **state)
{
    (void)state;
    hammer_run(leave_behind);
    assert_int_equal(released_count, 3);
}

/* ---- hammer */

#define TASKS 8

static unsigned run_count[TASKS];
static atomic_uint executed_count;
static unsigned left_count;

static int add(void *arg)
{
    unsigned *sum = arg;

    ++*sum;
    atomic_fetch_add_explicit(&executed_count, 1, memory_order_relaxed);
    return (int)hammer_random(2) * -EIO;
}

/* The sum is no atomic: handing over and back must order the accesses to it. */
static int run_many(void *arg)
{
    unsigned *count = arg;
    unsigned sum = 0;
    int rc = 0;

    while (!hammer_is_over() && rc == 0) {
        struct sb_work work = {.fn = add, .arg = &sum};

        rc = sb_work_run(&work);
        ++*count;
        if (rc == 0 && work.result != 0 && work.result != -EIO)
            hammer_fail("a result is lost");
        if (sum != *count)
            hammer_fail("a function was not run, or twice");
    }
    return rc;
}

/* Jobs of up to 200 us, of which many are given up after as long. */
static int give_up_many(void *arg)
{
    int rc = 0;

    (void)arg;
    while (!hammer_is_over() && (rc == 0 || rc == -ETIMEDOUT)) {
        struct sb_timeout timeout;

        sb_timeout_begin_ns(&timeout, hammer_random(200) * SB_US_NS);
        rc = run_detached((void *)(intptr_t)hammer_random(200));
        if (rc < 0)
            left_count++;
        rc = sb_timeout_end(&timeout, rc);
    }
    return rc == -ETIMEDOUT ? 0 : rc;
}

static int run_all(void *arg)
{
    struct sb_task tasks[TASKS];
    unsigned total = 0;
    int rc = 0;

    (void)arg;
    atomic_store(&executed_count, 0);
    released_count = 0;
    left_count = 0;
    for (int i = 0; i < TASKS; i++) {
        run_count[i] = 0;
        sb_spawn(&tasks[i], "runs", i < TASKS / 2 ? run_many : give_up_many, &run_count[i]);
    }
    for (int i = 0; i < TASKS; i++) {
        int result;
        sb_join(&tasks[i], &result);
        rc = result < 0 ? result : rc;
        total += run_count[i];
    }
    return total == atomic_load(&executed_count) ? rc : -EIO;
}

/* spec/core.md 9.5.18, 13.2.15 */
static void jobs_are_run_once_and_released_once_whatever_becomes_of_their_tasks(void **state)
{
    (void)state;
    hammer_run(run_all);
    assert_int_equal(released_count, left_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_that_waits_for_a_worker_is_no_deadlock),
        cmocka_unit_test(tasks_go_on_while_workers_are_blocked),
        cmocka_unit_test(jobs_begin_in_the_order_of_submission),
        cmocka_unit_test(a_job_that_has_not_begun_is_taken_back),
        cmocka_unit_test(memory_on_the_stack_stays_until_the_function_has_ended),
        cmocka_unit_test(the_end_of_the_loop_waits_for_jobs_that_were_left_behind),
        cmocka_unit_test(jobs_are_run_once_and_released_once_whatever_becomes_of_their_tasks),
    };

    setenv("UV_THREADPOOL_SIZE", "4", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
