/* SPDX-License-Identifier: MIT */
/*
 * NMEA 0183 sentences: found in a stream of bytes, checked, and taken apart into numbers. Pure: no
 * task, no clock, no floating point. drivers/gps.h puts the sentences of a receiver together.
 *
 * A sentence is "$" (or "!"), a talker of two characters, a type of three, fields after commas, "*",
 * two hexadecimal digits: the exclusive or of all between "$" and "*", and CR, LF or both. Facts from
 * NMEA 0183 to version 4.11; spec/drivers.md 15, 19.1.
 */
#ifndef SB_DRIVERS_NMEA_H
#define SB_DRIVERS_NMEA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The longest sentence that is read, from "$" to the last digit. The standard allows 80 and receivers
 * of high precision send 100. A build may choose another, up to 60,000.
 */
#ifndef SB_NMEA_LENGTH_MAX
#define SB_NMEA_LENGTH_MAX 128
#endif

/* What lies between "$" and "*". */
#define SB_NMEA_TEXT_MAX (SB_NMEA_LENGTH_MAX - 4)

/* How a sentence ended. */
enum sb_nmea_end {
    SB_NMEA_UNFINISHED, /* it has not */
    SB_NMEA_GOOD,       /* with the right checksum */
    SB_NMEA_BAD,        /* with "*" and something else than its checksum */
    SB_NMEA_UNCHECKED,  /* without "*" */
};

struct sb_nmea_scanner {
    /* read-only */
    uint64_t good_count;
    uint64_t bad_checksum_count;
    uint64_t no_checksum_count;
    uint64_t too_long_count; /* longer than SB_NMEA_LENGTH_MAX; also one of those above */
    uint64_t cut_count;      /* another one began before "*" */
    /* Of the sentence that has ended, until the next call: */
    size_t text_size; /* may be more than SB_NMEA_TEXT_MAX: then only so much of it is in `text` */
    char start;       /* '$' or '!' */
    char text[SB_NMEA_TEXT_MAX]; /* without "$", "*" and checksum */
    /* private */
    uint8_t state;
    uint8_t sum;
    uint8_t checksum;
    uint8_t digit_count;
};

/* Prepares a scanner: before a sentence, counters at 0. */
void sb_nmea_scanner_init(struct sb_nmea_scanner *scanner);

/*
 * Takes bytes until a sentence has ended or none is left; call it again with the rest. Where the bytes
 * are split makes no difference. Outside sentences everything is skipped; "$" and "!" begin a sentence
 * wherever they come; CR and LF end it; NUL and 0xFF, which lines in trouble deliver, are passed over
 * everywhere, and so are blanks behind the checksum. A sentence that is too long is still checked, and
 * counted as what it is. One without "*" is only believed to be one when it begins with a capital. Returns
 * how many bytes it has taken; `*end` says how a sentence ended, SB_NMEA_UNFINISHED when none has.
 */
size_t sb_nmea_scan(struct sb_nmea_scanner *scanner, const void *data, size_t size,
                    enum sb_nmea_end *end);

/* The end of all bytes, which ends a sentence as LF does. */
enum sb_nmea_end sb_nmea_scan_end(struct sb_nmea_scanner *scanner);

/* The checksum of what stands between "$" and "*": all bytes up to the first '*' or `size`. */
uint8_t sb_nmea_checksum(const char *text, size_t size);

/* ---- sentences taken apart */

enum sb_nmea_kind {
    SB_NMEA_RMC, /* recommended minimum */
    SB_NMEA_GLL, /* position */
    SB_NMEA_VTG, /* course and speed */
    SB_NMEA_GGA, /* fix */
    SB_NMEA_GSA, /* satellites in use and dilution of precision */
    SB_NMEA_GSV, /* satellites in view */
    SB_NMEA_ZDA, /* time and date */
    SB_NMEA_GNS, /* fix of several systems */
    SB_NMEA_GST, /* errors */
};

/* What kind of fix, by field 6 of GGA; of GNS the best of its systems'. */
enum sb_nmea_quality {
    SB_NMEA_QUALITY_NONE = 0,
    SB_NMEA_QUALITY_GPS = 1, /* by one receiver alone */
    SB_NMEA_QUALITY_DIFFERENTIAL = 2,
    SB_NMEA_QUALITY_PRECISE = 3, /* precise positioning service */
    SB_NMEA_QUALITY_RTK = 4,
    SB_NMEA_QUALITY_RTK_FLOAT = 5,
    SB_NMEA_QUALITY_ESTIMATED = 6, /* dead reckoning */
    SB_NMEA_QUALITY_MANUAL = 7,
    SB_NMEA_QUALITY_SIMULATED = 8,
    SB_NMEA_QUALITY_SBAS = 9, /* not of the standard: NovAtel's for differential by satellite */
};

