/* SPDX-License-Identifier: MIT */
/* Reading of infrared as text: sim/trace/mode2.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/source.h"
#include "tests/support.h"
#include "tests/trace_rig.h"

static const char *read_text(const char *text)
{
    return trace_rig_read(text, NULL);
}

static void pulses_are_low_and_spaces_high(void **state)
{
    (void)state;
    assert_string_equal(
        read_text("space 1000\npulse 9024\nspace 4512\npulse 560\ntimeout 100000\n"),
        "0:0=1 | 1000000:0=0 | 10024000:0=1 | 14536000:0=0 | 15096000:0=1 | "
        "end 115096000");
}

static void there_is_one_channel_called_ir(void **state)
{
    struct sb_trace *trace = trace_rig_open("pulse 1", 7, NULL);

    (void)state;
    assert_int_equal(sb_trace_channel_count(trace), 1);
    assert_string_equal(sb_trace_channel_name(trace, 0), "IR");
    assert_int_equal(sb_trace_channel_kind(trace, 0), SB_CHANNEL_LEVELS);
    assert_string_equal(sb_trace_format(trace), "infrared text");
    assert_string_equal(sb_trace_note(trace), "");
    sb_trace_close(trace);
}

static void a_pulse_at_once_is_still_an_edge_and_one_at_the_end_ends(void **state)
{
    (void)state;
    assert_string_equal(read_text("pulse 10\nspace 20\npulse 30"),
                        "0:0=1 | 0:0=0 | 10000:0=1 | 30000:0=0 | 60000:0=1 | end 60000");
}

static void neighbours_of_one_kind_add_up(void **state)
{
    (void)state;
    assert_string_equal(
        read_text("pulse 10\npulse 5\nspace 7\ntimeout 3\npulse 1\nspace 0\npulse 1\n"),
        "0:0=1 | 0:0=0 | 15000:0=1 | 25000:0=0 | 27000:0=1 | end 27000");
}

static void comments_blank_lines_and_greetings_are_left_out(void **state)
{
    (void)state;
    assert_string_equal(
        read_text("Using driver default on device /dev/lirc0\nTrying device: /dev/lirc0\n"
                  "# pulse 5\n\n// pulse 6\r\n  pulse\t10 # x\r\nspace 20// y\n   \npulse 1//\n"
                  "#\nspace 3#z"),
        "0:0=1 | 0:0=0 | 10000:0=1 | 30000:0=0 | 31000:0=1 | end 34000");
}

static void the_carrier_is_noted(void **state)
{
    struct sb_trace_change change;
    struct sb_trace *trace = trace_rig_open("carrier 38000\npulse 1\n", 22, NULL);

    (void)state;
    while (sb_trace_next(trace, &change) > 0)
        ;
    assert_string_equal(sb_trace_note(trace), "its carrier had 38000 Hz");
    sb_trace_close(trace);
}

static void a_list_alternates_with_or_without_signs(void **state)
{
    static const char expected[] =
        "0:0=1 | 0:0=0 | 10000:0=1 | 30000:0=0 | 60000:0=1 | end 125060000";

    (void)state;
    assert_string_equal(read_text("+10 -20 +30\n"), expected);
    assert_string_equal(read_text("10 20 30"), expected);
    assert_string_equal(read_text(" +10\t-20  30 "), expected);
    assert_string_equal(read_text("+4 +6 -20 +30"), expected);
}

static void a_list_has_a_gap_after_each_message(void **state)
{
    (void)state;
    assert_string_equal(
        read_text("+10 -20 +30 # timeout 1000\n# x\n+1 -1 +1\n+1 -5\n+2 -6 # timeout 7\n"
                  "+1 # no timeout\n"),
        "0:0=1 | 0:0=0 | 10000:0=1 | 30000:0=0 | 60000:0=1 | "
        "1060000:0=0 | 1061000:0=1 | 1062000:0=0 | 1063000:0=1 | "
        "126063000:0=0 | 126064000:0=1 | 126069000:0=0 | 126071000:0=1 | "
        "126084000:0=0 | 126085000:0=1 | end 251085000");
}

static void a_message_longer_than_the_buffer_is_read_whole(void **state)
{
    enum { COUNT = 60000 };
    char *text = malloc(COUNT * 5 + 300000);
    struct sb_trace_change change;
    struct sb_trace *trace;
    size_t used = 0;

    (void)state;
    assert_non_null(text);
    for (unsigned i = 0; i < COUNT; i++)
        used += (size_t)sprintf(text + used, "%c%u ", i % 2 ? '-' : '+', 10 + i % 7 * 111);
    text[used++] = '#';
    memset(text + used, 'x', 200000);
    used += 200000;
    trace = trace_rig_open(text, used, NULL);
    free(text);
    assert_int_equal(sb_trace_next(trace, &change), 1);
    for (int64_t i = 0, time_ns = 0; i < COUNT; i++) {
        assert_int_equal(sb_trace_next(trace, &change), 1);
        assert_int_equal(change.time_ns, time_ns);
        assert_int_equal(change.level, i % 2);
        time_ns += (10 + i % 7 * 111) * 1000;
    }
    assert_int_equal(sb_trace_next(trace, &change), 0);
    sb_trace_close(trace);
}

static void wrong_lines_are_refused_with_their_place(void **state)
{
    (void)state;
    trace_rig_assert_refused("pulse 10\nspace x\n", ":2:7: a number of microseconds is expected");
    trace_rig_assert_refused("pulse 10\nspace\n", ":2:6: a number of microseconds is expected");
    trace_rig_assert_refused("pulse 10\nspace -5\n", ":2:7: a number of microseconds is expected");
    trace_rig_assert_refused("pulse 12345678901\n", ":1:7: a number of microseconds is expected");
    trace_rig_assert_refused("pulse 10 20\n", ":1:10: nothing is expected here");
    trace_rig_assert_refused("pulse 10\r\n\r\nflash 10\r\n",
                             ":3:1: pulse, space, timeout or carrier is expected");
    trace_rig_assert_refused("pulse 10\nUsing x\n",
                             ":2:1: pulse, space, timeout or carrier is expected");
    trace_rig_assert_refused("pulse 10\ncarrier x\n", ":2:9: a number of Hz is expected");
    trace_rig_assert_refused("scancode nec:0x40\n",
                             ":1:1: a scancode has no times: this file is for sending");
    trace_rig_assert_refused("+10 -20 +30\n+10 -x\n", ":2:6: a number of microseconds is expected");
    trace_rig_assert_refused("1 2 3\n4 5e3", ":2:3: a number of microseconds is expected");
}

static void only_infrared_text_is_taken_for_it(void **state)
{
    static const char *const texts[] = {"pulse\n", "pulses 5\n",  "space station 5\n", "10 20\n",
                                        "1,2,3\n", "10 20 x\n",   "1-2-3 4 5\n",       "# 1 2 3\n",
                                        "+\n",     "\n\n#\n//\n", "Using 1 2 3\n"};

    (void)state;
    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        trace_rig_survive(texts[i], strlen(texts[i]));
        if (!strstr(trace_rig_diag.last, "not a recording that is understood"))
            fail_msg("taken: %s", texts[i]);
    }
}

static void a_file_cut_anywhere_is_read_or_refused_with_one_message(void **state)
{
    static const char mode2[] =
        "\xef\xbb\xbf# x\npulse 100\nspace 200 // y\ncarrier 38000\r\npulse 300\ntimeout 5000\n";
    static const char list[] = "+100 -200 +300 # timeout 5000\n100 200 300\r\n-7 +8 # x\n";

    (void)state;
    trace_rig_survive_cuts(mode2, sizeof(mode2) - 1);
    trace_rig_survive_cuts(list, sizeof(list) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pulses_are_low_and_spaces_high),
        cmocka_unit_test(there_is_one_channel_called_ir),
        cmocka_unit_test(a_pulse_at_once_is_still_an_edge_and_one_at_the_end_ends),
        cmocka_unit_test(neighbours_of_one_kind_add_up),
        cmocka_unit_test(comments_blank_lines_and_greetings_are_left_out),
        cmocka_unit_test(the_carrier_is_noted),
        cmocka_unit_test(a_list_alternates_with_or_without_signs),
        cmocka_unit_test(a_list_has_a_gap_after_each_message),
        cmocka_unit_test(a_message_longer_than_the_buffer_is_read_whole),
        cmocka_unit_test(wrong_lines_are_refused_with_their_place),
        cmocka_unit_test(only_infrared_text_is_taken_for_it),
        cmocka_unit_test(a_file_cut_anywhere_is_read_or_refused_with_one_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
