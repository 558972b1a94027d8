/* SPDX-License-Identifier: MIT */
/* What others may look at in a GPS module: the window draws its sky and its track. */
#ifndef SB_SIM_PART_GPS_H
#define SB_SIM_PART_GPS_H

#include "sim/parts/gps_nmea.h"
#include "sim/parts/gps_sky.h"
#include "sim/part.h"

/* Places that the track keeps. */
#define SB_SIM_GPS_TRACK_MAX 128

struct sb_sim_gps_place {
    int32_t latitude; /* 1e-7 degrees */
    int32_t longitude;
};

/* The last fix that was sent, and the satellites then. */
const struct sb_sim_gps_fix *sb_part_gps_fix(const struct sb_part *part);
const struct sb_sim_gps_sky *sb_part_gps_sky(const struct sb_part *part);

/*
 * What of a fix is known. In a mirrored world nothing is at first, then what the real receiver has said; of a log only
 * whether it has a fix; else all.
 */
enum sb_sim_gps_datum {
    SB_SIM_GPS_FIX = 1 << 0, /* whether it has one */
    SB_SIM_GPS_PLACE = 1 << 1,
    SB_SIM_GPS_ALTITUDE = 1 << 2,
    SB_SIM_GPS_SPEED = 1 << 3,
    SB_SIM_GPS_COURSE = 1 << 4,
};
unsigned sb_part_gps_known(const struct sb_part *part);

/*
 * In a mirrored world: what the real receiver says, with what is known of the fix. The first `used` of `count`
 * satellites, SB_SIM_GPS_IN_VIEW_MAX at most, are used in it.
 */
void sb_part_gps_show(struct sb_part *part, const struct sb_sim_gps_fix *fix, unsigned known,
                      const struct sb_sim_gps_satellite *satellites, unsigned count, unsigned used);

/* Where it has been, the oldest first: up to SB_SIM_GPS_TRACK_MAX places. Returns how many. */
unsigned sb_part_gps_track(const struct sb_part *part, struct sb_sim_gps_place *places);

#endif
