/* SPDX-License-Identifier: MIT */
/* Reading of VCD files: sim/trace/vcd*.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/source.h"
#include "sim/vcd_out.h"
#include "sim/world.h"
#include "tests/support.h"
#include "tests/trace_rig.h"

#define ONE_WIRE "$timescale 1 us $end\n$var wire 1 ! IR $end\n$enddefinitions $end\n"
#define TWO_WIRES \
    "$timescale 1ns $end $var wire 1 ! a $end $var wire 1 \" b $end $enddefinitions $end\n"

static const char *read_text(const char *text)
{
    return trace_rig_read(text, NULL);
}

static const char *names_of(const char *text)
{
    struct sb_trace *trace = trace_rig_open(text, strlen(text), NULL);

    notes_clear();
    for (unsigned i = 0; i < sb_trace_channel_count(trace); i++)
        note("%s", sb_trace_channel_name(trace, i));
    sb_trace_close(trace);
    return notes();
}

static const char *note_of(const char *text)
{
    static char result[160];
    struct sb_trace *trace = trace_rig_open(text, strlen(text), NULL);

    snprintf(result, sizeof(result), "%s", sb_trace_note(trace));
    assert_string_equal(sb_trace_format(trace), "VCD");
    sb_trace_close(trace);
    return result;
}

static int64_t resolution_ns_of(const char *timescale)
{
    struct sb_trace *trace;
    char text[100];
    int64_t resolution_ns;

    snprintf(text, sizeof(text), "%s $enddefinitions $end\n", timescale);
    trace = trace_rig_open(text, strlen(text), NULL);
    resolution_ns = sb_trace_resolution_ns(trace);
    sb_trace_close(trace);
    return resolution_ns;
}

/* Nothing is certain within a step of the file's times. */
static void the_step_of_its_times_is_the_resolution(void **state)
{
    (void)state;
    assert_int_equal(resolution_ns_of("$timescale 1 us $end"), 1000);
    assert_int_equal(resolution_ns_of("$timescale 10ns $end"), 10);
    assert_int_equal(resolution_ns_of("$timescale 100 s $end"), 100000000000);
    assert_int_equal(resolution_ns_of("$timescale 1 ns $end"), 0);
    assert_int_equal(resolution_ns_of("$timescale 100 ps $end"), 0);
    assert_int_equal(resolution_ns_of("$version no timescale $end"), 0);
}

/* ---- the body */

static void initial_values_come_first_then_each_change(void **state)
{
    (void)state;
    assert_string_equal(read_text(ONE_WIRE "#0\n$dumpvars\n1!\n$end\n#10\n0!\n#25\n1!\n"),
                        "0:0=1 | 10000:0=0 | 25000:0=1 | end 25000");
}

static void values_before_the_first_time_are_initial_ones(void **state)
{
    (void)state;
    assert_string_equal(read_text(ONE_WIRE "1!\n#5\n0!\n"), "0:0=1 | 5000:0=0 | end 5000");
    assert_string_equal(read_text(ONE_WIRE "$dumpvars 1! $end #5 0!"),
                        "0:0=1 | 5000:0=0 | end 5000");
    assert_string_equal(read_text(ONE_WIRE "#0 1! #5 0!"), "0:0=1 | 5000:0=0 | end 5000");
}

static void a_channel_without_an_initial_value_is_released_until_its_first(void **state)
{
    (void)state;
    assert_string_equal(read_text(ONE_WIRE "#0 x! #3 0! #4 1!"), "3000:0=0 | 4000:0=1 | end 4000");
    assert_string_equal(read_text(ONE_WIRE "#0 z! #3 1!"), "3000:0=1 | end 3000");
}

static void lines_mean_nothing(void **state)
{
    (void)state;
    assert_string_equal(read_text("$timescale\n\t1\nus\n$end $var\nwire 1\n! IR\n$end\n"
                                  "$enddefinitions\n$end #0 1! #1\r\n0! #2\t1!"),
                        "0:0=1 | 1000:0=0 | 2000:0=1 | end 2000");
}

