/* SPDX-License-Identifier: MIT */
/* Where each part has its pins: see geometry.h. Controllers' are in geometry_boards.c. */
#include "sim/draw/geometry.h"

#include <stdlib.h>
#include <string.h>

static bool is_used(const struct sb_terminal *terminal)
{
    const struct sb_list *on_wire = &terminal->wire->terminals;

    return on_wire->next->next != on_wire;
}

unsigned sb_geometry_used_pins(const struct sb_part *part, unsigned before)
{
    unsigned count = 0;

    for (unsigned i = 0; i < before; i++)
        count += is_used(&part->terminals[i]);
    return count;
}

/* Pins of a plain box: those in use, down its right side. */
static bool box_pin(const struct sb_part *part, const char *name, struct sb_point *out)
{
    int terminal = sb_part_type_pin(part->type, name);
    unsigned row = terminal < 0 ? 0 : sb_geometry_used_pins(part, (unsigned)terminal);

    *out = (struct sb_point){SB_BOX_WIDTH, SB_BOX_TITLE + row * SB_BOX_PIN_PITCH};
    return terminal >= 0;
}

static bool board_pin(const struct sb_part *part, const char *name, struct sb_point *out)
{
    const struct sb_board_layout *board = sb_board_layout_of(part->type);
    const struct sb_board_pin *nearest = NULL;
    size_t length = strlen(name);

    for (unsigned i = 0; i < board->pin_count; i++) {
        const struct sb_board_pin *pin = &board->pins[i];

        if (strcmp(pin->name, name) == 0) {
            *out = (struct sb_point){(double)pin->x, (double)pin->y};
            return true;
        }
        if (nearest == NULL && strncmp(pin->name, name, length) == 0 && pin->name[length] == '.')
            nearest = pin; /* "GND" is drawn as "GND.1" */
    }
    *out = nearest == NULL ? (struct sb_point){(double)board->width / 2, (double)board->height / 2}
                           : (struct sb_point){(double)nearest->x, (double)nearest->y};
    return nearest != NULL;
}

static bool breadboard_pin(const struct sb_part *part, const char *name, struct sb_point *out)
{
    static const char *const rails[] = {"tp.", "tn.", "bp.", "bn."};
    struct sb_breadboard_layout layout = sb_geometry_breadboard(part->type);
    unsigned long column = strtoul(name, NULL, 10);
    size_t length = strlen(name);

    *out = (struct sb_point){layout.width / 2, layout.height / 2};
    for (unsigned i = 0; i < 4; i++) {
        if (strncmp(name, rails[i], 3) == 0) {
            column = strtoul(name + 3, NULL, 10);
            *out = sb_breadboard_rail_hole(&layout, i, column < 1 ? 1 : (unsigned)column);
            return layout.rail_holes > 0;
        }
    }
    if (column < 1 || length < 3 || name[length - 1] < 'a' || name[length - 1] > 'j')
        return false;
    *out = sb_breadboard_hole(&layout, name[length - 1], (unsigned)column);
    return column <= layout.columns;
}

/* The sixteen pins of an LCD module; E2 is put after them. */
static bool lcd_pin(const struct sb_part *part, const char *name, struct sb_point *out)
{
    static const double x[] = {32,    41.5, 51.5,  60.5, 70.5,  80,    89.5, 99.5, 109,
                               118.5, 128,  137.5, 147,  156.5, 166.5, 176,  185.5};
    struct sb_lcd_layout lcd = sb_geometry_lcd(part);
    int terminal = sb_part_type_pin(part->type, name);

    *out = (struct sb_point){x[0], lcd.pin_y};
    if (terminal < 0 || terminal >= (int)(sizeof(x) / sizeof(x[0])))
        return false;
    out->x = x[terminal];
    return true;
}

static bool button_pin(const char *name, double width, double first_y, double second_y,
                       struct sb_point *out)
{
    bool is_right = strlen(name) > 2 && name[2] == 'r';

    *out = (struct sb_point){is_right ? width : 0, name[0] == '2' ? second_y : first_y};
    return true;
}

/* Modules, whose pins stand in a row or anywhere. */
struct module_pin {
    const char *name;
    double x, y;
};

