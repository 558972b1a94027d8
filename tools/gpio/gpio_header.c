/* SPDX-License-Identifier: MIT */
/*
 * What the pins of a Raspberry Pi's header can be beside GPIO. The tables are those of BCM2835 ARM Peripherals p. 102,
 * BCM2711 ARM Peripherals 5.3 and RP1 Peripherals 3.1.1; each entry was compared with what the maker's own tools have of
 * them (github.com/raspberrypi/utils, pinctrl/gpiochip_bcm2835.c and gpiochip_rp1.c) and with the kernel's device trees
 * and drivers (bcm283x.dtsi, bcm2711.dtsi, pinctrl-rp1.c). For the first boards: the elinux wiki's "RPi Low-level
 * peripherals". PCM is what others call I2S.
 *
 * Left out, as nobody wires them to the header by hand: displays (DPI), memories (SMI), cards (SD), an I2C or SPI target
 * (BSC), JTAG's second place (GPIO4 to 6, 12, 13), and of the RP1 also the wide data lines of SPI and PCM, modem lines,
 * audio, microphones, infrared, RIO and PIO.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/hal/rpi_header.h"
#include "tools/gpio/gpio.h"

static const struct gpio_header headers[] = {
    {"Raspberry Pi, 40-pin header J8", GPIO_MODEL_ANY, 40},
    {"Raspberry Pi 1 A and B revision 1, 26-pin header P1", GPIO_MODEL_1_REV1, 26},
    {"Raspberry Pi 1 A and B revision 2, 26-pin header P1", GPIO_MODEL_1, 26},
    {"Raspberry Pi 4 and 400, 40-pin header J8", GPIO_MODEL_4, 40},
    {"Raspberry Pi 5 and 500, 40-pin header J8", GPIO_MODEL_5, 40},
};

/* As people say it, after "raspberry pi" or "pi"; blanks and case are nothing. */
static const struct {
    const char *name;
    enum gpio_model model;
} models[] = {
    {"a+", GPIO_MODEL_ANY},       {"b+", GPIO_MODEL_ANY},     {"a", GPIO_MODEL_1},
    {"b", GPIO_MODEL_1},          {"zero", GPIO_MODEL_ANY},   {"zerow", GPIO_MODEL_ANY},
    {"zero2", GPIO_MODEL_ANY},    {"zero2w", GPIO_MODEL_ANY}, {"0", GPIO_MODEL_ANY},
    {"1", GPIO_MODEL_1},          {"1a", GPIO_MODEL_1},       {"1b", GPIO_MODEL_1},
    {"1rev1", GPIO_MODEL_1_REV1}, {"1rev2", GPIO_MODEL_1},    {"1a+", GPIO_MODEL_ANY},
    {"1b+", GPIO_MODEL_ANY},      {"1+", GPIO_MODEL_ANY},     {"2", GPIO_MODEL_ANY},
    {"2b", GPIO_MODEL_ANY},       {"3", GPIO_MODEL_ANY},      {"3a+", GPIO_MODEL_ANY},
    {"3b", GPIO_MODEL_ANY},       {"3b+", GPIO_MODEL_ANY},    {"4", GPIO_MODEL_4},
    {"4b", GPIO_MODEL_4},         {"400", GPIO_MODEL_4},      {"5", GPIO_MODEL_5},
    {"500", GPIO_MODEL_5},
};

/* Of every chip up to the BCM2837; the BCM2711 has them, too. */
static const char *const common[SB_RPI_GPIO_COUNT] = {
    "I2C0 SDA, ID_SD",
    "I2C0 SCL, ID_SC",
    "I2C1 SDA",
    "I2C1 SCL",
    "GPCLK0",
    "GPCLK1",
    "GPCLK2",
    "SPI0 CE1",
    "SPI0 CE0",
    "SPI0 MISO",
    "SPI0 MOSI",
    "SPI0 SCLK",
    "PWM0",
    "PWM1",
    "UART TXD",
    "UART RXD",
    "SPI1 CE2, UART CTS",
    "SPI1 CE1, UART RTS",
    "SPI1 CE0, PCM CLK, PWM0",
    "SPI1 MISO, PCM FS, PWM1",
    "SPI1 MOSI, PCM DIN, GPCLK0",
    "SPI1 SCLK, PCM DOUT, GPCLK1",
    "JTAG TRST",
    "JTAG RTCK",
    "JTAG TDO",
    "JTAG TCK",
    "JTAG TDI",
    "JTAG TMS",
};

/* What the BCM2711 has more. */
static const char *const more_of_4[SB_RPI_GPIO_COUNT] = {
    "I2C6 SDA, UART2 TXD, SPI3 CE0",
    "I2C6 SCL, UART2 RXD, SPI3 MISO",
    "I2C3 SDA, UART2 CTS, SPI3 MOSI",
    "I2C3 SCL, UART2 RTS, SPI3 SCLK",
    "I2C3 SDA, UART3 TXD, SPI4 CE0",
    "I2C3 SCL, UART3 RXD, SPI4 MISO",
    "I2C4 SDA, UART3 CTS, SPI4 MOSI",
    "I2C4 SCL, UART3 RTS, SPI4 SCLK",
    "I2C4 SDA, UART4 TXD",
    "I2C4 SCL, UART4 RXD",
    "I2C5 SDA, UART4 CTS",
    "I2C5 SCL, UART4 RTS",
    "I2C5 SDA, UART5 TXD, SPI5 CE0",
    "I2C5 SCL, UART5 RXD, SPI5 MISO",
    "UART5 CTS, SPI5 MOSI",
    "UART5 RTS, SPI5 SCLK",
    NULL,
    NULL,
    "SPI6 CE0",
    "SPI6 MISO",
    "SPI6 MOSI",
    "SPI6 SCLK",
    "I2C6 SDA",
    "I2C6 SCL",
    "SPI3 CE1",
    "SPI4 CE1",
    "SPI5 CE1",
    "SPI6 CE1",
};

