/* SPDX-License-Identifier: MIT */
/*
 * Controllers: boards whose pins are the program's. They are generic: names, power and ground as the
 * diagram has them (spec/wokwi.md 2.12), nothing inside. Every name is a terminal of its own, but for
 * the Raspberry Pi's, where header numbers are further names of the same. The Pi has no analog inputs;
 * ADC0 to ADC3 are those of a converter that one plugs on.
 */
#include <stdio.h>
#include <string.h>

#include "lib/hal/rpi_header.h"
#include "sim/controller.h"
#include "sim/part.h"

/* clang-format off */

static const struct sb_part_pin pi_pins[] = {
    { "GPIO0", 0, SB_ROLE_SIGNAL }, { "GPIO1", 1, SB_ROLE_SIGNAL },
    { "GPIO2", 2, SB_ROLE_SIGNAL }, { "GPIO3", 3, SB_ROLE_SIGNAL },
    { "GPIO4", 4, SB_ROLE_SIGNAL }, { "GPIO5", 5, SB_ROLE_SIGNAL },
    { "GPIO6", 6, SB_ROLE_SIGNAL }, { "GPIO7", 7, SB_ROLE_SIGNAL },
    { "GPIO8", 8, SB_ROLE_SIGNAL }, { "GPIO9", 9, SB_ROLE_SIGNAL },
    { "GPIO10", 10, SB_ROLE_SIGNAL }, { "GPIO11", 11, SB_ROLE_SIGNAL },
    { "GPIO12", 12, SB_ROLE_SIGNAL }, { "GPIO13", 13, SB_ROLE_SIGNAL },
    { "GPIO14", 14, SB_ROLE_SIGNAL }, { "GPIO15", 15, SB_ROLE_SIGNAL },
    { "GPIO16", 16, SB_ROLE_SIGNAL }, { "GPIO17", 17, SB_ROLE_SIGNAL },
    { "GPIO18", 18, SB_ROLE_SIGNAL }, { "GPIO19", 19, SB_ROLE_SIGNAL },
    { "GPIO20", 20, SB_ROLE_SIGNAL }, { "GPIO21", 21, SB_ROLE_SIGNAL },
    { "GPIO22", 22, SB_ROLE_SIGNAL }, { "GPIO23", 23, SB_ROLE_SIGNAL },
    { "GPIO24", 24, SB_ROLE_SIGNAL }, { "GPIO25", 25, SB_ROLE_SIGNAL },
    { "GPIO26", 26, SB_ROLE_SIGNAL }, { "GPIO27", 27, SB_ROLE_SIGNAL },
    { "GND", 28, SB_ROLE_GROUND }, { "GND.1", 29, SB_ROLE_GROUND },
    { "GND.2", 30, SB_ROLE_GROUND }, { "GND.3", 31, SB_ROLE_GROUND },
    { "GND.4", 32, SB_ROLE_GROUND }, { "GND.5", 33, SB_ROLE_GROUND },
    { "GND.6", 34, SB_ROLE_GROUND }, { "GND.7", 35, SB_ROLE_GROUND },
    { "GND.8", 36, SB_ROLE_GROUND }, { "3V3", 37, SB_ROLE_POWER }, { "3V3.1", 38, SB_ROLE_POWER },
    { "3V3.2", 39, SB_ROLE_POWER }, { "5V", 40, SB_ROLE_POWER }, { "5V.1", 41, SB_ROLE_POWER },
    { "5V.2", 42, SB_ROLE_POWER }, { "ADC0", 43, SB_ROLE_SIGNAL }, { "ADC1", 44, SB_ROLE_SIGNAL },
    { "ADC2", 45, SB_ROLE_SIGNAL }, { "ADC3", 46, SB_ROLE_SIGNAL },
    { NULL, 0, SB_ROLE_PASSIVE },
};

