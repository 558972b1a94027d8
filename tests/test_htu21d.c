/* SPDX-License-Identifier: MIT */
/* The HTU21D driver against a scripted bus: drivers/htu21d.c, htu21d_convert.c, crc8.c. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drivers/crc8.h"
#include "drivers/htu21d.h"
#include "lib/group.h"
#include "lib/timeout.h"
#include "lib/timer.h"
#include "tests/support.h"

/*
 * A bus with a sensor that converts for as long as the datasheet allows and notes what it is asked. What
 * goes wrong is set by the tests.
 */
static struct {
    struct sb_i2c bus;
    uint16_t temperature; /* the words that it gives, status bits included */
    uint16_t humidity;
    uint8_t user_register;
    uint8_t command; /* what it converts */
    int64_t ready_ns;
    int64_t dead_until_ns;  /* answers nothing before */
    unsigned bad_crc_count; /* results to spoil */
    int broken_rc;          /* what every transfer gives; 0: it works */
} fake;

static int64_t conversion_ns(uint8_t command)
{
    static const int temperature_ms[] = {50, 13, 25, 7};
    static const int humidity_ms[] = {16, 3, 5, 8};
    unsigned resolution = (fake.user_register >> 6 & 2) | (fake.user_register & 1);

    return (command == 0xf3 ? temperature_ms : humidity_ms)[resolution] * SB_MS_NS;
}

static int take_command(const uint8_t *out, size_t size)
{
    note("%02x", out[0]);
    fake.command = out[0];
    if (out[0] == 0xe6 && size == 2) {
        note("reg %02x", out[1]);
        fake.user_register = out[1];
    } else if (out[0] == 0xfe) {
        fake.user_register = 0x02;
        fake.dead_until_ns = sb_now_ns() + 15 * SB_MS_NS;
    } else {
        fake.ready_ns = sb_now_ns() + conversion_ns(out[0]);
    }
    return 0;
}

static int give_result(uint8_t *in, size_t size)
{
    uint16_t word = fake.command == 0xf3 ? fake.temperature : fake.humidity;

    if (fake.command == 0xe7) {
        in[0] = fake.user_register;
        return 0;
    }
    if (sb_now_ns() < fake.ready_ns)
        return -ENXIO;
    check_int(size, 3);
    in[0] = (uint8_t)(word >> 8);
    in[1] = (uint8_t)word;
    in[2] = sb_crc8(in, 2);
    if (fake.bad_crc_count > 0) {
        fake.bad_crc_count--;
        in[2] ^= 0x10;
    }
    note_at("result");
    return 0;
}

static int transfer(struct sb_i2c *bus, unsigned address, const uint8_t *out, size_t out_size,
                    uint8_t *in, size_t in_size)
{
    int rc = sb_sleep_us(300);

    (void)bus;
    check_int(address, 0x40);
    if (rc < 0)
        return rc;
    if (fake.broken_rc != 0)
        return fake.broken_rc;
    if (sb_now_ns() < fake.dead_until_ns)
        return -ENXIO;
    if (out_size > 0)
        rc = take_command(out, out_size);
    if (rc == 0 && in_size > 0)
        rc = give_result(in, in_size);
    return rc;
}

static struct sb_htu21d_config config;
static struct sb_htu21d sensor;

static void open_sensor(enum sb_htu21d_resolution resolution)
{
    static const struct sb_i2c_ops ops = {.transfer = transfer};

    memset(&fake, 0, sizeof(fake));
    fake.user_register = 0x3a; /* reserved bits 3 to 5 set */
    fake.temperature = 0x683a & 0xfffc;
    fake.humidity = 0x4e85 | 2;
    sb_i2c_init(&fake.bus, NULL, "i2c", &ops);
    config = (struct sb_htu21d_config){.bus = &fake.bus, .resolution = resolution};
    check_int(sb_htu21d_init(&sensor, &config), 0);
    sensor.has_started = true;
}

/* ---- pure */

