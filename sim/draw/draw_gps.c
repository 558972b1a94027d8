/* SPDX-License-Identifier: MIT */
/* The GPS module: the sky above it, the track behind it, and what it knows in words. */
#include "sim/draw/draw.h"

#include <math.h>
#include <stdio.h>

#include "sim/parts/part_gps.h"

#define PI         3.14159265358979323846
#define SKY_X      56.0
#define SKY_Y      66.0
#define SKY_RADIUS 42.0

/* The map of the track: a square. */
#define MAP_X    112.0
#define MAP_Y    24.0
#define MAP_SIZE 62.0

void sb_draw_gps(struct sb_canvas *canvas, const struct sb_part *part)
{
    static const char *const names[] = {"VCC", "GND", "TX", "RX", "PPS"};
    struct sb_point size = sb_geometry_size(part);

    sb_canvas_fill_round(canvas, 0, 0, size.x, size.y, 5, sb_colour_hex(0x0d3b66));
    sb_canvas_text(canvas, 10, 11, 9, SB_ALIGN_LEFT, 0, sb_colour_hex(0xffffff), part->id);
    for (unsigned i = 0; i < 5; i++) {
        struct sb_point pin;

        sb_geometry_pin(part, names[i], &pin);
        sb_canvas_disc(canvas, pin.x, pin.y, 2.8, sb_colour_hex(0xb7a36a));
        sb_canvas_text(canvas, pin.x, pin.y - 7, 5, SB_ALIGN_CENTRE, 0, sb_colour_hex(0xffffff),
                       names[i]);
    }
}

/* ---- the sky: north is up, the horizon is the rim */

static struct sb_colour signal_colour(unsigned snr)
{
    return sb_colour_hex(snr == 0   ? 0x546e7a
                         : snr < 25 ? 0xef5350
                         : snr < 35 ? 0xffca28
                                    : 0x66bb6a);
}

static void draw_sky(struct sb_canvas *canvas, const struct sb_sim_gps_sky *sky)
{
    static const char *const points[] = {"N", "E", "S", "W"};
    struct sb_colour line = sb_colour_hex(0x35618a);

    sb_canvas_disc(canvas, SKY_X, SKY_Y, SKY_RADIUS, line);
    sb_canvas_disc(canvas, SKY_X, SKY_Y, SKY_RADIUS - 1, sb_colour_hex(0x0a2c4d));
    sb_canvas_disc(canvas, SKY_X, SKY_Y, SKY_RADIUS / 2 + 0.5, line);
    sb_canvas_disc(canvas, SKY_X, SKY_Y, SKY_RADIUS / 2 - 0.5, sb_colour_hex(0x0a2c4d));
    for (int i = 0; i < 4; i++)
        sb_canvas_text(canvas, SKY_X + sin(i * PI / 2) * (SKY_RADIUS - 5),
                       SKY_Y - cos(i * PI / 2) * (SKY_RADIUS - 5), 6, SB_ALIGN_CENTRE, 0,
                       sb_colour_hex(0x90a4ae), points[i]);
    for (unsigned i = 0; i < sky->in_view; i++) {
        const struct sb_sim_gps_satellite *satellite = &sky->satellites[i];
        double angle = satellite->azimuth * PI / 180;
        double radius = (SKY_RADIUS - 6) * (90.0 - satellite->elevation) / 90;
        double x = SKY_X + sin(angle) * radius;
        double y = SKY_Y - cos(angle) * radius;
        char number[8];

        sb_canvas_disc(canvas, x, y, 5.8, sb_colour_hex(0x0a2c4d)); /* apart from what is below */
        sb_canvas_disc(canvas, x, y, 5, signal_colour(satellite->snr));
        snprintf(number, sizeof(number), "%u", satellite->number);
        sb_canvas_text(canvas, x, y, 6, SB_ALIGN_CENTRE, 0, sb_colour_hex(0x102027), number);
    }
}

/* ---- the track, as large as it fits */

