/* SPDX-License-Identifier: MIT */
/*
 * softboard gpio on a fake chip: what each command prints, does to the lines and returns, and each of
 * its refusals. The command is a process of its own, which the fake is preloaded into.
 */
#include "tests/linux/gpio_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "tests/child.h"

static struct child_result r;

static int set_up(void **state)
{
    (void)state;
    return rig_begin_log() ? 0 : -1;
}

/* Runs "gpio ARGUMENTS" after `before`, which may be assignments or a command of the shell. */
static void run_after(const char *before, const char *arguments)
{
    child_run(&r, "%s LD_PRELOAD='%s' ./softboard gpio %s", before, getenv("GPIO_RIG_FAKE"),
              arguments);
}

static void run(const char *arguments)
{
    run_after("", arguments);
}

/* The same, while another process puts `script` into the chip's fifo, once line 17 is watched. */
static void run_with_edges(const char *script, const char *arguments)
{
    run_after(rig_put_after(" 17 config .*edges", script), arguments);
}

static void assert_holds(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" has no \"%s\"", text, words);
}

/* It ended so, and said this one line. */
static void assert_refused(int status, const char *words)
{
    assert_holds(r.err, words);
    assert_int_equal(strncmp(r.err, "softboard gpio: ", 16), 0);
    assert_ptr_equal(strchr(r.err, '\n'), r.err + strlen(r.err) - 1);
    assert_string_equal(r.out, "");
    assert_int_equal(r.status, status);
}

/* ---- list and info */

static void list_tells_the_chips_and_which_is_the_header(void **state)
{
    (void)state;
    run("list");
    assert_string_equal(r.out, "gpiochip0   pinctrl-bcm2835       54 lines  the 40-pin header\n");
    assert_int_equal(r.status, 0);
    run_after("GPIOFAKE_LABEL=INT3450:00", "list --json");
    assert_string_equal(
        r.out, "{\"name\":\"gpiochip0\",\"label\":\"INT3450:00\",\"lines\":54,\"header\":false}\n");
}

static void list_without_a_chip_or_permission_is_the_hardwares_fault(void **state)
{
    (void)state;
    run_after("GPIOFAKE_ABSENT=1", "list");
    assert_refused(3, "no GPIO chip: there is no /dev/gpiochip*");
    run_after("GPIOFAKE_EACCES=1", "list");
    assert_refused(3, "no permission for /dev/gpiochip0: add yourself to the group gpio");
}

static void info_tells_of_lines_by_any_name(void **state)
{
    (void)state;
    run_after("GPIOFAKE_BUSY='17=button'", "info J8:11 bcm0 STATUS_LED 42");
    assert_refused(2, "STATUS_LED is named twice");
    run_after("GPIOFAKE_BUSY='17=button'", "info J8:11 bcm0 STATUS_LED");
    assert_string_equal(r.out, "line  17: GPIO17 (pin 11)        input  used by 'button'\n"
                               "line   0: GPIO0 (pin 27)         input  \"ID_SDA\"\n"
                               "line  42: STATUS_LED             input\n");
    assert_int_equal(r.status, 0);
}

static void info_of_all_lines_touches_none(void **state)
{
    (void)state;
    run("info");
    assert_holds(r.out, "gpiochip0, pinctrl-bcm2835, 54 lines\nline   0: GPIO0 (pin 27)");
    assert_holds(r.out, "line  53: GPIO53");
    assert_string_equal(rig_log(17), "");
}

static void info_as_json_has_all_that_is_known(void **state)
{
    (void)state;
    run("info --json 17");
    assert_string_equal(r.out,
                        "{\"name\":\"GPIO17\",\"offset\":17,\"pin\":11,\"own_name\":\"GPIO17\","
                        "\"direction\":\"input\",\"consumer\":null,\"bias\":\"unknown\","
                        "\"active_low\":false,\"drive\":\"push-pull\",\"debounce_us\":0}\n");
}

