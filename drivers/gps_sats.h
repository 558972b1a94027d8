/* SPDX-License-Identifier: MIT */
/*
 * The sky of a GPS receiver: the satellites in view, by the sets of messages (GSV) that it sends for each
 * of its systems, and those it uses (GSA). A set replaces the one before when all of its messages have
 * come, so the table never holds half a set.
 */
#ifndef SB_DRIVERS_GPS_SATS_H
#define SB_DRIVERS_GPS_SATS_H

#include "drivers/nmea.h"

/* Rows of the table; those for which there is no room are counted. A row is a satellite and a signal. */
#define SB_GPS_SATELLITES_MAX 128
/* Satellites of one set that are kept. */
#define SB_GPS_SET_MAX 64
/* Systems, or signals of systems, that are told apart. */
#define SB_GPS_SETS_MAX 24
/* Satellites in use. */
#define SB_GPS_USED_MAX 64
/* A system that has been silent for so long is dropped. */
#define SB_GPS_SET_AGE_MAX_NS INT64_C(30000000000)

/* One satellite, as sent; SB_NMEA_UNKNOWN for what was not. Known by talker, prn and signal together. */
struct sb_gps_satellite {
    char talker[3]; /* "GP", "GL" ... */
    uint8_t signal; /* NMEA 4.11: a satellite has a row for each signal; else 0 */
    uint16_t prn;
    int16_t elevation_deg;
    int16_t azimuth_deg;
    int16_t snr_db;
};

/* A satellite in use. The talker may be "GN" for several systems: then `system` or the prn tells. */
struct sb_gps_used {
    char talker[3];
    uint8_t system; /* as in struct sb_nmea_gsa */
    uint16_t prn;
};

/* One system's part of the table: rows `first` to `first + count - 1`. */
struct sb_gps_set {
    char talker[3];
    uint8_t signal;
    uint16_t in_view; /* as promised */
    uint16_t count;
    int64_t time_ns;
};

struct sb_gps_sats {
    /* read-only */
    uint32_t count; /* rows, by set, in the order of the messages */
    uint32_t set_count;
    uint32_t used_count;
    uint64_t complete_count;   /* sets that came whole */
    uint64_t incomplete_count; /* that did not */
    uint64_t lost_count;       /* rows and sets for which there was no room */
    struct sb_gps_satellite rows[SB_GPS_SATELLITES_MAX];
    struct sb_gps_set sets[SB_GPS_SETS_MAX]; /* the rows follow each other as the sets do */
    struct sb_gps_used used[SB_GPS_USED_MAX];
    /* private */
    struct sb_gps_set arriving; /* count: rows so far */
    uint8_t next_message;       /* 0: none is expected */
    uint8_t message_count;
    struct sb_gps_used
        gsa_before; /* the sentence before was a GSA with this key; system 255: was not */
    struct sb_gps_satellite arrivals[SB_GPS_SET_MAX];
};

void sb_gps_sats_init(struct sb_gps_sats *sats);

/* Takes a GSV. True when it completed a set, which is in the table now. */
bool sb_gps_sats_take_gsv(struct sb_gps_sats *sats, const struct sb_nmea_sentence *sentence,
                          int64_t time_ns);

/*
 * Takes a GSA. Its satellites replace those of the same talker and system; when another GSA of these came
 * just before, they are added, since receivers of several systems send several. A satellite that is
 * there already begins a new list all the same, and without a fix the list is empty.
 */
void sb_gps_sats_take_gsa(struct sb_gps_sats *sats, const struct sb_nmea_sentence *sentence);

/* A sentence of another kind came: the next GSA begins anew. */
static inline void sb_gps_sats_end_run(struct sb_gps_sats *sats)
{
    sats->gsa_before.system = UINT8_MAX;
}

/* The satellites in view of all systems, each counted once however many signals it has. */
int32_t sb_gps_sats_in_view(const struct sb_gps_sats *sats);

/* Copies up to `capacity` rows. Returns how many there are. */
size_t sb_gps_sats_copy(const struct sb_gps_sats *sats, struct sb_gps_satellite *rows,
                        size_t capacity);

/* Finds a row; `signal` 0 takes any. Null: not in view. Valid until the next sentence. */
const struct sb_gps_satellite *sb_gps_sats_find(const struct sb_gps_sats *sats, const char *talker,
                                                unsigned prn, unsigned signal);

#endif