static void the_last_time_ends_the_recording(void **state)
{
    (void)state;
    assert_string_equal(read_text(ONE_WIRE "#0 1! #10 0! #1000"),
                        "0:0=1 | 10000:0=0 | end 1000000");
    assert_string_equal(read_text(ONE_WIRE "#0 1! #10 0! #10 #11"),
                        "0:0=1 | 10000:0=0 | end 11000");
    assert_string_equal(read_text(ONE_WIRE), "end 0");
}

static void a_value_that_does_not_change_is_no_change(void **state)
{
    (void)state;
    assert_string_equal(read_text(ONE_WIRE "#0 0! #1 0! #2 1! #3 1! $dumpall 1! $end #4 0!"),
                        "0:0=0 | 2000:0=1 | 4000:0=0 | end 4000");
}

static void within_one_time_the_last_value_holds(void **state)
{
    (void)state;
    assert_string_equal(read_text(ONE_WIRE "#0 0! #1 1! 0! #2 1! 0! 1! #3 0! #3 1!"),
                        "0:0=0 | 2000:0=1 | end 3000");
}

static void changes_of_one_time_come_in_order_of_channel(void **state)
{
    (void)state;
    assert_string_equal(read_text(TWO_WIRES "#0 1\" 0! #7 0\" 1!"),
                        "0:0=0 | 0:1=1 | 7:0=1 | 7:1=0 | end 7");
}

static void unknown_holds_or_is_low(void **state)
{
    struct sb_trace_options low = {.unknown = SB_TRACE_UNKNOWN_LOW};

    (void)state;
    assert_string_equal(read_text(ONE_WIRE "#0 1! #1 x! #2 0! #3 X! #4 1!"),
                        "0:0=1 | 2000:0=0 | 4000:0=1 | end 4000");
    assert_string_equal(trace_rig_read(ONE_WIRE "#0 1! #1 x! #2 1! #3 X! #4 1!", &low),
                        "0:0=1 | 1000:0=0 | 2000:0=1 | 3000:0=0 | 4000:0=1 | end 4000");
    assert_string_equal(trace_rig_read(TWO_WIRES "#5 1!", &low), "0:0=0 | 0:1=0 | 5:0=1 | end 5");
}

static void z_lets_go(void **state)
{
    (void)state;
    assert_string_equal(read_text(ONE_WIRE "#0 0! #1 z! #2 Z! #3 0! #4 z! #5 1!"),
                        "0:0=0 | 1000:0=z | 3000:0=0 | 4000:0=z | 5000:0=1 | end 5000");
}

static void levels_of_vhdl_are_known(void **state)
{
    (void)state;
    assert_string_equal(read_text(ONE_WIRE "#0 U! #1 H! #2 L! #3 W! #4 h! #5 -! #6 l!"),
                        "1000:0=1 | 2000:0=0 | 4000:0=1 | 6000:0=0 | end 6000");
}

static void comments_may_be_anywhere(void **state)
{
    (void)state;
    assert_string_equal(read_text("$comment a $var b $end " ONE_WIRE
                                  "$comment #7 0! $end #0 1! $comment\nx\n$end\n#1 0!"),
                        "0:0=1 | 1000:0=0 | end 1000");
}

static void wrappers_mean_nothing(void **state)
{
    (void)state;
    assert_string_equal(read_text(ONE_WIRE
                                  "#0 $dumpvars 1! $end #1 $dumpoff x! $end #5 $dumpon 0! $end #6 "
                                  "$dumpall 0! $end #7 1! $dumpvars 0!"),
                        "0:0=1 | 5000:0=0 | end 7000");
}

/* ---- vectors and other kinds */

#define BUS "$timescale 1 ns $end $var reg 4 # bus [3:0] $end $enddefinitions $end\n"

