/* SPDX-License-Identifier: MIT */
/* The shared part of the tests: see support.h. */
#include "tests/support.h"

#include <stdio.h>
#include <string.h>

#include "hal-linux/stacks_mmap.h"
#include "sim/clock_virtual.h"

static struct sb_loop loop;
static char failure[1024];
static char record[16384];
static unsigned error_count;

static void on_error(struct sb_task *task, int result, void *arg)
{
    (void)task;
    (void)result;
    (void)arg;
    error_count++;
}

struct sb_loop *test_loop(void)
{
    return sb_loop_current();
}

unsigned test_error_count(void)
{
    return error_count;
}

void checks_begin(void)
{
    failure[0] = '\0';
    error_count = 0;
    notes_clear();
}

void checks_end(void)
{
    if (failure[0] != '\0')
        fail_msg("%s", failure);
}

int run_loop_expecting(int expected_loop_rc, sb_task_fn *fn, void *arg)
{
    struct sb_stacks_mmap pool;
    struct sb_clock clock;
    struct sb_task main_task;
    int rc;

    checks_begin();
    sb_clock_virtual_init(&clock, SB_YIELD_COST_NS);
    assert_int_equal(sb_stacks_mmap_init(&pool, 0), 0);
    sb_loop_init(&loop,
                 &(struct sb_loop_config){
                     .clock = &clock, .stacks = &pool.stacks, .seed = 1, .error_fn = on_error});
    assert_int_equal(sb_spawn(&main_task, "main", fn, arg), 0);
    rc = sb_loop_run(&loop, &main_task);
    sb_loop_deinit(&loop);
    sb_stacks_mmap_deinit(&pool);
    checks_end();
    assert_int_equal(rc, expected_loop_rc);
    return main_task.result;
}

int run_in_loop(sb_task_fn *fn, void *arg)
{
    return run_loop_expecting(0, fn, arg);
}

void cancel_and_join(struct sb_task *tasks, int count)
{
    for (int i = 0; i < count; i++)
        sb_task_cancel(&tasks[i]);
    for (int i = 0; i < count; i++)
        sb_join(&tasks[i], NULL);
}

void check_at(int is_good, const char *what, const char *file, int line)
{
    if (!is_good && failure[0] == '\0')
        snprintf(failure, sizeof(failure), "%s:%d: not true: %s", file, line, what);
}

void check_int_at(int64_t value, int64_t expected, const char *what, const char *file, int line)
{
    if (value != expected && failure[0] == '\0')
        snprintf(failure, sizeof(failure), "%s:%d: %s is %lld, expected %lld", file, line, what,
                 (long long)value, (long long)expected);
}

void check_text_at(const char *value, const char *expected, const char *what, const char *file,
                   int line)
{
    if (strcmp(value, expected) != 0 && failure[0] == '\0')
        snprintf(failure, sizeof(failure), "%s:%d: %s is\n  \"%s\", expected\n  \"%s\"", file, line,
                 what, value, expected);
}

static void append(const char *text)
{
    size_t used = strlen(record);

    if (used > 0)
        used += (size_t)snprintf(record + used, sizeof(record) - used, " | ");
    if (used < sizeof(record))
        snprintf(record + used, sizeof(record) - used, "%s", text);
}

void note(const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    append(text);
}

void note_at(const char *format, ...)
{
    char text[256];
    va_list args;
    int used = snprintf(text, sizeof(text), "%.15g ", (double)sb_now_ns() / 1e6);

    va_start(args, format);
    vsnprintf(text + used, sizeof(text) - (size_t)used, format, args);
    va_end(args);
    append(text);
}

const char *notes(void)
{
    return record;
}

void notes_clear(void)
{
    record[0] = '\0';
}
