/* SPDX-License-Identifier: MIT */
/* What others may look at in a GPS module: the window draws its sky and its track. */
#ifndef SB_SIM_PART_GPS_H
#define SB_SIM_PART_GPS_H

#include "sim/gps_nmea.h"
#include "sim/gps_sky.h"
#include "sim/part.h"

bool sb_part_is_gps(const struct sb_part *part);

/* The last fix that was sent, and the satellites then. With a log, only `is_valid` is right. */
const struct sb_sim_gps_fix *sb_part_gps_fix(const struct sb_part *part);
const struct sb_sim_gps_sky *sb_part_gps_sky(const struct sb_part *part);

#endif
