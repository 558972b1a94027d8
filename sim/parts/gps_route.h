/* SPDX-License-Identifier: MIT */
/*
 * A route: where a simulated receiver is at which time. Read from a text file, one point a line:
 *
 *     lat,lon[,alt[,seconds]]
 *
 * in degrees (north and east positive), metres above sea level and seconds since the start. A first line
 * of names puts the columns in another order: lat or latitude; lon, lng or longitude; alt, altitude or
 * ele; seconds, time or t; others are passed over. Blank lines and what follows '#' are left out.
 * Points without seconds are travelled at one speed.
 *
 * Between two points latitude, longitude and altitude change evenly with time. That is a straight line on
 * a flat map, good for hops of some kilometres; course and speed are those of this movement at the
 * very place, on a sphere of the Earth's mean radius, so that they always agree with the positions.
 */
#ifndef SB_SIM_GPS_ROUTE_H
#define SB_SIM_GPS_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/files/diag.h"
#include "sim/parts/gps_nmea.h"

struct sb_sim_gps_leg {
    int64_t begin_ns;
    int64_t duration_ns;
    double latitude, longitude; /* degrees, where it begins */
    double latitude_span, longitude_span;
    double altitude_dm, altitude_span_dm;
};

struct sb_sim_gps_route {
    /* private */
    struct sb_sim_gps_leg *legs; /* the last has no duration: the end */
    unsigned count;
    unsigned current;
    int64_t length_ns;
    bool is_loop;
};

struct sb_sim_gps_route_options {
    double speed_knots; /* of legs without times, and back to the beginning; more than 0 */
    bool is_loop;       /* goes back to the first point and round again */
};

/*
 * Reads a route. Returns 0, or a negative error that is reported to `diag` with file and line: cannot be
 * read, no number, out of range, seconds that go back, fewer than two points.
 */
int sb_sim_gps_route_read(struct sb_sim_gps_route *route, const char *path,
                          const struct sb_sim_gps_route_options *options, struct sb_diag *diag);
void sb_sim_gps_route_deinit(struct sb_sim_gps_route *route);

/* Sets position, altitude, speed and course at a time since the start; the end is a stop. */
void sb_sim_gps_route_at(struct sb_sim_gps_route *route, int64_t time_ns,
                         struct sb_sim_gps_fix *fix);

#endif
