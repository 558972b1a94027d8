/* SPDX-License-Identifier: MIT */
/*
 * The HAL's pins on a simulated controller. A pin drives its terminal as it is configured and hears of
 * its wire's changes. An edge is reported in loop context: at once when it was made there (by a timer of
 * a part), through a short queue and a timer of this very instant when a task's own write made it.
 */
#include "sim/board_sim.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/timer.h"
#include "sim/bus/board_buses.h"
#include "sim/bus/board_i2c.h"
#include "sim/controller.h"

/* Edges that may wait to be reported; the kernel's default for a line, too. */
#define EDGE_QUEUE 16

/* By how much a late edge is late at most. */
#define LATE_MAX_NS 5000000

struct sb_sim_pin {
    struct sb_pin pin;
    struct sb_sim_board *sim;
    struct sb_terminal *terminal;
    struct sb_wire_listener listener;
    struct sb_timer timer;
    bool is_open;
    const char *user; /* the bus that has it; null: none */
    bool is_watched;
    bool is_deaf; /* an output, or about to change: no edge is the program's business */
    bool level;   /* last that was high or low */
    bool float_was_told;
    unsigned next; /* of the queue, to be reported */
    unsigned queued;
    uint32_t lost;
    struct {
        int64_t time_ns;
        uint32_t lost; /* just before it */
        bool level;
    } queue[EDGE_QUEUE];
};

static struct sb_sim_pin *sim_pin(struct sb_pin *pin)
{
    return SB_CONTAINER_OF(pin, struct sb_sim_pin, pin);
}

/* ---- edges */

static void report(struct sb_sim_pin *p, bool level, int64_t time_ns, uint32_t lost)
{
    struct sb_sim_board *sim = p->sim;

    sim->is_reporting = true;
    sb_pin_report_edge(&p->pin, level, time_ns, lost);
    sim->is_reporting = false;
}

/* What is called may make more edges, which stand behind the others, and may stop it all. */
static void report_queued(struct sb_timer *timer, void *arg)
{
    struct sb_sim_pin *p = arg;

    (void)timer;
    while (p->next < p->queued) {
        unsigned i = p->next++;
        report(p, p->queue[i].level, p->queue[i].time_ns, p->queue[i].lost);
    }
    p->next = p->queued = 0;
}

static bool has_fault(const struct sb_sim_pin *p, enum sb_controller_fault fault)
{
    return sb_part_has_fault(p->sim->controller, fault);
}

static uint64_t random_below(struct sb_sim_pin *p, uint64_t limit)
{
    return sb_random_next(&p->sim->random) % limit;
}

static void queue_edge(struct sb_sim_pin *p, int64_t time_ns)
{
    int64_t delay_ns = 0;

    if (p->queued == EDGE_QUEUE) {
        p->lost++;
        return;
    }
    p->queue[p->queued].time_ns = time_ns;
    p->queue[p->queued].level = p->level;
    p->queue[p->queued].lost = p->lost;
    p->lost = 0;
    if (p->queued++ > 0)
        return; /* the timer is armed, or has fired and is at it */
    if (has_fault(p, SB_CONTROLLER_LATE_EDGES))
        delay_ns = (int64_t)random_below(p, LATE_MAX_NS);
    sb_timer_start_ns(&p->timer, delay_ns);
}

static void on_wire(struct sb_wire *wire, enum sb_level level, void *arg)
{
    struct sb_sim_pin *p = arg;

    if (level > SB_LEVEL_HIGH)
        return; /* an input between the levels keeps what it saw */
    p->float_was_told = false;
    if (p->level == (level == SB_LEVEL_HIGH))
        return;
    p->level = level == SB_LEVEL_HIGH;
    if (!p->is_watched || p->is_deaf)
        return;
    if (has_fault(p, SB_CONTROLLER_LOST_EDGES) && random_below(p, 4) == 0) {
        p->lost++;
        return;
    }
    if (sb_loop_is_in_callback(wire->world->loop) && p->queued == 0 && !p->sim->is_reporting &&
        !has_fault(p, SB_CONTROLLER_LATE_EDGES)) {
        uint32_t lost = p->lost;

        p->lost = 0;
        report(p, p->level, wire->changed_ns, lost);
        return;
    }
    queue_edge(p, wire->changed_ns);
}

/* ---- operations */

