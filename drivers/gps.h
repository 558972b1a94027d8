/* SPDX-License-Identifier: MIT */
/*
 * A GPS receiver that sends NMEA 0183: its sentences put together to one picture of where and when it
 * is. sb_gps_run is the task that reads a stream; a program that has the bytes from elsewhere feeds
 * them with sb_gps_feed. spec/drivers.md 15.
 *
 * Each sentence is checked and taken apart as a whole before any of it counts; a wrong one changes
 * nothing but a counter. `fix` is what the receiver said last, datum by datum: a datum that a sentence
 * brings is valid from then on, until one takes it back. A sentence without a fix (RMC or GLL void, GGA of
 * quality 0) takes back position, altitude, geoid, speed, course and variation; an empty field takes
 * back the datum, but for date and precision, which other sentences may have; an RMC or ZDA without time
 * takes back time and date. Nothing expires by itself: ask for the age. Time and date count without a fix
 * too, and are then the receiver's own guess: who sets a clock waits for the position with them.
 *
 * An epoch is all sentences of the same UTC. It begins with the first sentence of another UTC (RMC, GLL,
 * GGA, ZDA, GNS or GST, in any order) and sentences without UTC belong to the present one, which is also
 * over when the receiver says that it has lost both position and UTC. Then `epoch_fn` gets its fix: only
 * what came in this epoch is valid in it, but for the date, which goes on from an earlier epoch and
 * follows the time over midnight, and the number of satellites in use.
 *
 * Everything happens in the context of who feeds: the callbacks, which must neither wait nor feed, too.
 */
#ifndef SB_DRIVERS_GPS_H
#define SB_DRIVERS_GPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/gps_fix.h"
#include "drivers/gps_sats.h"
#include "drivers/nmea.h"
#include "lib/wait.h"

struct sb_gps;
struct sb_stream;

/*
 * A sentence has brought the `data` (enum sb_gps_datum), which are in gps->fix. Only called while the
 * position is valid.
 */
typedef void sb_gps_fix_fn(struct sb_gps *gps, unsigned data, void *arg);

/* An epoch is over. `fix` is valid during the call; fix->time_ns is the time of its last sentence. */
typedef void sb_gps_epoch_fn(struct sb_gps *gps, const struct sb_gps_fix *fix, void *arg);

struct sb_gps_config {
    /* Borrowed; for sb_gps_run alone. 9600 baud is what most receivers start with. */
    struct sb_stream *stream;
    sb_gps_fix_fn *fix_fn; /* null: not asked for */
    unsigned fix_data;     /* the data for which fix_fn is called; 0: all */
    sb_gps_epoch_fn *epoch_fn;
    void *arg; /* borrowed */
    /* Believes sentences without a checksum too. One with a wrong checksum is never believed. */
    bool accept_no_checksum;
};

/* All since init; what came damaged is in the last four. */
struct sb_gps_counts {
    uint64_t sentences;   /* with the right checksum, of any kind */
    uint64_t unsupported; /* of those: kinds that are not read */
    uint64_t rejected;    /* of those: fields missing, malformed or out of range, or too long */
    uint64_t no_checksum; /* believed or not, these are in no other count but too_long */
    uint64_t bad_checksum;
    uint64_t too_long; /* longer than SB_NMEA_LENGTH_MAX, whatever else they are */
    uint64_t cut;      /* sentences in which another began */
};

/* The caller's memory. */
struct sb_gps {
    /* read-only */
    struct sb_gps_fix fix;
    struct sb_gps_sats sats;
    uint64_t epoch_count; /* that are over */
    int last_error;       /* of the stream, the last with which sb_gps_run ended; 0: none */
    /* private */
    const struct sb_gps_config *config;
    struct sb_nmea_scanner scanner;
    uint64_t unsupported_count;
    uint64_t rejected_count;
    unsigned epoch_data; /* valid by a sentence of this epoch */
    bool has_epoch_utc;
    int64_t epoch_utc_ns;
    int64_t epoch_time_ns;
    struct sb_waitq waiters;
    struct sb_waitq sky_waiters;
    void (*utc_fn)(void *arg, int64_t utc_ns, int64_t time_ns); /* for drivers/gps_time.h */
    void *utc_arg;
};

/* Prepares: nothing is known. `config` is borrowed. Returns 0; -EINVAL for data that there are not. */
int sb_gps_init(struct sb_gps *gps, const struct sb_gps_config *config);

/*
 * Body of the task that reads the stream; `arg` is the struct sb_gps. At the end of the stream the last
 * epoch is over. Returns -EPIPE at the end, -ECANCELED, -ETIMEDOUT, or the stream's error.
 */
int sb_gps_run(void *arg);

/*
 * Takes bytes that came at `time_ns` of the loop's clock, in any pieces. Needs no task and no loop,
 * unless tasks wait.
 */
void sb_gps_feed(struct sb_gps *gps, const void *data, size_t size, int64_t time_ns);

/*
 * The end of a recording: a sentence without its line end counts, and the epoch is over. What is known
 * stays; more may be fed.
 */
void sb_gps_flush(struct sb_gps *gps, int64_t time_ns);

/*
 * Waits until each of the data has come, and was valid, since the call: whatever others wait for, and
 * even if it was taken back meanwhile. 0 waits for any. Returns 0, -ECANCELED or -ETIMEDOUT.
 */
int sb_gps_wait(struct sb_gps *gps, unsigned data);

/*
 * Waits until the next whole set of satellites in view has come, which is one system's: the table has
 * the last sets of the others. Returns 0, -ECANCELED or -ETIMEDOUT.
 */
int sb_gps_wait_satellites(struct sb_gps *gps);

void sb_gps_counts(const struct sb_gps *gps, struct sb_gps_counts *counts);

#endif
