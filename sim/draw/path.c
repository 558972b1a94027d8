/* SPDX-License-Identifier: MIT */
/* Wires' paths: see path.h. */
#include "sim/draw/path.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX (SB_PATH_POINTS_MAX / 2 - 3)

struct item {
    char direction; /* 'h', 'v' */
    double length;
};

static unsigned read_items(const char **text, struct item items[ITEMS_MAX])
{
    unsigned count = 0;

    while (**text != '\0' && **text != '*') {
        char direction = **text;

        if ((direction == 'h' || direction == 'v') && count < ITEMS_MAX) {
            char *end;
            double length = strtod(*text + 1, &end);

            if (end != *text + 1 && length != 0 && isfinite(length))
                items[count++] = (struct item){direction, length};
        }
        *text += strcspn(*text, " ");
        *text += strspn(*text, " ");
    }
    if (**text == '*')
        *text += 1 + strspn(*text + 1, " ");
    return count;
}

static bool is_near(struct sb_point a, struct sb_point b)
{
    return fabs(a.x - b.x) < 0.01 && fabs(a.y - b.y) < 0.01;
}

static void add(struct sb_path *path, struct sb_point point)
{
    if (path->count > 0 && is_near(path->points[path->count - 1], point))
        return;
    if (path->count < SB_PATH_POINTS_MAX)
        path->points[path->count++] = point;
}

static void step(struct sb_point *point, struct item item)
{
    if (item.direction == 'h')
        point->x += item.length;
    else
        point->y += item.length;
}

void sb_path_lay(struct sb_path *path, struct sb_point a, struct sb_point b, const char *items)
{
    struct item first[ITEMS_MAX];
    struct item second[ITEMS_MAX];
    unsigned first_count = read_items(&items, first);
    unsigned second_count = read_items(&items, second);
    struct sb_point tail[ITEMS_MAX + 1] = {b};
    struct sb_point at = a;
    bool is_vertical_first = false;

    path->count = 0;
    add(path, a);
    for (unsigned i = 0; i < first_count; i++) {
        step(&at, first[i]);
        add(path, at);
    }
    for (unsigned i = 0; i < second_count; i++) {
        tail[i + 1] = tail[i];
        step(&tail[i + 1], second[second_count - 1 - i]);
    }
    /* A corner, not a piece that goes on or back in the same direction. */
    if (first_count > 0)
        is_vertical_first = first[first_count - 1].direction == 'h';
    else if (second_count > 0)
        is_vertical_first = second[0].direction == 'v';
    if (is_vertical_first)
        add(path, (struct sb_point){at.x, tail[second_count].y});
    else
        add(path, (struct sb_point){tail[second_count].x, at.y});
    for (unsigned i = second_count + 1; i > 0; i--)
        add(path, tail[i - 1]);
    if (path->count == 1)
        path->points[path->count++] = b;
}

bool sb_path_of_connection(struct sb_path *path, const struct sb_connection *connection)
{
    struct sb_point a;
    struct sb_point b;

    if (connection->colour != NULL && connection->colour[0] == '\0')
        return false;
    if (strstr(connection->path, "$bb") != NULL)
        return false;
    if (connection->a->part->hide || connection->b->part->hide)
        return false;
    sb_geometry_board_pin(connection->a->part, connection->a_pin, &a);
    sb_geometry_board_pin(connection->b->part, connection->b_pin, &b);
    sb_path_lay(path, a, b, connection->path);
    return true;
}
