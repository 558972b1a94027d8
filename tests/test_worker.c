/* SPDX-License-Identifier: MIT */
/*
 * Blocking functions beside the loop: order, errors, and whose the memory is when the task does not wait to the end.
 * Without a pool, and with one that the test is itself; real threads are in tests/linux/test_threads.c.
 */
#include "tests/support.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/timeout.h"
#include "lib/worker.h"

/* ---- a pool of one worker, which takes 10 ms a job */

#define JOB_MS 10

struct job {
    struct sb_work *work;
    bool is_taken_back;
};

static struct {
    struct sb_workers workers;
    struct job jobs[8];
    int first;
    int count;
    struct sb_timer timer;
    struct sb_timer taken_back;
    int submit_rc;
} pool;

static void start_job(void)
{
    while (pool.count > 0 && pool.jobs[pool.first].is_taken_back) {
        pool.first++;
        pool.count--;
    }
    if (pool.count > 0)
        sb_timer_start_ns(&pool.timer, JOB_MS * SB_MS_NS);
}

static void end_job(void)
{
    struct job *job = &pool.jobs[pool.first++];

    pool.count--;
    if (!job->is_taken_back)
        sb_work_execute(job->work);
    sb_work_end(job->work);
}

static void on_job_over(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    end_job();
    start_job();
}

static void on_taken_back(struct sb_timer *timer, void *arg)
{
    (void)timer;
    sb_work_end(arg);
}

static int pool_submit(struct sb_workers *workers, struct sb_work *work)
{
    (void)workers;
    if (pool.submit_rc < 0)
        return pool.submit_rc;
    pool.jobs[pool.first + pool.count++] = (struct job){.work = work};
    if (pool.count == 1)
        start_job();
    return 0;
}

/* Its end comes a little later, as it does with threads. */
static void pool_cancel(struct sb_workers *workers, struct sb_work *work)
{
    (void)workers;
    for (int i = 1; i < pool.count; i++) {
        struct job *job = &pool.jobs[pool.first + i];

        if (job->work != work)
            continue;
        job->is_taken_back = true;
        sb_timer_init(&pool.taken_back, on_taken_back, work);
        sb_timer_start_ns(&pool.taken_back, SB_MS_NS);
    }
}

static void pool_join(struct sb_workers *workers)
{
    (void)workers;
    sb_timer_stop(&pool.timer);
    sb_timer_stop(&pool.taken_back);
    while (pool.count > 0)
        end_job();
}

static void open_pool(void)
{
    static const struct sb_workers_ops ops = {
        .submit = pool_submit, .cancel = pool_cancel, .join = pool_join};

    pool.workers.ops = &ops;
    pool.first = pool.count = pool.submit_rc = 0;
    sb_timer_init(&pool.taken_back, on_taken_back, NULL);
    sb_timer_init(&pool.timer, on_job_over, NULL);
    test_loop()->workers = &pool.workers;
}

/* ---- jobs */

static int say(void *arg)
{
    note_at("%s runs", (const char *)arg);
    return 7;
}

static int break_down(void *arg)
{
    (void)arg;
    return -EIO;
}

static void on_release(struct sb_work *work)
{
    check_true(sb_loop_is_in_callback(test_loop()));
    check_true(sb_task_current() == NULL);
    note_at("%s released%s", (const char *)work->arg, work->was_run ? "" : " unrun");
    free(work);
}

/* A job in memory of its own, which goes when it is released. */
static struct sb_work *new_work(const char *name)
{
    struct sb_work *work = calloc(1, sizeof(*work));

    if (work == NULL)
        abort();
    work->fn = say;
    work->arg = (void *)(uintptr_t)name;
    work->release = on_release;
    return work;
}

static const char *result_text(int rc)
{
    return rc == 0            ? "goes on"
           : rc == -ECANCELED ? "cancelled"
           : rc == -ETIMEDOUT ? "timed out"
                              : "?";
}

/* A task with a job on its stack. */
static int runs(void *arg)
{
    struct sb_work work = {.fn = say, .arg = arg};
    int rc = sb_work_run(&work);

    note_at("%s %s, result %d", (const char *)arg, result_text(rc), work.result);
    return rc;
}

/* A task with a job that can be left to the pool. */
static int runs_detached(void *arg)
{
    struct sb_work *work = new_work(arg);
    int rc = sb_work_run(work);

    note_at("%s %s", (const char *)arg, result_text(rc));
    if (rc == 0)
        free(work);
    return rc;
}

static void start(struct sb_task *task, const char *name, sb_task_fn *fn)
{
    sb_spawn(task, name, fn, (void *)(uintptr_t)name);
}

/* ---- without a pool */

static int other(void *arg)
{
    (void)arg;
    note_at("other");
    return 0;
}