static const struct module_pin receiver_pins[] = {
    {"GND", 20, 87.75}, {"VCC", 30, 87.75}, {"DAT", 40, 87.75}, {0}};
static const struct module_pin knob_pins[] = {
    {"GND", 29, 68.5}, {"SIG", 37, 68.5}, {"VCC", 46.75, 68.5}, {0}};
static const struct module_pin sensor_pins[] = {
    {"VCC", 32, 91}, {"GND", 48, 91}, {"SCL", 64, 91}, {"SDA", 80, 91}, {0}};
static const struct module_pin gps_pins[] = {{"VCC", 83, 128}, {"GND", 99, 128},  {"TX", 115, 128},
                                             {"RX", 131, 128}, {"PPS", 147, 128}, {0}};

static bool module_pin(const struct module_pin *pins, const char *name, struct sb_point *out)
{
    *out = (struct sb_point){pins[0].x, pins[0].y};
    for (; pins->name != NULL; pins++) {
        if (strcmp(pins->name, name) == 0) {
            *out = (struct sb_point){pins->x, pins->y};
            return true;
        }
    }
    return false;
}

/* VCC and SIG on the left, GND on the right, as Wokwi has them. */
static bool slider_pin(const char *name, double width, struct sb_point *out)
{
    *out = (struct sb_point){name[0] == 'G' ? width - 1 : 1, name[0] == 'S' ? 66.5 : 43};
    return true;
}

bool sb_geometry_pin(const struct sb_part *part, const char *name, struct sb_point *out)
{
    struct sb_point size = sb_geometry_size(part);
    int number;

    switch (sb_geometry_shape(part->type)) {
    case SB_SHAPE_RASPBERRY_PI:
        if (sb_geometry_adc_pin(name, out))
            return true;
        number = sb_geometry_header_number(name);
        *out = sb_geometry_header_pin(number < 1 ? 6 : number);
        return number > 0;
    case SB_SHAPE_BOARD:
        return board_pin(part, name, out);
    case SB_SHAPE_LED:
        *out = (struct sb_point){(name[0] == 'A') != sb_part_attr_flag(part, "flip") ? 25 : 15, 42};
        return true;
    case SB_SHAPE_BUTTON:
        return button_pin(name, 67, 13, 32, out);
    case SB_SHAPE_BUTTON_6MM:
        return button_pin(name, 28, 2.2, 21, out);
    case SB_SHAPE_RESISTOR:
        *out = (struct sb_point){name[0] == '2' ? 58.8 : 0, 5.65};
        return true;
    case SB_SHAPE_LCD:
        return lcd_pin(part, name, out);
    case SB_SHAPE_BREADBOARD:
        return breadboard_pin(part, name, out);
    case SB_SHAPE_GND:
        *out = (struct sb_point){size.x / 2, 0};
        return true;
    case SB_SHAPE_VCC:
        *out = (struct sb_point){size.x / 2, size.y};
        return true;
    case SB_SHAPE_IR_RECEIVER:
        return module_pin(receiver_pins, name, out);
    case SB_SHAPE_KNOB:
        return module_pin(knob_pins, name, out);
    case SB_SHAPE_SLIDER:
        return slider_pin(name, size.x, out);
    case SB_SHAPE_SENSOR:
        return module_pin(sensor_pins, name, out);
    case SB_SHAPE_GPS:
        return module_pin(gps_pins, name, out);
    case SB_SHAPE_IR_REMOTE:
    case SB_SHAPE_JUNCTION:
    case SB_SHAPE_TEXT:
    case SB_SHAPE_NOTHING:
        *out = (struct sb_point){0, 0};
        return true;
    case SB_SHAPE_BOX:
        break;
    }
    return box_pin(part, name, out);
}

bool sb_geometry_board_pin(const struct sb_part *part, const char *name, struct sb_point *out)
{
    struct sb_transform transform = sb_geometry_transform(part);
    struct sb_point at;
    bool is_there = sb_geometry_pin(part, name, &at);

    *out = sb_transform_point(&transform, at.x, at.y);
    return is_there;
}
