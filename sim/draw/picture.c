/* SPDX-License-Identifier: MIT */
/*
 * Pictures without display: the board drawn by SDL's software renderer, larger than needed, and scaled
 * down by averaging. Nothing here depends on a window, a GPU or the time of day. It runs on a thread of
 * its own, which the caller waits for: a scenario asks for pictures from a task, whose stack is too
 * small for the libraries below.
 */
#include "sim/draw/picture.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "sim/draw/view.h"

#if SB_HAVE_SDL2

#include <SDL.h>

#include "sim/draw/draw.h"

#define SMOOTHING 2         /* pixels drawn for one kept, each way: what `average` takes */
#define DRAWN_MAX 100000000 /* pixels of the large picture: a larger board is drawn smaller */

static void draw_all(SDL_Renderer *renderer, struct sb_texts *texts,
                     const struct sb_picture *picture, const struct sb_world *world)
{
    struct sb_colour back = sb_colour_background();
    struct sb_canvas canvas;

    sb_canvas_init(&canvas, renderer, texts, picture->origin, picture->scale * SMOOTHING,
                   SMOOTHING);
    SDL_SetRenderDrawColor(renderer, back.r, back.g, back.b, 255);
    SDL_RenderClear(renderer);
    sb_draw_still(&canvas, world);
    for (struct sb_list *n = world->parts.next; n != &world->parts; n = n->next) {
        const struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);
        struct sb_look look;

        if (!sb_look_is_live(part))
            continue;
        look = sb_look_now(part);
        sb_draw_live(&canvas, part, &look);
    }
    SDL_RenderPresent(renderer);
}

/*
 * The average of four pixels 0xAARRGGBB, rounded. Red and blue are added in one word, sixteen bits apart: four
 * bytes and the rounding stay below that.
 */
static void average(const uint32_t *upper, const uint32_t *lower, uint8_t out[3])
{
    const uint32_t ends = 0x00ff00ff;
    uint32_t red_blue = (upper[0] & ends) + (upper[1] & ends) + (lower[0] & ends) +
                        (lower[1] & ends) + 0x00020002;
    uint32_t green = (upper[0] >> 8 & 0xff) + (upper[1] >> 8 & 0xff) + (lower[0] >> 8 & 0xff) +
                     (lower[1] >> 8 & 0xff) + 2;

    out[0] = (uint8_t)(red_blue >> 18);
    out[1] = (uint8_t)(green >> 2);
    out[2] = (uint8_t)(red_blue >> 2);
}

static void shrink(const SDL_Surface *large, struct sb_picture *picture)
{
    uint8_t *out = picture->pixels;

    for (int y = 0; y < picture->height; y++) {
        const uint8_t *line = (const uint8_t *)large->pixels +
                              (size_t)(y * 2) * (size_t)large->pitch;
        const uint32_t *upper = (const uint32_t *)(const void *)line;
        const uint32_t *lower = (const uint32_t *)(const void *)(line + large->pitch);

        for (int x = 0; x < picture->width; x++, out += 3)
            average(&upper[2 * x], &lower[2 * x], out);
    }
}

static int draw_on(SDL_Surface *large, struct sb_picture *picture, const struct sb_world *world)
{
    SDL_Renderer *renderer = SDL_CreateSoftwareRenderer(large);
    struct sb_texts *texts = renderer == NULL ? NULL : sb_texts_create(renderer);
    size_t size = 3 * (size_t)picture->width * (size_t)picture->height;

    picture->pixels = texts == NULL ? NULL : malloc(size);
    if (picture->pixels != NULL) {
        draw_all(renderer, texts, picture, world);
        shrink(large, picture);
    }
    sb_texts_destroy(texts);
    SDL_DestroyRenderer(renderer);
    return picture->pixels == NULL ? -ENOMEM : 0;
}

static void choose_size(struct sb_picture *picture, const struct sb_box *box)
{
    double width = box->right - box->left;
    double height = box->bottom - box->top;
    double most = sqrt(DRAWN_MAX / (width * height)) / SMOOTHING;

    picture->scale = SB_PICTURE_SCALE;
    if (picture->scale > most)
        picture->scale = most;
    picture->origin = (struct sb_point){box->left, box->top};
    picture->width = (int)ceil(width * picture->scale - 0.01);
    picture->height = (int)ceil(height * picture->scale - 0.01);
}

static int draw(struct sb_picture *picture, const struct sb_world *world,
                const struct sb_part *part)
{
    struct sb_box box = part == NULL ? sb_geometry_world_bounds(world) : sb_geometry_bounds(part);
    double margin = part == NULL ? SB_PICTURE_MARGIN : 0;
    SDL_Surface *large;
    int rc;

    *picture = (struct sb_picture){.pixels = NULL};
    if (box.right - box.left < 1 || box.bottom - box.top < 1) /* hidden, or a mere point */
        box = (struct sb_box){box.left, box.top, box.left + 1, box.top + 1};
    if (box.left > 1e8)
        box = (struct sb_box){0, 0, 1, 1};
    box = (struct sb_box){floor(box.left - margin + 0.001), floor(box.top - margin + 0.001),
                          box.right + margin, box.bottom + margin};
    choose_size(picture, &box);
    large = SDL_CreateRGBSurfaceWithFormat(
        0, picture->width * SMOOTHING, picture->height * SMOOTHING, 32, SDL_PIXELFORMAT_ARGB8888);
    if (large == NULL)
        return -ENOMEM;
    rc = draw_on(large, picture, world);
    SDL_FreeSurface(large);
    return rc;
}

struct request {
    struct sb_picture *picture;
    const struct sb_world *world;
    const struct sb_part *part;
    int rc;
};

static void *draw_apart(void *arg)
{
    struct request *request = arg;

    request->rc = draw(request->picture, request->world, request->part);
    SDL_TLSCleanup();
    return NULL;
}

int sb_picture_draw(struct sb_picture *picture, const struct sb_world *world,
                    const struct sb_part *part)
{
    struct request request = {.picture = picture, .world = world, .part = part};
    pthread_t thread;
    int rc = pthread_create(&thread, NULL, draw_apart, &request);

    if (rc != 0)
        return -rc;
    pthread_join(thread, NULL);
    return request.rc;
}

#else

int sb_picture_draw(struct sb_picture *picture, const struct sb_world *world,
                    const struct sb_part *part)
{
    (void)world;
    (void)part;
    *picture = (struct sb_picture){.pixels = NULL};
    return -ENOTSUP;
}

#endif

void sb_picture_free(struct sb_picture *picture)
{
    free(picture->pixels);
    picture->pixels = NULL;
}
