/* SPDX-License-Identifier: MIT */
/* I2C buses of simulated boards: names, pins, sharing, and what is refused. */
#include "sim/bus/board_i2c.h"

#include <errno.h>
#include <string.h>

#include "tests/i2c_rig.h"
#include "tests/support.h"

static struct i2c_rig rig;

TASK_TEST(every_board_has_its_buses_on_its_own_pins)
{
    static const struct i2c_rig_config boards[] = {
        {.name = "i2c-1", .scl = "GPIO3", .sda = "GPIO2"},
        {.name = "i2c-0", .scl = "GPIO1", .sda = "GPIO0"},
        {.controller = "wokwi-pi-pico", .name = "i2c-0", .scl = "GP5", .sda = "GP4"},
        {.controller = "board-pi-pico-w", .name = "i2c-1", .scl = "GP7", .sda = "GP6"},
        {.controller = "board-pi-pico-2", .name = "i2c-0", .scl = "GP5", .sda = "GP4"},
        {.controller = "wokwi-arduino-uno", .name = "i2c-0", .scl = "A5", .sda = "A4"},
        {.controller = "wokwi-arduino-uno", .name = "i2c-0", .scl = "A5.2", .sda = "A4.2"},
        {.controller = "wokwi-arduino-uno", .name = "i2c-0", .scl = "A5.2", .sda = "A4"},
        {.controller = "wokwi-arduino-nano", .name = "i2c-0", .scl = "A5", .sda = "A4"},
        {.controller = "wokwi-arduino-mega", .name = "i2c-0", .scl = "21", .sda = "20"},
        {.controller = "wokwi-arduino-mega", .name = "i2c-0", .scl = "SCL", .sda = "SDA"},
        {.controller = "board-esp32-devkit-c-v4", .name = "i2c-0", .scl = "22", .sda = "21"},
        {.controller = "board-esp32-devkit-v1", .name = "i2c-0", .scl = "D22", .sda = "D21"},
        {.controller = "wokwi-esp32-devkit-v1", .name = "i2c-0", .scl = "D22", .sda = "D21"},
    };

    (void)arg;
    for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
        struct i2c_rig_config config = boards[i];

        config.has_pull_ups = config.controller != NULL;
        i2c_rig_open(&rig, &config);
        check_text(rig.bus->name, config.name);
        check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), 0);
        check_int(i2c_rig_violations(&rig), 0);
        i2c_rig_close(&rig);
    }
    return 0;
}

TASK_TEST(a_bus_has_the_names_that_people_use)
{
    static const char *const names[] = {"i2c-1", "/dev/i2c-1", "i2c1"};

    (void)arg;
    i2c_rig_open(&rig, NULL);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct sb_i2c *bus = NULL;

        check_int(sb_board_i2c(&rig.sim.board, names[i], &bus), 0);
        check_true(bus == rig.bus);
        check_text(bus->name, "i2c-1");
    }
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_bus_that_the_board_does_not_have_is_an_error_that_says_what_it_has)
{
    static const char *const wrong[] = {"i2c-2", "i2c-", "i2c", "/dev/i2c1", "i2c-11", "", "I2C-1"};
    struct sb_i2c *bus = NULL;

    (void)arg;
    i2c_rig_open(&rig, NULL);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        check_int(sb_board_i2c(&rig.sim.board, wrong[i], &bus), -ENOENT);
    check_int(sb_board_i2c(&rig.sim.board, "i2c-2", &bus), -ENOENT);
    check_text(sb_board_error(&rig.sim.board), "board (softboard-raspberry-pi) has no I2C bus "
                                               "\"i2c-2\": it has i2c-1 and i2c-0");
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(all_who_open_a_bus_share_it_and_the_last_gives_its_pins_back)
{
    struct sb_i2c *second = NULL;
    struct sb_i2c *other = NULL;
    struct sb_pin *pin = NULL;

    (void)arg;
    i2c_rig_open(&rig, NULL);
    check_int(sb_board_i2c(&rig.sim.board, "i2c-1", &second), 0);
    check_true(second == rig.bus);
    check_int(sb_board_i2c(&rig.sim.board, "i2c-0", &other), 0);
    check_true(other != rig.bus);
    check_int(sb_i2c_probe(second, I2C_RIG_ADDRESS), 0);
    check_int(rig.bus->transfer_count, 1);
    sb_i2c_close(second);
    check_int(sb_board_pin(&rig.sim.board, "GPIO2", SB_PIN_INPUT, &pin), -EBUSY);
    check_text(sb_board_error(&rig.sim.board), "GPIO2 is used by i2c-1: close that first");
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), 0);
    sb_i2c_close(rig.bus);
    check_int(sb_board_pin(&rig.sim.board, "GPIO2", SB_PIN_INPUT, &pin), 0);
    sb_pin_close(pin);
    check_int(sb_board_i2c(&rig.sim.board, "i2c-1", &rig.bus), 0);
    check_int(rig.bus->transfer_count, 0);
    check_int(sb_i2c_probe(rig.bus, I2C_RIG_ADDRESS), 0);
    i2c_rig_close(&rig);
    return 0;
}

TASK_TEST(a_bus_needs_both_of_its_pins)
{
    static const char *const pins[] = {"GPIO0", "GPIO1"};
    struct sb_i2c *bus = NULL;
    struct sb_pin *pin = NULL;

    (void)arg;
    i2c_rig_open(&rig, NULL);
    for (int i = 0; i < 2; i++) {
        check_int(sb_board_pin(&rig.sim.board, pins[i], SB_PIN_INPUT, &pin), 0);
        check_int(sb_board_i2c(&rig.sim.board, "i2c-0", &bus), -EBUSY);
        check_true(strstr(sb_board_error(&rig.sim.board), "which is in use as a pin") != NULL);
        sb_pin_close(pin);
        check_int(sb_board_pin(&rig.sim.board, pins[!i], SB_PIN_INPUT, &pin), 0);
        sb_pin_close(pin); /* it did not keep the other one */
    }
    check_int(sb_board_i2c(&rig.sim.board, "i2c-0", &bus), 0);
    i2c_rig_close(&rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_board_has_its_buses_on_its_own_pins),
        cmocka_unit_test(a_bus_has_the_names_that_people_use),
        cmocka_unit_test(a_bus_that_the_board_does_not_have_is_an_error_that_says_what_it_has),
        cmocka_unit_test(all_who_open_a_bus_share_it_and_the_last_gives_its_pins_back),
        cmocka_unit_test(a_bus_needs_both_of_its_pins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
