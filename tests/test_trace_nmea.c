/* SPDX-License-Identifier: MIT */
/* Reading of NMEA logs: sim/trace/nmea*.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/nmea_stamp.h"
#include "sim/trace/source.h"
#include "tests/support.h"
#include "tests/trace_rig.h"

/* A bit takes 1 us, a byte 10 us. */
static const struct sb_trace_options fast = {.baud = 1000000};

static const char *read_text(const char *text)
{
    return trace_rig_read(text, &fast);
}

/* When each line's first byte was through, in us, and its text; both without the end of line. */
static const char *lines_of(const char *text)
{
    struct sb_trace *trace = trace_rig_open(text, strlen(text), &fast);
    struct sb_trace_change change;
    char line[200] = "";
    size_t used = 0;
    long long first_us = 0;
    int rc;

    notes_clear();
    while ((rc = sb_trace_next(trace, &change)) > 0) {
        if (used == 0)
            first_us = change.time_ns / 1000;
        line[used++] = (char)change.byte;
        assert_true(used < sizeof(line));
        if (change.byte != '\n')
            continue;
        assert_int_equal(line[used - 2], '\r');
        note("%lld %.*s", first_us, (int)used - 2, line);
        used = 0;
    }
    assert_int_equal(rc, 0);
    assert_int_equal(used, 0);
    sb_trace_close(trace);
    return notes();
}

/* ---- bytes */

static void each_byte_comes_when_its_stop_bit_is_through(void **state)
{
    struct sb_trace_change change;
    struct sb_trace *trace = trace_rig_open("$GPXXX,1\n", 9, NULL);

    (void)state;
    assert_int_equal(sb_trace_channel_count(trace), 1);
    assert_string_equal(sb_trace_channel_name(trace, 0), "NMEA");
    assert_int_equal(sb_trace_channel_kind(trace, 0), SB_CHANNEL_BYTES);
    assert_string_equal(sb_trace_format(trace), "NMEA text");
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(sb_trace_next(trace, &change), 1);
        assert_int_equal(change.byte, "$GPXXX,1\r\n"[i]);
        assert_int_equal(change.time_ns, (i + 1) * INT64_C(10000000000) / 9600);
    }
    assert_int_equal(sb_trace_next(trace, &change), 0);
    assert_int_equal(sb_trace_end_ns(trace), INT64_C(100000000000) / 9600);
    sb_trace_close(trace);
}

static void lines_follow_back_to_back(void **state)
{
    (void)state;
    assert_string_equal(read_text("$GPGSV,1\r\n$GPGSV,22\r\n"),
                        "10000..100000:0\"$GPGSV,1<0d><0a>\" | "
                        "110000..210000:0\"$GPGSV,22<0d><0a>\" | end 210000");
}

static void lines_end_with_lf_cr_or_both_and_empty_ones_are_none(void **state)
{
    (void)state;
    assert_string_equal(
        lines_of("$GPGSV,1\n$GPGSV,2\r$GPGSV,3\r\n\r\n\n\r\r$GPGSV,4\r\r\n$GPGSV,5"),
        "10 $GPGSV,1 | 110 $GPGSV,2 | 210 $GPGSV,3 | 310 $GPGSV,4 | "
        "410 $GPGSV,5");
}

static void comments_are_left_out(void **state)
{
    (void)state;
    assert_string_equal(
        lines_of("# Date: 2014-12-31\n#Serial: 9600 8N1\r\n$GPGSV,1\n  # x\n$GPGSV,2"),
        "10 $GPGSV,1 | 110 $GPGSV,2");
}

static void junk_comes_as_it_is(void **state)
{
    static const char text[] = "4.1,N*33\n\xff\xff\0$GPGSV,1\n\xb5\x62\1\2\n!AIVDM,1";

    (void)state;
    assert_string_equal(trace_rig_read_bytes(text, sizeof(text) - 1, &fast),
                        "10000..100000:0\"4.1,N*33<0d><0a>\" | "
                        "110000..230000:0\"<ff><ff><00>$GPGSV,1<0d><0a>\" | "
                        "240000..290000:0\"<b5>b<01><02><0d><0a>\" | "
                        "300000..390000:0\"!AIVDM,1<0d><0a>\" | end 390000");
}

