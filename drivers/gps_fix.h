/* SPDX-License-Identifier: MIT */
/*
 * What a GPS receiver says of itself: a set of data, each with its value, whether it is valid, and when
 * it came. Plain values: a copy of the struct is a snapshot.
 */
#ifndef SB_DRIVERS_GPS_FIX_H
#define SB_DRIVERS_GPS_FIX_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/nmea.h"

/* One bit a datum, for masks; several values may belong to one. */
enum sb_gps_datum {
    SB_GPS_TIME = 1 << 0,            /* of day, UTC */
    SB_GPS_DATE = 1 << 1,            /* UTC */
    SB_GPS_POSITION = 1 << 2,        /* latitude and longitude */
    SB_GPS_ALTITUDE = 1 << 3,        /* above mean sea level */
    SB_GPS_GEOID = 1 << 4,           /* mean sea level above the ellipsoid */
    SB_GPS_SPEED = 1 << 5,           /* over ground */
    SB_GPS_COURSE = 1 << 6,          /* over ground, from true north */
    SB_GPS_VARIATION = 1 << 7,       /* magnetic, east positive */
    SB_GPS_SATELLITES_USED = 1 << 8, /* how many */
    SB_GPS_SATELLITES_IN_VIEW = 1 << 9,
    SB_GPS_HDOP = 1 << 10,
    SB_GPS_PDOP = 1 << 11,
    SB_GPS_VDOP = 1 << 12,
    SB_GPS_FIX_KIND = 1 << 13,
    SB_GPS_QUALITY = 1 << 14,
    SB_GPS_ERROR = 1 << 15, /* standard deviations of the position */
    SB_GPS_ALL = (1 << 16) - 1,
};

#define SB_GPS_DATUM_COUNT 16

enum sb_gps_fix_kind {
    SB_GPS_FIX_NONE = 1,
    SB_GPS_FIX_2D = 2,
    SB_GPS_FIX_3D = 3,
};

/*
 * A value that is not valid is the last one that was, and its time is that one's; 0 and SB_NEVER before
 * the first.
 */
struct sb_gps_fix {
    unsigned valid; /* enum sb_gps_datum */
    int64_t times_ns
        [SB_GPS_DATUM_COUNT]; /* loop's clock when it last came; sb_gps_datum_time_ns finds it */
    int64_t time_ns;          /* of the last sentence that was taken; SB_NEVER: none */
    int64_t time_of_day_ns;   /* since midnight; 23:59:60 is 86,400 s */
    int32_t date_days;        /* since 1970-01-01: see lib/civil.h */
    int64_t latitude_ndeg;    /* 10^-9 degree, north positive */
    int64_t longitude_ndeg;   /* east positive */
    int32_t altitude_mm;
    int32_t geoid_mm;
    int32_t speed_mkn;  /* thousandths of a knot, as sent */
    int32_t speed_mm_s; /* the same */
    int32_t course_mdeg;
    int32_t variation_mdeg;
    int32_t satellites_used;
    int32_t satellites_in_view; /* of all systems together */
    int32_t hdop_hundredths;
    int32_t pdop_hundredths;
    int32_t vdop_hundredths;
    enum sb_gps_fix_kind kind;
    enum sb_nmea_quality quality;
    int32_t latitude_error_mm;
    int32_t longitude_error_mm;
    int32_t altitude_error_mm; /* -1: not said */
};

/* True when all data of the mask are valid. */
static inline bool sb_gps_is_valid(const struct sb_gps_fix *fix, unsigned data)
{
    return (fix->valid & data) == data;
}

/* When the datum last came, SB_NEVER if it never did. */
int64_t sb_gps_datum_time_ns(const struct sb_gps_fix *fix, enum sb_gps_datum datum);

/* How long ago that was, valid or not; SB_NEVER if it never came. */
int64_t sb_gps_age_ns(const struct sb_gps_fix *fix, enum sb_gps_datum datum, int64_t now_ns);

/*
 * Nanoseconds since 1970-01-01T00:00:00Z without leap seconds, as Unix counts: 23:59:60 is the next
 * midnight. Date and time must have come; -1 if one never has.
 */
int64_t sb_gps_unix_ns(const struct sb_gps_fix *fix);

#endif
