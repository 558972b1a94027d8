/* SPDX-License-Identifier: MIT */
/* The HTU21D's bytes and times: see htu21d_model.h. */
#include "sim/parts/htu21d_model.h"

#include <math.h>

enum {
    MEASURE_TEMPERATURE_HOLD = 0xe3,
    MEASURE_HUMIDITY_HOLD = 0xe5,
    WRITE_USER_REGISTER = 0xe6,
    READ_USER_REGISTER = 0xe7,
    MEASURE_TEMPERATURE = 0xf3,
    MEASURE_HUMIDITY = 0xf5,
    READ_ID_1 = 0xfa, /* 0F follows */
    READ_ID_2 = 0xfc, /* C9 follows */
    SOFT_RESET = 0xfe,
    ID_1_SECOND = 0x0f,
    ID_2_SECOND = 0xc9,
};

/* The other bits of the user register are the chip's own. */
#define WRITABLE_BITS (0x81 | SB_HTU21D_HEATER | SB_HTU21D_NO_OTP)

#define STATUS_HUMIDITY 0x02
#define BATTERY_LOW_V   2.25
#define HEATER_C        1.0 /* 0.5 to 1.5 degrees */

/* The identification: "HT", the chip's own, "21". */
#define ID_A_HIGH 0x48
#define ID_A_LOW  0x54
#define ID_C_HIGH 0x32
#define ID_C_LOW  0x31

/* By bits 7 and 0 of the user register. */
static const struct resolution {
    unsigned humidity_bits;
    unsigned temperature_bits;
} resolutions[4] = {{12, 14}, {8, 12}, {10, 13}, {11, 11}};

static int64_t temperature_time_ns(unsigned bits, bool is_typical)
{
    static const int64_t longest_ms[] = {7, 13, 25, 50}; /* 11 to 14 bits */
    static const int64_t typical_ms[] = {6, 11, 22, 44};

    return (is_typical ? typical_ms : longest_ms)[bits - 11] * 1000000;
}

static int64_t humidity_time_ns(unsigned bits, bool is_typical)
{
    static const int64_t longest_ms[] = {3, 0, 5, 8, 16}; /* 8, 10 to 12 bits */
    static const int64_t typical_ms[] = {2, 0, 4, 7, 14};

    return (is_typical ? typical_ms : longest_ms)[bits - 8] * 1000000;
}

uint8_t sb_htu21d_checksum(const uint8_t *bytes, unsigned size)
{
    unsigned crc = 0;

    for (unsigned i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 0x80) != 0 ? (crc << 1 ^ 0x31) & 0xff : crc << 1;
    }
    return (uint8_t)crc;
}

/* ---- what is read */

static void forget_answer(struct sb_htu21d_model *model)
{
    model->answer_size = 0;
    model->answer_at = 0;
    model->has_measured = false;
    model->read_count = 0;
    model->is_holding = false;
}

static void add_answer(struct sb_htu21d_model *model, uint8_t byte)
{
    model->answer[model->answer_size++] = byte;
}

/* The checksum of the last `count` bytes. */
static void add_checksum(struct sb_htu21d_model *model, unsigned count)
{
    uint8_t crc = sb_htu21d_checksum(model->answer + model->answer_size - count, count);

    add_answer(model, model->is_garbled ? crc ^ 0xff : crc);
}

/* ---- measuring */

/* Datasheet, "Conversion of signal outputs": value = scale * word / 65536 - offset. */
#define TEMPERATURE_OFFSET 46.85
#define TEMPERATURE_SCALE  175.72
#define HUMIDITY_OFFSET    6.0
#define HUMIDITY_SCALE     125.0

/* The nearest word that the resolution has, for value = scale * word / 65536 - offset. */
static unsigned word_of(double value, double offset, double scale, unsigned bits)
{
    unsigned step = 1U << (16 - bits);
    double steps = floor((value + offset) / scale * 65536.0 / step + 0.5);

    if (!(steps > 0))
        return 0;
    if (steps >= 65536.0 / step)
        return 65536 - step;
    return (unsigned)steps * step;
}

