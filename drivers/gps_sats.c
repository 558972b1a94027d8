/* SPDX-License-Identifier: MIT */
/*
 * Satellites in view and in use. The table is one array of rows in which the sets lie one after the
 * other; a new set takes the old one out, closing the gap, and is appended.
 */
#include "drivers/gps_sats.h"

#include <string.h>

void sb_gps_sats_init(struct sb_gps_sats *sats)
{
    memset(sats, 0, sizeof(*sats));
    sb_gps_sats_end_run(sats);
}

static bool is_talker(const char *a, const char *b)
{
    return a[0] == b[0] && a[1] == b[1];
}

/* ---- in view */

static bool is_same_set(const struct sb_gps_set *a, const struct sb_gps_set *b)
{
    return is_talker(a->talker, b->talker) && a->signal == b->signal;
}

static void remove_set(struct sb_gps_sats *sats, uint32_t index)
{
    uint32_t first = 0;
    uint32_t count = sats->sets[index].count;

    for (uint32_t i = 0; i < index; i++)
        first += sats->sets[i].count;
    memmove(&sats->rows[first], &sats->rows[first + count],
            (sats->count - first - count) * sizeof(sats->rows[0]));
    memmove(&sats->sets[index], &sats->sets[index + 1],
            (sats->set_count - index - 1) * sizeof(sats->sets[0]));
    sats->count -= count;
    sats->set_count--;
}

static bool is_too_old(const struct sb_gps_set *set, int64_t now_ns)
{
    return now_ns > set->time_ns && now_ns - set->time_ns > SB_GPS_SET_AGE_MAX_NS;
}

/* Also takes out what has not been heard of for long. */
static void remove_predecessor(struct sb_gps_sats *sats, const struct sb_gps_set *set)
{
    for (uint32_t i = sats->set_count; i-- > 0;)
        if (is_same_set(&sats->sets[i], set) || is_too_old(&sats->sets[i], set->time_ns))
            remove_set(sats, i);
}

static void append_arrived(struct sb_gps_sats *sats)
{
    struct sb_gps_set *set = &sats->arriving;
    uint32_t room = SB_GPS_SATELLITES_MAX - sats->count;

    if (sats->set_count == SB_GPS_SETS_MAX) {
        sats->lost_count++;
        return;
    }
    if (set->count > room) {
        sats->lost_count += set->count - room;
        set->count = (uint16_t)room;
    }
    memcpy(&sats->rows[sats->count], sats->arrivals, set->count * sizeof(sats->rows[0]));
    sats->count += set->count;
    sats->sets[sats->set_count++] = *set;
}

static void begin_set(struct sb_gps_sats *sats, const struct sb_nmea_sentence *sentence)
{
    const struct sb_nmea_gsv *gsv = &sentence->gsv;

    sats->incomplete_count += sats->next_message != 0;
    sats->arriving = (struct sb_gps_set){
        .talker = {sentence->talker[0], sentence->talker[1]},
        .signal = gsv->signal,
        .in_view = gsv->in_view,
    };
    sats->next_message = 1;
    sats->message_count = gsv->message_count;
}

/* True when this is the message that the arriving set needs next. */
static bool is_expected(const struct sb_gps_sats *sats, const struct sb_nmea_sentence *sentence)
{
    const struct sb_nmea_gsv *gsv = &sentence->gsv;

    return sats->next_message == gsv->message && sats->message_count == gsv->message_count &&
           sats->arriving.signal == gsv->signal &&
           is_talker(sats->arriving.talker, sentence->talker);
}

static void add_arrivals(struct sb_gps_sats *sats, const struct sb_nmea_gsv *gsv)
{
    struct sb_gps_set *set = &sats->arriving;

    for (unsigned i = 0; i < gsv->satellite_count; i++) {
        const struct sb_nmea_satellite *satellite = &gsv->satellites[i];

        if (set->count == SB_GPS_SET_MAX) {
            sats->lost_count++;
            continue;
        }
        sats->arrivals[set->count++] = (struct sb_gps_satellite){
            .talker = {set->talker[0], set->talker[1]},
            .signal = set->signal,
            .prn = satellite->prn,
            .elevation_deg = satellite->elevation_deg,
            .azimuth_deg = satellite->azimuth_deg,
            .snr_db = satellite->snr_db,
        };
    }
}

