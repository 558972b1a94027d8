/* SPDX-License-Identifier: MIT */
/* Reading of sigrok recordings: sim/trace/. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "sim/trace/source.h"
#include "sim/trace/sr_meta.h"
#include "tests/sr_file.h"
#include "tests/support.h"

#define TWO_CHANNELS \
    "capturefile=logic-1\ntotal probes=2\nsamplerate=1 MHz\nprobe1=SCL\nprobe2=SDA\nunitsize=1\n"

static struct sb_diag diag;

static int open_file(struct sb_trace **trace, const struct sb_trace_options *options)
{
    sb_diag_init(&diag, NULL, NULL);
    return sb_trace_open(trace, sr_path(), options, &diag);
}

/* All changes as "time:channel=level", and the end. */
static const char *changes_of(struct sb_trace *trace)
{
    struct sb_trace_change change;
    int rc;

    notes_clear();
    while ((rc = sb_trace_next(trace, &change)) > 0)
        note("%lld:%u=%d", (long long)change.time_ns, change.channel, change.level);
    if (rc == 0)
        note("end %lld", (long long)sb_trace_end_ns(trace));
    else
        note("error");
    return notes();
}

static const char *read_changes(const char *metadata, const void *data, size_t size)
{
    struct sb_trace *trace;

    sr_write(sr_path(), metadata, data, size);
    assert_int_equal(open_file(&trace, NULL), 0);
    changes_of(trace);
    sb_trace_close(trace);
    return notes();
}

static void assert_refused(const char *metadata, const char *message)
{
    struct sb_trace *trace = NULL;
    char expected[512];

    sr_write(sr_path(), metadata, "\0\1", 2);
    assert_true(open_file(&trace, NULL) < 0);
    assert_null(trace);
    assert_int_equal(diag.error_count, 1);
    snprintf(expected, sizeof(expected), "%s: %s", sr_path(), message);
    assert_string_equal(diag.last, expected);
}

static void initial_levels_come_first_then_each_edge(void **state)
{
    (void)state;
    assert_string_equal(read_changes(TWO_CHANNELS, "\3\3\2\2\0\1", 6),
                        "0:0=1 | 0:1=1 | 2000:0=0 | 4000:1=0 | 5000:0=1 | end 6000");
}

static void times_are_exact_at_rates_that_do_not_divide_a_second(void **state)
{
    (void)state;
    assert_string_equal(
        read_changes("capturefile=logic-1\ntotal probes=1\nsamplerate=3 Hz\nunitsize=1\n",
                     "\0\1\0\1\0\1\1", 7),
        "0:0=0 | 333333333:0=1 | 666666666:0=0 | 1000000000:0=1 | 1333333333:0=0 | 1666666666:0=1 | "
        "end 2333333333");
}

static void bits_without_a_name_are_no_channels(void **state)
{
    (void)state;
    assert_string_equal(
        read_changes(
            "capturefile=logic-1\ntotal probes=8\nsamplerate=1 MHz\nprobe3=IR\nunitsize=1\n",
            "\4\1\2\6\4\0", 6),
        "0:0=1 | 1000:0=0 | 3000:0=1 | 5000:0=0 | end 6000");
}

static void pieces_are_joined_in_order_of_number_even_inside_a_sample(void **state)
{
    static const char metadata[] =
        "[device 1]\ncapturefile=logic-1\ntotal probes=9\nsamplerate=1 MHz\nprobe9=X\nunitsize=2\n";
    /* Samples 0000 0100 0000 0100 ...: high bytes 0 and 1 by turns, a byte or three a piece. */
    static const struct sr_entry entries[] = {
        {"version", "2", 1},
        {"metadata", metadata, sizeof(metadata) - 1},
        {"logic-1-10", "\1", 1},
        {"logic-1-9", "\0", 1},
        {"logic-1-2", "\0\0", 2},
        {"logic-1-1", "\0", 1},
        {"logic-1-3", "\1\0", 2},
        {"logic-1-4", "", 0},
        {"logic-1-5", "\0", 1},
        {"logic-1-6", "\0", 1},
        {"logic-1-7", "\1", 1},
        {"logic-1-8", "\0\0", 2},
        {0},
    };
    struct sb_trace *trace;

    (void)state;
    sr_write_entries(sr_path(), entries);
    assert_int_equal(open_file(&trace, NULL), 0);
    assert_string_equal(changes_of(trace),
                        "0:0=0 | 1000:0=1 | 2000:0=0 | 3000:0=1 | 4000:0=0 | 5000:0=1 | end 6000");
    sb_trace_close(trace);
}