/* The datasheet's formula of the pressure of saturated vapour, in mmHg. */
static double saturation(double temperature_c)
{
    return pow(10, 8.1332 - 1762.39 / (temperature_c + 235.66));
}

static unsigned resolution_of(const struct sb_htu21d_model *model)
{
    return (model->user_register >> 7 & 1U) << 1 | (model->user_register & 1U);
}

/* The heater warms the chip, not the room: less of what the air could hold is in it. */
static unsigned measure(const struct sb_htu21d_model *model, bool is_humidity)
{
    const struct resolution *resolution = &resolutions[resolution_of(model)];
    double temperature_c = model->temperature_c;
    double humidity_rh = model->humidity_rh;

    if (model->user_register & SB_HTU21D_HEATER) {
        humidity_rh *= saturation(temperature_c) / saturation(temperature_c + HEATER_C);
        temperature_c += HEATER_C;
    }
    if (is_humidity)
        return word_of(humidity_rh, HUMIDITY_OFFSET, HUMIDITY_SCALE, resolution->humidity_bits) |
               STATUS_HUMIDITY;
    return word_of(temperature_c, TEMPERATURE_OFFSET, TEMPERATURE_SCALE,
                   resolution->temperature_bits);
}

static void reload_settings(struct sb_htu21d_model *model)
{
    uint8_t kept = SB_HTU21D_HEATER | SB_HTU21D_BATTERY_LOW;

    model->user_register = (model->user_register & kept) | SB_HTU21D_DEFAULT;
}

static void begin_activity(struct sb_htu21d_model *model, int64_t now_ns,
                           enum sb_htu21d_activity activity, int64_t duration_ns)
{
    forget_answer(model);
    model->activity = activity;
    model->began_ns = now_ns;
    model->busy_until_ns = now_ns + duration_ns;
}

static void begin_measurement(struct sb_htu21d_model *model, int64_t now_ns, bool is_humidity,
                              bool is_holding)
{
    const struct resolution *resolution;
    unsigned word;

    if (!(model->user_register & SB_HTU21D_NO_OTP))
        reload_settings(model);
    resolution = &resolutions[resolution_of(model)];
    if (is_humidity)
        begin_activity(model, now_ns, SB_HTU21D_MEASURING_HUMIDITY,
                       humidity_time_ns(resolution->humidity_bits, model->is_typical));
    else
        begin_activity(model, now_ns, SB_HTU21D_MEASURING_TEMPERATURE,
                       temperature_time_ns(resolution->temperature_bits, model->is_typical));
    word = measure(model, is_humidity);
    add_answer(model, (uint8_t)(word >> 8));
    add_answer(model, (uint8_t)word);
    add_checksum(model, 2);
    model->has_measured = true;
    model->is_holding = is_holding;
    model->user_register &= (uint8_t)~SB_HTU21D_BATTERY_LOW;
    if (model->supply_v < BATTERY_LOW_V)
        model->user_register |= SB_HTU21D_BATTERY_LOW;
}

/* ---- commands */

static void answer_register(struct sb_htu21d_model *model)
{
    forget_answer(model);
    add_answer(model, model->user_register);
}

/* Four bytes of the chip's own, each with its checksum. */
static void answer_id_1(struct sb_htu21d_model *model)
{
    forget_answer(model);
    for (int i = 3; i >= 0; i--) {
        add_answer(model, (uint8_t)(model->serial >> (8 * i)));
        add_checksum(model, 1);
    }
}

/* What all chips have, a checksum for each two. */
static void answer_id_2(struct sb_htu21d_model *model)
{
    forget_answer(model);
    add_answer(model, ID_C_HIGH);
    add_answer(model, ID_C_LOW);
    add_checksum(model, 2);
    add_answer(model, ID_A_HIGH);
    add_answer(model, ID_A_LOW);
    add_checksum(model, 2);
}

