/* SPDX-License-Identifier: MIT */
/* The command softboard info: what it prints and returns. */
#include <stdio.h>
#include <string.h>

#include "tests/child.h"
#include "tests/sr_file.h"
#include "tests/support.h"

static struct child_result result;

static const char *write_text(const char *name, const char *text)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", child_folder(), name);
    sr_write_file(path, text, strlen(text));
    return path;
}

static void info(const char *options, const char *name, const char *text)
{
    child_run(&result, "./softboard info %s %s", options, write_text(name, text));
}

/* Output after the file's name. */
static const char *after_name(const char *name)
{
    const char *at = strstr(result.out, name);

    return at ? at + strlen(name) : result.out;
}

#define VCD                                                                                        \
    "$timescale 1 us $end $scope module m $end $var wire 1 ! a $end $var wire 1 ? b $end "         \
    "$var real 1 r r $end $upscope $end $enddefinitions $end #0 1! #1000 0! #1560 1! #3000000 0? " \
    "#4000000"

static void channels_are_listed_with_what_can_be_said_of_them(void **state)
{
    (void)state;
    info("", "x.vcd", VCD);
    assert_int_equal(result.status, 0);
    assert_string_equal(after_name("x.vcd"),
                        ": VCD, 4 s, 2 channels\n"
                        "  (left out: 1 variable without levels (real, string, event))\n"
                        "  #0 m.a: 2 edges from 1 ms to 1.56 ms, idle 1, shortest pulse 560 us\n"
                        "  #1 m.b: 1 edges from 3 s to 3 s, idle z\n");
    assert_string_equal(result.err, "");
}

static void json_is_one_object(void **state)
{
    (void)state;
    info("--json", "x.vcd", VCD);
    assert_int_equal(result.status, 0);
    assert_string_equal(
        after_name("x.vcd"),
        "\",\"format\":\"VCD\",\"duration_ns\":4000000000,\"resolution_ns\":1000,\"note\":"
        "\"left out: 1 variable without levels (real, string, event)\",\"channels\":["
        "{\"name\":\"m.a\",\"kind\":\"levels\",\"edges\":2,\"first_ns\":1000000,"
        "\"last_ns\":1560000,\"idle\":1,\"shortest_ns\":560000,\"carrier_hz\":null},"
        "{\"name\":\"m.b\",\"kind\":\"levels\",\"edges\":1,\"first_ns\":3000000000,"
        "\"last_ns\":3000000000,\"idle\":null,\"shortest_ns\":null,\"carrier_hz\":null}]}\n");
}

static void logs_have_bytes(void **state)
{
    (void)state;
    info("--baud 1000000", "x.log", "$GPGSV,1\n");
    assert_string_equal(after_name("x.log"), ": NMEA text, 100 us, 1 channel\n"
                                             "  #0 NMEA: 10 bytes from 10 us to 100 us\n");
    info("--json --baud=1000000", "x.log", "$GPGSV,1\n");
    assert_string_equal(after_name("x.log"),
                        "\",\"format\":\"NMEA text\",\"duration_ns\":100000,\"resolution_ns\":0,"
                        "\"note\":\"\",\"channels\":[{\"name\":\"NMEA\",\"kind\":\"bytes\","
                        "\"bytes\":10,\"first_ns\":10000,\"last_ns\":100000}]}\n");
}

static void a_carrier_is_found(void **state)
{
    char text[2000] = "$timescale 1 us $end $var wire 1 ! light $end $enddefinitions $end #0 0!\n";

    (void)state;
    for (int i = 0; i < 40; i++)
        sprintf(text + strlen(text), "#%d 1! #%d 0!\n", 1000 + i * 25, 1008 + i * 25);
    sprintf(text + strlen(text), "#10000");
    info("", "x.vcd", text);
    assert_string_equal(after_name("x.vcd"),
                        ": VCD, 10 ms, 1 channel\n  #0 light: 80 edges from 1 ms to 1.983 ms, idle "
                        "0, shortest pulse 8 us, carrier 40 kHz\n");
}

static void unreadable_files_are_one_line_and_exit_2(void **state)
{
    (void)state;
    info("", "x.txt", "nonsense");
    assert_int_equal(result.status, 2);
    assert_string_equal(result.out, "");
    assert_non_null(strstr(result.err, "x.txt: not a recording that is understood (known: sigrok "
                                       ".sr, VCD, mode2, NMEA text)\n"));
    assert_int_equal(strcspn(result.err, "\n"), strlen(result.err) - 1);
    info("--json", "x.txt", "");
    assert_int_equal(result.status, 2);
    assert_string_equal(result.out, "");
    assert_non_null(strstr(result.err, "x.txt: the file is empty\n"));
    info("", "x.vcd", "$enddefinitions $end\n#5\n#4\n");
    assert_int_equal(result.status, 2);
    assert_non_null(strstr(result.err, "x.vcd:3:1: time goes backwards\n"));
    assert_string_equal(result.out, "");
    child_run(&result, "./softboard info /nonexistent/x");
    assert_int_equal(result.status, 2);
    assert_string_equal(result.err, "softboard info: /nonexistent/x: No such file or directory\n");
    child_run(&result, "./softboard info %s", child_folder());
    assert_int_equal(result.status, 2);
    assert_non_null(strstr(result.err, ": Is a directory\n"));
}

static void wrong_usage_exits_2_and_help_0(void **state)
{
    static const char *const wrong[] = {
        "",         "a b",          "--baud x a",     "--baud -5 a", "--samplerate 0 a",
        "--what a", "--samplerate", "--baud 9600x a", "--baud 0 a",
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        child_run(&result, "./softboard info %s", wrong[i]);
        assert_int_equal(result.status, 2);
        assert_string_equal(result.out, "");
        assert_memory_equal(result.err, "softboard info: ", 16);
    }
    child_run(&result, "./softboard info --help");
    assert_int_equal(result.status, 0);
    assert_memory_equal(result.out, "usage: softboard info", 21);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_are_listed_with_what_can_be_said_of_them),
        cmocka_unit_test(json_is_one_object),
        cmocka_unit_test(logs_have_bytes),
        cmocka_unit_test(a_carrier_is_found),
        cmocka_unit_test(unreadable_files_are_one_line_and_exit_2),
        cmocka_unit_test(wrong_usage_exits_2_and_help_0),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
