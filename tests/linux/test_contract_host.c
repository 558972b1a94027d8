/* SPDX-License-Identifier: MIT */
/*
 * The contract of lib/hal on this machine as it is: analog inputs in a folder that is made like the kernel's. Time is real
 * here.
 */
#include "tests/contract/contract.h"

#include <stdio.h>
#include <string.h>

#include "tests/contract/linux_side.h"
#include "tests/linux/iio_folder.h"

static struct linux_side side;

static int run(struct contract *c, sb_task_fn *fn, void *arg)
{
    (void)c;
    return linux_side_run(&side, fn, arg);
}

/* ---- analog inputs */

static struct iio_folder folder;

static void open_adc(struct contract *c)
{
    iio_folder_make(&folder);
    iio_folder_put(&folder, 0, "in_voltage0_raw", "0\n");
    iio_folder_put(&folder, 0, "in_voltage1_raw", "0\n");
    iio_folder_put(&folder, 0, "in_voltage_scale", "3.222656250\n"); /* MCP3008, 3.3 V */
    linux_side_open(&side);
    side.board.adc.folder = folder.path;
    c->board = &side.board.board;
}

static void close_adc(struct contract *c)
{
    (void)c;
    linux_side_close(&side);
    iio_folder_remove(&folder);
}

static void set_code(unsigned input, unsigned code)
{
    char file[32];
    char text[16];

    snprintf(file, sizeof(file), "in_voltage%u_raw", input);
    snprintf(text, sizeof(text), "%u\n", code);
    iio_folder_put(&folder, 0, file, text);
}

static const struct contract_adc inputs = {
    .inputs = {"adc0", "adc1"},
    .bits = 10,
    .reference_mv = 3300,
    .set_code = set_code,
};

int main(void)
{
    struct contract with_adc = {
        .backend = "host", .open = open_adc, .close = close_adc, .run = run, .adc = &inputs};

    return contract_run(&with_adc, &adc_contract);
}
