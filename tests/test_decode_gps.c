/* SPDX-License-Identifier: MIT */
/*
 * `softboard decode gps`, run as a person would: on logs and serial lines that are made here, and on the
 * real ones, whose last fixes are known from another parser.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "drivers/nmea.h"
#include "tests/child.h"
#include "tests/sr_file.h"
#include "tests/support.h"

#define FIX(ns, time, rest) \
    "{\"t_ns\":" #ns ",\"event\":\"fix\",\"time\":" time ",\"lat\":" rest "}\n"
#define SUMMARY(sentences, bad, none, unsupported, rejected)                     \
    "{\"event\":\"summary\",\"sentences\":" #sentences ",\"bad_checksum\":" #bad \
    ",\"no_checksum\":" #none ",\"unsupported\":" #unsupported ",\"rejected\":" #rejected "}\n"

#define NOTHING(after_lat) "null,\"lon\":null,\"alt_m\":null,\"speed_kn\":null" after_lat

static struct child_result result;

/* ---- recordings */

static char log_text[65536];
static size_t log_size;

static void begin(void)
{
    log_size = 0;
}

static void add(const char *bytes, size_t size)
{
    assert_true(log_size + size <= sizeof(log_text));
    memcpy(log_text + log_size, bytes, size);
    log_size += size;
}

/* A sentence with its checksum, between `before` and `after`. */
static void add_sentence(const char *before, const char *text, const char *after)
{
    char sentence[200];

    snprintf(sentence, sizeof(sentence), "$%s*%02X", text,
             (unsigned)sb_nmea_checksum(text, strlen(text)));
    add(before, strlen(before));
    add(sentence, strlen(sentence));
    add(after, strlen(after));
}

static void write_log(void)
{
    sr_write_file(sr_path(), log_text, log_size);
}

static const char *const two_fixes[] = {
    "GPGGA,061507.000,4530.7007,N,12240.8051,W,2,12,0.83,62.2,M,-19.4,M,0000,0000",
    "GPRMC,061507.000,A,4530.7007,N,12240.8051,W,0.02,79.97,260813,,,D",
    "GPGGA,061508.000,4530.7007,N,12240.8051,W,2,13,0.83,62.3,M,-19.4,M,0000,0000",
    "GPRMC,061508.000,A,4530.7007,N,12240.8051,W,0.03,80.00,260813,,,D",
};

#define TWO_COUNT (sizeof(two_fixes) / sizeof(two_fixes[0]))

#define PLACE "45.511678333,\"lon\":-122.680085"

/* What it says of the second fix, whenever that was. */
static const char second_fix[] =
    "\"event\":\"fix\",\"time\":\"2013-08-26T06:15:08Z\",\"lat\":" PLACE
    ",\"alt_m\":62.3,\"speed_kn\":0.03,\"course_deg\":80,"
    "\"satellites\":13}\n";

/* The text as a line that a UART drives, in a VCD file. */
static void write_line(const char *text, unsigned baud, bool is_inverted, unsigned skipped_bits)
{
    int64_t bit = -100;
    char change[48];

    begin();
    add("$timescale 1ns $end $var wire 1 ! TX $end $enddefinitions $end\n", 63);
    snprintf(change, sizeof(change), "#0 %d!\n", !is_inverted);
    add(change, strlen(change));
    bit = skipped_bits > 0 ? -(int64_t)skipped_bits : 20;
    for (; *text; text++) {
        unsigned frame = (unsigned)(unsigned char)*text << 1 | 1U << 9;

        for (unsigned i = 0; i < 10; i++, bit++) {
            snprintf(change, sizeof(change), "#%lld %d!\n",
                     (long long)(bit * 1000000000 / (int64_t)baud),
                     (frame >> i & 1) != is_inverted);
            if (bit >= 0)
                add(change, strlen(change));
        }
    }
    snprintf(change, sizeof(change), "#%lld\n",
             (long long)((bit + 30) * 1000000000 / (int64_t)baud));
    add(change, strlen(change));
    write_log();
}

