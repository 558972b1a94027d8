/* SPDX-License-Identifier: MIT */
/* The Raspberry Pi's header. Source: the pinout in the Raspberry Pi documentation, "GPIO and the 40-pin header". */
#include "lib/hal/rpi_header.h"

#include <stdbool.h>
#include <stddef.h>

int sb_rpi_header_pin(int number)
{
    static const signed char pins[SB_RPI_HEADER_PINS] = {
        SB_RPI_3V3,
        SB_RPI_5V,
        2,
        SB_RPI_5V,
        3,
        SB_RPI_GROUND,
        4,
        14,
        SB_RPI_GROUND,
        15,
        17,
        18,
        27,
        SB_RPI_GROUND,
        22,
        23,
        SB_RPI_3V3,
        24,
        10,
        SB_RPI_GROUND,
        9,
        25,
        11,
        8,
        SB_RPI_GROUND,
        7,
        0,
        1,
        5,
        SB_RPI_GROUND,
        6,
        12,
        13,
        SB_RPI_GROUND,
        19,
        16,
        26,
        20,
        SB_RPI_GROUND,
        21,
    };

    return number < 1 || number > SB_RPI_HEADER_PINS ? SB_RPI_GROUND : pins[number - 1];
}

int sb_rpi_header_number(int gpio)
{
    for (int number = 1; number <= SB_RPI_HEADER_PINS; number++)
        if (sb_rpi_header_pin(number) == gpio)
            return number;
    return -1;
}

/* What follows `prefix` (given in upper case) in `name`, any case; null when it does not begin so. */
static const char *after_prefix(const char *name, const char *prefix)
{
    for (; *prefix != '\0'; prefix++, name++) {
        char c = *name;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c != *prefix)
            return NULL;
    }
    return name;
}

/* A whole decimal number of at most two digits; -1 for anything else. */
static int small_number(const char *text)
{
    int value = 0;
    int digits = 0;

    for (; *text >= '0' && *text <= '9' && digits < 3; text++, digits++)
        value = value * 10 + (*text - '0');
    return digits == 0 || digits > 2 || *text != '\0' ? -1 : value;
}

int sb_rpi_header_by_name(const char *name)
{
    const char *number = after_prefix(name, "J8:");
    int value;

    if (number == NULL)
        number = after_prefix(name, "BOARD");
    if (number == NULL)
        return -1;
    value = small_number(number);
    return value >= 1 && value <= SB_RPI_HEADER_PINS ? value : -1;
}

int sb_rpi_header_by_guess(const char *name)
{
    const char *number = after_prefix(name, "PIN");
    int value;

    if (number == NULL)
        return -1;
    if (*number == '_' || *number == '-' || *number == ' ')
        number++;
    value = small_number(number);
    return sb_rpi_header_pin(value) >= 0 ? value : -1;
}

int sb_rpi_gpio_by_name(const char *name)
{
    int header = sb_rpi_header_by_name(name);
    const char *number = after_prefix(name, "GPIO");
    int gpio;

    if (header > 0) {
        gpio = sb_rpi_header_pin(header);
        return gpio >= 0 ? gpio : -1;
    }
    if (number == NULL)
        number = after_prefix(name, "BCM");
    gpio = small_number(number == NULL ? name : number);
    return gpio < SB_RPI_GPIO_COUNT ? gpio : -1;
}