static void an_unknown_line_brings_the_nearest(void **state)
{
    (void)state;
    run("info GPO17");
    assert_refused(2, "pinctrl-bcm2835 has no pin \"GPO17\": did you mean \"GPIO17\"?");
    run("info thermometer");
    assert_refused(2, "softboard gpio info lists them");
    run("get GPIO17=1");
    assert_refused(2, "\"GPIO17=1\" is no line: only set gives one a value");
    run("get J8:6");
    assert_refused(2, "J8:6 is no pin that a program can use");
}

static void a_chip_with_few_lines_has_no_more_whatever_it_is_called(void **state)
{
    (void)state;
    run_after("GPIOFAKE_LINES=8", "get 7");
    assert_string_equal(r.out, "GPIO7 (pin 26): inactive\n");
    run_after("GPIOFAKE_LINES=8", "get 17");
    assert_refused(2, "pinctrl-bcm2835 has no pin \"17\"");
    run_after("GPIOFAKE_LINES=8 GPIOFAKE_LABEL=INT3450:00", "get -c gpiochip0 J8:11");
    assert_refused(2, "INT3450:00 has no pin \"J8:11\"");
}

static void another_chip_is_named_by_the_option(void **state)
{
    (void)state;
    run_after("GPIOFAKE_LABEL=INT3450:00", "info 17");
    assert_refused(3, "(INT3450:00) none is a Raspberry Pi's: name one with --chip");
    run_after("GPIOFAKE_LABEL=INT3450:00", "info -c gpiochip0 42");
    assert_string_equal(r.out, "line  42: STATUS_LED             input\n");
    run("info --chip gpiochip7");
    assert_refused(3, "no GPIO chip \"gpiochip7\"");
}

static void without_a_chip_nobody_is_sent_to_the_simulator(void **state)
{
    (void)state;
    run_after("GPIOFAKE_ABSENT=1", "get 17");
    assert_refused(3, "no GPIO header: there is no /dev/gpiochip*");
    assert_null(strstr(r.err, "--backend"));
    run_after("GPIOFAKE_EACCES=1", "get 17");
    assert_refused(3, "add yourself to the group gpio (sudo usermod -aG gpio $USER)");
}

/* ---- get */

static void get_prints_values_and_gives_the_lines_back(void **state)
{
    (void)state;
    run("get GPIO17 27 -b pull-up -C reader");
    assert_string_equal(r.out, "GPIO17 (pin 11): active\nGPIO27 (pin 13): active\n");
    assert_string_equal(rig_log(17), "request reader | config input pull-up | release");
    run("get --numeric 17 27");
    assert_string_equal(r.out, "0 0\n");
    run("get --json --active-low STATUS_LED");
    assert_string_equal(r.out, "{\"name\":\"STATUS_LED\",\"offset\":42,\"value\":1}\n");
}

static void a_busy_line_names_who_uses_it(void **state)
{
    (void)state;
    run_after("GPIOFAKE_BUSY='8=spi0 CS0'", "get 8");
    assert_refused(3, "GPIO8 is used by 'spi0 CS0'");
}

static void a_pull_that_the_chip_lacks_is_refused_in_the_commands_words(void **state)
{
    (void)state;
    run_after("GPIOFAKE_NO_BIAS=1", "get 17 -b pull-up");
    assert_refused(3, "leave --bias out and wire a resistor");
    run_after("GPIOFAKE_NO_BIAS=1", "get 17");
    assert_int_equal(r.status, 0);
}

/* ---- set */

static void set_holds_for_a_time(void **state)
{
    (void)state;
    run("set 17=1 GPIO27=off STATUS_LED=active -p 20ms");
    assert_int_equal(r.status, 0);
    assert_string_equal(r.out, "");
    assert_string_equal(rig_log(17), "request softboard | config output | 1 | release");
    assert_string_equal(rig_log(27), "request softboard | config output | 0 | release");
    assert_string_equal(rig_log(42), "request softboard | config output | 1 | release");
}

static void set_holds_until_a_signal_and_gives_the_lines_back(void **state)
{
    static const char *const signals[] = {"INT", "TERM"};

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        set_up(NULL);
        run_after(rig_signal_after(" 17 config", signals[i]), "set -l -d open-drain 17=1");
        assert_int_equal(r.status, 0);
        assert_string_equal(r.err, "");
        assert_string_equal(rig_log(17),
                            "request softboard | config output open-drain | 0 | release");
    }
}

