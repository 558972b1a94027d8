/* SPDX-License-Identifier: MIT */
/*
 * `softboard decode hd44780`, run as a person would: on recordings that are made here strobe by
 * strobe, and on the real captures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "tests/child.h"
#include "tests/sr_file.h"
#include "tests/support.h"

#define SAMPLES_MAX 2000000

#define WIRES_4                                                                               \
    "capturefile=logic-1\nunitsize=2\nprobe1=RS\nprobe2=E\nprobe4=D4\nprobe5=D5\nprobe6=D6\n" \
    "probe7=D7\n"
#define WIRES_4_RW WIRES_4 "probe3=RW\n"
#define WIRES_8    WIRES_4_RW "probe8=D0\nprobe9=D1\nprobe10=D2\nprobe11=D3\n"

enum { RS = 1, E = 2, RW = 4 };

static struct child_result result;
static const char *const output = result.out;

/* ---- recordings */

static uint16_t samples[SAMPLES_MAX];
static size_t sample_count;

static void idle(uint16_t levels, unsigned count)
{
    assert_true(sample_count + count <= SAMPLES_MAX);
    while (count-- > 0)
        samples[sample_count++] = levels;
}

/* Four data lines are bits 3 to 6, D0 to D3 bits 7 to 10. */
static uint16_t data_bits(uint8_t byte)
{
    return (uint16_t)((byte >> 4) << 3 | (byte & 0xf) << 7);
}

static void strobe(uint16_t control, uint8_t byte, unsigned wait)
{
    uint16_t levels = (uint16_t)(control | data_bits(byte));

    idle(levels, 1);
    idle(levels | E, 2);
    idle(levels, 1 + wait);
}

static void half(uint16_t control, uint8_t nibble, unsigned wait)
{
    strobe(control, (uint8_t)(nibble << 4), wait);
}

static void byte_4(uint16_t control, uint8_t byte)
{
    half(control, byte >> 4, 10);
    half(control, byte & 0xf, 60);
}

static void text_4(const char *text)
{
    for (; *text; text++)
        byte_4(RS, (uint8_t)*text);
}

/* With a function set: 28h two lines, 24h one of 5x10 dots. */
static void start_4_as(uint8_t function)
{
    half(0, 3, 5000);
    half(0, 3, 200);
    half(0, 3, 200);
    half(0, 2, 60);
    byte_4(0, function);
    byte_4(0, 0x0c);
    byte_4(0, 0x06);
    byte_4(0, 0x01);
    idle(0, 2000);
}

static void start_4(void)
{
    start_4_as(0x28);
}

static void begin(void)
{
    sample_count = 0;
    idle(0, 10);
}

static void write_recording(const char *wires, const char *rate)
{
    char metadata[512];

    snprintf(metadata, sizeof(metadata), "%ssamplerate=%s\ntotal probes=11\n", wires, rate);
    sr_write(sr_path(), metadata, samples, sample_count * sizeof(samples[0]));
}

/* ---- the command */

static int run(const char *arguments, const char *path)
{
    child_need("softboard");
    child_run(&result, "./softboard decode %s '%s' 2>&1", arguments, path);
    return result.status;
}

static void assert_says(const char *text)
{
    if (!strstr(output, text))
        fail_msg("no %s in %s", text, output);
}

static void decode(const char *wires, const char *options)
{
    char arguments[512];

    write_recording(wires, "1 MHz");
    snprintf(arguments, sizeof(arguments), "hd44780 --json %s", options);
    assert_int_equal(run(arguments, sr_path()), 0);
}

static void an_initialisation_and_text_are_decoded(void **state)
{
    (void)state;
    begin();
    start_4();
    text_4("Hi \"there\"");
    decode(WIRES_4, "");
    assert_string_equal(
        output,
        "{\"event\":\"screen\",\"lines\":[\"Hi \\\"there\\\"      \",\"                \"],"
        "\"ddram\":{\"00\":\"Hi \\\"there\\\"                              \","
        "\"40\":\"                                        \"},\"ac\":10,\"display\":true,"
        "\"cursor\":false,\"blink\":false,\"shift\":0,\"cgram\":[\"0000000000000000\","
        "\"0000000000000000\",\"0000000000000000\",\"0000000000000000\",\"0000000000000000\","
        "\"0000000000000000\",\"0000000000000000\",\"0000000000000000\"],\"strobes\":32,"
        "\"violations\":0}\n");
}

/* As analysers record it: lines float high, and the first edge of E is none. */
static void a_strobe_that_began_before_the_recording_is_left_out(void **state)
{
    (void)state;
    sample_count = 0;
    idle(RS | E | 0x78, 1000);
    idle(0, 1000);
    start_4();
    text_4("A");
    decode(WIRES_4, "");
    assert_says("\"lines\":[\"A    ");
    assert_says("\"strobes\":15,\"violations\":0}");
}

