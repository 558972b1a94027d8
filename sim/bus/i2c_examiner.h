/* SPDX-License-Identifier: MIT */
/*
 * What a simulated I2C device reports of its bus: no pull-up, times too short, data that is not stable, a
 * START or STOP that never comes. Every device brings an examiner; on each bus the first one works for
 * all, so that nothing is reported twice.
 */
#ifndef SB_SIM_I2C_EXAMINER_H
#define SB_SIM_I2C_EXAMINER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/timer.h"
#include "sim/bus/i2c_timing.h"
#include "sim/wire.h"

/* In a device's own struct, zeroed. */
struct sb_i2c_examiner {
    /* private */
    struct sb_wire_listener scl_listener;
    struct sb_wire_listener sda_listener;
    const struct sb_part *part; /* null: another examiner has the bus */
    struct sb_wire *scl;
    struct sb_wire *sda;
    struct sb_i2c_timing timing;
    struct sb_timer timer; /* while the bus is open: is it still used? */
    int64_t edge_ns;       /* the last */
    enum sb_level scl_level;
    enum sb_level sda_level;
    bool scl_was_told; /* that it floats */
    bool sda_was_told;
};

/*
 * Examines the bus of two terminals for their part, from its init on. `limits` are those of the device;
 * on a bus of several the slowest one's hold.
 */
void sb_i2c_examiner_attach(struct sb_i2c_examiner *examiner, const struct sb_terminal *scl,
                            const struct sb_terminal *sda, const struct sb_i2c_limits *limits);
void sb_i2c_examiner_detach(struct sb_i2c_examiner *examiner);

#endif
