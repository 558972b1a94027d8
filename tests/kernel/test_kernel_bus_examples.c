/* SPDX-License-Identifier: MIT */
/*
 * The examples that need an I2C sensor, on a real kernel's bus with the simulation's model of it at the other end; the station
 * with all that belongs to it. Each is a process of its own.
 *
 *   test_kernel_bus_examples BUILD
 */
#include "tests/kernel/kernel_rig.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/contract/outside_fd.h"
#include "tests/fake_log.h"
#include "tests/kernel/guest_child.h"
#include "tests/kernel/i2c_htu21d.h"

#define LOG      "/run/gpio.log"
#define CTL      "/run/gpio.ctl"
#define ON_CHIP  "LD_PRELOAD=tests/gpiofake.so GPIOFAKE_LOG=" LOG " GPIOFAKE_CTL=" CTL " "
#define SERIAL   "/dev/serial0"
#define TTY_PLUG "/dev/softboard-tty"
#define STUB     "/dev/i2c-0"
#define STUB_SYS "/sys/bus/i2c/devices/i2c-0/"

static struct guest_child child;
static struct i2c_htu21d sensor;

static void pass_ms(unsigned ms)
{
    rig_block_us(ms * 1000);
}

static void assert_holds(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("no \"%s\" in:\n%s%s", words, text, child.err);
}

static void thermometer_measures_and_warns(void **state)
{
    struct gpiosim chip;

    (void)state;
    gpiosim_open(&chip, "pi", RIG_LABEL, RIG_LINE_COUNT, NULL);
    i2c_htu21d_open(&sensor);
    guest_child_start(&child, "examples/thermometer --backend linux --for 25s");
    pass_ms(5000);
    assert_int_equal(gpiosim_value(&chip, 17), 0);
    sensor.model.temperature_c = 35.0;
    pass_ms(10000);
    assert_int_equal(gpiosim_value(&chip, 17), 1);
    guest_child_end(&child);
    i2c_htu21d_close(&sensor);
    gpiosim_close(&chip);
    guest_child_assert_status(&child, 0);
    assert_holds(child.out, "21.50");
    assert_holds(child.out, "%RH, dew point ");
    assert_holds(child.out, "35.00");
}

/* Nobody answers at the sensor's address. */
static void thermometer_goes_on_without_its_sensor(void **state)
{
    static struct i2c_device *const devices[] = {NULL};
    struct gpiosim chip;
    struct i2c_outside bus;

    (void)state;
    gpiosim_open(&chip, "pi", RIG_LABEL, RIG_LINE_COUNT, NULL);
    i2c_outside_open(&bus, devices);
    guest_child_run(&child, "examples/thermometer --backend linux --for 25s");
    i2c_outside_close(&bus);
    gpiosim_close(&chip);
    guest_child_assert_status(&child, 0);
    assert_holds(child.out, "no measurement: 1 failed so far\n");
}

/* The kernel's i2c-stub knows SMBus only, and asks whether a driver has the address; a Pi's adapter does neither. */
static void thermometer_says_what_its_bus_lacks_and_who_has_its_sensor(void **state)
{
    struct gpiosim chip;

    (void)state;
    if (rig_find_i2c_stub() != 0 || access("/dev/i2c-1", F_OK) == 0)
        skip(); /* the example's own bus is one of another kind here */
    gpiosim_open(&chip, "pi", RIG_LABEL, RIG_LINE_COUNT, NULL);
    assert_int_equal(symlink(STUB, "/dev/i2c-1"), 0);
    guest_child_run(&child, "examples/thermometer --backend linux --for 5s");
    guest_child_assert_status(&child, 0);
    assert_holds(child.out,
                 "no measurement: 1 failed so far: i2c-1: its adapter knows SMBus only, ");
    rig_write_file(STUB_SYS "new_device", "dummy 0x40");
    guest_child_run(&child, "examples/thermometer --backend linux --for 5s");
    rig_write_file(STUB_SYS "delete_device", "0x40");
    assert_int_equal(unlink("/dev/i2c-1"), 0);
    gpiosim_close(&chip);
    guest_child_assert_status(&child, 0);
    assert_holds(child.out, "no measurement: 1 failed so far: i2c-1: the kernel's driver 'dummy' "
                            "has the device at 40h (dummy): take its overlay");
    assert_holds(child.out,
                 "unbind it: echo 0-0040 | sudo tee /sys/bus/i2c/drivers/dummy/unbind\n");
}

static void say(const char *text)
{
    assert_int_equal(write(outside_fd(), text, strlen(text)), strlen(text));
}

static void button(int ctl, int level)
{
    char text[16];
    int length = snprintf(text, sizeof(text), "27 %d\n", level);

    assert_int_equal(write(ctl, text, (size_t)length), length);
    pass_ms(500);
}

static const struct fake_log_lcd lcd = {
    .rs = 26, .e = 19, .d4 = 13, .d5 = 6, .d6 = 5, .d7 = 11, .columns = 20, .rows = 4};

static void station_shows_time_place_and_climate(void **state)
{
    static char text[65536];
    unsigned flashes;
    int plug_fd = open(TTY_PLUG, O_RDWR | O_CLOEXEC);
    int ctl;

    (void)state;
    assert_true(plug_fd >= 0);
    assert_int_equal(symlink("/dev/ttySB0", SERIAL), 0);
    assert_int_equal(mkfifo(CTL, 0600), 0);
    ctl = open(CTL, O_RDWR | O_CLOEXEC);
    i2c_htu21d_open(&sensor);
    outside_fd_take_tty(open("/dev/ttySB1", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), B9600);
    guest_child_start(&child, ON_CHIP "examples/station --backend linux --for 15s");
    pass_ms(2000);
    say("$GPRMC,081836,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*62\r\n");
    pass_ms(1000);
    say("$GPRMC,081837,A,3751.65,S,14507.36,E,000.0,360.0,130998,011.3,E*63\r\n");
    pass_ms(2000);
    for (int i = 0; i < 2; i++) { /* two pages on */
        button(ctl, 0);
        button(ctl, 1);
    }
    guest_child_end(&child);
    outside_fd_close();
    i2c_htu21d_close(&sensor);
    close(plug_fd);
    close(ctl);
    (void)unlink(CTL);
    (void)unlink(SERIAL);
    guest_child_assert_status(&child, 0);
    assert_true(fake_log_texts(LOG, &lcd, text, sizeof(text)) > 200);
    assert_holds(text, "Sun 1998-09-13     #\n08:18:37 UTC        \n37.860833* S        \n");
    assert_holds(text, "Temperature 21.5 *C#\nHumidity    48.0 %  \n");
    flashes = fake_log_changes(LOG, 17, NULL, 0) / 2; /* the first change is to low */
    assert_in_range(flashes, 1, 2);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thermometer_measures_and_warns),
        cmocka_unit_test(thermometer_goes_on_without_its_sensor),
        cmocka_unit_test(thermometer_says_what_its_bus_lacks_and_who_has_its_sensor),
        cmocka_unit_test(station_shows_time_place_and_climate),
    };

    rig_need_gpiosim();
    if (argc > 1)
        guest_child_set_folder(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