static const struct sb_part_pin pico_pins[] = {
    { "GP0", 0, SB_ROLE_SIGNAL }, { "GP1", 1, SB_ROLE_SIGNAL }, { "GP2", 2, SB_ROLE_SIGNAL },
    { "GP3", 3, SB_ROLE_SIGNAL }, { "GP4", 4, SB_ROLE_SIGNAL }, { "GP5", 5, SB_ROLE_SIGNAL },
    { "GP6", 6, SB_ROLE_SIGNAL }, { "GP7", 7, SB_ROLE_SIGNAL }, { "GP8", 8, SB_ROLE_SIGNAL },
    { "GP9", 9, SB_ROLE_SIGNAL }, { "GP10", 10, SB_ROLE_SIGNAL }, { "GP11", 11, SB_ROLE_SIGNAL },
    { "GP12", 12, SB_ROLE_SIGNAL }, { "GP13", 13, SB_ROLE_SIGNAL },
    { "GP14", 14, SB_ROLE_SIGNAL }, { "GP15", 15, SB_ROLE_SIGNAL },
    { "GP16", 16, SB_ROLE_SIGNAL }, { "GP17", 17, SB_ROLE_SIGNAL },
    { "GP18", 18, SB_ROLE_SIGNAL }, { "GP19", 19, SB_ROLE_SIGNAL },
    { "GP20", 20, SB_ROLE_SIGNAL }, { "GP21", 21, SB_ROLE_SIGNAL },
    { "GP22", 22, SB_ROLE_SIGNAL }, { "GP26", 23, SB_ROLE_SIGNAL },
    { "GP27", 24, SB_ROLE_SIGNAL }, { "GP28", 25, SB_ROLE_SIGNAL }, { "TP4", 26, SB_ROLE_SIGNAL },
    { "TP5", 27, SB_ROLE_SIGNAL }, { "GND.1", 28, SB_ROLE_GROUND },
    { "GND.2", 29, SB_ROLE_GROUND }, { "GND.3", 30, SB_ROLE_GROUND },
    { "GND.4", 31, SB_ROLE_GROUND }, { "GND.5", 32, SB_ROLE_GROUND },
    { "GND.6", 33, SB_ROLE_GROUND }, { "GND.7", 34, SB_ROLE_GROUND },
    { "GND.8", 35, SB_ROLE_GROUND }, { "AGND", 36, SB_ROLE_GROUND }, { "3V3", 37, SB_ROLE_POWER },
    { "VSYS", 38, SB_ROLE_POWER }, { "VBUS", 39, SB_ROLE_POWER }, { "RUN", 40, SB_ROLE_PASSIVE },
    { "3V3_EN", 41, SB_ROLE_PASSIVE }, { "ADC_VREF", 42, SB_ROLE_PASSIVE },
    { "$gpio24", 43, SB_ROLE_PASSIVE }, { "$gpio29", 44, SB_ROLE_PASSIVE },
    { NULL, 0, SB_ROLE_PASSIVE },
};

