/* SPDX-License-Identifier: MIT */
/* Sizes and places: see geometry.h. Pins are in geometry_pins.c. */
#include "sim/draw/geometry.h"

#include <math.h>
#include <string.h>

#include "sim/draw/path.h"
#include "sim/parts/part_hd44780.h"

#define LABEL_SIZE       10.0
#define SB_BOX_WIDTH     96.0
#define SB_BOX_PIN_PITCH 14.4
#define SB_BOX_TITLE     30.0

/* ---- transforms and boxes */

struct sb_point sb_transform_point(const struct sb_transform *t, double x, double y)
{
    return (struct sb_point){t->xx * x + t->xy * y + t->x0, t->yx * x + t->yy * y + t->y0};
}

struct sb_transform sb_transform_chain(const struct sb_transform *outer,
                                       const struct sb_transform *inner)
{
    return (struct sb_transform){
        .xx = outer->xx * inner->xx + outer->xy * inner->yx,
        .xy = outer->xx * inner->xy + outer->xy * inner->yy,
        .x0 = outer->xx * inner->x0 + outer->xy * inner->y0 + outer->x0,
        .yx = outer->yx * inner->xx + outer->yy * inner->yx,
        .yy = outer->yx * inner->xy + outer->yy * inner->yy,
        .y0 = outer->yx * inner->x0 + outer->yy * inner->y0 + outer->y0,
    };
}

void sb_box_add(struct sb_box *box, double x, double y)
{
    box->left = fmin(box->left, x);
    box->right = fmax(box->right, x);
    box->top = fmin(box->top, y);
    box->bottom = fmax(box->bottom, y);
}

void sb_box_join(struct sb_box *box, const struct sb_box *other)
{
    if (other->left > other->right)
        return;
    sb_box_add(box, other->left, other->top);
    sb_box_add(box, other->right, other->bottom);
}

/* ---- shapes */

enum sb_shape sb_geometry_shape(const struct sb_part_type *type)
{
    static const struct {
        const char *name;
        enum sb_shape shape;
    } shapes[] = {
        {"softboard-raspberry-pi", SB_SHAPE_RASPBERRY_PI},
        {"wokwi-led", SB_SHAPE_LED},
        {"wokwi-pushbutton", SB_SHAPE_BUTTON},
        {"wokwi-pushbutton-6mm", SB_SHAPE_BUTTON_6MM},
        {"wokwi-resistor", SB_SHAPE_RESISTOR},
        {"wokwi-lcd1602", SB_SHAPE_LCD},
        {"wokwi-lcd2004", SB_SHAPE_LCD},
        {"softboard-lcd", SB_SHAPE_LCD},
        {"wokwi-breadboard", SB_SHAPE_BREADBOARD},
        {"wokwi-breadboard-half", SB_SHAPE_BREADBOARD},
        {"wokwi-breadboard-mini", SB_SHAPE_BREADBOARD},
        {"wokwi-junction", SB_SHAPE_JUNCTION},
        {"wokwi-gnd", SB_SHAPE_GND},
        {"wokwi-vcc", SB_SHAPE_VCC},
        {"wokwi-text", SB_SHAPE_TEXT},
        {"wokwi-logo", SB_SHAPE_NOTHING},
        {"wokwi-ir-remote", SB_SHAPE_IR_REMOTE},
        {"wokwi-ir-receiver", SB_SHAPE_IR_RECEIVER},
        {"wokwi-potentiometer", SB_SHAPE_KNOB},
        {"wokwi-slide-potentiometer", SB_SHAPE_SLIDER},
        {"softboard-htu21d", SB_SHAPE_SENSOR},
        {"softboard-gps", SB_SHAPE_GPS},
    };

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        if (strcmp(shapes[i].name, type->name) == 0)
            return shapes[i].shape;
    return sb_board_layout_of(type) != NULL ? SB_SHAPE_BOARD : SB_SHAPE_BOX;
}

struct sb_lcd_layout sb_geometry_lcd(const struct sb_part *part)
{
    unsigned columns = sb_part_hd44780_columns(part);
    unsigned rows = sb_part_hd44780_rows(part);
    struct sb_lcd_layout lcd = {
        .columns = columns,
        .rows = rows,
        .dot_pitch = 2.5,
        .dot_size = 2,
        .cell_width = 13.5,
        .cell_height = 22.5,
        .left = 46.5,
        .top = 47.5,
    };

