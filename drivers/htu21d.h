/* SPDX-License-Identifier: MIT */
/*
 * The HTU21D temperature and humidity sensor (also SHT21, Si7021 in this command set) on I2C. Measures
 * without holding the bus: command, the conversion's time asleep, then the result, which is checked by its
 * CRC and by its status bit. What goes wrong is tried again, then after a soft reset of the sensor, and
 * counted; a sample never looks newer than it is.
 *
 * All values are integers: thousandths of a degree Celsius and of a per cent of relative humidity.
 * Sources: HTU21D(F) datasheet (TE, 2017); spec/drivers.md 11.
 */
#ifndef SB_DRIVERS_HTU21D_H
#define SB_DRIVERS_HTU21D_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/hal/i2c.h"
#include "lib/lock.h"
#include "lib/wait.h"

#define SB_HTU21D_ADDRESS   0x40
#define SB_HTU21D_PERIOD_MS 10000
#define SB_HTU21D_TRIES     4
#define SB_HTU21D_START_MS  15

/* Bits of a humidity and of a temperature result, with the longest time that each takes. */
enum sb_htu21d_resolution {
    SB_HTU21D_12_14, /* 16 ms and 50 ms: the sensor's default */
    SB_HTU21D_8_12,  /* 3 ms and 13 ms */
    SB_HTU21D_10_13, /* 5 ms and 25 ms */
    SB_HTU21D_11_11, /* 8 ms and 7 ms */
};

struct sb_htu21d_config {
    struct sb_i2c *bus; /* borrowed */
    unsigned address;   /* 0 means 40h, which is the only one that the sensor has */
    enum sb_htu21d_resolution resolution;
    /* From one measurement of sb_htu21d_run to the next; 0 means 10 s. More often than once a second warms it. */
    uint32_t period_ms;
    /* How often a measurement is tried before it fails; the last time after a soft reset. 0 means 4. */
    uint32_t tries;
    /* From the first call that uses the bus to the first command: the sensor starts. 0 means 15. */
    uint32_t power_up_ms;
    /* Corrects the humidity by -0.15 %RH a degree below 25 (datasheet, 0 to 80 degrees). */
    bool is_compensated;
};

struct sb_htu21d_sample {
    int64_t time_ns;           /* of the loop's clock, when it had been read */
    int32_t temperature_mdegc; /* -46850 to 128870 */
    int32_t humidity_mrh;      /* 0 to 100000: what is outside is drawn to the limit */
};

/* The caller's memory. */
struct sb_htu21d {
    /* read-only */
    struct sb_htu21d_sample last; /* the last good one; time -1: none yet */
    uint64_t sample_count;
    uint32_t crc_error_count; /* results with a wrong checksum or of the wrong kind */
    uint32_t nack_count;      /* it did not answer */
    uint32_t bus_error_count; /* other errors of the bus, and the sensor's own diagnostics */
    uint32_t reset_count;     /* soft resets because of failures */
    uint32_t failure_count;   /* measurements that failed for good */
    int error;                /* of the last measurement: 0, or as sb_htu21d_read */
    /* private */
    const struct sb_htu21d_config *config;
    enum sb_htu21d_resolution resolution; /* that the sensor is set to */
    bool has_started;                     /* its power-up time is over */
    bool needs_resolution;                /* what it is set to is not known */
    int64_t busy_until_ns;                /* it acknowledges nothing before */
    struct sb_lock lock;
    struct sb_waitq waiters;
};

/* Prepares it; `config` is borrowed. Returns 0, or -EINVAL without a bus or for a bad resolution. */
int sb_htu21d_init(struct sb_htu21d *sensor, const struct sb_htu21d_config *config);

/*
 * Resets the sensor and sets its resolution; waits some 35 ms. Not needed where the sensor is as after
 * power-up: the first call of any kind waits for its start and sets the resolution. Returns 0; -ENXIO when
 * there is no sensor; -EIO; -ECANCELED or -ETIMEDOUT.
 */
int sb_htu21d_start(struct sb_htu21d *sensor);

/*
 * Measures temperature and humidity; waits for both conversions, 66 ms at the default resolution. Tasks
 * that measure at the same time take turns. Returns 0; -ENXIO when the sensor does not answer; -EBADMSG
 * when the checksum is wrong each time; -EIO for errors of the bus and when the sensor says of itself
 * that it is broken (all bits 0 or 1); -ECANCELED or -ETIMEDOUT. `*sample` and `last` are then as before.
 */
int sb_htu21d_read(struct sb_htu21d *sensor, struct sb_htu21d_sample *sample);

/*
 * A task's body (sb_task_fn; the argument is the sensor): measures every period_ms, drift-free, and
 * hands samples to those who wait. A failure does not end it: it is counted and tells those who wait.
 * Returns -ECANCELED or -ETIMEDOUT.
 */
int sb_htu21d_run(void *arg);

/*
 * Waits for the next measurement of sb_htu21d_run. Returns 0 with the sample; its error; -ECANCELED or
 * -ETIMEDOUT.
 */
int sb_htu21d_wait(struct sb_htu21d *sensor, struct sb_htu21d_sample *sample);

/* How old `last` is; SB_NEVER while there is none. */
int64_t sb_htu21d_age_ns(const struct sb_htu21d *sensor);

/* Restarts it: all settings but the heater's as after power-up. Waits 15 ms. Returns as sb_htu21d_start. */
int sb_htu21d_reset(struct sb_htu21d *sensor);

/* Changes the resolution; the register's reserved bits stay. Returns 0, -ENXIO, -EIO, -ECANCELED, -ETIMEDOUT. */
int sb_htu21d_set_resolution(struct sb_htu21d *sensor, enum sb_htu21d_resolution resolution);

/* The heater of some 5.5 mW, for tests and against condensation. Returns as sb_htu21d_set_resolution. */
int sb_htu21d_set_heater(struct sb_htu21d *sensor, bool is_on);

/* 1 when the supply is below 2.25 V, 0 when not, or an error as sb_htu21d_set_resolution. */
int sb_htu21d_is_battery_low(struct sb_htu21d *sensor);

/* ---- pure */

/* What a result means: its two data bytes, status bits included. */
int32_t sb_htu21d_temperature_mdegc(uint16_t word);
int32_t sb_htu21d_humidity_mrh(uint16_t word);

/* The word of a result's two data bytes and checksum. Returns 0, or -EBADMSG. */
int sb_htu21d_check(const uint8_t frame[3], uint16_t *word);

/* Humidity corrected for a temperature other than 25 degrees, drawn to 0 and 100 %. */
int32_t sb_htu21d_compensate_mrh(int32_t humidity_mrh, int32_t temperature_mdegc);

/*
 * The dew point, by the datasheet's formula, within 0.01 degrees of it. Humidity below 1 %RH counts as 1 %RH.
 */
int32_t sb_htu21d_dew_point_mdegc(int32_t humidity_mrh, int32_t temperature_mdegc);

#endif
