/* SPDX-License-Identifier: MIT */
/*
 * One parser a kind of sentence. Each counts on the fields that every variant of its sentence has and
 * reads into the caller's record; whether anything was wrong is asked once, at the end.
 */
#include "drivers/nmea_fields.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum {
    TALKER_SIZE = 2,
    ADDRESS_SIZE = 5,
};

/* What no receiver can mean: numbers beyond these are wrong. */
#define SPEED_MAX_MKN      100000000 /* 100,000 kn; an orbit is 15,000 */
#define HEIGHT_MAX_MM      INT32_MAX
#define DOP_MAX_HUNDREDTHS 1000000
#define FULL_CIRCLE_MDEG   360000
#define HALF_CIRCLE_MDEG   180000

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

typedef void parse_fn(struct sb_nmea_fields *fields, struct sb_nmea_sentence *sentence);

static void read_utc(struct sb_nmea_fields *fields, unsigned index,
                     struct sb_nmea_sentence *sentence)
{
    sentence->has_utc = sb_nmea_read_time(fields, index, &sentence->utc_ns);
}

static struct sb_nmea_number read_course(struct sb_nmea_fields *fields, unsigned index)
{
    return sb_nmea_read_number(fields, index, 3, 0, FULL_CIRCLE_MDEG);
}

static struct sb_nmea_number read_dop(struct sb_nmea_fields *fields, unsigned index)
{
    return sb_nmea_read_number(fields, index, 2, 0, DOP_MAX_HUNDREDTHS);
}

static struct sb_nmea_number read_height(struct sb_nmea_fields *fields, unsigned index)
{
    return sb_nmea_read_number(fields, index, 3, -HEIGHT_MAX_MM, HEIGHT_MAX_MM);
}

/*
 * Status A, and from NMEA 2.3 on a mode that is not N, mean that there is a fix; receivers have other
 * letters than V for having none.
 */
static bool read_status(struct sb_nmea_fields *fields, unsigned status, unsigned mode)
{
    char letter = sb_nmea_read_letter(fields, status, CAPITALS);

    return sb_nmea_read_letter(fields, mode, CAPITALS) != 'N' && letter == 'A';
}

static void parse_rmc(struct sb_nmea_fields *fields, struct sb_nmea_sentence *sentence)
{
    struct sb_nmea_rmc *rmc = &sentence->rmc;
    char east_west = sb_nmea_read_letter(fields, 11, "EW");

    fields->is_wrong |= fields->count < 10;
    read_utc(fields, 1, sentence);
    rmc->has_fix = read_status(fields, 2, 12);
    if (rmc->has_fix)
        rmc->position = sb_nmea_read_position(fields, 3);
    rmc->speed_mkn = sb_nmea_read_number(fields, 7, 3, 0, SPEED_MAX_MKN);
    rmc->course_mdeg = read_course(fields, 8);
    rmc->has_date = sb_nmea_read_date(fields, 9, &rmc->date_days);
    rmc->variation_mdeg = sb_nmea_read_number(fields, 10, 3, 0, HALF_CIRCLE_MDEG);
    fields->is_wrong |= rmc->variation_mdeg.is_present && east_west == '\0';
    if (east_west == 'W')
        rmc->variation_mdeg.value = -rmc->variation_mdeg.value;
}

static void parse_gll(struct sb_nmea_fields *fields, struct sb_nmea_sentence *sentence)
{
    struct sb_nmea_gll *gll = &sentence->gll;

    fields->is_wrong |= fields->count < 7;
    read_utc(fields, 5, sentence);
    gll->has_fix = read_status(fields, 6, 7);
    if (gll->has_fix)
        gll->position = sb_nmea_read_position(fields, 1);
}

static void parse_vtg(struct sb_nmea_fields *fields, struct sb_nmea_sentence *sentence)
{
    struct sb_nmea_vtg *vtg = &sentence->vtg;
    struct sb_nmea_number speed_m_h = sb_nmea_read_number(fields, 7, 3, 0, SPEED_MAX_MKN);

    fields->is_wrong |= fields->count < 7;
    sb_nmea_read_letter(fields, 2, "T");
    sb_nmea_read_letter(fields, 4, "M");
    sb_nmea_read_letter(fields, 6, "N");
    sb_nmea_read_letter(fields, 8, "K");
    vtg->has_fix = sb_nmea_read_letter(fields, 9, CAPITALS) != 'N';
    vtg->course_mdeg = read_course(fields, 1);
    vtg->speed_mkn = sb_nmea_read_number(fields, 5, 3, 0, SPEED_MAX_MKN);
    if (!vtg->speed_mkn.is_present && speed_m_h.is_present) {
        vtg->speed_mkn.value = (int32_t)((speed_m_h.value * INT64_C(1000) + 926) / 1852);
        vtg->speed_mkn.is_present = true;
    }
}

