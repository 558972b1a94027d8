/* SPDX-License-Identifier: MIT */
/* The contract of lib/hal's pins on a real kernel's lines. */
#include "tests/contract/contract.h"

#include "config.h"
#include "tests/kernel/kernel_rig.h"

static struct rig rig;

static void open_pins(struct contract *c)
{
    rig_open(&rig);
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

/* gpio-sim has one pull for the chip's own and the outside: an input's own comes into force when it is taken. */
static void put(unsigned gpio, int level)
{
    if (level >= 0)
        gpiosim_pull(&rig.sim, gpio, level);
}

/* The kernel has time to take each of them. */
static void storm(unsigned gpio, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        put(gpio, i % 2 == 0);
        rig_block_us(300);
    }
}

static int level(unsigned gpio)
{
    return gpiosim_value(&rig.sim, gpio);
}

static const struct contract_pins pins = {
    .late_ns = 1000000,
    .queue_size = SB_HAVE_GPIOD == 2 ? 128 : 16,
    .is_loss_exact = SB_HAVE_GPIOD == 2,
    .debounces = SB_HAVE_GPIOD == 2,
    .debounce_late_ns = 20000000, /* ticks of 10 ms */
    .is_rigid = SB_HAVE_GPIOD == 1,
    .put = put,
    .block_us = rig_block_us,
    .storm = storm,
    .level = level,
};

int main(void)
{
    struct contract with_pins = {
        .backend = "gpio-sim",
        .open = open_pins,
        .close = close_pins,
        .run = run,
        .pins = &pins,
    };

    rig_need_gpiosim();
    return contract_run_pins(&with_pins);
}
