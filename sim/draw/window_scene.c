/* SPDX-License-Identifier: MIT */
/*
 * The window's board: two textures, one without and one with what changes. A part that changes has its
 * place copied from the first to the second and is drawn there anew, so a blinking LED costs a few
 * hundred pixels. Both are twice as large as shown, which makes edges smooth.
 */
#include "sim/draw/window_private.h"

#include "config.h"

#if SB_HAVE_SDL2

#include <errno.h>
#include <math.h>

#include <SDL.h>

#define SMOOTHING 2

void sb_window_scene_free(struct sb_window_scene *scene)
{
    if (scene->still != NULL)
        SDL_DestroyTexture(scene->still);
    if (scene->whole != NULL)
        SDL_DestroyTexture(scene->whole);
    scene->still = NULL;
    scene->whole = NULL;
}

static SDL_Texture *make_texture(struct sb_window *window, int grid)
{
    SDL_Texture *texture = SDL_CreateTexture(window->renderer, SDL_PIXELFORMAT_ARGB8888,
                                             SDL_TEXTUREACCESS_TARGET, window->scene.width * grid,
                                             window->scene.height * grid);

    if (texture != NULL) {
        SDL_SetTextureScaleMode(texture, SDL_ScaleModeLinear);
        SDL_SetTextureBlendMode(texture, SDL_BLENDMODE_NONE);
    }
    return texture;
}

/* The largest scale at which the board fits, in the middle. */
static void choose_place(struct sb_window_scene *scene, int width, int height)
{
    double board_width = scene->bounds.right - scene->bounds.left;
    double board_height = scene->bounds.bottom - scene->bounds.top;

    scene->scale = fmin(width / board_width, height / board_height);
    scene->width = (int)fmax(1, board_width * scene->scale);
    scene->height = (int)fmax(1, board_height * scene->scale);
    scene->left = (width - scene->width) / 2;
    scene->top = (height - scene->height) / 2;
}

static int choose_grid(const struct sb_window *window)
{
    SDL_RendererInfo info;

    if (SDL_GetRendererInfo(window->renderer, &info) != 0 || info.max_texture_width == 0)
        return SMOOTHING;
    return window->scene.width * SMOOTHING > info.max_texture_width ||
                   window->scene.height * SMOOTHING > info.max_texture_height
               ? 1
               : SMOOTHING;
}

int sb_window_scene_fit(struct sb_window *window, int width, int height)
{
    struct sb_window_scene *scene = &window->scene;
    struct sb_colour back = sb_colour_background();
    int grid;

    sb_window_scene_free(scene);
    choose_place(scene, width < 16 ? 16 : width, height < 16 ? 16 : height);
    grid = choose_grid(window);
    scene->still = make_texture(window, grid);
    scene->whole = make_texture(window, grid);
    if (scene->still == NULL || scene->whole == NULL)
        return -ENOMEM;
    sb_canvas_init(&scene->canvas, window->renderer, window->texts,
                   (struct sb_point){scene->bounds.left, scene->bounds.top}, scene->scale * grid,
                   grid);
    SDL_SetRenderTarget(window->renderer, scene->still);
    SDL_SetRenderDrawColor(window->renderer, back.r, back.g, back.b, 255);
    SDL_RenderClear(window->renderer);
    sb_draw_still(&scene->canvas, window->base.world);
    SDL_SetRenderTarget(window->renderer, NULL);
    sb_window_scene_update(window, true);
    return 0;
}

static SDL_Rect area_of(const struct sb_window_scene *scene, const struct sb_part *part)
{
    struct sb_box box = sb_geometry_bounds(part);
    struct sb_point from = sb_transform_point(&scene->canvas.base, box.left, box.top);
    struct sb_point to = sb_transform_point(&scene->canvas.base, box.right, box.bottom);
    SDL_Rect area = {(int)floor(from.x), (int)floor(from.y), 0, 0};

    area.w = (int)ceil(to.x) - area.x;
    area.h = (int)ceil(to.y) - area.y;
    return area;
}

static void draw_area(struct sb_window *window, const SDL_Rect *area)
{
    struct sb_window_scene *scene = &window->scene;
    const struct sb_looks *looks = &window->base.looks;

    if (area != NULL)
        SDL_RenderSetClipRect(window->renderer, area);
    SDL_RenderCopy(window->renderer, scene->still, area, area);
    for (unsigned i = 0; i < looks->count; i++) {
        SDL_Rect other = area_of(scene, looks->items[i].part);

        if (area == NULL || SDL_HasIntersection(area, &other))
            sb_draw_live(&scene->canvas, looks->items[i].part, &looks->items[i].look);
    }
    if (area != NULL)
        SDL_RenderSetClipRect(window->renderer, NULL);
}

void sb_window_scene_update(struct sb_window *window, bool is_all)
{
    const struct sb_looks *looks = &window->base.looks;

    SDL_SetRenderTarget(window->renderer, window->scene.whole);
    if (is_all)
        draw_area(window, NULL);
    for (unsigned i = 0; i < looks->count && !is_all; i++) {
        SDL_Rect area = area_of(&window->scene, looks->items[i].part);

        if (looks->items[i].has_changed)
            draw_area(window, &area);
    }
    SDL_SetRenderTarget(window->renderer, NULL);
}

void sb_window_scene_show(struct sb_window *window)
{
    const struct sb_window_scene *scene = &window->scene;
    struct sb_colour back = sb_colour_background();
    SDL_Rect place = {scene->left, scene->top, scene->width, scene->height};

    SDL_SetRenderDrawColor(window->renderer, back.r, back.g, back.b, 255);
    SDL_RenderClear(window->renderer);
    SDL_RenderCopy(window->renderer, scene->whole, NULL, &place);
}

struct sb_point sb_window_scene_point(const struct sb_window *window, double x, double y)
{
    const struct sb_window_scene *scene = &window->scene;

    return (struct sb_point){scene->bounds.left + (x - scene->left) / scene->scale,
                             scene->bounds.top + (y - scene->top) / scene->scale};
}

#endif