/* ---- the command */

static int run(const char *options, const char *path)
{
    child_need("softboard");
    child_run(&result, "./softboard decode gps %s '%s'", options, path);
    return result.status;
}

static void assert_decodes(const char *options, const char *expected)
{
    assert_int_equal(run(options, sr_path()), 0);
    assert_string_equal(result.out, expected);
    assert_string_equal(result.err, "");
}

static void assert_refused(const char *options, const char *path, const char *message)
{
    assert_int_equal(run(options, path), 2);
    if (!strstr(result.err, message))
        fail_msg("no '%s' in %s", message, result.err);
    assert_ptr_equal(strchr(result.err, '\n'), result.err + strlen(result.err) - 1);
    assert_string_equal(result.out, "");
}

/* It was decoded all the same, with one warning. */
static void assert_warns(const char *options, const char *message)
{
    char expected[300];

    assert_int_equal(run(options, sr_path()), 0);
    snprintf(expected, sizeof(expected), "softboard decode: warning: %s: %s\n", sr_path(), message);
    assert_string_equal(result.err, expected);
}

/* ---- logs */

static void each_epoch_is_an_object_and_the_last_is_a_summary(void **state)
{
    (void)state;
    begin();
    for (size_t i = 0; i < TWO_COUNT; i++)
        add_sentence("", two_fixes[i], "\r\n");
    add_sentence("", "PMTK010,001", "\r\n");
    add("$GPGLL,1*00\r\n$GPGLL,2\r\n", 23);
    add_sentence("", "GPGLL,9999.0,N,12240.8,W,061508,A", "\r\n");
    write_log();
    assert_decodes(
        "--json",
        FIX(159374999, "\"2013-08-26T06:15:07Z\"",
            PLACE ",\"alt_m\":62.2,\"speed_kn\":0.02,\"course_deg\":79.97,\"satellites\":12")
            FIX(1159374999, "\"2013-08-26T06:15:08Z\"",
                PLACE ",\"alt_m\":62.3,\"speed_kn\":0.03,\"course_deg\":80,\"satellites\":13")
                SUMMARY(6, 1, 1, 1, 1));
    assert_decodes("",
                   "     0.159375  2013-08-26T06:15:07Z        45.511678 -122.680085  62.2 m  0.02 "
                   "kn  80.0\302\260  12 satellites\n"
                   "     1.159375  2013-08-26T06:15:08Z        45.511678 -122.680085  62.3 m  0.03 "
                   "kn  80.0\302\260  13 satellites\n"
                   "6 sentences, 1 with a bad checksum, 1 without one; 1 of kinds that are not "
                   "read, 1 rejected\n");
}

static void what_is_not_known_is_null(void **state)
{
    (void)state;
    begin();
    add_sentence("", "GPRMC,061507.5,V,,,,,,,260813,,,N", "\n");
    write_log();
    assert_decodes("--json",
                   FIX(40625000, "\"2013-08-26T06:15:07.500Z\"",
                       NOTHING(",\"course_deg\":null,\"satellites\":null")) SUMMARY(1, 0, 0, 0, 0));
    begin();
    add_sentence("", "GPGGA,061507,4530.7007,S,12240.8051,E,1,,,,M,,M,,", "\n");
    write_log();
    assert_decodes("--json",
                   FIX(57291666, "null",
                       "-45.511678333,\"lon\":122.680085,\"alt_m\":null,\"speed_kn\":null,"
                       "\"course_deg\":null,\"satellites\":null") SUMMARY(1, 0, 0, 0, 0));
    assert_int_equal(run("", sr_path()), 0);
    assert_memory_equal(result.out, "     0.057292  no date, 06:15:07  ", 34);
    begin();
    add_sentence("", "GPRMC,,V,,,,,,,,,,N", "\n");
    write_log();
    assert_decodes("--json", SUMMARY(1, 0, 0, 0, 0));
}

