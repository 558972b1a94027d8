/* SPDX-License-Identifier: MIT */
/* The way a wire takes on the picture: Wokwi's path language (spec of diagram.json, connections). */
#ifndef SB_SIM_DRAW_PATH_H
#define SB_SIM_DRAW_PATH_H

#include "sim/draw/geometry.h"

/* More corners than this are left out. */
#define SB_PATH_POINTS_MAX 64

struct sb_path {
    struct sb_point points[SB_PATH_POINTS_MAX]; /* first and last are the wire's ends */
    unsigned count;
};

/*
 * Lays the wire from `a` to `b` by its items: "v10" down, "h-20" left; those before "*" begin at `a`,
 * those after it belong to `b` and are taken last to first. What is missing between the two is closed by
 * one horizontal and one vertical piece. Items that mean nothing are passed over.
 */
void sb_path_lay(struct sb_path *path, struct sb_point a, struct sb_point b, const char *items);

/* The same for a connection, its pins' places included. False when it is hidden or has no place. */
bool sb_path_of_connection(struct sb_path *path, const struct sb_connection *connection);

#endif
