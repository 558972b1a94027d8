/* SPDX-License-Identifier: MIT */
/* Pins on a real kernel: levels, pulls and drives as its own chip sees them; who uses a line; which chip. */
#include "tests/kernel/kernel_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_open(&rig);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rig_close(&rig);
    return 0;
}

/* ---- levels */

static void an_output_begins_with_its_value_and_drives_the_line(void **state)
{
    struct sb_pin *led = rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);

    (void)state;
    assert_int_equal(gpiosim_value(&rig.sim, 17), 1);
    assert_int_equal(sb_pin_write(led, false), 0);
    assert_int_equal(gpiosim_value(&rig.sim, 17), 0);
    assert_int_equal(sb_pin_toggle(led), 0);
    assert_int_equal(gpiosim_value(&rig.sim, 17), 1);
    assert_int_equal(sb_pin_read(led), 1);
    gpiosim_pull(&rig.sim, 17, false);
    assert_int_equal(sb_pin_read(led), 1);
}

static void an_output_without_a_value_begins_low(void **state)
{
    (void)state;
    gpiosim_pull(&rig.sim, 17, true);
    (void)rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT);
    assert_int_equal(gpiosim_value(&rig.sim, 17), 0);
}

static void an_input_follows_what_the_outside_does(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO22", SB_PIN_INPUT);

    (void)state;
    gpiosim_pull(&rig.sim, 22, true);
    assert_int_equal(sb_pin_read(pin), 1);
    gpiosim_pull(&rig.sim, 22, false);
    assert_int_equal(sb_pin_read(pin), 0);
    assert_int_equal(sb_pin_write(pin, true), -EPERM);
}

static void active_low_turns_values_not_levels(void **state)
{
    struct sb_pin *led = rig_pin(&rig, "GPIO18",
                                 SB_PIN_OUTPUT | SB_PIN_ACTIVE_LOW | SB_PIN_INITIAL_TRUE);
    struct sb_pin *button = rig_pin(&rig, "GPIO27", SB_PIN_INPUT | SB_PIN_ACTIVE_LOW);

    (void)state;
    assert_int_equal(gpiosim_value(&rig.sim, 18), 0);
    assert_int_equal(sb_pin_write(led, false), 0);
    assert_int_equal(gpiosim_value(&rig.sim, 18), 1);
    gpiosim_pull(&rig.sim, 27, false);
    assert_int_equal(sb_pin_read(button), 1);
    gpiosim_pull(&rig.sim, 27, true);
    assert_int_equal(sb_pin_read(button), 0);
}

static void the_chip_pulls_as_it_is_told(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO4", SB_PIN_INPUT | SB_PIN_PULL_UP);

    (void)state;
    assert_int_equal(gpiosim_pulled(&rig.sim, 4), 1);
    assert_int_equal(sb_pin_read(pin), 1);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_DOWN), 0);
    assert_int_equal(gpiosim_pulled(&rig.sim, 4), 0);
    assert_int_equal(sb_pin_read(pin), 0);
}

static void an_open_drain_lets_go_for_high(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO5",
                                 SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_INITIAL_TRUE);

    (void)state;
    gpiosim_pull(&rig.sim, 5, true);
    assert_int_equal(gpiosim_value(&rig.sim, 5), 1);
    gpiosim_pull(&rig.sim, 5, false); /* another one on the wire holds it low */
    assert_int_equal(gpiosim_value(&rig.sim, 5), 0);
    assert_int_equal(sb_pin_read(pin), 0);
    gpiosim_pull(&rig.sim, 5, true);
    assert_int_equal(sb_pin_write(pin, false), 0);
    assert_int_equal(gpiosim_value(&rig.sim, 5), 0);
    assert_int_equal(sb_pin_write(pin, true), 0);
    assert_int_equal(gpiosim_value(&rig.sim, 5), 1);
}

static void an_open_source_lets_go_for_low(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO6", SB_PIN_OUTPUT | SB_PIN_OPEN_SOURCE);

    (void)state;
    gpiosim_pull(&rig.sim, 6, true);
    assert_int_equal(sb_pin_read(pin), 1);
    gpiosim_pull(&rig.sim, 6, false);
    assert_int_equal(sb_pin_write(pin, true), 0);
    assert_int_equal(gpiosim_value(&rig.sim, 6), 1);
}

static void a_pin_changes_direction_and_back(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO23", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);

    (void)state;
    gpiosim_pull(&rig.sim, 23, false);
    assert_int_equal(gpiosim_value(&rig.sim, 23), 1);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_INPUT), 0);
    assert_int_equal(gpiosim_value(&rig.sim, 23), 0);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE), 0);
    assert_int_equal(gpiosim_value(&rig.sim, 23), 1);
}

/* ---- who uses a line */

/* What the kernel says of a line when it is asked without libgpiod. */
static struct gpio_v2_line_info kernel_says(unsigned offset)
{
    struct gpio_v2_line_info info = {.offset = offset};
    char path[32];
    int fd;

    snprintf(path, sizeof(path), "/dev/%s", rig.sim.chip);
    fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(ioctl(fd, GPIO_V2_GET_LINEINFO_IOCTL, &info), 0);
    close(fd);
    return info;
}

static unsigned count_of_ours(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < RIG_LINE_COUNT; i++)
        count += strcmp(kernel_says(i).consumer, RIG_CONSUMER) == 0;
    return count;
}

