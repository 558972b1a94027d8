/* SPDX-License-Identifier: MIT */
/* Contexts: what a switch keeps, how a stack begins, how a suspended one is walked. */
#include "tests/support.h"

#include <stdalign.h>
#include <stdio.h>

#include "lib/core.h"
#include "lib/task_info.h"

/* ---- registers */

/* More values than there are registers that a callee keeps; all of them live across each yield. */
static int keep_values(void *arg)
{
    volatile int64_t *seed = arg;
    int64_t a = *seed + 1, b = *seed + 2, c = *seed + 3, d = *seed + 4, e = *seed + 5,
            f = *seed + 6;
    int64_t g = *seed + 7, h = *seed + 8, i = *seed + 9, j = *seed + 10, k = *seed + 11,
            l = *seed + 12;
    double p = (double)*seed + 1, q = p + 1, r = p + 2, s = p + 3, t = p + 4, u = p + 5;
    double v = p + 6, w = p + 7, x = p + 8, y = p + 9;
    int64_t sum;
    double total;

    for (int n = 0; n < 10; n++) {
        a += 1, b += 2, c += 3, d += 4, e += 5, f += 6, g += 7, h += 8, i += 9, j += 10, k += 11,
            l += 12;
        p += 1, q += 2, r += 3, s += 4, t += 5, u += 6, v += 7, w += 8, x += 9, y += 10;
        sb_yield();
    }
    sum = a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j + 11 * k +
          12 * l;
    total = p + 2 * q + 3 * r + 4 * s + 5 * t + 6 * u + 7 * v + 8 * w + 9 * x + 10 * y;
    check_int(sum, 78 * *seed + 7150);
    check_true(total == 55.0 * (double)*seed + 4235.0);
    return 0;
}

TASK_TEST(a_switch_keeps_what_the_caller_has_in_registers)
{
    static int64_t seeds[] = {1000, -77777, 123456789};
    struct sb_task tasks[3];

    (void)arg;
    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "keep", keep_values, &seeds[i]);
    for (int i = 0; i < 3; i++)
        check_int(sb_join(&tasks[i], NULL), 0);
    return 0;
}

/* ---- the first frame */

static int look_at_alignment(void *arg)
{
    alignas(16) volatile char aligned[16] = {0};
    volatile uintptr_t address =
        (uintptr_t)aligned; /* or the compiler believes what it asked for */
    char text[32];

    (void)arg;
    check_int(address % 16, 0);
    snprintf(text, sizeof(text), "%.3f", 3.5 + aligned[0]); /* traps on a wrong stack */
    check_text(text, "3.500");
    return 0;
}

TASK_TEST(a_stack_of_any_size_begins_aligned)
{
    static alignas(16) char memory[32 * 1024 + 16];

    (void)arg;
    for (size_t less = 0; less < 16; less++) {
        struct sb_task task;
        struct sb_task_config config = {.fn = look_at_alignment,
                                        .stack = {memory, sizeof(memory) - 16 + less}};

        check_int(sb_spawn_config(&task, &config), 0);
        check_int(sb_join(&task, NULL), 0);
    }
    return 0;
}

/* ---- walking */

#ifdef SB_CORO_FP

static const void *return_to_middle;
static const void *return_to_outer;

/* What stands behind the calls keeps them from becoming jumps. */
static __attribute__((noinline)) int inner(void)
{
    int rc = sb_sleep_ms(5);

    return_to_middle = __builtin_return_address(0);
    note("inner %d", rc);
    return rc;
}

static __attribute__((noinline)) int middle(void)
{
    int rc = inner();

    return_to_outer = __builtin_return_address(0);
    note("middle");
    return rc;
}

static __attribute__((noinline)) int outer(void *arg)
{
    int rc = middle();

    (void)arg;
    note("outer");
    return rc;
}

static unsigned index_of(const void *const *addresses, unsigned count, const void *address)
{
    unsigned i = 0;

    while (i < count && addresses[i] != address)
        i++;
    return i;
}

TASK_TEST(the_calls_of_a_suspended_task_are_found_and_end_where_it_began)
{
    const void *found[32];
    struct sb_task task;
    bool is_whole;
    unsigned count;
    unsigned at;

    (void)arg;
    sb_spawn(&task, "outer", outer, NULL);
    sb_yield();
    count = sb_coro_backtrace(&task, found, 32, &is_whole);
    check_true(is_whole);
    check_int(sb_coro_backtrace(&task, found, 2, &is_whole), 2);
    check_true(!is_whole);
    check_int(sb_coro_backtrace(&task, found, 0, &is_whole), 0);
    check_int(sb_join(&task, NULL), 0);
    check_text(notes(), "inner 0 | middle | outer");

    /* In middle, in outer, in what calls a task's body; and there the chain ends. */
    at = index_of(found, count, return_to_middle);
    check_true(at > 0);
    check_int(count, at + 3);
    check_true(found[at + 1] == return_to_outer);
    return 0;
}

