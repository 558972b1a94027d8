/* SPDX-License-Identifier: MIT */
/* softboard gpio pinout: the table that it prints, held against lib/hal/rpi_header.h and against itself. */
#include "tests/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hal/rpi_header.h"
#include "tests/child.h"

static struct child_result r;

static void assert_prints(const char *words)
{
    if (strstr(r.out, words) == NULL)
        fail_msg("no \"%s\" in:\n%s", words, r.out);
}

/* The line of the JSON for a pin begins with what the header's table says. */
static void assert_pin_is(int number)
{
    int gpio = sb_rpi_header_pin(number);
    static const char *const power[] = {"GND", "3V3", "5V"};
    char text[64];

    if (gpio < 0)
        snprintf(text, sizeof(text), "{\"pin\":%d,\"name\":\"%s\",\"gpio\":null,\"functions\":[],",
                 number, power[-1 - gpio]);
    else
        snprintf(text, sizeof(text), "{\"pin\":%d,\"name\":\"GPIO%d\",\"gpio\":%d,", number, gpio,
                 gpio);
    assert_prints(text);
}

static unsigned count_lines(void)
{
    unsigned count = 0;

    for (const char *at = r.out; *at != '\0'; at++)
        count += *at == '\n';
    return count;
}

static void every_header_of_40_pins_has_the_gpios_of_the_table(void **state)
{
    static const char *const models[] = {"zero", "0",   "\"zero 2 W\"", "1+",   "B+",
                                         "2",    "3",   "3A+",          "4",    "\"Pi 4\"",
                                         "5",    "400", "500",          "rpi5", "pi-3b+"};

    (void)state;
    for (unsigned i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        child_run(&r, "./softboard gpio pinout %s --json", models[i]);
        assert_int_equal(r.status, 0);
        assert_int_equal(count_lines(), SB_RPI_HEADER_PINS);
        for (int number = 1; number <= SB_RPI_HEADER_PINS; number++)
            assert_pin_is(number);
    }
}

static void the_first_boards_have_26_pins(void **state)
{
    (void)state;
    child_run(&r, "./softboard gpio pinout 1 --json");
    assert_int_equal(count_lines(), 26);
    for (int number = 1; number <= 26; number++)
        assert_pin_is(number);
    child_run(&r, "./softboard gpio pinout 1rev1 --json");
    assert_int_equal(count_lines(), 26);
    assert_prints("{\"pin\":3,\"name\":\"GPIO0\",");
    assert_prints("{\"pin\":5,\"name\":\"GPIO1\",");
    assert_prints("{\"pin\":13,\"name\":\"GPIO21\",");
}

static void functions_are_those_of_the_datasheets(void **state)
{
    (void)state;
    child_run(&r, "./softboard gpio pinout 3 --json");
    assert_prints("\"gpio\":2,\"functions\":[\"I2C1 SDA\"]");
    assert_prints("\"gpio\":10,\"functions\":[\"SPI0 MOSI\"]");
    assert_prints("\"gpio\":14,\"functions\":[\"UART TXD\"]");
    assert_prints("\"gpio\":18,\"functions\":[\"SPI1 CE0\",\"PCM CLK\",\"PWM0\"]");
    child_run(&r, "./softboard gpio pinout 4 --json");
    assert_prints("\"gpio\":4,\"functions\":[\"GPCLK0\",\"I2C3 SDA\",\"UART3 TXD\",\"SPI4 CE0\"]");
    assert_prints("\"gpio\":17,\"functions\":[\"SPI1 CE1\",\"UART RTS\"]");
    child_run(&r, "./softboard gpio pinout 5 --json");
    assert_prints("\"gpio\":12,\"functions\":[\"PWM0\",\"I2C2 SDA\",\"UART4 TXD\",\"SPI5 CE0\"]");
    assert_prints("\"gpio\":27,\"functions\":[]");
}

static void it_is_drawn_as_one_looks_at_it(void **state)
{
    (void)state;
    child_run(&r, "./softboard gpio pinout 3");
    assert_prints("Raspberry Pi, 40-pin header J8\n\n");
    assert_prints(" 3V3  1 | 2  5V\n");
    assert_prints("I2C1 SDA   GPIO2  3 | 4  5V\n");
    assert_prints("SPI1 CE1, UART RTS  GPIO17 11 | 12 GPIO18  SPI1 CE0, PCM CLK, PWM0\n");
    assert_null(strchr(r.out, '\033'));
    assert_null(strstr(r.out, " \n"));
}

static void colour_is_for_terminals_that_want_it(void **state)
{
    (void)state;
    if (system("command -v script >/dev/null 2>&1") != 0)
        skip();
    child_run(&r, "TERM=xterm script -qec './softboard gpio pinout 3' /dev/null");
    assert_prints("\033[31m");
    child_run(&r, "NO_COLOR=1 TERM=xterm script -qec './softboard gpio pinout 3' /dev/null");
    assert_null(strchr(r.out, '\033'));
}

static void an_unknown_model_is_refused(void **state)
{
    (void)state;
    child_run(&r, "./softboard gpio pinout 6");
    assert_int_equal(r.status, 2);
    assert_string_equal(r.out, "");
    assert_non_null(strstr(r.err, "softboard gpio: pinout takes one model: zero, 1,"));
    child_run(&r, "./softboard gpio pinout 4 5");
    assert_int_equal(r.status, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_header_of_40_pins_has_the_gpios_of_the_table),
        cmocka_unit_test(the_first_boards_have_26_pins),
        cmocka_unit_test(functions_are_those_of_the_datasheets),
        cmocka_unit_test(it_is_drawn_as_one_looks_at_it),
        cmocka_unit_test(colour_is_for_terminals_that_want_it),
        cmocka_unit_test(an_unknown_model_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
