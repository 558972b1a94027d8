/* SPDX-License-Identifier: MIT */
/* Programs as their users run them: options, endings, exit codes, what is printed. */
#include "tests/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "tests/child.h"

static struct child_result r;

static void expect(int status, const char *err_part)
{
    if (r.status != status || strstr(r.err, err_part) == NULL)
        fail_msg("status %d, expected %d with \"%s\" in:\n%s", r.status, status, err_part, r.err);
}

static void need_yaml(void)
{
    if (SB_HAVE_YAML)
        return;
    print_message("built without libyaml\n");
    skip();
}

/* ---- usage */

static void wrong_usage_is_one_line_and_2(void **state)
{
    static const char *const cases[][2] = {
        {"--headles", "blink: unknown option '--headles': did you mean '--headless'?\n"},
        {"--xyz", "blink: unknown option '--xyz': 'blink --help' lists them\n"},
        {"--seed", "blink: --seed needs a value: 'blink --help' shows which\n"},
        {"--seed -1", "blink: --seed '-1': give a whole number from 0, also as 0x1f\n"},
        {"--for 5",
         "blink: --for '5': is no time: give a number and a unit, such as 500us, 10ms, 2s, 1m, 1h\n"},
        {"--speed 0", "blink: --speed '0': give a number above 0, such as 1 or 10, or max\n"},
        {"--date 2026-02-30", "blink: --date '2026-02-30': give a date such as "
                              "2026-01-01T00:00:00Z\n"},
        {"--backend pi", "blink: --backend 'pi': give sim or linux\n"},
        {"--vcd-timescale 3us",
         "blink: --vcd-timescale '3us': give 1, 10 or 100 ns, us, ms or s\n"},
        {"word",
         "blink: unexpected argument 'word': the program's own arguments follow after --\n"},
        {"--backend linux --scenario x",
         "blink: --scenario needs a simulated board: leave out --backend linux\n"},
        {"--check-determinism",
         "blink: --check-determinism needs an end: add --for TIME or --scenario FILE\n"},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        child_run(&r, "examples/blink %s", cases[i][0]);
        assert_string_equal(r.err, cases[i][1]);
        assert_string_equal(r.out, "");
        assert_int_equal(r.status, 2);
    }
}

static void files_that_are_absent_or_wrong_are_2(void **state)
{
    char path[128];
    FILE *file;

    (void)state;
    child_run(&r, "examples/blink --headless --board nowhere.json");
    expect(2, "nowhere.json");
    child_run(&r, "examples/blink --headless --scenario nowhere.yaml");
    expect(2, "nowhere.yaml");
    child_run(&r, "examples/blink --headless --for 1s --vcd /nowhere/x.vcd");
    expect(2, "/nowhere/x.vcd");
    snprintf(path, sizeof(path), "%s/bad.json", child_folder());
    file = fopen(path, "we");
    assert_non_null(file);
    fputs("{ \"version\": 1\n  \"parts\": [] }\n", file);
    fclose(file);
    child_run(&r, "examples/blink --headless --board %s", path);
    expect(2, "bad.json:2:3: ");
    assert_ptr_equal(strchr(r.err, '\n'), r.err + strlen(r.err) - 1);
}

static void help_version_and_pins_go_to_stdout(void **state)
{
    (void)state;
    child_run(&r, "examples/blink --help");
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "--check-determinism"));
    child_run(&r, "examples/blink --version");
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "Softboard "));
    child_run(&r, "examples/blink --backend sim --list-pins");
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "pi (softboard-raspberry-pi)\n  GPIO0 (pin 27)\n"));
    assert_non_null(strstr(r.out, "  GPIO17 (pin 11)   r1:1\n"));
    assert_non_null(strstr(r.out, "\n  ADC0\n"));
}

/* ---- endings */

