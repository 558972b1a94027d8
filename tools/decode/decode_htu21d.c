/* SPDX-License-Identifier: MIT */
/*
 * Decodes what an HTU21D (SHT21, Si7021) measured, from a recording of its I2C bus: the transfers are put
 * together by the bus monitor, results are checked and converted by the project's own driver. Programs
 * that read only the first byte of a result, or no checksum, are common: what was read is shown.
 */
#include <inttypes.h>
#include <stdio.h>

#include "drivers/htu21d.h"
#include "tools/decode/i2c_recording.h"

/* Commands, without and with the bus held. */
enum {
    TEMPERATURE = 0xf3,
    TEMPERATURE_HOLD = 0xe3,
    HUMIDITY = 0xf5,
    HUMIDITY_HOLD = 0xe5,
};

#define FRAME_SIZE 3

struct decoder {
    bool is_json;
    bool is_sensor; /* the transfer is the sensor's */
    bool is_read;
    uint8_t command; /* the last that was written */
    uint8_t frame[FRAME_SIZE];
    unsigned size;
    int64_t start_ns; /* of the transfer */
    uint64_t sample_count;
    uint64_t error_count;
};

static void print_value(struct decoder *decoder, bool is_humidity, int32_t milli)
{
    const char *name = is_humidity ? "humidity_rh" : "temperature_c";

    decoder->sample_count++;
    if (decoder->is_json)
        printf("{\"t_ns\":%" PRId64 ",\"%s\":%.2f}\n", decoder->start_ns, name, milli / 1e3);
    else
        printf("%13.6f  %7.2f %s\n", (double)decoder->start_ns / 1e9, milli / 1e3,
               is_humidity ? "%RH" : "\u00b0C");
}

static void print_error(struct decoder *decoder, const char *reason)
{
    decoder->error_count++;
    if (decoder->is_json)
        printf("{\"t_ns\":%" PRId64 ",\"event\":\"error\",\"reason\":\"%s\"}\n", decoder->start_ns,
               reason);
    else
        printf("%13.6f  error: %s\n", (double)decoder->start_ns / 1e9, reason);
}

static void take_result(struct decoder *decoder)
{
    bool is_humidity = decoder->command == HUMIDITY || decoder->command == HUMIDITY_HOLD;
    uint16_t word = (uint16_t)(decoder->frame[0] << 8 |
                               (decoder->size > 1 ? decoder->frame[1] : 0));

    if (decoder->size >= FRAME_SIZE && sb_htu21d_check(decoder->frame, &word) < 0)
        print_error(decoder, "wrong checksum");
    else if (decoder->size > 1 && ((word & 2) != 0) != is_humidity)
        print_error(decoder, is_humidity ? "a temperature where a humidity was asked for"
                                         : "a humidity where a temperature was asked for");
    else if (is_humidity)
        print_value(decoder, true, sb_htu21d_humidity_mrh(word));
    else
        print_value(decoder, false, sb_htu21d_temperature_mdegc(word));
}

static bool measures(uint8_t command)
{
    return command == TEMPERATURE || command == TEMPERATURE_HOLD || command == HUMIDITY ||
           command == HUMIDITY_HOLD;
}

static void end_transfer(struct decoder *decoder)
{
    if (decoder->is_sensor && decoder->is_read && decoder->size > 0 && measures(decoder->command))
        take_result(decoder);
    decoder->is_sensor = false;
    decoder->size = 0;
}

static void take_byte(struct decoder *decoder, uint8_t byte)
{
    if (!decoder->is_read && decoder->size == 0)
        decoder->command = byte;
    if (decoder->size < FRAME_SIZE)
        decoder->frame[decoder->size] = byte;
    decoder->size++;
}

static void take_event(const struct sb_i2c_event *event, void *arg)
{
    struct decoder *decoder = arg;

    switch (event->kind) {
    case SB_I2C_START:
    case SB_I2C_RESTART:
        end_transfer(decoder);
        decoder->start_ns = event->time_ns;
        break;
    case SB_I2C_STOP:
        end_transfer(decoder);
        break;
    case SB_I2C_ADDRESS:
        decoder->is_sensor = event->byte == SB_HTU21D_ADDRESS && event->is_acknowledged;
        decoder->is_read = event->is_read;
        break;
    case SB_I2C_DATA:
        if (decoder->is_sensor)
            take_byte(decoder, event->byte);
        break;
    case SB_I2C_CUT:
        break;
    }
}

int decode_htu21d(const struct decode_options *options, struct sb_diag *diag)
{
    struct decoder decoder = {.is_json = options->is_json};
    int rc = i2c_recording_read(options, take_event, &decoder, diag);

    end_transfer(&decoder);
    if (rc == 0 && !options->is_json)
        printf("%" PRIu64 " measurements, %" PRIu64 " errors\n", decoder.sample_count,
               decoder.error_count);
    return rc;
}
