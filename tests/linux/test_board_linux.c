/* SPDX-License-Identifier: MIT */
/* The real board, on a fake chip: which pin a name means, and what is said when something is not there. */
#include "tests/linux/gpio_rig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "hal-linux/lines_linux.h"

static struct rig rig;

static int set_up(void **state)
{
    (void)state;
    rig_open(&rig);
    return 0;
}

static int tear_down(void **state)
{
    static const char *const variables[] = {
        "GPIOFAKE_BUSY",   "GPIOFAKE_LABEL",     "GPIOFAKE_EACCES",   "GPIOFAKE_NO_BIAS",
        "GPIOFAKE_ABSENT", "GPIOFAKE_NO_OUTPUT", "GPIOFAKE_NO_EDGES", "GPIOFAKE_NO_INTERRUPT"};

    (void)state;
    rig_close(&rig);
    for (unsigned i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
        unsetenv(variables[i]);
    return 0;
}

static int try_pin(const char *name, unsigned flags)
{
    struct sb_pin *pin = NULL;
    int rc = sb_board_pin(&rig.board.board, name, flags, &pin);

    sb_pin_close(pin);
    return rc;
}

/* ---- names */

static void a_pin_has_many_names(void **state)
{
    static const char *const names[] = {"GPIO17", "gpio17", "17", "BCM17", "J8:11", "BOARD11"};

    (void)state;
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct sb_pin *pin = rig_pin(&rig, names[i], SB_PIN_INPUT);
        assert_string_equal(pin->name, "GPIO17");
        sb_pin_close(pin);
    }
}

static void the_chips_own_names_are_good_too(void **state)
{
    (void)state;
    assert_string_equal(rig_pin(&rig, "ID_SDA", SB_PIN_INPUT)->name, "GPIO0");
    assert_string_equal(rig_pin(&rig, "STATUS_LED", SB_PIN_INPUT)->name, "STATUS_LED");
    assert_string_equal(rig_pin(&rig, "GPIO30", SB_PIN_INPUT)->name, "GPIO30");
}

static void an_unknown_name_brings_the_nearest(void **state)
{
    (void)state;
    assert_int_equal(try_pin("GPO17", SB_PIN_INPUT), -ENOENT);
    rig_assert_error(&rig, "pinctrl-bcm2835 has no pin \"GPO17\": did you mean \"GPIO17\"?");
    assert_int_equal(try_pin("GP15", SB_PIN_INPUT), -ENOENT);
    rig_assert_error(&rig, "did you mean \"GPIO15\"?");
    assert_int_equal(try_pin("STATUSLED", SB_PIN_INPUT), -ENOENT);
    rig_assert_error(&rig, "did you mean \"STATUS_LED\"?");
    assert_int_equal(try_pin("thermometer", SB_PIN_INPUT), -ENOENT);
    rig_assert_error(&rig, "has no pin \"thermometer\": --list-pins lists them");
}

static void a_pin_by_number_may_be_the_headers_or_a_gpio(void **state)
{
    (void)state;
    assert_int_equal(try_pin("PIN11", SB_PIN_INPUT), -ENOENT);
    rig_assert_error(&rig, "has no pin \"PIN11\": did you mean \"GPIO11\", or \"J8:11\" (GPIO17)?");
    assert_int_equal(try_pin("pin_40", SB_PIN_INPUT), -ENOENT);
    rig_assert_error(&rig,
                     "has no pin \"pin_40\": did you mean \"GPIO40\", or \"J8:40\" (GPIO21)?");
    assert_int_equal(try_pin("PIN9", SB_PIN_INPUT), -ENOENT);
    rig_assert_error(&rig, "has no pin \"PIN9\": did you mean \"GPIO9\"?");
}

static void power_and_ground_are_no_pins(void **state)
{
    (void)state;
    assert_int_equal(try_pin("J8:6", SB_PIN_OUTPUT), -EINVAL);
    rig_assert_error(&rig, "J8:6 is no pin that a program can use");
}

/* ---- errors of pins */

static void a_busy_pin_names_who_uses_it(void **state)
{
    (void)state;
    setenv("GPIOFAKE_BUSY", "8=spi0 CS0,17=other program", 1);
    assert_int_equal(try_pin("17", SB_PIN_OUTPUT), -EBUSY);
    rig_assert_error(&rig, "GPIO17 is used by 'other program': end that program");
    assert_int_equal(try_pin("GPIO8", SB_PIN_OUTPUT), -EBUSY);
    rig_assert_error(&rig, "GPIO8 is used by 'spi0 CS0'");
}