/* spec/drivers.md 19.4. */
static void words_mean_what_the_datasheet_says(void **state)
{
    static const struct {
        uint8_t frame[3];
        int32_t temperature_mdegc;
        int32_t humidity_mrh;
    } vectors[] = {
        {{0x68, 0x3a, 0x7c}, 24686, 44888},   {{0x4e, 0x85, 0x6b}, 7044, 32338},
        {{0x7c, 0x80, 0xf5}, 38608, 54791},   {{0x66, 0x4c, 0x4f}, 23367, 43950},
        {{0x72, 0x4e, 0xc0}, 31604, 49809},   {{0x60, 0x00, 0x55}, 19045, 40875},
        {{0x80, 0x02, 0x41}, 41010, 56500},   {{0x00, 0x00, 0x00}, -46850, 0},
        {{0xff, 0xff, 0x2d}, 128859, 100000},
    };
    const uint8_t single = 0xdc;

    (void)state;
    assert_int_equal(sb_crc8(&single, 1), 0x79);
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        uint16_t word;

        assert_int_equal(sb_htu21d_check(vectors[i].frame, &word), 0);
        assert_int_equal(sb_htu21d_temperature_mdegc(word), vectors[i].temperature_mdegc);
        assert_int_equal(sb_htu21d_humidity_mrh(word), vectors[i].humidity_mrh);
    }
}

static void every_flipped_bit_of_a_result_is_found(void **state)
{
    const uint8_t good[3] = {0x68, 0x3a, 0x7c};

    (void)state;
    for (unsigned bit = 0; bit < 24; bit++) {
        uint8_t frame[3];
        uint16_t word = 0x1234;

        memcpy(frame, good, 3);
        frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(sb_htu21d_check(frame, &word), -EBADMSG);
        assert_int_equal(word, 0x1234);
    }
}

/* H3: compensation and dew point; the latter's values by the datasheet's formula in floating point. */
static void humidity_is_compensated_and_gives_a_dew_point(void **state)
{
    static const struct {
        int32_t humidity_mrh;
        int32_t temperature_mdegc;
        int32_t dew_point_mdegc;
    } points[] = {
        {100000, 20000, 20000}, {50000, 25000, 13889}, {10000, -20000, -43513},
        {1000, 25000, -34503},  {90000, 60000, 57748},
    };

    (void)state;
    assert_int_equal(sb_htu21d_compensate_mrh(50000, 25000), 50000);
    assert_int_equal(sb_htu21d_compensate_mrh(50000, 35000), 51500);
    assert_int_equal(sb_htu21d_compensate_mrh(50000, 5000), 47000);
    assert_int_equal(sb_htu21d_compensate_mrh(99900, 80000), 100000);
    assert_int_equal(sb_htu21d_compensate_mrh(100, 0), 0);
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
        int32_t found = sb_htu21d_dew_point_mdegc(points[i].humidity_mrh,
                                                  points[i].temperature_mdegc);

        assert_in_range(found - points[i].dew_point_mdegc + 10, 0, 20);
    }
    assert_int_equal(sb_htu21d_dew_point_mdegc(0, 25000), sb_htu21d_dew_point_mdegc(1000, 25000));
}

/* ---- measuring */

static int measure_once(void *arg)
{
    struct sb_htu21d_sample sample;

    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    check_int(sb_htu21d_age_ns(&sensor), SB_NEVER);
    check_int(sb_htu21d_read(&sensor, &sample), 0);
    check_int(sample.temperature_mdegc, 24686);
    check_int(sample.humidity_mrh, 32338);
    check_int(sample.time_ns, sb_now_ns());
    sb_sleep_ms(5);
    check_int(sb_htu21d_age_ns(&sensor), 5 * SB_MS_NS);
    return 0;
}

/* H2: 16 ms for the humidity, not 60. */
static void a_measurement_takes_the_datasheets_longest_times(void **state)
{
    (void)state;
    run_in_loop(measure_once, NULL);
    assert_string_equal(notes(), "f3 | 50.6 result | f5 | 67.2 result");
}

static int measure_coarsely(void *arg)
{
    struct sb_htu21d_sample sample;

    (void)arg;
    open_sensor(SB_HTU21D_11_11);
    check_int(sb_htu21d_start(&sensor), 0);
    check_int(fake.user_register, 0x83); /* after a reset 02h; bits 7 and 0 are the resolution */
    notes_clear();
    check_int(sb_htu21d_read(&sensor, &sample), 0);
    return 0;
}

static void a_coarser_resolution_is_faster(void **state)
{
    (void)state;
    run_in_loop(measure_coarsely, NULL);
    assert_string_equal(notes(), "f3 | 23.5 result | f5 | 32.1 result");
}

