/* SPDX-License-Identifier: MIT */
/*
 * `softboard decode nec`, run as a person would: on recordings that are made here span by span, and on the
 * real captures, whole and damaged.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "tests/child.h"
#include "tests/sr_file.h"
#include "tests/support.h"

#define SAMPLES_MAX  400000
#define CHANNELS_MAX 8

#define FRAME(ns, address, command) \
    "{\"t_ns\":" #ns ",\"event\":\"frame\",\"address\":" #address ",\"command\":" #command "}\n"
#define REPEAT(ns, address, command) \
    "{\"t_ns\":" #ns ",\"event\":\"repeat\",\"address\":" #address ",\"command\":" #command "}\n"
#define ERROR(ns, reason) "{\"t_ns\":" #ns ",\"event\":\"error\",\"reason\":\"" reason "\"}\n"

static struct child_result result;

/* ---- recordings */

static uint8_t samples[SAMPLES_MAX];
static size_t sample_count;
static unsigned sample_us; /* how far apart they are */
static int64_t end_us;     /* of what has been recorded */
static uint8_t lines;      /* those that go low while there is light */
static uint8_t idle;       /* levels of all while there is none */

static void begin(uint8_t idle_levels, uint8_t ir_lines)
{
    sample_count = 0;
    sample_us = 10;
    end_us = 0;
    idle = idle_levels;
    lines = ir_lines;
}

static void record(bool is_lit, double time_us)
{
    end_us += (int64_t)(time_us * 1000);
    assert_true(end_us / 1000 / sample_us < SAMPLES_MAX);
    while (sample_count < (size_t)(end_us / 1000 / sample_us))
        samples[sample_count++] = is_lit ? idle ^ lines : idle;
}

static void send(uint32_t word)
{
    record(true, 9000);
    record(false, 4500);
    for (unsigned i = 0; i < 32; i++) {
        record(true, 562.5);
        record(false, (word >> i & 1) != 0 ? 1687.5 : 562.5);
    }
    record(true, 562.5);
}

static void send_repeat(void)
{
    record(true, 9000);
    record(false, 2250);
    record(true, 562.5);
}

/* `names` are those of the channels, from that of bit 0 on. */
static void write_recording(const char *const *names, unsigned count)
{
    char metadata[512];
    int used = snprintf(metadata, sizeof(metadata),
                        "capturefile=logic-1\nunitsize=1\nsamplerate=%u Hz\ntotal probes=8\n",
                        1000000 / sample_us);

    for (unsigned i = 0; i < count; i++)
        used += snprintf(metadata + used, sizeof(metadata) - (size_t)used, "probe%u=%s\n", i + 1,
                         names[i]);
    sr_write(sr_path(), metadata, samples, sample_count);
}

/* ---- the command */

static int run(const char *options, const char *path)
{
    child_need("softboard");
    child_run(&result, "./softboard decode nec %s '%s'", options, path);
    return result.status;
}

static void assert_decodes(const char *options, const char *path, const char *expected)
{
    assert_int_equal(run(options, path), 0);
    assert_string_equal(result.out, expected);
    assert_string_equal(result.err, "");
}

static void assert_refused(const char *options, const char *path, const char *message)
{
    assert_int_equal(run(options, path), 2);
    if (!strstr(result.err, message))
        fail_msg("no %s in %s", message, result.err);
    assert_ptr_equal(strchr(result.err, '\n'), result.err + strlen(result.err) - 1);
    assert_string_equal(result.out, "");
}

static const char *const one_name[] = {"line"};

#define KEY_40_12   0xed12bf40
#define EXT_1234_56 0xa9561234

