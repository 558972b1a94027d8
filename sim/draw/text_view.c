/* SPDX-License-Identifier: MIT */
/* The board as plain text, once. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/draw/text_grid.h"
#include "sim/draw/view.h"

#define COLUMNS 80

int sb_text_view(struct sb_world *world, char *out, size_t size)
{
    struct sb_text_grid *grid = calloc(1, sizeof(*grid));
    size_t length = 0;

    if (grid == NULL)
        return -ENOMEM;
    sb_text_layout(grid, COLUMNS, world, NULL);
    for (unsigned row = 0; row < grid->rows && length + 1 < size; row++) {
        length += sb_text_row(grid, row, out + length, size - length - 1);
        out[length++] = '\n';
    }
    if (size > 0)
        out[length] = '\0';
    free(grid);
    return (int)length;
}