/* Edges far apart, for the scan by blocks, with every size of a sample and noise on an unused bit. */
static void long_runs_are_skipped_without_losing_an_edge(void **state)
{
    enum { SAMPLES = 100000 };
    static const unsigned edges[] = {31, 32, 33, 64, 1000, 1001, 65535, 65536, 65537, 99999};

    (void)state;
    for (unsigned size = 1; size <= 8; size++) {
        unsigned char *data = calloc(SAMPLES, size);
        struct sb_trace_change change;
        struct sb_trace *trace;
        char metadata[160];
        unsigned level = 0;
        unsigned next = 0;

        assert_non_null(data);
        for (unsigned i = 0; i < SAMPLES; i++) {
            if (next < 10 && edges[next] == i) {
                level ^= 0x80;
                next++;
            }
            data[i * size + size - 1] = (unsigned char)(level | (i / 777 & 1));
        }
        snprintf(metadata, sizeof(metadata),
                 "capturefile=logic-1\ntotal probes=%u\nsamplerate=1 GHz\nprobe%u=X\nunitsize=%u\n",
                 size * 8, size * 8, size);
        sr_write(sr_path(), metadata, data, (size_t)SAMPLES * size);
        free(data);
        assert_int_equal(open_file(&trace, NULL), 0);
        assert_int_equal(sb_trace_next(trace, &change), 1);
        for (unsigned i = 0; i < 10; i++) {
            assert_int_equal(sb_trace_next(trace, &change), 1);
            assert_int_equal(change.time_ns, edges[i]);
        }
        assert_int_equal(sb_trace_next(trace, &change), 0);
        assert_int_equal(sb_trace_end_ns(trace), SAMPLES);
        sb_trace_close(trace);
    }
}

static void version_1_has_its_data_in_one_piece(void **state)
{
    static const char metadata[] = "[global]\nsigrok version = 0.2.1\n[device 1]\ndriver = ols\n"
                                   "capturefile = logic-1\nunitsize = 1\ntotal probes = 32\n"
                                   "samplerate = 200 kHz\nprobe1 = TX\n trigger1 = 0\n";
    static const struct sr_entry entries[] = {
        {"version", "1", 1},
        {"logic-1", "\1\0", 2},
        {"metadata", metadata, sizeof(metadata) - 1},
        {0},
    };
    struct sb_trace *trace;

    (void)state;
    sr_write_entries(sr_path(), entries);
    assert_int_equal(open_file(&trace, NULL), 0);
    assert_string_equal(sb_trace_format(trace), "sigrok 1");
    assert_int_equal(sb_trace_resolution_ns(trace), 5000);
    assert_string_equal(changes_of(trace), "0:0=1 | 5000:0=0 | end 10000");
    sb_trace_close(trace);
}

static void channels_are_found_by_name_case_and_number(void **state)
{
    struct sb_trace *trace;

    (void)state;
    sr_write(sr_path(),
             "capturefile=logic-1\ntotal probes=5\nsamplerate=1 MHz\nprobe1=rs\nprobe2=E\n"
             "probe3=Ab\nprobe4=aB\nprobe5=#1\nunitsize=1\n",
             "", 0);
    assert_int_equal(open_file(&trace, NULL), 0);
    assert_int_equal(sb_trace_channel_count(trace), 5);
    assert_int_equal(sb_trace_channel_find(trace, "RS"), 0);
    assert_int_equal(sb_trace_channel_find(trace, "e"), 1);
    assert_int_equal(sb_trace_channel_find(trace, "aB"), 3);
    assert_int_equal(sb_trace_channel_find(trace, "AB"), -1);
    assert_int_equal(sb_trace_channel_find(trace, "#2"), 2);
    assert_int_equal(sb_trace_channel_find(trace, "#1"), 4);
    assert_int_equal(sb_trace_channel_find(trace, "#5"), -1);
    assert_string_equal(changes_of(trace), "end 0");
    sb_trace_close(trace);
}

static void a_rate_that_the_file_does_not_say_is_asked_for(void **state)
{
    struct sb_trace_options options = {.samplerate_hz = 2000};
    struct sb_trace *trace;

    (void)state;
    assert_refused("capturefile=logic-1\ntotal probes=1\nunitsize=1\n",
                   "no sample rate in it: say --samplerate HZ");
    assert_int_equal(open_file(&trace, &options), 0);
    assert_string_equal(changes_of(trace), "0:0=0 | 500000:0=1 | end 1000000");
    sb_trace_close(trace);
}

