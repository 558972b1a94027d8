/* SPDX-License-Identifier: MIT */
/*
 * `softboard decode i2c`, run as a person would: on buses that are recorded here edge by edge, and on the
 * real captures, whole and damaged.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "tests/child.h"
#include "tests/i2c_wave.h"
#include "tests/sr_file.h"
#include "tests/support.h"

#define SAMPLES_MAX 100000
#define STEP_NS     1000 /* of a sample */

#define WIRES "capturefile=logic-1\nunitsize=1\nprobe1=SCL\nprobe2=SDA\n"

#define SUMMARY(start, restart, stop, ack, nack)                                           \
    "{\"event\":\"summary\",\"start\":" #start ",\"restart\":" #restart ",\"stop\":" #stop \
    ",\"ack\":" #ack ",\"nack\":" #nack "}\n"

static struct child_result result;

/* ---- recordings */

static uint8_t samples[SAMPLES_MAX];
static size_t sample_count;
static struct i2c_wave wave;

/* The levels stay as they were until now. */
static void record(int64_t time_ns, bool scl, bool sda, void *arg)
{
    (void)arg;
    assert_true(time_ns / STEP_NS < SAMPLES_MAX);
    for (; sample_count < (size_t)(time_ns / STEP_NS); sample_count++)
        samples[sample_count] = sample_count ? samples[sample_count - 1] : 3;
    samples[sample_count++] = (uint8_t)(scl | sda << 1);
}

static void begin(void)
{
    sample_count = 0;
    i2c_wave_init(&wave, record, NULL);
}

static void message(uint8_t address, const char *bytes, bool is_acknowledged)
{
    i2c_wave_start(&wave);
    i2c_wave_byte(&wave, address, is_acknowledged);
    for (; *bytes; bytes++)
        i2c_wave_byte(&wave, (uint8_t)*bytes, bytes[1] || !(address & 1));
}

static void write_recording(const char *wires)
{
    char metadata[256];

    snprintf(metadata, sizeof(metadata), "%ssamplerate=1 MHz\ntotal probes=3\n", wires);
    sr_write(sr_path(), metadata, samples, sample_count);
}

/* ---- the command */

static int run(const char *options, const char *path)
{
    child_need("softboard");
    child_run(&result, "./softboard decode i2c %s '%s'", options, path);
    return result.status;
}

static void decode(const char *options, const char *expected)
{
    write_recording(WIRES);
    assert_int_equal(run(options, sr_path()), 0);
    assert_string_equal(result.out, expected);
    assert_string_equal(result.err, "");
}

static void each_address_byte_is_an_object_and_the_last_is_a_summary(void **state)
{
    (void)state;
    begin();
    message(0x80, "\xf3", true);
    message(0x81, "\x68\x3a\x7c", true);
    i2c_wave_stop(&wave);
    message(0x42, "", false);
    i2c_wave_stop(&wave);
    decode("--json",
           "{\"t_ns\":10000,\"address\":64,\"read\":false,\"restart\":false,\"data\":\"f3\","
           "\"nacks\":0}\n"
           "{\"t_ns\":205000,\"address\":64,\"read\":true,\"restart\":true,\"data\":\"683a7c\","
           "\"nacks\":1}\n"
           "{\"t_ns\":590000,\"address\":33,\"read\":false,\"restart\":false,\"data\":\"\","
           "\"nacks\":1}\n" SUMMARY(2, 1, 2, 5, 2));
}

static void without_json_it_is_a_table(void **state)
{
    (void)state;
    begin();
    message(0x80, "\xf3", true);
    message(0x81, "\x68\x3a\x7c", true);
    i2c_wave_bit(&wave, true);
    i2c_wave_bit(&wave, true);
    i2c_wave_stop(&wave);
    message(0x42, "", false);
    i2c_wave_stop(&wave);
    decode("", "    0.000010000  S   40  write  f3\n"
               "    0.000205000  Sr  40  read   68  3a  7c-  (cut)\n"
               "    0.000610000  S   21  write  no answer\n"
               "2 starts, 1 repeated starts, 2 stops; 5 bytes acknowledged, 2 not (-)\n");
}

static void a_recording_that_ends_inside_a_transfer_tells_what_was_there(void **state)
{
    (void)state;
    begin();
    message(0x80, "\xe7", true);
    i2c_wave_bit(&wave, true);
    i2c_wave_bit(&wave, false);
    decode("--json",
           "{\"t_ns\":10000,\"address\":64,\"read\":false,\"restart\":false,\"data\":\"e7\","
           "\"nacks\":0}\n" SUMMARY(1, 0, 0, 2, 0));
    begin();
    i2c_wave_start(&wave);
    decode("--json", SUMMARY(1, 0, 0, 0, 0));
    begin();
    record(5000, true, true, NULL);
    decode("--json", SUMMARY(0, 0, 0, 0, 0));
}

