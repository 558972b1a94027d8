/* SPDX-License-Identifier: MIT */
/* The satellites of a simulated receiver: see gps_sky.h. */
#include "sim/parts/gps_sky.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "sim/world.h"

#define SPARE 3

/* One of 1 to 32 that no other has. */
static uint8_t pick_number(struct sb_sim_gps_sky *sky, unsigned count)
{
    for (;;) {
        uint8_t number = (uint8_t)(1 + sb_random_next(&sky->random) % 32);
        bool is_new = true;

        for (unsigned i = 0; i < count; i++)
            is_new = is_new && sky->satellites[i].number != number;
        if (is_new)
            return number;
    }
}

static int32_t pick(struct sb_sim_gps_sky *sky, int32_t from, int32_t to)
{
    return from + (int32_t)(sb_random_next(&sky->random) % (uint64_t)(to - from + 1));
}

/* The more satellites, the better: about 2.0 with 4, 0.8 with 12. PDOP is made of the other two. */
static void set_dilution(struct sb_sim_gps_sky *sky)
{
    unsigned used = sky->used < 3 ? 3 : sky->used;

    sky->hdop = 50 + 600 / used;
    sky->vdop = 80 + 900 / used;
    sky->pdop = (unsigned)lround(sqrt(sky->hdop * sky->hdop + sky->vdop * sky->vdop));
    if (sky->used < 3)
        sky->pdop = sky->hdop = sky->vdop = 9999;
}

void sb_sim_gps_sky_init(struct sb_sim_gps_sky *sky, unsigned used, uint64_t random)
{
    memset(sky, 0, sizeof(*sky));
    sky->random = random;
    sky->used = used;
    sky->in_view = used + SPARE > SB_SIM_GPS_IN_VIEW_MAX ? SB_SIM_GPS_IN_VIEW_MAX : used + SPARE;
    if (used == 0)
        sky->in_view = 0;
    for (unsigned i = 0; i < sky->in_view; i++) {
        bool is_used = i < used;

        sky->satellites[i].number = pick_number(sky, i);
        /* Round the compass, so that no half of it is empty. */
        sky->orbits[i].azimuth = (int32_t)(i * 36000 / (sky->in_view)) +
                                 pick(sky, 0, 36000 / (int32_t)sky->in_view);
        sky->orbits[i].elevation = is_used ? pick(sky, 1800, 7800) : pick(sky, 300, 900);
        sky->orbits[i].rate = pick(sky, -40, 40);
    }
    set_dilution(sky);
    sky->minute = INT64_MIN;
}

void sb_sim_gps_sky_update(struct sb_sim_gps_sky *sky, int64_t utc_ms)
{
    int64_t minute = utc_ms / 60000;

    if (minute == sky->minute)
        return;
    sky->minute = minute;
    for (unsigned i = 0; i < sky->in_view; i++) {
        struct sb_sim_gps_satellite *satellite = &sky->satellites[i];
        int64_t azimuth = (sky->orbits[i].azimuth + sky->orbits[i].rate * minute) % 36000;
        double swing = sin((double)(minute % 720) * (2 * 3.14159265358979 / 720) + i);
        int32_t elevation = sky->orbits[i].elevation + (int32_t)lround(swing * 200);

        satellite->azimuth = (uint16_t)((azimuth + 36000) % 36000 / 100);
        satellite->elevation = (uint8_t)(elevation / 100);
        satellite->snr = 0;
        if (i < sky->used)
            satellite->snr =
                (uint8_t)(26 + satellite->elevation / 6 + (unsigned)(minute + 5 * i) % 7);
    }
}
