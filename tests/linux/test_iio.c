/* SPDX-License-Identifier: MIT */
/*
 * Analog inputs of the kernel's IIO, in a folder that is made like its own: what its files say of a channel, and files that
 * say what cannot be.
 */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/contract/linux_side.h"
#include "tests/linux/iio_folder.h"

static struct linux_side side;
static struct iio_folder folder;

static void put(const char *file, const char *text)
{
    iio_folder_put(&folder, 0, file, text);
}

static int set_up(void **state)
{
    (void)state;
    iio_folder_make(&folder);
    put("in_voltage0_raw", "512\n");
    linux_side_open(&side);
    side.board.adc.folder = folder.path;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    linux_side_close(&side);
    iio_folder_remove(&folder);
    return 0;
}

static struct sb_adc *open_input(const char *name)
{
    struct sb_adc *adc = NULL;

    if (sb_board_adc(&side.board.board, name, &adc) < 0)
        fail_msg("%s", sb_board_error(&side.board.board));
    return adc;
}

static int read_it(void *arg)
{
    return sb_adc_read(arg);
}

static int sample(struct sb_adc *adc)
{
    return linux_side_run(&side, read_it, adc);
}

static void refuse(const char *name, int rc, const char *words)
{
    struct sb_adc *adc = NULL;

    assert_int_equal(sb_board_adc(&side.board.board, name, &adc), rc);
    if (strstr(sb_board_error(&side.board.board), words) == NULL)
        fail_msg("the error is \"%s\", without \"%s\"", sb_board_error(&side.board.board), words);
}

/* ---- range and resolution */

static void the_scale_gives_range_and_resolution(void **state)
{
    static const struct {
        const char *scale;
        unsigned bits;
        unsigned reference_mv;
    } converters[] = {
        {"3.222656250", 10, 3300}, /* MCP3008 at 3.3 V */
        {"4.882812500", 10, 5000}, /* at 5 V */
        {"0.805664062", 12, 3300}, /* MCP3208 */
        {"1.220703125", 12, 5000}, /* at 5 V */
        {"0.050354003", 16, 3300},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(converters) / sizeof(converters[0]); i++) {
        struct sb_adc *adc;

        put("in_voltage0_scale", converters[i].scale);
        adc = open_input("adc0");
        assert_int_equal(adc->bits, converters[i].bits);
        assert_int_equal(adc->reference_mv, converters[i].reference_mv);
        sb_adc_close(adc);
    }
}

static void without_a_scale_there_are_12_bits_of_3300_millivolts(void **state)
{
    struct sb_adc *adc = open_input("adc0");

    (void)state;
    assert_int_equal(adc->bits, 12);
    assert_int_equal(adc->reference_mv, 3300);
    assert_int_equal(sample(adc), 512 << 4 | 512 >> 8);
}

static void the_scan_type_says_the_resolution(void **state)
{
    static const struct {
        const char *type;
        unsigned bits;
    } types[] = {
        {"le:u10/16>>0\n", 10},   {"be:u12/16>>4\n", 12},
        {"le:s12/16>>0\n", 11}, /* the half above ground */
        {"le:u16/16X2>>0\n", 16}, {"nonsense\n", 12},
        {"le:u99/16>>0\n", 12},   {"le:u1/16>>0\n", 12},
    };

    (void)state;
    put("in_voltage0_scale", "0.805664062\n");
    for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct sb_adc *adc;

        put("scan_elements/in_voltage0_type", types[i].type);
        adc = open_input("adc0");
        assert_int_equal(adc->bits, types[i].bits);
        sb_adc_close(adc);
    }
}

static void a_channels_own_scale_counts_before_the_shared_one(void **state)
{
    (void)state;
    put("in_voltage1_raw", "1\n");
    put("in_voltage_scale", "3.222656250\n");
    put("in_voltage0_scale", "0.805664062\n");
    assert_int_equal(open_input("adc0")->bits, 12);
    assert_int_equal(open_input("adc1")->bits, 10);
}

static void an_offset_is_added(void **state)
{
    struct sb_adc *adc;

    (void)state;
    put("in_voltage0_scale", "3.222656250\n");
    put("in_voltage_offset", "-12\n");
    adc = open_input("adc0");
    assert_int_equal(sample(adc), 500 << 6 | 500 >> 4);
    put("in_voltage0_raw", "11\n");
    assert_int_equal(sample(adc), 0);
}

static void the_difference_of_two_inputs_is_a_channel_too(void **state)
{
    struct sb_adc *adc;

    (void)state;
    put("in_voltage1-voltage2_raw", "100\n");
    put("in_voltage-voltage_scale", "3.222656250\n");
    adc = open_input("iio:device0/in_voltage1-voltage2");
    assert_int_equal(adc->bits, 10);
    assert_int_equal(sample(adc), 100 << 6 | 100 >> 4);
}