static const struct sb_part_pin uno_pins[] = {
    { "0", 0, SB_ROLE_SIGNAL }, { "1", 1, SB_ROLE_SIGNAL }, { "2", 2, SB_ROLE_SIGNAL },
    { "3", 3, SB_ROLE_SIGNAL }, { "4", 4, SB_ROLE_SIGNAL }, { "5", 5, SB_ROLE_SIGNAL },
    { "6", 6, SB_ROLE_SIGNAL }, { "7", 7, SB_ROLE_SIGNAL }, { "8", 8, SB_ROLE_SIGNAL },
    { "9", 9, SB_ROLE_SIGNAL }, { "10", 10, SB_ROLE_SIGNAL }, { "11", 11, SB_ROLE_SIGNAL },
    { "12", 12, SB_ROLE_SIGNAL }, { "13", 13, SB_ROLE_SIGNAL }, { "A0", 14, SB_ROLE_SIGNAL },
    { "A1", 15, SB_ROLE_SIGNAL }, { "A2", 16, SB_ROLE_SIGNAL }, { "A3", 17, SB_ROLE_SIGNAL },
    { "A4", 18, SB_ROLE_SIGNAL }, { "A5", 19, SB_ROLE_SIGNAL }, { "A4.2", 20, SB_ROLE_SIGNAL },
    { "A5.2", 21, SB_ROLE_SIGNAL }, { "GND", 22, SB_ROLE_GROUND },
    { "GND.1", 23, SB_ROLE_GROUND }, { "GND.2", 24, SB_ROLE_GROUND },
    { "GND.3", 25, SB_ROLE_GROUND }, { "5V", 26, SB_ROLE_POWER }, { "3.3V", 27, SB_ROLE_POWER },
    { "VIN", 28, SB_ROLE_POWER }, { "IOREF", 29, SB_ROLE_PASSIVE },
    { "RESET", 30, SB_ROLE_PASSIVE }, { "AREF", 31, SB_ROLE_PASSIVE },
    { NULL, 0, SB_ROLE_PASSIVE },
};

static const struct sb_part_pin nano_pins[] = {
    { "0", 0, SB_ROLE_SIGNAL }, { "1", 1, SB_ROLE_SIGNAL }, { "2", 2, SB_ROLE_SIGNAL },
    { "3", 3, SB_ROLE_SIGNAL }, { "4", 4, SB_ROLE_SIGNAL }, { "5", 5, SB_ROLE_SIGNAL },
    { "6", 6, SB_ROLE_SIGNAL }, { "7", 7, SB_ROLE_SIGNAL }, { "8", 8, SB_ROLE_SIGNAL },
    { "9", 9, SB_ROLE_SIGNAL }, { "10", 10, SB_ROLE_SIGNAL }, { "11", 11, SB_ROLE_SIGNAL },
    { "12", 12, SB_ROLE_SIGNAL }, { "13", 13, SB_ROLE_SIGNAL }, { "A0", 14, SB_ROLE_SIGNAL },
    { "A1", 15, SB_ROLE_SIGNAL }, { "A2", 16, SB_ROLE_SIGNAL }, { "A3", 17, SB_ROLE_SIGNAL },
    { "A4", 18, SB_ROLE_SIGNAL }, { "A5", 19, SB_ROLE_SIGNAL }, { "A6", 20, SB_ROLE_SIGNAL },
    { "A7", 21, SB_ROLE_SIGNAL }, { "11.2", 22, SB_ROLE_SIGNAL }, { "12.2", 23, SB_ROLE_SIGNAL },
    { "13.2", 24, SB_ROLE_SIGNAL }, { "GND", 25, SB_ROLE_GROUND },
    { "GND.1", 26, SB_ROLE_GROUND }, { "GND.2", 27, SB_ROLE_GROUND },
    { "GND.3", 28, SB_ROLE_GROUND }, { "5V", 29, SB_ROLE_POWER }, { "5V.2", 30, SB_ROLE_POWER },
    { "3.3V", 31, SB_ROLE_POWER }, { "VIN", 32, SB_ROLE_POWER }, { "RESET", 33, SB_ROLE_PASSIVE },
    { "RESET.2", 34, SB_ROLE_PASSIVE }, { "RESET.3", 35, SB_ROLE_PASSIVE },
    { "AREF", 36, SB_ROLE_PASSIVE },
    { NULL, 0, SB_ROLE_PASSIVE },
};

