/* SPDX-License-Identifier: MIT */
/* Stdin and stdout as a stream, whatever they are: pipes, files, nothing; and on which clocks. */
#include "tests/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/child.h"

#define PROGRAM "tests/programs/stdio_echo"

static struct child_result r;

static void expect(int status, const char *out, const char *err_part)
{
    if (r.status != status || strcmp(r.out, out) != 0 || strstr(r.err, err_part) == NULL)
        fail_msg("status %d, expected %d; stdout \"%.200s\", expected \"%s\"; stderr \"%s\"",
                 r.status, status, r.out, out, r.err);
}

static void what_comes_through_a_pipe_goes_back_through_one(void **state)
{
    (void)state;
    child_run(&r,
              "(printf 'one\\n'; sleep 0.05; printf 'two') | " PROGRAM " --backend linux | cat");
    expect(0, "one\ntwo", "");
    child_run(&r, "head -c 3000000 /dev/zero | " PROGRAM " --backend linux | wc -c");
    expect(0, "3000000\n", "");
}

static void files_are_read_and_written_where_the_others_are(void **state)
{
    const char *folder = child_folder();

    (void)state;
    child_run(&r, "cd %s; for i in $(seq 9000); do echo $i; done > numbers; echo before > out",
              folder);
    child_run(&r,
              "(read first; " PROGRAM " --backend linux; echo after) < %s/numbers >> %s/out; "
              "wc -l < %s/out; head -n 2 %s/out; tail -n 2 %s/out",
              folder, folder, folder, folder, folder);
    expect(0, "9001\nbefore\n2\n9000\nafter\n", "");
}

static void an_end_is_an_end(void **state)
{
    (void)state;
    child_run(&r, PROGRAM " --backend linux < /dev/null");
    expect(0, "", "");
    child_run(&r, PROGRAM " --backend linux <&-");
    expect(0, "", "");
}

static void a_stdout_that_nobody_reads_is_an_error(void **state)
{
    (void)state;
    child_run(&r, "head -c 1000000 /dev/zero | { " PROGRAM " --backend linux; echo $? >&2; } | "
                  "head -c 1 > /dev/null");
    expect(0, "", "sb_main returned -32: Broken pipe\n1\n");
}

static void there_is_one_stdio_only(void **state)
{
    (void)state;
    child_run(&r, PROGRAM " --backend linux -- twice < /dev/null");
    expect(3, "", "stdio is open already: close it first, or share the handle");
}

static void the_simulated_board_has_it_when_its_clock_keeps_pace(void **state)
{
    (void)state;
    child_run(&r, "echo hello | " PROGRAM " --backend sim --headless");
    expect(
        1, "",
        "stdio: sockets, pseudo terminals and stdin are the world's, for which the virtual clock "
        "cannot wait: use --speed 1 or --backend linux");
    child_run(&r,
              "(sleep 0.02; echo hello) | " PROGRAM " --backend sim --headless --speed 10 | cat");
    expect(0, "hello\n", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_through_a_pipe_goes_back_through_one),
        cmocka_unit_test(files_are_read_and_written_where_the_others_are),
        cmocka_unit_test(an_end_is_an_end),
        cmocka_unit_test(a_stdout_that_nobody_reads_is_an_error),
        cmocka_unit_test(there_is_one_stdio_only),
        cmocka_unit_test(the_simulated_board_has_it_when_its_clock_keeps_pace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
