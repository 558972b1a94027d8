/* SPDX-License-Identifier: MIT */
/* Reading along what a GPS module says: see mirror_gps.h. */
#include "tools/app/mirror_gps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/gps.h"
#include "sim/parts/part_gps.h"

struct module {
    struct sb_list node;
    struct sb_part *part;
    const struct sb_terminal *tx;
    struct sb_gps_config config;
    struct sb_gps gps;
};

static struct sb_sim_gps_fix fix_of(const struct sb_gps_fix *fix)
{
    return (struct sb_sim_gps_fix){
        .is_valid = sb_gps_is_valid(fix, SB_GPS_POSITION),
        .utc_ms = sb_gps_unix_ns(fix) / 1000000,
        .latitude = (int32_t)(fix->latitude_ndeg / 100),
        .longitude = (int32_t)(fix->longitude_ndeg / 100),
        .altitude_dm = fix->altitude_mm / 100,
        .speed = (unsigned)fix->speed_mkn / 10,
        .course = (unsigned)fix->course_mdeg / 10,
    };
}

/* What has ever come. */
static unsigned known_of(const struct sb_gps_fix *fix)
{
    static const struct {
        enum sb_gps_datum datum;
        enum sb_sim_gps_datum shown;
    } data[] = {
        {SB_GPS_POSITION, SB_SIM_GPS_PLACE},
        {SB_GPS_ALTITUDE, SB_SIM_GPS_ALTITUDE},
        {SB_GPS_SPEED, SB_SIM_GPS_SPEED},
        {SB_GPS_COURSE, SB_SIM_GPS_COURSE},
    };
    unsigned known = SB_SIM_GPS_FIX;

    for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++)
        if (sb_gps_datum_time_ns(fix, data[i].datum) != SB_NEVER)
            known |= data[i].shown;
    return known;
}

/* Those whose place in the sky is known, as many as can be drawn. Returns how many. */
static unsigned satellites_of(const struct sb_gps_sats *sats,
                              struct sb_sim_gps_satellite out[SB_SIM_GPS_IN_VIEW_MAX])
{
    unsigned count = 0;

    for (unsigned i = 0; i < sats->count && count < SB_SIM_GPS_IN_VIEW_MAX; i++) {
        const struct sb_gps_satellite *row = &sats->rows[i];

        if (row->elevation_deg < 0 || row->azimuth_deg < 0 || row->prn > UINT8_MAX)
            continue;
        out[count++] = (struct sb_sim_gps_satellite){
            .number = (uint8_t)row->prn,
            .elevation = (uint8_t)row->elevation_deg,
            .azimuth = (uint16_t)row->azimuth_deg,
            .snr = row->snr_db < 0 ? 0 : (uint8_t)row->snr_db,
        };
    }
    return count;
}

static void on_epoch(struct sb_gps *gps, const struct sb_gps_fix *epoch, void *arg)
{
    struct sb_sim_gps_satellite satellites[SB_SIM_GPS_IN_VIEW_MAX];
    struct sb_sim_gps_fix fix = fix_of(epoch);
    unsigned count = satellites_of(&gps->sats, satellites);
    unsigned used = epoch->satellites_used < 0 ? 0 : (unsigned)epoch->satellites_used;

    sb_part_gps_show(((struct module *)arg)->part, &fix, known_of(epoch), satellites, count,
                     used < count ? used : count);
}

static int add(struct sb_list *modules, struct sb_part *part)
{
    struct module *module = calloc(1, sizeof(*module));

    if (module == NULL)
        return -ENOMEM;
    module->part = part;
    module->tx = &part->terminals[sb_part_type_pin(part->type, "TX")];
    module->config =
        (struct sb_gps_config){.epoch_fn = on_epoch, .arg = module, .accept_no_checksum = true};
    sb_list_append(modules, &module->node);
    return sb_gps_init(&module->gps, &module->config);
}

int sb_mirror_gps_open(struct sb_list *modules, const struct sb_world *world)
{
    int rc = 0;

    sb_list_init(modules);
    for (struct sb_list *n = world->parts.next; n != &world->parts && rc == 0; n = n->next) {
        struct sb_part *part = SB_CONTAINER_OF(n, struct sb_part, node);

        if (strcmp(part->type->name, "softboard-gps") == 0)
            rc = add(modules, part);
    }
    return rc;
}

void sb_mirror_gps_close(struct sb_list *modules)
{
    struct sb_list *node;
    struct sb_list *after;

    SB_LIST_FOR_EACH(node, after, modules)
    {
        free(SB_CONTAINER_OF(node, struct module, node));
    }
    sb_list_init(modules);
}

void sb_mirror_gps_feed(struct sb_list *modules, const struct sb_terminal *rx, const uint8_t *data,
                        size_t size, int64_t time_ns)
{
    for (struct sb_list *n = modules->next; n != modules; n = n->next) {
        struct module *module = SB_CONTAINER_OF(n, struct module, node);

        if (module->tx->wire == rx->wire)
            sb_gps_feed(&module->gps, data, size, time_ns);
    }
}