static void each_ending_has_its_code(void **state)
{
    (void)state;
    child_run(&r, "examples/blink --headless --for 10s");
    expect(0, "");
    assert_string_equal(r.err, "");
    child_run(&r, "examples/blink --headless --timeout 3s");
    expect(124, "blink: the limit of --timeout is reached\n");
    child_run(&r, "tests/programs/faulty --backend sim --headless");
    expect(0, "");
    child_run(&r, "tests/programs/faulty --backend sim --headless -- return");
    expect(1, "faulty: sb_main returned -5: Input/output error\n");
    child_run(&r, "tests/programs/faulty --backend sim --headless -- no-pin");
    expect(1, "pi (softboard-raspberry-pi) has no pin \"GPIO99\"");
    child_run(&r, "tests/programs/faulty --backend sim --headless -- error");
    expect(
        1,
        "faulty: task 'error' ended with an error that nobody collected: Input/output error (-5)");
    child_run(&r, "examples/blink --headless --wall-timeout 0s");
    expect(124, "the limit of --wall-timeout is reached");
}

static void a_scenario_that_is_cut_short_is_124(void **state)
{
    (void)state;
    need_yaml();
    child_run(&r, "examples/blink --headless --scenario examples/blink.yaml");
    expect(0, "");
    child_run(&r, "examples/blink --headless --scenario examples/blink.yaml --for 2s");
    expect(124, "steps of the scenario done");
}

static void a_deadlock_says_which_task_waits_on_what(void **state)
{
    (void)state;
    child_run(&r, "tests/programs/faulty --backend sim --headless -- deadlock");
    expect(1, "faulty: deadlock at 0.000000000 s");
    assert_non_null(strstr(r.err, "'deadlock': waiting on event since 0.000000000 s"));
    assert_non_null(strstr(r.err, "'main': waiting on join since 0.000000000 s"));
#if SB_HAVE_DW
    assert_non_null(strstr(r.err, "\n      in wait_for_ever (tests/programs/faulty.c:"));
#endif
}

static void a_deadlock_shows_the_calls_that_led_to_each_wait(void **state)
{
    (void)state;
#if SB_HAVE_DW && !defined(SB_CORO_UCONTEXT)
    const char *at;

    child_run(&r, "tests/programs/faulty --backend sim --headless -- nested");
    expect(1, "'nested': waiting on event since 0.000000000 s");
    at = strstr(r.err, "'nested'");
    assert_non_null(at = strstr(at, "\n      in wait_inside (tests/programs/faulty.c:"));
    assert_non_null(at = strstr(at, "\n      called from wait_outside (tests/programs/faulty.c:"));
    assert_non_null(at = strstr(at, "\n      called from wait_nested (tests/programs/faulty.c:"));
    assert_null(strstr(strstr(at, "wait_nested"),
                       "called from")); /* what calls every task's function says nothing */
    assert_non_null(at = strstr(r.err, "\n      in sb_main (tests/programs/faulty.c:"));
    assert_int_equal(strncmp(strchr(at + 1, '\n'), "\n  task 2", 9), 0);
#else
    print_message("built without libdw, or without a chain of frames\n");
    skip();
#endif
}

/* sb_main returns after a second, in the very instant in which the step is over, too. */
static void a_scenario_whose_last_step_ends_with_the_program_is_done(void **state)
{
    char path[256];
    FILE *file;

    (void)state;
    need_yaml();
    snprintf(path, sizeof(path), "%s/second.yaml", child_folder());
    file = fopen(path, "we");
    assert_non_null(file);
    fputs("name: a second\nversion: 1\nsteps:\n  - delay: 500ms\n  - delay: 500ms\n", file);
    fclose(file);
    child_run(&r, "tests/programs/faulty --backend sim --headless --scenario %s", path);
    expect(0, "");
    file = fopen(path, "ae");
    assert_non_null(file);
    fputs("  - delay: 1ms\n", file);
    fclose(file);
    child_run(&r, "tests/programs/faulty --backend sim --headless --scenario %s", path);
    expect(1, "the run ended with 2 of 3 steps of the scenario done");
}

static void a_task_that_ignores_its_cancel_is_named_and_the_run_ends(void **state)
{
    (void)state;
    child_run(&r, "tests/programs/faulty --backend sim --headless -- stubborn");
    expect(1, "faulty: task 'stubborn' ignored its cancel in 100 waits in a row");
}

static void a_stack_overflow_names_its_task(void **state)
{
    const char *san = getenv("SAN");

    (void)state;
    if (san != NULL && *san != '\0')
        skip(); /* the sanitizer reports it in its own way */
    child_run(&r, "tests/programs/faulty --backend sim --headless -- overflow");
    expect(1, "faulty: stack overflow in task ");
    assert_non_null(strstr(r.err, "'overflow'"));
}