    /* The module and its pins are as large as Wokwi's; the dots are on a grid of half pixels. */
    lcd.panel_left = 28.5;
    lcd.panel_top = 39;
    lcd.panel_width = columns * 3.5125 * SB_PIXELS_PER_MM + 37;
    lcd.panel_height = rows * 5.75 * SB_PIXELS_PER_MM + 17;
    lcd.width = (columns * 3.5125 + 23.8) * SB_PIXELS_PER_MM;
    lcd.height = (rows * 5.75 + 24.5) * SB_PIXELS_PER_MM;
    lcd.pin_y = 87.5 + rows * 5.75 * SB_PIXELS_PER_MM;
    lcd.left = floor(lcd.panel_left * 2 + lcd.panel_width - (columns * 13.5 - 1.5)) / 2;
    lcd.top = floor(lcd.panel_top * 2 + lcd.panel_height - (rows * 22.5 - 3)) / 2;
    return lcd;
}

/* Three keys a row, seven rows; between power and menu there is none. */
struct sb_point sb_geometry_remote_key(unsigned index)
{
    unsigned place = index == 0 ? 0 : index + 1;
    unsigned row = place / 3;

    return (struct sb_point){36.5 + place % 3 * 39.0, 40.0 + row * 37.0};
}

struct sb_box sb_geometry_slider(const struct sb_part *part)
{
    double travel = sb_part_attr_number(part, "travelLength") * SB_PIXELS_PER_MM;

    return (struct sb_box){47.2, 44, 47.2 + travel, 66};
}

struct sb_box sb_geometry_sensor_slider(unsigned index)
{
    return (struct sb_box){10, 36 + index * 28.0, 102, 44 + index * 28.0};
}

struct sb_breadboard_layout sb_geometry_breadboard(const struct sb_part_type *type)
{
    if (strcmp(type->name, "wokwi-breadboard-mini") == 0)
        return (struct sb_breadboard_layout){17, 0, 177.6, 132};
    if (strcmp(type->name, "wokwi-breadboard-half") == 0)
        return (struct sb_breadboard_layout){30, 25, 312, 206.4};
    return (struct sb_breadboard_layout){63, 50, 624, 206.4};
}

struct sb_point sb_breadboard_hole(const struct sb_breadboard_layout *layout, char row,
                                   unsigned column)
{
    double first_x = (layout->width - (layout->columns - 1) * 9.6) / 2;
    double y = layout->height / 2 - 52.8 + (row - 'a') * 9.6 + (row >= 'f' ? 19.2 : 0);

    return (struct sb_point){first_x + ((double)column - 1) * 9.6, y};
}

struct sb_point sb_breadboard_rail_hole(const struct sb_breadboard_layout *layout, unsigned rail,
                                        unsigned number)
{
    unsigned groups = layout->rail_holes / 5;
    unsigned column = (number - 1) / 5 * 6 + (number - 1) % 5;
    double first_x = (layout->width - (groups * 6 - 2) * 9.6) / 2;
    double y = rail < 2 ? 14.4 + rail * 9.6 : layout->height - 24 + (rail - 2) * 9.6;

    return (struct sb_point){first_x + column * 9.6, y};
}

/* Widest line in characters, and the number of lines. */
static struct sb_point text_extent(const char *text)
{
    struct sb_point extent = {0, 1};
    double width = 0;

    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            extent.y++;
            width = 0;
        } else if ((*text & 0xc0) != 0x80) {
            extent.x = fmax(extent.x, ++width);
        }
    }
    return extent;
}

struct sb_point sb_geometry_size(const struct sb_part *part)
{
    const struct sb_board_layout *board;
    struct sb_breadboard_layout breadboard;
    struct sb_lcd_layout lcd;
    struct sb_point extent;

