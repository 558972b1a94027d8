/* SPDX-License-Identifier: MIT */
/* Programs and signals: what an interrupt unwinds, who is found to be hogging the processor, what idles. Time is real here. */
#include "tests/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/child.h"
#include "tests/linux/gpio_rig.h"

static struct child_result r;

/* spec/core.md 13.3.24 */
static void an_interrupt_lets_every_task_clean_up(void **state)
{
    (void)state;
    child_run(&r,
              "out=%s/out; "
              "tests/programs/faulty --backend sim --headless --speed 1 -- clean-up >$out & "
              "until grep -q waiting $out || ! kill -0 $!; do sleep 0.01; done 2>/dev/null; "
              "kill -INT $!; wait $!; cat $out",
              child_folder());
    assert_string_equal(r.out, "waiting\ncleaned up\n");
}

/* spec/core.md 13.1.10 */
static void a_task_that_never_waits_is_named_after_five_seconds(void **state)
{
    const char *san = getenv("SAN");

    (void)state;
    if (san != NULL && *san != '\0')
        skip(); /* they defer signals while nothing is called */
    child_run(&r, "ulimit -t 10; exec tests/programs/faulty --backend sim --headless -- hog");
    assert_non_null(strstr(r.err, "'hog' has run for 5 s without waiting"));
}

/* The longest time without a call of the system, seconds, in the output of strace -f -ttt. */
static double longest_silence(const char *trace)
{
    double longest = 0;
    double last = 0;

    for (const char *line = trace; line != NULL && *line != '\0';) {
        double time;

        if (sscanf(line, "%*d %lf", &time) == 1 && time > 0) {
            if (last > 0 && time - last > longest)
                longest = time - last;
            last = time;
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return longest;
}

/* spec/core.md 13.1.9. It is interrupted when nothing was traced for longer than is asserted, however slow its start was. */
static void an_idle_program_makes_no_call_of_the_system(void **state)
{
    const char *san = getenv("SAN");
    char path[128];
    char *trace;
    size_t size;

    (void)state;
    if (child_is_emulated() || (san != NULL && *san != '\0'))
        skip(); /* it would show what the emulator or the sanitizer calls */
    if (system("command -v strace >/dev/null && strace -o /dev/null true") != 0)
        skip();
    snprintf(path, sizeof(path), "%s/trace", child_folder());
    child_run(&r,
              "trace=%s; "
              "strace -f -ttt -o $trace env LD_PRELOAD='%s' examples/button --backend linux & "
              "sleep 0.3; for i in 1 2 3 4 5 6 7 8; do "
              "  size=$(stat -c %%s $trace 2>/dev/null || echo 0); sleep 2.5; "
              "  [ $size = 0 ] || [ $size != $(stat -c %%s $trace) ] || break; "
              "done; "
              "kill -INT $(head -n 1 $trace | cut -d ' ' -f 1); wait",
              path, getenv("GPIO_RIG_FAKE"));
    trace = child_read_file(path, &size);
    assert_non_null(trace);
    assert_true(longest_silence(trace) > 2.0);
    free(trace);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupt_lets_every_task_clean_up),
        cmocka_unit_test(a_task_that_never_waits_is_named_after_five_seconds),
        cmocka_unit_test(an_idle_program_makes_no_call_of_the_system),
    };

    (void)argc;
    rig_start(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
