/* SPDX-License-Identifier: MIT */
/* One function a kind of sentence: values into the fix, bits into the change. */
#include "drivers/gps_apply.h"

/* What a receiver without a fix does not know, whatever its sentences still say. */
#define NEEDS_FIX                                                                      \
    (SB_GPS_POSITION | SB_GPS_ALTITUDE | SB_GPS_GEOID | SB_GPS_SPEED | SB_GPS_COURSE | \
     SB_GPS_VARIATION)

static void bring(struct sb_gps_change *change, unsigned data)
{
    change->brought |= data;
}

static void take_back(struct sb_gps_change *change, unsigned data)
{
    change->taken |= data;
}

/* A number that is missing takes its datum back. */
static void set(struct sb_gps_change *change, int32_t *value, const struct sb_nmea_number *number,
                unsigned datum)
{
    if (!number->is_present) {
        take_back(change, datum);
        return;
    }
    *value = number->value;
    bring(change, datum);
}

/* A number that is missing changes nothing. */
static void set_if_present(struct sb_gps_change *change, int32_t *value,
                           const struct sb_nmea_number *number, unsigned datum)
{
    if (number->is_present)
        set(change, value, number, datum);
}

static void set_position(struct sb_gps_fix *fix, struct sb_gps_change *change,
                         const struct sb_nmea_position *position)
{
    fix->latitude_ndeg = position->latitude_ndeg;
    fix->longitude_ndeg = position->longitude_ndeg;
    bring(change, SB_GPS_POSITION);
}

static void set_date(struct sb_gps_fix *fix, struct sb_gps_change *change, int32_t date_days)
{
    fix->date_days = date_days;
    bring(change, SB_GPS_DATE);
}

static void set_motion(struct sb_gps_fix *fix, struct sb_gps_change *change,
                       const struct sb_nmea_number *speed_mkn,
                       const struct sb_nmea_number *course_mdeg)
{
    set(change, &fix->speed_mkn, speed_mkn, SB_GPS_SPEED);
    if (speed_mkn->is_present) /* 1 kn is 1852 m an hour */
        fix->speed_mm_s = (int32_t)((fix->speed_mkn * INT64_C(1852) + 1800) / 3600);
    set(change, &fix->course_mdeg, course_mdeg, SB_GPS_COURSE);
}

static void apply_rmc(struct sb_gps_fix *fix, struct sb_gps_change *change,
                      const struct sb_nmea_rmc *rmc)
{
    if (rmc->has_date)
        set_date(fix, change, rmc->date_days);
    if (!rmc->has_fix) {
        take_back(change, NEEDS_FIX);
        return;
    }
    set_position(fix, change, &rmc->position);
    set_motion(fix, change, &rmc->speed_mkn, &rmc->course_mdeg);
    set(change, &fix->variation_mdeg, &rmc->variation_mdeg, SB_GPS_VARIATION);
}

static void apply_gll(struct sb_gps_fix *fix, struct sb_gps_change *change,
                      const struct sb_nmea_gll *gll)
{
    if (gll->has_fix)
        set_position(fix, change, &gll->position);
    else
        take_back(change, NEEDS_FIX);
}

static void apply_vtg(struct sb_gps_fix *fix, struct sb_gps_change *change,
                      const struct sb_nmea_vtg *vtg)
{
    if (vtg->has_fix)
        set_motion(fix, change, &vtg->speed_mkn, &vtg->course_mdeg);
    else
        take_back(change, SB_GPS_SPEED | SB_GPS_COURSE);
}

static void apply_gga(struct sb_gps_fix *fix, struct sb_gps_change *change,
                      const struct sb_nmea_gga *gga)
{
    fix->quality = gga->quality;
    bring(change, SB_GPS_QUALITY);
    set(change, &fix->satellites_used, &gga->satellite_count, SB_GPS_SATELLITES_USED);
    set_if_present(change, &fix->hdop_hundredths, &gga->hdop_hundredths, SB_GPS_HDOP);
    if (gga->quality == SB_NMEA_QUALITY_NONE) {
        take_back(change, NEEDS_FIX);
        return;
    }
    set_position(fix, change, &gga->position);
    set(change, &fix->altitude_mm, &gga->altitude_mm, SB_GPS_ALTITUDE);
    set(change, &fix->geoid_mm, &gga->geoid_mm, SB_GPS_GEOID);
}

