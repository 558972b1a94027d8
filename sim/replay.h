/* SPDX-License-Identifier: MIT */
/*
 * A recording played into HAL handles: its channels become input pins and serial ports that a driver
 * uses like any others, each edge and byte at its time on the loop's clock, in bounded memory. What
 * `softboard decode` and the benchmarks run drivers on.
 */
#ifndef SB_SIM_REPLAY_H
#define SB_SIM_REPLAY_H

#include <stdint.h>

#include "lib/hal/pin.h"
#include "lib/hal/stream.h"
#include "sim/trace/source.h"

struct sb_replay;

/* Sees every change as it is played, the initial levels too, before pins and streams do. */
typedef void sb_replay_fn(const struct sb_trace_change *change, void *arg);

/*
 * Opens a recording on the current loop. Returns 0 or a negative error, reported to `diag`, which must
 * live as long as the replay.
 */
int sb_replay_open(struct sb_replay **out, const char *path, const struct sb_trace_options *options,
                   struct sb_diag *diag);

/* The recording: for its channels' names. */
struct sb_trace *sb_replay_trace(struct sb_replay *replay);

/*
 * A channel of levels as an input pin; flags as sb_board_pin. A released line reads as its pull, else as
 * before, low at first. Returns 0; -EINVAL for a channel of bytes or flags of an output; -EBUSY when it is
 * taken, until sb_pin_close; -ENOMEM.
 */
int sb_replay_pin(struct sb_replay *replay, unsigned channel, unsigned flags, struct sb_pin **out);

/*
 * A channel of recorded infrared as the pin of a demodulating receiver: high, and low while there is light,
 * whether the recording has the light with its carrier (20 to 60 kHz, sampled at 200 kHz or more) or what a
 * receiver of either polarity made of it; the beginning of the file is read once more to find out. The edge
 * that ends a mark with a carrier is reported two periods late at most, with its true time. Returns as
 * sb_replay_pin.
 */
int sb_replay_pin_ir(struct sb_replay *replay, unsigned channel, unsigned flags,
                     struct sb_pin **out);

/*
 * A channel as a serial port, receiving only (a write is -ENOTSUP): bytes as they are, whatever `baud`;
 * levels by way of a UART at `baud`. Returns 0; -EINVAL for a bad rate; -EBUSY when it is taken, until
 * sb_stream_close; -ENOMEM.
 */
int sb_replay_stream(struct sb_replay *replay, unsigned channel, unsigned baud,
                     struct sb_stream **out);

/* The one function that sees all; null: none. */
void sb_replay_tap(struct sb_replay *replay, sb_replay_fn *fn, void *arg);

/*
 * The recording's time 0 is now. Initial levels, without edges, are there since open: what begins with a
 * look at its pin may do so before or after. Returns 0, or -EBUSY when it was started before.
 */
int sb_replay_start(struct sb_replay *replay);

/*
 * Waits until the recording has been played to its end: the time at which it stops, not its last
 * change, or a little later if a byte is still coming in then. Streams are closed (-EPIPE) then. Returns
 * 0; the file's error, which was reported; -ECANCELED, -ETIMEDOUT.
 */
int sb_replay_wait(struct sb_replay *replay);

/* Loop time of the recording's time 0. */
int64_t sb_replay_start_ns(const struct sb_replay *replay);

/*
 * Its pins and streams are closed and gone; watches of pins have ended, no task may be waiting for them.
 * Null is ignored.
 */
void sb_replay_close(struct sb_replay *replay);

#endif