static void draw_track(struct sb_canvas *canvas, const struct sb_part *part)
{
    struct sb_sim_gps_place places[SB_SIM_GPS_TRACK_MAX];
    struct sb_point points[SB_SIM_GPS_TRACK_MAX];
    unsigned count = sb_part_gps_track(part, places);
    struct sb_box box = SB_BOX_EMPTY;
    double narrow; /* of a degree of longitude against one of latitude */
    double scale;

    sb_canvas_fill_round(canvas, MAP_X, MAP_Y, MAP_SIZE, MAP_SIZE, 3, sb_colour_hex(0x0a2c4d));
    if (count == 0)
        return;
    narrow = cos(places[0].latitude * 1e-7 * PI / 180);
    for (unsigned i = 0; i < count; i++) {
        points[i] = (struct sb_point){places[i].longitude * narrow, -(double)places[i].latitude};
        sb_box_add(&box, points[i].x, points[i].y);
    }
    scale = (MAP_SIZE - 12) / fmax(fmax(box.right - box.left, box.bottom - box.top), 2000);
    for (unsigned i = 0; i < count; i++)
        points[i] = (struct sb_point){
            MAP_X + MAP_SIZE / 2 + (points[i].x - (box.left + box.right) / 2) * scale,
            MAP_Y + MAP_SIZE / 2 + (points[i].y - (box.top + box.bottom) / 2) * scale};
    sb_canvas_line(canvas, points, count, 1.4, sb_colour_hex(0x4fc3f7));
    sb_canvas_disc(canvas, points[count - 1].x, points[count - 1].y, 2.6, sb_colour_hex(0xffca28));
}

/* ---- in words */

static void put_line(struct sb_canvas *canvas, unsigned line, const char *text)
{
    sb_canvas_text(canvas, MAP_X - 4, MAP_Y + MAP_SIZE + 7 + line * 8, 6, SB_ALIGN_LEFT, 0,
                   sb_colour_hex(0xcfd8dc), text);
}

/* A number, or that it is not known. */
static void put_number(char out[16], bool is_known, int decimals, double value)
{
    if (is_known)
        snprintf(out, 16, "%.*f", decimals, value);
    else
        snprintf(out, 16, "--");
}

static void draw_words(struct sb_canvas *canvas, const struct sb_sim_gps_fix *fix, unsigned known)
{
    char first[16];
    char second[16];
    char third[16];
    char text[64];

    put_number(first, (known & SB_SIM_GPS_PLACE) != 0, 5, fix->latitude * 1e-7);
    put_number(second, (known & SB_SIM_GPS_PLACE) != 0, 5, fix->longitude * 1e-7);
    snprintf(text, sizeof(text), "%s\u00b0", first);
    put_line(canvas, 0, text);
    snprintf(text, sizeof(text), "%s\u00b0", second);
    put_line(canvas, 1, text);
    put_number(first, (known & SB_SIM_GPS_ALTITUDE) != 0, 0, fix->altitude_dm / 10.0);
    put_number(second, (known & SB_SIM_GPS_SPEED) != 0, 1, fix->speed / 100.0);
    put_number(third, (known & SB_SIM_GPS_COURSE) != 0, 0, fix->course / 100.0);
    snprintf(text, sizeof(text), "%s m  %s kn  %s\u00b0", first, second, third);
    put_line(canvas, 2, text);
}

/* The light at the upper right. */
static void draw_fix(struct sb_canvas *canvas, double right, bool is_known, bool is_valid)
{
    uint32_t colour = !is_known ? 0x78909c : is_valid ? 0x66bb6a : 0xe53935;

    sb_canvas_disc(canvas, right - 11, 11, 4, sb_colour_hex(colour));
    sb_canvas_text(canvas, right - 19, 11, 7, SB_ALIGN_RIGHT, 0, sb_colour_hex(0xcfd8dc),
                   !is_known  ? "--"
                   : is_valid ? "fix"
                              : "no fix");
}

void sb_draw_gps_sky(struct sb_canvas *canvas, const struct sb_part *part)
{
    const struct sb_sim_gps_fix *fix = sb_part_gps_fix(part);
    unsigned known = sb_part_gps_known(part);

    draw_sky(canvas, sb_part_gps_sky(part));
    draw_track(canvas, part);
    draw_words(canvas, fix, known);
    draw_fix(canvas, sb_geometry_size(part).x, (known & SB_SIM_GPS_FIX) != 0, fix->is_valid);
}
