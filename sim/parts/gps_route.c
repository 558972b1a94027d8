/* SPDX-License-Identifier: MIT */
/* Routes: see gps_route.h. */
#include "sim/parts/gps_route.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PI             3.14159265358979323846
#define EARTH_RADIUS_M 6371008.8
#define KNOT_M_PER_S   (1852.0 / 3600.0)

#define COLUMNS_MAX 16
#define POINTS_MAX  1000000

enum column { LATITUDE, LONGITUDE, ALTITUDE, SECONDS, COLUMN_KINDS, OTHER = COLUMN_KINDS };

struct point {
    double value[COLUMN_KINDS];
    bool is_timed;
};

/* What is known while a file is read. */
struct reading {
    struct sb_diag *diag;
    struct sb_place place;
    const char *line; /* its beginning, for columns */
    enum column columns[COLUMNS_MAX];
    bool is_begun;
    struct point *points;
    size_t count;
    size_t capacity;
};

/* ---- lines */

static enum column column_of(const char *name)
{
    static const struct {
        const char *name;
        enum column column;
    } names[] = {
        {"lat", LATITUDE},   {"latitude", LATITUDE},   {"lon", LONGITUDE},   {"lng", LONGITUDE},
        {"long", LONGITUDE}, {"longitude", LONGITUDE}, {"alt", ALTITUDE},    {"altitude", ALTITUDE},
        {"ele", ALTITUDE},   {"elevation", ALTITUDE},  {"seconds", SECONDS}, {"time", SECONDS},
        {"t", SECONDS},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcasecmp(names[i].name, name) == 0)
            return names[i].column;
    return OTHER;
}

/* The next field, trimmed and ended by a NUL; null behind the last. */
static char *next_field(char **rest)
{
    char *field = *rest;
    size_t length;

    if (field == NULL)
        return NULL;
    length = strcspn(field, ",");
    *rest = field[length] == ',' ? field + length + 1 : NULL;
    field[length] = '\0';
    field += strspn(field, " \t");
    for (length = strlen(field); length > 0 && strchr(" \t\r\n", field[length - 1]) != NULL;)
        field[--length] = '\0';
    return field;
}

static int read_names(struct reading *reading, char *line)
{
    bool has[COLUMN_KINDS + 1] = {false};
    unsigned count = 0;

    for (char *field; (field = next_field(&line)) != NULL && count < COLUMNS_MAX; count++) {
        reading->columns[count] = column_of(field);
        has[reading->columns[count]] = true;
    }
    for (; count < COLUMNS_MAX; count++)
        reading->columns[count] = OTHER;
    if (!has[LATITUDE] || !has[LONGITUDE])
        return sb_diag_error(reading->diag, reading->place,
                             "neither numbers nor names of columns: give lat,lon[,alt[,seconds]]");
    return 0;
}

static int check_point(const struct reading *reading, const struct point *point, unsigned fields)
{
    const struct point *last = reading->count > 0 ? &reading->points[reading->count - 1] : NULL;
    double latitude = point->value[LATITUDE];
    double longitude = point->value[LONGITUDE];

    if (fields < 2 || isnan(latitude) || isnan(longitude))
        return sb_diag_error(reading->diag, reading->place, "a point needs latitude and longitude");
    if (!(latitude >= -90 && latitude <= 90) || !(longitude >= -180 && longitude <= 180))
        return sb_diag_error(reading->diag, reading->place,
                             "%g, %g is no place: latitude is -90 to 90, longitude -180 to 180",
                             latitude, longitude);
    if (!(fabs(point->value[ALTITUDE]) <= 100000))
        return sb_diag_error(reading->diag, reading->place, "%g m is no altitude",
                             point->value[ALTITUDE]);
    if (!(point->value[SECONDS] >= 0 && point->value[SECONDS] <= 1e9))
        return sb_diag_error(reading->diag, reading->place, "%g s is no time of a route",
                             point->value[SECONDS]);
    if (last != NULL && last->is_timed != point->is_timed)
        return sb_diag_error(reading->diag, reading->place,
                             "seconds are given for all points or for none");
    if (last != NULL && point->value[SECONDS] < last->value[SECONDS])
        return sb_diag_error(reading->diag, reading->place, "the seconds go back");
    return 0;
}

