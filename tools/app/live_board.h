/* SPDX-License-Identifier: MIT */
/*
 * A run on real pins that is watched: the real board in the window, the waveform of its lines, its picture. The world
 * of the board file, the mirror that fills it and the frames of the view.
 */
#ifndef SB_TOOLS_APP_LIVE_BOARD_H
#define SB_TOOLS_APP_LIVE_BOARD_H

#include <stdbool.h>

#include "tools/app/mirror.h"
#include "tools/app/run.h"
#include "tools/app/stdio_guard.h"
#include "tools/app/watch.h"

/* The caller's memory. */
struct sb_live_board {
    /* private */
    struct sb_options options; /* with what they imply */
    struct sb_run *run;
    struct sb_watch watch;
    struct sb_world *world;
    struct sb_mirror mirror;
    bool is_mirroring;
    struct sb_timer frame_timer;
    struct sb_stdio_guard guard;
};

/* True when the options ask for something that needs it: --board, --vcd, --screenshot; to list pins only --board. */
bool sb_live_board_is_wanted(const struct sb_options *options);

/*
 * Reads the board file, or takes a bare Raspberry Pi, which nobody watches. `run` is borrowed, its loop is there. Returns
 * 0 or a negative error, printed.
 */
int sb_live_board_init(struct sb_live_board *live, const struct sb_options *options,
                       struct sb_run *run);

/* The GPIO chip that the board file names; null: the header's. */
const char *sb_live_board_chip(const struct sb_live_board *live);

/* --list-pins: the board file's pins and the board's lines. Returns the exit code, the cause of a failure printed. */
int sb_live_board_list_pins(struct sb_live_board *live, struct sb_linux_board *board);

/*
 * Mirrors the board from now on, opens view, waveform and picture. Before the program opens anything. Returns 0, or the
 * exit code, the cause printed.
 */
int sb_live_board_open(struct sb_live_board *live, struct sb_linux_board *board);

/*
 * The run is over, and the lines are still as the program left them: closes view, waveform and picture. Returns the
 * run's exit code `code`, or that of a failure here.
 */
int sb_live_board_finish(struct sb_live_board *live, int code);

/* After the board's close, before the loop's deinit; also after a failed init. */
void sb_live_board_deinit(struct sb_live_board *live);

#endif