TASK_TEST(without_a_pool_it_runs_in_the_next_turn_and_no_time_passes)
{
    struct sb_task tasks[2];

    (void)arg;
    sb_sleep_ms(5);
    start(&tasks[0], "a", runs);
    start(&tasks[1], "other", other);
    sb_join(&tasks[0], NULL);
    sb_join(&tasks[1], NULL);
    check_text(notes(), "5 a runs | 5 a goes on, result 7 | 5 other");
    return 0;
}

TASK_TEST(jobs_begin_in_the_order_in_which_they_came)
{
    struct sb_task tasks[3];

    (void)arg;
    start(&tasks[0], "a", runs);
    start(&tasks[1], "b", runs);
    start(&tasks[2], "c", runs);
    for (int i = 0; i < 3; i++)
        sb_join(&tasks[i], NULL);
    notes_clear();
    open_pool();
    start(&tasks[0], "a", runs);
    start(&tasks[1], "b", runs);
    start(&tasks[2], "c", runs);
    for (int i = 0; i < 3; i++)
        sb_join(&tasks[i], NULL);
    check_text(notes(), "10 a runs | 10 a goes on, result 7 | 20 b runs | 20 b goes on, result 7 | "
                        "30 c runs | 30 c goes on, result 7");
    return 0;
}

/* spec/core.md 9.5.18, 13.2.15 */
TASK_TEST(an_error_reaches_its_caller_and_the_next_job_runs_all_the_same)
{
    struct sb_work bad = {.fn = break_down};
    struct sb_work good = {.fn = say, .arg = "good"};

    (void)arg;
    for (int i = 0; i < 2; i++) {
        check_int(sb_work_run(&bad), 0);
        check_true(bad.was_run);
        check_int(bad.result, -EIO);
        check_int(sb_work_run(&good), 0);
        check_int(good.result, 7);
        open_pool();
    }
    return 0;
}

static void cancel_task(void *arg)
{
    sb_task_cancel(arg);
}

static int posts_cancel_and_runs(void *arg)
{
    struct sb_call call = {.fn = cancel_task, .arg = sb_task_current()};

    sb_loop_post(test_loop(), &call);
    return runs(arg);
}

static int posts_cancel_and_runs_detached(void *arg)
{
    struct sb_call call = {.fn = cancel_task, .arg = sb_task_current()};

    sb_loop_post(test_loop(), &call);
    return runs_detached(arg);
}

/* The cancel comes first, then the function runs, then the task. */
TASK_TEST(without_a_pool_a_cancel_does_not_take_the_memory_from_under_the_function)
{
    struct sb_task tasks[2];

    (void)arg;
    start(&tasks[0], "a", posts_cancel_and_runs);
    sb_join(&tasks[0], NULL);
    start(&tasks[1], "b", posts_cancel_and_runs_detached);
    sb_join(&tasks[1], NULL);
    check_text(notes(), "0 a runs | 0 a cancelled, result 7 | "
                        "0 b runs | 0 b released | 0 b cancelled");
    return 0;
}

/* A wait that fails lets the others run first, which costs a yield's microsecond. */
TASK_TEST(a_cancelled_task_begins_nothing_and_its_memory_is_released)
{
    struct sb_task tasks[2];

    (void)arg;
    start(&tasks[0], "a", runs);
    start(&tasks[1], "b", runs_detached);
    sb_task_cancel(&tasks[0]);
    sb_task_cancel(&tasks[1]);
    sb_join(&tasks[0], NULL);
    sb_join(&tasks[1], NULL);
    check_text(notes(), "0.001 a cancelled, result 0 | 0.001 b released unrun | 0.001 b cancelled");
    return 0;
}

/* ---- with a pool */

TASK_TEST(others_go_on_while_a_task_waits_for_its_function)
{
    struct sb_task tasks[2];

    (void)arg;
    open_pool();
    start(&tasks[0], "a", runs);
    start(&tasks[1], "other", other);
    sb_join(&tasks[0], NULL);
    sb_join(&tasks[1], NULL);
    check_text(notes(), "0 other | 10 a runs | 10 a goes on, result 7");
    return 0;
}

/* spec/core.md 13.2.15: what lies on the task's stack must not go before the function has ended. */
TASK_TEST(without_a_release_a_cancelled_task_waits_for_the_end)
{
    struct sb_task task;

    (void)arg;
    open_pool();
    start(&task, "a", runs);
    sb_sleep_ms(4);
    note_at("cancel");
    cancel_and_join(&task, 1);
    check_text(notes(), "4 cancel | 10 a runs | 10 a cancelled, result 7");
    check_int(task.result, -ECANCELED);
    return 0;
}

static int runs_within_4_ms(void *arg)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, 4);
    return sb_timeout_end(&timeout, runs(arg));
}

TASK_TEST(without_a_release_a_timeout_too_waits_for_the_end)
{
    struct sb_task task;

    (void)arg;
    open_pool();
    start(&task, "a", runs_within_4_ms);
    sb_join(&task, NULL);
    check_text(notes(), "10 a runs | 10 a timed out, result 7");
    check_int(task.result, -ETIMEDOUT);
    return 0;
}