/* ---- samples */

static void what_is_out_of_range_is_the_end_of_the_range(void **state)
{
    struct sb_adc *adc;

    (void)state;
    put("in_voltage0_scale", "3.222656250\n");
    adc = open_input("adc0");
    put("in_voltage0_raw", "-3\n");
    assert_int_equal(sample(adc), 0);
    put("in_voltage0_raw", "1024\n");
    assert_int_equal(sample(adc), SB_ADC_MAX);
    put("in_voltage0_raw", "99999999999999999999\n");
    assert_int_equal(sample(adc), SB_ADC_MAX);
}

static void what_is_no_number_is_an_error_not_a_sample(void **state)
{
    static const char *const texts[] = {"", "\n", "busy\n", "12 34\n", "0x1g\n", "nan\n"};
    struct sb_adc *adc = open_input("adc0");

    (void)state;
    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        put("in_voltage0_raw", texts[i]);
        assert_int_equal(sample(adc), -EIO);
    }
    put("in_voltage0_raw", "512\n");
    assert_int_equal(sample(adc), 512 << 4 | 512 >> 8);
}

static void an_error_of_the_kernel_is_passed_on(void **state)
{
    char path[128];

    (void)state;
    put("in_voltage0_raw", NULL);
    snprintf(path, sizeof(path), "%s/iio:device0/in_voltage0_raw", folder.path);
    assert_int_equal(symlink("/proc/self/mem", path), 0); /* nothing is mapped at 0 */
    assert_int_equal(sample(open_input("adc0")), -EIO);
}

/* ---- names */

static void the_first_device_that_has_the_channel_is_meant(void **state)
{
    (void)state;
    iio_folder_put(&folder, 10, "in_voltage7_raw", "10\n");
    iio_folder_put(&folder, 2, "in_voltage7_raw", "2\n");
    iio_folder_put(&folder, 2, "in_voltage0_raw", "3\n");
    assert_int_equal(sample(open_input("adc7")), 2 << 4);
    assert_int_equal(sample(open_input("iio:device10/in_voltage7")), 10 << 4);
    assert_int_equal(sample(open_input("iio:device2/in_voltage0")), 3 << 4);
}

static void a_channel_is_opened_once_by_any_name(void **state)
{
    (void)state;
    (void)open_input("adc0");
    refuse("iio:device0/in_voltage0", -EBUSY, "in use already: close it first");
}

static void what_is_no_channel_is_refused(void **state)
{
    (void)state;
    put("in_temp0_raw", "1\n");
    refuse("adc00x", -ENOENT, "no analog input \"adc00x\"");
    refuse("adc 0", -ENOENT, "no analog input");
    refuse("adc-1", -ENOENT, "no analog input");
    refuse("adc100", -ENOENT, "no analog input");
    refuse("iio:device0/../iio:device0/in_voltage0", -ENOENT, "no analog input");
    refuse("iio:device0/in_voltage3", -ENOENT, "no analog input \"iio:device0/in_voltage3\"");
    refuse("iio:device0/in_voltage0_raw", -ENOENT, "no analog input");
    refuse("iio:device7/in_voltage0", -ENOENT, "no analog input");
}

static void without_the_folder_there_is_no_input(void **state)
{
    (void)state;
    side.board.adc.folder = "/nowhere";
    refuse("adc0", -ENOENT, "no analog input \"adc0\": a Raspberry Pi has none itself");
}

static void a_scale_that_cannot_be_is_refused(void **state)
{
    static const char *const texts[] = {"", "none\n", "-0.8\n", "inf\n", "1e30\n"};

    (void)state;
    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        put("in_voltage0_scale", texts[i]);
        refuse("adc0", -EIO, "adc0: its scale or offset is no number that a converter can have");
    }
    put("in_voltage0_scale", "0.805664062\n");
    put("in_voltage0_offset", "much\n");
    refuse("adc0", -EIO, "scale or offset");
    put("in_voltage0_offset", NULL);
    (void)open_input("adc0");
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_scale_gives_range_and_resolution),
        TEST(without_a_scale_there_are_12_bits_of_3300_millivolts),
        TEST(the_scan_type_says_the_resolution),
        TEST(a_channels_own_scale_counts_before_the_shared_one),
        TEST(an_offset_is_added),
        TEST(the_difference_of_two_inputs_is_a_channel_too),
        TEST(what_is_out_of_range_is_the_end_of_the_range),
        TEST(what_is_no_number_is_an_error_not_a_sample),
        TEST(an_error_of_the_kernel_is_passed_on),
        TEST(the_first_device_that_has_the_channel_is_meant),
        TEST(a_channel_is_opened_once_by_any_name),
        TEST(what_is_no_channel_is_refused),
        TEST(without_the_folder_there_is_no_input),
        TEST(a_scale_that_cannot_be_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