static void a_recording_that_begins_inside_a_transfer_begins_at_the_next_start(void **state)
{
    (void)state;
    begin();
    record(0, false, false, NULL);
    wave.scl = false;
    wave.sda = false;
    i2c_wave_byte(&wave, 0x55, true);
    i2c_wave_stop(&wave);
    message(0x80, "", true);
    i2c_wave_stop(&wave);
    decode("--json",
           "{\"t_ns\":110000,\"address\":64,\"read\":false,\"restart\":false,\"data\":\"\","
           "\"nacks\":0}\n" SUMMARY(1, 0, 1, 1, 0));
}

static void a_start_and_stop_without_an_address_count_but_are_no_object(void **state)
{
    (void)state;
    begin();
    i2c_wave_start(&wave);
    i2c_wave_stop(&wave);
    decode("--json", SUMMARY(1, 0, 1, 0, 0));
}

/* ---- channels */

static void channels_have_any_case_a_map_or_a_number(void **state)
{
    static const char *const wires = "capturefile=logic-1\nunitsize=1\nprobe1=Clock\nprobe2=sDa\n";
    static const char *const maps[] = {"--map SCL=Clock", "--map scl=clock,Sda=SDA",
                                       "--map 'scl=#0'"};

    (void)state;
    begin();
    message(0x80, "", true);
    i2c_wave_stop(&wave);
    write_recording(wires);
    for (unsigned i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
        assert_int_equal(run(maps[i], sr_path()), 0);
        assert_non_null(strstr(result.out, "1 starts, 0 repeated starts, 1 stops; 1 bytes"));
    }
}

static void what_cannot_be_decoded_is_one_line_and_2(void **state)
{
    static const struct {
        const char *options;
        const char *message;
    } cases[] = {
        {"", "say with --map which channel is an I2C bus's scl; its channels are: CLK, SDA, X"},
        {"--map scl=CK", "no channel CK; its channels are: CLK, SDA, X"},
        {"--map clk=CLK", "--map: an I2C bus has no 'clk'; roles are scl and sda"},
        {"--map scl=SDA,sda=SDA", "sda cannot be on the same channel as scl; its channels are: "},
        {"--channel CLK", "--channel: an I2C bus has several lines; say --map scl=NAME,sda=NAME"},
        {"--map scl=CLK --samplerate x", "--samplerate takes a rate"},
    };
    char expected[512];

    (void)state;
    begin();
    message(0x80, "", true);
    write_recording("capturefile=logic-1\nunitsize=1\nprobe1=CLK\nprobe2=SDA\nprobe3=X\n");
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(run(cases[i].options, sr_path()), 2);
        assert_string_equal(result.out, "");
        if (!strstr(result.err, cases[i].message))
            fail_msg("no '%s' in %s", cases[i].message, result.err);
        assert_ptr_equal(strchr(result.err, '\n'), result.err + strlen(result.err) - 1);
    }
    assert_int_equal(run("", "/nonexistent.sr"), 2);
    snprintf(expected, sizeof(expected), "softboard decode: %s\n",
             "/nonexistent.sr: No such file or directory");
    assert_string_equal(result.err, expected);
    child_run(&result, "./softboard decode i2c");
    assert_int_equal(result.status, 2);
    assert_string_equal(result.err, "softboard decode: no FILE to decode\n");
}

