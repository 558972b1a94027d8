/* SPDX-License-Identifier: MIT */
/* Playing an NMEA log: see gps_log.h. */
#include "sim/parts/gps_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/timer.h"
#include "sim/bus/uart.h"

/* Bytes closer than this follow each other without a pause: readers round. */
#define GAP_NS 2000

/* Sentences of one second come in one burst; a pause as long as this begins the next. */
#define BURST_GAP_NS (100 * SB_MS_NS)

/* How long after its second a receiver begins to send, as the live one does. */
#define DELAY_NS (300 * SB_MS_NS)

static int64_t begin_of(const struct sb_sim_gps_log *log)
{
    return log->base_ns + log->ahead.time_ns - log->byte_ns;
}

static void look_ahead(struct sb_sim_gps_log *log)
{
    log->has_ahead = log->trace != NULL && sb_trace_next(log->trace, &log->ahead) > 0;
}

/* The file's first byte begins at `now_ns`. */
static int open_at(struct sb_sim_gps_log *log, int64_t now_ns, struct sb_diag *diag)
{
    struct sb_trace_options options = {.baud = log->baud};
    int rc = sb_trace_open(&log->trace, log->path, &options, diag);

    if (rc < 0)
        return rc;
    if (sb_trace_channel_count(log->trace) != 1 ||
        sb_trace_channel_kind(log->trace, 0) != SB_CHANNEL_BYTES)
        return sb_diag_error(diag, (struct sb_place){.file = log->path},
                             "a recording of signals, not an NMEA log: softboard-trace plays it");
    look_ahead(log);
    log->base_ns = log->has_ahead ? now_ns - (log->ahead.time_ns - log->byte_ns) : now_ns;
    log->burst_ns = now_ns;
    log->last_ns = now_ns;
    log->line_size = 0;
    return 0;
}

int sb_sim_gps_log_open(struct sb_sim_gps_log *log, const char *path, unsigned baud, bool is_loop,
                        int64_t now_ns, struct sb_diag *diag)
{
    int rc;

    sb_sim_gps_log_close(log);
    *log = (struct sb_sim_gps_log){
        .second_ns = SB_NEVER,
        .path = strdup(path),
        .baud = baud,
        .is_loop = is_loop,
        .byte_ns = sb_uart_byte_ns(baud),
    };
    if (log->path == NULL)
        return sb_diag_error(diag, (struct sb_place){.file = path}, "out of memory");
    sb_diag_init(&log->diag, NULL, NULL);
    rc = open_at(log, now_ns, &log->diag);
    log->is_open = rc == 0;
    if (rc < 0) {
        sb_diag_error(diag, (struct sb_place){0}, "%s", log->diag.last);
        sb_sim_gps_log_close(log);
    }
    return rc;
}

void sb_sim_gps_log_close(struct sb_sim_gps_log *log)
{
    sb_trace_close(log->trace);
    free(log->path);
    log->trace = NULL;
    log->path = NULL;
    log->has_ahead = false;
    log->is_open = false;
}

int64_t sb_sim_gps_log_next_ns(const struct sb_sim_gps_log *log)
{
    return log->has_ahead ? begin_of(log) : SB_NEVER;
}

/* ---- the time in the sentences */

static int two_digits(const char *text)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return -1;
    return (text[0] - '0') * 10 + text[1] - '0';
}

/* Milliseconds of the second that "$GPRMC,hhmmss.sss,A" names; -1 when it has no fix. */
static int fraction_ms(const char *line)
{
    int scale = 100;
    int ms = 0;

    if (two_digits(line + 11) < 0)
        return -1;
    line += 13;
    if (*line == '.')
        for (line++; *line >= '0' && *line <= '9'; line++, scale /= 10)
            ms += (*line - '0') * scale;
    return strncmp(line, ",A,", 3) == 0 ? ms : -1;
}

/* Gathers the beginning of each sentence. */
static void watch(struct sb_sim_gps_log *log, char byte)
{
    int ms;

    if (byte == '$')
        log->line_size = 0;
    if (log->line_size + 1 >= sizeof(log->line))
        return;
    log->line[log->line_size++] = byte;
    log->line[log->line_size] = '\0';
    if (byte != ',' || log->line_size < 15 || strncmp(log->line + 3, "RMC,", 4) != 0)
        return;
    ms = fraction_ms(log->line);
    log->is_valid = ms >= 0;
    if (ms < 0)
        return;
    log->second_ns = log->burst_ns - DELAY_NS + SB_S_NS - ms * SB_MS_NS;
    if (log->second_ns <= log->last_ns)
        log->second_ns += SB_S_NS;
}

/* ---- bytes */

/* The file begins anew a second after its last burst did. */
static void start_over(struct sb_sim_gps_log *log)
{
    int64_t begin_ns = log->burst_ns + SB_S_NS;

    sb_trace_close(log->trace);
    log->trace = NULL;
    if (begin_ns < log->last_ns)
        begin_ns = log->last_ns;
    if (open_at(log, begin_ns, &log->diag) < 0)
        log->has_ahead = false;
}

size_t sb_sim_gps_log_take(struct sb_sim_gps_log *log, char *out, size_t size)
{
    size_t count = 0;

    while (count < size && log->has_ahead) {
        int64_t begin_ns = begin_of(log);

        if (count > 0 && begin_ns > log->last_ns + GAP_NS)
            break;
        if (begin_ns > log->last_ns + BURST_GAP_NS)
            log->burst_ns = begin_ns;
        log->last_ns = begin_ns + log->byte_ns;
        out[count++] = (char)log->ahead.byte;
        watch(log, (char)log->ahead.byte);
        look_ahead(log);
        if (out[count - 1] == '\n')
            break;
    }
    if (!log->has_ahead && log->is_loop && log->trace != NULL && count > 0)
        start_over(log);
    return count;
}
