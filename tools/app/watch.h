/* SPDX-License-Identifier: MIT */
/*
 * How a person watches a board's run, and what the run leaves behind: the window or the terminal's board, violations as
 * they happen, the waveform, the picture, the board as text at the end. The same for simulated and real boards.
 */
#ifndef SB_TOOLS_APP_WATCH_H
#define SB_TOOLS_APP_WATCH_H

#include <stdbool.h>

#include "sim/draw/view.h"
#include "sim/files/diag.h"
#include "sim/vcd_out.h"
#include "sim/world.h"
#include "tools/app/options.h"

enum sb_watch_kind {
    SB_WATCH_NONE,
    SB_WATCH_WINDOW,
    SB_WATCH_TERMINAL,
    SB_WATCH_TEXT_AT_END, /* no display, no terminal */
};

/* The caller's memory. */
struct sb_watch {
    /* read-only */
    enum sb_watch_kind kind;
    struct sb_diag diag; /* prints */
    struct sb_view_state state;
    struct sb_view *view; /* null: not open */
    bool has_failed;      /* something that the run's ending does not tell */
    /* private */
    const struct sb_options *options;
    struct sb_world *world;
    struct sb_vcd *vcd;
};

/* Chooses how to watch, by display and terminal; opens nothing. The options are borrowed. */
void sb_watch_init(struct sb_watch *watch, const struct sb_options *options);

/* True with a window or the terminal's board, which want frames. */
bool sb_watch_has_view(const struct sb_watch *watch);

/* The world to watch, borrowed: its violations are printed from here on. */
void sb_watch_set_world(struct sb_watch *watch, struct sb_world *world);

/* Opens what the options ask for; the view last. The world has been started. Returns 0 or an error, printed. */
int sb_watch_open(struct sb_watch *watch);

/* The run is over: the view goes, the waveform ends, the picture is taken, the text is printed. */
void sb_watch_close(struct sb_watch *watch);

/* The exit code `code` of the run, or that of a failure beside it, printed. */
int sb_watch_exit_code(const struct sb_watch *watch, int code);

#endif
