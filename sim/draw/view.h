/* SPDX-License-Identifier: MIT */
/*
 * Views: how a person sees and touches a simulated board. A window, the terminal, or a picture in a
 * file; all show the same parts and set the same controls. The program's loop calls a view's frame
 * function some sixty times a second; a view never runs by itself.
 */
#ifndef SB_SIM_DRAW_VIEW_H
#define SB_SIM_DRAW_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/files/diag.h"
#include "sim/world.h"

/* What person and program tell each other about the run; the program reads it after each frame. */
struct sb_view_state {
    double speed; /* simulated seconds a second */
    bool is_paused;
    bool quit_requested;    /* the window was closed, q was pressed */
    unsigned step_requests; /* times that the person asked for a single step while paused */
    const char *title;      /* the program's name */
    bool is_live;           /* a real board: its time and its parts are moved by nobody here */
};

struct sb_view;

/*
 * Opens the window; its size is the board's. Returns 0; -ENOTSUP when built without SDL2, -ENODEV when
 * there is no display, reported to `diag`. `state` is borrowed.
 */
int sb_window_open(struct sb_view **out, struct sb_world *world, struct sb_view_state *state,
                   struct sb_diag *diag);

/*
 * Takes the upper part of the terminal on stdout (which must be one, as stdin) for the board; what the
 * program prints scrolls below. Returns 0, or -ENODEV when it is no terminal or too small, reported.
 */
int sb_terminal_open(struct sb_view **out, struct sb_world *world, struct sb_view_state *state,
                     struct sb_diag *diag);

/* Takes input and draws what has changed. In loop context. */
void sb_view_frame(struct sb_view *view);

/* The file descriptor whose input should make a frame come early (stdin), -1 for none. */
int sb_view_input_fd(const struct sb_view *view);

/* Closes the window, gives the terminal back as it was. Null is ignored. */
void sb_view_close(struct sb_view *view);

/*
 * Restores the terminal from a signal handler or on the way out of a crash; safe to call at any time,
 * does nothing when no terminal view is open.
 */
void sb_terminal_restore(void);

/*
 * Writes a picture of the board (part null), or of one part, as PNG. Needs no display. Returns 0;
 * -ENOTSUP when built without SDL2 or libpng; the error of the file; reported to `diag`.
 */
int sb_screenshot(struct sb_world *world, const struct sb_part *part, const char *path,
                  struct sb_diag *diag);

/* Whether that can be done later; the file is made if there is none. Returns and reports the same. */
int sb_screenshot_check(const char *path, struct sb_diag *diag);

/* The board as lines of plain text (the terminal's form, without colours), for a run without display. */
int sb_text_view(struct sb_world *world, char *out, size_t size);

#endif
