/* SPDX-License-Identifier: MIT */
/*
 * Controllers as pictures: the outline and the place of each pin, in pixels, 96 an inch. Places are
 * those of Wokwi's drawings of the same boards, so that the wires of its diagrams end where they should.
 */
#include <string.h>

#include "lib/hal/rpi_header.h"
#include "sim/draw/geometry.h"

/* clang-format off */

static const struct sb_board_pin pico_pins[] = {
    {"GP0", 6, 12.9f}, {"GP1", 6, 22.5f}, {"GND.1", 6, 32.1f}, {"GP2", 6, 41.7f}, {"GP3", 6, 51.3f},
    {"GP4", 6, 60.9f}, {"GP5", 6, 70.5f}, {"GND.2", 6, 80.1f}, {"GP6", 6, 89.7f}, {"GP7", 6, 99.3f},
    {"GP8", 6, 108.9f}, {"GP9", 6, 118.5f}, {"GND.3", 6, 128.1f}, {"GP10", 6, 137.7f},
    {"GP11", 6, 147.3f}, {"GP12", 6, 156.9f}, {"GP13", 6, 166.5f}, {"GND.4", 6, 176.1f},
    {"GP14", 6, 185.7f}, {"GP15", 6, 195.3f}, {"VBUS", 72.9f, 12.9f}, {"VSYS", 72.9f, 22.5f},
    {"GND.8", 72.9f, 32.1f}, {"3V3_EN", 72.9f, 41.7f}, {"3V3", 72.9f, 51.3f},
    {"ADC_VREF", 72.9f, 60.9f}, {"GP28", 72.9f, 70.5f}, {"GND.7", 72.9f, 80.1f},
    {"GP27", 72.9f, 89.7f}, {"GP26", 72.9f, 99.3f}, {"RUN", 72.9f, 108.9f}, {"GP22", 72.9f, 118.5f},
    {"GND.6", 72.9f, 128.1f}, {"GP21", 72.9f, 137.7f}, {"GP20", 72.9f, 147.3f},
    {"GP19", 72.9f, 156.9f}, {"GP18", 72.9f, 166.5f}, {"GND.5", 72.9f, 176.1f},
    {"GP17", 72.9f, 185.7f}, {"GP16", 72.9f, 195.3f},
};

static const struct sb_board_pin uno_pins[] = {
    {"A5.2", 87, 9}, {"A4.2", 97, 9}, {"AREF", 106, 9}, {"GND.1", 115.5f, 9}, {"13", 125, 9},
    {"12", 134.5f, 9}, {"11", 144, 9}, {"10", 153.5f, 9}, {"9", 163, 9}, {"8", 173, 9},
    {"7", 189, 9}, {"6", 198.5f, 9}, {"5", 208, 9}, {"4", 217.5f, 9}, {"3", 227, 9},
    {"2", 236.5f, 9}, {"1", 246, 9}, {"0", 255.5f, 9}, {"IOREF", 131, 191.5f},
    {"RESET", 140.5f, 191.5f}, {"3.3V", 150, 191.5f}, {"5V", 160, 191.5f},
    {"GND.2", 169.5f, 191.5f}, {"GND.3", 179, 191.5f}, {"VIN", 188.5f, 191.5f}, {"A0", 208, 191.5f},
    {"A1", 217.5f, 191.5f}, {"A2", 227, 191.5f}, {"A3", 236.5f, 191.5f}, {"A4", 246, 191.5f},
    {"A5", 255.5f, 191.5f},
};

