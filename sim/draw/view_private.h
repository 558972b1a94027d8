/* SPDX-License-Identifier: MIT */
/* What window and terminal share. */
#ifndef SB_SIM_DRAW_VIEW_PRIVATE_H
#define SB_SIM_DRAW_VIEW_PRIVATE_H

#include "sim/draw/keys.h"
#include "sim/draw/looks.h"
#include "sim/draw/view.h"

/* The base of each view. */
struct sb_view {
    void (*frame)(struct sb_view *view);
    void (*close)(struct sb_view *view); /* frees it too */
    int input_fd;
    struct sb_world *world;
    struct sb_view_state *state;
    struct sb_looks looks;
    struct sb_keys keys;
    bool shows_help;
    char note[160];      /* in the status line for a while */
    int64_t note_end_ns; /* of wall time */
};

/* Returns 0 or -ENOMEM. */
int sb_view_init(struct sb_view *view, struct sb_world *world, struct sb_view_state *state);
void sb_view_deinit(struct sb_view *view);

/*
 * Does what the key of a view means: "p", " ", ".", "+", "-", "h", "q"; a real board's time is not for keys, of which a
 * note is made. False when it means nothing.
 */
bool sb_view_command(struct sb_view *view, const char *key);

/* "12.345 s  x2  paused", "12.345 s  real pins". */
void sb_view_status(const struct sb_view *view, char *out, size_t size);

/* Puts a note into the status line. */
void sb_view_set_note(struct sb_view *view, const char *text);

/* The note, "" when there is none now. */
const char *sb_view_note(const struct sb_view *view);

/* Notes that a part which somebody touched here is moved on the real board only. After a view's input. */
void sb_view_note_refused(struct sb_view *view);

/* "3 violations: lcd1: lcd-busy: ...", or an empty text. */
void sb_view_violations(const struct sb_world *world, char *out, size_t size);

/* Wall time, ns. */
int64_t sb_view_wall_ns(void);

#endif
