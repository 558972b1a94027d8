/* SPDX-License-Identifier: MIT */
/*
 * The times and the order of an I2C bus: each limit to the nanosecond in both modes, and what real buses
 * that were recorded do to them.
 */
#include "sim/bus/i2c_timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "sim/trace/source.h"
#include "tests/i2c_wave.h"
#include "tests/support.h"

struct rig {
    struct sb_i2c_timing timing;
    struct i2c_wave wave;
};

static void on_finding(const struct sb_i2c_finding *finding, void *arg)
{
    (void)arg;
    note("%s %lld/%lld bit %u", sb_rule_info(finding->rule)->name, (long long)finding->measured_ns,
         (long long)finding->limit_ns, finding->bit);
}

static void feed(int64_t time_ns, bool scl, bool sda, void *arg)
{
    sb_i2c_timing_feed(arg, time_ns, scl, sda);
}

/* A controller that keeps every time to the nanosecond. */
static void begin(struct rig *rig, const struct sb_i2c_limits *limits)
{
    notes_clear();
    sb_i2c_timing_init(&rig->timing, limits, true, true, on_finding, NULL);
    i2c_wave_init(&rig->wave, feed, &rig->timing);
    rig->wave.low_ns = limits->low_ns;
    rig->wave.high_ns = limits->high_ns;
    rig->wave.data_setup_ns = limits->data_setup_ns;
    rig->wave.start_setup_ns = limits->start_setup_ns;
    rig->wave.start_hold_ns = limits->start_hold_ns;
    rig->wave.stop_setup_ns = limits->stop_setup_ns;
    rig->wave.bus_free_ns = limits->bus_free_ns;
}

/* Each kind of time once: two bits that differ, a repeated START, a START after a STOP. */
static void transfer(struct i2c_wave *wave)
{
    i2c_wave_start(wave);
    for (int i = 0; i < 9; i++)
        i2c_wave_bit(wave, i == 0);
    i2c_wave_start(wave);
    for (int i = 0; i < 9; i++)
        i2c_wave_bit(wave, false);
    i2c_wave_stop(wave);
    i2c_wave_start(wave);
}

static const struct sb_i2c_limits *const modes[] = {&sb_i2c_limits_standard, &sb_i2c_limits_fast};

static void a_bus_that_just_keeps_every_time_is_good_in_both_modes(void **state)
{
    struct rig rig;

    (void)state;
    for (int i = 0; i < 2; i++) {
        begin(&rig, modes[i]);
        transfer(&rig.wave);
        assert_string_equal(notes(), "");
    }
}