static void whatever_stands_around_the_sentences_they_are_found(void **state)
{
    static const struct {
        const char *before;
        const char *after;
    } forms[] = {
        {"", "\r"},
        {"", "\n"},
        {"", " \t\r\n"},
        {"  ", "\n"},
        {"\xff\xff", "\xff\r\n"},
        {"\xb5\x62\x01\x07\x02!$\x03*", "\r\n"},
        {"1716900000.125 ", "\n"},
        {"1716900000125,", "\n"},
        {"2024-05-28T12:40:00.125Z\t", "\n"},
        {"[2024-05-28 12:40:00] ", "\n"},
        {"\\s:gps,c:1716900000*00\\", "\n"},
        {"+12.5 ", "\n"},
        {"# a comment\n", "\n\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        begin();
        add("0000,0000*63\r\n", 14);
        for (size_t j = 0; j < TWO_COUNT; j++)
            add_sentence(forms[i].before, two_fixes[j], forms[i].after);
        add("$GPGGA,0615", 11);
        write_log();
        assert_int_equal(run("--json", sr_path()), 0);
        if (!strstr(result.out, second_fix) || !strstr(result.out, "\"sentences\":4,"))
            fail_msg("form %zu: %s", i, result.out);
    }
}

/* ---- serial lines */

static void text_of_two_fixes(char *out, size_t size)
{
    begin();
    for (size_t i = 0; i < TWO_COUNT; i++)
        add_sentence("", two_fixes[i], "\r\n");
    add("", 1);
    assert_true(log_size <= size);
    memcpy(out, log_text, log_size);
}

static void a_serial_line_is_received_at_the_baud_rate(void **state)
{
    static const unsigned rates[] = {4800, 9600, 38400, 115200};
    char text[1000];
    char options[64];

    (void)state;
    text_of_two_fixes(text, sizeof(text));
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        write_line(text, rates[i], false, 0);
        snprintf(options, sizeof(options), "--json --baud %u", rates[i]);
        assert_int_equal(run(options, sr_path()), 0);
        assert_non_null(strstr(result.out, second_fix));
        assert_non_null(strstr(result.out, SUMMARY(4, 0, 0, 0, 0)));
        assert_string_equal(result.err, "");
    }
}

static void a_byte_that_began_before_the_recording_costs_its_sentence_only(void **state)
{
    char text[1000];

    (void)state;
    text_of_two_fixes(text, sizeof(text));
    for (unsigned skipped = 1; skipped < 40; skipped++) {
        write_line(text, 9600, false, skipped);
        assert_int_equal(run("--json", sr_path()), 0);
        assert_non_null(strstr(result.out, second_fix));
        assert_non_null(strstr(result.out, "\"sentences\":3,\"bad_checksum\":0,"));
    }
}

static void a_line_that_gives_no_sense_is_explained(void **state)
{
    static const char still[] = "$timescale 1us $end $var wire 1 ! RX $end $var wire 1 # TX $end "
                                "$enddefinitions $end #0 1! 1# #500 0# #1000\n";
    char text[1000];

    (void)state;
    text_of_two_fixes(text, sizeof(text));
    write_line(text, 38400, false, 0);
    assert_warns("", "little sense at 9600 baud: the shortest pulse of TX, 26.041 us, is a bit at "
                     "38400 baud");
    assert_warns("--baud 115200",
                 "little sense at 115200 baud: the shortest pulse of TX, 26.041 us, "
                 "is a bit at 38400 baud");
    write_line(text, 9600, true, 0);
    assert_warns("--json", "TX is low when nothing is sent, a serial line is high: inverted?");
    assert_string_equal(result.out, SUMMARY(0, 0, 0, 0, 0));
    sr_write_file(sr_path(), still, sizeof(still) - 1);
    assert_warns("", "RX does not change: --channel takes another");
    assert_warns("--channel TX", "TX changes only once: --channel takes another");
}

