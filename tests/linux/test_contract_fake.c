/* SPDX-License-Identifier: MIT */
/* The contract of lib/hal's pins on a fake chip, under an unchanged libgpiod. Time is real here. */
#include "tests/contract/contract.h"

#include <dlfcn.h>

#include "config.h"
#include "tests/linux/gpio_rig.h"

static struct rig rig;

/* The fake's own functions: see gpiofake.c. */
static void (*fake_put)(unsigned offset, int level);
static int (*fake_level)(unsigned offset);
static void (*fake_history)(unsigned offset, char *out, size_t size);

static void open_pins(struct contract *c)
{
    rig_open(&rig);
    for (unsigned i = 0; i < CONTRACT_GPIO_COUNT; i++)
        fake_put(contract_gpios[i], -1);
    c->board = &rig.board.board;
}

static void close_pins(struct contract *c)
{
    (void)c;
    rig_close(&rig);
}

static int run(struct contract *c, sb_task_fn *fn, void *arg)
{
    (void)c;
    return rig_run(&rig, fn, arg);
}

static void put(unsigned gpio, int level)
{
    fake_put(gpio, level);
}

static void block_us(unsigned us)
{
    sb_delay_us(us);
}

static void storm(unsigned gpio, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        fake_put(gpio, i % 2 == 0);
}

static int level(unsigned gpio)
{
    return fake_level(gpio);
}

static const char *history(unsigned gpio)
{
    static char text[64];

    fake_history(gpio, text, sizeof(text));
    return text;
}

static const struct contract_pins pins = {
    .queue_size = SB_HAVE_GPIOD == 2 ? 128 : 16,
    .is_loss_exact = SB_HAVE_GPIOD == 2,
    .is_rigid = SB_HAVE_GPIOD == 1,
    .put = put,
    .block_us = block_us,
    .storm = storm,
    .level = level,
    .history = history,
};

int main(int argc, char **argv)
{
    struct contract with_pins = {
        .backend = "fake chip",
        .open = open_pins,
        .close = close_pins,
        .run = run,
        .pins = &pins,
    };

    (void)argc;
    rig_start(argv);
    *(void **)&fake_put = dlsym(RTLD_DEFAULT, "gpiofake_put");
    *(void **)&fake_level = dlsym(RTLD_DEFAULT, "gpiofake_level");
    *(void **)&fake_history = dlsym(RTLD_DEFAULT, "gpiofake_history");
    return contract_run_pins(&with_pins);
}
