/* SPDX-License-Identifier: MIT */
/*
 * I2C through the kernel's i2c-dev, on its i2c-stub: an adapter that knows SMBus only, with one chip of 256 registers at
 * 40h. What SMBus can say of an HTU21D works (its user register); a result, three bytes without a command before them,
 * it cannot say. What the adapter claims to have is a parameter of the module.
 */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <linux/i2c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/htu21d.h"

static struct rig rig;
static char bus_name[16];
static struct sb_i2c *bus;

static void need_stub(void)
{
    int number = rig_find_i2c_stub();

    if (number < 0) {
        printf("1..1\nok 1 # SKIP no i2c-stub in this kernel\n");
        exit(0);
    }
    snprintf(bus_name, sizeof(bus_name), "i2c-%d", number);
}

static void open_bus(void)
{
    if (sb_board_i2c(&rig.board.board, bus_name, &bus) < 0)
        fail_msg("%s", sb_board_error(&rig.board.board));
}

static int set_up(void **state)
{
    (void)state;
    rig_open(&rig);
    open_bus();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sb_i2c_close(bus);
    rig_close(&rig);
    return 0;
}

/* ---- registers */

static int write_and_read(void *arg)
{
    const uint8_t bytes[] = {0x10, 0x12, 0x34};
    uint8_t *in = arg;
    int rc = sb_i2c_write(bus, 0x40, bytes, sizeof(bytes));

    if (rc == 0)
        rc = sb_i2c_write_read(bus, 0x40, bytes, 1, in, 2);
    if (rc == 0)
        rc = sb_i2c_write(bus, 0x40, bytes, 1);
    return rc < 0 ? rc : sb_i2c_read(bus, 0x40, in + 2, 1);
}

static void registers_are_written_and_read(void **state)
{
    uint8_t in[3] = {0};

    (void)state;
    assert_int_equal(rig_run(&rig, write_and_read, in), 0);
    assert_memory_equal(in, ((const uint8_t[]){0x12, 0x34}), 2);
    assert_int_equal(in[2], 0x12);
    assert_int_equal(bus->error_count, 0);
}

static int write_to_absent(void *arg)
{
    return sb_i2c_write(bus, 0x41, arg, 1);
}

/* The stub says ENODEV, which no adapter does: its error is passed on. */
static void an_error_of_the_adapter_is_passed_on(void **state)
{
    uint8_t byte = 0;

    (void)state;
    assert_int_equal(rig_run(&rig, write_to_absent, &byte), -ENODEV);
    assert_int_equal(bus->error_count, 1);
}

static void two_who_open_a_bus_share_it(void **state)
{
    struct sb_i2c *again = NULL;

    (void)state;
    assert_int_equal(sb_board_i2c(&rig.board.board, bus_name, &again), 0);
    assert_ptr_equal(again, bus);
    sb_i2c_close(again);
    assert_int_equal(sb_board_i2c(&rig.board.board, "i2c-99", &again), -ENOENT);
    rig_assert_error(&rig, "no I2C bus \"i2c-99\"");
}

/* ---- adapters that have less */

#define FUNCTIONS "/sys/module/i2c_stub/parameters/functionality"

/* The bus is opened anew: what its adapter has is asked then. */
static void have_functions(unsigned long functions)
{
    char text[32];

    sb_i2c_close(bus);
    snprintf(text, sizeof(text), "%lu", functions);
    rig_write_file(FUNCTIONS, text);
    open_bus();
}

static int restore_functions(void **state)
{
    have_functions(I2C_FUNC_SMBUS_QUICK | I2C_FUNC_SMBUS_BYTE | I2C_FUNC_SMBUS_BYTE_DATA |
                   I2C_FUNC_SMBUS_WORD_DATA | I2C_FUNC_SMBUS_I2C_BLOCK);
    return tear_down(state);
}

static int write_and_read_singly(void *arg)
{
    uint8_t *in = arg;
    int rc = sb_i2c_write(bus, 0x40, "\x20\xab", 2);

    if (rc == 0)
        rc = sb_i2c_write(bus, 0x40, "\x21\xcd\xef", 3);
    if (rc == 0)
        rc = sb_i2c_write_read(bus, 0x40, "\x20", 1, in, 1);
    return rc < 0 ? rc : sb_i2c_write_read(bus, 0x40, "\x21", 1, in + 1, 2);
}

static void blocks_serve_where_the_adapter_has_no_bytes_and_words(void **state)
{
    uint8_t in[3] = {0};

    (void)state;
    have_functions(I2C_FUNC_SMBUS_I2C_BLOCK);
    assert_int_equal(rig_run(&rig, write_and_read_singly, in), 0);
    assert_memory_equal(in, "\xab\xcd\xef", 3);
}

static void bytes_and_words_serve_where_the_adapter_has_no_blocks(void **state)
{
    uint8_t in[3] = {0};

    (void)state;
    have_functions(I2C_FUNC_SMBUS_BYTE_DATA | I2C_FUNC_SMBUS_WORD_DATA);
    assert_int_equal(rig_run(&rig, write_and_read_singly, in), 0);
    assert_memory_equal(in, "\xab\xcd\xef", 3);
}

struct refusal {
    size_t out_size;
    size_t in_size;
    const char *words;
};