static void apply_gsa(struct sb_gps_fix *fix, struct sb_gps_change *change,
                      const struct sb_nmea_gsa *gsa)
{
    fix->kind = (enum sb_gps_fix_kind)gsa->fix;
    bring(change, SB_GPS_FIX_KIND);
    set_if_present(change, &fix->pdop_hundredths, &gsa->pdop_hundredths, SB_GPS_PDOP);
    set_if_present(change, &fix->hdop_hundredths, &gsa->hdop_hundredths, SB_GPS_HDOP);
    set_if_present(change, &fix->vdop_hundredths, &gsa->vdop_hundredths, SB_GPS_VDOP);
}

static void apply_gst(struct sb_gps_fix *fix, struct sb_gps_change *change,
                      const struct sb_nmea_gst *gst)
{
    if (!gst->latitude_mm.is_present || !gst->longitude_mm.is_present) {
        take_back(change, SB_GPS_ERROR);
        return;
    }
    fix->latitude_error_mm = gst->latitude_mm.value;
    fix->longitude_error_mm = gst->longitude_mm.value;
    fix->altitude_error_mm = gst->altitude_mm.is_present ? gst->altitude_mm.value : -1;
    bring(change, SB_GPS_ERROR);
}

static void apply_gsv(struct sb_gps_fix *fix, struct sb_gps_sats *sats,
                      struct sb_gps_change *change, const struct sb_nmea_sentence *sentence,
                      int64_t time_ns)
{
    if (!sb_gps_sats_take_gsv(sats, sentence, time_ns))
        return;
    fix->satellites_in_view = sb_gps_sats_in_view(sats);
    bring(change, SB_GPS_SATELLITES_IN_VIEW);
}

/* RMC and ZDA are what tells the time: when they don't, the receiver does not know it. */
static void apply_utc(struct sb_gps_fix *fix, struct sb_gps_change *change,
                      const struct sb_nmea_sentence *sentence)
{
    if (sentence->has_utc) {
        fix->time_of_day_ns = sentence->utc_ns;
        bring(change, SB_GPS_TIME);
    } else if (sentence->kind == SB_NMEA_RMC || sentence->kind == SB_NMEA_ZDA) {
        take_back(change, SB_GPS_TIME | SB_GPS_DATE);
    }
}

bool sb_gps_bears_utc(enum sb_nmea_kind kind)
{
    return kind != SB_NMEA_VTG && kind != SB_NMEA_GSA && kind != SB_NMEA_GSV;
}

bool sb_gps_is_lost(const struct sb_nmea_sentence *sentence)
{
    if (sentence->has_utc)
        return false;
    switch (sentence->kind) {
    case SB_NMEA_RMC:
        return !sentence->rmc.has_fix;
    case SB_NMEA_GLL:
        return !sentence->gll.has_fix;
    case SB_NMEA_GGA:
    case SB_NMEA_GNS:
        return sentence->gga.quality == SB_NMEA_QUALITY_NONE;
    default:
        return false;
    }
}

struct sb_gps_change sb_gps_apply(struct sb_gps_fix *fix, struct sb_gps_sats *sats,
                                  const struct sb_nmea_sentence *sentence, int64_t time_ns)
{
    struct sb_gps_change change = {0, 0};

    apply_utc(fix, &change, sentence);
    switch (sentence->kind) {
    case SB_NMEA_RMC:
        apply_rmc(fix, &change, &sentence->rmc);
        break;
    case SB_NMEA_GLL:
        apply_gll(fix, &change, &sentence->gll);
        break;
    case SB_NMEA_VTG:
        apply_vtg(fix, &change, &sentence->vtg);
        break;
    case SB_NMEA_GGA:
    case SB_NMEA_GNS:
        apply_gga(fix, &change, &sentence->gga);
        break;
    case SB_NMEA_GSA:
        apply_gsa(fix, &change, &sentence->gsa);
        sb_gps_sats_take_gsa(sats, sentence);
        break;
    case SB_NMEA_GSV:
        apply_gsv(fix, sats, &change, sentence, time_ns);
        break;
    case SB_NMEA_ZDA:
        if (sentence->zda.has_date)
            set_date(fix, &change, sentence->zda.date_days);
        break;
    case SB_NMEA_GST:
        apply_gst(fix, &change, &sentence->gst);
        break;
    }
    if (sentence->kind != SB_NMEA_GSA)
        sb_gps_sats_end_run(sats);
    return change;
}