static void set_toggles_after_each_time_until_a_0(void **state)
{
    int64_t times[4] = {0};

    (void)state;
    run("set 17=1 27=0 --toggle 30ms,10ms,20ms,0");
    assert_int_equal(r.status, 0);
    assert_string_equal(rig_log(17), "request softboard | config output | 1 | 0 | 1 | 0 | release");
    assert_string_equal(rig_log(27), "request softboard | config output | 0 | 1 | 0 | 1 | release");
    assert_int_equal(rig_log_times(17, times, 4), 4);
    assert_true(times[1] - times[0] >= 30000000);
    assert_true(times[3] - times[0] >= 60000000);
}

static void lines_are_set_and_read_in_one_request_so_all_or_none(void **state)
{
    (void)state;
    run_after("GPIOFAKE_BUSY='27=spi0 CS0'", "set 17=1 27=0 22=1");
    assert_refused(3, "GPIO27 is used by 'spi0 CS0'");
    assert_string_equal(rig_log(17), "");
    run_after("GPIOFAKE_BUSY='27=spi0 CS0'", "get 17 27");
    assert_refused(3, "GPIO27 is used by 'spi0 CS0'");
    assert_string_equal(rig_log(17), "");
}

static void values_that_are_none_are_refused_before_any_line_is_taken(void **state)
{
    (void)state;
    run("set 17=1 27=high");
    assert_refused(2, "set takes LINE=VALUE");
    run("set 17");
    assert_refused(2, "not \"17\"");
    run("set 17=1 -b disabled");
    assert_refused(2, "--bias disabled is for inputs");
    run("set GPO17=1 -b disabled");
    assert_refused(2, "--bias disabled is for inputs");
    assert_string_equal(rig_log(17), "");
}

/* ---- blink */

static void blink_flashes_so_often(void **state)
{
    int64_t times[4] = {0};

    (void)state;
    run("blink 17 -p 20ms -n 2");
    assert_int_equal(r.status, 0);
    assert_string_equal(rig_log(17),
                        "request softboard | config output | 0 | 1 | 0 | 1 | 0 | release");
    assert_int_equal(rig_log_times(17, times, 4), 4);
    assert_true(times[3] - times[0] >= 20000000);
    run("blink 17 27");
    assert_refused(2, "blink takes one LINE; what is \"27\"?");
}

static void blink_ends_dark(void **state)
{
    (void)state;
    run_after(rig_signal_after(" 17 1$", "INT"), "blink 17 -p 1m");
    assert_int_equal(r.status, 0);
    assert_string_equal(rig_log(17), "request softboard | config output | 0 | 1 | 0 | release");
}

/* ---- watch */

static void watch_prints_as_gpiomon_does(void **state)
{
    long long s[2];
    long long ns[2];
    char end[8] = "";

    (void)state;
    run_with_edges("17 1\\n17 0\\n", "watch 17 -n 2");
    assert_int_equal(r.status, 0);
    assert_int_equal(sscanf(r.out,
                            "%lld.%lld\trising\t\"GPIO17\"\n%lld.%9lld\tfalling\t\"GPIO17\"%7s",
                            &s[0], &ns[0], &s[1], &ns[1], end),
                     4);
    assert_true(s[1] > s[0] || ns[1] >= ns[0]);
}

static void with_a_chip_watch_says_number_and_chip_too(void **state)
{
    (void)state;
    run_with_edges("17 1\\n", "watch -c gpiochip0 17 -n 1");
    assert_holds(r.out, "\trising\tgpiochip0 17 \"GPIO17\"\n");
}

