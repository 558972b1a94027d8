/* SPDX-License-Identifier: MIT */
/*
 * The inside of a simulated GPS module, which sim/parts/part_gps.c (time), sim/parts/gps_commands.c (PMTK) and
 * sim/parts/gps_attrs.c (how it begins) share.
 */
#ifndef SB_SIM_GPS_MODULE_H
#define SB_SIM_GPS_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/timer.h"
#include "sim/parts/gps_log.h"
#include "sim/parts/gps_nmea.h"
#include "sim/parts/gps_pmtk.h"
#include "sim/parts/gps_route.h"
#include "sim/parts/gps_sky.h"
#include "sim/part.h"
#include "sim/parts/part_gps.h"
#include "sim/bus/uart.h"
#include "sim/world.h"

#define SB_SIM_GPS_INTERVAL_MIN 100
#define SB_SIM_GPS_INTERVAL_MAX 10000

/* What may be set by commands, and comes back with a full cold start. */
struct sb_sim_gps_settings {
    unsigned baud;
    unsigned interval_ms;
    uint8_t rates[SB_SIM_GPS_SENTENCE_COUNT]; /* once in so many fixes; 0: never */
};

/* Where it has been: the last places, at least some metres apart. A ring. */
struct sb_sim_gps_track {
    struct sb_sim_gps_place places[SB_SIM_GPS_TRACK_MAX];
    unsigned first;
    unsigned count;
};

struct sb_sim_gps {
    struct sb_part part;
    struct sb_uart_tx tx;
    struct sb_uart_rx rx;
    struct sb_pmtk_reader reader;
    struct sb_sim_gps_settings settings;
    struct sb_sim_gps_settings initial;
    struct sb_sim_gps_sky sky;
    struct sb_sim_gps_fix fix;
    unsigned shown; /* enum sb_sim_gps_datum: what the real one has said, in a mirrored world */
    struct sb_sim_gps_date date;
    struct sb_sim_gps_route route;
    struct sb_sim_gps_log log;
    struct sb_sim_gps_track track;
    struct sb_timer sentences; /* live: of the next fix; with a log: of its next line */
    struct sb_timer pps;
    int64_t fix_ns;     /* the instant that the next sentences are about */
    int64_t acquire_ns; /* no fix before */
    uint64_t fix_count;
    unsigned next_baud; /* to be set when all has been sent; 0: none */
    bool has_route;
    bool has_log;
    bool may_fix; /* the control */
    bool is_standby;
    bool is_silent; /* the fault */
    bool pps_level;
};

static inline int64_t sb_sim_gps_now_ns(const struct sb_sim_gps *gps)
{
    return sb_world_now_ns(gps->part.world);
}

/* Sends all of a text or nothing: never half a sentence. */
void sb_sim_gps_send(struct sb_sim_gps *gps, const char *text, size_t size);

/* Fixes come at the present interval from `from_ns` on, at whole multiples of it in UTC. */
void sb_sim_gps_await_fix(struct sb_sim_gps *gps, int64_t from_ns);

/* ---- gps_commands.c */

/* Events of the line RX. */
void sb_sim_gps_received(enum sb_uart_event event, uint8_t byte, void *arg);

/* The line TX has room: a change of the rate may have waited until all was sent. */
void sb_sim_gps_room(void *arg);

/* ---- gps_attrs.c */

extern const struct sb_part_attr sb_sim_gps_attrs[];

/* Reads the attributes but those of files. Returns 0, or an error, reported. */
int sb_sim_gps_read_attrs(struct sb_sim_gps *gps, struct sb_diag *diag);

/* Reads the route or opens the log that the attributes name, if they do. */
int sb_sim_gps_read_files(struct sb_sim_gps *gps, struct sb_diag *diag);

/* Opens a log, to be played from now on. */
int sb_sim_gps_read_log(struct sb_sim_gps *gps, const char *path, struct sb_diag *diag);

#endif
