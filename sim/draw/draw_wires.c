/* SPDX-License-Identifier: MIT */
/* Wires over the parts, with an edge that keeps them apart where they cross. */
#include "sim/draw/draw.h"

#include "sim/draw/path.h"

#define WIRE_WIDTH 2.4
#define EDGE_WIDTH 3.8

static bool drives_supply(const struct sb_wire *wire, bool level)
{
    for (struct sb_list *n = wire->terminals.next; n != &wire->terminals; n = n->next) {
        const struct sb_terminal *terminal = SB_CONTAINER_OF(n, struct sb_terminal, node);

        if (terminal->strength == SB_STRENGTH_SUPPLY && terminal->drive_level == level)
            return true;
    }
    return false;
}

struct sb_colour sb_draw_wire_colour(const struct sb_connection *connection)
{
    const struct sb_wire *wire = connection->a->wire;
    struct sb_colour colour = sb_colour_hex(0x0a9a3c);

    if (drives_supply(wire, false))
        colour = sb_colour_hex(0x202020);
    else if (drives_supply(wire, true))
        colour = sb_colour_hex(0xd42020);
    return sb_colour_of(connection->colour, colour);
}

void sb_draw_wires(struct sb_canvas *canvas, const struct sb_world *world)
{
    struct sb_path path;

    for (struct sb_list *n = world->connections.next; n != &world->connections; n = n->next) {
        const struct sb_connection *connection = SB_CONTAINER_OF(n, struct sb_connection, node);
        struct sb_colour colour = sb_draw_wire_colour(connection);
        bool is_dark = sb_colour_brightness(colour) < 0.2;

        if (!sb_path_of_connection(&path, connection))
            continue;
        sb_canvas_line(canvas, path.points, path.count, EDGE_WIDTH,
                       sb_colour_mix(colour, sb_colour_hex(is_dark ? 0x808080 : 0x000000), 0.5));
        sb_canvas_line(canvas, path.points, path.count, WIRE_WIDTH, colour);
    }
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        const struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);

        if (sb_geometry_shape(part->type) == SB_SHAPE_JUNCTION && !part->hide)
            sb_canvas_disc(canvas, part->left, part->top, 3.2, sb_colour_hex(0x263238));
    }
}
