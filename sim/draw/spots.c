/* SPDX-License-Identifier: MIT */
/* Where parts can be touched: see spots.h. */
#include "sim/draw/spots.h"

#include <math.h>
#include <string.h>

#include "sim/parts/part_ir_remote.h"

/* Keys of the remote that no command of the window uses; as the controls of its type. */
static const char *const remote_keys[SB_IR_REMOTE_KEYS] = {
    "o", "m", "t", "PageUp", "b", "ArrowLeft", "Enter", "ArrowRight", "0", "PageDown",
    "c", "1", "2", "3",      "4", "5",         "6",     "7",          "8", "9",
};

static bool is_named(const struct sb_part *part, const char *type)
{
    return strcmp(part->type->name, type) == 0;
}

static struct sb_box whole(const struct sb_part *part)
{
    struct sb_point size = sb_geometry_size(part);

    return (struct sb_box){0, 0, size.x, size.y};
}

unsigned sb_spot_count(const struct sb_part *part)
{
    if (is_named(part, "wokwi-ir-remote"))
        return SB_IR_REMOTE_KEYS;
    if (is_named(part, "softboard-htu21d"))
        return 2;
    if (sb_part_control_find(part, "pressed") >= 0 || sb_part_control_find(part, "position") >= 0 ||
        sb_part_control_find(part, "fix") >= 0)
        return 1;
    return 0;
}

static struct sb_spot remote_spot(unsigned index)
{
    struct sb_point at = sb_geometry_remote_key(index);

    return (struct sb_spot){
        .kind = SB_SPOT_PRESS,
        .control = index,
        .box = {at.x - SB_REMOTE_KEY_RADIUS, at.y - SB_REMOTE_KEY_RADIUS,
                at.x + SB_REMOTE_KEY_RADIUS, at.y + SB_REMOTE_KEY_RADIUS},
        .key = remote_keys[index],
        .less = "",
    };
}

static struct sb_spot slide(const struct sb_part *part, const char *control, struct sb_box box,
                            double step)
{
    return (struct sb_spot){
        .kind = SB_SPOT_SLIDE,
        .control = (unsigned)sb_part_control_find(part, control),
        .box = box,
        .key = "",
        .less = "",
        .step = step,
    };
}

static struct sb_spot knob_spot(const struct sb_part *part)
{
    struct sb_spot spot = slide(part, "position", whole(part), 0.01);

    spot.key = "ArrowRight";
    spot.less = "ArrowLeft";
    return spot;
}

/* The air around the sensor. */
static struct sb_spot sensor_spot(const struct sb_part *part, unsigned index)
{
    bool is_humidity = index == 1;
    struct sb_spot spot = slide(part, is_humidity ? "humidity" : "temperature",
                                sb_geometry_sensor_slider(index), is_humidity ? 1 : 0.5);

    spot.key = is_humidity ? "}" : "]";
    spot.less = is_humidity ? "{" : "[";
    return spot;
}

struct sb_spot sb_spot_at(const struct sb_part *part, unsigned index)
{
    struct sb_spot spot = {.kind = SB_SPOT_PRESS, .box = whole(part), .key = "", .less = ""};

    if (is_named(part, "wokwi-ir-remote"))
        return remote_spot(index);
    if (is_named(part, "softboard-htu21d"))
        return sensor_spot(part, index);
    if (sb_part_control_find(part, "position") >= 0)
        return knob_spot(part);
    if (sb_part_control_find(part, "fix") >= 0) {
        spot.kind = SB_SPOT_TOGGLE;
        spot.control = (unsigned)sb_part_control_find(part, "fix");
        return spot;
    }
    spot.control = (unsigned)sb_part_control_find(part, "pressed");
    spot.key = sb_part_attr(part, "key");
    return spot;
}

/* A place of the board in the part's own coordinates: a rotation's inverse is its transpose. */
static struct sb_point own_point(const struct sb_part *part, double x, double y)
{
    struct sb_transform t = sb_geometry_transform(part);
    double dx = x - t.x0;
    double dy = y - t.y0;

    return (struct sb_point){t.xx * dx + t.yx * dy, t.xy * dx + t.yy * dy};
}

struct sb_part *sb_spot_hit(const struct sb_world *world, double x, double y, unsigned *index)
{
    for (struct sb_list *n = world->parts.prev; n != &world->parts; n = n->prev) {
        struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);
        struct sb_point at = own_point(part, x, y);
        unsigned count = part->hide ? 0 : sb_spot_count(part);

        for (*index = 0; *index < count; (*index)++) {
            struct sb_box box = sb_spot_at(part, *index).box;

            if (at.x >= box.left && at.x < box.right && at.y >= box.top && at.y < box.bottom)
                return part;
        }
    }
    return NULL;
}

double sb_spot_value(const struct sb_part *part, const struct sb_spot *spot, double x, double y)
{
    const struct sb_part_control *control = &part->type->controls[spot->control];
    double share = (own_point(part, x, y).x - spot->box.left) / (spot->box.right - spot->box.left);

    return control->min + (control->max - control->min) * fmin(fmax(share, 0), 1);
}