static void each_bit_of_a_vector_is_a_channel_the_least_first(void **state)
{
    (void)state;
    assert_string_equal(names_of(BUS), "bus[0] | bus[1] | bus[2] | bus[3]");
    assert_string_equal(read_text(BUS "#0 b0101 # #1 B1100 #"),
                        "0:0=1 | 0:1=0 | 0:2=1 | 0:3=0 | 1:0=0 | 1:3=1 | end 1");
}

static void short_vectors_are_extended_on_the_left(void **state)
{
    (void)state;
    assert_string_equal(read_text(BUS "#0 b1 # #1 bz1 # #2 b0 # #3 bx1 # #4 b1111 # #5 0#"),
                        "0:0=1 | 0:1=0 | 0:2=0 | 0:3=0 | 1:1=z | 1:2=z | 1:3=z | "
                        "2:0=0 | 2:1=0 | 2:2=0 | 2:3=0 | 3:0=1 | 4:1=1 | 4:2=1 | 4:3=1 | "
                        "5:0=0 | 5:1=0 | 5:2=0 | 5:3=0 | end 5");
    /* Too long: what the bits have no room for is left out. */
    assert_string_equal(read_text(BUS "#0 b110101 #"), "0:0=1 | 0:1=0 | 0:2=1 | 0:3=0 | end 0");
}

static void a_vector_of_one_digit_is_a_scalar(void **state)
{
    (void)state;
    assert_string_equal(read_text(ONE_WIRE "#0 b1 ! #1 b0\n!"), "0:0=1 | 1000:0=0 | end 1000");
}

static void ranges_number_the_bits_however_they_are_written(void **state)
{
    (void)state;
    assert_string_equal(
        names_of("$scope module m $end $var wire 2 a up [0:1] $end\n"
                 "$var wire 2 b glued[9:8] $end $var wire 2 c apart [ 3 : 2 ] $end\n"
                 "$var wire 1 d bit [5] $end $var wire 1 e bit[6] $end\n"
                 "$var wire 2 f none $end $var reg 2 g mem[3][1:0] $end\n"
                 "$var wire 2 h odd [7:0] $end $upscope $end $enddefinitions $end"),
        "m.up[1] | m.up[0] | m.glued[8] | m.glued[9] | m.apart[2] | m.apart[3] | "
        "m.bit[5] | m.bit[6] | m.none[0] | m.none[1] | m.mem[3][0] | m.mem[3][1] | "
        "m.odd[7:0][0] | m.odd[7:0][1]");
}

static void values_without_levels_are_left_out_and_said_so(void **state)
{
    static const char text[] =
        "$timescale 1 ns $end $var real 64 r temp $end $var event 1 e tick $end\n"
        "$var string 8 s state $end $var wire 1 ! w $end $enddefinitions $end\n"
        "#0 r1.5 r 1! 1e sIDLE s #1 R2.5e-3 r 0! #2 r-1 r";

    (void)state;
    assert_string_equal(read_text(text), "0:0=1 | 1:0=0 | end 2");
    assert_string_equal(note_of(text),
                        "left out: 3 variables without levels (real, string, event)");
    assert_string_equal(note_of(ONE_WIRE), "");
}

/* ---- names and identifiers */

static void scopes_join_names_by_dots_and_close_again(void **state)
{
    (void)state;
    assert_string_equal(
        names_of("$var wire 1 ! bare $end $scope module top $end $var wire 1 \" a $end\n"
                 "$scope begin in.ner $end $var wire 1 # b $end $upscope $end\n"
                 "$var wire 1 $ c $end $upscope $end $upscope $end $var wire 1 % d $end\n"
                 "$enddefinitions $end"),
        "bare | top.a | top.in.ner.b | top.c | d");
}

