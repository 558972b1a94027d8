/* SPDX-License-Identifier: MIT */
/*
 * The real board on an emulated Raspberry Pi 3: the drivers of its own chips (pinctrl-bcm2835, i2c-bcm2835, PL011)
 * under our pins, buses and ports. QEMU's chip has no pulls and reports no edges. With an argument it only looks
 * whether the programs before it have let go of everything.
 */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "drivers/htu21d.h"
#include "lib/task.h"
#include "lib/timeout.h"

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_open_board(&rig, RIG_CONSUMER);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_close_board(&rig);
    return 0;
}

/* ---- pins */

static void the_pi_is_known_by_its_chip(void **state)
{
    (void)state;
    assert_true(sb_linux_board_is_present());
    assert_string_equal(rig_pin(&rig, "J8:11", SB_PIN_INPUT)->name, "GPIO17");
    assert_string_equal(rig_pin(&rig, "SDA1", SB_PIN_INPUT)->name, "GPIO2");
}

static void an_output_is_what_its_register_says(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO21", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);

    (void)state;
    assert_int_equal(sb_pin_read(pin), 1);
    assert_int_equal(sb_pin_write(pin, false), 0);
    assert_int_equal(sb_pin_read(pin), 0);
    assert_int_equal(sb_pin_toggle(pin), 0);
    assert_int_equal(sb_pin_read(pin), 1);
}

static void pulls_and_drives_are_taken(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO20", SB_PIN_INPUT | SB_PIN_PULL_UP);

    (void)state;
    assert_int_equal(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_DOWN), 0);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN), 0);
    assert_int_equal(sb_pin_read(pin), 0);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW), 0);
    assert_int_equal(sb_pin_read(pin), 0);
}

/* By the chip's registers: what the kernel tells of a line that nobody uses may be out of date. */
static bool register_says(const char *line, const char *words)
{
    FILE *file = fopen("/sys/kernel/debug/pinctrl/3f200000.gpio-pinctrl-bcm2835/pins", "re");
    char text[200];
    bool is_said = false;

    assert_non_null(file);
    while (!is_said && fgets(text, sizeof(text), file) != NULL)
        is_said = strstr(text, line) != NULL && strstr(text, words) != NULL;
    fclose(file);
    return is_said;
}

/* Linux 6.12 can, and is told so by tests/pi/run, as Raspberry Pi OS is by itself. */
static bool driver_keeps_outputs(void)
{
    FILE *file = fopen("/sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs", "re");
    bool is_kept = file != NULL && fgetc(file) == 'Y';

    if (file != NULL)
        fclose(file);
    return is_kept;
}

static void an_output_that_is_given_back_is_an_input_unless_the_driver_keeps_it(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO16", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);

    (void)state;
    assert_true(register_says("(gpio16)", "gpio_out in hi"));
    sb_pin_close(pin);
    assert_true(register_says("(gpio16)", driver_keeps_outputs() ? "gpio_out in hi" : "gpio_in"));
}

static int wait_100_ms(void *arg)
{
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, 100);
    return sb_timeout_end(&timeout, sb_pin_wait_edge(arg, SB_EDGE_BOTH, NULL));
}

static void an_input_can_be_watched_though_no_edge_comes_here(void **state)
{
    (void)state;
    assert_int_equal(rig_run(&rig, wait_100_ms, rig_pin(&rig, "GPIO27", SB_PIN_INPUT)), -ETIMEDOUT);
}

/* ---- buses and ports */

static int read_sensor(void *arg)
{
    struct sb_htu21d_config config = {.bus = arg};
    struct sb_htu21d_sample sample = {0};
    struct sb_htu21d sensor;
    int rc = sb_htu21d_init(&sensor, &config);

    if (rc == 0)
        rc = sb_htu21d_read(&sensor, &sample);
    if (rc < 0)
        return rc;
    return sample.temperature_mdegc == 21812 && sample.humidity_mrh / 10 == 4844 ? 0 : -EBADMSG;
}

static void a_sensor_is_read_on_the_bus(void **state)
{
    struct sb_i2c *bus = NULL;

    (void)state;
    assert_int_equal(sb_board_i2c(&rig.board.board, "i2c-1", &bus), 0);
    assert_int_equal(rig_run(&rig, read_sensor, bus), 0);
    assert_int_equal(bus->nack_count, 0);
    sb_i2c_close(bus);
}

static int probe_41h(void *arg)
{
    return sb_i2c_probe(arg, 0x41);
}

static void an_absent_address_is_no_answer(void **state)
{
    struct sb_i2c *bus = NULL;

    (void)state;
    assert_int_equal(sb_board_i2c(&rig.board.board, "i2c-1", &bus), 0);
    assert_int_equal(rig_run(&rig, probe_41h, bus), -ENXIO);
    sb_i2c_close(bus);
}

static void a_serial_port_is_opened_once(void **state)
{
    struct sb_stream *first = NULL;
    struct sb_stream *second = NULL;

    (void)state;
    assert_int_equal(sb_board_stream(&rig.board.board, "serial0", 9600, &first), 0);
    assert_int_equal(sb_board_stream(&rig.board.board, "serial0", 9600, &second), -EBUSY);
    sb_stream_close(first);
    assert_int_equal(sb_board_stream(&rig.board.board, "serial0", 115200, &first), 0);
    sb_stream_close(first);
}

/* ---- afterwards */

static void note_user(const char *name, unsigned offset, const char *consumer, void *arg)
{
    (void)name;
    (void)offset;
    if (strcmp(consumer, "station") == 0 || strcmp(consumer, "thermometer") == 0)
        ++*(unsigned *)arg;
}

static void every_line_is_given_back(void **state)
{
    unsigned count = 0;

    (void)state;
    (void)sb_linux_board_for_each_line(&rig.board, note_user, &count);
    assert_int_equal(count, 0);
}

static void the_port_is_given_back(void **state)
{
    struct sb_stream *stream = NULL;

    (void)state;
    assert_int_equal(sb_board_stream(&rig.board.board, "serial0", 9600, &stream), 0);
    sb_stream_close(stream);
}

int main(int argc, char **argv)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_RIG(the_pi_is_known_by_its_chip),
        ON_RIG(an_output_is_what_its_register_says),
        ON_RIG(pulls_and_drives_are_taken),
        ON_RIG(an_output_that_is_given_back_is_an_input_unless_the_driver_keeps_it),
        ON_RIG(an_input_can_be_watched_though_no_edge_comes_here),
        ON_RIG(a_sensor_is_read_on_the_bus),
        ON_RIG(an_absent_address_is_no_answer),
        ON_RIG(a_serial_port_is_opened_once),
    };
    const struct CMUnitTest afterwards[] = {
        ON_RIG(every_line_is_given_back),
        ON_RIG(the_port_is_given_back),
    };

    (void)argv;
    return argc > 1 ? cmocka_run_group_tests(afterwards, NULL, NULL)
                    : cmocka_run_group_tests(tests, NULL, NULL);
}
