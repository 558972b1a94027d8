/* SPDX-License-Identifier: MIT */
/*
 * Decodes infrared: the recording is played into an input pin, on which the project's own NEC driver
 * listens. It may be of a receiver's output, of either polarity, or of the light with its carrier.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "drivers/nec_ir.h"
#include "sim/replay.h"
#include "tools/decode/channels.h"
#include "tools/decode/decode_loop.h"

/* After the end of the recording: so that a frame that it cuts off is reported. */
#define TAIL_MS 20
/* Channels whose edges are looked for; a recording with more must be told which. */
#define CHANNELS_MAX 64

static const char *const role_names[] = {"ir", "rx"};

static const struct channel_roles roles = {
    .owner = "an infrared receiver",
    .summary = "ir",
    .names = role_names,
    .count = sizeof(role_names) / sizeof(role_names[0]),
};

struct decoder {
    const struct decode_options *options;
    struct sb_diag *diag;
    struct sb_replay *replay;
    struct sb_nec_ir ir;
};

static void print_json(const struct sb_nec_ir_event *event, int64_t time_ns)
{
    printf("{\"t_ns\":%" PRId64 ",\"event\":", time_ns);
    if (event->kind == SB_NEC_IR_ERROR)
        printf("\"error\",\"reason\":\"%s\"}\n", sb_nec_ir_error_text(event->error));
    else
        printf("\"%s\",\"address\":%u,\"command\":%u}\n",
               event->kind == SB_NEC_IR_FRAME ? "frame" : "repeat", event->address, event->command);
}

static void print_plain(const struct sb_nec_ir_event *event, int64_t time_ns)
{
    printf("%13.6f  ", (double)time_ns / 1e9);
    if (event->kind == SB_NEC_IR_ERROR)
        printf("error: %s\n", sb_nec_ir_error_text(event->error));
    else if (event->kind == SB_NEC_IR_FRAME)
        printf("address %0*X command %02X\n", event->is_extended ? 4 : 2, event->address,
               event->command);
    else
        printf("  held, %" PRIu32 "\n", event->repeat_count);
}

static void on_event(struct sb_nec_ir *ir, const struct sb_nec_ir_event *event, void *arg)
{
    const struct decoder *decoder = arg;
    int64_t time_ns = event->begin_ns - sb_replay_start_ns(decoder->replay);

    (void)ir;
    if (decoder->options->is_json)
        print_json(event, time_ns);
    else
        print_plain(event, time_ns);
}

/* ---- the channel, where nobody says which */

/* "IR" anywhere, or a word that begins with it in any case: "IRRX", "tsop_ir", not "dir". */
static bool is_ir_name(const char *name)
{
    for (const char *at = name; *at; at++) {
        bool is_word_start = at == name || !isalpha((unsigned char)at[-1]);

        if (!strncmp(at, "IR", 2))
            return true;
        if (is_word_start && tolower((unsigned char)at[0]) == 'i' &&
            tolower((unsigned char)at[1]) == 'r')
            return true;
    }
    return false;
}

/* Reads the recording through. Damage there is for the replay to report. */
static uint64_t channels_with_edges(const struct decode_options *options,
                                    const struct sb_trace_options *trace_options)
{
    struct sb_trace_change change;
    struct sb_trace *trace;
    struct sb_diag diag;
    uint8_t levels[CHANNELS_MAX];
    uint64_t found = 0;

    sb_diag_init(&diag, NULL, NULL);
    if (sb_trace_open(&trace, options->file, trace_options, &diag) < 0)
        return 0;
    memset(levels, SB_TRACE_RELEASED, sizeof(levels));
    while (sb_trace_next(trace, &change) > 0) {
        uint8_t *level;

        if (change.channel >= CHANNELS_MAX || change.level == SB_TRACE_RELEASED)
            continue;
        level = &levels[change.channel];
        if (*level != SB_TRACE_RELEASED && *level != change.level)
            found |= UINT64_C(1) << change.channel;
        *level = change.level;
    }
    sb_trace_close(trace);
    return found;
}