bool sb_gps_sats_take_gsv(struct sb_gps_sats *sats, const struct sb_nmea_sentence *sentence,
                          int64_t time_ns)
{
    if (sentence->gsv.message == 1) {
        begin_set(sats, sentence);
    } else if (!is_expected(sats, sentence)) {
        sats->incomplete_count += sats->next_message != 0;
        sats->next_message = 0;
        return false;
    }
    add_arrivals(sats, &sentence->gsv);
    if (sats->next_message++ < sats->message_count)
        return false;
    sats->next_message = 0;
    sats->arriving.time_ns = time_ns;
    remove_predecessor(sats, &sats->arriving);
    append_arrived(sats);
    sats->complete_count++;
    return true;
}

static bool is_repeated(const struct sb_gps_sats *sats, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (sats->rows[i].prn == sats->rows[index].prn &&
            is_talker(sats->rows[i].talker, sats->rows[index].talker))
            return true;
    return false;
}

/* How many of the talker there are: those of which rows came, or more if more were promised. */
static int32_t in_view_of(const struct sb_gps_sats *sats, const char *talker)
{
    int32_t promised = 0;
    int32_t listed = 0;

    for (uint32_t i = 0; i < sats->set_count; i++)
        if (is_talker(sats->sets[i].talker, talker) && sats->sets[i].in_view > promised)
            promised = sats->sets[i].in_view;
    for (uint32_t i = 0; i < sats->count; i++)
        listed += is_talker(sats->rows[i].talker, talker) && !is_repeated(sats, i);
    return promised > listed ? promised : listed;
}

int32_t sb_gps_sats_in_view(const struct sb_gps_sats *sats)
{
    int32_t total = 0;

    for (uint32_t i = 0; i < sats->set_count; i++) {
        uint32_t earlier = 0;

        while (!is_talker(sats->sets[earlier].talker, sats->sets[i].talker))
            earlier++;
        if (earlier == i)
            total += in_view_of(sats, sats->sets[i].talker);
    }
    return total;
}

size_t sb_gps_sats_copy(const struct sb_gps_sats *sats, struct sb_gps_satellite *rows,
                        size_t capacity)
{
    size_t count = sats->count < capacity ? sats->count : capacity;

    if (count > 0)
        memcpy(rows, sats->rows, count * sizeof(rows[0]));
    return sats->count;
}

const struct sb_gps_satellite *sb_gps_sats_find(const struct sb_gps_sats *sats, const char *talker,
                                                unsigned prn, unsigned signal)
{
    for (uint32_t i = 0; i < sats->count; i++)
        if (sats->rows[i].prn == prn && is_talker(sats->rows[i].talker, talker) &&
            (signal == 0 || sats->rows[i].signal == signal))
            return &sats->rows[i];
    return NULL;
}

/* ---- in use */

static bool is_of(const struct sb_gps_used *used, const struct sb_gps_used *key)
{
    return is_talker(used->talker, key->talker) && used->system == key->system;
}

static bool is_used(const struct sb_gps_sats *sats, const struct sb_gps_used *key, uint16_t prn)
{
    for (uint32_t i = 0; i < sats->used_count; i++)
        if (sats->used[i].prn == prn && is_of(&sats->used[i], key))
            return true;
    return false;
}

static bool repeats_any(const struct sb_gps_sats *sats, const struct sb_gps_used *key,
                        const struct sb_nmea_gsa *gsa)
{
    for (unsigned i = 0; i < gsa->satellite_count; i++)
        if (is_used(sats, key, gsa->prns[i]))
            return true;
    return false;
}

static void remove_used(struct sb_gps_sats *sats, const struct sb_gps_used *key)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < sats->used_count; i++)
        if (!is_of(&sats->used[i], key))
            sats->used[kept++] = sats->used[i];
    sats->used_count = kept;
}

void sb_gps_sats_take_gsa(struct sb_gps_sats *sats, const struct sb_nmea_sentence *sentence)
{
    const struct sb_nmea_gsa *gsa = &sentence->gsa;
    struct sb_gps_used entry = {
        .talker = {sentence->talker[0], sentence->talker[1]},
        .system = gsa->system,
    };

    if (!is_of(&entry, &sats->gsa_before) || gsa->fix == 1 || repeats_any(sats, &entry, gsa))
        remove_used(sats, &entry);
    sats->gsa_before = entry;
    for (unsigned i = 0; i < gsa->satellite_count; i++) {
        if (sats->used_count == SB_GPS_USED_MAX) {
            sats->lost_count++;
            continue;
        }
        entry.prn = gsa->prns[i];
        sats->used[sats->used_count++] = entry;
    }
}
