/* SPDX-License-Identifier: MIT */
/* A recording of an I2C bus, given to the project's bus monitor. */
#ifndef SB_TOOLS_DECODE_I2C_RECORDING_H
#define SB_TOOLS_DECODE_I2C_RECORDING_H

#include "sim/files/diag.h"
#include "sim/bus/i2c_monitor.h"
#include "tools/decode/decode.h"

/*
 * Reads the file of `options` and calls `fn` for all that goes over its bus, as it comes: a file of any
 * size takes the same memory. Returns 0, or a negative error, reported.
 */
int i2c_recording_read(const struct decode_options *options, sb_i2c_event_fn *fn, void *arg,
                       struct sb_diag *diag);

#endif
