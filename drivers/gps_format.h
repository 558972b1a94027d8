/* SPDX-License-Identifier: MIT */
/*
 * Positions, speeds, dates and times as text, into the caller's buffer and without floating point. The
 * formats are spec/drivers.md 15.5's; degrees are U+00B0 in UTF-8. Rounding is half away from zero and
 * carries: no 60 seconds, no 60 minutes.
 *
 * All return the length without the NUL, or -ENOSPC, with an empty text, when `size` bytes are too few.
 * SB_GPS_TEXT_SIZE is always enough.
 */
#ifndef SB_DRIVERS_GPS_FORMAT_H
#define SB_DRIVERS_GPS_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define SB_GPS_TEXT_SIZE 40

enum sb_gps_coordinates {
    SB_GPS_DD,  /* 37.819670° N        degrees, as wide as needed */
    SB_GPS_DM,  /*  37° 49.1802' N     degrees three wide, minutes seven */
    SB_GPS_DMS, /*  37° 49' 11" N      degrees three wide, minutes and seconds two */
    SB_GPS_KML, /* -83.646442          signed degrees */
};

enum sb_gps_speed_unit {
    SB_GPS_KMH,   /* 4.26 km/h */
    SB_GPS_MPH,   /* 2.65 mph */
    SB_GPS_KNOTS, /* 2.30 knots */
};

enum sb_gps_date_order {
    SB_GPS_MDY,      /* 05/28/11 */
    SB_GPS_DMY,      /* 28/05/11 */
    SB_GPS_LONG,     /* May 28th, 2011; days two wide: January  1st, 2020 */
    SB_GPS_ISO_DATE, /* 2011-05-28 */
};

int sb_gps_format_latitude(char *text, size_t size, int64_t latitude_ndeg,
                           enum sb_gps_coordinates format);
int sb_gps_format_longitude(char *text, size_t size, int64_t longitude_ndeg,
                            enum sb_gps_coordinates format);

/* Thousandths of a knot; a knot is 1.852 km/h exactly. */
int sb_gps_format_speed(char *text, size_t size, int32_t speed_mkn, enum sb_gps_speed_unit unit);

/* One of 16 points: N, NNE, NE ... by the nearest; 11.25° is NNE already. Lives for ever. */
const char *sb_gps_compass(int32_t course_mdeg);

/* Days since 1970-01-01. Years have at least four digits except where two are usual. */
int sb_gps_format_date(char *text, size_t size, int64_t date_days, enum sb_gps_date_order order);

/*
 * hh:mm:ss and `decimals` (0 to 9) of the second, cut off as clocks do. From 86,400 s on it is 23:59:60,
 * the leap second.
 */
int sb_gps_format_time(char *text, size_t size, int64_t time_of_day_ns, unsigned decimals);

/* 2011-05-28T09:27:51.000Z */
int sb_gps_format_iso(char *text, size_t size, int64_t date_days, int64_t time_of_day_ns,
                      unsigned decimals);

/*
 * UTC to a local time that is `offset_min` ahead (negative: behind), a day or less. The date moves with
 * it. A leap second becomes the second that follows it, unless the offset is 0.
 */
void sb_gps_to_local(int32_t offset_min, int64_t *date_days, int64_t *time_of_day_ns);

#endif