static void a_pin_is_opened_once(void **state)
{
    (void)state;
    (void)rig_pin(&rig, "GPIO17", SB_PIN_INPUT);
    assert_int_equal(try_pin("J8:11", SB_PIN_INPUT), -EBUSY);
    rig_assert_error(&rig, "GPIO17 is in use already: close it first, or share the handle");
}

static void a_pull_that_the_chip_lacks_is_refused(void **state)
{
    (void)state;
    setenv("GPIOFAKE_NO_BIAS", "1", 1);
    assert_int_equal(try_pin("GPIO17", SB_PIN_INPUT | SB_PIN_PULL_UP), -ENOTSUP);
    rig_assert_error(&rig, "GPIO17: this chip or its kernel has no pull-up");
    assert_int_equal(try_pin("GPIO17", SB_PIN_INPUT), 0);
}

/* The kernel says EINVAL to all of these. */
static void what_is_refused_for_another_reason_is_not_put_on_the_pull(void **state)
{
    (void)state;
    setenv("GPIOFAKE_NO_OUTPUT", "1", 1);
    assert_int_equal(try_pin("GPIO17", SB_PIN_OUTPUT | SB_PIN_PULL_UP), -EINVAL);
    rig_assert_error(&rig, "GPIO17: the kernel refuses it: Invalid argument");
    assert_int_equal(try_pin("GPIO17", SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN), -EINVAL);
    rig_assert_error(&rig, "GPIO17: the kernel refuses it: Invalid argument");
    assert_int_equal(try_pin("GPIO17", SB_PIN_INPUT | SB_PIN_PULL_UP), 0);
}

static void a_pull_is_told_from_other_causes_without_driving_anything(void **state)
{
    (void)state;
    setenv("GPIOFAKE_NO_BIAS", "1", 1);
    assert_int_equal(
        try_pin("GPIO17", SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_PULL_UP | SB_PIN_INITIAL_TRUE),
        -ENOTSUP);
    rig_assert_error(&rig, "GPIO17: this chip or its kernel has no pull-up");
    assert_null(strstr(rig_log(17), "output"));
    assert_int_equal(try_pin("GPIO17", SB_PIN_OUTPUT), 0); /* the line is nobody's */
}

static void a_change_that_is_refused_for_another_reason_is_not_put_on_the_pull(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO17", SB_PIN_INPUT);

    (void)state;
    setenv("GPIOFAKE_NO_OUTPUT", "1", 1);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_PULL_UP), -EINVAL);
    rig_assert_error(&rig, "GPIO17: the kernel refuses it: Invalid argument");
    assert_int_equal(sb_pin_read(pin), 0); /* without the pull-up */
}

static void an_output_stays_one_while_it_is_asked_whether_there_are_pulls(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT | SB_PIN_INITIAL_TRUE);

    (void)state;
    setenv("GPIOFAKE_NO_BIAS", "1", 1);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_UP), -ENOTSUP);
    rig_assert_error(&rig, "GPIO17: this chip or its kernel has no pull-up");
    assert_int_equal(sb_pin_write(pin, false), 0);
    assert_null(strstr(rig_log(17), "input"));
}

static void on_no_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    (void)edge;
    (void)arg;
}

static void edges_that_the_chip_lacks_are_not_put_on_the_pull(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO17", SB_PIN_INPUT | SB_PIN_PULL_UP);
    struct sb_pin_watch watch;

    (void)state;
    setenv("GPIOFAKE_NO_EDGES", "1", 1);
    assert_int_equal(sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, on_no_edge, NULL), -EINVAL);
    rig_assert_error(&rig, "GPIO17: the kernel refuses it: Invalid argument");
    assert_int_equal(sb_pin_read(pin), 1);
}

static void a_line_without_an_interrupt_is_not_a_chip_that_is_gone(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO17", SB_PIN_INPUT);
    struct sb_pin_watch watch;

    (void)state;
    setenv("GPIOFAKE_NO_INTERRUPT", "1", 1);
    assert_int_equal(sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, on_no_edge, NULL), -ENOTSUP);
    rig_assert_error(&rig, "GPIO17 has no interrupt, so its edges cannot be heard: read it now");
    assert_int_equal(sb_pin_read(pin), 0);
}

static void a_pin_keeps_its_line_when_a_change_fails(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO17", SB_PIN_INPUT);

    (void)state;
    setenv("GPIOFAKE_NO_BIAS", "1", 1);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_UP), -ENOTSUP);
    assert_int_equal(sb_pin_read(pin), 0);
}