/* Fields 7 and 8, and the two heights where the kind has them. */
static void read_fix_fields(struct sb_nmea_fields *fields, struct sb_nmea_gga *gga,
                            unsigned altitude, unsigned geoid)
{
    if (gga->quality != SB_NMEA_QUALITY_NONE)
        gga->position = sb_nmea_read_position(fields, 2);
    gga->satellite_count = sb_nmea_read_number(fields, 7, 0, 0, 999);
    gga->hdop_hundredths = read_dop(fields, 8);
    gga->altitude_mm = read_height(fields, altitude);
    gga->geoid_mm = read_height(fields, geoid);
}

static void parse_gga(struct sb_nmea_fields *fields, struct sb_nmea_sentence *sentence)
{
    struct sb_nmea_gga *gga = &sentence->gga;

    fields->is_wrong |= fields->count < 10;
    read_utc(fields, 1, sentence);
    sb_nmea_read_letter(fields, 10, "M");
    sb_nmea_read_letter(fields, 12, "M");
    if (sb_nmea_field_size(fields, 6) > 0)
        gga->quality = (enum sb_nmea_quality)sb_nmea_read_count(fields, 6, 0, 9);
    read_fix_fields(fields, gga, 9, 11);
}

static enum sb_nmea_quality quality_of_mode(char mode)
{
    switch (mode) {
    case 'A':
        return SB_NMEA_QUALITY_GPS;
    case 'D':
        return SB_NMEA_QUALITY_DIFFERENTIAL;
    case 'P':
        return SB_NMEA_QUALITY_PRECISE;
    case 'R':
        return SB_NMEA_QUALITY_RTK;
    case 'F':
        return SB_NMEA_QUALITY_RTK_FLOAT;
    case 'E':
        return SB_NMEA_QUALITY_ESTIMATED;
    case 'M':
        return SB_NMEA_QUALITY_MANUAL;
    case 'S':
        return SB_NMEA_QUALITY_SIMULATED;
    default:
        return SB_NMEA_QUALITY_NONE;
    }
}

/* Later in this list is better. */
static int rank(enum sb_nmea_quality quality)
{
    static const char order[] = {
        SB_NMEA_QUALITY_NONE,      SB_NMEA_QUALITY_SIMULATED, SB_NMEA_QUALITY_MANUAL,
        SB_NMEA_QUALITY_ESTIMATED, SB_NMEA_QUALITY_GPS,       SB_NMEA_QUALITY_DIFFERENTIAL,
        SB_NMEA_QUALITY_PRECISE,   SB_NMEA_QUALITY_RTK_FLOAT, SB_NMEA_QUALITY_RTK,
    };
    int place = 0;

    while (order[place] != (char)quality)
        place++;
    return place;
}

/* One mode a system: the best of them. */
static enum sb_nmea_quality read_modes(struct sb_nmea_fields *fields, unsigned index)
{
    size_t size = sb_nmea_field_size(fields, index);
    const char *modes = sb_nmea_field(fields, index);
    enum sb_nmea_quality best = SB_NMEA_QUALITY_NONE;

    for (size_t i = 0; i < size; i++) {
        enum sb_nmea_quality quality = quality_of_mode(modes[i]);

        if (quality == SB_NMEA_QUALITY_NONE && modes[i] != 'N')
            fields->is_wrong = true;
        if (rank(quality) > rank(best))
            best = quality;
    }
    return best;
}

static void parse_gns(struct sb_nmea_fields *fields, struct sb_nmea_sentence *sentence)
{
    struct sb_nmea_gga *gns = &sentence->gga;

    fields->is_wrong |= fields->count < 11;
    read_utc(fields, 1, sentence);
    if (fields->count > 6)
        gns->quality = read_modes(fields, 6);
    read_fix_fields(fields, gns, 9, 10);
}

static void parse_gsa(struct sb_nmea_fields *fields, struct sb_nmea_sentence *sentence)
{
    struct sb_nmea_gsa *gsa = &sentence->gsa;

    fields->is_wrong |= fields->count < 18;
    gsa->fix = (uint8_t)sb_nmea_read_count(fields, 2, 1, 3);
    for (unsigned i = 3; i < 3 + SB_NMEA_GSA_SATELLITES_MAX; i++)
        if (sb_nmea_field_size(fields, i) > 0)
            gsa->prns[gsa->satellite_count++] = (uint16_t)sb_nmea_read_count(fields, i, 1, 999);
    gsa->pdop_hundredths = read_dop(fields, 15);
    gsa->hdop_hundredths = read_dop(fields, 16);
    gsa->vdop_hundredths = read_dop(fields, 17);
    if (sb_nmea_field_size(fields, 18) > 0)
        gsa->system = (uint8_t)sb_nmea_read_count(fields, 18, 0, 9);
}

static int16_t read_small(struct sb_nmea_fields *fields, unsigned index, int32_t minimum,
                          int32_t maximum)
{
    struct sb_nmea_number number = sb_nmea_read_number(fields, index, 0, minimum, maximum);

    return number.is_present ? (int16_t)number.value : SB_NMEA_UNKNOWN;
}