static int add_point(struct reading *reading, const struct point *point)
{
    if (reading->count == POINTS_MAX)
        return sb_diag_error(reading->diag, reading->place, "more than %d points", POINTS_MAX);
    if (reading->count == reading->capacity) {
        size_t capacity = reading->capacity * 2 + 64;
        struct point *points = realloc(reading->points, capacity * sizeof(*points));

        if (points == NULL)
            return sb_diag_error(reading->diag, reading->place, "out of memory");
        reading->points = points;
        reading->capacity = capacity;
    }
    reading->points[reading->count++] = *point;
    return 0;
}

static int read_point(struct reading *reading, char *line)
{
    struct point point = {.value = {NAN, NAN, 0, 0}};
    unsigned count = 0;
    int rc;

    for (char *field; (field = next_field(&line)) != NULL && count < COLUMNS_MAX; count++) {
        enum column column = reading->columns[count];
        char *end;

        if (column == OTHER || field[0] == '\0')
            continue;
        reading->place.column = (unsigned)(field - reading->line) + 1;
        point.value[column] = strtod(field, &end);
        if (*end != '\0')
            return sb_diag_error(reading->diag, reading->place, "\"%.40s\" is no number", field);
        point.is_timed = point.is_timed || column == SECONDS;
    }
    reading->place.column = 1;
    rc = check_point(reading, &point, count);
    return rc < 0 ? rc : add_point(reading, &point);
}

static int read_line(struct reading *reading, char *line)
{
    char *end;

    line[strcspn(line, "#\r\n")] = '\0';
    line += strspn(line, " \t");
    if (line[0] == '\0')
        return 0;
    if (!reading->is_begun) {
        reading->is_begun = true;
        strtod(line, &end);
        if (end == line)
            return read_names(reading, line);
    }
    return read_point(reading, line);
}

static int read_file(struct reading *reading, FILE *file)
{
    char line[1024];

    while (fgets(line, sizeof(line), file) != NULL) {
        int rc;

        reading->place.line++;
        reading->place.column = 1;
        reading->line = line;
        if (strlen(line) == sizeof(line) - 1)
            return sb_diag_error(reading->diag, reading->place, "the line is too long");
        rc = read_line(reading, line);
        if (rc < 0)
            return rc;
    }
    reading->place.line = 0;
    if (ferror(file))
        return sb_diag_error(reading->diag, reading->place, "cannot be read");
    if (reading->count < 2)
        return sb_diag_error(reading->diag, reading->place,
                             "a route needs two points at least: lat,lon[,alt[,seconds]]");
    return 0;
}

/* ---- legs */

static double radians(double degrees)
{
    return degrees * (PI / 180);
}

static void set_leg(struct sb_sim_gps_leg *leg, const struct point *a, const struct point *b)
{
    double span = b->value[LONGITUDE] - a->value[LONGITUDE];

    leg->latitude = a->value[LATITUDE];
    leg->longitude = a->value[LONGITUDE];
    leg->latitude_span = b->value[LATITUDE] - a->value[LATITUDE];
    leg->longitude_span = span > 180 ? span - 360 : span < -180 ? span + 360 : span;
    leg->altitude_dm = a->value[ALTITUDE] * 10;
    leg->altitude_span_dm = b->value[ALTITUDE] * 10 - leg->altitude_dm;
}

static double length_m(const struct sb_sim_gps_leg *leg)
{
    double north = radians(leg->latitude_span);
    double east = radians(leg->longitude_span) *
                  cos(radians(leg->latitude + leg->latitude_span / 2));

    return EARTH_RADIUS_M * sqrt(north * north + east * east);
}

static int64_t travel_ns(const struct sb_sim_gps_leg *leg, double speed_knots)
{
    return llround(length_m(leg) / (speed_knots * KNOT_M_PER_S) * 1e9);
}

