/* SPDX-License-Identifier: MIT */
/*
 * SPI devices of simulated controllers: a handle for each chip select, on a controller that those of a bus share. The
 * first to be opened takes the bus's three pins, the last to be closed gives them back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/lock.h"
#include "sim/bus/board_buses.h"
#include "sim/bus/spi_controller.h"

struct sim_spi;

struct device {
    struct sb_spi spi;
    struct sim_spi *bus;
    struct sb_terminal *cs;
    char name[8]; /* "spi0.0" */
    bool is_open;
    bool float_was_told;
};

struct sim_spi {
    struct sb_sim_bus bus;
    struct sb_sim_board *sim;
    struct sb_spi_controller controller;
    struct sb_lock lock; /* of the controller */
    struct sb_terminal *sclk;
    struct sb_terminal *mosi;
    struct sb_terminal *miso;
    struct device devices[SB_SIM_SPI_SELECTS];
    unsigned open_count;
};

/* ---- operations */

static struct device *device_of(struct sb_spi *spi)
{
    return SB_CONTAINER_OF(spi, struct device, spi);
}

/* Some devices let go of MISO while they are sent a command, so only what floats all the time is a mistake. */
static void examine(struct device *device)
{
    const struct sim_spi *bus = device->bus;

    if (bus->controller.has_floated && !device->float_was_told)
        sb_examine(bus->sim->world, SB_RULE_INPUT_FLOATING, bus->sim->controller, -1,
                   "%s (MISO) is read by %s while nothing drives it: wire it, or receive nothing",
                   bus->miso->name, device->name);
    device->float_was_told = bus->controller.has_floated;
}

static int transfer(struct sb_spi *spi, const uint8_t *out, uint8_t *in, size_t size)
{
    struct device *device = device_of(spi);
    struct sim_spi *bus = device->bus;
    struct sb_spi_job job = {
        .config = &spi->config,
        .cs = device->cs,
        .out = out,
        .in = in,
        .size = size,
    };
    int rc = sb_lock_acquire(&bus->lock);

    if (rc < 0)
        return rc;
    job.is_stuck = sb_part_has_fault(bus->sim->controller, SB_CONTROLLER_SPI_STUCK);
    rc = sb_spi_controller_transfer(&bus->controller, &job);
    if (rc == 0 && in != NULL && size > 0)
        examine(device);
    (void)sb_lock_release(&bus->lock);
    return rc;
}

static void give_back_pins(struct sim_spi *bus)
{
    struct sb_terminal **const lines[] = {&bus->sclk, &bus->mosi, &bus->miso};

    for (unsigned i = 0; i < 3; i++) {
        if (*lines[i] != NULL)
            sb_sim_board_give_back(bus->sim, *lines[i]);
        *lines[i] = NULL;
    }
}

static void stop_bus(struct sim_spi *bus)
{
    sb_spi_controller_deinit(&bus->controller);
    give_back_pins(bus);
}

static void close_device(struct sb_spi *spi)
{
    struct device *device = device_of(spi);
    struct sim_spi *bus = device->bus;

    device->is_open = false;
    sb_sim_board_give_back(bus->sim, device->cs);
    if (--bus->open_count == 0)
        stop_bus(bus);
}

static const struct sb_spi_ops ops = {.transfer = transfer, .close = close_device};

static void deinit_bus(struct sb_sim_bus *base)
{
    struct sim_spi *bus = SB_CONTAINER_OF(base, struct sim_spi, bus);

    if (bus->open_count > 0)
        sb_spi_controller_deinit(&bus->controller);
    free(bus);
}

/* ---- opening */

/* "0.1" of "spi0.1", "spidev0.1" and "/dev/spidev0.1", which are one; null for another name. */
static const char *numbers_of(const char *name)
{
    static const char *const prefixes[] = {"/dev/spidev", "spidev", "spi"};

    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return name + strlen(prefixes[i]);
    return NULL;
}

