/* SPDX-License-Identifier: MIT */
/* What I2C devices report of their bus, on wires: each rule broken, and just not broken. */
#include "sim/bus/i2c_examiner.h"

#include <errno.h>
#include <string.h>

#include "tests/i2c_rig.h"
#include "tests/support.h"

static struct i2c_rig rig;
static struct sb_pin *scl;
static struct sb_pin *sda;

/* A program that does it by hand, on the pins of the bus. */
static void open_pins(void)
{
    const unsigned flags = SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_INITIAL_TRUE;

    sb_i2c_close(rig.bus);
    check_int(sb_board_pin(&rig.sim.board, "GPIO3", flags, &scl), 0);
    check_int(sb_board_pin(&rig.sim.board, "GPIO2", flags, &sda), 0);
}

static void set(struct sb_pin *pin, bool level, int64_t after_ns)
{
    sb_delay_ns(after_ns);
    sb_pin_write(pin, level);
}

static void start(void)
{
    set(sda, false, 5000);
    set(scl, false, 5000);
}

static void bit(bool value)
{
    set(sda, value, 1000);
    set(scl, true, 4000);
    set(scl, false, 5000);
}

static void byte(uint8_t value)
{
    for (int i = 7; i >= 0; i--)
        bit(value >> i & 1);
    bit(true);
}

static void stop(void)
{
    set(sda, false, 1000);
    set(scl, true, 4000);
    set(sda, true, 5000);
}

static void check_last(enum sb_rule rule, int64_t measured_ns, int64_t limit_ns, const char *text)
{
    const struct sb_examiner *examiner = &rig.world->examiner;
    const struct sb_violation *last;

    check_true(examiner->count > 0);
    if (examiner->count == 0)
        return;
    last = &examiner->kept[examiner->count - 1];
    check_int(last->rule, rule);
    check_int(last->measured_ns, measured_ns);
    check_int(last->limit_ns, limit_ns);
    check_text(last->text, text);
    check_text(last->part != NULL ? last->part->id : "", "device");
}

