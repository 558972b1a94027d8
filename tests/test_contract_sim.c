/* SPDX-License-Identifier: MIT */
/* The contract of lib/hal on the simulated board. */
#include "tests/contract/contract.h"

#include <string.h>

#include "tests/contract/sim_side.h"

static struct sim_side side;

static int run(struct contract *c, sb_task_fn *fn, void *arg)
{
    (void)c;
    return sim_side_run(&side, fn, arg);
}

/* ---- pins */

static struct sb_wire_listener listeners[CONTRACT_GPIO_COUNT];
static char histories[CONTRACT_GPIO_COUNT][64];

static unsigned index_of(unsigned gpio)
{
    unsigned i = 0;

    while (i < CONTRACT_GPIO_COUNT - 1 && contract_gpios[i] != gpio)
        i++;
    return i;
}

static void note_level(struct sb_wire *wire, enum sb_level level, void *arg)
{
    char *history = arg;
    size_t length = strlen(history);

    (void)wire;
    if (level <= SB_LEVEL_HIGH && length < sizeof(histories[0]) - 1)
        history[length] = (char)('0' + (int)level);
}

static void open_pins(struct contract *c)
{
    memset(histories, 0, sizeof(histories));
    sim_side_open(&side, contract_gpios, CONTRACT_GPIO_COUNT);
    for (unsigned i = 0; i < CONTRACT_GPIO_COUNT; i++)
        sb_wire_listen(sim_side_terminal(&side, "pi:GPIO%u", contract_gpios[i])->wire,
                       &listeners[i], note_level, histories[i]);
    c->board = &side.board.board;
}

static void close_pins(struct contract *c)
{
    (void)c;
    for (unsigned i = 0; i < CONTRACT_GPIO_COUNT; i++)
        sb_wire_unlisten(&listeners[i]);
    sim_side_close(&side);
}

static void put(unsigned gpio, int level)
{
    sim_side_put(&side, gpio, level);
}

static void storm(unsigned gpio, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        put(gpio, i % 2 == 0);
}

static int level(unsigned gpio)
{
    return sim_side_level(&side, gpio);
}

static const char *history(unsigned gpio)
{
    static char text[sizeof(histories[0])];
    char *own = histories[index_of(gpio)];

    memcpy(text, own, sizeof(text));
    memset(own, 0, sizeof(text));
    return text;
}

static const struct contract_pins pins = {
    .queue_size = 16,
    .is_loss_exact = true,
    .put = put,
    .storm = storm,
    .level = level,
    .history = history,
};

int main(void)
{
    struct contract with_pins = {
        .backend = "simulated",
        .open = open_pins,
        .close = close_pins,
        .run = run,
        .pins = &pins,
    };

    return contract_run(&with_pins, &pin_contract) + contract_run(&with_pins, &edge_contract);
}