/* As the waveform of a whole board is. */
static void of_many_channels_the_first_are_named(void **state)
{
    FILE *file = fopen(sr_path(), "w"); /* formats are told by what is in a file */

    (void)state;
    assert_non_null(file);
    fputs("$timescale 1 us $end\n", file);
    for (int i = 0; i < 60; i++)
        fprintf(file, "$var wire 1 %c LONGNAME%02d $end\n", '!' + i, i);
    fputs("$enddefinitions $end\n#0\n0!\n", file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(run("", sr_path()), 2);
    assert_non_null(strstr(result.err, "its channels are: LONGNAME00, LONGNAME01, "));
    assert_string_equal(strstr(result.err, " ... "), " ... (softboard info lists them all)\n");
    assert_null(strstr(result.err, "LONGNAME20"));
}

/* ---- real captures */

static const struct {
    const char *file;
    const char *summary;
} captures[] = {
    {"sht21_humidity35", SUMMARY(7, 6, 7, 19, 7)},
    {"ds1307_200khz", SUMMARY(7, 7, 7, 63, 7)},
    {"ds3231_ex1", SUMMARY(12, 7, 11, 51, 7)},
    {"bh1750_hresolutionmode", SUMMARY(4, 2, 4, 12, 1)},
    {"wii_nunchuk", SUMMARY(7, 0, 7, 27, 3)},
    {"mcp23017_cut_inside_transfer", SUMMARY(170, 84, 169, 696, 83)},
};

#define CAPTURE_COUNT (sizeof(captures) / sizeof(captures[0]))

static void path_of(char out[PATH_MAX], unsigned capture)
{
    const char *folder = getenv("CAPTURES");
    char path[512];

    snprintf(path, sizeof(path), "%s/i2c/%s.sr", folder ? folder : "../shared/captures",
             captures[capture].file);
    if (realpath(path, out) == NULL) {
        print_message("no %s: skipped\n", path);
        skip();
    }
}

static const char *last_line(void)
{
    size_t size = strlen(result.out);
    const char *at = result.out + (size ? size - 1 : 0);

    while (at > result.out && at[-1] != '\n')
        at--;
    return at;
}

static void real_captures_have_the_known_counts(void **state)
{
    char path[PATH_MAX];

    (void)state;
    if (!SB_HAVE_ZIP) {
        print_message("built without libzip\n");
        skip();
    }
    for (unsigned i = 0; i < CAPTURE_COUNT; i++) {
        path_of(path, i);
        assert_int_equal(run("--json", path), 0);
        assert_string_equal(last_line(), captures[i].summary);
        assert_string_equal(result.err, "");
    }
}

static void the_humidity_that_a_real_sensor_measured_is_in_its_capture(void **state)
{
    char path[PATH_MAX];

    (void)state;
    if (!SB_HAVE_ZIP) {
        print_message("built without libzip\n");
        skip();
    }
    path_of(path, 0);
    assert_int_equal(run("--json", path), 0);
    assert_non_null(strstr(result.out,
                           "{\"t_ns\":921217875,\"address\":64,\"read\":false,\"restart\":false,"
                           "\"data\":\"f5\",\"nacks\":0}\n"
                           "{\"t_ns\":1171939625,\"address\":64,\"read\":true,\"restart\":true,"
                           "\"data\":\"55\",\"nacks\":1}\n"));
}

/* A decode, or one message and 2. */
static void survive(const unsigned char *file, size_t size)
{
    int status;

    sr_write_file(sr_path(), file, size);
    status = run("--json", sr_path());
    if (status == 0) {
        assert_string_equal(result.err, "");
        assert_non_null(strstr(last_line(), "\"event\":\"summary\""));
        return;
    }
    assert_int_equal(status, 2);
    assert_memory_equal(result.err, "softboard decode: ", 18);
    assert_ptr_equal(strchr(result.err, '\n'), result.err + strlen(result.err) - 1);
    assert_true(result.out[0] == '\0' || result.out[strlen(result.out) - 1] == '\n');
}

static void damaged_captures_are_decoded_or_refused(void **state)
{
    char path[PATH_MAX];

    (void)state;
    for (unsigned i = 0; i < CAPTURE_COUNT; i++) {
        unsigned char *file;
        size_t size;

        path_of(path, i);
        file = sr_read_file(path, &size);
        for (size_t part = 0; part < 12; part++)
            survive(file, size * part / 12);
        for (size_t flip = 0; flip < 24; flip++) {
            size_t bit = size * 8 * flip / 24 + flip * 7 % 64;

            file[bit / 8] ^= (unsigned char)(1U << bit % 8);
            survive(file, size);
            file[bit / 8] ^= (unsigned char)(1U << bit % 8);
        }
        free(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_address_byte_is_an_object_and_the_last_is_a_summary),
        cmocka_unit_test(without_json_it_is_a_table),
        cmocka_unit_test(a_recording_that_ends_inside_a_transfer_tells_what_was_there),
        cmocka_unit_test(a_recording_that_begins_inside_a_transfer_begins_at_the_next_start),
        cmocka_unit_test(a_start_and_stop_without_an_address_count_but_are_no_object),
        cmocka_unit_test(channels_have_any_case_a_map_or_a_number),
        cmocka_unit_test(what_cannot_be_decoded_is_one_line_and_2),
        cmocka_unit_test(of_many_channels_the_first_are_named),
        cmocka_unit_test(real_captures_have_the_known_counts),
        cmocka_unit_test(the_humidity_that_a_real_sensor_measured_is_in_its_capture),
        cmocka_unit_test(damaged_captures_are_decoded_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
