/* SPDX-License-Identifier: MIT */
/* How a simulated GPS module begins: its attributes, and the files that they name. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/parts/gps_module.h"

#define GSV_RATE 5 /* as the module's default: once in so many fixes */

const struct sb_part_attr sb_sim_gps_attrs[] = {
    {"file", SB_ATTR_FILE, "", NULL, "an NMEA log that it plays, at its own pace"},
    {"route", SB_ATTR_FILE, "", NULL,
     "where it moves: lines of lat,lon[,alt[,seconds]] in degrees, metres, seconds from the start"},
    {"loop", SB_ATTR_FLAG, "", NULL, "the log, or the route, begins anew at its end"},
    {"speed", SB_ATTR_NUMBER, "10", NULL, "knots, on a route without seconds"},
    {"latitude", SB_ATTR_NUMBER, "52.5163", NULL, "degrees, north positive, without file or route"},
    {"longitude", SB_ATTR_NUMBER, "13.3777", NULL, "degrees, east positive"},
    {"altitude", SB_ATTR_NUMBER, "34", NULL, "metres above sea level"},
    {"satellites", SB_ATTR_NUMBER, "9", NULL, "used in the fix, 0 to 12; fewer than 3 give none"},
    {"sentences", SB_ATTR_TEXT, "RMC GGA GSA GSV VTG", NULL,
     "some of RMC GGA GSA GSV VTG GLL ZDA; GSV comes with every fifth fix"},
    {"interval", SB_ATTR_NUMBER, "1000", NULL, "milliseconds from fix to fix, 100 to 10000"},
    {"baud", SB_ATTR_NUMBER, "9600", NULL, "at first; PMTK251 changes it"},
    {NULL, SB_ATTR_TEXT, NULL, NULL, NULL},
};

static int fail(struct sb_sim_gps *gps, struct sb_diag *diag, const char *name, const char *remedy)
{
    return sb_part_error(&gps->part, diag, "%s is \"%s\": give %s", name,
                         sb_part_attr(&gps->part, name), remedy);
}

static bool read_number(const struct sb_sim_gps *gps, const char *name, double min, double max,
                        double *out)
{
    *out = sb_part_attr_number(&gps->part, name);
    return *out >= min && *out <= max;
}

static int read_place(struct sb_sim_gps *gps, struct sb_diag *diag)
{
    double latitude;
    double longitude;
    double altitude;

    if (!read_number(gps, "latitude", -90, 90, &latitude))
        return fail(gps, diag, "latitude", "degrees, -90 to 90");
    if (!read_number(gps, "longitude", -180, 180, &longitude))
        return fail(gps, diag, "longitude", "degrees, -180 to 180");
    if (!read_number(gps, "altitude", -1000, 100000, &altitude))
        return fail(gps, diag, "altitude", "metres, -1000 to 100000");
    gps->fix.latitude = (int32_t)lround(latitude * 1e7);
    gps->fix.longitude = (int32_t)lround(longitude * 1e7);
    gps->fix.altitude_dm = (int32_t)lround(altitude * 10);
    return 0;
}

static int read_line(struct sb_sim_gps *gps, struct sb_diag *diag)
{
    double baud;
    double interval_ms;

    if (!read_number(gps, "baud", 1200, 921600, &baud))
        return fail(gps, diag, "baud", "1200 to 921600");
    if (!read_number(gps, "interval", SB_SIM_GPS_INTERVAL_MIN, SB_SIM_GPS_INTERVAL_MAX,
                     &interval_ms))
        return fail(gps, diag, "interval", "milliseconds, 100 to 10000");
    gps->initial.baud = (unsigned)baud;
    gps->initial.interval_ms = (unsigned)interval_ms;
    return 0;
}

static int read_sentences(struct sb_sim_gps *gps, struct sb_diag *diag)
{
    static const char names[SB_SIM_GPS_SENTENCE_COUNT][4] = {"GLL", "RMC", "VTG", "GGA",
                                                             "GSA", "GSV", "ZDA"};
    const char *at = sb_part_attr(&gps->part, "sentences");

    for (at += strspn(at, " ,"); *at != '\0'; at += strspn(at, " ,")) {
        size_t length = strcspn(at, " ,");
        unsigned i = 0;

        while (i < SB_SIM_GPS_SENTENCE_COUNT && (length != 3 || strncmp(at, names[i], 3) != 0))
            i++;
        if (i == SB_SIM_GPS_SENTENCE_COUNT)
            return fail(gps, diag, "sentences", "some of RMC GGA GSA GSV VTG GLL ZDA");
        gps->initial.rates[i] = i == SB_SIM_GPS_GSV ? GSV_RATE : 1;
        at += length;
    }
    return 0;
}

static void path_of(const struct sb_sim_gps *gps, const char *file, char *out, size_t size)
{
    if (file[0] == '/')
        snprintf(out, size, "%s", file);
    else
        snprintf(out, size, "%s/%s", gps->part.world->folder, file);
}

static int read_route(struct sb_sim_gps *gps, const char *file, struct sb_diag *diag)
{
    struct sb_sim_gps_route_options options = {
        .is_loop = sb_part_attr_flag(&gps->part, "loop"),
    };
    struct sb_diag own;
    char path[4096];
    int rc;

    if (!read_number(gps, "speed", 0.01, 10000, &options.speed_knots))
        return fail(gps, diag, "speed", "knots, 0.01 to 10000");
    path_of(gps, file, path, sizeof(path));
    sb_diag_init(&own, NULL, NULL);
    rc = sb_sim_gps_route_read(&gps->route, path, &options, &own);
    gps->has_route = rc == 0;
    return rc < 0 ? sb_part_error(&gps->part, diag, "%s", own.last) : 0;
}

int sb_sim_gps_read_log(struct sb_sim_gps *gps, const char *path, struct sb_diag *diag)
{
    struct sb_diag own;
    int rc;

    sb_diag_init(&own, NULL, NULL);
    rc = sb_sim_gps_log_open(&gps->log, path, gps->settings.baud,
                             sb_part_attr_flag(&gps->part, "loop"), sb_sim_gps_now_ns(gps), &own);
    return rc < 0 ? sb_part_error(&gps->part, diag, "%s", own.last) : 0;
}

int sb_sim_gps_read_files(struct sb_sim_gps *gps, struct sb_diag *diag)
{
    const char *file = sb_part_attr(&gps->part, "file");
    const char *route = sb_part_attr(&gps->part, "route");
    char path[4096];

    if (file[0] != '\0' && route[0] != '\0')
        return sb_part_error(&gps->part, diag, "file and route exclude each other: give one");
    if (route[0] != '\0')
        return read_route(gps, route, diag);
    if (file[0] == '\0')
        return 0;
    gps->has_log = true;
    path_of(gps, file, path, sizeof(path));
    return sb_sim_gps_read_log(gps, path, diag);
}

int sb_sim_gps_read_attrs(struct sb_sim_gps *gps, struct sb_diag *diag)
{
    uint64_t random = sb_world_seed_for(gps->part.world, gps->part.id);
    double satellites = 0;
    int rc = read_line(gps, diag);

    if (rc == 0)
        rc = read_sentences(gps, diag);
    if (rc == 0)
        rc = read_place(gps, diag);
    if (rc == 0 && !read_number(gps, "satellites", 0, SB_SIM_GPS_USED_MAX, &satellites))
        rc = fail(gps, diag, "satellites", "0 to 12");
    if (rc < 0)
        return rc;
    gps->settings = gps->initial;
    sb_sim_gps_sky_init(&gps->sky, (unsigned)satellites, random);
    return 0;
}
