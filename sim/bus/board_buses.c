/* SPDX-License-Identifier: MIT */
/* The table of the buses of simulated controllers: see board_buses.h. */
#include "sim/bus/board_buses.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LIST(...)   ((const char *const[]){__VA_ARGS__, NULL})
#define PORTS(...)  ((const struct sb_sim_port[]){__VA_ARGS__, {NULL, NULL, NULL, NULL}})
#define SPIS(...)   ((const struct sb_sim_spi[]){__VA_ARGS__, {.name = NULL}})
#define INPUTS(...) ((const struct sb_sim_input[]){__VA_ARGS__, {NULL, NULL}})

static const struct sb_sim_family families[] = {
    {
        .types = LIST("softboard-raspberry-pi"),
        .ports = PORTS({"serial0", "GPIO14", "GPIO15",
                        "/dev/serial0 ttyAMA0 /dev/ttyAMA0 ttyS0 /dev/ttyS0 uart0 "}),
        .spis = SPIS({"spi0", {"GPIO11"}, {"GPIO10"}, {"GPIO9"}, {"GPIO8", "GPIO7"}},
                     {"spi1", {"GPIO21"}, {"GPIO20"}, {"GPIO19"}, {"GPIO18", "GPIO17", "GPIO16"}}),
        .inputs = INPUTS({"adc0", "ADC0"}, {"adc1", "ADC1"}, {"adc2", "ADC2"}, {"adc3", "ADC3"}),
        .bits = 12,
        .reference_mv = 3300,
    },
    {
        .types = LIST("wokwi-pi-pico", "board-pi-pico", "board-pi-pico-w", "board-pi-pico-2"),
        .ports = PORTS({"serial0", "GP0", "GP1", "uart0 "}, {"serial1", "GP4", "GP5", "uart1 "}),
        .spis = SPIS({"spi0", {"GP18"}, {"GP19"}, {"GP16"}, {"GP17"}},
                     {"spi1", {"GP10"}, {"GP11"}, {"GP8"}, {"GP9"}}),
        .inputs = INPUTS({"adc0", "GP26"}, {"adc1", "GP27"}, {"adc2", "GP28"}),
        .bits = 12,
        .reference_mv = 3300,
    },
    {
        .types = LIST("wokwi-arduino-uno"),
        .ports = PORTS({"serial0", "1", "0", "Serial "}),
        .spis = SPIS({"spi0", {"13"}, {"11"}, {"12"}, {"10"}}),
        .inputs = INPUTS({"adc0", "A0"}, {"adc1", "A1"}, {"adc2", "A2"}, {"adc3", "A3"},
                         {"adc4", "A4"}, {"adc5", "A5"}),
        .bits = 10,
        .reference_mv = 5000,
    },
    {
        .types = LIST("wokwi-arduino-nano"),
        .ports = PORTS({"serial0", "1", "0", "Serial "}),
        .spis = SPIS({"spi0", {"13", "13.2"}, {"11", "11.2"}, {"12", "12.2"}, {"10"}}),
        .inputs = INPUTS({"adc0", "A0"}, {"adc1", "A1"}, {"adc2", "A2"}, {"adc3", "A3"},
                         {"adc4", "A4"}, {"adc5", "A5"}, {"adc6", "A6"}, {"adc7", "A7"}),
        .bits = 10,
        .reference_mv = 5000,
    },
    {
        .types = LIST("wokwi-arduino-mega"),
        .ports = PORTS({"serial0", "1", "0", "Serial "}, {"serial1", "18", "19", "Serial1 "},
                       {"serial2", "16", "17", "Serial2 "}, {"serial3", "14", "15", "Serial3 "}),
        .spis = SPIS({"spi0", {"52"}, {"51"}, {"50"}, {"53"}}),
        .inputs = INPUTS({"adc0", "A0"}, {"adc1", "A1"}, {"adc2", "A2"}, {"adc3", "A3"},
                         {"adc4", "A4"}, {"adc5", "A5"}, {"adc6", "A6"}, {"adc7", "A7"},
                         {"adc8", "A8"}, {"adc9", "A9"}, {"adc10", "A10"}, {"adc11", "A11"},
                         {"adc12", "A12"}, {"adc13", "A13"}, {"adc14", "A14"}, {"adc15", "A15"}),
        .bits = 10,
        .reference_mv = 5000,
    },
    {
        .types = LIST("board-esp32-devkit-c-v4"),
        .ports = PORTS({"serial0", "TX", "RX", "uart0 Serial "},
                       {"serial2", "17", "16", "uart2 Serial2 "}),
        .spis = SPIS({"spi1", {"14"}, {"13"}, {"12"}, {"15"}},
                     {"spi2", {"18"}, {"23"}, {"19"}, {"5"}}),
        .inputs = INPUTS({"adc0", "VP"}, {"adc3", "VN"}, {"adc4", "32"}, {"adc5", "33"},
                         {"adc6", "34"}, {"adc7", "35"}),
        .bits = 12,
        .reference_mv = 3300,
    },
    {
        .types = LIST("board-esp32-devkit-v1", "wokwi-esp32-devkit-v1"),
        .ports = PORTS({"serial0", "TX0", "RX0", "uart0 Serial "},
                       {"serial2", "TX2", "RX2", "uart2 Serial2 "}),
        .spis = SPIS({"spi1", {"D14"}, {"D13"}, {"D12"}, {"D15"}},
                     {"spi2", {"D18"}, {"D23"}, {"D19"}, {"D5"}}),
        .inputs = INPUTS({"adc0", "VP"}, {"adc3", "VN"}, {"adc4", "D32"}, {"adc5", "D33"},
                         {"adc6", "D34"}, {"adc7", "D35"}),
        .bits = 12,
        .reference_mv = 3300,
    },
};