static void an_overflow_without_a_guard_page_names_its_task_at_the_next_wait(void **state)
{
    const char *san = getenv("SAN");

    (void)state;
    if (san != NULL && *san != '\0')
        skip();
    child_run(&r, "tests/programs/faulty --backend sim --headless -- own-stack");
    expect(1, "faulty: stack overflow in task ");
    assert_non_null(strstr(r.err, "'own stack': it has 32768 bytes"));
}

static void an_overflow_in_one_of_very_many_tasks_names_it(void **state)
{
    const char *san = getenv("SAN");

    (void)state;
    if (san != NULL && *san != '\0')
        skip();
    child_run(&r, "tests/programs/faulty --backend sim --headless -- many");
    expect(1, "faulty: stack overflow in task ");
    assert_non_null(strstr(r.err, "'one of many'"));
}

/* ---- scenarios, strict, determinism */

static void a_failed_step_says_where_when_and_what(void **state)
{
    char path[128];
    FILE *file;

    (void)state;
    need_yaml();
    snprintf(path, sizeof(path), "%s/wrong.yaml", child_folder());
    file = fopen(path, "we");
    assert_non_null(file);
    fputs("name: wrong\nversion: 1\nsteps:\n  - delay: 2s\n  - name: Look\n"
          "    expect-lcd: { part-id: lcd1, line: 1, text: Hello }\n",
          file);
    fclose(file);
    child_run(&r, "examples/lcd --headless --scenario %s", path);
    expect(1, "wrong.yaml:5: step 2 'Look' at 2.000060000 s: lcd1 line 1: expected \"Hello\", seen "
              "\"Softboard \u2192");
    assert_non_null(strstr(r.err, "to repeat: examples/lcd --backend sim --headless --seed 1"));
}

static void a_scenario_talks_to_a_program_by_its_serial_port(void **state)
{
    char path[128];
    FILE *file;

    (void)state;
    need_yaml();
    snprintf(path, sizeof(path), "%s/serial_echo.yaml", child_folder());
    file = fopen(path, "we");
    assert_non_null(file);
    fputs("name: echo\nversion: 1\nsteps:\n  - wait-serial: ready\n  - wait-serial: '> '\n"
          "  - write-serial: \"hello\\n\"\n  - wait-serial: \"hello\\n> \"\n",
          file);
    fclose(file);
    child_run(&r, "tests/programs/serial_echo --headless --strict --scenario %s", path);
    expect(0, "");
    assert_string_equal(r.err, "");
    assert_string_equal(r.out, "");
    child_run(&r, "tests/programs/serial_echo --backend sim --check-determinism --scenario %s",
              path);
    expect(0, "serial_echo: deterministic");
    file = fopen(path, "ae");
    assert_non_null(file);
    fputs("  - wait-serial: { text: more, within: 1s }\n", file);
    fclose(file);
    child_run(&r, "tests/programs/serial_echo --headless --vcd %s/a.vcd --scenario %s",
              child_folder(), path);
    expect(1, "serial_echo.yaml:8: step 5: wait-serial at 1.023802089 s: serial monitor: expected "
              "\"more\" within 1 s, nothing came after \"ready\\r\\n> hello\\n> \"");
}

static void strict_fails_a_driver_that_does_not_wait_for_clear(void **state)
{
    (void)state;
    child_run(&r, "tests/programs/impatient_lcd --board examples/lcd.json --headless");
    expect(0, "lcd-busy");
    child_run(&r, "tests/programs/impatient_lcd --board examples/lcd.json --headless --strict");
    expect(1, "lcd-busy");
    assert_non_null(strstr(r.err, "clear"));
    assert_non_null(strstr(r.err, "missing"));
    child_run(&r, "examples/lcd --headless --strict --for 1m");
    expect(0, "");
    assert_string_equal(r.err, "");
}

static void compare_files(const char *a, const char *b, bool is_equal)
{
    size_t size_a = 0;
    size_t size_b = 0;
    char *text_a = child_read_file(a, &size_a);
    char *text_b = child_read_file(b, &size_b);

    assert_non_null(text_a);
    assert_non_null(text_b);
    assert_true(size_a > 100);
    assert_int_equal(size_a == size_b && memcmp(text_a, text_b, size_a) == 0, is_equal);
    free(text_a);
    free(text_b);
}

