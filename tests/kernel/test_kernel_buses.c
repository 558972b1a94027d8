/* SPDX-License-Identifier: MIT */
/*
 * The contract of lib/hal's buses on a real kernel's, with devices that this program plays (tests/kernel/modules). In
 * the guest in which computing takes time.
 */
#include "tests/contract/contract.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/contract/linux_side.h"
#include "tests/kernel/i2c_outside.h"
#include "tests/kernel/iio_dummy.h"
#include "tests/kernel/kernel_rig.h"

#define SPI_OUTSIDE "/dev/softboard-spi"

/* ---- I2C */

static struct i2c_memory memory;
static struct i2c_outside i2c;

static void open_i2c(struct contract *c)
{
    static struct i2c_device *const devices[] = {&memory.device, NULL};

    i2c_memory_init(&memory, CONTRACT_I2C_ADDRESS);
    i2c_outside_open(&i2c, devices);
    linux_side_open_contract(c);
}

static void close_i2c(struct contract *c)
{
    linux_side_close_contract(c);
    i2c_outside_close(&i2c);
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
    i2c.wires.delay_ns = delay_ns;
}

static void set_held(bool is_held)
{
    i2c.is_held = is_held;
}

static const char *heard(void)
{
    return i2c_wires_heard(&i2c.wires);
}

static const struct contract_i2c i2c_bus = {
    .bus = I2C_OUTSIDE_BUS,
    .memory = memory.bytes,
    .set_deaf = set_deaf,
    .set_byte_limit = set_byte_limit,
    .set_delay_ns = set_delay_ns,
    .set_held = set_held,
    .heard = heard,
};

/* ---- analog inputs */

/*
 * Two of the kernel's iio_dummy. Its inputs have always the same value, but the value of its output can be read like one:
 * without a scale, so 12 bits.
 */
static struct iio_dummy dummies[2];
static char input_names[2][IIO_DUMMY_NAME_SIZE];

static void open_adc(struct contract *c)
{
    for (unsigned i = 0; i < 2; i++) {
        iio_dummy_open(&dummies[i], i == 0 ? "first" : "second");
        snprintf(input_names[i], sizeof(input_names[i]), "%s/out_voltage0", dummies[i].device);
    }
    linux_side_open_contract(c);
}

static void close_adc(struct contract *c)
{
    linux_side_close_contract(c);
    for (unsigned i = 0; i < 2; i++)
        iio_dummy_close(&dummies[i]);
}

static void set_code(unsigned input, unsigned code)
{
    iio_dummy_set(&dummies[input], code);
}

static const struct contract_adc inputs = {
    .inputs = {input_names[0], input_names[1]},
    .bits = 12,
    .reference_mv = 3300,
    .set_code = set_code,
};

/* ---- SPI */

static int spi_fd;

static void open_spi(struct contract *c)
{
    spi_fd = open(SPI_OUTSIDE, O_RDWR | O_CLOEXEC);
    if (spi_fd < 0)
        fail_msg(SPI_OUTSIDE ": %s", strerror(errno));
    linux_side_open_contract(c);
}

static void close_spi(struct contract *c)
{
    linux_side_close_contract(c);
    close(spi_fd);
}

static void fail_next(void)
{
    check_int(write(spi_fd, "e", 1), 1);
}

/* Its lines. */
static const char *heard_spi(void)
{
    static char text[2048];
    char log[1024];
    ssize_t size = read(spi_fd, log, sizeof(log));
    size_t length = 0;

    for (ssize_t i = 0; i < size && length < sizeof(text) - 4; i++)
        if (log[i] != '\n')
            text[length++] = log[i];
        else if (i + 1 < size)
            length += (size_t)snprintf(text + length, sizeof(text) - length, " | ");
    text[length] = '\0';
    return text;
}

static const struct contract_spi spi_bus = {
    .devices = {"spi0.0", "spi0.1"},
    .fail_next = fail_next,
    .heard = heard_spi,
};

int main(void)
{
    struct contract with_i2c = {.backend = "kernel",
                                .open = open_i2c,
                                .close = close_i2c,
                                .run = linux_side_run_contract,
                                .i2c = &i2c_bus};

    struct contract with_adc = {.backend = "kernel",
                                .open = open_adc,
                                .close = close_adc,
                                .run = linux_side_run_contract,
                                .adc = &inputs};
    struct contract with_spi = {.backend = "kernel",
                                .open = open_spi,
                                .close = close_spi,
                                .run = linux_side_run_contract,
                                .spi = &spi_bus};

    rig_need_guest();
    if (access(IIO_DUMMY_CONFIG, W_OK) != 0)
        with_adc.backend = "kernel without iio_dummy";
    if (!i2c_outside_is_there()) {
        printf("1..1\nok 1 # SKIP this kernel has no module softboard_i2c\n");
        return 0;
    }
    return contract_run(&with_i2c, &i2c_contract) + contract_run(&with_adc, &adc_contract) +
           contract_run(&with_spi, &spi_contract);
}
