/* SPDX-License-Identifier: MIT */
/*
 * The examples on a real kernel, each a process of its own: on lines of gpio-sim, on a serial port, on a real clock; and what
 * they say when the machine has not what they need. A display's lines change faster than gpio-sim shows from outside:
 * there they are those of the fake chip, whose log tells all.
 *
 *   test_kernel_examples BUILD STIMULI
 */
#include "tests/kernel/kernel_rig.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/trace/source.h"
#include "tests/contract/outside_fd.h"
#include "tests/fake_log.h"
#include "tests/kernel/guest_child.h"

#define LOG      "/run/gpio.log"
#define ON_CHIP  "LD_PRELOAD=tests/gpiofake.so GPIOFAKE_LOG=" LOG " "
#define SERIAL   "/dev/serial0"
#define TTY_PLUG "/dev/softboard-tty"

static struct gpiosim chip;
static struct guest_child child;
static const char *stimuli = "tests/kernel/stimuli";

static int set_up(void **state)
{
    (void)state;
    (void)unlink(LOG);
    gpiosim_open(&chip, "pi", RIG_LABEL, RIG_LINE_COUNT, NULL);
    gpiosim_pull(&chip, 27, true);
    gpiosim_pull(&chip, 18, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    gpiosim_close(&chip);
    return 0;
}

static void pass_ms(unsigned ms)
{
    rig_block_us(ms * 1000);
}

static void assert_holds(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("no \"%s\" in:\n%s%s", words, text, child.err);
}

/* ---- pins */

static void blink_changes_twice_a_second(void **state)
{
    char levels[22] = "";

    (void)state;
    guest_child_start(&child, "examples/blink --backend linux --for 2200ms");
    pass_ms(50);
    for (int i = 0; i < 21; i++) {
        levels[i] = (char)('0' + gpiosim_value(&chip, 17));
        pass_ms(100);
    }
    guest_child_end(&child);
    guest_child_assert_status(&child, 0);
    assert_string_equal(levels, "000001111100000111110");
}

static void press(unsigned ms)
{
    gpiosim_pull(&chip, 27, false);
    pass_ms(ms);
    gpiosim_pull(&chip, 27, true);
    pass_ms(1000);
}

static void button_answers_and_ends_after_a_long_press(void **state)
{
    (void)state;
    guest_child_start(&child, "examples/button --backend linux");
    pass_ms(200);
    press(100);
    assert_int_equal(gpiosim_value(&chip, 17), 1);
    press(100);
    assert_int_equal(gpiosim_value(&chip, 17), 0);
    press(100);
    press(2000);
    guest_child_end(&child);
    guest_child_assert_status(&child, 0);
    assert_string_equal(child.out, "on\noff\non\nlong press: the end\n");
}

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void play_remote(void)
{
    int64_t begin_ns = now_ns();
    struct sb_trace_change change;
    struct sb_trace *trace;
    struct sb_diag diag;
    char path[256];

    snprintf(path, sizeof(path), "%s/remote.vcd", stimuli);
    sb_diag_init(&diag, NULL, NULL);
    assert_int_equal(sb_trace_open(&trace, path, NULL, &diag), 0);
    while (sb_trace_next(trace, &change) > 0) {
        int64_t left_ns = begin_ns + change.time_ns - now_ns();

        if (left_ns > 0)
            rig_block_us((unsigned)(left_ns / 1000));
        gpiosim_pull(&chip, 18, change.level == 1);
    }
    sb_trace_close(trace);
}

static void ir_remote_prints_the_key_and_that_it_is_held(void **state)
{
    (void)state;
    guest_child_start(&child, "examples/ir_remote --backend linux --for 2s");
    pass_ms(200);
    play_remote();
    guest_child_end(&child);
    guest_child_assert_status(&child, 0);
    assert_string_equal(child.out, "address 40 command 44\n  held, 1\n  held, 2\n");
}

/* ---- no pins */

static void gather_takes_its_seconds(void **state)
{
    (void)state;
    guest_child_run(&child, "examples/gather --backend linux -- all");
    guest_child_assert_status(&child, 0);
    assert_holds(child.out, " 5.0 s  bar is cancelled\n 6.0 s  barking is done\n"
                            " 7.0 s  foo has run out of time\n"
                            " 7.0 s  gather: 2; results: 42, -125, -110\n");
}

static void many_tasks_sleep_a_minute(void **state)
{
    (void)state;
    guest_child_run(&child, "examples/many_tasks --backend linux -- 1000");
    guest_child_assert_status(&child, 0);
    assert_holds(child.out, "1000 woke after 60 s\n");
}

/* ---- a serial port */

static int plug_fd;

/* With the other end as outside_fd. */
static int plug_serial(void **state)
{
    (void)set_up(state);
    plug_fd = open(TTY_PLUG, O_RDWR | O_CLOEXEC);
    assert_true(plug_fd >= 0);
    (void)unlink(SERIAL);
    assert_int_equal(symlink("/dev/ttySB0", SERIAL), 0);
    outside_fd_take_tty(open("/dev/ttySB1", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), B9600);
    return 0;
}

static int unplug_serial(void **state)
{
    outside_fd_close();
    close(plug_fd);
    (void)unlink(SERIAL);
    return tear_down(state);
}

static void say(const char *text)
{
    assert_int_equal(write(outside_fd(), text, strlen(text)), strlen(text));
}

static const struct fake_log_lcd lcd = {
    .rs = 26, .e = 19, .d4 = 13, .d5 = 6, .d6 = 5, .d7 = 11, .columns = 16, .rows = 2};

static void gps_clock_shows_time_and_place(void **state)
{
    static char text[16384];

    (void)state;
    guest_child_start(&child, ON_CHIP "examples/gps_clock --backend linux --for 8s");
    pass_ms(1000);
    say("$GPRMC,081836,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*62\r\n");
    pass_ms(1000);
    say("$GPRMC,225446,A,4916.45,N,12311.12,W,000.5,054.7,191194,020.3,E*68\r\n");
    guest_child_end(&child);
    guest_child_assert_status(&child, 0);
    assert_true(fake_log_texts(LOG, &lcd, text, sizeof(text)) > 60);
    assert_holds(text, "08:18:36   13/09\n-37.861  145.123\n");
    assert_holds(text, "22:54:46   19/11\n 49.274 -123.185\n");
    assert_holds(text, "GPS is silent   \n");
}

/* The port hears itself, late by the time that this loop takes. */
static void stream_timeout_reads_blocks_and_hears_silence(void **state)
{
    char bytes[64];

    (void)state;
    guest_child_start(&child, "examples/stream_timeout --backend linux");
    for (int i = 0; i < 1200; i++) {
        size_t count = outside_fd_get(bytes, sizeof(bytes));

        if (count > 0)
            assert_int_equal(write(outside_fd(), bytes, count), count);
        pass_ms(10);
    }
    guest_child_end(&child);
    guest_child_assert_status(&child, 0);
    assert_holds(child.out, "'Pack my box with'\n");
    assert_holds(child.out, "Timeout: ");
    assert_holds(child.out, "'QUIT'\n");
}

/* ---- what is not there */

static void refuse(const char *command, int status, const char *words)
{
    guest_child_run(&child, command);
    assert_holds(child.err, words);
    guest_child_assert_status(&child, status);
}

static void what_is_not_there_is_told_with_its_remedy(void **state)
{
    (void)state;
    refuse("examples/gps_clock --backend linux", 3,
           "no serial port \"serial0\": there is no /dev/serial0");
    refuse("examples/stream_timeout --backend linux", 3, "no serial port \"serial0\"");
    refuse("examples/station --backend linux", 3, "no serial port \"serial0\"");
    refuse("examples/thermometer --backend linux", 3,
           "no I2C bus \"i2c-1\": there is no /dev/i2c-1. On a Raspberry Pi switch it on");
    refuse("examples/uart_half_duplex --backend linux", 1,
           "pinctrl-bcm2835 has no pin \"GP15\": did you mean \"GPIO15\"?");
}

static void without_a_header_every_example_with_pins_says_so(void **state)
{
    (void)state;
    gpiosim_close(&chip);
    refuse("examples/blink --backend linux", 3, "no GPIO header");
    refuse("examples/lcd --backend linux", 3, "no GPIO header");
    gpiosim_open(&chip, "pi", RIG_LABEL, RIG_LINE_COUNT, NULL);
}

static void a_line_that_another_program_has_is_told_by_its_name(void **state)
{
    static struct guest_child first;

    (void)state;
    guest_child_start(&first, "examples/blink --backend linux");
    pass_ms(200);
    refuse("examples/button --backend linux", 3, "GPIO17 is used by 'blink'");
    kill(first.pid, SIGINT);
    guest_child_end(&first);
    guest_child_assert_status(&first, 0);
}

int main(int argc, char **argv)
{
#define ON_PINS(test)   cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define ON_SERIAL(test) cmocka_unit_test_setup_teardown(test, plug_serial, unplug_serial)
    const struct CMUnitTest tests[] = {
        ON_PINS(blink_changes_twice_a_second),
        ON_PINS(button_answers_and_ends_after_a_long_press),
        ON_PINS(ir_remote_prints_the_key_and_that_it_is_held),
        ON_PINS(gather_takes_its_seconds),
        ON_PINS(many_tasks_sleep_a_minute),
        ON_SERIAL(gps_clock_shows_time_and_place),
        ON_SERIAL(stream_timeout_reads_blocks_and_hears_silence),
        ON_PINS(what_is_not_there_is_told_with_its_remedy),
        ON_PINS(without_a_header_every_example_with_pins_says_so),
        ON_PINS(a_line_that_another_program_has_is_told_by_its_name),
    };

    rig_need_gpiosim();
    if (argc > 1)
        guest_child_set_folder(argv[1]);
    if (argc > 2)
        stimuli = argv[2];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
