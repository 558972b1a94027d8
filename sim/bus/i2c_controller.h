/* SPDX-License-Identifier: MIT */
/*
 * The controller of a simulated I2C bus, as the hardware of a microcontroller is one: bit for bit on two
 * terminals, open drain, by a timer, while the task that asked waits. Other tasks cannot slow it down.
 * UM10204 (I2C-bus specification); SMBus 3.1 for how long a clock may be stretched.
 */
#ifndef SB_SIM_I2C_CONTROLLER_H
#define SB_SIM_I2C_CONTROLLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/timer.h"
#include "lib/wait.h"
#include "sim/wire.h"

/* A clock that does not rise for so long is given up: SMBus 3.1, tTIMEOUT. */
#define SB_I2C_STRETCH_MAX_NS 35000000

struct sb_i2c_controller_times;

/* The caller's memory. */
struct sb_i2c_controller {
    /* read-only */
    uint64_t recovery_count; /* how often a stuck bus was clocked free */
    /* private */
    const struct sb_i2c_controller_times *times;
    struct sb_terminal *scl;
    struct sb_terminal *sda;
    struct sb_wire_listener scl_listener; /* while it waits for SCL to rise */
    struct sb_timer timer;
    struct sb_waitq finished; /* the task whose transfer it is */
    int64_t free_ns;          /* when the next START may be */
    unsigned address;
    const uint8_t *out;
    size_t out_left;
    uint8_t *in;
    size_t in_left;
    int result;
    uint8_t phase;
    uint8_t symbol;
    uint8_t byte;          /* being sent or received */
    uint8_t bit_count;     /* of it, done; the acknowledge is the ninth */
    uint8_t recovery_left; /* clocks */
    bool is_idle;
    bool is_started; /* it has touched the lines */
    bool is_cut;     /* the task has given up: end as soon as may be */
    bool is_read;
    bool is_address;
    bool is_recovering;
    bool sda_level; /* as it drives it */
};

/* Up to 100 kHz by the times of Standard-mode, above by those of Fast-mode. The lines are let go. */
void sb_i2c_controller_init(struct sb_i2c_controller *controller, struct sb_terminal *scl,
                            struct sb_terminal *sda, unsigned clock_hz);

/* Stops where it is. No task may be in a transfer. */
void sb_i2c_controller_deinit(struct sb_i2c_controller *controller);

/*
 * A transfer, as struct sb_i2c_ops has it; one at a time. Returns 0; -ENXIO when the address, -EIO when a
 * byte was not acknowledged; -EIO when SCL was low for SB_I2C_STRETCH_MAX_NS (both lines are let go), or
 * when SDA was low where it should not be (nine clocks and a STOP have freed it, if it could be freed);
 * -ECANCELED or -ETIMEDOUT: it had not begun, or has been ended by a STOP after the byte that was under
 * way. A transfer that was complete by then returns 0.
 */
int sb_i2c_controller_transfer(struct sb_i2c_controller *controller, unsigned address,
                               const uint8_t *out, size_t out_size, uint8_t *in, size_t in_size);

#endif
