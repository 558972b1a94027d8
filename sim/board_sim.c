/* SPDX-License-Identifier: MIT */
/*
 * The simulated board: which pin of the controller a name means, who has it, and what to say when it cannot be had.
 */
#include "sim/board_sim.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/bus/board_buses.h"
#include "sim/bus/board_i2c.h"
#include "sim/controller.h"
#include "sim/pin_sim.h"

/* ---- names */

struct sb_terminal *sb_sim_board_find(const struct sb_sim_board *sim, const char *name)
{
    return sb_controller_terminal(sim->controller, name);
}

int sb_sim_board_fail(struct sb_sim_board *sim, int rc, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(sim->board.error, sizeof(sim->board.error), format, args);
    va_end(args);
    return rc;
}

static int unknown_pin(struct sb_sim_board *sim, const char *name)
{
    sb_controller_explain_unknown(sim->controller, name, sim->board.error,
                                  sizeof(sim->board.error));
    return -ENOENT;
}

/* A pin that the program may have: not power, nobody's. */
static int check_pin(struct sb_sim_board *sim, const struct sb_sim_pin *p)
{
    const char *name = p->pin.name;

    if (sb_part_type_role(sim->controller->type, p->terminal->index) != SB_ROLE_SIGNAL)
        return sb_sim_board_fail(
            sim, -EINVAL, "%s is no pin that a program can use: it is power, ground or unconnected",
            name);
    if (sb_sim_board_is_analog_only(sim->controller->type->name, name))
        return sb_sim_board_fail(sim, -EINVAL,
                                 "%s is an analog input only: open it with sb_board_adc", name);
    if (p->user != NULL)
        return sb_sim_board_fail(sim, -EBUSY, "%s is used by %s: close that first", name, p->user);
    if (p->is_open)
        return sb_sim_board_fail(sim, -EBUSY,
                                 "%s is in use already: close it first, or share the handle", name);
    return 0;
}

/* The pin of that name, which is free. Null when there is none such: `*rc`, reported. */
static struct sb_sim_pin *find_pin(struct sb_sim_board *sim, const char *name, int *rc)
{
    const struct sb_terminal *terminal = sb_sim_board_find(sim, name);
    struct sb_sim_pin *p = terminal == NULL ? NULL : &sim->pins[terminal->index];

    *rc = p == NULL ? unknown_pin(sim, name) : check_pin(sim, p);
    return *rc < 0 ? NULL : p;
}

static int open_pin(struct sb_sim_board *sim, struct sb_sim_pin *p, unsigned flags)
{
    int rc = sb_sim_pin_open(p, flags);

    return rc < 0 ? sb_sim_board_fail(sim, rc,
                                      "%s: these flags contradict each other: give SB_PIN_INPUT or "
                                      "SB_PIN_OUTPUT, one pull at most, a drive only for an output",
                                      p->pin.name)
                  : 0;
}

static int board_pin(struct sb_board *board, const char *name, unsigned flags, struct sb_pin **out)
{
    struct sb_sim_board *sim = SB_CONTAINER_OF(board, struct sb_sim_board, board);
    int rc;
    struct sb_sim_pin *p = find_pin(sim, name, &rc);

    if (p == NULL)
        return rc;
    rc = open_pin(sim, p, flags);
    if (rc >= 0)
        *out = &p->pin;
    return rc;
}

/* All of these are free, and each is named once. Puts them into `out`. */
static int find_pins(struct sb_sim_board *sim, const char *const *names, unsigned count,
                     struct sb_pin **out)
{
    for (unsigned i = 0; i < count; i++) {
        int rc;
        struct sb_sim_pin *p = find_pin(sim, names[i], &rc);

        if (p == NULL)
            return rc;
        for (unsigned j = 0; j < i; j++)
            if (out[j] == &p->pin)
                return sb_sim_board_fail(sim, -EBUSY, "%s is named twice: name each pin once",
                                         p->pin.name);
        out[i] = &p->pin;
    }
    return 0;
}