static void a_line_longer_than_the_buffer_comes_whole(void **state)
{
    enum { SIZE = 300000 };
    char *text = malloc(SIZE + 100);
    struct sb_trace_change change;
    struct sb_trace *trace;
    unsigned count = 0;

    (void)state;
    assert_non_null(text);
    snprintf(text, SIZE, "$GPGSV,1\n");
    for (unsigned i = 9; i < SIZE; i++)
        text[i] = (char)('0' + i % 10);
    text[SIZE] = '\n';
    text[SIZE + 1] = '#';
    memset(text + SIZE + 2, 'x', 98);
    trace = trace_rig_open(text, SIZE + 100, &fast);
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(sb_trace_next(trace, &change), 1);
    while (sb_trace_next(trace, &change) > 0 && change.byte != '\r') {
        assert_int_equal(change.byte, '0' + (count + 9) % 10);
        assert_int_equal(change.time_ns, (count + 11) * 10000);
        count++;
    }
    assert_int_equal(count, SIZE - 9);
    assert_int_equal(sb_trace_next(trace, &change), 1);
    assert_int_equal(sb_trace_next(trace, &change), 0);
    sb_trace_close(trace);
    free(text);
}

static void a_comment_longer_than_the_buffer_is_left_out_whole(void **state)
{
    enum { SIZE = 300000 };
    char *text = malloc(SIZE + 100);

    (void)state;
    assert_non_null(text);
    snprintf(text, SIZE, "$GPGSV,1\n#");
    memset(text + 10, 'x', SIZE);
    snprintf(text + 10 + SIZE, 90, "\n$GPGSV,2\n");
    assert_string_equal(lines_of(text), "10 $GPGSV,1 | 110 $GPGSV,2");
    free(text);
}

/* ---- pacing by the sentences' own time */

static void a_new_utc_comes_later_by_its_difference(void **state)
{
    (void)state;
    assert_string_equal(lines_of("$GPGGA,120000.00,1\n$GPGSA,1\n$GPRMC,120000.00,2\n$GPGSV,3\n"
                                 "$GPGGA,120001.00,1\n$GPRMC,120001.00,2\n"
                                 "$GPGGA,120003.25,1\n"),
                        "10 $GPGGA,120000.00,1 | 210 $GPGSA,1 | 310 $GPRMC,120000.00,2 | "
                        "510 $GPGSV,3 | 1000010 $GPGGA,120001.00,1 | 1000210 $GPRMC,120001.00,2 | "
                        "3250010 $GPGGA,120003.25,1");
}

static void what_comes_before_the_first_utc_does_not_count(void **state)
{
    (void)state;
    assert_string_equal(lines_of("$GPGSV,1\n$GPRMC,,V\n$GPZDA,120000\n$GPZDA,120001\n"),
                        "10 $GPGSV,1 | 110 $GPRMC,,V | 220 $GPZDA,120000 | 1000220 $GPZDA,120001");
}

static void midnight_is_the_next_day(void **state)
{
    (void)state;
    assert_string_equal(lines_of("$GPGGA,235959,1\n$GPGGA,000000,1\n$GPGGA,000001,1\n"),
                        "10 $GPGGA,235959,1 | 1000010 $GPGGA,000000,1 | 2000010 $GPGGA,000001,1");
}

static void a_utc_that_jumps_back_follows_after_a_second(void **state)
{
    (void)state;
    assert_string_equal(lines_of("$GPGGA,194124,1\n$GPGGA,194111,1\n$GPGGA,194112,1\n"),
                        "10 $GPGGA,194124,1 | 1000010 $GPGGA,194111,1 | 2000010 $GPGGA,194112,1");
    /* The clock was set: shorter backwards than forwards. */
    assert_string_equal(lines_of("$GPGGA,000012,1\n$GPGGA,134509,1\n"),
                        "10 $GPGGA,000012,1 | 1000010 $GPGGA,134509,1");
}

/* Ten sentences of 10 ms each at 10 Hz. */
static void what_does_not_fit_into_its_cycle_follows_back_to_back(void **state)
{
    struct sb_trace_options slow = {.baud = 1000};
    struct sb_trace *trace;
    struct sb_trace_change change;
    static const char text[] = "$GPGGA,120000.0\n$GPGGA,120000.1\n$GPGGA,120002.0\n";

    (void)state;
    trace = trace_rig_open(text, sizeof(text) - 1, &slow);
    for (unsigned i = 0; i < 51; i++) {
        static const int64_t starts_ms[] = {0, 170, 2000};

        assert_int_equal(sb_trace_next(trace, &change), 1);
        assert_int_equal(change.time_ns, (starts_ms[i / 17] + (i % 17 + 1) * 10) * 1000000);
    }
    sb_trace_close(trace);
}