static int change_settings(void *arg)
{
    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    check_int(sb_htu21d_set_heater(&sensor, true), 0);
    check_int(fake.user_register, 0x3e);
    check_int(sb_htu21d_set_resolution(&sensor, SB_HTU21D_8_12), 0);
    check_int(fake.user_register, 0x3f);
    check_int(sb_htu21d_set_heater(&sensor, false), 0);
    check_int(fake.user_register, 0x3b);
    check_int(sb_htu21d_is_battery_low(&sensor), 0);
    fake.user_register |= 0x40;
    check_int(sb_htu21d_is_battery_low(&sensor), 1);
    check_int(sb_htu21d_set_resolution(&sensor, (enum sb_htu21d_resolution)4), -EINVAL);
    return 0;
}

static int reset_it(void *arg)
{
    struct sb_htu21d_sample sample;

    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    check_int(sb_htu21d_set_resolution(&sensor, SB_HTU21D_11_11), 0);
    check_int(sb_htu21d_reset(&sensor), 0);
    check_int(fake.user_register, 0x02);
    notes_clear();
    check_int(sb_htu21d_read(&sensor, &sample), 0);
    check_int(sensor.nack_count, 0);
    return 0;
}

/* The conversion's times are those of the default again: a read at 7 ms would be refused. */
static void a_reset_brings_the_default_resolution_back(void **state)
{
    (void)state;
    run_in_loop(reset_it, NULL);
    assert_string_equal(notes(), "f3 | 66.5 result | f5 | 83.1 result");
}

static void settings_leave_the_reserved_bits_alone(void **state)
{
    (void)state;
    run_in_loop(change_settings, NULL);
}

static void a_config_without_bus_is_refused(void **state)
{
    struct sb_htu21d_config bad = {.bus = NULL};

    (void)state;
    assert_int_equal(sb_htu21d_init(&sensor, &bad), -EINVAL);
    bad.bus = &fake.bus;
    bad.resolution = (enum sb_htu21d_resolution)4;
    assert_int_equal(sb_htu21d_init(&sensor, &bad), -EINVAL);
}

static int measure_at_power_up(void *arg)
{
    struct sb_htu21d_sample sample;

    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    sensor.has_started = false;
    fake.dead_until_ns = 15 * SB_MS_NS;
    check_int(sb_htu21d_read(&sensor, &sample), 0);
    check_int(sb_htu21d_read(&sensor, &sample), 0);
    check_int(sensor.nack_count, 0);
    return 0;
}

static void the_first_command_waits_until_the_sensor_has_started(void **state)
{
    (void)state;
    run_in_loop(measure_at_power_up, NULL);
    assert_string_equal(notes(), "f3 | 65.6 result | f5 | 82.2 result | f3 | 132.8 result | f5 | "
                                 "149.4 result");
}

static int measure_coarsely_at_power_up(void *arg)
{
    struct sb_htu21d_sample sample;

    (void)arg;
    open_sensor(SB_HTU21D_11_11);
    sensor.has_started = false;
    check_int(sb_htu21d_read(&sensor, &sample), 0);
    check_int(sensor.nack_count, 0);
    check_int(fake.user_register, 0xbb);
    return 0;
}

static void the_first_command_sets_the_resolution(void **state)
{
    (void)state;
    run_in_loop(measure_coarsely_at_power_up, NULL);
    assert_string_equal(notes(), "e7 | e6 | reg bb | f3 | 23.2 result | f5 | 31.8 result");
}

/* ---- what goes wrong */

static int measure_spoiled(void *arg)
{
    struct sb_htu21d_sample sample;

    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    fake.bad_crc_count = 2;
    check_int(sb_htu21d_read(&sensor, &sample), 0);
    check_int(sensor.crc_error_count, 2);
    check_int(sensor.error, 0);
    check_int(sensor.reset_count, 0);
    return 0;
}

/* H1: one wrong checksum ended all measuring in the original. */
static void a_wrong_checksum_is_measured_again(void **state)
{
    (void)state;
    run_in_loop(measure_spoiled, NULL);
    assert_string_equal(notes(), "f3 | 50.6 result | f3 | 111.2 result | f3 | 181.8 result | f5 | "
                                 "198.4 result");
}

static int measure_hopeless(void *arg)
{
    struct sb_htu21d_sample sample = {.time_ns = 7};

    (void)arg;
    open_sensor(SB_HTU21D_11_11);
    check_int(sb_htu21d_start(&sensor), 0);
    fake.bad_crc_count = 100;
    check_int(sb_htu21d_read(&sensor, &sample), -EBADMSG);
    check_int(sensor.crc_error_count, 4);
    check_int(sensor.reset_count, 1);
    check_int(sensor.failure_count, 1);
    check_int(sensor.error, -EBADMSG);
    check_int(sample.time_ns, 7);
    check_int(sb_htu21d_age_ns(&sensor), SB_NEVER);
    fake.bad_crc_count = 0;
    check_int(sb_htu21d_read(&sensor, &sample), 0);
    check_int(sensor.error, 0);
    check_int(fake.user_register & 0x81, 0x81); /* the reset had taken it away */
    return 0;
}