static void wrong_metadata_are_refused_with_their_cause(void **state)
{
    (void)state;
    assert_refused("capturefile=logic-1\ntotal probes=1\nsamplerate=1 MHz\nunitsize=9\n",
                   "metadata: unitsize=9: 1 to 8 bytes a sample are understood");
    assert_refused("capturefile=logic-1\ntotal probes=1\nsamplerate=1 MHz\nunitsize=0\n",
                   "metadata: unitsize=0: 1 to 8 bytes a sample are understood");
    assert_refused("capturefile=logic-1\ntotal probes=1\nsamplerate=fast\nunitsize=1\n",
                   "metadata: samplerate=fast is wrong");
    assert_refused("capturefile=logic-1\ntotal probes=1\nsamplerate=11 GHz\nunitsize=1\n",
                   "sample rate of 11000000000 Hz: 1 Hz to 10 GHz are understood");
    assert_refused("capturefile=logic-1\nprobe9=X\nsamplerate=1 MHz\nunitsize=1\n",
                   "metadata: probe9, but a sample of unitsize=1 has only 8 bits");
    assert_refused("capturefile=logic-1\nprobe65=X\nsamplerate=1 MHz\nunitsize=1\n",
                   "metadata: probe65: at most 64 channels are understood");
    assert_refused("total probes=0\ntotal analog=2\nsamplerate=1 MHz\nanalog1=A0\n",
                   "analog channels only: there are no logic data in it");
    assert_refused("capturefile=logic-2\ntotal probes=1\nsamplerate=1 MHz\nunitsize=1\n",
                   "no logic data: neither logic-2 nor logic-2-1 is in it");
}

static void missing_parts_are_named(void **state)
{
    static const char metadata[] = "[device 1]\n" TWO_CHANNELS;
    static const struct sr_entry no_metadata[] = {{"version", "2", 1}, {0}};
    static const struct sr_entry no_version[] = {{"word/document.xml", "2", 1}, {0}};
    static const struct sr_entry too_new[] = {{"version", "3", 1}, {0}};
    static const struct sr_entry gap[] = {{"version", "2", 1},
                                          {"metadata", metadata, sizeof(metadata) - 1},
                                          {"logic-1-1", "\1", 1},
                                          {"logic-1-3", "\1", 1},
                                          {0}};
    static const struct {
        const struct sr_entry *entries;
        const char *message;
    } cases[] = {
        {no_metadata, "a ZIP file without a sigrok recording: no metadata in it"},
        {no_version, "a ZIP file without a sigrok recording: no version in it"},
        {too_new, "sigrok recording of version '3': 1 and 2 are understood"},
        {gap, "damaged: logic-1-2 is missing or there twice"},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sb_trace *trace;

        sr_write_entries(sr_path(), cases[i].entries);
        assert_true(open_file(&trace, NULL) < 0);
        assert_non_null(strstr(diag.last, cases[i].message));
    }
}

static void data_that_end_inside_a_sample_are_damaged(void **state)
{
    (void)state;
    assert_string_equal(
        read_changes(
            "capturefile=logic-1\ntotal probes=9\nsamplerate=1 kHz\nprobe9=X\nunitsize=2\n",
            "\0\1\0", 3),
        "0:0=1 | error");
    assert_non_null(strstr(diag.last, "the data end inside a sample of 2 bytes"));
}

static void other_files_are_not_understood(void **state)
{
    struct sb_trace *trace;

    (void)state;
    sr_write_file(sr_path(), "today 12 $end", 13);
    assert_true(open_file(&trace, NULL) < 0);
    assert_non_null(strstr(diag.last, ": not a recording that is understood (known: sigrok .sr"));
    sr_write_file(sr_path(), "", 0);
    assert_true(open_file(&trace, NULL) < 0);
    assert_non_null(strstr(diag.last, ": the file is empty"));
    sb_diag_init(&diag, NULL, NULL);
    assert_int_equal(sb_trace_open(&trace, "/nonexistent/x.sr", NULL, &diag), -ENOENT);
    assert_string_equal(diag.last, "/nonexistent/x.sr: No such file or directory");
}

static void sample_rates_are_read_with_their_units(void **state)
{
    static const struct {
        const char *text;
        int64_t hz;
    } good[] = {
        {"1 MHz", 1000000},   {"500 kHz", 500000},    {"12.5 MHz", 12500000},
        {"1GHz", 1000000000}, {"16000000", 16000000}, {"20 k", 20000},
        {"44.1kHz", 44100},   {"0.5 Hz", 0},          {"1 Hz", 1},
        {"2.000 Hz", 2},
    };
    static const char *const bad[] = {
        "", "MHz", "1 THz", "-1", "1.2.3 k", "99999999999999999999", "1.0005 kHz", "1 MHz x"};
    int64_t hz;

    (void)state;
    for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        hz = -1;
        if (good[i].hz == 0) {
            assert_false(sb_sr_samplerate_parse(good[i].text, &hz));
            continue;
        }
        assert_true(sb_sr_samplerate_parse(good[i].text, &hz));
        assert_int_equal(hz, good[i].hz);
    }
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(sb_sr_samplerate_parse(bad[i], &hz));
}