static const struct sb_part_pin mega_pins[] = {
    { "0", 0, SB_ROLE_SIGNAL }, { "1", 1, SB_ROLE_SIGNAL }, { "2", 2, SB_ROLE_SIGNAL },
    { "3", 3, SB_ROLE_SIGNAL }, { "4", 4, SB_ROLE_SIGNAL }, { "5", 5, SB_ROLE_SIGNAL },
    { "6", 6, SB_ROLE_SIGNAL }, { "7", 7, SB_ROLE_SIGNAL }, { "8", 8, SB_ROLE_SIGNAL },
    { "9", 9, SB_ROLE_SIGNAL }, { "10", 10, SB_ROLE_SIGNAL }, { "11", 11, SB_ROLE_SIGNAL },
    { "12", 12, SB_ROLE_SIGNAL }, { "13", 13, SB_ROLE_SIGNAL }, { "14", 14, SB_ROLE_SIGNAL },
    { "15", 15, SB_ROLE_SIGNAL }, { "16", 16, SB_ROLE_SIGNAL }, { "17", 17, SB_ROLE_SIGNAL },
    { "18", 18, SB_ROLE_SIGNAL }, { "19", 19, SB_ROLE_SIGNAL }, { "20", 20, SB_ROLE_SIGNAL },
    { "21", 21, SB_ROLE_SIGNAL }, { "22", 22, SB_ROLE_SIGNAL }, { "23", 23, SB_ROLE_SIGNAL },
    { "24", 24, SB_ROLE_SIGNAL }, { "25", 25, SB_ROLE_SIGNAL }, { "26", 26, SB_ROLE_SIGNAL },
    { "27", 27, SB_ROLE_SIGNAL }, { "28", 28, SB_ROLE_SIGNAL }, { "29", 29, SB_ROLE_SIGNAL },
    { "30", 30, SB_ROLE_SIGNAL }, { "31", 31, SB_ROLE_SIGNAL }, { "32", 32, SB_ROLE_SIGNAL },
    { "33", 33, SB_ROLE_SIGNAL }, { "34", 34, SB_ROLE_SIGNAL }, { "35", 35, SB_ROLE_SIGNAL },
    { "36", 36, SB_ROLE_SIGNAL }, { "37", 37, SB_ROLE_SIGNAL }, { "38", 38, SB_ROLE_SIGNAL },
    { "39", 39, SB_ROLE_SIGNAL }, { "40", 40, SB_ROLE_SIGNAL }, { "41", 41, SB_ROLE_SIGNAL },
    { "42", 42, SB_ROLE_SIGNAL }, { "43", 43, SB_ROLE_SIGNAL }, { "44", 44, SB_ROLE_SIGNAL },
    { "45", 45, SB_ROLE_SIGNAL }, { "46", 46, SB_ROLE_SIGNAL }, { "47", 47, SB_ROLE_SIGNAL },
    { "48", 48, SB_ROLE_SIGNAL }, { "49", 49, SB_ROLE_SIGNAL }, { "50", 50, SB_ROLE_SIGNAL },
    { "51", 51, SB_ROLE_SIGNAL }, { "52", 52, SB_ROLE_SIGNAL }, { "53", 53, SB_ROLE_SIGNAL },
    { "A0", 54, SB_ROLE_SIGNAL }, { "A1", 55, SB_ROLE_SIGNAL }, { "A2", 56, SB_ROLE_SIGNAL },
    { "A3", 57, SB_ROLE_SIGNAL }, { "A4", 58, SB_ROLE_SIGNAL }, { "A5", 59, SB_ROLE_SIGNAL },
    { "A6", 60, SB_ROLE_SIGNAL }, { "A7", 61, SB_ROLE_SIGNAL }, { "A8", 62, SB_ROLE_SIGNAL },
    { "A9", 63, SB_ROLE_SIGNAL }, { "A10", 64, SB_ROLE_SIGNAL }, { "A11", 65, SB_ROLE_SIGNAL },
    { "A12", 66, SB_ROLE_SIGNAL }, { "A13", 67, SB_ROLE_SIGNAL }, { "A14", 68, SB_ROLE_SIGNAL },
    { "A15", 69, SB_ROLE_SIGNAL }, { "SDA", 70, SB_ROLE_SIGNAL }, { "SCL", 71, SB_ROLE_SIGNAL },
    { "GND", 72, SB_ROLE_GROUND }, { "GND.1", 73, SB_ROLE_GROUND },
    { "GND.2", 74, SB_ROLE_GROUND }, { "GND.3", 75, SB_ROLE_GROUND },
    { "GND.4", 76, SB_ROLE_GROUND }, { "GND.5", 77, SB_ROLE_GROUND }, { "5V", 78, SB_ROLE_POWER },
    { "5V.1", 79, SB_ROLE_POWER }, { "5V.2", 80, SB_ROLE_POWER }, { "3.3V", 81, SB_ROLE_POWER },
    { "VIN", 82, SB_ROLE_POWER }, { "IOREF", 83, SB_ROLE_PASSIVE },
    { "RESET", 84, SB_ROLE_PASSIVE }, { "AREF", 85, SB_ROLE_PASSIVE },
    { NULL, 0, SB_ROLE_PASSIVE },
};