/* ---- what is wrong */

static void wrong_files_and_usage_are_one_line_and_2(void **state)
{
    static const char backwards[] =
        "$timescale 1us $end $var wire 1 ! TX $end $enddefinitions $end\n"
        "#0 1!\n#10 0!\n#9 1!\n";
    static unsigned char noise[30000];

    (void)state;
    assert_refused("", "/nonexistent.log", "/nonexistent.log: No such file or directory");
    assert_refused("", "/tmp", "/tmp: Is a directory");
    sr_write_file(sr_path(), "", 0);
    assert_refused("", sr_path(), ": the file is empty");
    for (unsigned i = 0, random = 1; i < sizeof(noise); i++) {
        random = random * 1103515245U + 12345U;
        noise[i] = (unsigned char)(random >> 16);
    }
    sr_write_file(sr_path(), noise, sizeof(noise));
    assert_refused("", sr_path(), ": not a recording that is understood");
    sr_write_file(sr_path(), backwards, sizeof(backwards) - 1);
    assert_refused("", sr_path(), ":4:1: time goes backwards");
    begin();
    add_sentence("", two_fixes[0], "\n");
    write_log();
    assert_refused("--channel GPS", sr_path(), ": no channel GPS; its channels are: NMEA");
    assert_refused("--map tx=GPS", sr_path(), ": no channel GPS; its channels are: NMEA");
    assert_refused("--map scl=NMEA", sr_path(), "a GPS receiver has no 'scl'");
    assert_refused("--baud 0", sr_path(), "--baud takes a rate of 50 to 4000000, not 0");
    assert_refused("--baud abc", sr_path(), "--baud takes a rate of 50 to 4000000, not abc");
    assert_refused("a", sr_path(), "one FILE at a time");
}

/* ---- real recordings */

