/* SPDX-License-Identifier: MIT */
/*
 * Decodes what a GPS receiver sent: an NMEA log, or a UART in a logic trace. The recording is played into
 * a serial port, from which the project's own driver reads it; each epoch that it tells is a line.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "drivers/gps.h"
#include "drivers/gps_format.h"
#include "sim/replay.h"
#include "tools/decode/channels.h"
#include "tools/decode/decode_loop.h"
#include "tools/decode/uart_watch.h"

static const char *const role_names[] = {"rx", "tx", "nmea"};

static const struct channel_roles roles = {
    .owner = "a GPS receiver",
    .summary = "rx",
    .names = role_names,
    .count = sizeof(role_names) / sizeof(role_names[0]),
};

struct decoder {
    const struct decode_options *options;
    struct sb_diag *diag;
    struct sb_replay *replay;
    struct sb_stream *stream;
    struct sb_gps gps;
    bool is_uart; /* not bytes that were logged */
    struct uart_watch watch;
};

/* ---- printing */

/* `value` in units of 10^-decimals (at most 9), without zeros at its end: "45.5116783". */
static void put_decimal(int64_t value, unsigned decimals)
{
    static const uint64_t scales[] = {1,      10,      100,      1000,      10000,
                                      100000, 1000000, 10000000, 100000000, 1000000000};
    uint64_t size = value < 0 ? (uint64_t)-value : (uint64_t)value;
    char fraction[24];
    int length = snprintf(fraction, sizeof(fraction), "%0*" PRIu64, (int)decimals,
                          size % scales[decimals]);

    while (length > 0 && fraction[length - 1] == '0')
        length--;
    printf("%s%" PRIu64 "%s%.*s", value < 0 ? "-" : "", size / scales[decimals],
           length > 0 ? "." : "", length, fraction);
}

static void put_value(const char *name, bool is_known, int64_t value, unsigned decimals)
{
    printf(",\"%s\":", name);
    if (is_known)
        put_decimal(value, decimals);
    else
        fputs("null", stdout);
}

/* "2013-08-26T06:15:07Z", with a fraction only where there is one; false when not all is known. */
static bool format_time(const struct sb_gps_fix *fix, char *text, size_t size)
{
    bool has_fraction = fix->time_of_day_ns % 1000000000 != 0;

    return sb_gps_is_valid(fix, SB_GPS_DATE | SB_GPS_TIME) &&
           sb_gps_format_iso(text, size, fix->date_days, fix->time_of_day_ns,
                             has_fraction ? 3 : 0) > 0;
}

static void print_json(const struct sb_gps_fix *fix, int64_t time_ns)
{
    bool has_position = sb_gps_is_valid(fix, SB_GPS_POSITION);
    char time[SB_GPS_TEXT_SIZE];

    printf("{\"t_ns\":%" PRId64 ",\"event\":\"fix\",\"time\":", time_ns);
    if (format_time(fix, time, sizeof(time)))
        printf("\"%s\"", time);
    else
        fputs("null", stdout);
    put_value("lat", has_position, fix->latitude_ndeg, 9);
    put_value("lon", has_position, fix->longitude_ndeg, 9);
    put_value("alt_m", has_position && sb_gps_is_valid(fix, SB_GPS_ALTITUDE), fix->altitude_mm, 3);
    put_value("speed_kn", sb_gps_is_valid(fix, SB_GPS_SPEED), fix->speed_mkn, 3);
    put_value("course_deg", sb_gps_is_valid(fix, SB_GPS_COURSE), fix->course_mdeg, 3);
    put_value("satellites", sb_gps_is_valid(fix, SB_GPS_SATELLITES_USED), fix->satellites_used, 0);
    puts("}");
}

/* As far as it is known; the time of day alone is "12:35:19 of no date". */
static void format_known_time(const struct sb_gps_fix *fix, char *text, size_t size)
{
    bool has_fraction = fix->time_of_day_ns % 1000000000 != 0;
    char time[SB_GPS_TEXT_SIZE];

    if (format_time(fix, text, size))
        return;
    if (!sb_gps_is_valid(fix, SB_GPS_TIME))
        snprintf(text, size, "no date and time");
    else if (sb_gps_format_time(time, sizeof(time), fix->time_of_day_ns, has_fraction ? 3 : 0) > 0)
        snprintf(text, size, "no date, %s", time);
}

static void print_plain(const struct sb_gps_fix *fix, int64_t time_ns)
{
    char time[SB_GPS_TEXT_SIZE + 16] = "";

    format_known_time(fix, time, sizeof(time));
    printf("%13.6f  %-24s", (double)time_ns / 1e9, time);
    if (sb_gps_is_valid(fix, SB_GPS_POSITION))
        printf("  %11.6f %11.6f", (double)fix->latitude_ndeg / 1e9,
               (double)fix->longitude_ndeg / 1e9);
    else
        printf("  %23s", "no fix");
    if (sb_gps_is_valid(fix, SB_GPS_POSITION | SB_GPS_ALTITUDE))
        printf("  %.1f m", (double)fix->altitude_mm / 1e3);
    if (sb_gps_is_valid(fix, SB_GPS_SPEED))
        printf("  %.2f kn", (double)fix->speed_mkn / 1e3);
    if (sb_gps_is_valid(fix, SB_GPS_COURSE))
        printf("  %.1f\u00b0", (double)fix->course_mdeg / 1e3);
    if (sb_gps_is_valid(fix, SB_GPS_SATELLITES_USED))
        printf("  %d satellites", (int)fix->satellites_used);
    putchar('\n');
}