static void watch_takes_a_format(void **state)
{
    (void)state;
    run_with_edges("17 1\\n17 0\\n", "watch 17 -n 2 -F '%o %l %c %e %E 100%%'");
    assert_string_equal(r.out,
                        "17 GPIO17 gpiochip0 1 rising 100%\n17 GPIO17 gpiochip0 2 falling 100%\n");
    set_up(NULL);
    run_with_edges("17 1\\n", "watch 17 -n 1 -F '%U %L'");
    assert_holds(r.out, "T");
    assert_holds(r.out, "Z 20");
    run("watch 17 -F '%o %q'");
    assert_refused(2, "--format: \"%q\" is none of %o %l");
    run("watch 17 -F '%'");
    assert_refused(2, "--format: \"%\" is none of");
}

static void watch_prints_only_the_edges_asked_for(void **state)
{
    (void)state;
    run_with_edges("17 1\\n17 0\\n17 1\\n", "watch 17 -e falling -n 1 -F %E");
    assert_string_equal(r.out, "falling\n");
}

static void watch_turns_values_of_active_low_lines(void **state)
{
    (void)state;
    run_with_edges("17 0\\n", "watch 17 -l -b pull-up -n 1 -F %E");
    assert_string_equal(r.out, "rising\n");
}

static void watch_tells_of_lost_edges(void **state)
{
    (void)state;
    run_with_edges("17 1\\n17 lose 1\\n17 0\\n17 1\\n", "watch 17 -n 2 -F %E");
    assert_string_equal(r.out, "rising\nrising\n");
    assert_string_equal(r.err, "softboard gpio: GPIO17 (pin 11): 1 edge lost before this one\n");
    set_up(NULL);
    run_with_edges("17 1\\n17 lose 1\\n17 0\\n17 1\\n", "watch 17 -n 2 --json --quiet");
    assert_string_equal(r.out, "");
    assert_string_equal(r.err, "");
}

static void watch_as_json_is_one_object_a_line(void **state)
{
    (void)state;
    run_with_edges("17 1\\n", "watch 17 -n 1 --json");
    assert_int_equal(strncmp(r.out, "{\"t_ns\":", 8), 0);
    assert_holds(r.out, ",\"event\":\"rising\",\"name\":\"GPIO17\",\"offset\":17,\"pin\":11,"
                        "\"lost\":0}\n");
}

static void watch_ends_when_nothing_happens(void **state)
{
    (void)state;
    run("watch 17 --idle-timeout 50ms");
    assert_int_equal(r.status, 124);
    assert_string_equal(r.err, "");
    assert_holds(rig_log(17), "release");
}

/* Edges that fall come all the time; those that rise get lost. By a fifo of its own, in which nothing is left for others. */
static void edges_that_are_not_asked_for_do_not_keep_watch_waiting(void **state)
{
    char before[512];

    (void)state;
    snprintf(before, sizeof(before),
             "export GPIOFAKE_CTL=%s/ctl; mkfifo $GPIOFAKE_CTL; "
             "(until grep -q ' 17 config .*edges' $GPIOFAKE_LOG; do sleep 0.01; done; "
             "while printf '17 lose 1\\n17 1\\n17 0\\n' >$GPIOFAKE_CTL; do sleep 0.02; done) "
             "2>/dev/null & timeout -s KILL 5 env",
             child_folder());
    run_after(before, "watch 17 -e rising --idle-timeout 200ms; code=$?; kill $!; exit $code");
    assert_int_equal(r.status, 124);
    assert_string_equal(r.out, "");
    assert_string_equal(r.err, "");
}

static void watch_ends_by_a_signal(void **state)
{
    (void)state;
    run_after(rig_signal_after(" 17 config .*edges", "INT"), "watch 17");
    assert_int_equal(r.status, 0);
    assert_string_equal(r.err, "");
    assert_holds(rig_log(17), "release");
}

static void who_stops_reading_causes_no_complaint(void **state)
{
    (void)state;
    run_with_edges("17 1\\n17 0\\n17 1\\n17 0\\n", "watch 17 --idle-timeout 5s -F %E | head -1");
    assert_string_equal(r.out, "rising\n");
    assert_string_equal(r.err, "");
}

