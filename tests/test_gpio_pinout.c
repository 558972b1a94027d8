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

static void assert_functions(const char *model, int gpio, const char *functions)
{
    char text[128];

    child_run(&r, "./softboard gpio pinout %s --json", model);
    snprintf(text, sizeof(text), "\"gpio\":%d,\"functions\":[%s]", gpio, functions);
    assert_prints(text);
}

/*
 * BCM2835 ARM Peripherals p. 102, ALT0 and ALT3 to ALT5; the same in bcm283x.dtsi of Linux and in gpiochip_bcm2835.c of
 * raspberrypi/utils.
 */
static void functions_are_those_of_the_bcm2835(void **state)
{
    (void)state;
    assert_functions("3", 0, "\"I2C0 SDA\",\"ID_SD\"");
    assert_functions("3", 2, "\"I2C1 SDA\"");
    assert_functions("3", 6, "\"GPCLK2\"");
    assert_functions("3", 7, "\"SPI0 CE1\"");
    assert_functions("3", 10, "\"SPI0 MOSI\"");
    assert_functions("3", 13, "\"PWM1\"");
    assert_functions("3", 14, "\"UART TXD\"");
    assert_functions("3", 16, "\"SPI1 CE2\",\"UART CTS\"");
    assert_functions("3", 18, "\"SPI1 CE0\",\"PCM CLK\",\"PWM0\"");
    assert_functions("3", 20, "\"SPI1 MOSI\",\"PCM DIN\",\"GPCLK0\"");
    assert_functions("3", 27, "\"JTAG TMS\"");
}

/* BCM2711 ARM Peripherals 5.3; the same in bcm2711.dtsi of Linux and in gpiochip_bcm2835.c of raspberrypi/utils. */
static void the_bcm2711_has_more(void **state)
{
    (void)state;
    assert_functions("4", 1, "\"I2C0 SCL\",\"ID_SC\",\"I2C6 SCL\",\"UART2 RXD\",\"SPI3 MISO\"");
    assert_functions("4", 4, "\"GPCLK0\",\"I2C3 SDA\",\"UART3 TXD\",\"SPI4 CE0\"");
    assert_functions("4", 8, "\"SPI0 CE0\",\"I2C4 SDA\",\"UART4 TXD\"");
    assert_functions("4", 12, "\"PWM0\",\"I2C5 SDA\",\"UART5 TXD\",\"SPI5 CE0\"");
    assert_functions("4", 15, "\"UART RXD\",\"UART5 RTS\",\"SPI5 SCLK\"");
    assert_functions("4", 17, "\"SPI1 CE1\",\"UART RTS\"");
    assert_functions("4", 21, "\"SPI1 SCLK\",\"PCM DOUT\",\"GPCLK1\",\"SPI6 SCLK\"");
    assert_functions("4", 24, "\"JTAG TDO\",\"SPI3 CE1\"");
}

/* RP1 Peripherals 3.1.1; the same in pinctrl-rp1.c of Linux and in gpiochip_rp1.c of raspberrypi/utils. */
static void the_rp1_has_others(void **state)
{
    (void)state;
    assert_functions("5", 0, "\"I2C0 SDA\",\"ID_SD\",\"UART1 TXD\",\"SPI2 CE0\"");
    assert_functions("5", 3, "\"I2C1 SCL\",\"UART1 RTS\",\"SPI2 SCLK\",\"SPI0 CE2\"");
    assert_functions("5", 9, "\"SPI0 MISO\",\"I2C0 SCL\",\"UART3 RXD\",\"SPI4 MOSI\"");
    assert_functions("5", 12, "\"PWM0\",\"I2C2 SDA\",\"UART4 TXD\",\"SPI5 CE0\"");
    assert_functions("5", 14, "\"UART0 TXD\",\"PWM2\",\"I2C3 SDA\",\"UART4 CTS\",\"SPI5 MOSI\"");
    assert_functions("5", 17, "\"SPI1 CE1\",\"UART0 RTS\"");
    assert_functions("5", 18, "\"SPI1 CE0\",\"PCM CLK\",\"PWM2\",\"GPCLK1\"");
    assert_functions("5", 21, "\"SPI1 SCLK\",\"PCM DOUT\",\"GPCLK1\"");
    assert_functions("5", 22, "\"I2C3 SDA\"");
    assert_functions("5", 27, "\"SPI1 CE1\"");
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
        cmocka_unit_test(functions_are_those_of_the_bcm2835),
        cmocka_unit_test(the_bcm2711_has_more),
        cmocka_unit_test(the_rp1_has_others),
        cmocka_unit_test(it_is_drawn_as_one_looks_at_it),
        cmocka_unit_test(colour_is_for_terminals_that_want_it),
        cmocka_unit_test(an_unknown_model_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