/* Nothing is driven before all are known to be free. */
static int board_pins(struct sb_board *board, const char *const *names, unsigned count,
                      unsigned flags, uint64_t values, struct sb_pin **out)
{
    struct sb_sim_board *sim = SB_CONTAINER_OF(board, struct sb_sim_board, board);
    int rc = find_pins(sim, names, count, out);

    sim->request_count++;
    for (unsigned i = 0; i < count && rc >= 0; i++) {
        unsigned initial = (values >> i & 1) != 0 ? SB_PIN_INITIAL_TRUE : 0;

        rc = open_pin(sim, SB_CONTAINER_OF(out[i], struct sb_sim_pin, pin), flags | initial);
        if (rc >= 0)
            out[i]->request = sim->request_count;
    }
    return rc;
}

/* ---- buses */

int sb_sim_board_take(struct sb_sim_board *sim, const char *pin, const char *user,
                      struct sb_terminal **out)
{
    int terminal = sb_part_type_pin(sim->controller->type, pin);
    struct sb_sim_pin *p;

    assert(terminal >= 0);
    p = &sim->pins[terminal];
    if (p->user != NULL)
        return sb_sim_board_fail(sim, -EBUSY, "%s needs %s, which is used by %s: close that first",
                                 user, p->pin.name, p->user);
    if (p->is_open)
        return sb_sim_board_fail(sim, -EBUSY,
                                 "%s needs %s, which is in use as a pin: close it first", user,
                                 p->pin.name);
    p->user = user;
    *out = p->terminal;
    return 0;
}

void sb_sim_board_give_back(struct sb_sim_board *sim, struct sb_terminal *terminal)
{
    sim->pins[terminal->index].user = NULL;
    sb_terminal_drive(terminal, SB_STRENGTH_NONE, false);
}

void sb_sim_board_add_bus(struct sb_sim_board *sim, struct sb_sim_bus *bus)
{
    sb_list_append(&sim->buses, &bus->node);
}

struct sb_sim_bus *sb_sim_board_bus(const struct sb_sim_board *sim, const char *name)
{
    for (struct sb_list *n = sim->buses.next; n != &sim->buses; n = n->next) {
        struct sb_sim_bus *bus = SB_CONTAINER_OF(n, struct sb_sim_bus, node);

        if (strcmp(bus->name, name) == 0)
            return bus;
    }
    return NULL;
}

int sb_sim_board_init(struct sb_sim_board *sim, struct sb_world *world)
{
    static const struct sb_board_ops ops = {
        .pin = board_pin,
        .pins = board_pins,
        .stream = sb_sim_board_stream,
        .adc = sb_sim_board_adc,
        .i2c = sb_sim_board_i2c,
        .spi = sb_sim_board_spi,
    };
    struct sb_part *controller = sb_world_controller(world);

    *sim = (struct sb_sim_board){.world = world, .controller = controller};
    sim->board.ops = &ops;
    sb_list_init(&sim->buses);
    if (controller == NULL)
        return -ENODEV;
    sim->random = sb_world_seed_for(world, controller->id);
    sim->pins = calloc(controller->type->terminal_count, sizeof(*sim->pins));
    if (sim->pins == NULL)
        return -ENOMEM;
    for (unsigned i = 0; i < controller->type->terminal_count; i++)
        sb_sim_pin_init(&sim->pins[i], sim, &controller->terminals[i]);
    return 0;
}

/* The pins stay as they are: to let go of them now would be one more event of a run that is over. */
void sb_sim_board_deinit(struct sb_sim_board *sim)
{
    struct sb_list *node;

    while ((node = sb_list_first(&sim->buses)) != NULL) {
        struct sb_sim_bus *bus = SB_CONTAINER_OF(node, struct sb_sim_bus, node);

        sb_list_remove(node);
        bus->deinit(bus);
    }
    for (unsigned i = 0; sim->pins != NULL && i < sim->controller->type->terminal_count; i++)
        sb_sim_pin_deinit(&sim->pins[i]);
    free(sim->pins);
    sim->pins = NULL;
}