static void frames_repeats_and_errors_are_objects(void **state)
{
    (void)state;
    begin(1, 1);
    record(false, 1000);
    send(KEY_40_12);
    record(false, 39937.5);
    send_repeat();
    record(false, 200000);
    send_repeat();
    record(false, 20000);
    send(EXT_1234_56);
    record(false, 20000);
    send(KEY_40_12 ^ 1U << 31);
    record(false, 20000);
    write_recording(one_name, 1);
    assert_decodes("--json", sr_path(),
                   FRAME(1000000, 64, 18) REPEAT(109000000, 64, 18) ERROR(320810000, "late repeat")
                       FRAME(352620000, 4660, 86) ERROR(437310000, "bad command"));
    assert_decodes("", sr_path(),
                   "     0.001000  address 40 command 12\n"
                   "     0.109000    held, 1\n"
                   "     0.320810  error: late repeat\n"
                   "     0.352620  address 1234 command 56\n"
                   "     0.437310  error: bad command\n");
}

/* A lamp's line, and a recording that is hardly longer than the frame. */
static void idle_may_be_low(void **state)
{
    (void)state;
    begin(0, 1);
    record(false, 1000);
    send(KEY_40_12);
    record(false, 20000);
    write_recording(one_name, 1);
    assert_decodes("--json", sr_path(), FRAME(1000000, 64, 18));
    begin(0, 1);
    record(false, 20);
    send(KEY_40_12);
    record(false, 20);
    write_recording(one_name, 1);
    assert_decodes("--json", sr_path(), FRAME(20000, 64, 18));
}

static void sample_rates_from_10_kHz_on_will_do(void **state)
{
    static const unsigned periods_us[] = {1, 2, 50, 100};

    (void)state;
    for (unsigned i = 0; i < sizeof(periods_us) / sizeof(periods_us[0]); i++) {
        begin(1, 1);
        sample_us = periods_us[i];
        record(false, 1000);
        send(KEY_40_12);
        record(false, 1000);
        write_recording(one_name, 1);
        assert_decodes("--json", sr_path(), FRAME(1000000, 64, 18));
    }
}

static void a_frame_that_the_recording_cuts_off_is_short(void **state)
{
    (void)state;
    begin(1, 1);
    record(false, 1000);
    record(true, 9000);
    record(false, 4500);
    record(true, 600);
    record(false, 2000);
    write_recording(one_name, 1);
    assert_decodes("--json", sr_path(), ERROR(1000000, "short"));
}

static void noise_and_nothing_are_no_objects(void **state)
{
    (void)state;
    begin(1, 1);
    record(false, 1000);
    for (unsigned i = 0; i < 30; i++) {
        record(true, 100 + i * 77);
        record(false, 3000 + i * 211);
    }
    write_recording(one_name, 1);
    assert_decodes("--json", sr_path(), "");
    begin(1, 1);
    record(false, 1000);
    write_recording(one_name, 1);
    assert_decodes("--json", sr_path(), "");
}

/* ---- which channel */

static void a_channel_is_the_one_that_is_called_infrared_or_has_edges(void **state)
{
    static const char *const plain[CHANNELS_MAX] = {"D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7"};
    static const char *const named[CHANNELS_MAX] = {"D0", "DIO", "tsop_ir out", "dir",
                                                    "D4", "D5",  "D6",          "D7"};
    static const char *const twice[CHANNELS_MAX] = {"IR1", "IR2", "CLK"};
    static const struct {
        const char *const *names;
        uint8_t lines; /* that have edges */
        const char *options;
        bool is_decoded;
    } cases[] = {
        {plain, 1 << 5, "", true},
        {plain, 0, "", false},
        {plain, 3 << 4, "", false},
        {plain, 3 << 4, "--channel D4", true},
        {plain, 3 << 4, "--map ir=D4", true},
        {plain, 3 << 4, "--map RX=#4", true},
        {named, 0xff, "", true},
        {twice, 1 << 1, "", true},
        {twice, 5, "", true},
        {twice, 4, "", true},
        {twice, 3, "", false},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char options[64];

        snprintf(options, sizeof(options), "--json %s", cases[i].options);
        begin(0xff, cases[i].lines);
        record(false, 1000);
        send(KEY_40_12);
        record(false, 1000);
        write_recording(cases[i].names, cases[i].names == twice ? 3 : 8);
        if (cases[i].is_decoded)
            assert_decodes(options, sr_path(), FRAME(1000000, 64, 18));
        else
            assert_refused(options, sr_path(), "say with --channel NAME");
    }
}

