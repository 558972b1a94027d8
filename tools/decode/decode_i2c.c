/* SPDX-License-Identifier: MIT */
/*
 * Decodes a recording of an I2C bus: what the project's bus monitor tells of it is printed as it comes.
 */
#include <stdio.h>

#include "tools/decode/i2c_recording.h"

struct decoder {
    bool is_json;
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
    struct decoder decoder = {.is_json = options->is_json};
    int rc = i2c_recording_read(options, take_event, &decoder, diag);

    end_object(&decoder);
    if (rc == 0)
        print_summary(&decoder);
    return rc;
}