static const struct sb_board_pin nano_pins[] = {
    {"12", 19.7f, 4.8f}, {"11", 29.3f, 4.8f}, {"10", 38.9f, 4.8f}, {"9", 48.5f, 4.8f},
    {"8", 58.1f, 4.8f}, {"7", 67.7f, 4.8f}, {"6", 77.3f, 4.8f}, {"5", 86.9f, 4.8f},
    {"4", 96.5f, 4.8f}, {"3", 106.1f, 4.8f}, {"2", 115.7f, 4.8f}, {"GND.2", 125.3f, 4.8f},
    {"RESET.2", 134.9f, 4.8f}, {"0", 144.5f, 4.8f}, {"1", 154.1f, 4.8f}, {"13", 19.7f, 62.4f},
    {"3.3V", 29.3f, 62.4f}, {"AREF", 38.9f, 62.4f}, {"A0", 48.5f, 62.4f}, {"A1", 58.1f, 62.4f},
    {"A2", 67.7f, 62.4f}, {"A3", 77.3f, 62.4f}, {"A4", 86.9f, 62.4f}, {"A5", 96.5f, 62.4f},
    {"A6", 106.1f, 62.4f}, {"A7", 115.7f, 62.4f}, {"5V", 125.3f, 62.4f}, {"RESET", 134.9f, 62.4f},
    {"GND.1", 144.5f, 62.4f}, {"VIN", 154.1f, 62.4f}, {"12.2", 163.7f, 43.2f},
    {"13.2", 163.7f, 33.6f}, {"RESET.3", 163.7f, 24},
};

static const struct sb_board_pin mega_pins[] = {
    {"SCL", 90, 9}, {"SDA", 100, 9}, {"AREF", 109, 9}, {"GND.1", 119, 9}, {"13", 129, 9},
    {"12", 138, 9}, {"11", 148, 9}, {"10", 157.5f, 9}, {"9", 167.5f, 9}, {"8", 177, 9},
    {"7", 190, 9}, {"6", 200, 9}, {"5", 209.5f, 9}, {"4", 219, 9}, {"3", 228.5f, 9}, {"2", 238, 9},
    {"1", 247.5f, 9}, {"0", 257.5f, 9}, {"14", 270.5f, 9}, {"15", 280, 9}, {"16", 289.5f, 9},
    {"17", 299, 9}, {"18", 308.5f, 9}, {"19", 318.5f, 9}, {"20", 328, 9}, {"21", 337.5f, 9},
    {"5V.1", 361, 8}, {"5V.2", 371, 8}, {"22", 361, 17.5f}, {"23", 371, 17.5f}, {"24", 361, 27.25f},
    {"25", 371, 27.25f}, {"26", 361, 36.75f}, {"27", 371, 36.75f}, {"28", 361, 46.25f},
    {"29", 371, 46.25f}, {"30", 361, 56}, {"31", 371, 56}, {"32", 361, 65.5f}, {"33", 371, 65.5f},
    {"34", 361, 75}, {"35", 371, 75}, {"36", 361, 84.5f}, {"37", 371, 84.5f}, {"38", 361, 94.25f},
    {"39", 371, 94.25f}, {"40", 361, 103.75f}, {"41", 371, 103.75f}, {"42", 361, 113.5f},
    {"43", 371, 113.5f}, {"44", 361, 123}, {"45", 371, 123}, {"46", 361, 132.75f},
    {"47", 371, 132.75f}, {"48", 361, 142.25f}, {"49", 371, 142.25f}, {"50", 361, 152},
    {"51", 371, 152}, {"52", 361, 161.5f}, {"53", 371, 161.5f}, {"GND.4", 361, 171.25f},
    {"GND.5", 371, 171.25f}, {"IOREF", 136, 184.5f}, {"RESET", 145.5f, 184.5f},
    {"3.3V", 155, 184.5f}, {"5V", 164.5f, 184.5f}, {"GND.2", 174.25f, 184.5f},
    {"GND.3", 183.75f, 184.5f}, {"VIN", 193.5f, 184.5f}, {"A0", 208.5f, 184.5f},
    {"A1", 218, 184.5f}, {"A2", 227.5f, 184.5f}, {"A3", 237.25f, 184.5f}, {"A4", 246.75f, 184.5f},
    {"A5", 256.25f, 184.5f}, {"A6", 266, 184.5f}, {"A7", 275.5f, 184.5f}, {"A8", 290.25f, 184.5f},
    {"A9", 300, 184.5f}, {"A10", 309.5f, 184.5f}, {"A11", 319.25f, 184.5f},
    {"A12", 328.75f, 184.5f}, {"A13", 338.5f, 184.5f}, {"A14", 348, 184.5f},
    {"A15", 357.75f, 184.5f},
};