static void channels_are_found_by_full_name_leaf_case_and_number(void **state)
{
    static const char text[] =
        "$scope module top $end $scope module x $end $var wire 1 a clk $end $var wire 1 b IR $end\n"
        "$upscope $end $scope module y $end $var wire 1 c clk $end $var wire 1 b ir_copy $end\n"
        "$var wire 1 d sda $end $upscope $end $upscope $end $var wire 1 a other.CLK $end\n"
        "$scope module z $end $var wire 1 d sda $end $upscope $end\n"
        "$enddefinitions $end";
    struct sb_trace *trace = trace_rig_open(text, strlen(text), NULL);

    (void)state;
    assert_int_equal(sb_trace_channel_find(trace, "top.x.clk"), 0);
    assert_int_equal(sb_trace_channel_find(trace, "x.clk"), 0);
    assert_int_equal(sb_trace_channel_find(trace, "y.clk"), 2);
    assert_int_equal(sb_trace_channel_find(trace, "IR"), 1);
    assert_int_equal(sb_trace_channel_find(trace, "ir"), 1);
    assert_int_equal(sb_trace_channel_find(trace, "TOP.X.IR"), 1);
    assert_int_equal(sb_trace_channel_find(trace, "Y.IR_COPY"), 3);
    assert_int_equal(sb_trace_channel_find(trace, "clk"), -1);
    assert_int_equal(sb_trace_channel_find(trace, "lk"), -1);
    assert_int_equal(sb_trace_channel_find(trace, "#3"), 3);
    assert_int_equal(sb_trace_channel_find(trace, "#7"), -1);
    /* Two names of one signal are no two signals. */
    assert_int_equal(sb_trace_channel_find(trace, "sda"), 4);
    sb_trace_close(trace);
}

static void names_may_have_blanks_and_brackets(void **state)
{
    (void)state;
    assert_string_equal(names_of("$scope module libsigrok $end $var wire 1 ! IR Toy IRRX $end\n"
                                 "$var wire 1 \" D[x] $end $enddefinitions $end"),
                        "libsigrok.IR Toy IRRX | libsigrok.D[x]");
}

static void identifiers_may_be_shared(void **state)
{
    (void)state;
    assert_string_equal(
        read_text("$timescale 1 ns $end $var wire 1 ! a $end $var wire 1 ! b $end\n"
                  "$var wire 2 # v $end $var wire 2 # w $end $enddefinitions $end #0 1! b10 #"),
        "0:0=1 | 0:1=1 | 0:2=0 | 0:3=1 | 0:4=0 | 0:5=1 | end 0");
}

static void identifiers_are_any_printable_characters(void **state)
{
    (void)state;
    assert_string_equal(
        read_text("$timescale 1 ns $end $var wire 1 0 a $end $var wire 1 # b $end\n"
                  "$var wire 1 $end! c $end $var wire 1 ~~ d $end $var wire 1 a_long_one e $end\n"
                  "$var wire 1 a_long_two f $end $var wire 1 b1 g $end $enddefinitions $end\n"
                  "#0 10 0# 1$end! 1~~ #1 1a_long_one 1a_long_two #2 0b1 1# 0a_long_two"),
        "0:0=1 | 0:1=0 | 0:2=1 | 0:3=1 | 1:4=1 | 1:5=1 | 2:1=1 | 2:5=0 | 2:6=0 | end 2");
}