TASK_TEST(a_program_that_keeps_the_rules_by_hand_is_not_reported)
{
    (void)arg;
    i2c_rig_open(&rig, NULL);
    sb_i2c_target_set_slow(&rig.target);
    open_pins();
    start();
    byte(I2C_RIG_ADDRESS << 1);
    byte(0x55);
    set(sda, true, 1000);
    set(scl, true, 4000);
    start();
    byte(I2C_RIG_ADDRESS << 1);
    stop();
    check_int(i2c_rig_violations(&rig), 0);
    check_true(i2c_rig_is_idle(&rig));
    sb_sleep_ms(50);
    check_int(i2c_rig_violations(&rig), 0);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_time_that_is_too_short_is_reported_with_what_is_missing)
{
    (void)arg;
    i2c_rig_open(&rig, NULL);
    open_pins();
    start();
    set(scl, true, 1300);
    set(scl, false, 600);
    check_int(i2c_rig_violations(&rig), 0);
    set(scl, true, 1299);
    check_last(SB_RULE_I2C_LOW, 1299, 1300,
               "SCL was low for 1.299 us: 1.3 us at least in Fast-mode, 1 ns missing");
    set(scl, false, 599);
    check_last(SB_RULE_I2C_HIGH, 599, 600,
               "SCL was high for 599 ns: 600 ns at least in Fast-mode, 1 ns missing");
    set(sda, true, 1300);
    set(scl, true, 99);
    check_last(SB_RULE_I2C_DATA_SETUP, 99, 100,
               "SDA changed before SCL rose by 99 ns: 100 ns at least in Fast-mode, 1 ns missing");
    check_int(i2c_rig_violations(&rig), 3);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(conditions_that_are_too_quick_are_reported)
{
    (void)arg;
    i2c_rig_open(&rig, NULL);
    sb_i2c_target_set_slow(&rig.target);
    open_pins();
    set(sda, false, 5000);
    set(scl, false, 3999);
    check_last(SB_RULE_I2C_START_HOLD, 3999, 4000,
               "SCL fell after a START by 3.999 us: 4 us at least in Standard-mode, 1 ns missing");
    byte(0xff);
    set(sda, true, 1000);
    set(scl, true, 4000);
    set(sda, false, 4699);
    check_last(SB_RULE_I2C_START_SETUP, 4699, 4700,
               "a repeated START came after SCL had risen by 4.699 us: 4.7 us at least in "
               "Standard-mode, 1 ns missing");
    set(scl, false, 4000);
    byte(0xff);
    set(sda, false, 1000);
    set(scl, true, 4000);
    set(sda, true, 3999);
    check_last(SB_RULE_I2C_STOP_SETUP, 3999, 4000,
               "a STOP came after SCL had risen by 3.999 us: 4 us at least in Standard-mode, "
               "1 ns missing");
    set(sda, false, 4699);
    check_last(SB_RULE_I2C_BUS_FREE, 4699, 4700,
               "a START came after a STOP by 4.699 us: 4.7 us at least in Standard-mode, "
               "1 ns missing");
    check_int(i2c_rig_violations(&rig), 4);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(data_that_changes_while_scl_is_high_is_reported)
{
    (void)arg;
    i2c_rig_open(&rig, NULL);
    open_pins();
    start();
    bit(true);
    bit(true);
    set(sda, true, 1000);
    set(scl, true, 4000);
    set(sda, false, 2500);
    check_last(SB_RULE_I2C_DATA_STABLE, -1, 0,
               "SDA changed in bit 3 of a byte while SCL was high: that is a START or STOP");
    check_int(i2c_rig_violations(&rig), 1);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(clock_pulses_without_a_start_are_reported_once)
{
    (void)arg;
    i2c_rig_open(&rig, NULL);
    open_pins();
    bit(true); /* SCL was high: no more than its end */
    check_int(i2c_rig_violations(&rig), 0);
    bit(true);
    check_last(SB_RULE_I2C_START_MISSING, -1, 0,
               "a clock pulse on GPIO3 without a START before it");
    bit(true);
    check_int(i2c_rig_violations(&rig), 1);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_bus_that_is_left_open_for_35_ms_is_reported)
{
    (void)arg;
    i2c_rig_open(&rig, NULL);
    open_pins();
    start();
    byte(I2C_RIG_ADDRESS << 1);
    set(scl, true, 35 * SB_MS_NS - 1); /* silent, but not long enough */
    sb_sleep_ms(34);
    set(scl, false, 0);
    check_int(i2c_rig_violations(&rig), 0);
    sb_sleep_ns(35 * SB_MS_NS - 1);
    check_int(i2c_rig_violations(&rig), 0);
    sb_sleep_ns(2);
    check_int(i2c_rig_violations(&rig), 1);
    check_last(SB_RULE_I2C_STOP_MISSING, 35 * SB_MS_NS, 35 * SB_MS_NS,
               "the bus is still open 104094.999 us after its START, and silent");
    sb_sleep_ms(100);
    check_int(i2c_rig_violations(&rig), 1);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_device_may_stretch_for_as_long_as_it_likes)
{
    (void)arg;
    i2c_rig_open(&rig, NULL);
    open_pins();
    rig.stretch_ns = 100 * SB_MS_NS;
    start();
    byte(I2C_RIG_ADDRESS << 1 | 1);
    set(sda, true, 1000);
    set(scl, true, 4000);
    sb_sleep_ms(101);
    set(scl, false, 0);
    for (int i = 0; i < 8; i++)
        bit(true);
    stop();
    check_int(i2c_rig_violations(&rig), 0);
    i2c_rig_close(&rig);
    return 0;
}

/* ---- pull-ups */

static const struct i2c_rig_config pico = {
    .controller = "wokwi-pi-pico", .name = "i2c-0", .scl = "GP5", .sda = "GP4"};

TASK_TEST(lines_without_pull_ups_are_reported_once_each)
{
    (void)arg;
    i2c_rig_open(&rig, &pico);
    sb_sleep_ms(1);
    check_int(i2c_rig_violations(&rig), 0); /* nobody has used it yet */
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), -ENXIO);
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), -ENXIO);
    check_int(rig.world->examiner.rule_counts[SB_RULE_I2C_PULL_UP], 2);
    check_text(rig.world->examiner.kept[0].text,
               "GP4 floats when it is released: a resistor of 2.2 to 10 kOhm to the supply is "
               "missing");
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(the_pull_ups_of_a_device_are_as_good_as_resistors)
{
    struct i2c_rig_config config = pico;

    (void)arg;
    config.has_pull_ups = true;
    i2c_rig_open(&rig, &config);
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), 0);
    check_int(i2c_rig_violations(&rig), 0);
    i2c_rig_close(&rig);
    return 0;
}

/* ---- one for each bus */

TASK_TEST(a_bus_of_several_devices_is_examined_once_and_by_the_slowest)
{
    struct sb_i2c_examiner second = {0};

    (void)arg;
    i2c_rig_open(&rig, NULL);
    open_pins();
    set(sda, false, 5000);
    set(scl, false, 3999);
    check_int(i2c_rig_violations(&rig), 0);
    stop();
    sb_i2c_examiner_attach(&second, rig.other_scl, rig.other_sda, &sb_i2c_limits_standard);
    set(sda, false, 5000);
    set(scl, false, 3999);
    check_int(i2c_rig_violations(&rig), 1);
    sb_i2c_examiner_detach(&second);
    stop();
    set(sda, false, 4699);
    check_int(i2c_rig_violations(&rig), 2);
    i2c_rig_close(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_that_keeps_the_rules_by_hand_is_not_reported),
        cmocka_unit_test(a_time_that_is_too_short_is_reported_with_what_is_missing),
        cmocka_unit_test(conditions_that_are_too_quick_are_reported),
        cmocka_unit_test(data_that_changes_while_scl_is_high_is_reported),
        cmocka_unit_test(clock_pulses_without_a_start_are_reported_once),
        cmocka_unit_test(a_bus_that_is_left_open_for_35_ms_is_reported),
        cmocka_unit_test(a_device_may_stretch_for_as_long_as_it_likes),
        cmocka_unit_test(lines_without_pull_ups_are_reported_once_each),
        cmocka_unit_test(the_pull_ups_of_a_device_are_as_good_as_resistors),
        cmocka_unit_test(a_bus_of_several_devices_is_examined_once_and_by_the_slowest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
