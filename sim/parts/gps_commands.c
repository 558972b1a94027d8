/* SPDX-License-Identifier: MIT */
/*
 * The commands of a simulated GPS module: PMTK101 to 104 start it anew, 161 is standby, 220 the interval, 251
 * the rate, 314 the sentences, 414 asks for them, 605 for the firmware. Each but the last two is answered by
 * PMTK001 with its number and 0 invalid, 1 unsupported, 2 failed or 3 done. spec/drivers.md 16.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/parts/gps_module.h"

#define ZDA_FIELD 17 /* of PMTK314 */

/* Answers of PMTK001. */
enum { INVALID, UNSUPPORTED, FAILED, DONE };

/* Until there is a fix again: after a hot, warm and cold start. */
static const int64_t start_ns[] = {1 * SB_S_NS, 33 * SB_S_NS, 35 * SB_S_NS, 35 * SB_S_NS};

static void reply(struct sb_sim_gps *gps, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void reply(struct sb_sim_gps *gps, const char *format, ...)
{
    char text[SB_SIM_GPS_LINE_SIZE + 16];
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(text, SB_SIM_GPS_LINE_SIZE, format, args);
    va_end(args);
    sb_sim_gps_send(gps, text, sb_sim_gps_finish(text, (size_t)length));
}

static void set_baud(struct sb_sim_gps *gps, unsigned baud)
{
    gps->settings.baud = baud;
    sb_uart_tx_set_baud(&gps->tx, baud);
    sb_uart_rx_set_baud(&gps->rx, baud);
}

/* All has been sent: the answer to a command that changes the rate, too. */
void sb_sim_gps_room(void *arg)
{
    struct sb_sim_gps *gps = arg;
    unsigned baud = gps->next_baud;

    if (baud == 0 || gps->tx.is_sending)
        return;
    gps->next_baud = 0;
    set_baud(gps, baud);
}

static int command_baud(struct sb_sim_gps *gps, const struct sb_pmtk_command *command,
                        unsigned *baud)
{
    static const int rates[] = {4800, 9600, 14400, 19200, 38400, 57600, 115200};

    if (command->field_count != 1)
        return INVALID;
    if (command->fields[0] == 0)
        *baud = gps->initial.baud;
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
        if (rates[i] == command->fields[0])
            *baud = (unsigned)rates[i];
    return *baud == 0 ? FAILED : DONE;
}

static int command_interval(struct sb_sim_gps *gps, const struct sb_pmtk_command *command)
{
    if (command->field_count != 1)
        return INVALID;
    if (command->fields[0] < SB_SIM_GPS_INTERVAL_MIN ||
        command->fields[0] > SB_SIM_GPS_INTERVAL_MAX)
        return FAILED;
    gps->settings.interval_ms = (unsigned)command->fields[0];
    if (!gps->has_log)
        sb_sim_gps_await_fix(gps, sb_sim_gps_now_ns(gps));
    return DONE;
}

static unsigned field_of(unsigned sentence)
{
    return sentence == SB_SIM_GPS_ZDA ? ZDA_FIELD : sentence;
}

static int command_sentences(struct sb_sim_gps *gps, const struct sb_pmtk_command *command)
{
    if (command->field_count == 1 && command->fields[0] == -1) {
        memcpy(gps->settings.rates, gps->initial.rates, sizeof(gps->settings.rates));
        return DONE;
    }
    if (command->field_count != SB_PMTK_SENTENCES)
        return INVALID;
    for (unsigned i = 0; i < SB_PMTK_SENTENCES; i++)
        if (command->fields[i] < 0 || command->fields[i] > 5)
            return FAILED;
    for (unsigned i = 0; i < SB_SIM_GPS_SENTENCE_COUNT; i++)
        gps->settings.rates[i] = (uint8_t)command->fields[field_of(i)];
    return DONE;
}

static void reply_sentences(struct sb_sim_gps *gps)
{
    unsigned rates[SB_PMTK_SENTENCES] = {0};
    char text[SB_SIM_GPS_LINE_SIZE] = "";

    for (unsigned i = 0; i < SB_SIM_GPS_SENTENCE_COUNT; i++)
        rates[field_of(i)] = gps->settings.rates[i];
    for (unsigned i = 0; i < SB_PMTK_SENTENCES; i++)
        snprintf(text + 2 * (size_t)i, 3, ",%u", rates[i] % 10);
    reply(gps, "$PMTK514%s", text);
}

/* 101 hot, 102 warm, 103 cold, 104 cold and with all settings forgotten. */
static void restart(struct sb_sim_gps *gps, int number)
{
    gps->is_standby = false;
    gps->acquire_ns = sb_sim_gps_now_ns(gps) + start_ns[number - 101];
    reply(gps, "$PMTK011,MTKGPS");
    reply(gps, "$PMTK010,001");
    if (number != 104)
        return;
    gps->next_baud = gps->initial.baud;
    gps->settings = gps->initial;
    if (!gps->has_log)
        sb_sim_gps_await_fix(gps, sb_sim_gps_now_ns(gps));
}

static void obey(struct sb_sim_gps *gps, const struct sb_pmtk_command *command)
{
    unsigned baud = 0;
    int result = DONE;

    switch (command->number) {
    case 101:
    case 102:
    case 103:
    case 104:
        break;
    case 161:
        result = command->field_count == 1 && command->fields[0] == 0 ? DONE : FAILED;
        break;
    case 220:
        result = command_interval(gps, command);
        break;
    case 251:
        result = command_baud(gps, command, &baud);
        break;
    case 314:
        result = command_sentences(gps, command);
        break;
    case 414:
        reply_sentences(gps);
        return;
    case 605:
        reply(gps, "$PMTK705,AXN_2.31_3339_SIM,0001,Softboard,1.0");
        return;
    default:
        result = UNSUPPORTED;
        break;
    }
    reply(gps, "$PMTK001,%d,%d", command->number, result);
    if (command->number <= 104)
        restart(gps, command->number);
    if (command->number == 161 && result == DONE)
        gps->is_standby = true;
    if (baud != 0)
        gps->next_baud = baud;
    sb_sim_gps_room(gps); /* the answer may not have been sent at all */
}

void sb_sim_gps_received(enum sb_uart_event event, uint8_t byte, void *arg)
{
    struct sb_sim_gps *gps = arg;
    struct sb_pmtk_command command;

    if (gps->is_standby) { /* any byte wakes it, and is lost */
        gps->is_standby = false;
        gps->acquire_ns = sb_sim_gps_now_ns(gps) + start_ns[0];
        return;
    }
    if (event != SB_UART_BYTE)
        gps->reader.is_in_line = false;
    else if (sb_pmtk_read(&gps->reader, (char)byte, &command))
        obey(gps, &command);
}