static const struct sb_part_pin esp32_devkit_c_pins[] = {
    { "0", 0, SB_ROLE_SIGNAL }, { "2", 1, SB_ROLE_SIGNAL }, { "4", 2, SB_ROLE_SIGNAL },
    { "5", 3, SB_ROLE_SIGNAL }, { "12", 4, SB_ROLE_SIGNAL }, { "13", 5, SB_ROLE_SIGNAL },
    { "14", 6, SB_ROLE_SIGNAL }, { "15", 7, SB_ROLE_SIGNAL }, { "16", 8, SB_ROLE_SIGNAL },
    { "17", 9, SB_ROLE_SIGNAL }, { "18", 10, SB_ROLE_SIGNAL }, { "19", 11, SB_ROLE_SIGNAL },
    { "21", 12, SB_ROLE_SIGNAL }, { "22", 13, SB_ROLE_SIGNAL }, { "23", 14, SB_ROLE_SIGNAL },
    { "25", 15, SB_ROLE_SIGNAL }, { "26", 16, SB_ROLE_SIGNAL }, { "27", 17, SB_ROLE_SIGNAL },
    { "32", 18, SB_ROLE_SIGNAL }, { "33", 19, SB_ROLE_SIGNAL }, { "34", 20, SB_ROLE_SIGNAL },
    { "35", 21, SB_ROLE_SIGNAL }, { "VP", 22, SB_ROLE_SIGNAL }, { "VN", 23, SB_ROLE_SIGNAL },
    { "TX", 24, SB_ROLE_SIGNAL }, { "RX", 25, SB_ROLE_SIGNAL }, { "CLK", 26, SB_ROLE_SIGNAL },
    { "D0", 27, SB_ROLE_SIGNAL }, { "D1", 28, SB_ROLE_SIGNAL }, { "D2", 29, SB_ROLE_SIGNAL },
    { "D3", 30, SB_ROLE_SIGNAL }, { "CMD", 31, SB_ROLE_SIGNAL }, { "GND", 32, SB_ROLE_GROUND },
    { "GND.1", 33, SB_ROLE_GROUND }, { "GND.2", 34, SB_ROLE_GROUND },
    { "GND.3", 35, SB_ROLE_GROUND }, { "3V3", 36, SB_ROLE_POWER }, { "5V", 37, SB_ROLE_POWER },
    { "EN", 38, SB_ROLE_PASSIVE },
    { NULL, 0, SB_ROLE_PASSIVE },
};

