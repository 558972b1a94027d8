/* SPDX-License-Identifier: MIT */
/*
 * The fields of an NMEA sentence and the values in them. Nothing is copied: a field is a piece of the
 * sentence's text. Reading a wrong field marks the whole as wrong, so that a parser reads everything it
 * needs and looks once.
 */
#ifndef SB_DRIVERS_NMEA_FIELDS_H
#define SB_DRIVERS_NMEA_FIELDS_H

#include "drivers/nmea.h"

/* No sentence that is read has more; what comes behind is passed over. */
#define SB_NMEA_FIELDS_MAX 24

struct sb_nmea_fields {
    const char *text;
    unsigned count;
    bool is_wrong;
    uint16_t starts[SB_NMEA_FIELDS_MAX];
    uint16_t sizes[SB_NMEA_FIELDS_MAX];
};

/*
 * Splits at the commas and leaves out blanks around each value; field 0 is talker and type. `text` is
 * borrowed.
 */
void sb_nmea_fields_init(struct sb_nmea_fields *fields, const char *text, size_t size);

/* The size of a field, 0 for one that is not there, and where it begins. */
static inline size_t sb_nmea_field_size(const struct sb_nmea_fields *fields, unsigned index)
{
    return index < fields->count ? fields->sizes[index] : 0;
}

static inline const char *sb_nmea_field(const struct sb_nmea_fields *fields, unsigned index)
{
    return fields->text + fields->starts[index];
}

/*
 * A field of at most one character: that, or 0 when it is empty or not there. Wrong when it is longer
 * or not among `allowed`.
 */
char sb_nmea_read_letter(struct sb_nmea_fields *fields, unsigned index, const char *allowed);

/* A decimal number x 10^decimals (0 to 6), which is not there or lies in minimum..maximum. */
struct sb_nmea_number sb_nmea_read_number(struct sb_nmea_fields *fields, unsigned index,
                                          unsigned decimals, int32_t minimum, int32_t maximum);

/* An integer that must be there. */
int32_t sb_nmea_read_count(struct sb_nmea_fields *fields, unsigned index, int32_t minimum,
                           int32_t maximum);

/* Four fields from `index` on: ddmm.mm, N or S, dddmm.mm, E or W. All must be there. */
struct sb_nmea_position sb_nmea_read_position(struct sb_nmea_fields *fields, unsigned index);

/* hhmmss and maybe decimals of the second, as ns since midnight. False when it is empty or wrong. */
bool sb_nmea_read_time(struct sb_nmea_fields *fields, unsigned index, int64_t *time_ns);

/* ddmmyy, as days since 1970-01-01. False when it is empty or wrong. */
bool sb_nmea_read_date(struct sb_nmea_fields *fields, unsigned index, int32_t *date_days);

/* Three fields dd, mm, yyyy (1980 to 2199); all or none are there. */
bool sb_nmea_read_long_date(struct sb_nmea_fields *fields, unsigned index, int32_t *date_days);

#endif
