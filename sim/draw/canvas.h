/* SPDX-License-Identifier: MIT */
/*
 * The canvas: shapes and text on an SDL_Renderer, under a transform. Whatever is drawn, window and
 * picture alike, goes through here, so the rest of drawing knows no SDL. Edges are plain; smoothness
 * comes from drawing larger than shown.
 */
#ifndef SB_SIM_DRAW_CANVAS_H
#define SB_SIM_DRAW_CANVAS_H

#include "sim/draw/colour.h"
#include "sim/draw/geometry.h"

struct SDL_Renderer;
struct sb_texts;

struct sb_canvas {
    /* read-only */
    struct SDL_Renderer *renderer; /* borrowed */
    struct sb_texts *texts;        /* borrowed */
    struct sb_transform base;      /* from the board to the target's pixels */
    struct sb_transform transform; /* from what is drawn now to the target's pixels */
    double unit;                   /* the target's pixels for one of the board's */
    int grid;                      /* the target's pixels for one that is shown */
};

/*
 * A canvas that shows the board's point `origin` in the target's corner, enlarged `unit` times, of
 * which `grid` times are for smoothness.
 */
void sb_canvas_init(struct sb_canvas *canvas, struct SDL_Renderer *renderer, struct sb_texts *texts,
                    struct sb_point origin, double unit, int grid);

/* Draws in a part's own coordinates until sb_canvas_leave. Does not nest. */
void sb_canvas_enter(struct sb_canvas *canvas, const struct sb_transform *inner);
void sb_canvas_leave(struct sb_canvas *canvas);

/* The nearest point that lies on a shown pixel's corner; for an upright transform only. */
struct sb_point sb_canvas_snap(const struct sb_canvas *canvas, struct sb_point point);

void sb_canvas_fill(struct sb_canvas *canvas, double x, double y, double width, double height,
                    struct sb_colour colour);

/* From the colour of the upper to that of the lower edge. */
void sb_canvas_fill_shaded(struct sb_canvas *canvas, double x, double y, double width,
                           double height, struct sb_colour upper, struct sb_colour lower);
void sb_canvas_fill_round(struct sb_canvas *canvas, double x, double y, double width, double height,
                          double radius, struct sb_colour colour);
void sb_canvas_disc(struct sb_canvas *canvas, double x, double y, double radius,
                    struct sb_colour colour);

/* From one colour in the centre to another at the rim. */
void sb_canvas_disc_shaded(struct sb_canvas *canvas, double x, double y, double radius,
                           struct sb_colour centre, struct sb_colour rim);

/* A line through points with round ends and corners. The colour must be opaque. */
void sb_canvas_line(struct sb_canvas *canvas, const struct sb_point *points, unsigned count,
                    double width, struct sb_colour colour);
void sb_canvas_segment(struct sb_canvas *canvas, double x1, double y1, double x2, double y2,
                       double width, struct sb_colour colour);

enum sb_align { SB_ALIGN_LEFT, SB_ALIGN_CENTRE, SB_ALIGN_RIGHT };

/*
 * A line of UTF-8 text, `size` high (the em), turned clockwise by `turn` degrees about (x, y), which is
 * its left end, centre or right end, halfway up a capital letter.
 */
void sb_canvas_text(struct sb_canvas *canvas, double x, double y, double size, enum sb_align align,
                    double turn, struct sb_colour colour, const char *text);

/* How long sb_canvas_text would be, in the same units as `size`. */
double sb_canvas_text_width(const struct sb_canvas *canvas, double size, const char *text);

/* ---- texts (texts.c): glyphs as textures, made when a size is first used */

/* Returns null when out of memory. Without SDL2_ttf or its font the LCD's own glyphs are used. */
struct sb_texts *sb_texts_create(struct SDL_Renderer *renderer);
void sb_texts_destroy(struct sb_texts *texts);

/* What sb_canvas_text does, in the target's pixels. */
void sb_texts_draw(struct sb_texts *texts, double x, double y, double size, enum sb_align align,
                   double angle, struct sb_colour colour, const char *text);
double sb_texts_width(struct sb_texts *texts, double size, const char *text);

#endif