static const struct sb_part_pin esp32_devkit_v1_pins[] = {
    { "D2", 0, SB_ROLE_SIGNAL }, { "D4", 1, SB_ROLE_SIGNAL }, { "D5", 2, SB_ROLE_SIGNAL },
    { "D12", 3, SB_ROLE_SIGNAL }, { "D13", 4, SB_ROLE_SIGNAL }, { "D14", 5, SB_ROLE_SIGNAL },
    { "D15", 6, SB_ROLE_SIGNAL }, { "D18", 7, SB_ROLE_SIGNAL }, { "D19", 8, SB_ROLE_SIGNAL },
    { "D21", 9, SB_ROLE_SIGNAL }, { "D22", 10, SB_ROLE_SIGNAL }, { "D23", 11, SB_ROLE_SIGNAL },
    { "D25", 12, SB_ROLE_SIGNAL }, { "D26", 13, SB_ROLE_SIGNAL }, { "D27", 14, SB_ROLE_SIGNAL },
    { "D32", 15, SB_ROLE_SIGNAL }, { "D33", 16, SB_ROLE_SIGNAL }, { "D34", 17, SB_ROLE_SIGNAL },
    { "D35", 18, SB_ROLE_SIGNAL }, { "TX0", 19, SB_ROLE_SIGNAL }, { "RX0", 20, SB_ROLE_SIGNAL },
    { "TX2", 21, SB_ROLE_SIGNAL }, { "RX2", 22, SB_ROLE_SIGNAL }, { "VP", 23, SB_ROLE_SIGNAL },
    { "VN", 24, SB_ROLE_SIGNAL }, { "GND", 25, SB_ROLE_GROUND }, { "GND.1", 26, SB_ROLE_GROUND },
    { "GND.2", 27, SB_ROLE_GROUND }, { "3V3", 28, SB_ROLE_POWER }, { "VIN", 29, SB_ROLE_POWER },
    { "EN", 30, SB_ROLE_PASSIVE },
    { NULL, 0, SB_ROLE_PASSIVE },
};

/* clang-format on */