TASK_TEST(with_a_release_a_cancelled_task_goes_at_once_and_the_memory_later)
{
    struct sb_task task;

    (void)arg;
    open_pool();
    start(&task, "a", runs_detached);
    sb_sleep_ms(4);
    cancel_and_join(&task, 1);
    sb_sleep_ms(10);
    check_text(notes(), "4 a cancelled | 10 a runs | 10 a released");
    return 0;
}

TASK_TEST(a_job_that_has_not_begun_is_taken_back)
{
    struct sb_task tasks[3];

    (void)arg;
    open_pool();
    start(&tasks[0], "a", runs);
    start(&tasks[1], "b", runs_detached);
    start(&tasks[2], "c", runs);
    sb_sleep_ms(2);
    cancel_and_join(&tasks[1], 1);
    sb_sleep_ms(2);
    cancel_and_join(&tasks[2], 1);
    sb_join(&tasks[0], NULL);
    sb_sleep_ms(50);
    check_text(notes(), "2 b cancelled | 3 b released unrun | 5 c cancelled, result 0 | "
                        "10 a runs | 10 a goes on, result 7");
    return 0;
}

static void on_cancel_due(struct sb_timer *timer, void *arg)
{
    (void)timer;
    sb_task_cancel(arg);
}

/* The cancel decides, being first, though the function ends before the task runs. */
TASK_TEST(a_cancel_in_the_instant_before_the_end_counts_and_the_memory_is_released_once)
{
    struct sb_task task;
    struct sb_timer cancel;

    (void)arg;
    open_pool();
    sb_timer_init(&cancel, on_cancel_due, &task);
    sb_timer_start_ns(&cancel, JOB_MS * SB_MS_NS);
    start(&task, "a", runs_detached);
    sb_join(&task, NULL);
    check_text(notes(), "10 a runs | 10 a released | 10 a cancelled");
    return 0;
}

TASK_TEST(a_cancel_in_the_instant_after_the_end_comes_too_late)
{
    struct sb_task task;
    struct sb_timer cancel;

    (void)arg;
    open_pool();
    sb_timer_init(&cancel, on_cancel_due, &task);
    start(&task, "a", runs_detached);
    sb_yield();
    sb_timer_start_at_ns(&cancel, pool.timer.deadline_ns);
    sb_join(&task, NULL);
    check_text(notes(), "10 a runs | 10 a goes on");
    return 0;
}

TASK_TEST(a_pool_that_cannot_take_it_says_so)
{
    struct sb_work work = {.fn = say, .arg = "a"};

    (void)arg;
    open_pool();
    pool.submit_rc = -ENOMEM;
    check_int(sb_work_run(&work), -ENOMEM);
    check_true(!work.was_run);
    check_int(sb_work_run(new_work("b")), -ENOMEM);
    check_text(notes(), "0 b released unrun");
    return 0;
}

static int leave_jobs(void *arg)
{
    static struct sb_task tasks[2];

    (void)arg;
    open_pool();
    start(&tasks[0], "a", runs_detached);
    start(&tasks[1], "b", runs_detached);
    sb_sleep_ms(4);
    cancel_and_join(tasks, 1);
    return 0;
}

static void the_end_of_the_loop_waits_for_jobs_under_way(void **state)
{
    (void)state;
    run_in_loop(leave_jobs, NULL);
    assert_string_equal(notes(), "4 a cancelled | 4 b cancelled | 4 a runs | 4 a released | "
                                 "4 b released unrun");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_pool_it_runs_in_the_next_turn_and_no_time_passes),
        cmocka_unit_test(jobs_begin_in_the_order_in_which_they_came),
        cmocka_unit_test(an_error_reaches_its_caller_and_the_next_job_runs_all_the_same),
        cmocka_unit_test(without_a_pool_a_cancel_does_not_take_the_memory_from_under_the_function),
        cmocka_unit_test(a_cancelled_task_begins_nothing_and_its_memory_is_released),
        cmocka_unit_test(others_go_on_while_a_task_waits_for_its_function),
        cmocka_unit_test(without_a_release_a_cancelled_task_waits_for_the_end),
        cmocka_unit_test(without_a_release_a_timeout_too_waits_for_the_end),
        cmocka_unit_test(with_a_release_a_cancelled_task_goes_at_once_and_the_memory_later),
        cmocka_unit_test(a_job_that_has_not_begun_is_taken_back),
        cmocka_unit_test(
            a_cancel_in_the_instant_before_the_end_counts_and_the_memory_is_released_once),
        cmocka_unit_test(a_cancel_in_the_instant_after_the_end_comes_too_late),
        cmocka_unit_test(a_pool_that_cannot_take_it_says_so),
        cmocka_unit_test(the_end_of_the_loop_waits_for_jobs_under_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