static void drive(struct sb_sim_pin *p, unsigned flags, bool level)
{
    enum sb_strength pull = SB_STRENGTH_NONE;
    bool is_let_go = (flags & SB_PIN_INPUT) != 0 || ((flags & SB_PIN_OPEN_DRAIN) != 0 && level) ||
                     ((flags & SB_PIN_OPEN_SOURCE) != 0 && !level);

    if ((flags & (SB_PIN_PULL_UP | SB_PIN_PULL_DOWN)) != 0)
        pull = SB_STRENGTH_PULL;
    if (is_let_go)
        sb_terminal_drive(p->terminal, pull, (flags & SB_PIN_PULL_UP) != 0);
    else
        sb_terminal_drive(p->terminal, SB_STRENGTH_STRONG, level);
}

static void forget_edges(struct sb_sim_pin *p)
{
    p->next = p->queued = 0;
    p->lost = 0;
    sb_timer_stop(&p->timer);
}

static int pin_configure(struct sb_pin *pin, unsigned flags)
{
    struct sb_sim_pin *p = sim_pin(pin);
    bool value = (flags & SB_PIN_INITIAL_TRUE) != 0;
    enum sb_level level;

    forget_edges(p);
    p->is_deaf = true;
    drive(p, flags, value != ((flags & SB_PIN_ACTIVE_LOW) != 0));
    level = sb_terminal_level(p->terminal);
    if (level <= SB_LEVEL_HIGH)
        p->level = level == SB_LEVEL_HIGH;
    p->float_was_told = false;
    p->is_deaf = (flags & SB_PIN_OUTPUT) != 0;
    return 0;
}

static int pin_read(struct sb_pin *pin)
{
    struct sb_sim_pin *p = sim_pin(pin);
    enum sb_level level = sb_terminal_level(p->terminal);

    if (level <= SB_LEVEL_HIGH)
        return level == SB_LEVEL_HIGH;
    if (level == SB_LEVEL_FLOATING && !p->float_was_told) {
        p->float_was_told = true;
        sb_examine(p->sim->world, SB_RULE_INPUT_FLOATING, p->sim->controller, -1,
                   "%s is read while nothing drives or pulls it: use SB_PIN_PULL_UP or wire it",
                   pin->name);
    }
    return p->level;
}

static int pin_write(struct sb_pin *pin, bool level)
{
    drive(sim_pin(pin), pin->flags, level);
    return 0;
}

static int pin_watch(struct sb_pin *pin, bool is_on)
{
    struct sb_sim_pin *p = sim_pin(pin);

    p->is_watched = is_on;
    if (!is_on)
        forget_edges(p);
    return 0;
}

static void pin_close(struct sb_pin *pin)
{
    struct sb_sim_pin *p = sim_pin(pin);

    p->is_open = false;
    sb_wire_unlisten(&p->listener);
    sb_terminal_drive(p->terminal, SB_STRENGTH_NONE, false);
}

static const struct sb_pin_ops pin_ops = {
    .configure = pin_configure,
    .read = pin_read,
    .write = pin_write,
    .watch = pin_watch,
    .close = pin_close,
};

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

static int board_pin(struct sb_board *board, const char *name, unsigned flags, struct sb_pin **out)
{
    struct sb_sim_board *sim = SB_CONTAINER_OF(board, struct sb_sim_board, board);
    const struct sb_terminal *terminal = sb_sim_board_find(sim, name);
    struct sb_sim_pin *p;
    int rc;

    if (terminal == NULL)
        return unknown_pin(sim, name);
    p = &sim->pins[terminal->index];
    rc = check_pin(sim, p);
    if (rc < 0)
        return rc;
    sb_wire_reveal(p->terminal->wire); /* the pin's first level is the true one */
    sb_pin_init(&p->pin, board, p->terminal->name, &pin_ops);
    rc = sb_pin_configure(&p->pin, flags);
    if (rc < 0)
        return sb_sim_board_fail(
            sim, rc,
            "%s: these flags contradict each other: give SB_PIN_INPUT or SB_PIN_OUTPUT, one pull "
            "at most, a drive only for an output",
            p->pin.name);
    p->is_open = true;
    sb_wire_listen(p->terminal->wire, &p->listener, on_wire, p);
    *out = &p->pin;
    return 0;
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
        .stream = sb_sim_board_stream,
        .adc = sb_sim_board_adc,
        .i2c = sb_sim_board_i2c,
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
    for (unsigned i = 0; i < controller->type->terminal_count; i++) {
        struct sb_sim_pin *p = &sim->pins[i];
        p->sim = sim;
        p->terminal = &controller->terminals[i];
        p->pin.name = p->terminal->name;
        sb_timer_init(&p->timer, report_queued, p);
    }
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
    for (unsigned i = 0; sim->pins != NULL && i < sim->controller->type->terminal_count; i++) {
        sb_timer_stop(&sim->pins[i].timer);
        sb_wire_unlisten(&sim->pins[i].listener);
    }
    free(sim->pins);
    sim->pins = NULL;
}
