/* SPDX-License-Identifier: MIT */
/* The contract of lib/hal on the simulated board. */
#include "tests/contract/contract.h"

#include <stdio.h>
#include <string.h>

#include "tests/contract/sim_side.h"
#include "tests/i2c_rig.h"
#include "tests/spi_wires.h"

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

static void block_us(unsigned us)
{
    sb_delay_us(us);
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
    .debounces = true,
    .put = put,
    .block_us = block_us,
    .storm = storm,
    .level = level,
    .history = history,
};

/* ---- I2C */

static struct i2c_rig i2c;

static void open_i2c(struct contract *c)
{
    sim_side_open_loop(&side);
    i2c_rig_open(&i2c, NULL);
    sb_i2c_close(i2c.bus);
    i2c.is_noted = true;
    c->board = &i2c.sim.board;
}

static void close_i2c(struct contract *c)
{
    (void)c;
    i2c_rig_close(&i2c);
    sim_side_close_loop(&side);
}

static void set_deaf(bool is_deaf)
{
    i2c.is_deaf = is_deaf;
}

static void set_byte_limit(unsigned most)
{
    i2c.byte_limit = most;
}

static void set_delay_ns(int64_t delay_ns)
{
    i2c.stretch_ns = delay_ns;
}

static void set_held(bool is_held)
{
    sb_terminal_drive(i2c.other_scl, is_held ? SB_STRENGTH_STRONG : SB_STRENGTH_NONE, false);
}

static const char *heard(void)
{
    static char text[1024];

    snprintf(text, sizeof(text), "%s", notes());
    notes_clear();
    return text;
}

static const struct contract_i2c i2c_bus = {
    .bus = "i2c-1",
    .memory = i2c.memory,
    .set_deaf = set_deaf,
    .set_byte_limit = set_byte_limit,
    .set_delay_ns = set_delay_ns,
    .set_held = set_held,
    .heard = heard,
};

/* ---- analog inputs */

#define ADC_BITS 12

static struct sb_analog analogs[2];

static void open_adc(struct contract *c)
{
    sim_side_begin(&side, "softboard-raspberry-pi", "pi");
    (void)sim_side_add(&side, "wokwi-led", "source");
    sim_side_join(&side, sim_side_terminal(&side, "pi:ADC0"), sim_side_terminal(&side, "source:A"));
    sim_side_join(&side, sim_side_terminal(&side, "pi:ADC1"), sim_side_terminal(&side, "source:C"));
    sim_side_start(&side);
    c->board = &side.board.board;
}

static void close_side(struct contract *c)
{
    (void)c;
    sim_side_close(&side);
}

/* The voltage in the middle of the code. */
static void set_code(unsigned input, unsigned code)
{
    analogs[input].fraction = (code + 0.5) / (1 << ADC_BITS);
    sb_terminal_drive_analog(sim_side_terminal(&side, input == 0 ? "source:A" : "source:C"),
                             &analogs[input]);
}

static const struct contract_adc inputs = {
    .inputs = {"adc0", "adc1"},
    .bits = ADC_BITS,
    .reference_mv = 3300,
    .set_code = set_code,
};

/* ---- SPI, MISO wired to MOSI */

static struct spi_wires spi;
static struct sb_timer mended;
static int (*open_on_board)(struct sb_board *board, const char *name,
                            const struct sb_spi_config *config, struct sb_spi **out);

/* The device is built for what the program says of it; a handle that there is already keeps its own. */
static int open_and_set(struct sb_board *board, const char *name,
                        const struct sb_spi_config *config, struct sb_spi **out)
{
    unsigned device = strcmp(name, "spi0.1") == 0;
    struct sb_spi_config before = spi.devices[device].config;
    int rc;

    spi_wires_set(&spi, device, config);
    rc = open_on_board(board, name, config, out);
    if (rc < 0)
        spi_wires_set(&spi, device, &before);
    return rc;
}

static void on_mended(struct sb_timer *timer, void *arg)
{
    (void)timer;
    (void)arg;
    sb_part_fault_end(sb_world_controller(side.world), SB_CONTROLLER_SPI_STUCK);
}

static void open_spi(struct contract *c)
{
    static struct sb_board_ops ops;
    struct sb_wire *selects[SPI_WIRES_DEVICES];

    sim_side_begin(&side, "softboard-raspberry-pi", "pi");
    sim_side_join(&side, sim_side_terminal(&side, "pi:GPIO10"),
                  sim_side_terminal(&side, "pi:GPIO9"));
    sim_side_start(&side);
    selects[0] = sim_side_terminal(&side, "pi:GPIO8")->wire;
    selects[1] = sim_side_terminal(&side, "pi:GPIO7")->wire;
    spi_wires_start(&spi, sim_side_terminal(&side, "pi:GPIO11")->wire,
                    sim_side_terminal(&side, "pi:GPIO10")->wire, selects);
    ops = *side.board.board.ops;
    open_on_board = ops.spi;
    ops.spi = open_and_set;
    side.board.board.ops = &ops;
    sb_timer_init(&mended, on_mended, NULL);
    c->board = &side.board.board;
}

static void close_spi(struct contract *c)
{
    spi_wires_stop(&spi);
    close_side(c);
}

/* A transfer that has begun by then fails: it takes 200 ms to. */
static void fail_next(void)
{
    sb_part_fault_begin(sb_world_controller(side.world), SB_CONTROLLER_SPI_STUCK);
    sb_timer_start_ns(&mended, SB_MS_NS);
}

static const char *spi_heard(void)
{
    return spi_wires_heard(&spi);
}

static const struct contract_spi spi_bus = {
    .devices = {"spi0.0", "spi0.1"},
    .fail_next = fail_next,
    .heard = spi_heard,
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

    struct contract with_i2c = {
        .backend = "simulated", .open = open_i2c, .close = close_i2c, .run = run, .i2c = &i2c_bus};

    struct contract with_adc = {
        .backend = "simulated", .open = open_adc, .close = close_side, .run = run, .adc = &inputs};

    struct contract with_spi = {
        .backend = "simulated", .open = open_spi, .close = close_spi, .run = run, .spi = &spi_bus};

    return contract_run_pins(&with_pins) + contract_run(&with_i2c, &i2c_contract) +
           contract_run(&with_adc, &adc_contract) + contract_run(&with_spi, &spi_contract);
}