static void equal_runs_write_equal_waveforms_and_another_seed_another_bounce(void **state)
{
    char paths[3][128];

    (void)state;
    need_yaml();
    for (int i = 0; i < 3; i++) {
        snprintf(paths[i], sizeof(paths[i]), "%s/%d.vcd", child_folder(), i);
        child_run(&r,
                  "examples/button --headless --scenario examples/button.yaml --vcd %s --seed %d",
                  paths[i], i == 2 ? 2 : 1);
        assert_int_equal(r.status, 0);
    }
    compare_files(paths[0], paths[1], true);
    compare_files(paths[0], paths[2], false);
}

static void two_runs_are_compared_and_an_order_by_address_is_found(void **state)
{
    const char *san = getenv("SAN");

    (void)state;
    child_run(&r, "examples/lcd --check-determinism --for 10s");
    expect(0, "lcd: deterministic: two runs had the same ");
    if (san != NULL && *san != '\0')
        skip(); /* a sanitizer's heap is another one */
    child_run(&r, "tests/programs/pointer_order --backend sim --check-determinism --for 1s");
    expect(1, "pointer_order: not deterministic: event ");
    assert_non_null(strstr(r.err, "  first run:  at 0.000000000 s: spawn a"));
    assert_non_null(strstr(r.err, "  second run: at 0.000000000 s: spawn d"));
}

static void shuffling_by_a_seed_is_repeatable(void **state)
{
    (void)state;
    child_run(&r, "examples/lcd --check-determinism --shuffle --seed 7 --for 10s");
    expect(0, "lcd: deterministic");
}

/* spec/core.md 13.6.44, 13.6.45 */
static void nothing_in_the_process_allocates_after_the_start(void **state)
{
    const char *san = getenv("SAN");

    (void)state;
    if (san != NULL && *san != '\0')
        skip(); /* the sanitizer's own malloc */
    child_run(
        &r,
        "tests/programs/allocations --board examples/lcd.json --headless --strict --vcd %s/a.vcd",
        child_folder());
    expect(0, "");
    assert_string_equal(r.out, "0 allocations\n");
}

static void a_run_without_display_and_terminal_is_one_minute_and_shows_the_board(void **state)
{
    (void)state;
    child_run(&r, "examples/lcd --backend sim");
    expect(0, "running one simulated minute");
    assert_non_null(strstr(r.out, "Up 00:01:00"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_usage_is_one_line_and_2),
        cmocka_unit_test(files_that_are_absent_or_wrong_are_2),
        cmocka_unit_test(help_version_and_pins_go_to_stdout),
        cmocka_unit_test(each_ending_has_its_code),
        cmocka_unit_test(a_scenario_that_is_cut_short_is_124),
        cmocka_unit_test(a_deadlock_says_which_task_waits_on_what),
        cmocka_unit_test(a_deadlock_shows_the_calls_that_led_to_each_wait),
        cmocka_unit_test(a_scenario_whose_last_step_ends_with_the_program_is_done),
        cmocka_unit_test(a_task_that_ignores_its_cancel_is_named_and_the_run_ends),
        cmocka_unit_test(a_stack_overflow_names_its_task),
        cmocka_unit_test(an_overflow_without_a_guard_page_names_its_task_at_the_next_wait),
        cmocka_unit_test(an_overflow_in_one_of_very_many_tasks_names_it),
        cmocka_unit_test(a_failed_step_says_where_when_and_what),
        cmocka_unit_test(a_scenario_talks_to_a_program_by_its_serial_port),
        cmocka_unit_test(strict_fails_a_driver_that_does_not_wait_for_clear),
        cmocka_unit_test(equal_runs_write_equal_waveforms_and_another_seed_another_bounce),
        cmocka_unit_test(two_runs_are_compared_and_an_order_by_address_is_found),
        cmocka_unit_test(shuffling_by_a_seed_is_repeatable),
        cmocka_unit_test(nothing_in_the_process_allocates_after_the_start),
        cmocka_unit_test(a_run_without_display_and_terminal_is_one_minute_and_shows_the_board),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
