/* SPDX-License-Identifier: MIT */
/*
 * Listens to an I2C bus and says what goes over it: starts, addresses, bytes, who acknowledged, stops. A
 * state machine on the levels of the two lines, whoever brings them: wires, a recording. Source: UM10204
 * 3.1.
 */
#ifndef SB_SIM_I2C_MONITOR_H
#define SB_SIM_I2C_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

enum sb_i2c_event_kind {
    SB_I2C_START,
    SB_I2C_RESTART,
    SB_I2C_ADDRESS, /* byte: 7 bits; is_read; is_acknowledged */
    SB_I2C_DATA,    /* byte; is_read as the address; is_acknowledged */
    SB_I2C_STOP,
    SB_I2C_CUT, /* START or STOP inside of a byte: its bits are lost */
};

struct sb_i2c_event {
    int64_t time_ns;  /* of the edge that decided it */
    int64_t begin_ns; /* of a byte's first bit */
    enum sb_i2c_event_kind kind;
    uint8_t byte;
    bool is_read;
    bool is_acknowledged;
};

typedef void sb_i2c_event_fn(const struct sb_i2c_event *event, void *arg);

/* The caller's memory. */
struct sb_i2c_monitor {
    /* private */
    sb_i2c_event_fn *fn;
    void *arg;
    bool scl;
    bool sda;
    bool is_open; /* between START and STOP */
    bool is_address;
    bool is_read;
    unsigned bit_count;
    uint8_t byte;
    int64_t begin_ns;
};

void sb_i2c_monitor_init(struct sb_i2c_monitor *monitor, bool scl, bool sda, sb_i2c_event_fn *fn,
                         void *arg);

/* The levels of both lines at a time. Where both changed in one sample, SCL's fall counts as the first. */
void sb_i2c_monitor_feed(struct sb_i2c_monitor *monitor, int64_t time_ns, bool scl, bool sda);

#endif
