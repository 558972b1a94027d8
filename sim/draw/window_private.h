/* SPDX-License-Identifier: MIT */
/* The window's own: its board as textures, what lies over it. */
#ifndef SB_SIM_DRAW_WINDOW_PRIVATE_H
#define SB_SIM_DRAW_WINDOW_PRIVATE_H

#include "sim/draw/draw.h"
#include "sim/draw/strip.h"
#include "sim/draw/view_private.h"

struct SDL_Texture;
struct SDL_Window;

/* Logical pixels of the window. */
#define SB_WINDOW_STATUS_HEIGHT 26.0
#define SB_WINDOW_MARGIN        16.0 /* around the board, the board's pixels */

/* The board as it is shown, and without what changes, both larger than shown. */
struct sb_window_scene {
    struct sb_box bounds; /* on the board, margin included */
    double scale;         /* shown pixels for one of the board's */
    int left, top;        /* where it is shown */
    int width, height;    /* shown pixels */
    struct SDL_Texture *still;
    struct SDL_Texture *whole;
    struct sb_canvas canvas; /* draws on both */
};

struct sb_window {
    struct sb_view base;
    struct SDL_Window *window;
    struct SDL_Renderer *renderer;
    struct sb_texts *texts;
    struct sb_window_scene scene;
    struct sb_strip strip;
    bool shows_strip;
    bool has_grown;    /* by the strip */
    int width, height; /* shown pixels of the whole window */
    double density;    /* shown pixels for a logical one */
    bool has_to_draw;  /* something changed beside the parts */
    bool has_to_fit;   /* the size changed */
    unsigned screenshot_number;
    int64_t drawn_ns; /* wall time */
};

/* Makes the textures for a place of the window and draws all; -ENOMEM. Allocates: at a new size only. */
int sb_window_scene_fit(struct sb_window *window, int width, int height);
void sb_window_scene_free(struct sb_window_scene *scene);

/* Draws the parts that have changed, or all. */
void sb_window_scene_update(struct sb_window *window, bool is_all);
void sb_window_scene_show(struct sb_window *window);

/* From a shown pixel to the board. */
struct sb_point sb_window_scene_point(const struct sb_window *window, double x, double y);

/* The status line, the strip and the help, as far as they are to be seen. */
void sb_window_draw_overlay(struct sb_window *window);

/* Shown pixels that the status line and the strip take at the lower edge. */
int sb_window_overlay_height(const struct sb_window *window);

#endif
