/* SPDX-License-Identifier: MIT */
/*
 * Decodes a recording of an I2C bus: levels go from the file straight to the project's bus monitor. What it
 * tells is printed as it comes, so a file of any size takes the same memory.
 */
#include <stdio.h>

#include "sim/i2c_monitor.h"
#include "sim/trace/source.h"
#include "tools/channels.h"
#include "tools/decode.h"

enum i2c_role { SCL, SDA, ROLE_COUNT };

static const char *const role_names[ROLE_COUNT] = {"scl", "sda"};

static const struct channel_roles roles = {
    .owner = "an I2C bus",
    .summary = "scl and sda",
    .names = role_names,
    .count = ROLE_COUNT,
};

struct decoder {
    bool is_json;
    bool has_begun;
    struct sb_i2c_monitor monitor;
    /* of the address byte that is being printed, or comes next */
    int64_t start_ns;
    bool is_restart;
    bool is_printing;
    unsigned nack_count;
    /* of the recording */
    uint64_t starts;
    uint64_t restarts;
    uint64_t stops;
    uint64_t acks;
    uint64_t nacks;
};

/* ---- an address byte and what follows it */

static void begin_object(struct decoder *decoder, const struct sb_i2c_event *event)
{
    decoder->is_printing = true;
    decoder->nack_count = 0;
    if (decoder->is_json)
        printf("{\"t_ns\":%lld,\"address\":%u,\"read\":%s,\"restart\":%s,\"data\":\"",
               (long long)decoder->start_ns, event->byte, event->is_read ? "true" : "false",
               decoder->is_restart ? "true" : "false");
    else
        printf("%15.9f  %s  %02x  %s%s", (double)decoder->start_ns / 1e9,
               decoder->is_restart ? "Sr" : "S ", event->byte, event->is_read ? "read " : "write",
               event->is_acknowledged ? "" : "  no answer");
}

static void end_object(struct decoder *decoder)
{
    if (!decoder->is_printing)
        return;
    decoder->is_printing = false;
    if (decoder->is_json)
        printf("\",\"nacks\":%u}\n", decoder->nack_count);
    else
        puts("");
}

static void print_data(const struct decoder *decoder, const struct sb_i2c_event *event)
{
    if (decoder->is_json)
        printf("%02x", event->byte);
    else
        printf("  %02x%s", event->byte, event->is_acknowledged ? "" : "-");
}

static void take_byte(struct decoder *decoder, const struct sb_i2c_event *event)
{
    if (event->kind == SB_I2C_ADDRESS)
        begin_object(decoder, event);
    else
        print_data(decoder, event);
    if (event->is_acknowledged) {
        decoder->acks++;
    } else {
        decoder->nacks++;
        decoder->nack_count++;
    }
}

static void take_event(const struct sb_i2c_event *event, void *arg)
{
    struct decoder *decoder = arg;

    switch (event->kind) {
    case SB_I2C_START:
    case SB_I2C_RESTART:
        end_object(decoder);
        decoder->is_restart = event->kind == SB_I2C_RESTART;
        decoder->start_ns = event->time_ns;
        if (decoder->is_restart)
            decoder->restarts++;
        else
            decoder->starts++;
        break;
    case SB_I2C_STOP:
        end_object(decoder);
        decoder->stops++;
        break;
    case SB_I2C_ADDRESS:
    case SB_I2C_DATA:
        take_byte(decoder, event);
        break;
    case SB_I2C_CUT:
        if (decoder->is_printing && !decoder->is_json)
            fputs("  (cut)", stdout);
        break;
    }
}

/* ---- the recording */

/* All changes of one instant, together: a sample has no order in it. The first levels are no edges. */
static void take_levels(struct decoder *decoder, int64_t time_ns, const bool *levels)
{
    if (decoder->has_begun)
        sb_i2c_monitor_feed(&decoder->monitor, time_ns, levels[SCL], levels[SDA]);
    else
        sb_i2c_monitor_init(&decoder->monitor, levels[SCL], levels[SDA], take_event, decoder);
    decoder->has_begun = true;
}

static int read_levels(struct decoder *decoder, struct sb_trace *trace, const int *channels)
{
    bool levels[ROLE_COUNT] = {true, true};
    struct sb_trace_change change;
    int64_t time_ns = 0;
    int rc;

    while ((rc = sb_trace_next(trace, &change)) > 0) {
        if (change.time_ns != time_ns)
            take_levels(decoder, time_ns, levels);
        time_ns = change.time_ns;
        for (int i = 0; i < ROLE_COUNT; i++)
            if (change.channel == (unsigned)channels[i])
                levels[i] = change.level != 0; /* what is released is pulled up */
    }
    take_levels(decoder, time_ns, levels);
    return rc;
}

static void print_summary(const struct decoder *decoder)
{
    printf(decoder->is_json
               ? "{\"event\":\"summary\",\"start\":%llu,\"restart\":%llu,\"stop\":%llu,"
                 "\"ack\":%llu,\"nack\":%llu}\n"
               : "%llu starts, %llu repeated starts, %llu stops; %llu bytes acknowledged, "
                 "%llu not (-)\n",
           (unsigned long long)decoder->starts, (unsigned long long)decoder->restarts,
           (unsigned long long)decoder->stops, (unsigned long long)decoder->acks,
           (unsigned long long)decoder->nacks);
}

int decode_i2c(const struct decode_options *options, struct sb_diag *diag)
{
    struct sb_trace_options trace_options = {.samplerate_hz = options->samplerate_hz};
    struct decoder decoder = {.is_json = options->is_json};
    int channels[ROLE_COUNT];
    struct sb_trace *trace;
    int rc;

    if (!options->file)
        return sb_diag_error(diag, (struct sb_place){.file = NULL}, "no FILE to decode");
    rc = sb_trace_open(&trace, options->file, &trace_options, diag);
    if (rc < 0)
        return rc;
    rc = channels_resolve(channels, &roles, options, trace, diag);
    if (rc == 0)
        rc = read_levels(&decoder, trace, channels);
    sb_trace_close(trace);
    end_object(&decoder);
    if (rc == 0)
        print_summary(&decoder);
    return rc;
}
