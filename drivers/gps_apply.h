/* SPDX-License-Identifier: MIT */
/*
 * What one sentence changes in a fix. For drivers/gps.c; the rules are told in drivers/gps.h.
 */
#ifndef SB_DRIVERS_GPS_APPLY_H
#define SB_DRIVERS_GPS_APPLY_H

#include "drivers/gps_fix.h"
#include "drivers/gps_sats.h"

/* Masks of enum sb_gps_datum; what is in both was brought. */
struct sb_gps_change {
    unsigned brought;
    unsigned taken;
};

/* True for kinds that say to which time they belong, if the receiver knows it. */
bool sb_gps_bears_utc(enum sb_nmea_kind kind);

/* True when a sentence that could tell both position and UTC tells neither: its receiver has lost them. */
bool sb_gps_is_lost(const struct sb_nmea_sentence *sentence);

/* Puts values in. Which data are valid, and since when, is left to who calls. */
struct sb_gps_change sb_gps_apply(struct sb_gps_fix *fix, struct sb_gps_sats *sats,
                                  const struct sb_nmea_sentence *sentence, int64_t time_ns);

#endif