static const struct sb_board_pin esp32_c_pins[] = {
    {"3V3", 4.6f, 28.8f}, {"EN", 4.6f, 38.4f}, {"VP", 4.6f, 48}, {"VN", 4.6f, 57.6f},
    {"34", 4.6f, 67.2f}, {"35", 4.6f, 76.8f}, {"32", 4.6f, 86.4f}, {"33", 4.6f, 96},
    {"25", 4.6f, 105.6f}, {"26", 4.6f, 115.2f}, {"27", 4.6f, 124.8f}, {"14", 4.6f, 134.4f},
    {"12", 4.6f, 144}, {"GND.1", 4.6f, 153.6f}, {"13", 4.6f, 163.2f}, {"D2", 4.6f, 172.8f},
    {"D3", 4.6f, 182.4f}, {"CMD", 4.6f, 192}, {"5V", 4.6f, 201.6f}, {"GND.2", 100.8f, 28.8f},
    {"23", 100.8f, 38.4f}, {"22", 100.8f, 48}, {"TX", 100.8f, 57.6f}, {"RX", 100.8f, 67.2f},
    {"21", 100.8f, 76.8f}, {"GND.3", 100.8f, 86.4f}, {"19", 100.8f, 96}, {"18", 100.8f, 105.6f},
    {"5", 100.8f, 115.2f}, {"17", 100.8f, 124.8f}, {"16", 100.8f, 134.4f}, {"4", 100.8f, 144},
    {"0", 100.8f, 153.6f}, {"2", 100.8f, 163.2f}, {"15", 100.8f, 172.8f}, {"D1", 100.8f, 182.4f},
    {"D0", 100.8f, 192}, {"CLK", 100.8f, 201.6f},
};

static const struct sb_board_pin esp32_v1_pins[] = {
    {"VIN", 5, 158.5f}, {"GND.2", 5, 149}, {"D13", 5, 139.5f}, {"D12", 5, 130.4f}, {"D14", 5, 120},
    {"D27", 5, 110.8f}, {"D26", 5, 101}, {"D25", 5, 91.3f}, {"D33", 5, 81.7f}, {"D32", 5, 72.2f},
    {"D35", 5, 62.9f}, {"D34", 5, 53.1f}, {"VN", 5, 44}, {"VP", 5, 34}, {"EN", 5, 24},
    {"3V3", 101.3f, 158.5f}, {"GND.1", 101.3f, 149}, {"D15", 101.3f, 139.5f},
    {"D2", 101.3f, 130.4f}, {"D4", 101.3f, 120}, {"RX2", 101.3f, 110.8f}, {"TX2", 101.3f, 101},
    {"D5", 101.3f, 91.3f}, {"D18", 101.3f, 81.7f}, {"D19", 101.3f, 72.2f}, {"D21", 101.3f, 62.9f},
    {"RX0", 101.3f, 53.1f}, {"TX0", 101.3f, 44}, {"D22", 101.3f, 34}, {"D23", 101.3f, 24},
};

/* clang-format on */

#define LAYOUT(type_name, board_title, w, h, rgb, table)                                           \
    {                                                                                              \
        .type = (type_name), .title = (board_title), .width = (w), .height = (h), .colour = (rgb), \
        .pins = (table), .pin_count = sizeof(table) / sizeof((table)[0]),                          \
    }