/* Last fix and counts, as another parser (pynmea2) has them of the same files. */
static const struct {
    const char *file;
    const char *fix; /* from its time on */
    const char *summary;
} captures[] = {
    {"bu353s4.log",
     "\"2014-12-31T03:07:43Z\",\"lat\":-37.784795,\"lon\":175.314901667,\"alt_m\":60.2,"
     "\"speed_kn\":0,\"course_deg\":181.39,\"satellites\":7}",
     SUMMARY(90, 0, 0, 0, 0)},
    {"com-1289.log",
     "\"2007-10-12T14:38:01.770Z\",\"lat\":48.10622,\"lon\":-1.643693333,\"alt_m\":42.1,"
     "\"speed_kn\":0,\"course_deg\":266.5,\"satellites\":10}",
     SUMMARY(97, 1, 0, 14, 0)},
    {"eXplorist110.log",
     "\"2009-02-15T01:44:31.760Z\",\"lat\":" NOTHING(",\"course_deg\":null,\"satellites\":0}"),
     SUMMARY(65, 0, 0, 0, 0)},
    {"firefly-II.log",
     "\"2010-07-08T01:00:09Z\",\"lat\":37.261015,\"lon\":-121.961165,\"alt_m\":null,"
     "\"speed_kn\":0,\"course_deg\":0,\"satellites\":null}",
     SUMMARY(46, 23, 0, 0, 0)},
    {"garmin38.log",
     "\"2002-10-08T14:22:24Z\",\"lat\":33.807516667,\"lon\":-118.352383333,\"alt_m\":38,"
     "\"speed_kn\":0,\"course_deg\":353.6,\"satellites\":5}",
     SUMMARY(63, 0, 0, 32, 0)},
    {"gp-320fw-2019-04-06-overflow.log",
     "\"2019-04-06T23:57:43.020Z\",\"lat\":48.149965,\"lon\":11.584666667,\"alt_m\":464.4,"
     "\"speed_kn\":0.1,\"course_deg\":0,\"satellites\":4}",
     SUMMARY(141, 0, 0, 0, 0)},
    {"hemi.log",
     "\"2018-09-07T19:41:00Z\",\"lat\":42.36372587,\"lon\":-71.032396678,\"alt_m\":6.914,"
     "\"speed_kn\":0.03,\"course_deg\":196.33,\"satellites\":4}",
     SUMMARY(753, 0, 0, 215, 0)},
    {"humminbird-M37.log",
     "\"2006-09-16T19:41:19Z\",\"lat\":44.435365,\"lon\":-71.674941667,\"alt_m\":null,"
     "\"speed_kn\":5.1,\"course_deg\":85.4,\"satellites\":10}",
     SUMMARY(98, 0, 0, 49, 0)},
    {"mt3339.log",
     "\"2015-04-13T20:27:09Z\",\"lat\":44.068828333,\"lon\":-121.314188333,\"alt_m\":1127.4,"
     "\"speed_kn\":0.03,\"course_deg\":188.44,\"satellites\":10}",
     SUMMARY(138, 0, 0, 0, 0)},
    {"mtk-3301.log",
     "\"2008-08-23T08:14:39Z\",\"lat\":52.216363867,\"lon\":6.8850781,\"alt_m\":102.93,"
     "\"speed_kn\":0.205,\"course_deg\":0,\"satellites\":3}",
     SUMMARY(56, 0, 3, 12, 0)},
    {"neo-m8n.log",
     "\"2015-03-18T17:19:48Z\",\"lat\":44.068983667,\"lon\":-121.3142285,\"alt_m\":1139.4,"
     "\"speed_kn\":0.059,\"course_deg\":null,\"satellites\":12}",
     SUMMARY(293, 0, 0, 0, 0)},
    {"nmea-fuzzy-cases.log",
     "\"2020-03-18T13:39:00.900Z\",\"lat\":41.575030049,\"lon\":-93.75059781,\"alt_m\":280.833,"
     "\"speed_kn\":0.006,\"course_deg\":0,\"satellites\":19}",
     SUMMARY(28, 0, 0, 0, 0)},
#if SB_HAVE_ZIP
    {"mtk3339_8n1_9600.sr",
     "\"2013-08-26T06:15:11Z\",\"lat\":45.511678333,\"lon\":-122.680088333,\"alt_m\":62.2,"
     "\"speed_kn\":0.02,\"course_deg\":79.97,\"satellites\":13}",
     SUMMARY(21, 0, 0, 0, 0)},
#endif
};

static void real_recordings_have_the_known_counts_and_last_fix(void **state)
{
    const char *folder = getenv("CAPTURES");
    char relative[512];
    char path[PATH_MAX];
    char ending[512];

    (void)state;
    for (size_t i = 0; i < sizeof(captures) / sizeof(captures[0]); i++) {
        const char *at;

        snprintf(relative, sizeof(relative), "%s/gps/%s", folder ? folder : "../shared/captures",
                 captures[i].file);
        if (!realpath(relative, path)) {
            print_message("no %s: skipped\n", relative);
            skip();
        }
        assert_int_equal(run("--json", path), 0);
        assert_string_equal(result.err, "");
        snprintf(ending, sizeof(ending), "%s\n%s", captures[i].fix, captures[i].summary);
        at = result.out + strlen(result.out) - strlen(ending);
        assert_true(at > result.out);
        assert_string_equal(at, ending);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_epoch_is_an_object_and_the_last_is_a_summary),
        cmocka_unit_test(what_is_not_known_is_null),
        cmocka_unit_test(whatever_stands_around_the_sentences_they_are_found),
        cmocka_unit_test(a_serial_line_is_received_at_the_baud_rate),
        cmocka_unit_test(a_byte_that_began_before_the_recording_costs_its_sentence_only),
        cmocka_unit_test(a_line_that_gives_no_sense_is_explained),
        cmocka_unit_test(wrong_files_and_usage_are_one_line_and_2),
        cmocka_unit_test(real_recordings_have_the_known_counts_and_last_fix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
