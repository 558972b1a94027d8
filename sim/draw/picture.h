/* SPDX-License-Identifier: MIT */
/* A picture of a board in memory, drawn without display, the same for the same state. */
#ifndef SB_SIM_DRAW_PICTURE_H
#define SB_SIM_DRAW_PICTURE_H

#include <stdint.h>

#include "sim/draw/geometry.h"

/* The board's pixels are 96 an inch, a picture's twice as many, so that dots of an LCD are apart. */
#define SB_PICTURE_SCALE 2

/* Around a whole board, the board's pixels. */
#define SB_PICTURE_MARGIN 16

struct sb_picture {
    int width, height;
    uint8_t *pixels;        /* three bytes each: red, green, blue */
    double scale;           /* the picture's pixels for one of the board's */
    struct sb_point origin; /* the board's point in the upper left corner */
};

/* Draws the whole board, or one part cropped. Returns 0, -ENOTSUP without SDL2, -ENOMEM. */
int sb_picture_draw(struct sb_picture *picture, const struct sb_world *world,
                    const struct sb_part *part);
void sb_picture_free(struct sb_picture *picture);

#endif
