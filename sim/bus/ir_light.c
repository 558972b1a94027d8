/* SPDX-License-Identifier: MIT */
/* Infrared light: tells each eye when the first lamp that it sees goes on and the last one off. */
#include "sim/bus/ir_light.h"

#include "sim/world.h"

static bool sees(const struct sb_ir_eye *eye, unsigned carrier_hz)
{
    return carrier_hz >= eye->carrier_min_hz && carrier_hz <= eye->carrier_max_hz;
}

void sb_ir_light_init(struct sb_ir_light *light)
{
    sb_list_init(&light->eyes);
}

void sb_ir_eye_open(struct sb_world *world, struct sb_ir_eye *eye, unsigned carrier_min_hz,
                    unsigned carrier_max_hz, sb_ir_eye_fn *fn, void *arg)
{
    *eye = (struct sb_ir_eye){
        .fn = fn,
        .arg = arg,
        .carrier_min_hz = carrier_min_hz,
        .carrier_max_hz = carrier_max_hz,
    };
    sb_list_append(&world->ir_light.eyes, &eye->node);
}

void sb_ir_eye_close(struct sb_ir_eye *eye)
{
    sb_list_remove(&eye->node);
}

void sb_ir_lamp_set(struct sb_world *world, struct sb_ir_lamp *lamp, bool is_lit,
                    unsigned carrier_hz)
{
    struct sb_list *node;
    struct sb_list *after;

    if (lamp->is_lit == is_lit)
        return;
    lamp->is_lit = is_lit;
    if (is_lit)
        lamp->carrier_hz = carrier_hz;
    SB_LIST_FOR_EACH(node, after, &world->ir_light.eyes)
    {
        struct sb_ir_eye *eye = SB_CONTAINER_OF(node, struct sb_ir_eye, node);

        if (!sees(eye, lamp->carrier_hz))
            continue;
        if (is_lit ? eye->lit_count++ == 0 : --eye->lit_count == 0)
            eye->fn(is_lit, eye->arg);
    }
}
