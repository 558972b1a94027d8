/* SPDX-License-Identifier: MIT */
/*
 * Sentences of NMEA 0183 as an MTK3339 writes them, put together from whole numbers: a day has hundreds of
 * thousands of them. spec/drivers.md 15, 16 and the sentences there.
 */
#ifndef SB_SIM_GPS_NMEA_H
#define SB_SIM_GPS_NMEA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/parts/gps_sky.h"

/* Most that a sentence has, "$" and CR LF included. */
#define SB_SIM_GPS_LINE_SIZE 82

/* The sentences that the module knows, in the order of PMTK314's first fields; ZDA is its field 17. */
enum sb_sim_gps_sentence {
    SB_SIM_GPS_GLL,
    SB_SIM_GPS_RMC,
    SB_SIM_GPS_VTG,
    SB_SIM_GPS_GGA,
    SB_SIM_GPS_GSA,
    SB_SIM_GPS_GSV,
    SB_SIM_GPS_ZDA,
    SB_SIM_GPS_SENTENCE_COUNT,
};

/* What a receiver knows at an instant. */
struct sb_sim_gps_fix {
    bool is_valid;       /* else only the time is known */
    int64_t utc_ms;      /* Unix time */
    int32_t latitude;    /* 1e-7 degrees, north positive */
    int32_t longitude;   /* east positive */
    int32_t altitude_dm; /* above mean sea level */
    unsigned speed;      /* 1/100 knot */
    unsigned course;     /* 1/100 degree, 0 to 35999 */
};

/* The date that was written last, since it changes once a day only. */
struct sb_sim_gps_date {
    int64_t day; /* since 1970 */
    unsigned year, month, day_of_month;
};

/*
 * Writes a sentence (all messages of the set for GSV) with checksum and CR LF, without a NUL. `out` has
 * room for SB_SIM_GPS_LINE_SIZE bytes, three times that for GSV. Returns how many.
 */
size_t sb_sim_gps_write(enum sb_sim_gps_sentence sentence, const struct sb_sim_gps_fix *fix,
                        const struct sb_sim_gps_sky *sky, struct sb_sim_gps_date *date, char *out);

/* Adds "*", checksum and CR LF behind a sentence that begins with "$". Returns the whole length. */
size_t sb_sim_gps_finish(char *out, size_t length);

#endif