/* Runs `outer` for somebody, who does not want to hear of it. */
static __attribute__((noinline)) int host(void *arg)
{
    int rc;

    sb_task_set_outermost(__builtin_frame_address(0), (void (*)(void))outer);
    rc = outer(arg);
    sb_task_set_outermost(NULL, NULL);
    return rc + sb_sleep_ms(1);
}

static int hosting(void *arg)
{
    int rc = host(arg);

    note("hosting");
    return rc;
}

TASK_TEST(a_backtrace_ends_at_the_function_that_was_said_to_be_the_outermost)
{
    const void *found[32];
    struct sb_task task;

    (void)arg;
    sb_spawn(&task, "hosting", hosting, NULL);
    sb_yield();
    check_int(sb_task_backtrace(&task, found, 32), 3); /* in inner, in middle, in outer */
    sb_sleep_ms(5);
    check_true(found[1] == return_to_middle);
    check_true(found[2] == return_to_outer);
    check_int(sb_task_backtrace(&task, found, 32), 2); /* in host, in hosting */
    return sb_join(&task, NULL);
}

/* The call is the last thing, so a jump may stand for it, and nothing of the function is on the stack. */
static __attribute__((noinline)) int sleeping(void)
{
    return sb_sleep_ms(5);
}

static int hosting_sleep(void *arg)
{
    int rc;

    (void)arg;
    sb_task_set_outermost(__builtin_frame_address(0), (void (*)(void))sleeping);
    rc = sleeping();
    sb_task_set_outermost(NULL, NULL);
    return rc;
}

TASK_TEST(an_outermost_function_that_ended_with_the_call_stands_for_it)
{
    const void *found[32];
    uintptr_t offset;
    struct sb_task task;

    (void)arg;
    sb_spawn(&task, "hosting", hosting_sleep, NULL);
    sb_yield();
    check_int(sb_task_backtrace(&task, found, 32), 1);
    offset = (uintptr_t)found[0] - (uintptr_t)sleeping;
    check_true(offset > 0 && offset < 256);
    return sb_join(&task, NULL);
}

static int idle(void *arg)
{
    (void)arg;
    return 0;
}

TASK_TEST(a_task_that_has_not_begun_stands_at_its_start)
{
    const void *found[4];
    struct sb_task task;
    bool is_whole;

    (void)arg;
    sb_spawn(&task, "early", idle, NULL);
    check_int(sb_coro_backtrace(&task, found, 4, &is_whole), 1);
    check_true(is_whole);
    check_true(found[0] == (const void *)(uintptr_t)sb_coro_start);
    return sb_join(&task, NULL);
}

/* A stack whose frame pointers are what they should not be. */
static void a_walk_stays_on_the_stack(void **state)
{
    enum { WORDS = 64, FRAME = SB_CORO_WORDS + 8 };
    static void *memory[WORDS];
    struct sb_task task = {.sp = memory, .stack = {memory, sizeof(memory)}};
    void *const wrong[] = {NULL, &task, (void *)((uintptr_t)memory + sizeof(memory) + 16),
                           memory + 1, (char *)(memory + FRAME) + 1};
    const void *found[8];
    bool is_whole;

    (void)state;
    memory[SB_CORO_PC] = &memory[0];
    memory[FRAME + SB_CORO_RETURN] = &memory[1];
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        memory[SB_CORO_FP] = wrong[i];
        assert_int_equal(sb_coro_backtrace(&task, found, 8, &is_whole), 1);

        memory[SB_CORO_FP] = memory + FRAME;
        memory[FRAME + SB_CORO_NEXT] = wrong[i];
        assert_int_equal(sb_coro_backtrace(&task, found, 8, &is_whole), 2);
    }
    memory[FRAME + SB_CORO_NEXT] = memory + FRAME; /* a ring */
    assert_int_equal(sb_coro_backtrace(&task, found, 8, &is_whole), 2);
    assert_false(is_whole);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_switch_keeps_what_the_caller_has_in_registers),
        cmocka_unit_test(a_stack_of_any_size_begins_aligned),
#ifdef SB_CORO_FP
        cmocka_unit_test(the_calls_of_a_suspended_task_are_found_and_end_where_it_began),
        cmocka_unit_test(a_backtrace_ends_at_the_function_that_was_said_to_be_the_outermost),
        cmocka_unit_test(an_outermost_function_that_ended_with_the_call_stands_for_it),
        cmocka_unit_test(a_task_that_has_not_begun_stands_at_its_start),
        cmocka_unit_test(a_walk_stays_on_the_stack),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