static void each_time_is_held_to_the_nanosecond(void **state)
{
    static const struct {
        const char *expected[2]; /* the first finding in each mode */
        size_t offset;           /* of the time in struct i2c_wave */
    } times[] = {
        {{"i2c-low 4699/4700 bit 0", "i2c-low 1299/1300 bit 0"}, offsetof(struct i2c_wave, low_ns)},
        {{"i2c-high 3999/4000 bit 1", "i2c-high 599/600 bit 1"},
         offsetof(struct i2c_wave, high_ns)},
        {{"i2c-data-setup 249/250 bit 0", "i2c-data-setup 99/100 bit 0"},
         offsetof(struct i2c_wave, data_setup_ns)},
        {{"i2c-start-setup 4699/4700 bit 1", "i2c-start-setup 599/600 bit 1"},
         offsetof(struct i2c_wave, start_setup_ns)},
        {{"i2c-start-hold 3999/4000 bit 0", "i2c-start-hold 599/600 bit 0"},
         offsetof(struct i2c_wave, start_hold_ns)},
        {{"i2c-stop-setup 3999/4000 bit 1", "i2c-stop-setup 599/600 bit 1"},
         offsetof(struct i2c_wave, stop_setup_ns)},
        {{"i2c-bus-free 4699/4700 bit 0", "i2c-bus-free 1299/1300 bit 0"},
         offsetof(struct i2c_wave, bus_free_ns)},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        for (int mode = 0; mode < 2; mode++) {
            struct rig rig;
            size_t size = strlen(times[i].expected[mode]);

            begin(&rig, modes[mode]);
            *(int64_t *)((char *)&rig.wave + times[i].offset) -= 1;
            transfer(&rig.wave);
            assert_memory_equal(notes(), times[i].expected[mode], size);
            /* No other rule finds anything. */
            for (const char *at = notes(); at; at = strstr(at, " | ")) {
                at += *at == ' ' ? 3 : 0;
                assert_memory_equal(at, times[i].expected[mode], strcspn(at, " "));
            }
        }
}

static void sda_that_changes_inside_of_a_byte_while_scl_is_high_is_found(void **state)
{
    struct rig rig;

    (void)state;
    begin(&rig, &sb_i2c_limits_standard);
    rig.wave.stop_setup_ns = 4000;
    i2c_wave_start(&rig.wave);
    i2c_wave_bit(&rig.wave, true);
    i2c_wave_stop(&rig.wave);
    i2c_wave_start(&rig.wave);
    for (int i = 0; i < 9; i++)
        i2c_wave_bit(&rig.wave, true);
    i2c_wave_stop(&rig.wave);
    assert_string_equal(notes(), "i2c-data-stable -1/0 bit 2");
    begin(&rig, &sb_i2c_limits_standard);
    i2c_wave_start(&rig.wave);
    for (int i = 0; i < 8; i++)
        i2c_wave_bit(&rig.wave, true);
    i2c_wave_stop(&rig.wave); /* in place of the acknowledge */
    assert_string_equal(notes(), "i2c-data-stable -1/0 bit 9");
}

static void a_clock_pulse_without_a_start_is_found_once(void **state)
{
    struct rig rig;

    (void)state;
    begin(&rig, &sb_i2c_limits_standard);
    i2c_wave_byte(&rig.wave, 0xff, false);
    assert_string_equal(notes(), "i2c-start-missing -1/0 bit 0");
    begin(&rig, &sb_i2c_limits_standard);
    i2c_wave_start(&rig.wave);
    i2c_wave_byte(&rig.wave, 0xff, false);
    i2c_wave_stop(&rig.wave);
    assert_string_equal(notes(), "");
}

/* UM10204 3.1.16: SDA is stuck low, nine clocks, a STOP. */
static void the_clocks_that_free_a_stuck_bus_need_no_start(void **state)
{
    struct rig rig;

    (void)state;
    begin(&rig, &sb_i2c_limits_standard);
    rig.timing.sda = false;
    rig.wave.sda = false;
    i2c_wave_set(&rig.wave, false, false);
    for (int i = 0; i < 9; i++)
        i2c_wave_bit(&rig.wave, i > 5);
    i2c_wave_stop(&rig.wave);
    i2c_wave_start(&rig.wave);
    assert_string_equal(notes(), "");
}

/* ---- recorded buses */

struct recording {
    struct sb_i2c_timing timing;
    int64_t resolution_ns;
    uint64_t counts[SB_RULE_COUNT];
    int64_t worst_ns[SB_RULE_COUNT];
};

/* An edge may have come up to one sample before its time: what is short by more than that is certain. */
static void count_finding(const struct sb_i2c_finding *finding, void *arg)
{
    struct recording *recording = arg;
    int64_t *worst_ns = &recording->worst_ns[finding->rule];

    if (finding->measured_ns >= 0 &&
        finding->measured_ns + recording->resolution_ns >= finding->limit_ns)
        return;
    if (recording->counts[finding->rule]++ == 0 || finding->measured_ns < *worst_ns)
        *worst_ns = finding->measured_ns;
}

static void play(struct recording *recording, const struct sb_i2c_limits *limits, const char *name)
{
    const char *folder = getenv("CAPTURES");
    bool levels[2] = {true, true}; /* SCL, SDA */
    bool has_begun = false;
    struct sb_trace_change change;
    struct sb_trace *trace;
    struct sb_diag diag;
    int64_t time_ns = 0;
    int channels[2];
    char path[512];

    snprintf(path, sizeof(path), "%s/i2c/%s.sr", folder ? folder : "../shared/captures", name);
    if (!SB_HAVE_ZIP || access(path, R_OK) != 0) {
        print_message("no %s: skipped\n", path);
        skip();
    }
    sb_diag_init(&diag, NULL, NULL);
    assert_int_equal(sb_trace_open(&trace, path, NULL, &diag), 0);
    *recording = (struct recording){.resolution_ns = sb_trace_resolution_ns(trace)};
    channels[0] = sb_trace_channel_find(trace, "SCL");
    channels[1] = sb_trace_channel_find(trace, "SDA");
    while (sb_trace_next(trace, &change) > 0) {
        if (change.time_ns != time_ns && !has_begun) {
            sb_i2c_timing_init(&recording->timing, limits, levels[0], levels[1], count_finding,
                               recording);
            has_begun = true;
        } else if (change.time_ns != time_ns) {
            sb_i2c_timing_feed(&recording->timing, time_ns, levels[0], levels[1]);
        }
        time_ns = change.time_ns;
        for (int i = 0; i < 2; i++)
            if ((int)change.channel == channels[i])
                levels[i] = change.level;
    }
    sb_i2c_timing_feed(&recording->timing, time_ns, levels[0], levels[1]);
    sb_trace_close(trace);
}

static const char *findings(const struct recording *recording)
{
    static char text[512];

    text[0] = '\0';
    for (unsigned i = 0; i < SB_RULE_COUNT; i++) {
        size_t used = strlen(text);

        if (recording->counts[i])
            snprintf(text + used, sizeof(text) - used, "%s%s %llu (%lld)", used ? ", " : "",
                     sb_rule_info(i)->name, (unsigned long long)recording->counts[i],
                     (long long)recording->worst_ns[i]);
    }
    return text;
}

static void recorded_buses_break_the_rules_that_they_are_known_to(void **state)
{
    static const struct {
        const char *name;
        const char *standard;
        const char *fast;
    } recordings[] = {
        /* Clocked at 100 kHz by a tool that keeps SCL high for 2.8 us only: the sensor is fast. */
        {"sht21_humidity35", "i2c-high 159 (2750)", ""},
        {"ds1307_200khz", "", ""}, /* its samples are too far apart to prove anything */
        /* 250 kHz; as the controller is switched on it pulls both lines low for 1.75 us. */
        {"ds3231_ex1",
         "i2c-start-missing 1 (-1), i2c-low 548 (1750), i2c-high 530 (1500), "
         "i2c-start-setup 7 (2000), i2c-start-hold 19 (1500), i2c-stop-setup 11 (2000)",
         "i2c-start-missing 1 (-1)"},
        {"bh1750_hresolutionmode", "", ""},
        {"wii_nunchuk", "", ""},
        {"mcp23017_cut_inside_transfer", "", ""},
    };
    struct recording recording;

    (void)state;
    for (unsigned i = 0; i < sizeof(recordings) / sizeof(recordings[0]); i++) {
        play(&recording, &sb_i2c_limits_standard, recordings[i].name);
        assert_string_equal(findings(&recording), recordings[i].standard);
        play(&recording, &sb_i2c_limits_fast, recordings[i].name);
        assert_string_equal(findings(&recording), recordings[i].fast);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bus_that_just_keeps_every_time_is_good_in_both_modes),
        cmocka_unit_test(each_time_is_held_to_the_nanosecond),
        cmocka_unit_test(sda_that_changes_inside_of_a_byte_while_scl_is_high_is_found),
        cmocka_unit_test(a_clock_pulse_without_a_start_is_found_once),
        cmocka_unit_test(the_clocks_that_free_a_stuck_bus_need_no_start),
        cmocka_unit_test(recorded_buses_break_the_rules_that_they_are_known_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
