/* SPDX-License-Identifier: MIT */
/* Listing pins: see pin_list.h. */
#include "tools/app/pin_list.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hal-linux/lines_linux.h"
#include "lib/hal/rpi_header.h"
#include "sim/bus/board_buses.h"
#include "sim/controller.h"

/* Where the columns begin: a pin's name, its line, and what is wired to it. */
#define NAME_COLUMN        2
#define LINE_COLUMN        20
#define WIRES_COLUMN       29
#define NAMED_WIRES_COLUMN 38 /* of a board whose pins have other names than their lines */
#define GAP                2

/* ---- columns */

/* Writes at a column, or behind what is there already. `used` is how much of the row there is. */
static void __attribute__((format(printf, 3, 4)))
put(unsigned *used, unsigned column, const char *format, ...)
{
    unsigned gap = *used + GAP > column ? GAP : column - *used;
    va_list values;

    *used += (unsigned)printf("%*s", (int)gap, "");
    va_start(values, format);
    *used += (unsigned)vprintf(format, values);
    va_end(values);
}

/* 0 is no pin of the header. */
static void put_name(unsigned *used, const char *name, int header_pin)
{
    if (header_pin > 0)
        put(used, NAME_COLUMN, "%s (pin %d)", name, header_pin);
    else
        put(used, NAME_COLUMN, "%s", name);
}

/* And how the chip calls it, when that is not how the pin is called. */
static void put_line(unsigned *used, const struct sb_linux_line *line, const char *pin_name)
{
    if (strcmp(line->name, pin_name) == 0)
        put(used, LINE_COLUMN, "line %2u", line->offset);
    else
        put(used, LINE_COLUMN, "line %2u (%s)", line->offset, line->name);
}

/* `count` is how many the row has already. */
static void put_neighbours(unsigned *used, unsigned column, const struct sb_terminal *terminal,
                           unsigned *count)
{
    const struct sb_list *terminals = &terminal->wire->terminals;

    for (struct sb_list *n = terminals->next; n != terminals; n = n->next) {
        const struct sb_terminal *other = SB_CONTAINER_OF(n, struct sb_terminal, node);

        if (other == terminal)
            continue;
        if ((*count)++ == 0)
            put(used, column, "%s:%s", other->part->id, other->name);
        else
            *used += (unsigned)printf(", %s:%s", other->part->id, other->name);
    }
}

static void put_user(unsigned *used, const struct sb_linux_line *line)
{
    if (line->consumer[0] != '\0')
        put(used, 0, "used by '%s'", line->consumer);
}

/* ---- a controller */

static bool is_pin(const struct sb_part *controller, unsigned terminal)
{
    return sb_part_type_role(controller->type, terminal) == SB_ROLE_SIGNAL;
}

static void put_pin(unsigned *used, const struct sb_terminal *terminal)
{
    const struct sb_part *controller = terminal->part;
    int gpio = sb_controller_is_pi(controller) ? sb_rpi_gpio_by_name(terminal->name) : -1;

    put_name(used, terminal->name, gpio < 0 ? 0 : sb_rpi_header_number(gpio));
}

void sb_pin_list_print_world(const struct sb_world *world)
{
    const struct sb_part *controller = sb_world_controller(world);

    printf("%s (%s)\n", controller->id, controller->type->name);
    for (unsigned i = 0; i < controller->type->terminal_count; i++) {
        unsigned used = 0;
        unsigned count = 0;

        if (!is_pin(controller, i))
            continue;
        put_pin(&used, &controller->terminals[i]);
        put_neighbours(&used, LINE_COLUMN, &controller->terminals[i], &count);
        putchar('\n');
    }
}

/* ---- a chip */

static void print_line(const struct sb_linux_line *line)
{
    unsigned used = 0;

    put_name(&used, line->name, line->header_pin);
    put_line(&used, line, line->name);
    put_user(&used, line);
    putchar('\n');
}

int sb_pin_list_print_lines(struct sb_linux_board *board)
{
    int rc = sb_linux_board_open_chip(board);
    struct sb_linux_chip_info chip;

    if (rc < 0)
        return rc;
    sb_linux_board_chip(board, &chip);
    printf("%s (%s)\n", chip.name, chip.label);
    for (unsigned i = 0; i < chip.line_count; i++) {
        struct sb_linux_line line;

        sb_linux_board_line(board, i, &line);
        print_line(&line);
    }
    return 0;
}

/* ---- a controller whose pins are lines of a chip */

/* Where no pin has a line of another name, the wires stand as near as they can. */
static unsigned wires_column(const struct sb_mirror *mirror)
{
    return sb_controller_is_pi(mirror->controller) ? WIRES_COLUMN : NAMED_WIRES_COLUMN;
}

static void print_mirrored(const struct sb_mirror *mirror, unsigned index)
{
    const struct sb_terminal *terminal = &mirror->controller->terminals[index];
    int offset = mirror->lines[index].offset;
    struct sb_linux_line line = {.offset = 0};
    unsigned used = 0;
    unsigned count = 0;

    put_pin(&used, terminal);
    if (offset >= 0) {
        sb_linux_board_line(mirror->board, (unsigned)offset, &line);
        put_line(&used, &line, terminal->name);
    }
    put_neighbours(&used, wires_column(mirror), terminal, &count);
    put_user(&used, &line);
    putchar('\n');
}

/* A serial port that the board file has put elsewhere than at its pins' lines. */
static void print_port(const struct sb_mirror *mirror, const struct sb_mirror_port *named)
{
    const struct sb_part *controller = mirror->controller;
    int ends[] = {sb_part_type_pin(controller->type, named->port->tx),
                  sb_part_type_pin(controller->type, named->port->rx)};
    unsigned used = 0;
    unsigned count = 0;

    put_name(&used, named->port->name, 0);
    put(&used, LINE_COLUMN, "%s", named->name);
    for (unsigned i = 0; i < 2; i++)
        put_neighbours(&used, wires_column(mirror), &controller->terminals[ends[i]], &count);
    putchar('\n');
}

void sb_pin_list_print_mirror(const struct sb_mirror *mirror)
{
    const struct sb_part *controller = mirror->controller;
    struct sb_linux_chip_info chip;

    sb_linux_board_chip(mirror->board, &chip);
    printf("%s (%s)\n", controller->id, controller->type->name);
    for (unsigned i = 0; i < controller->type->terminal_count; i++)
        if (is_pin(controller, i))
            print_mirrored(mirror, i);
    for (unsigned i = 0; i < mirror->port_count; i++)
        print_port(mirror, &mirror->ports[i]);
    printf("%s (%s), its other lines\n", chip.name, chip.label);
    for (unsigned i = 0; i < chip.line_count; i++) {
        struct sb_linux_line line;

        if (mirror->by_offset[i] != NULL)
            continue;
        sb_linux_board_line(mirror->board, i, &line);
        print_line(&line);
    }
}
