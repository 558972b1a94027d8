/* SPDX-License-Identifier: MIT */
/* I2C buses of simulated controllers: a handle that all who open a bus share, on a controller of its own. */
#include "sim/bus/board_i2c.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/board_sim.h"
#include "sim/bus/board_buses.h"
#include "sim/bus/i2c_controller.h"

/* A bus. A line that is on several pins of the board is that which a wire goes to. */
struct pins {
    const char *type; /* of the part, or what all of a kind begin with */
    const char *name;
    const char *sda[2];
    const char *scl[2];
};

static const struct pins buses[] = {
    {"softboard-raspberry-pi", "i2c-1", {"GPIO2"}, {"GPIO3"}},
    {"softboard-raspberry-pi", "i2c-0", {"GPIO0"}, {"GPIO1"}},
    {"wokwi-pi-pico", "i2c-0", {"GP4"}, {"GP5"}},
    {"wokwi-pi-pico", "i2c-1", {"GP6"}, {"GP7"}},
    {"board-pi-pico", "i2c-0", {"GP4"}, {"GP5"}},
    {"board-pi-pico", "i2c-1", {"GP6"}, {"GP7"}},
    {"wokwi-arduino-uno", "i2c-0", {"A4", "A4.2"}, {"A5", "A5.2"}},
    {"wokwi-arduino-nano", "i2c-0", {"A4"}, {"A5"}},
    {"wokwi-arduino-mega", "i2c-0", {"20", "SDA"}, {"21", "SCL"}},
    {"board-esp32-devkit-c", "i2c-0", {"21"}, {"22"}},
    {"board-esp32-devkit-v1", "i2c-0", {"D21"}, {"D22"}},
    {"wokwi-esp32-devkit-v1", "i2c-0", {"D21"}, {"D22"}},
};

#define BUS_COUNT (sizeof(buses) / sizeof(buses[0]))

struct sim_i2c {
    struct sb_sim_bus bus;
    struct sb_i2c i2c;
    struct sb_i2c_controller controller;
    struct sb_sim_board *sim;
    struct sb_terminal *sda;
    struct sb_terminal *scl;
    unsigned open_count;
};

/* ---- operations */

static struct sim_i2c *sim_i2c(struct sb_i2c *i2c)
{
    return SB_CONTAINER_OF(i2c, struct sim_i2c, i2c);
}

static int transfer(struct sb_i2c *i2c, unsigned address, const uint8_t *out, size_t out_size,
                    uint8_t *in, size_t in_size)
{
    return sb_i2c_controller_transfer(&sim_i2c(i2c)->controller, address, out, out_size, in,
                                      in_size);
}

static void close_bus(struct sb_i2c *i2c)
{
    struct sim_i2c *bus = sim_i2c(i2c);

    if (--bus->open_count > 0)
        return;
    sb_i2c_controller_deinit(&bus->controller);
    sb_sim_board_give_back(bus->sim, bus->sda);
    sb_sim_board_give_back(bus->sim, bus->scl);
}

static const struct sb_i2c_ops ops = {.transfer = transfer, .close = close_bus};

static void deinit_bus(struct sb_sim_bus *base)
{
    struct sim_i2c *bus = SB_CONTAINER_OF(base, struct sim_i2c, bus);

    if (bus->open_count > 0)
        sb_i2c_controller_deinit(&bus->controller);
    free(bus);
}

/* ---- opening */

static bool is_of_board(const struct pins *pins, const struct sb_part *controller)
{
    return strncmp(controller->type->name, pins->type, strlen(pins->type)) == 0;
}

/* "i2c-1", "i2c1" and "/dev/i2c-1" are one. */
static bool is_name(const char *own, const char *name)
{
    const char *number = own + strlen("i2c-");

    if (strncmp(name, "/dev/", 5) == 0)
        return strcmp(name + 5, own) == 0;
    return strcmp(name, own) == 0 ||
           (strncmp(name, "i2c", 3) == 0 && strcmp(name + 3, number) == 0);
}

