/* SPDX-License-Identifier: MIT */
/* The examples that need no hardware: what they print, to the letter where it does not depend on the machine. */
#include "tests/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/child.h"

static struct child_result r;

static void expect_output(const char *command, const char *output)
{
    child_run(&r, "%s", command);
    assert_string_equal(r.err, "");
    assert_int_equal(r.status, 0);
    assert_string_equal(r.out, output);
}

/* spec/core.md 9.4 gather.py, False */
static void gather_ends_the_others_at_the_first_error(void **state)
{
    (void)state;
    expect_output("examples/gather --backend sim --headless",
                  " 0.0 s  barking starts\n 0.0 s  bar starts\n 0.0 s  foo starts\n"
                  " 5.0 s  bar is cancelled\n 5.0 s  barking is cut short\n"
                  " 5.0 s  gather: -125; results: -125, -125, -125\n");
}

/* spec/core.md 9.4 gather.py, True */
static void gather_all_waits_for_everybody(void **state)
{
    (void)state;
    expect_output("examples/gather --backend sim --headless -- all",
                  " 0.0 s  barking starts\n 0.0 s  bar starts\n 0.0 s  foo starts\n"
                  " 5.0 s  bar is cancelled\n 6.0 s  barking is done\n"
                  " 7.0 s  foo has run out of time\n"
                  " 7.0 s  gather: 2; results: 42, -125, -110\n");
}

/* spec/core.md 9.4 roundrobin */
static void roundrobin_goes_strictly_in_turns(void **state)
{
    (void)state;
    expect_output("examples/roundrobin --backend sim --headless",
                  "Foo 1\nFoo 2\nFoo 3\nFoo 1\nFoo 2\nFoo 3\nFoo 1\nFoo 2\nFoo 3\n"
                  "Foo 1\nFoo 2\nFoo 3\nFoo 1\nFoo 2\nFoo 3\n");
}

static bool is_slow(void)
{
    const char *san = getenv("SAN");

    return san != NULL && *san != '\0';
}

/* spec/core.md 9.4 rate, 12.1 */
static void rate_counts_turns_for_each_number_of_tasks(void **state)
{
    int tasks;
    int lines = 0;
    double turns;

    (void)state;
    if (is_slow())
        skip();
    child_run(&r, "examples/rate --backend sim --headless");
    assert_int_equal(r.status, 0);
    for (char *line = strchr(r.out, '\n'); line != NULL && line[1] != '\0'; lines++) {
        assert_int_equal(sscanf(line, "%d %lf", &tasks, &turns), 2);
        assert_true(turns > 0);
        line = strchr(line + 1, '\n');
    }
    assert_int_equal(lines, 6);
}

/* spec/core.md 12.3, 13.6.45 */
static void twenty_thousand_tasks_sleep_at_once_on_a_page_each(void **state)
{
    long count;
    double size;

    (void)state;
    if (is_slow())
        skip();
    child_run(&r, "examples/many_tasks --backend sim --headless -- 20000");
    assert_int_equal(r.status, 0);
    assert_int_equal(sscanf(r.out, "%ld tasks asleep, %lf bytes each", &count, &size), 2);
    assert_int_equal(count, 20000);
    assert_true(size < 8192);
    assert_non_null(strstr(r.out, "20000 woke after 60 s\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gather_ends_the_others_at_the_first_error),
        cmocka_unit_test(gather_all_waits_for_everybody),
        cmocka_unit_test(roundrobin_goes_strictly_in_turns),
        cmocka_unit_test(rate_counts_turns_for_each_number_of_tasks),
        cmocka_unit_test(twenty_thousand_tasks_sleep_at_once_on_a_page_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