static int transfer(void *arg)
{
    static uint8_t bytes[64];
    const struct refusal *refusal = arg;

    return sb_i2c_write_read(bus, 0x40, bytes, refusal->out_size, bytes, refusal->in_size);
}

static void what_the_adapter_lacks_is_named(void **state)
{
    static struct refusal refusals[] = {
        {0, 0, "cannot write an address alone, as it has no quick command: use a bus whose"},
        {1, 0, "cannot write 1 byte, as it has no send byte"},
        {2, 0, "cannot write 2 bytes, as it has no write byte data or I2C block write"},
        {3, 0, "cannot write 3 bytes, as it has no write word data or I2C block write"},
        {33, 0, "cannot write 33 bytes, as it has no I2C block write"},
        {34, 0, "which has no word to write 34 bytes: use a bus whose"},
        {0, 1, "cannot read 1 byte, as it has no receive byte"},
        {0, 2, "which has no word to read 2 bytes"},
        {1, 1, "cannot write 1 byte and read 1, as it has no read byte data or I2C block read"},
        {1, 2, "cannot write 1 byte and read 2, as it has no read word data or I2C block read"},
        {1, 32, "cannot write 1 byte and read 32, as it has no I2C block read"},
        {1, 33, "which has no word to write 1 byte and read 33"},
        {2, 1, "which has no word to write 2 bytes and read 1"},
    };

    (void)state;
    have_functions(0);
    for (unsigned i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        assert_int_equal(rig_run(&rig, transfer, &refusals[i]), -ENOTSUP);
        rig_assert_error(&rig, bus_name);
        rig_assert_error(&rig, ": its adapter knows SMBus only, ");
        rig_assert_error(&rig, refusals[i].words);
    }
}

/* ---- a driver of the kernel */

static void tell_bus(const char *file, const char *text)
{
    char path[64];

    snprintf(path, sizeof(path), "/sys/bus/i2c/devices/%s/%s", bus_name, file);
    rig_write_file(path, text);
}

static void an_address_that_a_driver_has_names_it_and_the_remedy(void **state)
{
    char device[32];
    char words[128];
    uint8_t byte = 0;
    uint8_t in[3];

    (void)state;
    tell_bus("new_device", "dummy 0x41");
    assert_int_equal(rig_run(&rig, write_to_absent, &byte), -EBUSY);
    rig_assert_error(&rig, "the kernel's driver 'dummy' has the device at 41h (dummy): take its");
    snprintf(device, sizeof(device), "%s-0041", bus_name + strlen("i2c-"));
    snprintf(words, sizeof(words),
             "unbind it: echo %s | sudo tee /sys/bus/i2c/drivers/dummy/unbind", device);
    rig_assert_error(&rig, words);
    assert_int_equal(bus->error_count, 1);
    assert_int_equal(rig_run(&rig, write_and_read, in), 0); /* another device */
    rig_write_file("/sys/bus/i2c/drivers/dummy/unbind", device);
    assert_int_equal(rig_run(&rig, write_to_absent, &byte), -ENODEV);
    tell_bus("delete_device", "0x41");
}

/* ---- the sensor */

static struct sb_htu21d_config config;
static struct sb_htu21d sensor;

static int read_battery(void *arg)
{
    const uint8_t user_register[] = {0xe7, 0x42}; /* bit 6: the battery is low */
    int rc = sb_i2c_write(bus, 0x40, user_register, sizeof(user_register));

    (void)arg;
    config = (struct sb_htu21d_config){.bus = bus};
    if (rc == 0)
        rc = sb_htu21d_init(&sensor, &config);
    return rc < 0 ? rc : sb_htu21d_is_battery_low(&sensor);
}

static void the_sensors_register_can_be_read(void **state)
{
    (void)state;
    assert_int_equal(rig_run(&rig, read_battery, NULL), 1);
}

static int measure(void *arg)
{
    struct sb_htu21d_sample sample;
    int rc;

    (void)arg;
    config = (struct sb_htu21d_config){.bus = bus};
    rc = sb_htu21d_init(&sensor, &config);
    return rc < 0 ? rc : sb_htu21d_read(&sensor, &sample);
}

static void a_measurement_is_refused_since_smbus_cannot_say_it(void **state)
{
    (void)state;
    assert_int_equal(rig_run(&rig, measure, NULL), -ENOTSUP);
}

int main(void)
{
#define ON_RIG(test)  cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define LACKING(test) cmocka_unit_test_setup_teardown(test, set_up, restore_functions)
    const struct CMUnitTest tests[] = {
        ON_RIG(registers_are_written_and_read),
        ON_RIG(an_error_of_the_adapter_is_passed_on),
        ON_RIG(two_who_open_a_bus_share_it),
        LACKING(blocks_serve_where_the_adapter_has_no_bytes_and_words),
        LACKING(bytes_and_words_serve_where_the_adapter_has_no_blocks),
        LACKING(what_the_adapter_lacks_is_named),
        ON_RIG(an_address_that_a_driver_has_names_it_and_the_remedy),
        ON_RIG(the_sensors_register_can_be_read),
        ON_RIG(a_measurement_is_refused_since_smbus_cannot_say_it),
    };

    rig_need_gpiosim();
    need_stub();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
