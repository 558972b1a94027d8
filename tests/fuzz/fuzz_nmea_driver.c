/* SPDX-License-Identifier: MIT */
/*
 * The GPS driver under any bytes: what it knows stays within bounds and can be written as text, and where
 * the bytes are split makes no difference. Each line is also parsed without its checksum, which random
 * bytes hardly ever get right, from memory that ends where the line does.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/gps.h"
#include "drivers/gps_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sb_gps_config config = {.accept_no_checksum = true};

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_position(const struct sb_nmea_position *position)
{
    require(llabs(position->latitude_ndeg) <= 90000000000);
    require(llabs(position->longitude_ndeg) <= 180000000000);
}

static void check_text(const struct sb_gps_fix *fix)
{
    char text[SB_GPS_TEXT_SIZE];
    int64_t days = fix->date_days;
    int64_t time_ns = fix->time_of_day_ns;

    for (unsigned format = SB_GPS_DD; format <= SB_GPS_KML; format++) {
        require(sb_gps_format_latitude(text, sizeof(text), fix->latitude_ndeg,
                                       (enum sb_gps_coordinates)format) > 0);
        require(sb_gps_format_longitude(text, sizeof(text), fix->longitude_ndeg,
                                        (enum sb_gps_coordinates)format) > 0);
    }
    for (unsigned order = SB_GPS_MDY; order <= SB_GPS_ISO_DATE; order++)
        require(sb_gps_format_date(text, sizeof(text), days, (enum sb_gps_date_order)order) > 0);
    require(sb_gps_format_iso(text, sizeof(text), days, time_ns, 9) > 0);
    require(sb_gps_format_speed(text, sizeof(text), fix->speed_mkn, SB_GPS_KMH) > 0);
    sb_gps_to_local(-1440, &days, &time_ns);
    require(sb_gps_format_iso(text, sizeof(text), days, time_ns, 0) > 0);
    require(strlen(sb_gps_compass(fix->course_mdeg)) <= 3);
}

static void check_bounds(const struct sb_gps *gps)
{
    const struct sb_gps_fix *fix = &gps->fix;
    struct sb_nmea_position position = {fix->latitude_ndeg, fix->longitude_ndeg};
    uint32_t rows = 0;

    check_position(&position);
    require(fix->time_of_day_ns >= 0 && fix->time_of_day_ns < 86401000000000);
    require(fix->course_mdeg >= 0 && fix->course_mdeg <= 360000);
    require(fix->speed_mkn >= 0 && fix->speed_mm_s >= 0);
    require((fix->valid & ~(unsigned)SB_GPS_ALL) == 0);
    for (uint32_t i = 0; i < gps->sats.set_count; i++)
        rows += gps->sats.sets[i].count;
    require(rows == gps->sats.count && rows <= SB_GPS_SATELLITES_MAX);
    require(gps->sats.used_count <= SB_GPS_USED_MAX);
    check_text(fix);
}

/* In pieces of 1, 2, 3 ... bytes, or all at once. */
static void feed(struct sb_gps *gps, const uint8_t *data, size_t size, bool is_split)
{
    size_t piece = is_split ? 1 : size;

    require(sb_gps_init(gps, &config) == 0);
    while (size > 0) {
        piece = piece < size ? piece : size;
        sb_gps_feed(gps, data, piece, 0);
        data += piece;
        size -= piece++;
    }
    check_bounds(gps);
    sb_gps_flush(gps, 0);
    check_bounds(gps);
}

/* Init zeroes what lies between the members. */
static void check_same(const struct sb_gps *a, const struct sb_gps *b)
{
    struct sb_gps_counts counts_a;
    struct sb_gps_counts counts_b;

    sb_gps_counts(a, &counts_a);
    sb_gps_counts(b, &counts_b);
    require(memcmp(&counts_a, &counts_b, sizeof(counts_a)) == 0);
    // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): see above
    require(memcmp(&a->fix, &b->fix, sizeof(a->fix)) == 0);
    // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): see above
    require(memcmp(&a->sats, &b->sats, sizeof(a->sats)) == 0);
    require(a->epoch_count == b->epoch_count);
}

static void parse_line(const uint8_t *data, size_t size)
{
    struct sb_nmea_sentence sentence;
    char *text = malloc(size + !size);

    require(text != NULL);
    memcpy(text, data, size);
    if (sb_nmea_parse(&sentence, text, size) == 0) {
        if (sentence.kind == SB_NMEA_RMC)
            check_position(&sentence.rmc.position);
        if (sentence.kind == SB_NMEA_GSV)
            require(sentence.gsv.satellite_count <= SB_NMEA_GSV_SATELLITES_MAX);
        if (sentence.kind == SB_NMEA_GSA)
            require(sentence.gsa.satellite_count <= SB_NMEA_GSA_SATELLITES_MAX);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sb_gps whole;
    static struct sb_gps split;
    size_t first = 0;

    feed(&whole, data, size, false);
    feed(&split, data, size, true);
    check_same(&whole, &split);
    for (size_t i = 0; i <= size; i++)
        if (i == size || data[i] == '\n') {
            parse_line(data + first, i - first);
            first = i + 1;
        }
    return 0;
}