static void what_cannot_be_decoded_is_one_line_and_2(void **state)
{
    static const char *const names[] = {"a", "b"};

    (void)state;
    begin(3, 3);
    record(false, 1000);
    send(KEY_40_12);
    write_recording(names, 2);
    assert_refused("", sr_path(), "an infrared receiver; its channels are: a, b");
    assert_refused("--channel c", sr_path(), "no channel c; its channels are: a, b");
    assert_refused("--map sda=a", sr_path(), "an infrared receiver has no 'sda'; roles are ir");
    assert_refused("", "/nonexistent.sr", "/nonexistent.sr: No such file or directory");
    sr_write_file(sr_path(), "$GPRMC,1\n", 9);
    assert_refused("", sr_path(), "bytes are no infrared: channel NMEA");
    child_run(&result, "./softboard decode nec");
    assert_int_equal(result.status, 2);
    assert_string_equal(result.err, "softboard decode: no FILE to decode\n");
}

/* LIRC's mode2, which ends with the stop mark. */
static void infrared_as_text_is_decoded(void **state)
{
    char text[2000];
    int used = snprintf(text, sizeof(text),
                        "pulse 9000\nspace 2250\npulse 560\nspace 90000\n"
                        "pulse 9024\nspace 4512\n");

    (void)state;
    for (unsigned i = 0; i < 32; i++)
        used += snprintf(text + used, sizeof(text) - (size_t)used, "pulse 560\nspace %u\n",
                         (KEY_40_12 >> i & 1) != 0 ? 1680U : 570U);
    used += snprintf(text + used, sizeof(text) - (size_t)used, "pulse 560\n");
    sr_write_file(sr_path(), text, (size_t)used);
    assert_decodes("--json", sr_path(), ERROR(0, "late repeat") FRAME(101810000, 64, 18));
}

/* ---- real captures */

#define IRRX   "--channel 'IR Toy IRRX'"
#define DETECT "--channel 'IR Toy IRDETECT'" /* the light itself, with its carrier */

/* Events in order: the command of a frame, "+" for a repeat of the same key, "!" for an error. */
static const struct {
    const char *file;
    const char *options;
    unsigned address;
    const char *events;
} captures[] = {
    {"nec_joyit_enter_no_repeat", "", 0x00, "15 15 15 15 15 "},
    {"nec_joyit_enter_no_repeat", "--channel RAW", 0x00, "15 15 15 15 15 "},
    {"nec_matsui_button_av_hold", IRRX, 0x40, "44 ++++++"},
    {"nec_matsui_button_av_hold", DETECT, 0x40, "44 ++++++"},
    {"nec_matsui_button_mute_hold_3x", IRRX, 0x40, "10 +++10 ++++10 ++++"},
    {"nec_matsui_button_mute_hold_3x", DETECT, 0x40, "10 +++10 ++++10 ++++"},
    {"nec_matsui_button_power_hold_3x", IRRX, 0x40, "12 ++++12 ++++12 +++++"},
    {"nec_matsui_button_power_hold_3x", DETECT, 0x40, "12 ++++12 ++++12 +++++"},
    {"nec_matsui_buttons_programupdown_hold", IRRX, 0x40, "1B +++1F ++++"},
    {"nec_matsui_buttons_programupdown_hold", DETECT, 0x40, "1B +++1F ++++"},
    {"not_nec_rc5", IRRX, 0, ""},
    {"not_nec_rc5", DETECT, 0, ""},
    {"not_nec_rc6", "", 0, ""},
    {"not_nec_rc6", "--channel RAW", 0, ""},
    {"not_nec_short_frame", IRRX, 0, "!"},
    {"not_nec_short_frame", DETECT, 0, "!"},
    {"not_nec_sirc", "", 0, ""},
};

#define CAPTURE_COUNT (sizeof(captures) / sizeof(captures[0]))