/* A controller that the table does not know has none. */
static const struct sb_sim_family nothing = {
    .types = LIST(NULL),
    .ports = PORTS({0}),
    .spis = SPIS({0}),
    .inputs = INPUTS({0}),
};

const struct sb_sim_family *sb_sim_family_of(const char *type)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        for (const char *const *name = families[i].types; *name != NULL; name++)
            if (strcmp(*name, type) == 0)
                return &families[i];
    return &nothing;
}

const struct sb_sim_family *sb_sim_board_family(const struct sb_sim_board *sim)
{
    return sb_sim_family_of(sim->controller->type->name);
}

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);

    if (length == 0)
        return false;
    for (const char *at = words; (at = strstr(at, word)) != NULL; at++)
        if ((at == words || at[-1] == ' ') && at[length] == ' ')
            return true;
    return false;
}

const struct sb_sim_port *sb_sim_port_of(const struct sb_part *controller, const char *name)
{
    const struct sb_sim_port *port = sb_sim_family_of(controller->type->name)->ports;

    for (; port->name != NULL; port++)
        if (strcmp(port->name, name) == 0 || has_word(port->aliases, name))
            return port;
    return NULL;
}

struct sb_terminal *sb_sim_input_terminal(const struct sb_part *controller, const char *name)
{
    const struct sb_sim_input *input = sb_sim_family_of(controller->type->name)->inputs;

    for (; input->name != NULL; input++)
        if (strcmp(input->name, name) == 0)
            return &controller->terminals[sb_part_type_pin(controller->type, input->pin)];
    return NULL;
}

bool sb_sim_board_is_analog_only(const char *controller, const char *pin)
{
    return strcmp(controller, "softboard-raspberry-pi") == 0 && strncmp(pin, "ADC", 3) == 0;
}

static bool is_wired(const struct sb_part *controller, const char *pin)
{
    int terminal = sb_part_type_pin(controller->type, pin);
    const struct sb_list *all = &controller->terminals[terminal].wire->terminals;

    return all->next->next != all;
}

const char *sb_sim_choose_pin(const struct sb_part *controller, const char *const names[2])
{
    bool is_second = names[1] != NULL && !is_wired(controller, names[0]) &&
                     is_wired(controller, names[1]);

    return names[is_second];
}

/* Adds ", name" to a list. */
static void add_name(char *list, size_t size, const char *name)
{
    size_t used = strlen(list);

    snprintf(list + used, size - used, "%s%s", used == 0 ? "" : ", ", name);
}

static int unknown(struct sb_sim_board *sim, const char *what, const char *name, const char *known)
{
    return sb_sim_board_fail(sim, -ENOENT, "%.60s (%s) has no %s \"%.60s\": it has %s",
                             sim->controller->id, sim->controller->type->name, what, name,
                             known[0] == '\0' ? "none" : known);
}

int sb_sim_board_unknown_port(struct sb_sim_board *sim, const char *name)
{
    const struct sb_sim_port *ports = sb_sim_board_family(sim)->ports;
    char known[128] = "";

    for (; ports->name != NULL; ports++)
        add_name(known, sizeof(known), ports->name);
    return unknown(sim, "serial port", name, known);
}

int sb_sim_board_unknown_spi(struct sb_sim_board *sim, const char *name)
{
    const struct sb_sim_spi *spi = sb_sim_board_family(sim)->spis;
    char known[128] = "";

    for (; spi->name != NULL; spi++)
        for (unsigned i = 0; i < SB_SIM_SPI_SELECTS && spi->selects[i] != NULL; i++) {
            char device[16];

            snprintf(device, sizeof(device), "%s.%u", spi->name, i);
            add_name(known, sizeof(known), device);
        }
    return unknown(sim, "SPI device", name, known);
}

int sb_sim_board_unknown_input(struct sb_sim_board *sim, const char *name)
{
    const struct sb_sim_input *inputs = sb_sim_board_family(sim)->inputs;
    char known[256] = "";

    for (; inputs->name != NULL; inputs++)
        add_name(known, sizeof(known), inputs->name);
    return unknown(sim, "analog input", name, known);
}