static const struct sb_sim_spi *find_pins(const struct sb_sim_board *sim, const char *name,
                                          unsigned *select)
{
    const struct sb_sim_spi *pins = sb_sim_board_family(sim)->spis;
    const char *numbers = numbers_of(name);

    for (; numbers != NULL && pins->name != NULL; pins++)
        for (unsigned i = 0; i < SB_SIM_SPI_SELECTS && pins->selects[i] != NULL; i++) {
            char own[8];

            snprintf(own, sizeof(own), "%s.%u", pins->name + strlen("spi"), i);
            *select = i;
            if (strcmp(own, numbers) == 0)
                return pins;
        }
    return NULL;
}

static struct sim_spi *find_bus(struct sb_sim_board *sim, const struct sb_sim_spi *pins)
{
    struct sb_sim_bus *base = sb_sim_board_bus(sim, pins->name);
    struct sim_spi *bus;

    if (base != NULL)
        return SB_CONTAINER_OF(base, struct sim_spi, bus);
    bus = calloc(1, sizeof(*bus));
    if (bus == NULL)
        return NULL;
    bus->sim = sim;
    bus->bus = (struct sb_sim_bus){.name = pins->name, .deinit = deinit_bus};
    sb_lock_init(&bus->lock);
    sb_sim_board_add_bus(sim, &bus->bus);
    return bus;
}

static int take(const struct sim_spi *bus, const char *const names[2], struct sb_terminal **out)
{
    return sb_sim_board_take(bus->sim, sb_sim_choose_pin(bus->sim->controller, names),
                             bus->bus.name, out);
}

/* Takes the three pins, or none. */
static int start_bus(struct sim_spi *bus, const struct sb_sim_spi *pins)
{
    int rc = take(bus, pins->sclk, &bus->sclk);

    if (rc == 0)
        rc = take(bus, pins->mosi, &bus->mosi);
    if (rc == 0)
        rc = take(bus, pins->miso, &bus->miso);
    if (rc == 0)
        sb_spi_controller_init(&bus->controller, bus->sclk, bus->mosi, bus->miso);
    else
        give_back_pins(bus);
    return rc;
}

/* The device's pin first, so that nothing is driven unless all can be had. */
static int take_pins(struct device *device, const struct sb_sim_spi *pins, const char *cs)
{
    struct sim_spi *bus = device->bus;
    int rc = sb_sim_board_take(bus->sim, cs, device->name, &device->cs);

    if (rc < 0 || bus->open_count > 0)
        return rc;
    rc = start_bus(bus, pins);
    if (rc < 0)
        sb_sim_board_give_back(bus->sim, device->cs);
    return rc;
}

static int open_device(struct device *device, const struct sb_sim_spi *pins, unsigned select,
                       const struct sb_spi_config *config)
{
    struct sim_spi *bus = device->bus;
    int rc;

    snprintf(device->name, sizeof(device->name), "%s.%u", pins->name, select);
    rc = take_pins(device, pins, pins->selects[select]);
    if (rc < 0)
        return rc;
    sb_spi_init(&device->spi, &bus->sim->board, device->name, config, &ops);
    sb_spi_controller_idle(&bus->controller, &device->spi.config, device->cs);
    device->is_open = true;
    device->float_was_told = false;
    bus->open_count++;
    return 0;
}

int sb_sim_board_spi(struct sb_board *board, const char *name, const struct sb_spi_config *config,
                     struct sb_spi **out)
{
    struct sb_sim_board *sim = SB_CONTAINER_OF(board, struct sb_sim_board, board);
    unsigned select;
    const struct sb_sim_spi *pins = find_pins(sim, name, &select);
    struct sim_spi *bus;
    struct device *device;
    int rc;

    if (pins == NULL)
        return sb_sim_board_unknown_spi(sim, name);
    if (config->mode > 3)
        return sb_sim_board_fail(sim, -EINVAL, "%s.%u: SPI has the modes 0 to 3, not %u",
                                 pins->name, select, config->mode);
    bus = find_bus(sim, pins);
    if (bus == NULL)
        return sb_sim_board_fail(sim, -ENOMEM, "%s: out of memory", pins->name);
    device = &bus->devices[select];
    if (device->is_open)
        return sb_sim_board_fail(
            sim, -EBUSY, "%s is in use already: close it first, or share the handle", device->name);
    device->bus = bus;
    rc = open_device(device, pins, select, config);
    if (rc >= 0)
        *out = &device->spi;
    return rc;
}