static void the_kernel_knows_the_consumer_until_the_pin_is_closed(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, RIG_LED_NAME, SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);
    struct gpio_v2_line_info info = kernel_says(RIG_LED_OFFSET);

    (void)state;
    assert_string_equal(info.name, RIG_LED_NAME);
    assert_string_equal(info.consumer, RIG_CONSUMER);
    assert_int_equal(info.flags, GPIO_V2_LINE_FLAG_USED | GPIO_V2_LINE_FLAG_OUTPUT);
    assert_int_equal(count_of_ours(), 1);
    sb_pin_close(pin);
    info = kernel_says(RIG_LED_OFFSET);
    assert_string_equal(info.consumer, "");
    assert_int_equal(info.flags & GPIO_V2_LINE_FLAG_USED, 0);
}

static void closing_the_board_releases_every_line(void **state)
{
    (void)state;
    (void)rig_pin(&rig, RIG_LED_NAME, SB_PIN_INPUT);
    (void)rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT);
    assert_int_equal(count_of_ours(), 2);
    rig_close_board(&rig);
    assert_int_equal(count_of_ours(), 0);
    rig_open_board(&rig, RIG_CONSUMER);
}

static void a_line_of_the_kernels_own_is_busy_by_its_name(void **state)
{
    (void)state;
    assert_int_equal(rig_try_pin(&rig, "GPIO8", SB_PIN_INPUT), -EBUSY);
    rig_assert_error(&rig, "GPIO8 is used by '" RIG_BUSY_USER "'");
}

static void a_line_of_another_program_is_busy_by_its_name(void **state)
{
    static struct rig other;
    struct sb_pin *theirs;

    (void)state;
    rig_close_board(&rig);
    rig_open_board(&other, "other program");
    theirs = rig_pin(&other, "GPIO17", SB_PIN_OUTPUT);
    (void)theirs;
    sb_loop_deinit(&other.loop); /* one loop a thread */
    rig_open_board(&rig, RIG_CONSUMER);
    assert_int_equal(rig_try_pin(&rig, "GPIO17", SB_PIN_INPUT), -EBUSY);
    rig_assert_error(&rig, "GPIO17 is used by 'other program': end that program");
    sb_linux_board_close(&other.board);
    assert_int_equal(rig_try_pin(&rig, "GPIO17", SB_PIN_INPUT), 0);
    sb_stacks_mmap_deinit(&other.stacks);
    sb_workers_uv_deinit(&other.workers);
    sb_clock_uv_deinit(&other.clock);
}

/* ---- which chip */

static struct gpiosim expander;

static void the_header_is_found_by_its_label_among_others(void **state)
{
    struct sb_pin *pin;

    (void)state;
    gpiosim_open(&expander, "expander", "raspberrypi-exp-gpio", 8, NULL);
    rig_open(&rig);
    assert_string_not_equal(rig.sim.chip, "gpiochip0");
    pin = rig_pin(&rig, "J8:11", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);
    assert_string_equal(pin->name, "GPIO17");
    assert_int_equal(gpiosim_value(&rig.sim, 17), 1);
    rig_close(&rig);
    gpiosim_close(&expander);
}

static void try_board(const struct sb_linux_config *config, int rc, const char *words)
{
    assert_int_equal(sb_clock_uv_init(&rig.clock), 0);
    sb_linux_board_open(&rig.board, &rig.clock, config);
    assert_int_equal(sb_linux_board_open_chip(&rig.board), rc);
    if (rc < 0)
        rig_assert_error(&rig, words);
    sb_linux_board_close(&rig.board);
    sb_clock_uv_deinit(&rig.clock);
}

static void without_a_header_the_error_names_the_chips_that_there_are(void **state)
{
    (void)state;
    gpiosim_open(&expander, "expander", "a-test-expander", 8, NULL);
    try_board(&(struct sb_linux_config){.chip = NULL}, -ENODEV, "a-test-expander");
    try_board(&(struct sb_linux_config){.chip = "a-test-expander"}, 0, "");
    try_board(&(struct sb_linux_config){.chip = "another"}, -ENODEV, "no GPIO chip \"another\"");
    gpiosim_close(&expander);
}

static void the_header_is_seen_as_long_as_it_is_there(void **state)
{
    (void)state;
    gpiosim_open(&rig.sim, "pi", RIG_LABEL, RIG_LINE_COUNT, NULL);
    assert_true(sb_linux_board_is_present());
    gpiosim_close(&rig.sim);
    assert_false(sb_linux_board_is_present());
}

int main(void)
{
#define ON_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_RIG(an_output_begins_with_its_value_and_drives_the_line),
        ON_RIG(an_output_without_a_value_begins_low),
        ON_RIG(an_input_follows_what_the_outside_does),
        ON_RIG(active_low_turns_values_not_levels),
        ON_RIG(the_chip_pulls_as_it_is_told),
        ON_RIG(an_open_drain_lets_go_for_high),
        ON_RIG(an_open_source_lets_go_for_low),
        ON_RIG(a_pin_changes_direction_and_back),
        ON_RIG(the_kernel_knows_the_consumer_until_the_pin_is_closed),
        ON_RIG(closing_the_board_releases_every_line),
        ON_RIG(a_line_of_the_kernels_own_is_busy_by_its_name),
        ON_RIG(a_line_of_another_program_is_busy_by_its_name),
        cmocka_unit_test(the_header_is_found_by_its_label_among_others),
        cmocka_unit_test(without_a_header_the_error_names_the_chips_that_there_are),
        cmocka_unit_test(the_header_is_seen_as_long_as_it_is_there),
    };

    rig_need_gpiosim();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