static const struct sb_part_attr attrs[] = {
    {"map", SB_ATTR_TEXT, "", NULL,
     "other names for pins, for the program: \"GPIO17=GP15,LED=GP22\""},
    {"lines", SB_ATTR_TEXT, "", NULL,
     "the lines of a real board that stand for its pins, and the real serial ports: \"GP15=GPIO17,serial0=ttyUSB0\""},
    {"chip", SB_ATTR_TEXT, "", NULL,
     "the GPIO chip of a real board that has these lines: its path, name or label; the header's if empty"},
    {"i2c-clock", SB_ATTR_CHOICE, "100000", "100000 400000", "of its I2C buses, in Hz"},
    {"env", SB_ATTR_TEXT, "", NULL, "accepted, of no meaning here, as all below"},
    {"builder", SB_ATTR_TEXT, "", NULL, ""},
    {"serialInterface", SB_ATTR_TEXT, "", NULL, ""},
    {"firmwareOffset", SB_ATTR_TEXT, "", NULL, ""},
    {"macAddress", SB_ATTR_TEXT, "", NULL, ""},
    {"flashSize", SB_ATTR_TEXT, "", NULL, ""},
    {"frequency", SB_ATTR_TEXT, "", NULL, ""},
    {"cpuFrequency", SB_ATTR_TEXT, "", NULL, ""},
    {"fullBoot", SB_ATTR_TEXT, "", NULL, ""},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

/* As enum sb_controller_fault, which the simulated board carries out. */
static const struct sb_part_fault faults[] = {
    {"late-edges", "edges of pins are told up to 5 ms late, with their right times"},
    {"lost-edges", "one edge in four is lost, as when the kernel's queue overflows"},
    {"spi-stuck", "the clock of an SPI bus stands still: transfers fail after 200 ms"},
    {NULL, NULL},
};

/* Header numbers, "11", "J8:11" and "BOARD11", and "BCM17". A bare number is the header's here. */
static int find_pi_pin(const char *name)
{
    char other[16];
    int header;
    int carries;

    snprintf(other, sizeof(other), "J8:%s", name);
    header = sb_rpi_header_by_name(other);
    if (header < 0)
        header = sb_rpi_header_by_name(name);
    if (header < 0)
        return sb_rpi_gpio_by_name(name);
    carries = sb_rpi_header_pin(header);
    if (carries >= 0)
        return carries;
    if (carries == SB_RPI_GROUND)
        return SB_RPI_GPIO_COUNT;
    /* The tables begin with the signals, then the ground's names, then 3V3's and 5V's. */
    for (unsigned i = 0; pi_pins[i].name != NULL; i++)
        if (strcmp(pi_pins[i].name, carries == SB_RPI_3V3 ? "3V3" : "5V") == 0)
            return (int)pi_pins[i].terminal;
    return -1;
}

/* GPIO0 to GPIO3 are the data and clock lines of its two I2C buses: 1.8 kOhm to 3.3 V. */
#define PI_PULL_UP_COUNT 4

static int init_pi(struct sb_part *part, struct sb_diag *diag)
{
    for (unsigned i = 0; i < PI_PULL_UP_COUNT; i++)
        part->terminals[i].has_pull_up = true;
    return sb_controller_check_lines(part, diag);
}

static int init(struct sb_part *part, struct sb_diag *diag)
{
    return sb_controller_check_lines(part, diag);
}

#define CONTROLLER(type_name, type_summary, table)                                             \
    {                                                                                          \
        .name = (type_name), .summary = (type_summary), .pins = (table),                       \
        .terminal_count = sizeof(table) / sizeof((table)[0]) - 1, .attrs = attrs,              \
        .faults = faults, .size = sizeof(struct sb_part), .is_controller = true, .init = init, \
    }

static const struct sb_part_type raspberry_pi = {
    .name = "softboard-raspberry-pi",
    .summary =
        "Raspberry Pi, 40-pin header: GPIO0 to GPIO27, or header numbers 1 to 40; ADC0 to ADC3 of a "
        "converter that is plugged on",
    .pins = pi_pins,
    .terminal_count = sizeof(pi_pins) / sizeof(pi_pins[0]) - 1,
    .attrs = attrs,
    .faults = faults,
    .size = sizeof(struct sb_part),
    .is_controller = true,
    .find_pin = find_pi_pin,
    .init = init_pi,
};

static const struct sb_part_type pico =
    CONTROLLER("wokwi-pi-pico", "Raspberry Pi Pico, as a generic board", pico_pins);
static const struct sb_part_type pico_b =
    CONTROLLER("board-pi-pico", "Raspberry Pi Pico, as a generic board", pico_pins);
static const struct sb_part_type pico_w =
    CONTROLLER("board-pi-pico-w", "Raspberry Pi Pico W, as a generic board", pico_pins);
static const struct sb_part_type pico_2 =
    CONTROLLER("board-pi-pico-2", "Raspberry Pi Pico 2, as a generic board", pico_pins);
static const struct sb_part_type uno = CONTROLLER("wokwi-arduino-uno",
                                                  "Arduino Uno, as a generic board", uno_pins);
static const struct sb_part_type nano = CONTROLLER("wokwi-arduino-nano",
                                                   "Arduino Nano, as a generic board", nano_pins);
static const struct sb_part_type mega = CONTROLLER("wokwi-arduino-mega",
                                                   "Arduino Mega, as a generic board", mega_pins);
static const struct sb_part_type esp32_c = CONTROLLER(
    "board-esp32-devkit-c-v4", "ESP32 DevKit C, as a generic board", esp32_devkit_c_pins);
static const struct sb_part_type esp32_v1 = CONTROLLER(
    "board-esp32-devkit-v1", "ESP32 DevKit V1, as a generic board", esp32_devkit_v1_pins);
static const struct sb_part_type esp32_w = CONTROLLER(
    "wokwi-esp32-devkit-v1", "ESP32 DevKit V1, as a generic board", esp32_devkit_v1_pins);

const struct sb_part_type *const sb_parts_controller[] = {
    &raspberry_pi, &pico, &pico_b,  &pico_w,   &pico_2,  &uno,
    &nano,         &mega, &esp32_c, &esp32_v1, &esp32_w, NULL,
};