/* From the root: the command runs in another folder. */
static void path_of(char out[PATH_MAX], unsigned capture)
{
    const char *folder = getenv("CAPTURES");
    char path[512];

    snprintf(path, sizeof(path), "%s/ir/%s.sr", folder ? folder : "../shared/captures",
             captures[capture].file);
    if (!realpath(path, out)) {
        print_message("no %s: skipped\n", path);
        skip();
    }
}

/* What was decoded, as `captures` has it; fails the test at what is no object or of another key. */
static const char *summarise(unsigned expected_address)
{
    static char events[256];
    unsigned frame_command = 0;
    size_t used = 0;

    events[0] = '\0';
    for (const char *at = result.out; *at; at = strchr(at, '\n') + 1) {
        long long time_ns;
        char kind[16];
        unsigned address = expected_address;
        unsigned command = 0;

        assert_non_null(strchr(at, '\n'));
        assert_true(sscanf(at,
                           "{\"t_ns\":%lld,\"event\":\"%15[a-z]\",\"address\":%u,\"command\":%u}",
                           &time_ns, kind, &address, &command) >= 2);
        assert_int_equal(address, expected_address);
        if (!strcmp(kind, "frame")) {
            frame_command = command;
            used += (size_t)snprintf(events + used, sizeof(events) - used, "%02X ", command);
        } else if (!strcmp(kind, "repeat")) {
            assert_int_equal(command, frame_command);
            used += (size_t)snprintf(events + used, sizeof(events) - used, "+");
        } else {
            used += (size_t)snprintf(events + used, sizeof(events) - used, "!");
        }
        assert_true(used < sizeof(events));
    }
    return events;
}

static void real_captures_have_the_known_keys(void **state)
{
    char path[PATH_MAX];
    char options[64];

    (void)state;
    if (!SB_HAVE_ZIP) {
        print_message("built without libzip\n");
        skip();
    }
    for (unsigned i = 0; i < CAPTURE_COUNT; i++) {
        path_of(path, i);
        snprintf(options, sizeof(options), "--json %s", captures[i].options);
        assert_int_equal(run(options, path), 0);
        assert_string_equal(summarise(captures[i].address), captures[i].events);
        assert_string_equal(result.err, "");
    }
}

/* A decode, or one message and 2. */
static void survive(const char *options, const unsigned char *file, size_t size)
{
    char all_options[64];
    int status;

    snprintf(all_options, sizeof(all_options), "--json %s", options);
    sr_write_file(sr_path(), file, size);
    status = run(all_options, sr_path());
    assert_true(result.out[0] == '\0' || result.out[strlen(result.out) - 1] == '\n');
    if (status == 0) {
        assert_string_equal(result.err, "");
        return;
    }
    assert_int_equal(status, 2);
    assert_memory_equal(result.err, "softboard decode: ", 18);
    assert_ptr_equal(strchr(result.err, '\n'), result.err + strlen(result.err) - 1);
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
        for (size_t part = 0; part < 8; part++)
            survive(captures[i].options, file, size * part / 8);
        for (size_t flip = 0; flip < 16; flip++) {
            size_t bit = size * 8 * flip / 16 + flip * 7 % 64;

            file[bit / 8] ^= (unsigned char)(1U << bit % 8);
            survive(captures[i].options, file, size);
            file[bit / 8] ^= (unsigned char)(1U << bit % 8);
        }
        free(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_repeats_and_errors_are_objects),
        cmocka_unit_test(idle_may_be_low),
        cmocka_unit_test(sample_rates_from_10_kHz_on_will_do),
        cmocka_unit_test(a_frame_that_the_recording_cuts_off_is_short),
        cmocka_unit_test(noise_and_nothing_are_no_objects),
        cmocka_unit_test(a_channel_is_the_one_that_is_called_infrared_or_has_edges),
        cmocka_unit_test(what_cannot_be_decoded_is_one_line_and_2),
        cmocka_unit_test(infrared_as_text_is_decoded),
        cmocka_unit_test(real_captures_have_the_known_keys),
        cmocka_unit_test(damaged_captures_are_decoded_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