/*
 * A number that may be missing. Units: speed thousandths of a knot; angles thousandths of a degree;
 * lengths millimetres; dilution of precision hundredths. Further decimals are rounded, half away from 0.
 */
struct sb_nmea_number {
    int32_t value;
    bool is_present;
};

/* Degrees x 10^9, north and east positive. */
struct sb_nmea_position {
    int64_t latitude_ndeg;
    int64_t longitude_ndeg;
};

/* Of RMC, GLL, GGA and GNS a position is read only when the sentence says that there is a fix. */
struct sb_nmea_rmc {
    bool has_fix; /* status A, and mode not N */
    bool has_date;
    int32_t date_days; /* since 1970-01-01; years 80..99 are 1980 to 1999, the others 20xx */
    struct sb_nmea_position position;
    struct sb_nmea_number speed_mkn;
    struct sb_nmea_number course_mdeg;
    struct sb_nmea_number variation_mdeg; /* magnetic, east positive */
};

struct sb_nmea_gll {
    bool has_fix;
    struct sb_nmea_position position;
};

struct sb_nmea_vtg {
    bool has_fix;                    /* mode not N; a sentence without a mode claims one */
    struct sb_nmea_number speed_mkn; /* by the km/h if it has no knots */
    struct sb_nmea_number course_mdeg;
};

/* GGA and GNS. */
struct sb_nmea_gga {
    enum sb_nmea_quality quality;
    struct sb_nmea_position position; /* unless the quality is NONE */
    struct sb_nmea_number satellite_count;
    struct sb_nmea_number hdop_hundredths;
    struct sb_nmea_number altitude_mm; /* above mean sea level */
    struct sb_nmea_number geoid_mm;    /* mean sea level above the ellipsoid */
};

#define SB_NMEA_GSA_SATELLITES_MAX 12
#define SB_NMEA_GSV_SATELLITES_MAX 4

struct sb_nmea_gsa {
    uint8_t fix; /* 1 none, 2 2D, 3 3D */
    uint8_t
        system; /* NMEA 4.11: 1 GPS, 2 GLONASS, 3 Galileo, 4 BeiDou, 5 QZSS, 6 NavIC; 0: not said */
    uint8_t satellite_count;
    uint16_t prns[SB_NMEA_GSA_SATELLITES_MAX];
    struct sb_nmea_number pdop_hundredths;
    struct sb_nmea_number hdop_hundredths;
    struct sb_nmea_number vdop_hundredths;
};

#define SB_NMEA_UNKNOWN INT16_MIN

/* SB_NMEA_UNKNOWN: not said. */
struct sb_nmea_satellite {
    uint16_t prn;
    int16_t elevation_deg; /* -90..90 */
    int16_t azimuth_deg;   /* 0..360 */
    int16_t snr_db;        /* 0..99; not said while it is not tracked */
};

struct sb_nmea_gsv {
    uint8_t message_count;   /* of the set */
    uint8_t message;         /* 1..message_count */
    uint8_t signal;          /* NMEA 4.11: of the system's signals, 1..15; 0: not said, or all */
    uint8_t satellite_count; /* of this message; as many as are there, however many were promised */
    uint16_t in_view;        /* of the set */
    struct sb_nmea_satellite satellites[SB_NMEA_GSV_SATELLITES_MAX];
};

struct sb_nmea_zda {
    bool has_date;
    int32_t date_days; /* since 1970-01-01; the year has four digits, 1980 to 2199 */
};

/* Standard deviations. */
struct sb_nmea_gst {
    struct sb_nmea_number latitude_mm;
    struct sb_nmea_number longitude_mm;
    struct sb_nmea_number altitude_mm;
};

struct sb_nmea_sentence {
    enum sb_nmea_kind kind;
    char talker[3];
    /* All but VTG, GSA and GSV may bear the UTC: ns since midnight, 23:59:60 being 86,400 s. */
    bool has_utc;
    int64_t utc_ns;
    union {
        struct sb_nmea_rmc rmc;
        struct sb_nmea_gll gll;
        struct sb_nmea_vtg vtg;
        struct sb_nmea_gga gga; /* SB_NMEA_GNS too */
        struct sb_nmea_gsa gsa;
        struct sb_nmea_gsv gsv;
        struct sb_nmea_zda zda;
        struct sb_nmea_gst gst;
    };
};

/*
 * Takes apart what stands between "$" and "*". Any two capitals or digits are a talker, but "P" begins
 * what is proprietary. Empty fields are what the sentence does not say, and so are those that shorter,
 * older variants lack; blanks around a value don't count; fields behind the known ones are passed over. A position, time or date is complete
 * and possible or the whole sentence is refused, and so is a number that is none or out of range.
 * Returns 0; -ENOTSUP for a kind that is not listed above; -EBADMSG for wrong or missing fields, with
 * `sentence` in no useful state.
 */
int sb_nmea_parse(struct sb_nmea_sentence *sentence, const char *text, size_t size);

#endif