/* Enough for identifiers of three characters, for several words of bits, for blocks of the buffer. */
static void many_channels_are_told_apart(void **state)
{
    enum { COUNT = 20000 };
    size_t size = COUNT * 100;
    char *text = malloc(size);
    struct sb_trace_change change;
    struct sb_trace *trace;
    size_t used;

    (void)state;
    assert_non_null(text);
    used = (size_t)snprintf(text, size, "$timescale 1 ns $end\n");
    for (unsigned i = 0; i < COUNT; i++)
        used += (size_t)snprintf(text + used, size - used, "$var wire 1 id%x n%u $end\n", i, i);
    used += (size_t)snprintf(text + used, size - used, "$enddefinitions $end\n");
    for (unsigned i = 0; i < COUNT; i++)
        used += (size_t)snprintf(text + used, size - used, "#%u 1id%x\n", i, i * 7919 % COUNT);
    trace = trace_rig_open(text, used, NULL);
    assert_int_equal(sb_trace_channel_count(trace), COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(sb_trace_next(trace, &change), 1);
        assert_int_equal(change.time_ns, i);
        assert_int_equal(change.channel, i * 7919 % COUNT);
        assert_int_equal(change.level, 1);
    }
    assert_int_equal(sb_trace_next(trace, &change), 0);
    sb_trace_close(trace);
    free(text);
}

/* ---- timescales */

static void timescales_are_read_in_every_form(void **state)
{
    static const struct {
        const char *scale;
        const char *end;
    } cases[] = {
        {"1s", "end 123456000000000"}, {"1 ms", "end 123456000000"}, {"10\nus", "end 1234560000"},
        {"100us", "end 12345600000"},  {"10 ns", "end 1234560"},     {"1 ns", "end 123456"},
        {"100 ps", "end 12345"},       {"10ps", "end 1234"},         {"1ps", "end 123"},
        {"100 fs", "end 12"},          {"10 fs", "end 1"},           {"1\tfs", "end 0"},
    };
    char text[200];

    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(text, sizeof(text), "$timescale %s $end $enddefinitions $end #123456",
                 cases[i].scale);
        assert_string_equal(read_text(text), cases[i].end);
    }
}

static void times_below_a_nanosecond_are_rounded_down_and_no_change_is_lost(void **state)
{
    (void)state;
    assert_string_equal(read_text("$timescale 1 ps $end $var wire 1 ! a $end $enddefinitions $end\n"
                                  "#0 0! #1999 1! #2000 0! #2001 1! #2999 0!"),
                        "0:0=0 | 1:0=1 | 2:0=0 | 2:0=1 | 2:0=0 | end 2");
}

static void without_a_timescale_nanoseconds_are_assumed_and_said_so(void **state)
{
    static const char text[] = "$var wire 1 ! a $end $enddefinitions $end #7 1!";

    (void)state;
    assert_string_equal(read_text(text), "7:0=1 | end 7");
    assert_string_equal(note_of(text), "it has no timescale: 1 ns is assumed");
}

static void the_latest_time_is_285_years(void **state)
{
    (void)state;
    assert_string_equal(read_text("$timescale 1 ns $end $enddefinitions $end #9000000000000000000"),
                        "end 9000000000000000000");
    assert_string_equal(
        read_text("$timescale 1 fs $end $enddefinitions $end #18446744073709551615"),
        "end 18446744073709");
    trace_rig_assert_refused("$timescale 1 ns $end $enddefinitions $end\n #9000000000000000001",
                             ":2:2: longer than 285 years");
    trace_rig_assert_refused("$timescale 1 s $end $enddefinitions $end\n #9000000001",
                             ":2:2: longer than 285 years");
    trace_rig_assert_refused("$timescale 1 fs $end $enddefinitions $end\n#18446744073709551616",
                             ":2:1: a time of more than 64 bits");
}

/* ---- refusals */

static void time_that_goes_backwards_is_refused_with_its_line(void **state)
{
    (void)state;
    trace_rig_assert_refused(ONE_WIRE "#0\n1!\n#10\n0!\n  #9\n1!\n", ":8:3: time goes backwards");
    /* What came before is told. */
    assert_string_equal(read_text(ONE_WIRE "#5 1! #6 0! #5 1!"), "5000:0=1 | error");
}

