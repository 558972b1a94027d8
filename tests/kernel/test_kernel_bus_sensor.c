/* SPDX-License-Identifier: MIT */
/* The HTU21D's driver on a real kernel's I2C bus, with the simulation's model of the sensor at the other end. */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <stdio.h>

#include "drivers/htu21d.h"
#include "tests/contract/linux_side.h"
#include "tests/kernel/i2c_htu21d.h"

static struct linux_side side;
static struct i2c_htu21d chip;
static struct sb_htu21d_config config;
static struct sb_htu21d sensor;

static int set_up(void **state)
{
    (void)state;
    i2c_htu21d_open(&chip);
    linux_side_open(&side);
    config = (struct sb_htu21d_config){.bus = NULL};
    if (sb_board_i2c(&side.board.board, I2C_OUTSIDE_BUS, &config.bus) < 0)
        fail_msg("%s", sb_board_error(&side.board.board));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    linux_side_close(&side);
    i2c_htu21d_close(&chip);
    return 0;
}

static int measure(void *arg)
{
    int rc = sb_htu21d_init(&sensor, &config);

    if (rc == 0)
        rc = sb_sleep_ms(20); /* its power has just come on */
    return rc < 0 ? rc : sb_htu21d_read(&sensor, arg);
}

/* ---- tests */

static void a_measurement_is_what_there_is_to_measure(void **state)
{
    struct sb_htu21d_sample sample = {0};

    (void)state;
    assert_int_equal(linux_side_run(&side, measure, &sample), 0);
    assert_in_range(sample.temperature_mdegc, 21480, 21520);
    assert_in_range(sample.humidity_mrh, 47900, 48100);
    assert_int_equal(config.bus->error_count, 0);
}

static void a_wrong_checksum_is_an_error(void **state)
{
    struct sb_htu21d_sample sample;

    (void)state;
    chip.model.is_garbled = true;
    assert_int_equal(linux_side_run(&side, measure, &sample), -EBADMSG);
}

static int unplug(void *arg)
{
    (void)arg;
    i2c_htu21d_close(&chip);
    return 0;
}

static int measure_and_unplug(void *arg)
{
    struct sb_task task;
    int rc;

    chip.bus.is_held = true;
    rc = sb_spawn(&task, "unplug", unplug, NULL);
    if (rc == 0)
        rc = measure(arg);
    sb_join(&task, NULL);
    return rc;
}

static void a_bus_that_is_unplugged_is_an_error(void **state)
{
    struct sb_htu21d_sample sample;

    (void)state;
    assert_int_equal(linux_side_run(&side, measure_and_unplug, &sample), -ENODEV);
    linux_side_close(&side);
    i2c_htu21d_open(&chip);
    linux_side_open(&side);
}

int main(void)
{
#define ON_BUS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_BUS(a_measurement_is_what_there_is_to_measure),
        ON_BUS(a_wrong_checksum_is_an_error),
        ON_BUS(a_bus_that_is_unplugged_is_an_error),
    };

    rig_need_guest();
    if (!i2c_outside_is_there()) {
        printf("1..1\nok 1 # SKIP this kernel has no module softboard_i2c\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
