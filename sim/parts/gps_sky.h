/* SPDX-License-Identifier: MIT */
/*
 * The satellites of a simulated receiver: made up, but plausible: high ones are heard better, the geometry
 * is the better the more there are, and they move slowly. The same for the same seed and time.
 */
#ifndef SB_SIM_GPS_SKY_H
#define SB_SIM_GPS_SKY_H

#include <stdint.h>

#define SB_SIM_GPS_USED_MAX    12
#define SB_SIM_GPS_IN_VIEW_MAX 12

struct sb_sim_gps_satellite {
    uint8_t number; /* 1 to 32 */
    uint8_t elevation;
    uint16_t azimuth;
    uint8_t snr; /* dBHz; 0: not heard */
};

struct sb_sim_gps_sky {
    /* read-only */
    unsigned used; /* the first ones are used in the fix */
    unsigned in_view;
    struct sb_sim_gps_satellite satellites[SB_SIM_GPS_IN_VIEW_MAX];
    unsigned pdop, hdop, vdop; /* 1/100 */
    /* private */
    uint64_t random;
    int64_t minute; /* of the last update */
    struct {
        int32_t azimuth;   /* 1/100 degree at the start */
        int32_t elevation; /* 1/100 degree, the mean */
        int32_t rate;      /* 1/100 degree a minute, in azimuth */
    } orbits[SB_SIM_GPS_IN_VIEW_MAX];
};

/* `used` satellites, 0 to 12, and up to three more that are in view but too low. */
void sb_sim_gps_sky_init(struct sb_sim_gps_sky *sky, unsigned used, uint64_t random);

/* Brings them to the time, whole minutes counting. */
void sb_sim_gps_sky_update(struct sb_sim_gps_sky *sky, int64_t utc_ms);

#endif