static void wrong_bodies_are_refused_with_their_place(void **state)
{
    (void)state;
    trace_rig_assert_refused(ONE_WIRE "#0 1?\n", ":4:5: no variable has the identifier '?'");
    trace_rig_assert_refused(ONE_WIRE "#0 1 !\n", ":4:4: a value without an identifier");
    trace_rig_assert_refused(ONE_WIRE "#0 b12 !",
                             ":4:6: a binary value has the digits 0, 1, x and z only");
    trace_rig_assert_refused(ONE_WIRE "b !", ":4:1: a binary value without digits");
    trace_rig_assert_refused(ONE_WIRE "b1 ?", ":4:4: no variable has the identifier '?'");
    trace_rig_assert_refused(ONE_WIRE "r1 ?", ":4:4: no variable has the identifier '?'");
    trace_rig_assert_refused(ONE_WIRE "b1", ":4:1: the file ends inside a value");
    trace_rig_assert_refused(ONE_WIRE "#", ":4:1: a time is # and decimal digits");
    trace_rig_assert_refused(ONE_WIRE "#-1", ":4:1: a time is # and decimal digits");
    trace_rig_assert_refused(ONE_WIRE "#1.5", ":4:1: a time is # and decimal digits");
    trace_rig_assert_refused(ONE_WIRE "#1\n\r\n?", ":6:1: neither a time nor a value");
    trace_rig_assert_refused(ONE_WIRE "pU 0 6 !",
                             ":4:1: values of ports (extended VCD) are not understood");
    trace_rig_assert_refused(ONE_WIRE "$var wire 1 ? x $end",
                             ":4:1: a keyword that is not understood among the values");
    trace_rig_assert_refused(ONE_WIRE "$comment x", ":4:11: the file ends inside a comment");
}

static void wrong_headers_are_refused_with_their_place(void **state)
{
    (void)state;
    trace_rig_assert_refused("$date x $end",
                             ":1:13: the file ends inside its header: no $enddefinitions");
    trace_rig_assert_refused(
        "$timescale 2 us $end",
        ":1:12: timescale '2us': 1, 10 or 100 of s, ms, us, ns, ps, fs are understood");
    trace_rig_assert_refused(
        "$timescale 1 Us $end",
        ":1:12: timescale '1Us': 1, 10 or 100 of s, ms, us, ns, ps, fs are understood");
    trace_rig_assert_refused("$var wire one ! a $end", ":1:11: 'one' is no number of bits");
    trace_rig_assert_refused("$var wire 0 ! a $end", ":1:11: '0' is no number of bits");
    trace_rig_assert_refused(
        "$var wire 1 ! $end",
        ":1:6: a variable has a type, a number of bits, an identifier and a name");
    trace_rig_assert_refused("$var wire 1 \xc3\xa4 a $end",
                             ":1:6: an identifier has printable ASCII characters only");
    trace_rig_assert_refused("$var wire 65537 ! a $end",
                             ":1:6: more than 65536 channels; each bit of a variable is one");
    trace_rig_assert_refused("$scope module $end", ":1:15: a scope without a name");
    trace_rig_assert_refused("$var wire 1 ! a $end #0",
                             ":1:22: '#0' before the header's end, $enddefinitions");
}

static void a_file_cut_anywhere_is_read_or_refused_with_one_message(void **state)
{
    static const char text[] =
        "$date now $end $comment hi $end $timescale 10 us $end $scope module m $end\n"
        "$var wire 1 ! a $end $var reg 3 long_id b [2:0] $end $var real 1 r r $end $upscope $end\n"
        "$enddefinitions $end #0 $dumpvars 1! bx01 long_id r0 r $end\n#10 0! $comment x $end\n"
        "b1 long_id #20\n1! z! #30\n";

    (void)state;
    trace_rig_survive_cuts(text, sizeof(text) - 1);
}

static void damaged_bytes_are_read_or_refused_with_one_message(void **state)
{
    char text[] = ONE_WIRE "#0\n$dumpvars 1! $end\n#10 0! b1 ! $comment x $end\n#20 1!\n";
    size_t size = sizeof(text) - 1;

    (void)state;
    for (size_t i = 0; i < size; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            text[i] ^= (char)(1 << bit);
            trace_rig_survive(text, size);
            text[i] ^= (char)(1 << bit);
        }
}

