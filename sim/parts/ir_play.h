/* SPDX-License-Identifier: MIT */
/*
 * A recording of infrared, played: the marks of one channel, at their times and a little later, whatever
 * was recorded: what came out of a receiver of either polarity, or the light with its carrier.
 */
#ifndef SB_SIM_IR_PLAY_H
#define SB_SIM_IR_PLAY_H

#include <stdbool.h>

#include "lib/hal/pin.h"
#include "lib/timer.h"
#include "sim/replay.h"

/*
 * By how much all is later than in the recording: that a mark with a carrier is over is known only when the
 * next period has not come, and marks keep their lengths.
 */
#define SB_IR_PLAY_DELAY_NS 100000

/* Edges that wait for that time at most: those of a carrier's slowest period apart. */
#define SB_IR_PLAY_EDGES 16

/* Called in loop context: a mark begins or ends. */
typedef void sb_ir_play_fn(bool is_mark, void *arg);

/* The caller's memory. */
struct sb_ir_play {
    /* private */
    struct sb_replay *replay;
    struct sb_pin *pin; /* of a receiver: low while there is light */
    struct sb_pin_watch watch;
    struct sb_timer timer;
    struct sb_diag diag; /* of the open recording */
    sb_ir_play_fn *fn;
    void *arg;
    bool is_mark;
    unsigned first;
    unsigned count;
    struct {
        int64_t time_ns;
        bool is_mark;
    } edges[SB_IR_PLAY_EDGES];
};

void sb_ir_play_init(struct sb_ir_play *play, sb_ir_play_fn *fn, void *arg);

/*
 * Opens a file and plays it from now; what played before is stopped. `channel` may be null if the file
 * has one only, or one that is called IR. Returns 0 or a negative error, reported to `diag`; when the
 * file turns out damaged later, playing stops and sb_ir_play_failure says why.
 */
int sb_ir_play_start(struct sb_ir_play *play, const char *file, const char *channel,
                     struct sb_diag *diag);

/* Null while nothing went wrong. */
const char *sb_ir_play_failure(const struct sb_ir_play *play);

/* Ends at once, and any mark with it, unless `is_silent`; also frees what start has taken. */
void sb_ir_play_stop(struct sb_ir_play *play, bool is_silent);

#endif