static uint8_t read_signal(struct sb_nmea_fields *fields, unsigned index)
{
    static const char signals[] = "0123456789ABCDEF";
    char letter = sb_nmea_read_letter(fields, index, signals);
    const char *found = letter != '\0' ? strchr(signals, letter) : NULL;

    return found != NULL ? (uint8_t)(found - signals) : 0;
}

/*
 * Fields 4 on come in fours, the last of which may be cut short; one character alone at the end is the
 * signal.
 */
static void parse_gsv(struct sb_nmea_fields *fields, struct sb_nmea_sentence *sentence)
{
    struct sb_nmea_gsv *gsv = &sentence->gsv;
    unsigned end = fields->count;

    fields->is_wrong |= fields->count < 4;
    gsv->message_count = (uint8_t)sb_nmea_read_count(fields, 1, 1, 99);
    gsv->message = (uint8_t)sb_nmea_read_count(fields, 2, 1, gsv->message_count);
    if (sb_nmea_field_size(fields, 3) > 0)
        gsv->in_view = (uint16_t)sb_nmea_read_count(fields, 3, 0, 999);
    if (end > 4 && end % 4 == 1 && sb_nmea_field_size(fields, end - 1) <= 1)
        gsv->signal = read_signal(fields, --end);
    for (unsigned i = 4; i < end && i < 4 + 4 * SB_NMEA_GSV_SATELLITES_MAX; i += 4) {
        struct sb_nmea_satellite *satellite = &gsv->satellites[gsv->satellite_count];

        if (sb_nmea_field_size(fields, i) == 0)
            continue;
        satellite->prn = (uint16_t)sb_nmea_read_count(fields, i, 1, 999);
        satellite->elevation_deg = read_small(fields, i + 1, -90, 90);
        satellite->azimuth_deg = read_small(fields, i + 2, 0, 360);
        satellite->snr_db = read_small(fields, i + 3, 0, 99);
        gsv->satellite_count++;
    }
}

static void parse_zda(struct sb_nmea_fields *fields, struct sb_nmea_sentence *sentence)
{
    fields->is_wrong |= fields->count < 5;
    read_utc(fields, 1, sentence);
    sentence->zda.has_date = sb_nmea_read_long_date(fields, 2, &sentence->zda.date_days);
}

static void parse_gst(struct sb_nmea_fields *fields, struct sb_nmea_sentence *sentence)
{
    fields->is_wrong |= fields->count < 9;
    read_utc(fields, 1, sentence);
    sentence->gst.latitude_mm = sb_nmea_read_number(fields, 6, 3, 0, HEIGHT_MAX_MM);
    sentence->gst.longitude_mm = sb_nmea_read_number(fields, 7, 3, 0, HEIGHT_MAX_MM);
    sentence->gst.altitude_mm = sb_nmea_read_number(fields, 8, 3, 0, HEIGHT_MAX_MM);
}

static bool is_talker_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The kind that the address names, or -1. */
static int find_kind(const char *address, size_t size)
{
    static const char types[][4] = {
        [SB_NMEA_RMC] = "RMC", [SB_NMEA_GLL] = "GLL", [SB_NMEA_VTG] = "VTG",
        [SB_NMEA_GGA] = "GGA", [SB_NMEA_GSA] = "GSA", [SB_NMEA_GSV] = "GSV",
        [SB_NMEA_ZDA] = "ZDA", [SB_NMEA_GNS] = "GNS", [SB_NMEA_GST] = "GST",
    };

    if (size != ADDRESS_SIZE || address[0] == 'P' || !is_talker_character(address[0]) ||
        !is_talker_character(address[1]))
        return -1;
    for (int kind = 0; kind < (int)(sizeof(types) / sizeof(types[0])); kind++)
        if (memcmp(address + TALKER_SIZE, types[kind], 3) == 0)
            return kind;
    return -1;
}

int sb_nmea_parse(struct sb_nmea_sentence *sentence, const char *text, size_t size)
{
    static parse_fn *const parsers[] = {
        [SB_NMEA_RMC] = parse_rmc, [SB_NMEA_GLL] = parse_gll, [SB_NMEA_VTG] = parse_vtg,
        [SB_NMEA_GGA] = parse_gga, [SB_NMEA_GSA] = parse_gsa, [SB_NMEA_GSV] = parse_gsv,
        [SB_NMEA_ZDA] = parse_zda, [SB_NMEA_GNS] = parse_gns, [SB_NMEA_GST] = parse_gst,
    };
    const char *comma = memchr(text, ',', size < ADDRESS_SIZE + 1 ? size : ADDRESS_SIZE + 1);
    int kind = find_kind(text, comma != NULL ? (size_t)(comma - text) : size);
    struct sb_nmea_fields fields;

    if (kind < 0)
        return -ENOTSUP;
    if (size > SB_NMEA_TEXT_MAX)
        return -EBADMSG;
    memset(sentence, 0, sizeof(*sentence));
    sentence->kind = (enum sb_nmea_kind)kind;
    memcpy(sentence->talker, text, TALKER_SIZE);
    sb_nmea_fields_init(&fields, text, size);
    parsers[kind](&fields, sentence);
    return fields.is_wrong ? -EBADMSG : 0;
}
