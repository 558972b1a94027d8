/* SPDX-License-Identifier: MIT */
/*
 * Listening to an I2C bus. A bit is the level of SDA when SCL rises; SDA that moves while SCL is high is a
 * START (down) or a STOP (up). The rise of SCL before either looks like a first bit and is forgotten.
 *
 *      closed --START--> address and its acknowledge --> data and their acknowledges --> ...
 *         ^                     ^------RESTART--------------------------|
 *         +--STOP-- from anywhere
 */
#include "sim/bus/i2c_monitor.h"

#define BYTE_BITS 9 /* the acknowledge included */

void sb_i2c_monitor_init(struct sb_i2c_monitor *monitor, bool scl, bool sda, sb_i2c_event_fn *fn,
                         void *arg)
{
    *monitor = (struct sb_i2c_monitor){.fn = fn, .arg = arg, .scl = scl, .sda = sda};
}

static void tell(const struct sb_i2c_monitor *monitor, enum sb_i2c_event_kind kind, int64_t time_ns)
{
    monitor->fn(&(struct sb_i2c_event){.kind = kind, .time_ns = time_ns, .begin_ns = time_ns},
                monitor->arg);
}

static void tell_byte(const struct sb_i2c_monitor *monitor, int64_t time_ns, bool nack)
{
    struct sb_i2c_event event = {
        .kind = monitor->is_address ? SB_I2C_ADDRESS : SB_I2C_DATA,
        .time_ns = time_ns,
        .begin_ns = monitor->begin_ns,
        .byte = monitor->is_address ? monitor->byte >> 1 : monitor->byte,
        .is_read = monitor->is_read,
        .is_acknowledged = !nack,
    };

    monitor->fn(&event, monitor->arg);
}

static void take_bit(struct sb_i2c_monitor *monitor, int64_t time_ns, bool bit)
{
    if (!monitor->is_open)
        return;
    if (monitor->bit_count == 0)
        monitor->begin_ns = time_ns;
    if (++monitor->bit_count < BYTE_BITS) {
        monitor->byte = (uint8_t)(monitor->byte << 1 | bit);
        return;
    }
    if (monitor->is_address)
        monitor->is_read = monitor->byte & 1;
    tell_byte(monitor, time_ns, bit);
    monitor->bit_count = 0;
    monitor->is_address = false;
}

static void take_condition(struct sb_i2c_monitor *monitor, int64_t time_ns, bool is_start)
{
    if (monitor->is_open && monitor->bit_count > 1)
        tell(monitor, SB_I2C_CUT, time_ns);
    monitor->bit_count = 0;
    if (is_start) {
        tell(monitor, monitor->is_open ? SB_I2C_RESTART : SB_I2C_START, time_ns);
        monitor->is_address = true;
    } else if (monitor->is_open) {
        tell(monitor, SB_I2C_STOP, time_ns);
    }
    monitor->is_open = is_start;
}

void sb_i2c_monitor_feed(struct sb_i2c_monitor *monitor, int64_t time_ns, bool scl, bool sda)
{
    if (scl && !monitor->scl)
        take_bit(monitor, time_ns, sda);
    else if (scl && sda != monitor->sda)
        take_condition(monitor, time_ns, !sda);
    monitor->scl = scl;
    monitor->sda = sda;
}
