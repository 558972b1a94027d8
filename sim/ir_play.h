/* SPDX-License-Identifier: MIT */
/*
 * A recording of infrared, played: the marks of one channel, at their times. The channel's idle level is
 * that of its beginning, so recordings of receivers (idle high) and of lamps (idle low) both do. A
 * carrier within the marks is taken away.
 */
#ifndef SB_SIM_IR_PLAY_H
#define SB_SIM_IR_PLAY_H

#include <stdbool.h>

#include "lib/timer.h"
#include "sim/trace/source.h"

/* Called in loop context: a mark begins or ends. */
typedef void sb_ir_play_fn(bool is_mark, void *arg);

/* The caller's memory. */
struct sb_ir_play {
    /* read-only */
    bool is_playing;
    /* private */
    struct sb_trace *trace;
    struct sb_trace_change ahead;
    struct sb_timer timer;
    struct sb_diag diag; /* of the open recording */
    sb_ir_play_fn *fn;
    void *arg;
    unsigned channel;
    int idle; /* level; -1: not known yet */
    bool is_mark;
    bool has_failed;
    int64_t start_ns;
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

/* Ends at once, and any mark with it; also frees what start has taken. */
void sb_ir_play_stop(struct sb_ir_play *play);

#endif
