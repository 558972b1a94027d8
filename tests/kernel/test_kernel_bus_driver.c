/* SPDX-License-Identifier: MIT */
/*
 * An address of an I2C bus that a driver of the kernel has: an adapter that does plain I2C transfers nevertheless. One that
 * knows SMBus only does not: tests/kernel/test_kernel_i2c.c.
 */
#include "tests/kernel/kernel_rig.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/contract/linux_side.h"
#include "tests/kernel/i2c_outside.h"

#define DEVICES "/sys/bus/i2c/devices/"

static struct linux_side side;
static struct i2c_outside outside;
static struct i2c_memory memory;

static int read_memory(void *arg)
{
    struct sb_i2c *bus;
    int rc = sb_board_i2c(&side.board.board, I2C_OUTSIDE_BUS, &bus);

    if (rc == 0)
        rc = sb_i2c_write_read(bus, 0x50, "\x10", 1, arg, 1);
    return rc;
}

static void plain_i2c_reaches_a_device_that_a_driver_has(void **state)
{
    static struct i2c_device *const devices[] = {&memory.device, NULL};
    uint8_t byte = 0;

    (void)state;
    i2c_memory_init(&memory, 0x50);
    memory.bytes[0x10] = 7;
    i2c_outside_open(&outside, devices);
    rig_write_file(DEVICES I2C_OUTSIDE_BUS "/new_device", "dummy 0x50");
    assert_int_equal(access(DEVICES "1-0050/driver", F_OK), 0);
    linux_side_open(&side);
    assert_int_equal(linux_side_run(&side, read_memory, &byte), 0);
    assert_int_equal(byte, 7);
    linux_side_close(&side);
    rig_write_file(DEVICES I2C_OUTSIDE_BUS "/delete_device", "0x50");
    i2c_outside_close(&outside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_i2c_reaches_a_device_that_a_driver_has),
    };

    rig_need_guest();
    if (!i2c_outside_is_there()) {
        printf("1..1\nok 1 # SKIP this kernel has no module softboard_i2c\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
