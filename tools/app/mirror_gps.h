/* SPDX-License-Identifier: MIT */
/*
 * GPS modules of a mirrored board: what the program receives from the real one is read along, by the driver's own
 * reader, so that the part on screen shows its sky, its track and its position.
 */
#ifndef SB_TOOLS_APP_MIRROR_GPS_H
#define SB_TOOLS_APP_MIRROR_GPS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/list.h"
#include "sim/world.h"

/* A list of the modules in the world. Returns 0 or -ENOMEM; to be closed either way. */
int sb_mirror_gps_open(struct sb_list *modules, const struct sb_world *world);
void sb_mirror_gps_close(struct sb_list *modules);

/* Bytes that the controller's terminal RX has received at a time of the loop's. */
void sb_mirror_gps_feed(struct sb_list *modules, const struct sb_terminal *rx, const uint8_t *data,
                        size_t size, int64_t time_ns);

#endif