static void the_last_try_comes_after_a_reset_and_then_the_error_is_told(void **state)
{
    (void)state;
    run_in_loop(measure_hopeless, NULL);
}

static int measure_wrong_kind(void *arg)
{
    struct sb_htu21d_sample sample;

    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    fake.temperature |= 2; /* the status bit of a humidity */
    check_int(sb_htu21d_read(&sensor, &sample), -EBADMSG);
    fake.temperature = 0x0000;
    check_int(sb_htu21d_read(&sensor, &sample), -EIO);
    fake.temperature = 0x6838;
    fake.humidity = 0xffff;
    check_int(sb_htu21d_read(&sensor, &sample), -EIO);
    return 0;
}

/* H3: type bit; the diagnostics have a good checksum, so a line that is stuck low looks like -46.85 C. */
static void a_result_of_the_wrong_kind_or_a_diagnostic_is_no_sample(void **state)
{
    (void)state;
    run_in_loop(measure_wrong_kind, NULL);
}

static int measure_absent(void *arg)
{
    struct sb_htu21d_sample sample;

    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    fake.broken_rc = -ENXIO;
    check_int(sb_htu21d_start(&sensor), -ENXIO);
    check_int(sb_htu21d_read(&sensor, &sample), -ENXIO);
    check_int(sensor.nack_count, 4);
    fake.broken_rc = -EIO;
    check_int(sb_htu21d_read(&sensor, &sample), -EIO);
    check_int(sensor.bus_error_count, 4);
    return 0;
}

static void an_absent_sensor_and_a_broken_bus_are_told_apart(void **state)
{
    (void)state;
    run_in_loop(measure_absent, NULL);
}

static int measure_and_cancel(void *arg)
{
    struct sb_htu21d_sample sample;
    int64_t limit_us = *(int64_t *)arg;
    struct sb_timeout timeout;
    int rc;

    open_sensor(SB_HTU21D_12_14);
    sb_timeout_begin_ns(&timeout, limit_us * SB_US_NS);
    rc = sb_timeout_end(&timeout, sb_htu21d_read(&sensor, &sample));
    check_int(rc, -ETIMEDOUT);
    check_int(sensor.failure_count, 0);
    fake.ready_ns = 0;
    check_int(sb_htu21d_read(&sensor, &sample), 0);
    return 0;
}

static void a_measurement_that_is_cut_short_leaves_the_sensor_usable(void **state)
{
    (void)state;
    for (int64_t limit_us = 100; limit_us < 67000; limit_us += 700)
        run_in_loop(measure_and_cancel, &limit_us);
}

/* ---- the task */

/* Begins a conversion of 50 ms and gives it up after 10. */
static int use_after_giving_up(void *arg)
{
    struct sb_htu21d_sample sample;
    struct sb_timeout timeout;

    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    sb_timeout_begin_ms(&timeout, 10);
    check_int(sb_timeout_end(&timeout, sb_htu21d_read(&sensor, &sample)), -ETIMEDOUT);
    check_int(sb_htu21d_set_heater(&sensor, true), 0);
    check_int(sb_now_ns(), 50300 * SB_US_NS + 600 * SB_US_NS);
    check_text(notes(), "f3 | e7 | e6 | reg 3e");
    return 0;
}

static void who_comes_next_waits_for_the_conversion_that_was_given_up(void **state)
{
    (void)state;
    run_in_loop(use_after_giving_up, NULL);
}

/* Resets it, which loses the resolution, and does not wait for that. */
static int use_after_half_a_reset(void *arg)
{
    struct sb_htu21d_sample sample;
    struct sb_timeout timeout;

    (void)arg;
    open_sensor(SB_HTU21D_11_11);
    fake.user_register |= 0x81;
    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_htu21d_start(&sensor)), -ETIMEDOUT);
    check_int(sb_htu21d_read(&sensor, &sample), 0);
    check_text(notes(), "fe | e7 | e6 | reg 83 | f3 | 23.5 result | f5 | 32.1 result");
    return 0;
}