static void flags_that_contradict_each_other_are_refused(void **state)
{
    (void)state;
    assert_int_equal(try_pin("GPIO17", SB_PIN_INPUT | SB_PIN_OUTPUT), -EINVAL);
    rig_assert_error(&rig, "GPIO17: these flags contradict each other");
    assert_int_equal(try_pin("GPIO17", SB_PIN_OUTPUT), 0);
}

/* ---- errors of chips */

/* Opens the chip of another board; returns what that did, its error in the rig's board. */
static int open_other(const char *chip)
{
    struct sb_linux_board other;
    int rc;

    sb_linux_board_open(&other, &rig.clock, &(struct sb_linux_config){.chip = chip});
    rc = sb_linux_board_open_chip(&other);
    memcpy(rig.board.board.error, other.board.error, sizeof(other.board.error));
    sb_linux_board_close(&other);
    return rc;
}

static void a_program_without_pins_needs_no_chip(void **state)
{
    struct sb_linux_board other;
    struct sb_pin *pin;

    (void)state;
    setenv("GPIOFAKE_ABSENT", "1", 1);
    sb_linux_board_open(&other, &rig.clock, &(struct sb_linux_config){.consumer = "test"});
    assert_int_equal(sb_board_pin(&other.board, "GPIO17", SB_PIN_INPUT, &pin), -ENODEV);
    assert_non_null(strstr(sb_board_error(&other.board), "no GPIO header: "));
    unsetenv("GPIOFAKE_ABSENT"); /* it is looked for again */
    assert_int_equal(sb_board_pin(&other.board, "GPIO17", SB_PIN_INPUT, &pin), 0);
    sb_linux_board_close(&other);
}

static void no_chip_is_no_header(void **state)
{
    (void)state;
    setenv("GPIOFAKE_ABSENT", "1", 1);
    assert_false(sb_linux_board_is_present());
    assert_int_equal(open_other(NULL), -ENODEV);
    rig_assert_error(&rig, "no GPIO header: ");
    rig_assert_error(&rig, "use --backend sim");
}

static void a_foreign_chip_is_no_header_but_may_be_named(void **state)
{
    (void)state;
    setenv("GPIOFAKE_LABEL", "INT3450:00", 1);
    assert_false(sb_linux_board_is_present());
    assert_int_equal(open_other(NULL), -ENODEV);
    rig_assert_error(&rig, "(INT3450:00) none is a Raspberry Pi's");
    assert_int_equal(open_other("INT3450:00"), 0);
    assert_int_equal(open_other("gpiochip0"), 0);
    assert_int_equal(open_other("/dev/gpiochip0"), 0);
    assert_int_equal(open_other("pinctrl-rp1"), -ENODEV);
    rig_assert_error(&rig, "no GPIO chip \"pinctrl-rp1\"");
}

static void each_header_chip_is_known(void **state)
{
    static const char *const labels[] = {"pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"};

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        setenv("GPIOFAKE_LABEL", labels[i], 1);
        assert_true(sb_linux_board_is_present());
        assert_int_equal(open_other(NULL), 0);
    }
}

static void without_permission_the_group_is_named(void **state)
{
    (void)state;
    setenv("GPIOFAKE_EACCES", "1", 1);
    assert_true(sb_linux_board_is_present());
    assert_int_equal(open_other(NULL), -EACCES);
    rig_assert_error(&rig, "no permission for /dev/gpiochip0");
    rig_assert_error(&rig, "sudo usermod -aG gpio $USER");
}

static void a_foreign_chip_that_may_not_be_opened_is_no_header(void **state)
{
    (void)state;
    setenv("GPIOFAKE_EACCES", "1", 1);
    setenv("GPIOFAKE_LABEL", "INT3450:00", 1);
    assert_false(sb_linux_board_is_present());
    assert_int_equal(open_other(NULL), -EACCES);
}

/* ---- the list */

static char list[4096];

static void add_line(const char *name, unsigned offset, const char *consumer, void *arg)
{
    char *end = list + strlen(list);

    (void)arg;
    if (offset < 2 || offset == 17 || offset == 18 || offset == 42)
        snprintf(end, sizeof(list) - strlen(list), "%s=%s ", name, consumer);
}

static void lines_are_listed_with_who_uses_them(void **state)
{
    (void)state;
    list[0] = '\0';
    setenv("GPIOFAKE_BUSY", "18=lirc", 1);
    (void)rig_pin(&rig, "GPIO17", SB_PIN_OUTPUT);
    assert_int_equal(sb_linux_board_for_each_line(&rig.board, add_line, NULL), 0);
    assert_string_equal(list, "GPIO0= GPIO1= GPIO17=test GPIO18=lirc STATUS_LED= ");
}

static unsigned flags_of(unsigned offset)
{
    struct sb_linux_line line;

    sb_linux_board_line(&rig.board, offset, &line);
    return line.flags;
}