static void print_summary(const struct decoder *decoder)
{
    struct sb_gps_counts counts;

    sb_gps_counts(&decoder->gps, &counts);
    printf(decoder->options->is_json ? "{\"event\":\"summary\",\"sentences\":%" PRIu64
                                       ",\"bad_checksum\":%" PRIu64 ",\"no_checksum\":%" PRIu64
                                       ",\"unsupported\":%" PRIu64 ",\"rejected\":%" PRIu64 "}\n"
                                     : "%" PRIu64 " sentences, %" PRIu64
                                       " with a bad checksum, %" PRIu64 " without one; %" PRIu64
                                       " of kinds that are not read, %" PRIu64 " rejected\n",
           counts.sentences, counts.bad_checksum, counts.no_checksum, counts.unsupported,
           counts.rejected);
}

static void on_epoch(struct sb_gps *gps, const struct sb_gps_fix *fix, void *arg)
{
    const struct decoder *decoder = arg;
    int64_t time_ns = fix->time_ns - sb_replay_start_ns(decoder->replay);

    (void)gps;
    if (decoder->options->is_json)
        print_json(fix, time_ns);
    else
        print_plain(fix, time_ns);
}

/* ---- reading */

static void on_change(const struct sb_trace_change *change, void *arg)
{
    uart_watch_change(&((struct decoder *)arg)->watch, change);
}

/* Says why a serial line gave nothing, or too much that no UART sends. */
static void explain_silence(struct decoder *decoder)
{
    struct sb_trace *trace = sb_replay_trace(decoder->replay);
    const struct sb_stream *stream = decoder->stream;
    struct sb_gps_counts counts;
    char text[160];

    sb_gps_counts(&decoder->gps, &counts);
    if (counts.sentences > 0 && stream->framing_error_count <= stream->received_count / 10)
        return;
    uart_watch_explain(&decoder->watch, sb_trace_channel_name(trace, decoder->watch.channel),
                       decoder->options->baud, sb_trace_end_ns(trace), text, sizeof(text));
    sb_diag_warning(decoder->diag, (struct sb_place){.file = decoder->options->file}, "%s", text);
}

static int open_stream(struct decoder *decoder)
{
    const struct decode_options *options = decoder->options;
    struct sb_trace_options trace = {.samplerate_hz = options->samplerate_hz,
                                     .baud = options->baud};
    int channel;
    int rc = sb_replay_open(&decoder->replay, options->file, &trace, decoder->diag);

    if (rc < 0)
        return rc;
    channel = channels_resolve_one(&roles, options, sb_replay_trace(decoder->replay),
                                   decoder->diag);
    if (channel < 0)
        return channel;
    decoder->watch.channel = (unsigned)channel;
    decoder->is_uart = sb_trace_channel_kind(sb_replay_trace(decoder->replay), (unsigned)channel) ==
                       SB_CHANNEL_LEVELS;
    if (decoder->is_uart)
        sb_replay_tap(decoder->replay, on_change, decoder);
    return sb_replay_stream(decoder->replay, (unsigned)channel, options->baud, &decoder->stream);
}

static int play(struct decoder *decoder)
{
    struct sb_gps_config config = {.epoch_fn = on_epoch, .arg = decoder};
    struct sb_task reader;
    int result;
    int rc = open_stream(decoder);

    config.stream = decoder->stream;
    if (rc == 0)
        rc = sb_gps_init(&decoder->gps, &config);
    if (rc == 0)
        rc = sb_spawn(&reader, "gps", sb_gps_run, &decoder->gps);
    if (rc < 0)
        return rc;
    rc = sb_replay_start(decoder->replay);
    if (rc == 0)
        rc = sb_replay_wait(decoder->replay);
    if (rc < 0)
        sb_task_cancel(&reader);
    sb_join(&reader, &result);
    return rc;
}

static int run(void *arg)
{
    struct decoder *decoder = arg;
    int rc = play(decoder);

    if (rc == 0)
        print_summary(decoder);
    if (rc == 0 && decoder->is_uart)
        explain_silence(decoder);
    sb_replay_close(decoder->replay);
    return rc;
}

int decode_gps(const struct decode_options *options, struct sb_diag *diag)
{
    struct decoder decoder = {.options = options, .diag = diag};

    if (!options->file)
        return sb_diag_error(diag, (struct sb_place){.file = NULL}, "no FILE to decode");
    return decode_in_loop(run, &decoder, options, diag);
}
