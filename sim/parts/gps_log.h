/* SPDX-License-Identifier: MIT */
/*
 * A recorded GPS receiver: the bytes of an NMEA log at their own times, whichever reader of sim/trace/
 * knows the file. On the way it reads the sentences as far as to know when the receiver's PPS would rise.
 */
#ifndef SB_SIM_GPS_LOG_H
#define SB_SIM_GPS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/trace/source.h"

struct sb_sim_gps_log {
    /* read-only */
    bool is_open;
    bool is_valid;     /* the last RMC had a fix */
    int64_t second_ns; /* when the next UTC second begins, by that RMC; SB_NEVER. May be reset */
    /* private */
    struct sb_trace *trace;
    struct sb_trace_change ahead; /* the next byte */
    bool has_ahead;
    struct sb_diag diag;
    char *path;
    unsigned baud;
    bool is_loop;
    int64_t byte_ns;
    int64_t base_ns;  /* world time of the recording's time 0 */
    int64_t burst_ns; /* when the burst of sentences began that is being played */
    int64_t last_ns;  /* end of the last byte */
    char line[24];    /* the beginning of the sentence that is being played */
    size_t line_size;
};

/*
 * Opens a log that came at `baud` and begins to play it at `now_ns`. Returns 0, or a negative error
 * reported to `diag`: no recording, or none of bytes.
 */
int sb_sim_gps_log_open(struct sb_sim_gps_log *log, const char *path, unsigned baud, bool is_loop,
                        int64_t now_ns, struct sb_diag *diag);
void sb_sim_gps_log_close(struct sb_sim_gps_log *log);

/* When the first bit of the next byte is due; SB_NEVER at the end, or where the file is damaged. */
int64_t sb_sim_gps_log_next_ns(const struct sb_sim_gps_log *log);

/*
 * Takes the bytes that are due from now on without a pause, to the end of a line or `size` at most. Returns
 * how many.
 */
size_t sb_sim_gps_log_take(struct sb_sim_gps_log *log, char *out, size_t size);

#endif