/* One leg from each point to the next, one back if it is a loop, and the end. */
static int make_legs(struct sb_sim_gps_route *route, const struct reading *reading,
                     const struct sb_sim_gps_route_options *options)
{
    const struct point *points = reading->points;
    size_t count = reading->count;
    int64_t now_ns = 0;

    route->legs = calloc(count + 1, sizeof(*route->legs));
    if (route->legs == NULL)
        return sb_diag_error(reading->diag, reading->place, "out of memory");
    if (points[0].is_timed)
        now_ns = llround(points[0].value[SECONDS] * 1e9);
    for (size_t i = 0; i < count; i++) {
        bool is_back = i + 1 == count;
        struct sb_sim_gps_leg *leg = &route->legs[route->count];

        if (is_back && !options->is_loop)
            break;
        set_leg(leg, &points[i], &points[is_back ? 0 : i + 1]);
        leg->begin_ns = now_ns;
        if (points[0].is_timed && !is_back)
            leg->duration_ns = llround(points[i + 1].value[SECONDS] * 1e9) - now_ns;
        else
            leg->duration_ns = travel_ns(leg, options->speed_knots);
        now_ns += leg->duration_ns;
        if (leg->duration_ns > 0) /* points that are the same, or a jump */
            route->count++;
    }
    set_leg(&route->legs[route->count], &points[options->is_loop ? 0 : count - 1],
            &points[options->is_loop ? 0 : count - 1]);
    route->legs[route->count].begin_ns = now_ns;
    route->legs[route->count++].duration_ns = 0;
    route->length_ns = now_ns;
    route->is_loop = options->is_loop && now_ns > 0;
    return 0;
}

int sb_sim_gps_route_read(struct sb_sim_gps_route *route, const char *path,
                          const struct sb_sim_gps_route_options *options, struct sb_diag *diag)
{
    struct reading reading = {
        .diag = diag,
        .place = {.file = path},
        .columns = {LATITUDE, LONGITUDE, ALTITUDE, SECONDS},
    };
    FILE *file = fopen(path, "r");
    int rc;

    *route = (struct sb_sim_gps_route){0};
    if (file == NULL) {
        rc = -errno;
        sb_diag_error(diag, reading.place, "%s", strerror(-rc));
        return rc;
    }
    for (unsigned i = COLUMN_KINDS; i < COLUMNS_MAX; i++)
        reading.columns[i] = OTHER;
    rc = read_file(&reading, file);
    if (rc == 0)
        rc = make_legs(route, &reading, options);
    fclose(file);
    free(reading.points);
    return rc;
}

void sb_sim_gps_route_deinit(struct sb_sim_gps_route *route)
{
    free(route->legs);
    route->legs = NULL;
}

/* ---- where it is */

static const struct sb_sim_gps_leg *leg_at(struct sb_sim_gps_route *route, int64_t time_ns)
{
    if (time_ns < route->legs[route->current].begin_ns)
        route->current = 0;
    while (route->current + 1 < route->count &&
           time_ns >=
               route->legs[route->current].begin_ns + route->legs[route->current].duration_ns)
        route->current++;
    return &route->legs[route->current];
}

static void set_motion(const struct sb_sim_gps_leg *leg, double latitude,
                       struct sb_sim_gps_fix *fix)
{
    double seconds = (double)leg->duration_ns / 1e9;
    double north = radians(leg->latitude_span) * EARTH_RADIUS_M / seconds;
    double east = radians(leg->longitude_span) * cos(radians(latitude)) * EARTH_RADIUS_M / seconds;
    double degrees = atan2(east, north) * (180 / PI);

    fix->speed = (unsigned)lround(sqrt(north * north + east * east) / KNOT_M_PER_S * 100);
    if (fix->speed > 0) /* who stands still keeps the course */
        fix->course = (unsigned)lround((degrees < 0 ? degrees + 360 : degrees) * 100) % 36000;
}

void sb_sim_gps_route_at(struct sb_sim_gps_route *route, int64_t time_ns,
                         struct sb_sim_gps_fix *fix)
{
    const struct sb_sim_gps_leg *leg;
    double share = 0;
    double latitude;
    double longitude;

    if (route->is_loop)
        time_ns %= route->length_ns;
    leg = leg_at(route, time_ns);
    if (leg->duration_ns > 0 && time_ns > leg->begin_ns)
        share = (double)(time_ns - leg->begin_ns) / (double)leg->duration_ns;
    latitude = leg->latitude + share * leg->latitude_span;
    longitude = leg->longitude + share * leg->longitude_span;
    if (longitude > 180 || longitude < -180)
        longitude -= copysign(360, longitude);
    fix->latitude = (int32_t)lround(latitude * 1e7);
    fix->longitude = (int32_t)lround(longitude * 1e7);
    fix->altitude_dm = (int32_t)lround(leg->altitude_dm + share * leg->altitude_span_dm);
    fix->speed = 0;
    if (leg->duration_ns > 0 && time_ns >= leg->begin_ns)
        set_motion(leg, latitude, fix);
}
