/* SPDX-License-Identifier: MIT */
/* How a recording's format is found out: sim/trace/source.c. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/trace/source.h"
#include "tests/support.h"
#include "tests/trace_rig.h"

/* The format of a file, or the message with which it is refused. */
static const char *format_of(const void *data, size_t size)
{
    static char text[600];
    struct sb_trace *trace;

    trace_rig_survive(data, size);
    sb_diag_init(&trace_rig_diag, NULL, NULL);
    if (sb_trace_open(&trace, trace_rig_path(), NULL, &trace_rig_diag) < 0)
        return trace_rig_diag.last + strlen(trace_rig_path()) + 2;
    snprintf(text, sizeof(text), "%s", sb_trace_format(trace));
    sb_trace_close(trace);
    return text;
}

static const char *format_of_text(const char *text)
{
    return format_of(text, strlen(text));
}

static void formats_are_known_by_their_content(void **state)
{
    (void)state;
    assert_string_equal(format_of_text("$date today $end $enddefinitions $end"), "VCD");
    assert_string_equal(format_of_text("\n\t $timescale\n1us $end $enddefinitions $end"), "VCD");
    assert_string_equal(format_of_text("\xef\xbb\xbf$comment $GPGGA,1 $end $enddefinitions $end"),
                        "VCD");
    assert_string_equal(format_of_text("pulse 1\n# $GPGGA,1\n"), "infrared text");
    assert_string_equal(format_of_text("\xef\xbb\xbf# x\n+1 -2 +3\n"), "infrared text");
    assert_string_equal(format_of_text("# x\r\n$GPGGA,1\r\n"), "NMEA text");
    assert_string_equal(format_of("\0\xff,12*3F\r!AIVDM,1", 18), "NMEA text");
}

/* gpsd's logs begin with comments of any length. */
static void comments_may_come_first(void **state)
{
    static char text[60000];

    (void)state;
    memset(text, '#', sizeof(text) - 12);
    snprintf(text + sizeof(text) - 12, 12, "\n$GPGSV,1\n");
    assert_string_equal(format_of_text(text), "NMEA text");
    snprintf(text + sizeof(text) - 12, 12, "\npulse 1\n");
    assert_string_equal(format_of_text(text), "infrared text");
}

static void the_rest_is_refused_with_what_is_known(void **state)
{
    static const char known[] =
        "not a recording that is understood (known: sigrok .sr, VCD, mode2, NMEA text)";

    (void)state;
    assert_string_equal(format_of_text("Time [s],Channel 0\n0.0,1\n"), known);
    assert_string_equal(format_of_text("1,0\n0,1\n"), known);
    assert_string_equal(format_of_text("1234.5\trising\t\"GPIO17\"\n"), known);
    assert_string_equal(format_of_text("1234.567890123 17 1\n"), known);
    assert_string_equal(format_of_text("Filetype: IR signals file\nVersion: 1\n"), known);
    assert_string_equal(format_of_text("0000 0068 0022 0002 0157 0083 0015\n"), known);
    assert_string_equal(format_of_text("$dates today $end"), known);
    assert_string_equal(format_of("\0\1\2\3", 4), known);
    assert_string_equal(format_of("", 0), "the file is empty");
}

/* Nobody writes to this one: who opened it would wait for ever. */
static void a_pipe_is_refused_at_once(void **state)
{
    static const char message[] = ": a pipe or a device: copy what it gives into a file";
    struct sb_trace *trace;
    char path[300];

    (void)state;
    snprintf(path, sizeof(path), "%s.pipe", trace_rig_path());
    assert_int_equal(mkfifo(path, 0600), 0);
    sb_diag_init(&trace_rig_diag, NULL, NULL);
    assert_true(sb_trace_open(&trace, path, NULL, &trace_rig_diag) < 0);
    assert_int_equal(unlink(path), 0);
    assert_null(trace);
    assert_string_equal(trace_rig_diag.last + strlen(path), message);
    assert_true(sb_trace_open(&trace, "/dev/null", NULL, &trace_rig_diag) < 0);
    assert_string_equal(trace_rig_diag.last + strlen("/dev/null"), message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_known_by_their_content),
        cmocka_unit_test(comments_may_come_first),
        cmocka_unit_test(the_rest_is_refused_with_what_is_known),
        cmocka_unit_test(a_pipe_is_refused_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
