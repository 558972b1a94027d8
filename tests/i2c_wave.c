/* SPDX-License-Identifier: MIT */
/* A controller's half of an I2C bus: see i2c_wave.h. */
#include "tests/i2c_wave.h"

void i2c_wave_init(struct i2c_wave *wave, i2c_wave_fn *fn, void *arg)
{
    *wave = (struct i2c_wave){
        .fn = fn,
        .arg = arg,
        .scl = true,
        .sda = true,
        .low_ns = 5000,
        .high_ns = 5000,
        .data_setup_ns = 3000,
        .start_setup_ns = 5000,
        .start_hold_ns = 5000,
        .stop_setup_ns = 5000,
        .bus_free_ns = 10000,
    };
}

void i2c_wave_set(struct i2c_wave *wave, bool scl, bool sda)
{
    if (scl == wave->scl && sda == wave->sda)
        return;
    wave->scl = scl;
    wave->sda = sda;
    wave->fn(wave->now_ns, scl, sda, wave->arg);
}

void i2c_wave_wait(struct i2c_wave *wave, int64_t duration_ns)
{
    wave->now_ns += duration_ns;
}

/* From SCL low: SDA, then SCL up. */
static void raise_clock(struct i2c_wave *wave, bool sda)
{
    i2c_wave_wait(wave, wave->low_ns - wave->data_setup_ns);
    i2c_wave_set(wave, false, sda);
    i2c_wave_wait(wave, wave->data_setup_ns);
    i2c_wave_set(wave, true, sda);
}

void i2c_wave_start(struct i2c_wave *wave)
{
    if (wave->scl) {
        i2c_wave_wait(wave, wave->bus_free_ns);
    } else {
        raise_clock(wave, true);
        i2c_wave_wait(wave, wave->start_setup_ns);
    }
    i2c_wave_set(wave, true, false);
    i2c_wave_wait(wave, wave->start_hold_ns);
    i2c_wave_set(wave, false, false);
}

void i2c_wave_bit(struct i2c_wave *wave, bool bit)
{
    raise_clock(wave, bit);
    i2c_wave_wait(wave, wave->high_ns);
    i2c_wave_set(wave, false, bit);
}

void i2c_wave_byte(struct i2c_wave *wave, uint8_t byte, bool is_acknowledged)
{
    for (int i = 7; i >= 0; i--)
        i2c_wave_bit(wave, byte >> i & 1);
    i2c_wave_bit(wave, !is_acknowledged);
}

void i2c_wave_stop(struct i2c_wave *wave)
{
    raise_clock(wave, false);
    i2c_wave_wait(wave, wave->stop_setup_ns);
    i2c_wave_set(wave, true, true);
}
