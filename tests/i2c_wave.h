/* SPDX-License-Identifier: MIT */
/*
 * What a controller does to the two lines of an I2C bus, edge by edge with settable times: for what
 * listens to a bus. Each change of a line is one call.
 */
#ifndef SB_TESTS_I2C_WAVE_H
#define SB_TESTS_I2C_WAVE_H

#include <stdbool.h>
#include <stdint.h>

typedef void i2c_wave_fn(int64_t time_ns, bool scl, bool sda, void *arg);

struct i2c_wave {
    i2c_wave_fn *fn;
    void *arg;
    int64_t now_ns;
    bool scl;
    bool sda;
    int64_t low_ns;
    int64_t high_ns;
    int64_t data_setup_ns; /* SDA before the rise of SCL; the rest of low_ns is before that */
    int64_t start_setup_ns;
    int64_t start_hold_ns;
    int64_t stop_setup_ns;
    int64_t bus_free_ns;
};

/* Both lines high at time 0, times of 100 kHz. */
void i2c_wave_init(struct i2c_wave *wave, i2c_wave_fn *fn, void *arg);

void i2c_wave_set(struct i2c_wave *wave, bool scl, bool sda);
void i2c_wave_wait(struct i2c_wave *wave, int64_t duration_ns);

/* A START, or a repeated one when SCL is low. Leaves SCL low, as all but the STOP do. */
void i2c_wave_start(struct i2c_wave *wave);
void i2c_wave_bit(struct i2c_wave *wave, bool bit);
void i2c_wave_byte(struct i2c_wave *wave, uint8_t byte, bool is_acknowledged);
void i2c_wave_stop(struct i2c_wave *wave);

#endif