    switch (sb_geometry_shape(part->type)) {
    case SB_SHAPE_RASPBERRY_PI:
        return (struct sb_point){85 * SB_PIXELS_PER_MM, 56 * SB_PIXELS_PER_MM};
    case SB_SHAPE_BOARD:
        board = sb_board_layout_of(part->type);
        return (struct sb_point){(double)board->width, (double)board->height};
    case SB_SHAPE_LED:
        return (struct sb_point){40, 50};
    case SB_SHAPE_BUTTON:
        return (struct sb_point){67.3, 45.4};
    case SB_SHAPE_BUTTON_6MM:
        return (struct sb_point){28, 22.7};
    case SB_SHAPE_RESISTOR:
        return (struct sb_point){59.1, 11.3};
    case SB_SHAPE_LCD:
        lcd = sb_geometry_lcd(part);
        return (struct sb_point){lcd.width, lcd.height};
    case SB_SHAPE_BREADBOARD:
        breadboard = sb_geometry_breadboard(part->type);
        return (struct sb_point){breadboard.width, breadboard.height};
    case SB_SHAPE_GND:
    case SB_SHAPE_VCC:
        return (struct sb_point){19.2, 19.2};
    case SB_SHAPE_TEXT:
        extent = text_extent(sb_part_attr(part, "text"));
        return (struct sb_point){extent.x * 0.6 * sb_part_attr_number(part, "fontSize"),
                                 extent.y * 1.2 * sb_part_attr_number(part, "fontSize")};
    case SB_SHAPE_IR_REMOTE:
        return (struct sb_point){151, 316};
    case SB_SHAPE_IR_RECEIVER:
        return (struct sb_point){61.1, 88.75};
    case SB_SHAPE_KNOB:
        return (struct sb_point){75.6, 75.6};
    case SB_SHAPE_SLIDER:
        return (struct sb_point){
            94.4 + sb_part_attr_number(part, "travelLength") * SB_PIXELS_PER_MM, 109.6};
    case SB_SHAPE_SENSOR:
        return (struct sb_point){112, 96};
    case SB_SHAPE_GPS:
        return (struct sb_point){184, 134};
    case SB_SHAPE_JUNCTION:
    case SB_SHAPE_NOTHING:
        return (struct sb_point){0, 0};
    case SB_SHAPE_BOX:
        break;
    }
    return (struct sb_point){
        SB_BOX_WIDTH,
        fmax(44, SB_BOX_TITLE +
                     sb_geometry_used_pins(part, part->type->terminal_count) * SB_BOX_PIN_PITCH)};
}

struct sb_transform sb_geometry_transform(const struct sb_part *part)
{
    struct sb_point size = sb_geometry_size(part);
    double angle = part->rotate * (3.14159265358979323846 / 180);
    struct sb_transform t = {.xx = cos(angle), .xy = -sin(angle)};
    double quarters = part->rotate / 90;

    if (quarters == floor(quarters)) { /* exact, so that dots and edges stay on the grid */
        t.xx = round(t.xx);
        t.xy = round(t.xy);
    }
    t.yx = -t.xy;
    t.yy = t.xx;
    t.x0 = part->left + size.x / 2 - (t.xx * size.x + t.xy * size.y) / 2;
    t.y0 = part->top + size.y / 2 - (t.yx * size.x + t.yy * size.y) / 2;
    return t;
}

/* ---- bounds */

/* What a label below the part, centred, adds to its box. */
static void add_label(struct sb_box *box, const struct sb_part *part, struct sb_point size)
{
    const char *label = sb_part_attr(part, "label");
    double width = text_extent(label).x * 0.6 * LABEL_SIZE;

    if (*label == '\0')
        return;
    sb_box_add(box, (size.x - width) / 2, size.y);
    sb_box_add(box, (size.x + width) / 2, size.y + LABEL_SIZE + 6);
}

struct sb_box sb_geometry_bounds(const struct sb_part *part)
{
    struct sb_transform transform = sb_geometry_transform(part);
    struct sb_point size = sb_geometry_size(part);
    struct sb_box own = {0, 0, size.x, size.y};
    struct sb_box box = SB_BOX_EMPTY;
    struct sb_point at;

    if (part->hide || sb_geometry_shape(part->type) == SB_SHAPE_NOTHING)
        return box;
    switch (sb_geometry_shape(part->type)) {
    case SB_SHAPE_LED:
        own = (struct sb_box){-4, -8, 44, 50}; /* its glow */
        add_label(&own, part, size);
        break;
    case SB_SHAPE_BUTTON:
    case SB_SHAPE_BUTTON_6MM:
        add_label(&own, part, size);
        break;
    case SB_SHAPE_JUNCTION:
        own = (struct sb_box){-4, -4, 4, 4};
        break;
    case SB_SHAPE_RASPBERRY_PI:
        own.top = -34; /* labels of the outer row of pins */
        break;
    default:
        break;
    }
    for (unsigned corner = 0; corner < 4; corner++) {
        at = sb_transform_point(&transform, corner & 1 ? own.right : own.left,
                                corner & 2 ? own.bottom : own.top);
        sb_box_add(&box, at.x, at.y);
    }
    return box;
}

struct sb_box sb_geometry_world_bounds(const struct sb_world *world)
{
    struct sb_box box = SB_BOX_EMPTY;

    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        struct sb_box part = sb_geometry_bounds(SB_CONTAINER_OF(n, struct sb_part, node));

        sb_box_join(&box, &part);
    }
    for (struct sb_list *n = world->connections.next; n != &world->connections; n = n->next) {
        struct sb_path path;

        if (!sb_path_of_connection(&path, SB_CONTAINER_OF(n, struct sb_connection, node)))
            continue;
        for (unsigned i = 0; i < path.count; i++)
            sb_box_add(&box, path.points[i].x, path.points[i].y);
    }
    if (box.left > box.right)
        box = (struct sb_box){0, 0, 96, 48};
    return box;
}