/* The Pi 5's pins are those of another chip, the RP1. */
static const char *const of_5[SB_RPI_GPIO_COUNT] = {
    "I2C0 SDA, ID_SD, UART1 TXD, SPI2 CE0",
    "I2C0 SCL, ID_SC, UART1 RXD, SPI2 MISO",
    "I2C1 SDA, UART1 CTS, SPI2 MOSI, SPI0 CE3",
    "I2C1 SCL, UART1 RTS, SPI2 SCLK, SPI0 CE2",
    "GPCLK0, I2C2 SDA, UART2 TXD, SPI3 CE0",
    "GPCLK1, I2C2 SCL, UART2 RXD, SPI3 MISO",
    "GPCLK2, I2C3 SDA, UART2 CTS, SPI3 MOSI",
    "SPI0 CE1, I2C3 SCL, UART2 RTS, SPI3 SCLK",
    "SPI0 CE0, I2C0 SDA, UART3 TXD, SPI4 CE0",
    "SPI0 MISO, I2C0 SCL, UART3 RXD, SPI4 MOSI", /* SIO0, and SIO1 on the next: not as with the others */
    "SPI0 MOSI, I2C1 SDA, UART3 CTS, SPI4 MISO",
    "SPI0 SCLK, I2C1 SCL, UART3 RTS, SPI4 SCLK",
    "PWM0, I2C2 SDA, UART4 TXD, SPI5 CE0",
    "PWM1, I2C2 SCL, UART4 RXD, SPI5 MISO",
    "UART0 TXD, PWM2, I2C3 SDA, UART4 CTS, SPI5 MOSI",
    "UART0 RXD, PWM3, I2C3 SCL, UART4 RTS, SPI5 SCLK",
    "SPI1 CE2, UART0 CTS",
    "SPI1 CE1, UART0 RTS",
    "SPI1 CE0, PCM CLK, PWM2, GPCLK1",
    "SPI1 MISO, PCM FS, PWM3",
    "SPI1 MOSI, PCM DIN, GPCLK0",
    "SPI1 SCLK, PCM DOUT, GPCLK1",
    "I2C3 SDA",
    "I2C3 SCL",
    "SPI2 CE1",
    "SPI3 CE1",
    "SPI5 CE1",
    "SPI1 CE1",
};

static const struct gpio_header *header_of(enum gpio_model model)
{
    const struct gpio_header *header = headers;

    while (header->model != model)
        header++;
    return header;
}

/* The text without blanks and dashes, and without "raspberrypi" or "pi" before it. */
static void shorten(const char *name, char out[16])
{
    static const char *const prefixes[] = {"raspberrypi", "rpi", "pi", "model"};
    char text[32];
    size_t length = 0;
    const char *rest = text;

    for (; *name != '\0' && length < sizeof(text) - 1; name++)
        if (*name != ' ' && *name != '-' && *name != '_')
            text[length++] = *name;
    text[length] = '\0';
    for (unsigned i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (strncasecmp(rest, prefixes[i], strlen(prefixes[i])) == 0)
            rest += strlen(prefixes[i]);
    snprintf(out, 16, "%.15s", rest);
}

const struct gpio_header *gpio_header_by_name(const char *name)
{
    char text[16];

    shorten(name, text);
    for (unsigned i = 0; i < sizeof(models) / sizeof(models[0]); i++)
        if (strcasecmp(text, models[i].name) == 0)
            return header_of(models[i].model);
    return NULL;
}

const struct gpio_header *gpio_header_of(const char *label, const char *board)
{
    /* "Raspberry Pi Model B Rev 2": only the first had no number, the "Plus" has 40 pins. */
    static const char first[] = "Raspberry Pi Model ";

    if (strcmp(label, "pinctrl-rp1") == 0)
        return header_of(GPIO_MODEL_5);
    if (strcmp(label, "pinctrl-bcm2711") == 0)
        return header_of(GPIO_MODEL_4);
    if (strncmp(board, first, sizeof(first) - 1) != 0 || strstr(board, "Plus") != NULL)
        return header_of(GPIO_MODEL_ANY);
    return header_of(strstr(board, "Rev 1") != NULL ? GPIO_MODEL_1_REV1 : GPIO_MODEL_1);
}

int gpio_header_pin(const struct gpio_header *header, int number)
{
    int gpio = sb_rpi_header_pin(number);

    if (header->model != GPIO_MODEL_1_REV1)
        return gpio;
    if (gpio == 2 || gpio == 3)
        return gpio - 2;
    return gpio == 27 ? 21 : gpio;
}

void gpio_header_functions(const struct gpio_header *header, int gpio, char *out, unsigned size)
{
    const char *more = header->model == GPIO_MODEL_4 ? more_of_4[gpio] : NULL;

    if (header->model == GPIO_MODEL_5)
        snprintf(out, size, "%s", of_5[gpio]);
    else if (header->model == GPIO_MODEL_1_REV1 && gpio == 21)
        snprintf(out, size, "GPCLK1"); /* no PCM and no SPI1 beside it on this header */
    else
        snprintf(out, size, "%s%s%s", common[gpio], more == NULL ? "" : ", ",
                 more == NULL ? "" : more);
}