static void a_running_bus_of_four_wires_needs_no_initialisation(void **state)
{
    (void)state;
    begin();
    byte_4(0, 0x80);
    text_4("Temp 21.5");
    byte_4(0, 0xc0);
    text_4("Humi 40");
    decode(WIRES_4, "");
    assert_says("\"lines\":[\"Temp 21.5       \",\"Humi 40         \"]");
    assert_says("\"display\":true,\"cursor\":false");
    assert_says("\"violations\":0}");
}

static void a_recording_that_begins_inside_a_byte_is_read_from_the_next(void **state)
{
    (void)state;
    begin();
    half(RS, 5, 60); /* the end of an 'E' */
    text_4("rror");
    byte_4(0, 0xc0);
    text_4("Retry");
    decode(WIRES_4, "");
    assert_says("\"lines\":[\"rror            \",\"Retry           \"]");
    assert_says("\"ac\":69,");
    assert_says("\"strobes\":21,");
}

static void text_alone_is_split_into_bytes_by_the_pauses(void **state)
{
    (void)state;
    begin();
    half(RS, 5, 60);
    text_4("44444");
    decode(WIRES_4, "");
    assert_says("\"lines\":[\"44444           \"");
}

static void eight_wires_are_decoded_with_and_without_an_initialisation(void **state)
{
    (void)state;
    for (int with = 0; with < 2; with++) {
        begin();
        if (with) {
            strobe(0, 0x38, 5000);
            strobe(0, 0x38, 200);
            strobe(0, 0x38, 200);
            strobe(0, 0x0f, 60);
            strobe(0, 0x01, 2000);
        }
        strobe(0, 0x80, 60);
        strobe(RS, 'O', 60);
        strobe(0, 0xc5, 60);
        strobe(RS, 'k', 60);
        decode(WIRES_8, "");
        assert_says("\"lines\":[\"O               \",\"     k          \"]");
        assert_says(with ? "\"cursor\":true,\"blink\":true" : "\"cursor\":false,\"blink\":false");
        assert_says("\"violations\":0}");
    }
}

static void four_lines_and_scrolling_are_shown_as_on_the_glass(void **state)
{
    (void)state;
    begin();
    start_4();
    text_4("one");
    byte_4(0, 0x94);
    text_4("three");
    byte_4(0, 0xc0);
    text_4("two");
    byte_4(0, 0xd4);
    text_4("four");
    byte_4(0, 0x1c); /* right */
    decode(WIRES_4, "--size 20x4");
    assert_says("\"lines\":[\" one                \",\" two                \","
                "\" three              \",\" four               \"]");
    assert_says("\"shift\":39,");
}

static void custom_characters_are_escapes_and_their_dots(void **state)
{
    (void)state;
    begin();
    start_4();
    byte_4(0, 0x48);
    for (unsigned i = 0; i < 8; i++)
        byte_4(RS, (uint8_t)(i * 3));
    byte_4(0, 0x80);
    byte_4(RS, 1);
    byte_4(RS, 9);
    byte_4(RS, 0xdf);
    decode(WIRES_4, "");
    assert_says("\"lines\":[\"\\u0001\\u0001\302\260             \"");
    assert_says("\"cgram\":[\"0000000000000000\",\"000306090c0f1215\",");
}

/* While RW is high the recorded display answers; the simulated one must neither fight nor lose step. */
static void reads_of_the_busy_flag_are_followed(void **state)
{
    (void)state;
    begin();
    start_4();
    for (const char *at = "polled"; *at; at++) {
        half(RW, 8, 3);
        half(RW, 0, 3);
        half(RW, 0, 3);
        half(RW, 1, 3);
        half(RS, (uint8_t)(*at >> 4), 3);
        half(RS, *at & 0xf, 3); /* a fast display: ready long before 37 us */
    }
    decode(WIRES_4_RW, "");
    assert_says("\"lines\":[\"polled          \"");
    assert_says("\"strobes\":48,\"violations\":0}");
}

static void writes_while_busy_are_violations_but_shown(void **state)
{
    (void)state;
    begin();
    start_4();
    for (const char *at = "fast"; *at; at++) {
        half(RS, (uint8_t)(*at >> 4), 1);
        half(RS, *at & 0xf, 1);
    }
    decode(WIRES_4, "");
    assert_says("\"lines\":[\"fast            \"");
    assert_says("\"violations\":3}");
    /* The same samples ten times slower, 50 us from byte to byte. */
    write_recording(WIRES_4, "100 kHz");
    assert_int_equal(run("hd44780 --json", sr_path()), 0);
    assert_says("\"violations\":0}");
}