static void only_sentences_with_a_good_checksum_pace(void **state)
{
    (void)state;
    assert_string_equal(lines_of("$GPGGA,120000,1*64\n$GPGGA,120500,1*00\n$GPGGA,120001,1*65\n"),
                        "10 $GPGGA,120000,1*64 | 210 $GPGGA,120500,1*00 | "
                        "1000010 $GPGGA,120001,1*65");
}

static void the_utc_is_found_in_its_field(void **state)
{
    static const struct {
        const char *line;
        int64_t utc_ns;
    } cases[] = {
        {"$GPRMC,010203.5,A", INT64_C(3723500000000)},
        {"$INGGA,010203,", INT64_C(3723000000000)},
        {"$GNGNS,010203.000000001,", INT64_C(3723000000001)},
        {"$GPZDA,235960", INT64_C(86400000000000)},
        {"$GPGLL,1,N,2,E,010203,A", INT64_C(3723000000000)},
        {"junk$GPGGA,1$GPRMC,010203", INT64_C(3723000000000)},
        {"$GPGLL,010203,N,2,E,,A", -1},
        {"$GPRMC,,V", -1},
        {"$GPRMC,0102", -1},
        {"$GPRMC,240000", -1},
        {"$GPRMC,006000", -1},
        {"$GPRMC,000061", -1},
        {"$GPGSA,010203", -1},
        {"$PRMC,010203", -1},
        {"$GPRMC,010203*", -1},
        {"$GPRMC", -1},
        {"", -1},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(sb_nmea_utc_ns(cases[i].line, strlen(cases[i].line)), cases[i].utc_ns);
}

/* ---- time stamps */

static void stamps_in_seconds_pace_and_are_no_part_of_the_line(void **state)
{
    (void)state;
    assert_string_equal(lines_of("1234567.890 $GPGGA,120000,1\n1234568.891,$GPRMC,120000,2\n"
                                 "1234570\t$GPGGA,120000,3\n$GPGSV,4\n"),
                        "10 $GPGGA,120000,1 | 1001010 $GPRMC,120000,2 | 2110010 $GPGGA,120000,3 | "
                        "2110180 $GPGSV,4");
}

static void stamps_in_milliseconds_are_known_by_their_length(void **state)
{
    (void)state;
    assert_string_equal(lines_of("1716900000123 $GPGSV,1\n1716900001125, $GPGSV,2\n"),
                        "10 $GPGSV,1 | 1002010 $GPGSV,2");
}

static void iso_stamps_pace_over_the_end_of_a_year(void **state)
{
    (void)state;
    assert_string_equal(
        lines_of("2023-12-31T23:59:59.5Z $GPGSV,1\n2024-01-01T00:00:00.75Z\t$GPGSV,2\n"
                 "2024-01-01 01:00:01.75+01:00 $GPGSV,3\n"
                 "2023-12-31T19:00:02-0500 $GPGSV,4\n2024-02-29T00:00:00 $GPGSV,5\n"
                 "2024-03-01T00:00:00,$GPGSV,6\n"),
        "10 $GPGSV,1 | 1250010 $GPGSV,2 | 2250010 $GPGSV,3 | 2500010 $GPGSV,4 | "
        "5097600500010 $GPGSV,5 | 5184000500010 $GPGSV,6");
}

static void tag_blocks_pace_and_are_no_part_of_the_line(void **state)
{
    (void)state;
    assert_string_equal(lines_of("\\s:src,c:1716900000*hh\\$GPGSV,1\n"
                                 "\\c:1716900002500,s:x*00\\!AIVDM,2\n\\s:x*00\\$GPGSV,3\n"
                                 "\\g:1-2-3,src:7,c:1716900003*12\\$GPGSV,4\n"),
                        "10 $GPGSV,1 | 2500010 !AIVDM,2 | 2500110 $GPGSV,3 | 3000010 $GPGSV,4");
}

static void our_own_stamps_count_from_the_start_and_go_before_anything(void **state)
{
    (void)state;
    assert_string_equal(lines_of("+0.500000001 $GPGSV,1\n+12.345678901 4.1,N*33\n+13 $GPGSV,2\n"),
                        "500010 $GPGSV,1 | 12345688 4.1,N*33 | 13000010 $GPGSV,2");
    assert_int_equal(sb_nmea_stamp_parse("+12.345678901 x", 15).time_ns, INT64_C(12345678901));
}

static void a_stamp_before_its_time_waits_for_the_line_before(void **state)
{
    (void)state;
    assert_string_equal(lines_of("5.0 $GPGSV,1\n5.0 $GPGSV,2\n5.00001 $GPGSV,3\n5.001 $GPGSV,4\n"),
                        "10 $GPGSV,1 | 110 $GPGSV,2 | 210 $GPGSV,3 | 1010 $GPGSV,4");
}

static void a_stamp_that_goes_back_follows_at_once(void **state)
{
    (void)state;
    assert_string_equal(lines_of("5.0 $GPGSV,1\n6.0 $GPGSV,2\n1.0 $GPGSV,3\n2.0 $GPGSV,4\n"),
                        "10 $GPGSV,1 | 1000010 $GPGSV,2 | 1000110 $GPGSV,3 | 2000110 $GPGSV,4");
}

static void what_only_looks_like_a_stamp_is_part_of_the_line(void **state)
{
    static const char *const lines[] = {
        "25,309,,04*7C",    "1234567.890 GPGGA", "12:00:00 $GPGSV", "2024-13-01T00:00:00Z $GPGSV",
        "9000000000001 $G", "10000000000000 $G", "\\s:x $GPGSV",    "1.5$GPGSV",
        "- $GPGSV",
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        assert_int_equal(sb_nmea_stamp_parse(lines[i], strlen(lines[i])).length, 0);
}

/* ---- refusals */

static void a_log_of_more_than_285_years_is_refused(void **state)
{
    (void)state;
    trace_rig_assert_refused("+1 $GPGSV,1\n+8999999999.9999 $GPGSV,1\n+8999999999.9999 $GPGSV,2",
                             ":2:1: longer than 285 years");
    trace_rig_assert_refused("+8999999999 $GPGSV,1\n+0 $GPGSV,1\n+8999999999 $GPGSV,2",
                             ":3:1: longer than 285 years");
}

static void only_a_possible_baud_rate_is_taken(void **state)
{
    static const unsigned bad[] = {49, 4000001};
    struct sb_trace *trace;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct sb_trace_options options = {.baud = bad[i]};

        sb_trace_close(trace_rig_open("$GPGSV,1", 8, NULL));
        assert_int_equal(sb_trace_open(&trace, trace_rig_path(), &options, &trace_rig_diag),
                         -EINVAL);
        assert_non_null(strstr(trace_rig_diag.last, "baud: 50 to 4000000 are understood"));
    }
}

static void text_without_a_sentence_is_no_log(void **state)
{
    static const char *const texts[] = {
        "$gpgga,1\n", "$GPGG,1\n", "$GPGGA\n", "$12345,1\n", "GPGGA,1\n", "$PATH is, set\n",
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        trace_rig_survive(texts[i], strlen(texts[i]));
        assert_non_null(strstr(trace_rig_diag.last, "not a recording that is understood"));
    }
}

static void a_file_cut_anywhere_is_read_or_refused_with_one_message(void **state)
{
    static const char text[] =
        "# x\n1716900000.5 $GPGGA,120000,1*64\r\n\\c:1716900001*00\\$GPGSV,1\r"
        "2024-05-28T12:40:02+02:00 $GPZDA,1\n\xff\0x\n+1 $GPGSV,1\n";

    (void)state;
    trace_rig_survive_cuts(text, sizeof(text) - 1);
}

/* ---- real logs */

/* Counts the sentences of a line as a receiver of the bytes would: from the last '$' on. */
static void count_sentence(const char *line, unsigned *good, unsigned *bad, unsigned *without)
{
    const char *start = strrchr(line, '$');
    const char *star = start ? strchr(start, '*') : NULL;
    unsigned sum = 0;

    if (!start)
        return;
    if (!star) {
        (*without)++;
        return;
    }
    for (const char *at = start + 1; at < star; at++)
        sum ^= (unsigned char)*at;
    if (strtoul(star + 1, NULL, 16) == sum)
        (*good)++;
    else
        (*bad)++;
}

static void count_file(const char *path, unsigned *good, unsigned *bad, unsigned *without)
{
    struct sb_trace_change change;
    struct sb_trace *trace;
    char line[1000];
    size_t used = 0;
    int64_t last_ns = 0;
    int rc;

    sb_diag_init(&trace_rig_diag, NULL, NULL);
    assert_int_equal(sb_trace_open(&trace, path, NULL, &trace_rig_diag), 0);
    while ((rc = sb_trace_next(trace, &change)) > 0) {
        assert_true(change.time_ns - last_ns >= 1041666);
        last_ns = change.time_ns;
        if (used + 1 < sizeof(line))
            line[used++] = (char)change.byte;
        if (change.byte != '\n')
            continue;
        line[used] = '\0';
        count_sentence(line, good, bad, without);
        used = 0;
    }
    assert_int_equal(rc, 0);
    sb_trace_close(trace);
}

static void real_logs_have_their_sentences(void **state)
{
    static const struct {
        const char *file;
        unsigned good, bad, without;
    } logs[] = {
        {"mt3339", 138, 0, 0},          {"garmin38", 63, 0, 0},
        {"nmea-fuzzy-cases", 28, 0, 0}, {"neo-m8n", 293, 0, 0},
        {"humminbird-M37", 98, 0, 0},   {"hemi", 753, 0, 0},
        {"eXplorist110", 65, 0, 0},     {"com-1289", 97, 1, 0},
        {"firefly-II", 46, 23, 0},      {"mtk-3301", 56, 0, 3},
        {"bu353s4", 90, 0, 0},          {"gp-320fw-2019-04-06-overflow", 141, 0, 0},
    };
    const char *captures = getenv("CAPTURES");

    (void)state;
    if (!captures)
        captures = "../shared/captures";
    for (unsigned i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
        unsigned good = 0, bad = 0, without = 0;
        char path[512];
        FILE *file;

        snprintf(path, sizeof(path), "%s/gps/%s.log", captures, logs[i].file);
        file = fopen(path, "rb");
        if (!file) {
            print_message("no %s: skipped\n", path);
            skip();
        }
        fclose(file);
        count_file(path, &good, &bad, &without);
        if (good != logs[i].good || bad != logs[i].bad || without != logs[i].without)
            fail_msg("%s: %u good, %u bad, %u without a checksum", logs[i].file, good, bad,
                     without);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_byte_comes_when_its_stop_bit_is_through),
        cmocka_unit_test(lines_follow_back_to_back),
        cmocka_unit_test(lines_end_with_lf_cr_or_both_and_empty_ones_are_none),
        cmocka_unit_test(comments_are_left_out),
        cmocka_unit_test(junk_comes_as_it_is),
        cmocka_unit_test(a_line_longer_than_the_buffer_comes_whole),
        cmocka_unit_test(a_comment_longer_than_the_buffer_is_left_out_whole),
        cmocka_unit_test(a_new_utc_comes_later_by_its_difference),
        cmocka_unit_test(what_comes_before_the_first_utc_does_not_count),
        cmocka_unit_test(midnight_is_the_next_day),
        cmocka_unit_test(a_utc_that_jumps_back_follows_after_a_second),
        cmocka_unit_test(what_does_not_fit_into_its_cycle_follows_back_to_back),
        cmocka_unit_test(only_sentences_with_a_good_checksum_pace),
        cmocka_unit_test(the_utc_is_found_in_its_field),
        cmocka_unit_test(stamps_in_seconds_pace_and_are_no_part_of_the_line),
        cmocka_unit_test(stamps_in_milliseconds_are_known_by_their_length),
        cmocka_unit_test(iso_stamps_pace_over_the_end_of_a_year),
        cmocka_unit_test(tag_blocks_pace_and_are_no_part_of_the_line),
        cmocka_unit_test(our_own_stamps_count_from_the_start_and_go_before_anything),
        cmocka_unit_test(a_stamp_before_its_time_waits_for_the_line_before),
        cmocka_unit_test(a_stamp_that_goes_back_follows_at_once),
        cmocka_unit_test(what_only_looks_like_a_stamp_is_part_of_the_line),
        cmocka_unit_test(a_log_of_more_than_285_years_is_refused),
        cmocka_unit_test(only_a_possible_baud_rate_is_taken),
        cmocka_unit_test(text_without_a_sentence_is_no_log),
        cmocka_unit_test(a_file_cut_anywhere_is_read_or_refused_with_one_message),
        cmocka_unit_test(real_logs_have_their_sentences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