/* Reads whatever is there: it must end, with at most one message. */
static void survive(void)
{
    struct sb_trace *trace;
    int rc = open_file(&trace, NULL);

    if (rc == 0) {
        struct sb_trace_change change;

        while ((rc = sb_trace_next(trace, &change)) > 0)
            ;
        sb_trace_close(trace);
    }
    assert_int_equal(diag.error_count, rc < 0 ? 1 : 0);
}

static unsigned char *small_file(size_t *size)
{
    unsigned char data[200];

    for (unsigned i = 0; i < sizeof(data); i++)
        data[i] = (unsigned char)(i * i / 7);
    sr_write(sr_path(), TWO_CHANNELS, data, sizeof(data));
    return sr_read_file(sr_path(), size);
}

static void a_file_cut_anywhere_is_a_clean_error(void **state)
{
    size_t size;
    unsigned char *file = small_file(&size);

    (void)state;
    for (size_t length = 0; length < size; length++) {
        sr_write_file(sr_path(), file, length);
        survive();
        assert_int_equal(diag.error_count, 1);
    }
    free(file);
}

static void a_file_with_any_bit_flipped_is_read_or_a_clean_error(void **state)
{
    size_t size;
    unsigned char *file = small_file(&size);

    (void)state;
    for (size_t bit = 0; bit < size * 8; bit++) {
        file[bit / 8] ^= (unsigned char)(1U << bit % 8);
        sr_write_file(sr_path(), file, size);
        survive();
        file[bit / 8] ^= (unsigned char)(1U << bit % 8);
    }
    free(file);
}

/* Stored data with one bit wrong: all edges come, then the checksum tells. */
static void damage_in_the_data_is_told_at_the_end(void **state)
{
    size_t size;
    unsigned char *file = small_file(&size);
    struct sb_trace_change change;
    struct sb_trace *trace;
    int rc;

    (void)state;
    for (size_t i = 0; i + 20 < size; i++)
        if (!memcmp(file + i, "logic-1-1", 9)) {
            file[i + 9 + 10] ^= 0x10;
            break;
        }
    sr_write_file(sr_path(), file, size);
    free(file);
    assert_int_equal(open_file(&trace, NULL), 0);
    while ((rc = sb_trace_next(trace, &change)) > 0)
        ;
    assert_true(rc < 0);
    assert_non_null(strstr(diag.last, ": damaged: logic-1-1: "));
    assert_int_equal(sb_trace_next(trace, &change), rc);
    assert_int_equal(diag.error_count, 1);
    sb_trace_close(trace);
}

static void real_captures_are_read_whole(void **state)
{
    static const struct {
        const char *file;
        int64_t end_ns;
        unsigned channels;
    } files[] = {
        {"hd44780/reset-init-hello.sr", 316483520, 8},
        {"i2c/wii_nunchuk.sr", 20000000000, 2},
        {"encoder/rotary-sin.sr", 2000000000, 2},
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
        struct sb_trace_change change;
        struct sb_trace *trace;
        char path[512];
        FILE *file;
        int rc;

        snprintf(path, sizeof(path), "%s/%s", captures, files[i].file);
        file = fopen(path, "rb");
        if (!file) {
            print_message("no %s: skipped\n", path);
            skip();
        }
        fclose(file);
        sb_diag_init(&diag, NULL, NULL);
        assert_int_equal(sb_trace_open(&trace, path, NULL, &diag), 0);
        assert_int_equal(sb_trace_channel_count(trace), files[i].channels);
        while ((rc = sb_trace_next(trace, &change)) > 0)
            ;
        assert_int_equal(rc, 0);
        assert_int_equal(sb_trace_end_ns(trace), files[i].end_ns);
        sb_trace_close(trace);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(initial_levels_come_first_then_each_edge),
        cmocka_unit_test(times_are_exact_at_rates_that_do_not_divide_a_second),
        cmocka_unit_test(bits_without_a_name_are_no_channels),
        cmocka_unit_test(pieces_are_joined_in_order_of_number_even_inside_a_sample),
        cmocka_unit_test(long_runs_are_skipped_without_losing_an_edge),
        cmocka_unit_test(version_1_has_its_data_in_one_piece),
        cmocka_unit_test(channels_are_found_by_name_case_and_number),
        cmocka_unit_test(a_rate_that_the_file_does_not_say_is_asked_for),
        cmocka_unit_test(wrong_metadata_are_refused_with_their_cause),
        cmocka_unit_test(missing_parts_are_named),
        cmocka_unit_test(data_that_end_inside_a_sample_are_damaged),
        cmocka_unit_test(other_files_are_not_understood),
        cmocka_unit_test(sample_rates_are_read_with_their_units),
        cmocka_unit_test(a_file_cut_anywhere_is_a_clean_error),
        cmocka_unit_test(a_file_with_any_bit_flipped_is_read_or_a_clean_error),
        cmocka_unit_test(damage_in_the_data_is_told_at_the_end),
        cmocka_unit_test(real_captures_are_read_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
