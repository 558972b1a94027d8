/* SPDX-License-Identifier: MIT */
/* A board with an SPI bus: see spi_rig.h. */
#include "tests/spi_rig.h"

#include <stdio.h>

#include "tests/support.h"

static const char *const names[] = {"sclk", "mosi", "miso", "cs0", "cs1"};
static const char *const pi_pins[] = {"GPIO11", "GPIO10", "GPIO9", "GPIO8", "GPIO7"};
static const char level_names[] = "01zx";

static void on_wire(struct sb_wire *wire, enum sb_level level, void *arg)
{
    const struct spi_rig_watch *watch = arg;
    struct spi_rig *rig = watch->rig;

    (void)wire;
    if (watch->index == SPI_SCLK) {
        if (rig->edge_count++ == 0)
            rig->first_edge_ns = sb_now_ns();
        rig->last_edge_ns = sb_now_ns();
    }
    if ((rig->noted >> watch->index & 1) != 0)
        note("%lld %s=%c", (long long)sb_now_ns(), names[watch->index], level_names[level]);
}

static struct sb_part *add(struct spi_rig *rig, const char *type, const char *id, const char *file)
{
    const char *const attrs[1][2] = {{"file", file}};
    struct sb_part_spec spec = {.type = type, .id = id, .attrs = attrs, .attr_count = file != NULL};
    struct sb_part *part = NULL;

    check_int(sb_world_add_part(rig->world, &spec, &part, &rig->diag), 0);
    return part;
}

static struct sb_terminal *pin_of(const struct spi_rig *rig, const struct spi_rig_config *config,
                                  unsigned i)
{
    char name[32];

    snprintf(name, sizeof(name), "board:%s",
             config->pins[i] != NULL || config->controller != NULL ? config->pins[i] : pi_pins[i]);
    return sb_world_terminal(rig->world, name);
}

static void join(struct spi_rig *rig, const struct spi_rig_config *config, unsigned i)
{
    static const char *const ids[] = {"a", "b", "c", "d", "e"};
    struct sb_terminal *pin = pin_of(rig, config, i);

    rig->terminals[i] = &add(rig, "wokwi-led", ids[i], NULL)->terminals[0];
    if (pin != NULL)
        check_int(sb_world_connect(rig->world, pin, rig->terminals[i], NULL), 0);
}

static void watch(struct spi_rig *rig, unsigned i)
{
    rig->watches[i].rig = rig;
    rig->watches[i].index = i;
    sb_wire_listen(rig->terminals[i]->wire, &rig->watches[i].listener, on_wire, &rig->watches[i]);
}

void spi_rig_open(struct spi_rig *rig, const struct spi_rig_config *config)
{
    static const struct spi_rig_config none;
    const struct spi_rig_config *c = config != NULL ? config : &none;

    *rig = (struct spi_rig){.noted = ~(1u << SPI_MISO)};
    sb_diag_init(&rig->diag, NULL, NULL);
    rig->world = sb_world_create(test_loop(), 1);
    (void)add(rig, c->controller != NULL ? c->controller : "softboard-raspberry-pi", "board", NULL);
    for (unsigned i = 0; i < SPI_WIRE_COUNT; i++)
        join(rig, c, i);
    if (c->is_looped)
        check_int(
            sb_world_connect(rig->world, rig->terminals[SPI_MOSI], rig->terminals[SPI_MISO], NULL),
            0);
    if (c->trace != NULL) {
        (void)add(rig, "softboard-trace", "trace", c->trace);
        check_int(sb_world_connect(rig->world, rig->terminals[SPI_MISO],
                                   sb_world_terminal(rig->world, "trace:0"), NULL),
                  0);
    }
    check_int(sb_world_start(rig->world, &rig->diag), 0);
    check_int(sb_sim_board_init(&rig->sim, rig->world), 0);
    for (unsigned i = 0; i < SPI_WIRE_COUNT; i++)
        watch(rig, i);
}

void spi_rig_close(struct spi_rig *rig)
{
    for (unsigned i = 0; i < SPI_WIRE_COUNT; i++)
        sb_wire_unlisten(&rig->watches[i].listener);
    sb_sim_board_deinit(&rig->sim);
    sb_world_destroy(rig->world);
}

struct sb_spi *spi_rig_device(struct spi_rig *rig, const char *name,
                              const struct sb_spi_config *config)
{
    struct sb_spi *spi = NULL;

    if (sb_board_spi(&rig->sim.board, name, config, &spi) < 0)
        check_text(sb_board_error(&rig->sim.board), "");
    return spi;
}

const char *spi_rig_levels(const struct spi_rig *rig)
{
    static char text[5];
    static const unsigned wires[] = {SPI_SCLK, SPI_MOSI, SPI_CS0, SPI_CS1};

    for (unsigned i = 0; i < 4; i++)
        text[i] = level_names[sb_terminal_level(rig->terminals[wires[i]])];
    return text;
}

uint64_t spi_rig_violations(const struct spi_rig *rig)
{
    return rig->world->examiner.count;
}

const char *spi_rig_violation(const struct spi_rig *rig)
{
    const struct sb_examiner *examiner = &rig->world->examiner;

    return examiner->count > 0 ? examiner->kept[examiner->count - 1].text : "";
}
