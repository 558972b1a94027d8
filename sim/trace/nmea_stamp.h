/* SPDX-License-Identifier: MIT */
/*
 * Times in logs of NMEA 0183 sentences: what loggers write before a line, and the UTC inside a sentence
 * (spec/formats.md 5.5).
 */
#ifndef SB_SIM_TRACE_NMEA_STAMP_H
#define SB_SIM_TRACE_NMEA_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands before a line's own bytes. */
struct sb_nmea_stamp {
    size_t length; /* of all that */
    bool has_time;
    bool is_relative; /* the time is one since the log began, else one since 1970 or some boot */
    int64_t time_ns;
};

/*
 * Looks for a time stamp: "1234567.890 $", "1234567890123,$" (ms from 10^11 on), "2024-05-01T12:34:56.789Z $",
 * an NMEA tag block with or without a time "\s:x,c:1716900000*hh\$", and "+12.345678901 " with anything
 * after it. A line without one has a stamp of length 0.
 */
struct sb_nmea_stamp sb_nmea_stamp_parse(const char *line, size_t length);

#define SB_NMEA_DAY_NS (INT64_C(86400) * 1000000000)

/*
 * The UTC of a sentence RMC, GGA, GNS, ZDA or GLL of any talker, in ns of its day; -1 when it has none, is
 * another sentence, or has a wrong checksum. Junk before the last '$' does not matter.
 */
int64_t sb_nmea_utc_ns(const char *line, size_t length);

/*
 * Whether a line holds what begins like a sentence: '$' or '!', five or more capital letters and digits,
 * a letter first, and a comma.
 */
bool sb_nmea_is_sentence(const char *line, size_t length);

#endif
