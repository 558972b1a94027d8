/* SPDX-License-Identifier: MIT */
/*
 * Every example runs on the simulated board, and those which need no more than pins on a fake chip, where what they do is
 * seen from outside. The others, and these once more, run on a real kernel: tests/kernel/test_kernel_examples.c. Time is
 * real here.
 */
#include "tests/linux/gpio_rig.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/child.h"
#include "tests/fake_log.h"

#define MS_NS INT64_C(1000000)

static struct child_result r;

static const char *log_path(void)
{
    return getenv("GPIOFAKE_LOG");
}

static int set_up(void **state)
{
    (void)state;
    return rig_begin_log() ? 0 : -1;
}

/* Runs it on the fake chip, while a script of the shell, if there is one, drives inputs once line 27 is watched. */
static void run_on_chip(const char *command, const char *script)
{
    child_run(&r, "%s LD_PRELOAD='%s' %s",
              script == NULL ? "" : rig_do_after(" 27 config .*edges", script),
              getenv("GPIO_RIG_FAKE"), command);
}

static void assert_holds(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("no \"%s\" in:\n%s%s", words, text, r.err);
}

/* ---- on the simulated board */

static int is_program(const struct dirent *entry)
{
    char path[512];

    if (strchr(entry->d_name, '.') != NULL)
        return 0;
    snprintf(path, sizeof(path), "%s/examples/%s", child_build(), entry->d_name);
    return access(path, X_OK) == 0;
}

static void every_example_runs_on_the_simulated_board(void **state)
{
    struct dirent **entries = NULL;
    char folder[512];
    int count;

    (void)state;
    snprintf(folder, sizeof(folder), "%s/examples", child_build());
    count = scandir(folder, &entries, is_program, alphasort);
    assert_true(count >= 14);
    for (int i = 0; i < count; i++) {
        child_run(&r, "examples/%s --backend sim --headless --for 3s", entries[i]->d_name);
        if (r.status != 0)
            fail_msg("%s ends with %d: %s", entries[i]->d_name, r.status, r.err);
        free(entries[i]);
    }
    free(entries);
}

/* ---- on the fake chip */

static void blink_changes_twice_a_second(void **state)
{
    int64_t times[8];
    unsigned count;

    (void)state;
    run_on_chip("examples/blink --backend linux --for 2200ms", NULL);
    assert_int_equal(r.status, 0);
    count = fake_log_changes(log_path(), 17, times, 8);
    assert_int_equal(count, 5); /* the first is the level that it begins with */
    for (unsigned i = 1; i < count; i++)
        assert_true(times[i] - times[0] >= i * 500 * MS_NS);
    assert_holds(rig_log(17), "| release");
}

static void button_answers_and_ends_after_a_long_press(void **state)
{
    (void)state;
    run_on_chip("examples/button --backend linux --for 20s",
                "echo 27 0; sleep 0.2; echo 27 1; sleep 1.5; echo 27 0");
    assert_int_equal(r.status, 0);
    assert_string_equal(r.out, "on\nlong press: the end\n");
    assert_int_equal(fake_log_changes(log_path(), 17, NULL, 0), 2); /* low, then on */
}

static void lcd_shows_its_clock_and_the_page_that_the_button_turns(void **state)
{
    static const struct fake_log_lcd lcd = {
        .rs = 26, .e = 19, .d4 = 13, .d5 = 6, .d6 = 5, .d7 = 11, .columns = 16, .rows = 2};
    static char text[8192];

    (void)state;
    run_on_chip("examples/lcd --backend linux --for 3500ms",
                "sleep 2; echo 27 0; sleep 0.2; echo 27 1");
    assert_int_equal(r.status, 0);
    assert_true(fake_log_texts(log_path(), &lcd, text, sizeof(text)) > 60);
    assert_holds(text, "Softboard ~     \nUp 00:00:01     \n");
    assert_holds(text, "Button presses  \n1              #\n");
}

static void echo_talks_over_tcp(void **state)
{
    (void)state;
    run_on_chip("examples/echo --backend linux", NULL);
    assert_int_equal(r.status, 0);
    assert_holds(r.out, "tcp:localhost:");
    assert_holds(r.out, "Ann says 3\n");
    assert_holds(r.out, "Ben says 3\n");
}

static void tasks_take_turns_in_real_time_too(void **state)
{
    (void)state;
    run_on_chip("examples/roundrobin --backend linux", NULL);
    assert_int_equal(r.status, 0);
    assert_int_equal(strncmp(r.out, "Foo 1\nFoo 2\nFoo 3\nFoo 1\n", 24), 0);
    run_on_chip("examples/rate --backend linux", NULL);
    assert_int_equal(r.status, 0);
    assert_holds(r.out, "\n 10000 ");
}

static void a_pin_of_another_board_is_the_programs_fault(void **state)
{
    (void)state;
    run_on_chip("examples/uart_half_duplex --backend linux", NULL);
    assert_holds(r.err, "pinctrl-bcm2835 has no pin \"GP15\"");
    assert_int_equal(r.status, 1);
}

int main(int argc, char **argv)
{
#define ON_CHIP(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_runs_on_the_simulated_board),
        ON_CHIP(blink_changes_twice_a_second),
        ON_CHIP(button_answers_and_ends_after_a_long_press),
        ON_CHIP(lcd_shows_its_clock_and_the_page_that_the_button_turns),
        ON_CHIP(echo_talks_over_tcp),
        ON_CHIP(tasks_take_turns_in_real_time_too),
        ON_CHIP(a_pin_of_another_board_is_the_programs_fault),
    };

    (void)argc;
    rig_start(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