/* A pulse of one sample at 5 MHz was up to 400 ns long: no violation. At 20 MHz it is one. */
static void what_the_samples_cannot_show_is_no_violation(void **state)
{
    static const char *const rates[] = {"5 MHz", "20 MHz"};

    (void)state;
    begin();
    start_4();
    for (unsigned i = 0; i < 2; i++) {
        uint16_t levels = (uint16_t)(RS | data_bits(0x50));

        idle(0, 100000);
        idle(levels | E, 1);
        idle(0, 5000);
    }
    for (unsigned i = 0; i < 2; i++) {
        write_recording(WIRES_4, rates[i]);
        assert_int_equal(run("hd44780", sr_path()), 0);
        assert_true(!strstr(output, "E was high") == (i == 0));
    }
}

/* RS, E and a data line change in the same microsecond: nobody knows which came first. */
static void what_the_steps_of_a_vcd_cannot_show_is_no_violation(void **state)
{
    static const char recording[] =
        "$timescale 1 us $end $var wire 1 ! RS $end $var wire 1 # E $end $var wire 1 % D4 $end "
        "$var wire 1 & D5 $end $var wire 1 ( D6 $end $var wire 1 ) D7 $end $enddefinitions $end\n"
        "#0 0! 0# 0% 0& 0( 0)\n#100000 1! 1& 1#\n#100001 0# 0! 0&\n"
        "#100200 1! 1& 1#\n#100201 0# 0! 0&\n#200000\n";

    (void)state;
    sr_write_file(sr_path(), recording, sizeof(recording) - 1);
    assert_int_equal(run("hd44780 --json", sr_path()), 0);
    assert_says("\"strobes\":2,\"violations\":0}");
}

static void channels_are_mapped_by_hand(void **state)
{
    static const char wires[] =
        "capturefile=logic-1\nunitsize=2\nprobe1=D0\nprobe2=D1\nprobe4=D3\nprobe5=D4\nprobe6=D5\n"
        "probe7=D6\nprobe8=D7\n";

    (void)state;
    begin();
    start_4();
    text_4("mapped");
    decode(wires, "--map rs=D0,E=d1,D4=D3,d5=D4 --map d6=D5,d7=#5");
    assert_says("\"lines\":[\"mapped          \"");
}

static void usage_errors_end_with_2_and_one_line(void **state)
{
    static const struct {
        const char *arguments;
        const char *message;
    } cases[] = {
        {"hd44780 --map rs=CLK", "no channel CLK; its channels are: RS, E, D4, D5, D6, D7"},
        {"hd44780 --map reset=E", "an LCD has no 'reset'"},
        {"hd44780 --map rs=RS,e=RS", "E cannot be on the same channel as RS"},
        {"hd44780 --map rs", "--map takes ROLE=CHANNEL"},
        {"hd44780 --size 16x3", "--size takes COLUMNSxROWS"},
        {"hd44780 --size 99x1", "--size takes COLUMNSxROWS"},
        {"hd44780 --samplerate fast", "--samplerate takes a rate"},
        {"hd44780 --channel E", "--channel: an LCD has several"},
        {"hd44780 --wrong", "unknown option --wrong"},
        {"hd44780 a", "one FILE at a time"},
        {"tea", "can decode nec, gps, hd44780, i2c, htu21d; not tea"},
    };

    (void)state;
    begin();
    write_recording(WIRES_4, "1 MHz");
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(run(cases[i].arguments, sr_path()), 2);
        assert_says(cases[i].message);
        assert_ptr_equal(strchr(output, '\n'), output + strlen(output) - 1);
    }
    assert_int_equal(run("hd44780", "/nonexistent.sr"), 2);
    assert_says("/nonexistent.sr: No such file or directory");
    sr_write(sr_path(),
             "capturefile=logic-1\nunitsize=1\nsamplerate=1 MHz\nprobe1=RS\nprobe2=CLK\n", "", 0);
    assert_int_equal(run("hd44780", sr_path()), 2);
    assert_says("say with --map which channel is the LCD's E; its channels are: RS, CLK");
}

static void an_empty_recording_is_an_empty_display(void **state)
{
    (void)state;
    begin();
    decode(WIRES_4, "--size 8x1");
    assert_says("\"lines\":[\"        \"]");
    assert_says("\"display\":false");
    assert_says("\"strobes\":0,\"violations\":0}");
}

