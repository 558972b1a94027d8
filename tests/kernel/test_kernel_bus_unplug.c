/* SPDX-License-Identifier: MIT */
/* Buses of a real kernel that are unplugged while they are in use: an error of the transfer, and of each one after it. */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/contract/linux_side.h"
#include "tests/kernel/i2c_outside.h"
#include "tests/kernel/iio_dummy.h"

static struct linux_side side;

/* ---- I2C */

static struct i2c_outside i2c;
static struct sb_i2c *bus;
static int results[3];

static int use_bus(void *arg)
{
    uint8_t byte;

    for (int i = 0; i < 3; i++)
        results[i] = sb_i2c_write_read(bus, 0x50, "\x10", 1, &byte, 1);
    return *(int *)arg = 0;
}

/* The transfer is under way: nobody answers. */
static int unplug_bus(void *arg)
{
    struct sb_task task;
    int rc = sb_spawn(&task, "user", use_bus, arg);

    if (rc == 0)
        rc = sb_sleep_ms(50);
    i2c_outside_close(&i2c);
    sb_join(&task, NULL);
    return rc;
}

static void an_i2c_bus_is_gone_in_the_middle_of_a_transfer(void **state)
{
    static struct i2c_device *const devices[] = {NULL};
    int done = -1;

    (void)state;
    i2c_outside_open(&i2c, devices);
    i2c.is_held = true;
    linux_side_open(&side);
    assert_int_equal(sb_board_i2c(&side.board.board, I2C_OUTSIDE_BUS, &bus), 0);
    assert_int_equal(linux_side_run(&side, unplug_bus, &done), 0);
    assert_int_equal(done, 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(results[i], -ENODEV);
    assert_int_equal(bus->error_count, 3);
    linux_side_close(&side);
}

static void an_i2c_bus_can_be_plugged_in_again(void **state)
{
    static struct i2c_device *const devices[] = {NULL};

    (void)state;
    i2c_outside_open(&i2c, devices);
    linux_side_open(&side);
    assert_int_equal(sb_board_i2c(&side.board.board, I2C_OUTSIDE_BUS, &bus), 0);
    linux_side_close(&side);
    i2c_outside_close(&i2c);
}

/* ---- SPI */

static int spi_fd;
static struct sb_spi *spi;

static int use_device(void *arg)
{
    static uint8_t bytes[500];

    (void)arg;
    for (int i = 0; i < 3; i++)
        results[i] = sb_spi_transfer(spi, bytes, bytes, sizeof(bytes));
    return 0;
}

/* The kernel lets the transfer end that is under way: 40 ms. */
static int unplug_device(void *arg)
{
    struct sb_task task;
    int rc = sb_spawn(&task, "user", use_device, arg);

    if (rc == 0)
        rc = sb_sleep_ms(10);
    close(spi_fd);
    sb_join(&task, NULL);
    return rc;
}

static void an_spi_controller_is_gone(void **state)
{
    const struct sb_spi_config slow = {.clock_hz = 100000};

    (void)state;
    spi_fd = open("/dev/softboard-spi", O_RDWR | O_CLOEXEC);
    assert_true(spi_fd >= 0);
    linux_side_open(&side);
    assert_int_equal(sb_board_spi(&side.board.board, "spi0.0", &slow, &spi), 0);
    assert_int_equal(linux_side_run(&side, unplug_device, NULL), 0);
    assert_true(results[0] == 0 || results[0] == -ENODEV);
    assert_int_equal(results[1], -ENODEV);
    assert_int_equal(results[2], -ENODEV);
    linux_side_close(&side);
}

/* ---- analog inputs */

static int read_input(void *arg)
{
    return sb_adc_read(arg);
}

static void need_dummy(void)
{
    if (access(IIO_DUMMY_CONFIG, W_OK) == 0)
        return;
    printf("# skipped on this kernel: it has no iio_dummy\n");
    skip();
}

static void a_converter_is_gone(void **state)
{
    static struct iio_dummy dummy;
    struct sb_adc *adc;

    (void)state;
    need_dummy();
    iio_dummy_open(&dummy, "converter");
    linux_side_open(&side);
    assert_int_equal(sb_board_adc(&side.board.board, "adc0", &adc), 0);
    assert_true(linux_side_run(&side, read_input, adc) > 0);
    iio_dummy_close(&dummy);
    assert_int_equal(linux_side_run(&side, read_input, adc), -ENODEV);
    sb_adc_close(adc);
    assert_int_equal(sb_board_adc(&side.board.board, "adc0", &adc), -ENOENT);
    linux_side_close(&side);
}

/* 73 is what it has always; 7 is its offset; its range follows from the scale. */
static void what_the_kernel_says_of_a_channel_counts(void **state)
{
    static struct iio_dummy dummy;
    struct sb_adc *adc;

    (void)state;
    need_dummy();
    iio_dummy_open(&dummy, "converter");
    linux_side_open(&side);
    assert_int_equal(sb_board_adc(&side.board.board, "adc0", &adc), 0);
    assert_int_equal(adc->bits, 22);
    assert_int_equal(adc->reference_mv, 5591);
    assert_int_equal(linux_side_run(&side, read_input, adc), (73 + 7) >> 6);
    sb_adc_close(adc);
    /* -34, of a difference */
    assert_int_equal(sb_board_adc(&side.board.board, "iio:device0/in_voltage1-voltage2", &adc), 0);
    assert_int_equal(linux_side_run(&side, read_input, adc), 0);
    linux_side_close(&side);
    iio_dummy_close(&dummy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_i2c_bus_is_gone_in_the_middle_of_a_transfer),
        cmocka_unit_test(an_i2c_bus_can_be_plugged_in_again),
        cmocka_unit_test(an_spi_controller_is_gone),
        cmocka_unit_test(what_the_kernel_says_of_a_channel_counts),
        cmocka_unit_test(a_converter_is_gone),
    };

    rig_need_guest();
    if (!i2c_outside_is_there()) {
        printf("1..1\nok 1 # SKIP this kernel has no module softboard_i2c\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