static const struct sb_board_layout layouts[] = {
    LAYOUT("wokwi-pi-pico", "Raspberry Pi Pico", 79, 199.4f, 0x0b7a3e, pico_pins),
    LAYOUT("board-pi-pico", "Raspberry Pi Pico", 79, 199.4f, 0x0b7a3e, pico_pins),
    LAYOUT("board-pi-pico-w", "Raspberry Pi Pico W", 79, 199.4f, 0x0b7a3e, pico_pins),
    LAYOUT("board-pi-pico-2", "Raspberry Pi Pico 2", 79, 199.4f, 0x0b7a3e, pico_pins),
    LAYOUT("wokwi-arduino-uno", "Arduino Uno", 274.3f, 201.6f, 0x1a7a8a, uno_pins),
    LAYOUT("wokwi-arduino-nano", "Arduino Nano", 169.7f, 67.3f, 0x1a7a8a, nano_pins),
    LAYOUT("wokwi-arduino-mega", "Arduino Mega", 388, 192, 0x1a7a8a, mega_pins),
    LAYOUT("board-esp32-devkit-c-v4", "ESP32 DevKit C", 105.4f, 214, 0x2b2e33, esp32_c_pins),
    LAYOUT("board-esp32-devkit-v1", "ESP32 DevKit", 106.6f, 204.3f, 0x2b2e33, esp32_v1_pins),
    LAYOUT("wokwi-esp32-devkit-v1", "ESP32 DevKit", 106.6f, 204.3f, 0x2b2e33, esp32_v1_pins),
};

const struct sb_board_layout *sb_board_layout_of(const struct sb_part_type *type)
{
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
        if (strcmp(layouts[i].type, type->name) == 0)
            return &layouts[i];
    return NULL;
}

/* ---- the Raspberry Pi's header: two rows at the upper edge, odd numbers below */

#define HEADER_CENTRE_X (32.5 * SB_PIXELS_PER_MM)
#define HEADER_CENTRE_Y (3.5 * SB_PIXELS_PER_MM)
#define HEADER_PITCH    9.6

static const struct {
    const char *name;
    int number;
} supply_pins[] = {
    {"GND", 6},    {"GND.1", 6},  {"GND.2", 9},  {"GND.3", 14}, {"GND.4", 20},
    {"GND.5", 25}, {"GND.6", 30}, {"GND.7", 34}, {"GND.8", 39}, {"3V3", 1},
    {"3V3.1", 1},  {"3V3.2", 17}, {"5V", 2},     {"5V.1", 2},   {"5V.2", 4},
};

int sb_geometry_header_number(const char *name)
{
    char other[16] = "J8:";
    int number;
    int gpio;

    for (size_t i = 0; i < sizeof(supply_pins) / sizeof(supply_pins[0]); i++)
        if (strcmp(supply_pins[i].name, name) == 0)
            return supply_pins[i].number;
    strncat(other, name, sizeof(other) - 4);
    number = sb_rpi_header_by_name(other);
    if (number < 0)
        number = sb_rpi_header_by_name(name);
    if (number > 0)
        return number;
    gpio = sb_rpi_gpio_by_name(name);
    return gpio < 0 ? -1 : sb_rpi_header_number(gpio);
}

struct sb_point sb_geometry_header_pin(int number)
{
    int column = (number - 1) / 2;

    return (struct sb_point){
        HEADER_CENTRE_X + (column - 9.5) * HEADER_PITCH,
        HEADER_CENTRE_Y + (number % 2 == 1 ? 0.5 : -0.5) * HEADER_PITCH,
    };
}

/* ---- its analog inputs: a column between the upper left hole and the card */

#define ADC_X     (4.2 * SB_PIXELS_PER_MM)
#define ADC_Y     (9.8 * SB_PIXELS_PER_MM)
#define ADC_PITCH 9.6

bool sb_geometry_adc_pin(const char *name, struct sb_point *out)
{
    if (strncmp(name, "ADC", 3) != 0 || name[3] < '0' || name[3] > '3' || name[4] != '\0')
        return false;
    *out = (struct sb_point){ADC_X, ADC_Y + (name[3] - '0') * ADC_PITCH};
    return true;
}