static bool take_second_byte(struct sb_htu21d_model *model, uint8_t byte)
{
    uint8_t command = model->command;

    model->command = 0;
    if (command == WRITE_USER_REGISTER)
        model->user_register = (uint8_t)((model->user_register & ~WRITABLE_BITS) |
                                         (byte & WRITABLE_BITS));
    else if (command == READ_ID_1 && byte == ID_1_SECOND)
        answer_id_1(model);
    else if (command == READ_ID_2 && byte == ID_2_SECOND)
        answer_id_2(model);
    else
        return false;
    return true;
}

static bool take_command(struct sb_htu21d_model *model, int64_t now_ns, uint8_t command)
{
    switch (command) {
    case MEASURE_TEMPERATURE_HOLD:
    case MEASURE_TEMPERATURE:
        begin_measurement(model, now_ns, false, command == MEASURE_TEMPERATURE_HOLD);
        return true;
    case MEASURE_HUMIDITY_HOLD:
    case MEASURE_HUMIDITY:
        begin_measurement(model, now_ns, true, command == MEASURE_HUMIDITY_HOLD);
        return true;
    case READ_USER_REGISTER:
        answer_register(model);
        return true;
    case WRITE_USER_REGISTER:
    case READ_ID_1:
    case READ_ID_2:
        model->command = command;
        return true;
    case SOFT_RESET:
        reload_settings(model);
        begin_activity(model, now_ns, SB_HTU21D_RESETTING, SB_HTU21D_START_NS);
        return true;
    default:
        return false;
    }
}

/* ---- the bus */

void sb_htu21d_model_start(struct sb_htu21d_model *model, int64_t now_ns)
{
    model->user_register = SB_HTU21D_DEFAULT;
    model->command = 0;
    begin_activity(model, now_ns, SB_HTU21D_POWER_UP, SB_HTU21D_START_NS);
}

bool sb_htu21d_model_is_busy(const struct sb_htu21d_model *model, int64_t now_ns)
{
    return now_ns < model->busy_until_ns;
}

enum sb_htu21d_answer sb_htu21d_model_addressed(struct sb_htu21d_model *model, int64_t now_ns,
                                                bool is_read)
{
    bool is_busy = sb_htu21d_model_is_busy(model, now_ns);

    model->command = 0;
    if (is_busy && !(is_read && model->is_holding))
        return SB_HTU21D_SILENT;
    if (!is_read)
        return SB_HTU21D_READY;
    if (model->answer_size == 0)
        return SB_HTU21D_SILENT;
    model->answer_at = 0;
    model->read_count++;
    return is_busy ? SB_HTU21D_HOLDING : SB_HTU21D_READY;
}

bool sb_htu21d_model_written(struct sb_htu21d_model *model, int64_t now_ns, uint8_t byte)
{
    if (model->command != 0)
        return take_second_byte(model, byte);
    if (sb_htu21d_model_is_busy(model, now_ns))
        return false; /* one more byte after the command that keeps it busy */
    return take_command(model, now_ns, byte);
}

uint8_t sb_htu21d_model_read(struct sb_htu21d_model *model)
{
    if (model->answer_at == model->answer_size)
        return 0xff;
    return model->answer[model->answer_at++];
}

bool sb_htu21d_model_learn(struct sb_htu21d_model *model, const uint8_t frame[3])
{
    double share = (frame[0] << 8 | (frame[1] & 0xfc)) / 65536.0; /* without the status bits */

    if (sb_htu21d_checksum(frame, 2) != frame[2])
        return false;
    if ((frame[1] & STATUS_HUMIDITY) != 0)
        model->humidity_rh = HUMIDITY_SCALE * share - HUMIDITY_OFFSET;
    else
        model->temperature_c = TEMPERATURE_SCALE * share - TEMPERATURE_OFFSET;
    return true;
}
