/* SPDX-License-Identifier: MIT */
/*
 * What tests share: cmocka with its includes, a loop on a virtual clock, and a record of events to
 * compare whole. A failed assertion inside a task must not jump out of the task's stack: it is noted and
 * raised after the loop is gone, so use the check_ forms there.
 */
#ifndef SB_TESTS_SUPPORT_H
#define SB_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/loop.h"
#include "lib/task.h"

/*
 * Runs `fn(arg)` as the task "main" on a fresh loop with a virtual clock at 0 and yields of 1 us, then
 * ends the loop. Fails the test when the loop deadlocks or a check inside failed. Returns fn's result.
 */
int run_in_loop(sb_task_fn *fn, void *arg);

/* A test whose body runs in run_in_loop: what follows is the body, a function of `void *arg` that returns int. */
#define TASK_TEST(name)                 \
    static int name##_body(void *arg);  \
    static void name(void **state)      \
    {                                   \
        (void)state;                    \
        run_in_loop(name##_body, NULL); \
    }                                   \
    static int name##_body(void *arg)

/* As run_in_loop, for bodies whose loop is expected to end in deadlock: returns what sb_loop_run did. */
int run_loop_expecting(int expected_loop_rc, sb_task_fn *fn, void *arg);

/* Cancels the tasks and joins them: they lie on the stack of who calls. */
void cancel_and_join(struct sb_task *tasks, int count);

/* The running test's loop, inside run_in_loop. */
struct sb_loop *test_loop(void);

/* How many errors of tasks nobody collected went to the loop's error handler in the last run. */
unsigned test_error_count(void);

/* Inside tasks: note the first failure, with its place; the test fails when the loop has ended. */
#define check_true(condition) check_at((condition), #condition, __FILE__, __LINE__)
#define check_int(value, expected) \
    check_int_at((int64_t)(value), (int64_t)(expected), #value, __FILE__, __LINE__)
#define check_text(value, expected) check_text_at((value), (expected), #value, __FILE__, __LINE__)
void check_at(int is_good, const char *what, const char *file, int line);
void check_int_at(int64_t value, int64_t expected, const char *what, const char *file, int line);
void check_text_at(const char *value, const char *expected, const char *what, const char *file,
                   int line);

/* For tests that run a loop of their own: forgets failures and the record; fails the test if one was noted since. */
void checks_begin(void);
void checks_end(void);

/* The record of events: appended to from anywhere, joined by " | ". Emptied by run_in_loop. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, with the time in ms in front: "12.5 pressed". */
void note_at(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *notes(void);
void notes_clear(void);

#endif