/* ---- blocks */

/* The same text with its words at every place relative to the buffer's end. */
static void words_may_lie_across_blocks(void **state)
{
    enum { PAD = 131072 };
    static const char body[] = "#10 0! b1 ! #11 b0\n\n\n! $comment x $end #12 1!";
    char *text = malloc(2 * PAD);

    (void)state;
    assert_non_null(text);
    for (unsigned shift = 0; shift < sizeof(body) + 4; shift++) {
        size_t used = (size_t)sprintf(text, ONE_WIRE "#0 0!");

        memset(text + used, shift % 2 ? '\n' : ' ', PAD - used - shift);
        used = PAD - shift;
        memcpy(text + used, body, sizeof(body));
        assert_string_equal(read_text(text),
                            "0:0=0 | 10000:0=1 | 11000:0=0 | 12000:0=1 | end 12000");
    }
    free(text);
}

static void a_word_longer_than_the_buffer_is_refused_except_in_comments(void **state)
{
    enum { LONG = 200000 };
    char *word = calloc(1, LONG + 1);
    char *text = malloc(LONG + 1000);

    (void)state;
    assert_non_null(word);
    assert_non_null(text);
    memset(word, '1', LONG);
    sprintf(text, ONE_WIRE "$comment %s $end #0 1! $comment x%s $end #1 0!", "", word);
    assert_string_equal(read_text(text), "0:0=1 | 1000:0=0 | end 1000");
    sprintf(text, ONE_WIRE "#0\nb%s !", word);
    trace_rig_assert_refused(text, ":5:1: a word of more than 131071 characters");
    free(word);
    free(text);
}

/* ---- our own files */

static struct sb_terminal *junction(struct sb_world *world, const char *id)
{
    struct sb_part_spec spec = {.type = "wokwi-junction", .id = id};
    struct sb_part *part;

    check_int(sb_world_add_part(world, &spec, &part, &trace_rig_diag), 0);
    return &part->terminals[0];
}

struct written {
    struct sb_world *world;
    char text[1000];
};

static void note_level(struct written *written, unsigned channel, char level)
{
    size_t used = strlen(written->text);

    snprintf(written->text + used, sizeof(written->text) - used, "%lld:%u=%c | ",
             (long long)sb_world_now_ns(written->world), channel, level);
}

/* Drives two wires at random and notes what they then are. */
static int write_vcd(void *arg)
{
    struct written *written = arg;
    struct sb_vcd_options options = {.timescale_ns = 1};
    struct sb_terminal *terminals[2];
    struct sb_vcd *vcd;
    char levels[2] = {'0', '0'};

    sb_diag_init(&trace_rig_diag, NULL, NULL);
    written->world = sb_world_create(test_loop(), 1);
    for (unsigned i = 0; i < 2; i++) {
        terminals[i] = junction(written->world, i ? "b" : "a");
        sb_world_connect(written->world, terminals[i], junction(written->world, i ? "b2" : "a2"),
                         "");
    }
    check_int(sb_world_start(written->world, &trace_rig_diag), 0);
    for (unsigned i = 0; i < 2; i++)
        sb_terminal_drive(terminals[i], SB_STRENGTH_STRONG, false);
    check_int(sb_vcd_open(&vcd, written->world, trace_rig_path(), &options, &trace_rig_diag), 0);
    note_level(written, 0, '0');
    note_level(written, 1, '0');
    for (unsigned i = 0; i < 20; i++) {
        unsigned which = (unsigned)(sb_loop_random(test_loop()) % 2);
        char level = "01z"[sb_loop_random(test_loop()) % 3];

        sb_sleep_until_ns(sb_now_ns() + 1 + (int64_t)(sb_loop_random(test_loop()) % 100000));
        sb_terminal_drive(terminals[which], level == 'z' ? SB_STRENGTH_NONE : SB_STRENGTH_STRONG,
                          level == '1');
        if (level != levels[which])
            note_level(written, which, level);
        levels[which] = level;
    }
    sb_sleep_us(10);
    snprintf(written->text + strlen(written->text), 40, "end %lld", (long long)sb_now_ns());
    check_int(sb_vcd_close(vcd, NULL), 0);
    sb_world_destroy(written->world);
    return 0;
}