static void debouncing_is_the_kernels_or_refused(void **state)
{
    (void)state;
    if (SB_HAVE_GPIOD == 1) {
        run("watch 17 -p 5ms");
        assert_refused(2, "--debounce-period: this was built with libgpiod 1");
    } else {
        run("watch 17 -p 5ms --idle-timeout 20ms");
        assert_int_equal(r.status, 124);
        assert_holds(rig_log(17), "config input edges debounce 5000 us");
    }
}

/* ---- pinout */

static void pinout_marks_what_is_in_use_here(void **state)
{
    (void)state;
    run_after("GPIOFAKE_LABEL=pinctrl-bcm2711 GPIOFAKE_BUSY='8=spi0 CS0,17=button'", "pinout");
    assert_holds(r.out, "Raspberry Pi 4 and 400, 40-pin header J8\n");
    assert_holds(r.out, "*GPIO17 11 | 12 GPIO18 ");
    assert_holds(r.out, "23 | 24 GPIO8 * SPI0 CE0");
    assert_holds(r.out, "* in use\n  GPIO8 is used by 'spi0 CS0'\n  GPIO17 is used by 'button'\n");
    assert_null(strchr(r.out, '\033'));
    run_after("GPIOFAKE_BUSY='17=button'", "pinout --json");
    assert_holds(r.out, "{\"pin\":11,\"name\":\"GPIO17\",\"gpio\":17,\"functions\":[\"SPI1 CE1\","
                        "\"UART RTS\"],\"consumer\":\"button\"}\n");
}

static void pinout_of_another_model_marks_nothing(void **state)
{
    (void)state;
    run_after("GPIOFAKE_BUSY='17=button'", "pinout 5");
    assert_holds(r.out, "Raspberry Pi 5 and 500");
    assert_null(strstr(r.out, "in use"));
}

/* ---- output that cannot be written */

static void a_watch_on_a_full_disk_ends_at_once(void **state)
{
    (void)state;
    run_with_edges("17 1\\n17 0\\n", "watch 17 --idle-timeout 5s >/dev/full");
    assert_refused(1, "stdout: not all that was printed could be written");
}

static void a_reader_that_leaves_is_no_error(void **state)
{
    (void)state;
    run_after("set -e;", "info | head -1");
    assert_string_equal(r.err, "");
    run_after("", "info 17 27 >&- ; echo $? >&2");
    assert_holds(r.err, "1\n");
}

static void the_version_is_the_commands(void **state)
{
    (void)state;
    run("--version");
    assert_string_equal(r.out, "softboard " SB_VERSION "\n");
    run("get -v");
    assert_string_equal(r.out, "softboard " SB_VERSION "\n");
}

/* ---- usage */

static void wrong_usage_is_2_and_says_what_is_wrong(void **state)
{
    static const struct {
        const char *arguments;
        const char *words;
    } wrong[] = {
        {"gett 17", "no command \"gett\": did you mean \"get\"?"},
        {"get", "which LINE? see softboard gpio get --help"},
        {"list 17", "list takes no argument; what is \"17\"?"},
        {"get -x 17", "get takes no option -x; see softboard gpio get --help"},
        {"get -Zl 17", "get takes no option -Z"},
        {"get --json -lZ 17", "get takes no option -Z"},
        {"get -qn3 17", "get takes no option -n;"},
        {"get --json=3 17", "get takes no option --json=3"},
        {"get --jason 17", "get takes no option --jason"},
        {"get -p 1s 17", "get takes no option -p"},
        {"get --toggle 1s 17", "get takes no option --toggle"},
        {"watch 17 -n", "a value is missing after -n"},
        {"watch 17 -n 0", "-n takes a number from 1, not \"0\""},
        {"watch 17 -n 5x", "-n takes a number from 1, not \"5x\""},
        {"watch 17 -e up", "--edges takes one of both, rising, falling, not \"up\""},
        {"watch 17 --idle-timeout 10msx", "--idle-timeout takes a time with its unit"},
        {"watch 17 --idle-timeout 10", "not \"10\""},
        {"get 17 -b up", "--bias takes one of as-is, disabled, pull-up, pull-down, not \"up\""},
        {"set 17=1 -d open", "--drive takes one of push-pull, open-drain, open-source"},
        {"set 17=1 -t 10ms,,1s", "--toggle takes a time with its unit"},
        {"set 17=1 -t 0,1s", "a time of 0 ends the sequence, so it stands last"},
        {"blink 17 -p 0", "--period: a blink takes some time"},
        {"get 17 -C a-name-that-is-longer-than-31-chars", "a name of 1 to 31 characters"},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        run(wrong[i].arguments);
        assert_refused(2, wrong[i].words);
    }
    assert_string_equal(rig_log(17), "");
}

