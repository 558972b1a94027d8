/* SPDX-License-Identifier: MIT */
/*
 * The times of an I2C bus. Each is checked at the edge that ends it. What came before the first edge is
 * taken to be long ago, so that nothing is held against a bus that was not watched.
 */
#include "sim/bus/i2c_timing.h"

#define LONG_AGO_NS (INT64_MIN / 2)
#define BYTE_BITS   9 /* the acknowledge included */

const struct sb_i2c_limits sb_i2c_limits_standard = {
    .mode = "Standard-mode",
    .low_ns = 4700,
    .high_ns = 4000,
    .start_setup_ns = 4700,
    .start_hold_ns = 4000,
    .data_setup_ns = 250,
    .stop_setup_ns = 4000,
    .bus_free_ns = 4700,
};

const struct sb_i2c_limits sb_i2c_limits_fast = {
    .mode = "Fast-mode",
    .low_ns = 1300,
    .high_ns = 600,
    .start_setup_ns = 600,
    .start_hold_ns = 600,
    .data_setup_ns = 100,
    .stop_setup_ns = 600,
    .bus_free_ns = 1300,
};

void sb_i2c_timing_init(struct sb_i2c_timing *timing, const struct sb_i2c_limits *limits, bool scl,
                        bool sda, sb_i2c_finding_fn *fn, void *arg)
{
    *timing = (struct sb_i2c_timing){
        .limits = limits,
        .fn = fn,
        .arg = arg,
        .scl = scl,
        .sda = sda,
        .rise_ns = LONG_AGO_NS,
        .fall_ns = LONG_AGO_NS,
        .sda_ns = LONG_AGO_NS,
        .stop_ns = LONG_AGO_NS,
    };
}

static void tell(const struct sb_i2c_timing *timing, int64_t now_ns, enum sb_rule rule,
                 int64_t measured_ns, int64_t limit_ns)
{
    struct sb_i2c_finding finding = {
        .time_ns = now_ns,
        .rule = rule,
        .measured_ns = measured_ns,
        .limit_ns = limit_ns,
        .bit = timing->bit_count,
    };

    timing->fn(&finding, timing->arg);
}

static void check(const struct sb_i2c_timing *timing, int64_t now_ns, enum sb_rule rule,
                  int64_t since_ns, int64_t limit_ns)
{
    if (now_ns - since_ns < limit_ns)
        tell(timing, now_ns, rule, now_ns - since_ns, limit_ns);
}

/* SCL is high, and SDA moves: right between two bytes only, after the rise that looked like a bit. */
static void check_place(const struct sb_i2c_timing *timing, int64_t now_ns)
{
    if (timing->bit_count > 1)
        tell(timing, now_ns, SB_RULE_I2C_DATA_STABLE, -1, 0);
}

static void take_start(struct sb_i2c_timing *timing, int64_t now_ns)
{
    const struct sb_i2c_limits *limits = timing->limits;

    if (timing->is_open) {
        check_place(timing, now_ns);
        check(timing, now_ns, SB_RULE_I2C_START_SETUP, timing->rise_ns, limits->start_setup_ns);
    } else {
        check(timing, now_ns, SB_RULE_I2C_BUS_FREE, timing->stop_ns, limits->bus_free_ns);
    }
    timing->is_open = true;
    timing->is_after_start = true;
    timing->start_ns = now_ns;
    timing->bit_count = 0;
    timing->is_clear = false;
}

static void take_stop(struct sb_i2c_timing *timing, int64_t now_ns)
{
    if (timing->is_open) {
        check_place(timing, now_ns);
        check(timing, now_ns, SB_RULE_I2C_STOP_SETUP, timing->rise_ns,
              timing->limits->stop_setup_ns);
    }
    timing->is_open = false;
    timing->stop_ns = now_ns;
    timing->bit_count = 0;
    timing->is_clear = false;
    timing->start_was_told = false;
}

static void take_rise(struct sb_i2c_timing *timing, int64_t now_ns)
{
    timing->rise_ns = now_ns;
    if (timing->is_open) {
        check(timing, now_ns, SB_RULE_I2C_LOW, timing->fall_ns, timing->limits->low_ns);
        if (timing->sda_ns >= timing->fall_ns)
            check(timing, now_ns, SB_RULE_I2C_DATA_SETUP, timing->sda_ns,
                  timing->limits->data_setup_ns);
        timing->bit_count++;
    } else if (timing->fall_ns != LONG_AGO_NS && !timing->is_clear && !timing->start_was_told) {
        timing->start_was_told = true;
        tell(timing, now_ns, SB_RULE_I2C_START_MISSING, -1, 0);
    }
}

static void take_fall(struct sb_i2c_timing *timing, int64_t now_ns)
{
    const struct sb_i2c_limits *limits = timing->limits;

    timing->fall_ns = now_ns;
    if (!timing->is_open) {
        timing->is_clear = timing->is_clear || !timing->sda;
        return;
    }
    if (timing->is_after_start)
        check(timing, now_ns, SB_RULE_I2C_START_HOLD, timing->start_ns, limits->start_hold_ns);
    else
        check(timing, now_ns, SB_RULE_I2C_HIGH, timing->rise_ns, limits->high_ns);
    timing->is_after_start = false;
    if (timing->bit_count == BYTE_BITS)
        timing->bit_count = 0;
}

static void take_sda(struct sb_i2c_timing *timing, int64_t now_ns, bool sda)
{
    timing->sda = sda;
    timing->sda_ns = now_ns;
    if (!timing->scl)
        return;
    if (sda)
        take_stop(timing, now_ns);
    else
        take_start(timing, now_ns);
}

void sb_i2c_timing_feed(struct sb_i2c_timing *timing, int64_t time_ns, bool scl, bool sda)
{
    bool is_fall = timing->scl && !scl;
    bool is_rise = !timing->scl && scl;

    if (is_fall) {
        timing->scl = false;
        take_fall(timing, time_ns);
    }
    if (sda != timing->sda)
        take_sda(timing, time_ns, sda);
    if (is_rise) {
        timing->scl = true;
        take_rise(timing, time_ns);
    }
}