static void what_a_world_writes_is_read_back_the_same(void **state)
{
    struct written written = {.text = ""};
    char *text;
    FILE *file;
    size_t size;

    (void)state;
    run_in_loop(write_vcd, &written);
    file = fopen(trace_rig_path(), "rb");
    assert_non_null(file);
    text = calloc(1, 10000);
    assert_non_null(text);
    size = fread(text, 1, 9999, file);
    fclose(file);
    assert_string_equal(names_of(text), "gpio.a.J | gpio.b.J");
    assert_string_equal(trace_rig_read_bytes(text, size, NULL), written.text);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_step_of_its_times_is_the_resolution),
        cmocka_unit_test(initial_values_come_first_then_each_change),
        cmocka_unit_test(values_before_the_first_time_are_initial_ones),
        cmocka_unit_test(a_channel_without_an_initial_value_is_released_until_its_first),
        cmocka_unit_test(lines_mean_nothing),
        cmocka_unit_test(the_last_time_ends_the_recording),
        cmocka_unit_test(a_value_that_does_not_change_is_no_change),
        cmocka_unit_test(within_one_time_the_last_value_holds),
        cmocka_unit_test(changes_of_one_time_come_in_order_of_channel),
        cmocka_unit_test(unknown_holds_or_is_low),
        cmocka_unit_test(z_lets_go),
        cmocka_unit_test(levels_of_vhdl_are_known),
        cmocka_unit_test(comments_may_be_anywhere),
        cmocka_unit_test(wrappers_mean_nothing),
        cmocka_unit_test(each_bit_of_a_vector_is_a_channel_the_least_first),
        cmocka_unit_test(short_vectors_are_extended_on_the_left),
        cmocka_unit_test(a_vector_of_one_digit_is_a_scalar),
        cmocka_unit_test(ranges_number_the_bits_however_they_are_written),
        cmocka_unit_test(values_without_levels_are_left_out_and_said_so),
        cmocka_unit_test(scopes_join_names_by_dots_and_close_again),
        cmocka_unit_test(channels_are_found_by_full_name_leaf_case_and_number),
        cmocka_unit_test(names_may_have_blanks_and_brackets),
        cmocka_unit_test(identifiers_may_be_shared),
        cmocka_unit_test(identifiers_are_any_printable_characters),
        cmocka_unit_test(many_channels_are_told_apart),
        cmocka_unit_test(timescales_are_read_in_every_form),
        cmocka_unit_test(times_below_a_nanosecond_are_rounded_down_and_no_change_is_lost),
        cmocka_unit_test(without_a_timescale_nanoseconds_are_assumed_and_said_so),
        cmocka_unit_test(the_latest_time_is_285_years),
        cmocka_unit_test(time_that_goes_backwards_is_refused_with_its_line),
        cmocka_unit_test(wrong_bodies_are_refused_with_their_place),
        cmocka_unit_test(wrong_headers_are_refused_with_their_place),
        cmocka_unit_test(a_file_cut_anywhere_is_read_or_refused_with_one_message),
        cmocka_unit_test(damaged_bytes_are_read_or_refused_with_one_message),
        cmocka_unit_test(words_may_lie_across_blocks),
        cmocka_unit_test(a_word_longer_than_the_buffer_is_refused_except_in_comments),
        cmocka_unit_test(what_a_world_writes_is_read_back_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