static const struct pins *find_pins(const struct sb_part *controller, const char *name)
{
    for (size_t i = 0; i < BUS_COUNT; i++)
        if (is_of_board(&buses[i], controller) && is_name(buses[i].name, name))
            return &buses[i];
    return NULL;
}

static int unknown_bus(struct sb_sim_board *sim, const char *name)
{
    char known[64] = "";

    for (size_t i = 0; i < BUS_COUNT; i++) {
        size_t used = strlen(known);

        if (is_of_board(&buses[i], sim->controller))
            snprintf(known + used, sizeof(known) - used, "%s%s", used == 0 ? "" : " and ",
                     buses[i].name);
    }
    return sb_sim_board_fail(sim, -ENOENT, "%.60s (%s) has no I2C bus \"%.60s\": it has %s",
                             sim->controller->id, sim->controller->type->name, name,
                             known[0] == '\0' ? "none" : known);
}

static struct sb_terminal *terminal_of(const struct sb_part *controller, const char *pin)
{
    return &controller->terminals[sb_part_type_pin(controller->type, pin)];
}

static int take(const struct sim_i2c *bus, const char *const *names, struct sb_terminal **out)
{
    return sb_sim_board_take(bus->sim, sb_sim_choose_pin(bus->sim->controller, names),
                             bus->bus.name, out);
}

struct sb_terminal *sb_sim_i2c_sda(const struct sb_part *controller, const char *name)
{
    const struct pins *pins = find_pins(controller, name);

    return pins == NULL ? NULL : terminal_of(controller, sb_sim_choose_pin(controller, pins->sda));
}

/* Takes both pins, or none. */
static int take_pins(struct sim_i2c *bus, const struct pins *pins)
{
    int rc = take(bus, pins->sda, &bus->sda);

    if (rc < 0)
        return rc;
    rc = take(bus, pins->scl, &bus->scl);
    if (rc < 0)
        sb_sim_board_give_back(bus->sim, bus->sda);
    return rc;
}

static struct sim_i2c *find_bus(struct sb_sim_board *sim, const struct pins *pins)
{
    struct sb_sim_bus *base = sb_sim_board_bus(sim, pins->name);
    struct sim_i2c *bus;

    if (base != NULL)
        return SB_CONTAINER_OF(base, struct sim_i2c, bus);
    bus = calloc(1, sizeof(*bus));
    if (bus == NULL)
        return NULL;
    bus->sim = sim;
    bus->bus = (struct sb_sim_bus){.name = pins->name, .deinit = deinit_bus};
    sb_sim_board_add_bus(sim, &bus->bus);
    return bus;
}

static int start_bus(struct sim_i2c *bus, const struct pins *pins)
{
    unsigned clock_hz = (unsigned)sb_part_attr_number(bus->sim->controller, "i2c-clock");
    int rc = take_pins(bus, pins);

    if (rc < 0)
        return rc;
    sb_i2c_init(&bus->i2c, &bus->sim->board, bus->bus.name, &ops);
    bus->i2c.clock_hz = clock_hz;
    sb_i2c_controller_init(&bus->controller, bus->scl, bus->sda, clock_hz);
    return 0;
}

int sb_sim_board_i2c(struct sb_board *board, const char *name, struct sb_i2c **out)
{
    struct sb_sim_board *sim = SB_CONTAINER_OF(board, struct sb_sim_board, board);
    const struct pins *pins = find_pins(sim->controller, name);
    struct sim_i2c *bus;
    int rc;

    if (pins == NULL)
        return unknown_bus(sim, name);
    bus = find_bus(sim, pins);
    if (bus == NULL)
        return sb_sim_board_fail(sim, -ENOMEM, "%s: out of memory", pins->name);
    rc = bus->open_count > 0 ? 0 : start_bus(bus, pins);
    if (rc < 0)
        return rc;
    bus->open_count++;
    *out = &bus->i2c;
    return 0;
}
