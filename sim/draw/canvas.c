/* SPDX-License-Identifier: MIT */
/* Shapes as triangles for SDL_RenderGeometry: see canvas.h. */
#include "sim/draw/canvas.h"

#include "config.h"

#if SB_HAVE_SDL2

#include <math.h>

#include <SDL.h>

#define PI          3.14159265358979323846
#define CORNERS_MAX 72 /* of a polygon */

void sb_canvas_init(struct sb_canvas *canvas, struct SDL_Renderer *renderer, struct sb_texts *texts,
                    struct sb_point origin, double unit, int grid)
{
    *canvas = (struct sb_canvas){
        .renderer = renderer,
        .texts = texts,
        .base = {unit, 0, -origin.x * unit, 0, unit, -origin.y * unit},
        .unit = unit,
        .grid = grid,
    };
    canvas->transform = canvas->base;
    SDL_SetRenderDrawBlendMode(renderer, SDL_BLENDMODE_BLEND);
}

void sb_canvas_enter(struct sb_canvas *canvas, const struct sb_transform *inner)
{
    canvas->transform = sb_transform_chain(&canvas->base, inner);
}

void sb_canvas_leave(struct sb_canvas *canvas)
{
    canvas->transform = canvas->base;
}

static bool is_upright(const struct sb_transform *t)
{
    return t->xy == 0 && t->yx == 0 && t->xx > 0 && t->yy > 0;
}

struct sb_point sb_canvas_snap(const struct sb_canvas *canvas, struct sb_point point)
{
    const struct sb_transform *t = &canvas->transform;
    struct sb_point at = sb_transform_point(t, point.x, point.y);

    if (!is_upright(t))
        return point;
    at.x = round(at.x / canvas->grid) * canvas->grid;
    at.y = round(at.y / canvas->grid) * canvas->grid;
    return (struct sb_point){(at.x - t->x0) / t->xx, (at.y - t->y0) / t->yy};
}

static SDL_Vertex vertex(const struct sb_canvas *canvas, double x, double y,
                         struct sb_colour colour)
{
    struct sb_point at = sb_transform_point(&canvas->transform, x, y);

    return (SDL_Vertex){
        .position = {(float)at.x, (float)at.y},
        .color = {colour.r, colour.g, colour.b, colour.a},
    };
}

/* The convex polygon of the vertices as a fan around the first. */
static void fan(struct sb_canvas *canvas, const SDL_Vertex *vertices, int count)
{
    int indices[3 * CORNERS_MAX];
    int used = 0;

    for (int i = 1; i + 1 < count; i++) {
        indices[used++] = 0;
        indices[used++] = i;
        indices[used++] = i + 1;
    }
    SDL_RenderGeometry(canvas->renderer, NULL, vertices, count, indices, used);
}

void sb_canvas_fill(struct sb_canvas *canvas, double x, double y, double width, double height,
                    struct sb_colour colour)
{
    const struct sb_transform *t = &canvas->transform;
    struct sb_point from = sb_transform_point(t, x, y);
    struct sb_point to = sb_transform_point(t, x + width, y + height);
    SDL_Rect area;

    if (!is_upright(t)) {
        sb_canvas_fill_shaded(canvas, x, y, width, height, colour, colour);
        return;
    }
    area.x = (int)round(from.x);
    area.y = (int)round(from.y);
    area.w = (int)fmax(1, round(to.x) - area.x);
    area.h = (int)fmax(1, round(to.y) - area.y);
    SDL_SetRenderDrawColor(canvas->renderer, colour.r, colour.g, colour.b, colour.a);
    SDL_RenderFillRect(canvas->renderer, &area);
}

void sb_canvas_fill_shaded(struct sb_canvas *canvas, double x, double y, double width,
                           double height, struct sb_colour upper, struct sb_colour lower)
{
    SDL_Vertex corners[] = {
        vertex(canvas, x, y, upper),
        vertex(canvas, x + width, y, upper),
        vertex(canvas, x + width, y + height, lower),
        vertex(canvas, x, y + height, lower),
    };

    fan(canvas, corners, 4);
}

void sb_canvas_fill_round(struct sb_canvas *canvas, double x, double y, double width, double height,
                          double radius, struct sb_colour colour)
{
    enum { STEPS = 8 };
    SDL_Vertex corners[4 * (STEPS + 1)];
    const double centres[4][2] = {
        {x + width - radius, y + height - radius},
        {x + radius, y + height - radius},
        {x + radius, y + radius},
        {x + width - radius, y + radius},
    };
    int count = 0;

    for (int quarter = 0; quarter < 4; quarter++)
        for (int i = 0; i <= STEPS; i++) {
            double angle = (quarter + (double)i / STEPS) * PI / 2;

            corners[count++] = vertex(canvas, centres[quarter][0] + radius * cos(angle),
                                      centres[quarter][1] + radius * sin(angle), colour);
        }
    fan(canvas, corners, count);
}

void sb_canvas_disc(struct sb_canvas *canvas, double x, double y, double radius,
                    struct sb_colour colour)
{
    sb_canvas_disc_shaded(canvas, x, y, radius, colour, colour);
}

void sb_canvas_disc_shaded(struct sb_canvas *canvas, double x, double y, double radius,
                           struct sb_colour centre, struct sb_colour rim)
{
    SDL_Vertex corners[CORNERS_MAX];
    int steps = radius * canvas->unit < 8 ? 16 : radius * canvas->unit < 40 ? 32 : 64;
    int count = 0;

    corners[count++] = vertex(canvas, x, y, centre);
    for (int i = 0; i <= steps; i++) {
        double angle = 2 * PI * i / steps;

        corners[count++] = vertex(canvas, x + radius * cos(angle), y + radius * sin(angle), rim);
    }
    fan(canvas, corners, count);
}

void sb_canvas_segment(struct sb_canvas *canvas, double x1, double y1, double x2, double y2,
                       double width, struct sb_colour colour)
{
    double length = hypot(x2 - x1, y2 - y1);
    double dx;
    double dy;

    if (length == 0)
        return;
    dx = (x2 - x1) / length * width / 2;
    dy = (y2 - y1) / length * width / 2;
    fan(canvas,
        (SDL_Vertex[]){
            vertex(canvas, x1 - dy, y1 + dx, colour),
            vertex(canvas, x2 - dy, y2 + dx, colour),
            vertex(canvas, x2 + dy, y2 - dx, colour),
            vertex(canvas, x1 + dy, y1 - dx, colour),
        },
        4);
}

void sb_canvas_line(struct sb_canvas *canvas, const struct sb_point *points, unsigned count,
                    double width, struct sb_colour colour)
{
    for (unsigned i = 0; i < count; i++) {
        sb_canvas_disc(canvas, points[i].x, points[i].y, width / 2, colour);
        if (i > 0)
            sb_canvas_segment(canvas, points[i - 1].x, points[i - 1].y, points[i].x, points[i].y,
                              width, colour);
    }
}

void sb_canvas_text(struct sb_canvas *canvas, double x, double y, double size, enum sb_align align,
                    double turn, struct sb_colour colour, const char *text)
{
    const struct sb_transform *t = &canvas->transform;
    struct sb_point at = sb_transform_point(t, x, y);
    double angle = atan2(t->yx, t->xx) * 180 / PI + turn;

    sb_texts_draw(canvas->texts, at.x, at.y, size * canvas->unit, align, angle, colour, text);
}

double sb_canvas_text_width(const struct sb_canvas *canvas, double size, const char *text)
{
    return sb_texts_width(canvas->texts, size * canvas->unit, text) / canvas->unit;
}

#endif