static void what_the_kernel_tells_of_a_line_is_how_it_is_set(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO17", SB_PIN_INPUT | SB_PIN_PULL_UP);

    (void)state;
    assert_int_equal(flags_of(17), SB_PIN_INPUT | SB_PIN_PULL_UP);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_INPUT), 0);
    assert_int_equal(flags_of(17), SB_PIN_INPUT);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_PULL_AS_IS), 0);
    assert_int_equal(flags_of(17), SB_PIN_INPUT | SB_PIN_PULL_AS_IS);
    assert_int_equal(sb_pin_configure(pin, SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN), 0);
    assert_int_equal(flags_of(17), SB_PIN_OUTPUT | SB_PIN_OPEN_DRAIN | SB_PIN_PULL_AS_IS);
}

static void debouncing_is_asked_of_the_kernel(void **state)
{
    struct sb_pin *pin = rig_pin(&rig, "GPIO17", SB_PIN_INPUT);
    int rc = sb_pin_set_debounce_us(pin, 5000);
    struct sb_linux_line line;

    (void)state;
    sb_linux_board_line(&rig.board, 17, &line);
    if (SB_HAVE_GPIOD == 2) {
        assert_int_equal(rc, 0);
        assert_int_equal(line.debounce_us, 5000);
    } else {
        assert_int_equal(rc, -ENOTSUP);
        rig_assert_error(&rig, "GPIO17: libgpiod 1 cannot ask the kernel to debounce: build with "
                               "libgpiod 2, or use sb_pushbutton");
    }
}

static void a_line_is_told_by_its_names_and_its_place(void **state)
{
    struct sb_linux_line line;

    (void)state;
    assert_int_equal(sb_linux_board_find_line(&rig.board, "J8:27"), 0);
    sb_linux_board_line(&rig.board, 0, &line);
    assert_string_equal(line.name, "GPIO0");
    assert_string_equal(line.own_name, "ID_SDA");
    assert_int_equal(line.header_pin, 27);
    sb_linux_board_line(&rig.board, 42, &line);
    assert_int_equal(line.header_pin, 0);
}

static void a_number_beyond_the_header_counts_the_chips_lines(void **state)
{
    (void)state;
    assert_string_equal(rig_pin(&rig, "42", SB_PIN_INPUT)->name, "STATUS_LED");
    assert_int_equal(try_pin("54", SB_PIN_INPUT), -ENOENT);
    assert_int_equal(try_pin("4x", SB_PIN_INPUT), -ENOENT);
}

static void a_line_has_one_pull_at_most(void **state)
{
    (void)state;
    assert_int_equal(try_pin("17", SB_PIN_INPUT | SB_PIN_PULL_AS_IS | SB_PIN_PULL_UP), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_pin_has_many_names),
        TEST(the_chips_own_names_are_good_too),
        TEST(an_unknown_name_brings_the_nearest),
        TEST(a_pin_by_number_may_be_the_headers_or_a_gpio),
        TEST(power_and_ground_are_no_pins),
        TEST(a_busy_pin_names_who_uses_it),
        TEST(a_pin_is_opened_once),
        TEST(a_pull_that_the_chip_lacks_is_refused),
        TEST(what_is_refused_for_another_reason_is_not_put_on_the_pull),
        TEST(a_pull_is_told_from_other_causes_without_driving_anything),
        TEST(a_change_that_is_refused_for_another_reason_is_not_put_on_the_pull),
        TEST(an_output_stays_one_while_it_is_asked_whether_there_are_pulls),
        TEST(edges_that_the_chip_lacks_are_not_put_on_the_pull),
        TEST(a_line_without_an_interrupt_is_not_a_chip_that_is_gone),
        TEST(a_pin_keeps_its_line_when_a_change_fails),
        TEST(flags_that_contradict_each_other_are_refused),
        TEST(a_program_without_pins_needs_no_chip),
        TEST(no_chip_is_no_header),
        TEST(a_foreign_chip_is_no_header_but_may_be_named),
        TEST(each_header_chip_is_known),
        TEST(without_permission_the_group_is_named),
        TEST(a_foreign_chip_that_may_not_be_opened_is_no_header),
        TEST(lines_are_listed_with_who_uses_them),
        TEST(what_the_kernel_tells_of_a_line_is_how_it_is_set),
        TEST(debouncing_is_asked_of_the_kernel),
        TEST(a_line_is_told_by_its_names_and_its_place),
        TEST(a_number_beyond_the_header_counts_the_chips_lines),
        TEST(a_line_has_one_pull_at_most),
    };

    (void)argc;
    rig_start(argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