static void without_json_it_is_drawn(void **state)
{
    (void)state;
    begin();
    start_4();
    text_4("Hi ");
    byte_4(RS, 2);
    write_recording(WIRES_4, "1 MHz");
    assert_int_equal(run("hd44780", sr_path()), 0);
    assert_string_equal(
        output,
        "+----------------+\n|Hi \342\221\241            |\n|                |\n+----------------+\n"
        "display on, cursor off, blink off; address counter 04h, shift 0; two lines, 4 bits\n"
        "<2>    \n.....  \n.....  \n.....  \n.....  \n.....  \n.....  \n.....  \n.....  \n"
        "20 strobes of E, 0 violations of the datasheet\n");
}

/* A character has ten rows then, in the places of two; bit 0 of its code does not count. */
static void tall_characters_are_drawn_with_both_halves(void **state)
{
    (void)state;
    begin();
    start_4_as(0x24);
    byte_4(0, 0x50);
    for (unsigned i = 0; i < 10; i++)
        byte_4(RS, (uint8_t)(i + 1));
    byte_4(0, 0x80);
    byte_4(RS, 3);
    write_recording(WIRES_4, "1 MHz");
    assert_int_equal(run("hd44780 --size 8x1", sr_path()), 0);
    assert_says("shift 0; one line of 5x10 dots, 4 bits\n<2>    <3>    \n"
                "....#  .#..#  \n...#.  .#.#.  \n...##  .....  \n");
}

static void real_captures_show_what_is_known_of_them(void **state)
{
    static const struct {
        const char *file;
        const char *parts[4];
    } files[] = {
        {"blink",
         {"\"lines\":[\"hello, world!   \"",
          "\"ac\":13,\"display\":true,\"cursor\":false,\"blink\":true,",
          "\"strobes\":63,\"violations\":0}"}},
        {"cursor",
         {"\"lines\":[\"hello, world!   \"", "\"display\":true,\"cursor\":true,\"blink\":false,",
          "\"violations\":0}"}},
        {"power", {"\"lines\":[\"hello, world!   \"", "\"display\":false,", "\"violations\":0}"}},
        {"shiftcursor", {"\"lines\":[\"Hello, World?   \"", "\"ac\":1,", "\"violations\":0}"}},
        {"textdirection", {"\"lines\":[\"abcdefghijklyz  \"", "\"violations\":0}"}},
        {"customcharacter",
         {"\"lines\":[\"I \\u0000 Arduino! \\u0001  \",\"    \\u0003           \"]",
          "\"cgram\":[\"000a1f1f1f0e0400\",\"00000a0000110e00\",\"00000a0000000e11\","
          "\"040a04040e15040a\",\"040a04150e04040a\"",
          "\"violations\":0}"}},
        {"reset-init-hello", {"\"lines\":[\"Hello LCD       \"", "\"violations\":3}"}},
    };
    const char *captures = getenv("CAPTURES");

    (void)state;
    if (!SB_HAVE_ZIP) {
        print_message("built without libzip\n");
        skip();
    }
    if (!captures)
        captures = "../shared/captures";
    for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char path[512];

        snprintf(path, sizeof(path), "%s/hd44780/%s.sr", captures, files[i].file);
        if (access(path, R_OK) != 0) {
            print_message("no %s: skipped\n", path);
            skip();
        }
        assert_int_equal(run("hd44780 --json", path), 0);
        for (unsigned j = 0; j < 4 && files[i].parts[j]; j++)
            assert_says(files[i].parts[j]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_initialisation_and_text_are_decoded),
        cmocka_unit_test(a_strobe_that_began_before_the_recording_is_left_out),
        cmocka_unit_test(a_running_bus_of_four_wires_needs_no_initialisation),
        cmocka_unit_test(a_recording_that_begins_inside_a_byte_is_read_from_the_next),
        cmocka_unit_test(text_alone_is_split_into_bytes_by_the_pauses),
        cmocka_unit_test(eight_wires_are_decoded_with_and_without_an_initialisation),
        cmocka_unit_test(four_lines_and_scrolling_are_shown_as_on_the_glass),
        cmocka_unit_test(custom_characters_are_escapes_and_their_dots),
        cmocka_unit_test(reads_of_the_busy_flag_are_followed),
        cmocka_unit_test(writes_while_busy_are_violations_but_shown),
        cmocka_unit_test(what_the_samples_cannot_show_is_no_violation),
        cmocka_unit_test(what_the_steps_of_a_vcd_cannot_show_is_no_violation),
        cmocka_unit_test(channels_are_mapped_by_hand),
        cmocka_unit_test(usage_errors_end_with_2_and_one_line),
        cmocka_unit_test(an_empty_recording_is_an_empty_display),
        cmocka_unit_test(without_json_it_is_drawn),
        cmocka_unit_test(tall_characters_are_drawn_with_both_halves),
        cmocka_unit_test(real_captures_show_what_is_known_of_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
