/* SPDX-License-Identifier: MIT */
/*
 * The contract of lib/hal's pins on a fake chip, under an unchanged libgpiod; and that of its I2C buses and SPI devices,
 * whose calls of the kernel are answered here. Time is real here.
 */
#include "tests/contract/contract.h"

#include <dlfcn.h>
#include <errno.h>
#include <linux/spi/spidev.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "config.h"
#include "tests/contract/linux_side.h"
#include "tests/linux/gpio_rig.h"
#include "tests/linux/gpiofake.h"
#include "tests/linux/i2c_wires.h"

static struct rig rig;

/* The fake's own functions: see gpiofake.c. */
static void (*fake_put)(unsigned offset, int level);
static int (*fake_level)(unsigned offset);
static void (*fake_history)(unsigned offset, char *out, size_t size);
static void (*fake_set_buses)(gpiofake_i2c_fn *i2c, gpiofake_spi_fn *spi);

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

/* ---- buses */

/* ---- I2C */

static struct i2c_wires wires;
static struct i2c_memory memory;
static volatile bool is_held;

static void open_i2c(struct contract *c)
{
    static struct i2c_device *const devices[] = {&memory.device, NULL};

    is_held = false;
    i2c_memory_init(&memory, CONTRACT_I2C_ADDRESS);
    i2c_wires_init(&wires, devices);
    linux_side_open_contract(c);
}

static void close_i2c(struct contract *c)
{
    linux_side_close_contract(c);
    i2c_wires_deinit(&wires);
}

static int transfer_i2c(struct i2c_msg *messages, unsigned count)
{
    return is_held ? -ETIMEDOUT : i2c_wires_transfer(&wires, messages, count);
}

static void set_deaf(bool is_deaf)
{
    memory.is_deaf = is_deaf;
}

static void set_byte_limit(unsigned most)
{
    memory.byte_limit = most;
}

static void set_delay_ns(int64_t delay_ns)
{
    wires.delay_ns = delay_ns;
}

static void set_held(bool held)
{
    is_held = held;
}

static const char *heard(void)
{
    return i2c_wires_heard(&wires);
}

static const struct contract_i2c i2c_bus = {
    .bus = "i2c-1",
    .memory = memory.bytes,
    .set_deaf = set_deaf,
    .set_byte_limit = set_byte_limit,
    .set_delay_ns = set_delay_ns,
    .set_held = set_held,
    .heard = heard,
};

/* ---- SPI: the output is wired to the input */

static pthread_mutex_t spi_mutex = PTHREAD_MUTEX_INITIALIZER;
static char spi_heard[1024];
static unsigned spi_failures;

static void hear_transfer(const struct gpiofake_spi *spi, const uint8_t *out, size_t size)
{
    size_t length = strlen(spi_heard);
    size_t room = sizeof(spi_heard) - length;
    bool is_high = (spi->mode & SPI_CS_HIGH) != 0;

    length += (size_t)snprintf(spi_heard + length, room,
                               "%scs%u=%d | mode %u%s %u Hz:", length == 0 ? "" : " | ",
                               spi->chip_select, is_high, spi->mode & 3u,
                               (spi->mode & SPI_LSB_FIRST) != 0 ? " lsb" : "", spi->clock_hz);
    for (size_t i = 0; i < size && i < 8; i++)
        length += (size_t)snprintf(spi_heard + length, sizeof(spi_heard) - length, " %02x",
                                   out == NULL ? 0 : out[i]);
    snprintf(spi_heard + length, sizeof(spi_heard) - length, " | cs%u=%d", spi->chip_select,
             !is_high);
}

static int transfer_spi(const struct gpiofake_spi *spi, const uint8_t *out, uint8_t *in,
                        size_t size)
{
    int64_t time_ns = (int64_t)size * 8 * SB_S_NS / spi->clock_hz;
    const struct timespec time = {.tv_sec = (time_t)(time_ns / SB_S_NS),
                                  .tv_nsec = (long)(time_ns % SB_S_NS)};
    bool fails;

    nanosleep(&time, NULL);
    pthread_mutex_lock(&spi_mutex);
    fails = spi_failures > 0 && spi_failures-- > 0;
    hear_transfer(spi, out, size);
    pthread_mutex_unlock(&spi_mutex);
    if (in != NULL && out != NULL)
        memmove(in, out, size);
    return fails ? -EIO : 0;
}

static void fail_next(void)
{
    pthread_mutex_lock(&spi_mutex);
    spi_failures++;
    pthread_mutex_unlock(&spi_mutex);
}

static const char *heard_spi(void)
{
    static char text[sizeof(spi_heard)];

    pthread_mutex_lock(&spi_mutex);
    memcpy(text, spi_heard, sizeof(text));
    spi_heard[0] = '\0';
    pthread_mutex_unlock(&spi_mutex);
    return text;
}

static const struct contract_spi spi_bus = {
    .devices = {"spi0.0", "spi0.1"},
    .fail_next = fail_next,
    .heard = heard_spi,
};

static int run_buses(void)
{
    struct contract with_i2c = {.backend = "fake bus",
                                .open = open_i2c,
                                .close = close_i2c,
                                .run = linux_side_run_contract,
                                .i2c = &i2c_bus};
    struct contract with_spi = {.backend = "fake bus",
                                .open = linux_side_open_contract,
                                .close = linux_side_close_contract,
                                .run = linux_side_run_contract,
                                .spi = &spi_bus};

    fake_set_buses(transfer_i2c, transfer_spi);
    return contract_run(&with_i2c, &i2c_contract) + contract_run(&with_spi, &spi_contract);
}

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
    *(void **)&fake_set_buses = dlsym(RTLD_DEFAULT, "gpiofake_set_buses");
    return contract_run_pins(&with_pins) + run_buses();
}