static void a_reset_that_was_cut_short_is_followed_by_the_resolution(void **state)
{
    (void)state;
    run_in_loop(use_after_half_a_reset, NULL);
}

static int measure_periodically(void *arg)
{
    struct sb_htu21d_sample sample;
    struct sb_task task;

    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    config.period_ms = 1000;
    config.tries = 1;
    check_int(sb_spawn(&task, "htu21d", sb_htu21d_run, &sensor), 0);
    for (unsigned i = 0; i < 3; i++) {
        fake.broken_rc = i == 1 ? -ENXIO : 0;
        note("%d", sb_htu21d_wait(&sensor, &sample));
    }
    check_int(sensor.sample_count, 2);
    check_int(sensor.failure_count, 1);
    check_int(sample.time_ns, 2067200000);
    cancel_and_join(&task, 1);
    return 0;
}

/* H1: a failure is told to those who wait, and measuring goes on. */
static void the_task_measures_without_drift_and_survives_failures(void **state)
{
    (void)state;
    run_in_loop(measure_periodically, NULL);
    assert_string_equal(notes(), "f3 | 50.6 result | f5 | 67.2 result | 0 | -6 | f3 | "
                                 "2050.6 result | f5 | 2067.2 result | 0");
}

static int measure_too_often(void *arg)
{
    struct sb_htu21d_sample sample;
    struct sb_task task;
    int64_t first_ns;

    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    config.period_ms = 50;
    check_int(sb_spawn(&task, "htu21d", sb_htu21d_run, &sensor), 0);
    check_int(sb_htu21d_wait(&sensor, &sample), 0);
    first_ns = sample.time_ns;
    check_int(sb_htu21d_wait(&sensor, &sample), 0);
    check_int(sample.time_ns - first_ns, 100 * SB_MS_NS);
    cancel_and_join(&task, 1);
    return 0;
}

static void a_period_shorter_than_a_measurement_leaves_beats_out(void **state)
{
    (void)state;
    run_in_loop(measure_too_often, NULL);
}

static int read_now(void *arg)
{
    struct sb_htu21d_sample sample;

    return sb_htu21d_read(arg, &sample);
}

static int measure_together(void *arg)
{
    struct sb_task tasks[2];

    (void)arg;
    open_sensor(SB_HTU21D_12_14);
    for (unsigned i = 0; i < 2; i++)
        check_int(sb_spawn(&tasks[i], "reader", read_now, &sensor), 0);
    for (unsigned i = 0; i < 2; i++) {
        int result;

        check_int(sb_join(&tasks[i], &result), 0);
        check_int(result, 0);
    }
    return 0;
}

static void two_tasks_take_turns(void **state)
{
    (void)state;
    run_in_loop(measure_together, NULL);
    assert_string_equal(notes(), "f3 | 50.6 result | f5 | 67.2 result | f3 | 117.8 result | f5 | "
                                 "134.4 result");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_mean_what_the_datasheet_says),
        cmocka_unit_test(every_flipped_bit_of_a_result_is_found),
        cmocka_unit_test(humidity_is_compensated_and_gives_a_dew_point),
        cmocka_unit_test(a_measurement_takes_the_datasheets_longest_times),
        cmocka_unit_test(a_coarser_resolution_is_faster),
        cmocka_unit_test(the_first_command_waits_until_the_sensor_has_started),
        cmocka_unit_test(the_first_command_sets_the_resolution),
        cmocka_unit_test(a_reset_brings_the_default_resolution_back),
        cmocka_unit_test(settings_leave_the_reserved_bits_alone),
        cmocka_unit_test(a_config_without_bus_is_refused),
        cmocka_unit_test(a_wrong_checksum_is_measured_again),
        cmocka_unit_test(the_last_try_comes_after_a_reset_and_then_the_error_is_told),
        cmocka_unit_test(a_result_of_the_wrong_kind_or_a_diagnostic_is_no_sample),
        cmocka_unit_test(an_absent_sensor_and_a_broken_bus_are_told_apart),
        cmocka_unit_test(a_measurement_that_is_cut_short_leaves_the_sensor_usable),
        cmocka_unit_test(who_comes_next_waits_for_the_conversion_that_was_given_up),
        cmocka_unit_test(a_reset_that_was_cut_short_is_followed_by_the_resolution),
        cmocka_unit_test(the_task_measures_without_drift_and_survives_failures),
        cmocka_unit_test(a_period_shorter_than_a_measurement_leaves_beats_out),
        cmocka_unit_test(two_tasks_take_turns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
