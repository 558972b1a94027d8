/* SPDX-License-Identifier: MIT */
/*
 * Measures an I2C bus against the times of its specification, and its conditions against their order. A
 * state machine on the levels of the two lines, whoever brings them: wires, a recording. Source: UM10204,
 * table 10 (times), 3.1.4 (START and STOP), 3.1.3 (data), 3.1.16 (bus clear).
 */
#ifndef SB_SIM_I2C_TIMING_H
#define SB_SIM_I2C_TIMING_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/examiner.h"

/* The shortest times of a mode. */
struct sb_i2c_limits {
    const char *mode; /* "Fast-mode" */
    int64_t low_ns;
    int64_t high_ns;
    int64_t start_setup_ns; /* of a repeated START */
    int64_t start_hold_ns;
    int64_t data_setup_ns;
    int64_t stop_setup_ns;
    int64_t bus_free_ns;
};

extern const struct sb_i2c_limits sb_i2c_limits_standard; /* up to 100 kHz */
extern const struct sb_i2c_limits sb_i2c_limits_fast;     /* up to 400 kHz */

/* Something that is wrong: a rule of sim/examiner.h. */
struct sb_i2c_finding {
    int64_t time_ns; /* of the edge that decided it */
    enum sb_rule rule;
    int64_t measured_ns; /* -1 where the rule has no time */
    int64_t limit_ns;
    unsigned bit; /* of its byte from 1 on, 9 is the acknowledge; 0 outside of a byte */
};

typedef void sb_i2c_finding_fn(const struct sb_i2c_finding *finding, void *arg);

/* The caller's memory. */
struct sb_i2c_timing {
    /* public, may change at any time */
    const struct sb_i2c_limits *limits;
    /* read-only */
    bool is_open;     /* between START and STOP */
    int64_t start_ns; /* of the last START, repeated or not */
    /* private */
    sb_i2c_finding_fn *fn;
    void *arg;
    bool scl;
    bool sda;
    bool is_clear;       /* the clocks are those that free a stuck SDA */
    bool start_was_told; /* that it is missing */
    bool is_after_start; /* SCL has not fallen since */
    uint8_t bit_count;   /* rises of SCL in this byte */
    int64_t rise_ns;
    int64_t fall_ns;
    int64_t sda_ns; /* of its last change */
    int64_t stop_ns;
};

void sb_i2c_timing_init(struct sb_i2c_timing *timing, const struct sb_i2c_limits *limits, bool scl,
                        bool sda, sb_i2c_finding_fn *fn, void *arg);

/* The levels of both lines at a time. Where both changed at once, as sb_i2c_monitor_feed. */
void sb_i2c_timing_feed(struct sb_i2c_timing *timing, int64_t time_ns, bool scl, bool sda);

#endif