/* The one channel of a set; -1 when there are none or more. */
static int only_one(uint64_t channels)
{
    int number = 0;

    if (channels == 0 || (channels & (channels - 1)) != 0)
        return -1;
    while (channels >> number != 1)
        number++;
    return number;
}

/* Of a set of channels those whose names say that they receive: "IR Toy IRRX" beside "IR Toy IRDETECT". */
static uint64_t receiving(const struct sb_trace *trace, uint64_t channels)
{
    uint64_t found = 0;

    for (unsigned i = 0; i < sb_trace_channel_count(trace); i++)
        if ((channels >> i & 1) != 0 && strcasestr(sb_trace_channel_name(trace, i), "rx") != NULL)
            found |= UINT64_C(1) << i;
    return found;
}

/*
 * The only channel that is called infrared; or the only one of those with edges; or the only one of these
 * that is called a receiver's; or the only one of all with edges. -1: none of these, or it is plain without.
 */
static int guess_channel(const struct decode_options *options,
                         const struct sb_trace_options *trace_options, const struct sb_trace *trace)
{
    unsigned count = sb_trace_channel_count(trace);
    uint64_t named = 0;
    uint64_t busy;

    if (options->channel || options->map_count > 0 || count == 1 || count > CHANNELS_MAX ||
        sb_trace_channel_find(trace, role_names[0]) >= 0)
        return -1;
    for (unsigned i = 0; i < count; i++)
        if (is_ir_name(sb_trace_channel_name(trace, i)))
            named |= UINT64_C(1) << i;
    if (only_one(named) >= 0)
        return only_one(named);
    busy = channels_with_edges(options, trace_options);
    if (only_one(receiving(trace, named & busy)) >= 0)
        return only_one(receiving(trace, named & busy));
    return only_one((named & busy) != 0 ? named & busy : busy);
}

static int open_pin(struct decoder *decoder, struct sb_pin **pin)
{
    const struct decode_options *options = decoder->options;
    struct sb_trace_options trace_options = {.samplerate_hz = options->samplerate_hz,
                                             .baud = options->baud};
    const struct sb_trace *trace;
    int rc = sb_replay_open(&decoder->replay, options->file, &trace_options, decoder->diag);
    int channel;

    if (rc < 0)
        return rc;
    trace = sb_replay_trace(decoder->replay);
    channel = guess_channel(options, &trace_options, trace);
    if (channel < 0)
        channel = channels_resolve_one(&roles, options, trace, decoder->diag);
    if (channel < 0)
        return channel;
    if (sb_trace_channel_kind(trace, (unsigned)channel) != SB_CHANNEL_LEVELS)
        return channels_error(options, trace, decoder->diag, "bytes are no infrared: channel",
                              sb_trace_channel_name(trace, (unsigned)channel));
    return sb_replay_pin_ir(decoder->replay, (unsigned)channel, SB_PIN_INPUT, pin);
}

static int play(struct decoder *decoder)
{
    struct sb_nec_ir_config config = {
        .polarity = SB_NEC_IR_IDLE_ANY, .fn = on_event, .arg = decoder};
    int rc = open_pin(decoder, &config.pin);

    if (rc == 0)
        rc = sb_nec_ir_init(&decoder->ir, &config);
    if (rc == 0)
        rc = sb_replay_start(decoder->replay);
    if (rc == 0)
        rc = sb_nec_ir_start(&decoder->ir);
    if (rc < 0)
        return rc;
    rc = sb_replay_wait(decoder->replay);
    if (rc == 0)
        rc = sb_sleep_ms(TAIL_MS);
    sb_nec_ir_stop(&decoder->ir);
    return rc;
}

static int run(void *arg)
{
    struct decoder *decoder = arg;
    int rc = play(decoder);

    sb_replay_close(decoder->replay);
    return rc;
}

int decode_nec(const struct decode_options *options, struct sb_diag *diag)
{
    struct decoder decoder = {.options = options, .diag = diag};

    if (!options->file)
        return sb_diag_error(diag, (struct sb_place){.file = NULL}, "no FILE to decode");
    return decode_in_loop(run, &decoder, options, diag);
}
