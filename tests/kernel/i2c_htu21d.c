/* SPDX-License-Identifier: MIT */
/* A sensor on a real kernel's bus: see i2c_htu21d.h. */
#include "tests/kernel/i2c_htu21d.h"

#include <time.h>

#include "lib/list.h"

static struct i2c_htu21d *of(struct i2c_device *device)
{
    return SB_CONTAINER_OF(device, struct i2c_htu21d, device);
}

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A stretched clock until the measurement is done. */
static void hold(const struct sb_htu21d_model *model)
{
    int64_t left_ns = model->busy_until_ns - now_ns();
    struct timespec time = {.tv_nsec = left_ns};

    if (left_ns > 0)
        nanosleep(&time, NULL);
}

static bool addressed(struct i2c_device *device, bool is_read)
{
    struct sb_htu21d_model *model = &of(device)->model;
    enum sb_htu21d_answer answer = sb_htu21d_model_addressed(model, now_ns(), is_read);

    if (answer == SB_HTU21D_HOLDING)
        hold(model);
    return answer != SB_HTU21D_SILENT;
}

static bool written(struct i2c_device *device, uint8_t byte)
{
    return sb_htu21d_model_written(&of(device)->model, now_ns(), byte);
}

static uint8_t read_byte(struct i2c_device *device)
{
    return sb_htu21d_model_read(&of(device)->model);
}

void i2c_htu21d_open(struct i2c_htu21d *sensor)
{
    sensor->device = (struct i2c_device){.address = SB_HTU21D_ADDRESS,
                                         .addressed = addressed,
                                         .written = written,
                                         .read = read_byte};
    sensor->devices[0] = &sensor->device;
    sensor->devices[1] = NULL;
    sensor->model = (struct sb_htu21d_model){
        .temperature_c = 21.5, .humidity_rh = 48.0, .supply_v = 3.3, .is_typical = true};
    sb_htu21d_model_start(&sensor->model, now_ns());
    i2c_outside_open(&sensor->bus, sensor->devices);
}

void i2c_htu21d_close(struct i2c_htu21d *sensor)
{
    i2c_outside_close(&sensor->bus);
}
