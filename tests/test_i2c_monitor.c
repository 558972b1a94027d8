/* SPDX-License-Identifier: MIT */
/* The listener on an I2C bus: conditions, bytes, acknowledges, and lines that misbehave. */
#include "sim/bus/i2c_monitor.h"

#include "tests/i2c_wave.h"
#include "tests/support.h"

struct rig {
    struct sb_i2c_monitor monitor;
    struct i2c_wave wave;
};

static void on_event(const struct sb_i2c_event *event, void *arg)
{
    static const char *const names[] = {"S", "Sr", "address", "data", "P", "cut"};

    (void)arg;
    if (event->kind == SB_I2C_ADDRESS || event->kind == SB_I2C_DATA)
        note("%s %02x %c%c %lld-%lld", names[event->kind], event->byte, event->is_read ? 'r' : 'w',
             event->is_acknowledged ? '+' : '-', (long long)event->begin_ns / 1000,
             (long long)event->time_ns / 1000);
    else
        note("%s %lld", names[event->kind], (long long)event->time_ns / 1000);
}

static void feed(int64_t time_ns, bool scl, bool sda, void *arg)
{
    sb_i2c_monitor_feed(arg, time_ns, scl, sda);
}

static void begin(struct rig *rig)
{
    notes_clear();
    sb_i2c_monitor_init(&rig->monitor, true, true, on_event, NULL);
    i2c_wave_init(&rig->wave, feed, &rig->monitor);
}

static void a_write_is_told_with_the_times_of_its_edges(void **state)
{
    struct rig rig;

    (void)state;
    begin(&rig);
    i2c_wave_start(&rig.wave);
    i2c_wave_byte(&rig.wave, 0x80, true);
    i2c_wave_byte(&rig.wave, 0xf3, false);
    i2c_wave_stop(&rig.wave);
    assert_string_equal(notes(), "S 10 | address 40 w+ 20-100 | data f3 w- 110-190 | P 205");
}

static void a_repeated_start_begins_an_address_again(void **state)
{
    struct rig rig;

    (void)state;
    begin(&rig);
    i2c_wave_start(&rig.wave);
    i2c_wave_byte(&rig.wave, 0x80, true);
    i2c_wave_start(&rig.wave);
    i2c_wave_byte(&rig.wave, 0x81, true);
    i2c_wave_byte(&rig.wave, 0x68, true);
    i2c_wave_byte(&rig.wave, 0x3a, false);
    i2c_wave_stop(&rig.wave);
    i2c_wave_start(&rig.wave);
    assert_string_equal(notes(), "S 10 | address 40 w+ 20-100 | Sr 115 | address 40 r+ 125-205 | "
                                 "data 68 r+ 215-295 | data 3a r- 305-385 | P 400 | S 410");
}

static void bits_before_a_start_and_a_stop_without_one_are_nothing(void **state)
{
    struct rig rig;

    (void)state;
    begin(&rig);
    i2c_wave_byte(&rig.wave, 0x80, true);
    i2c_wave_stop(&rig.wave);
    assert_string_equal(notes(), "");
}

static void a_start_or_stop_inside_of_a_byte_is_a_cut(void **state)
{
    struct rig rig;

    (void)state;
    begin(&rig);
    i2c_wave_start(&rig.wave);
    i2c_wave_bit(&rig.wave, true);
    i2c_wave_stop(&rig.wave);
    i2c_wave_start(&rig.wave);
    i2c_wave_byte(&rig.wave, 0x80, true);
    i2c_wave_bit(&rig.wave, true);
    i2c_wave_bit(&rig.wave, true);
    i2c_wave_start(&rig.wave);
    i2c_wave_byte(&rig.wave, 0x81, false);
    assert_string_equal(notes(), "S 10 | cut 35 | P 35 | S 45 | address 40 w+ 55-135 | cut 170 | "
                                 "Sr 170 | address 40 r- 180-260");
}

static void a_start_and_a_stop_at_once_hold_no_byte(void **state)
{
    struct rig rig;

    (void)state;
    begin(&rig);
    i2c_wave_start(&rig.wave);
    i2c_wave_stop(&rig.wave);
    assert_string_equal(notes(), "S 10 | P 25");
}

/* One sample a clock phase: what changes together is no START and no STOP. */
static void lines_that_change_in_one_sample_are_taken_clock_low_first(void **state)
{
    struct rig rig;
    const uint8_t byte = 0xa5;
    int64_t t = 0;

    (void)state;
    begin(&rig);
    feed(t++, true, false, &rig.monitor);
    for (int i = 7; i >= 0; i--) {
        feed(t++, false, byte >> i & 1, &rig.monitor); /* with the fall of SCL */
        feed(t++, true, byte >> i & 1, &rig.monitor);
    }
    feed(t++, false, false, &rig.monitor);
    feed(t++, true, false, &rig.monitor);
    feed(t++, false, true, &rig.monitor);
    feed(t++, true, false, &rig.monitor); /* with the rise of SCL: the bit is the new level */
    feed(t++, true, true, &rig.monitor);
    assert_string_equal(notes(), "S 0 | address 52 r+ 0-0 | P 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_is_told_with_the_times_of_its_edges),
        cmocka_unit_test(a_repeated_start_begins_an_address_again),
        cmocka_unit_test(bits_before_a_start_and_a_stop_without_one_are_nothing),
        cmocka_unit_test(a_start_or_stop_inside_of_a_byte_is_a_cut),
        cmocka_unit_test(a_start_and_a_stop_at_once_hold_no_byte),
        cmocka_unit_test(lines_that_change_in_one_sample_are_taken_clock_low_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