static void output_that_cannot_be_written_is_a_failure(void **state)
{
    static const char *const commands[] = {"list", "info", "get 17", "pinout --json"};

    (void)state;
    for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        char arguments[32];

        snprintf(arguments, sizeof(arguments), "%s >/dev/full", commands[i]);
        run(arguments);
        assert_refused(1, "stdout: not all that was printed could be written");
    }
}

static void each_command_helps(void **state)
{
    static const char *const commands[] = {"list",  "info",  "get",   "set",
                                           "watch", "blink", "pinout"};

    (void)state;
    for (unsigned i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        char arguments[32];
        char first[64];

        snprintf(arguments, sizeof(arguments), "%s -h", commands[i]);
        snprintf(first, sizeof(first), "usage: softboard gpio %s ", commands[i]);
        run(arguments);
        assert_int_equal(r.status, 0);
        assert_int_equal(strncmp(r.out, first, strlen(first)), 0);
    }
    run("set --help");
    assert_holds(r.out, "the kernel does not promise what becomes of their levels");
    run("get -v");
    assert_string_equal(r.out, "softboard " SB_VERSION "\n");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(list_tells_the_chips_and_which_is_the_header),
        TEST(list_without_a_chip_or_permission_is_the_hardwares_fault),
        TEST(info_tells_of_lines_by_any_name),
        TEST(info_of_all_lines_touches_none),
        TEST(info_as_json_has_all_that_is_known),
        TEST(an_unknown_line_brings_the_nearest),
        TEST(a_chip_with_few_lines_has_no_more_whatever_it_is_called),
        TEST(another_chip_is_named_by_the_option),
        TEST(without_a_chip_nobody_is_sent_to_the_simulator),
        TEST(get_prints_values_and_gives_the_lines_back),
        TEST(a_busy_line_names_who_uses_it),
        TEST(a_pull_that_the_chip_lacks_is_refused_in_the_commands_words),
        TEST(set_holds_for_a_time),
        TEST(set_holds_until_a_signal_and_gives_the_lines_back),
        TEST(set_toggles_after_each_time_until_a_0),
        TEST(lines_are_set_and_read_in_one_request_so_all_or_none),
        TEST(values_that_are_none_are_refused_before_any_line_is_taken),
        TEST(blink_flashes_so_often),
        TEST(blink_ends_dark),
        TEST(watch_prints_as_gpiomon_does),
        TEST(with_a_chip_watch_says_number_and_chip_too),
        TEST(watch_takes_a_format),
        TEST(watch_prints_only_the_edges_asked_for),
        TEST(watch_turns_values_of_active_low_lines),
        TEST(watch_tells_of_lost_edges),
        TEST(watch_as_json_is_one_object_a_line),
        TEST(watch_ends_when_nothing_happens),
        TEST(edges_that_are_not_asked_for_do_not_keep_watch_waiting),
        TEST(watch_ends_by_a_signal),
        TEST(who_stops_reading_causes_no_complaint),
        TEST(debouncing_is_the_kernels_or_refused),
        TEST(pinout_marks_what_is_in_use_here),
        TEST(pinout_of_another_model_marks_nothing),
        TEST(a_watch_on_a_full_disk_ends_at_once),
        TEST(a_reader_that_leaves_is_no_error),
        TEST(the_version_is_the_commands),
        TEST(wrong_usage_is_2_and_says_what_is_wrong),
        TEST(output_that_cannot_be_written_is_a_failure),
        TEST(each_command_helps),
    };

    (void)argc;
    rig_start(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
