/* SPDX-License-Identifier: MIT */
/*
 * softboard info: what is in a recording, channel by channel, without knowing what it means.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/ir_carrier.h"
#include "sim/trace/source.h"
#include "sim/trace/sr_meta.h"
#include "sim/bus/uart.h"
#include "tools/commands.h"
#include "tools/json_text.h"

/* DESIGN: usage, or a file that cannot be read. */
#define EXIT_USAGE 2

static const char usage[] =
    "usage: softboard info [options] FILE\n"
    "\n"
    "Says what is in a recording: its format, how long it is, its channels with their edges or bytes,\n"
    "the level that each is at for longest, its shortest pulse, and a carrier of 20 to 60 kHz if it has\n"
    "one. Reads sigrok .sr, VCD, infrared text (mode2, ir-ctl) and NMEA logs.\n"
    "\n"
    "  --samplerate HZ  for a recording that does not say\n"
    "  --baud N         at which logged bytes came, default 9600\n"
    "  --json           one object\n";

#define LEVEL_COUNT (SB_TRACE_RELEASED + 1)

/* What is gathered about a channel. */
struct channel {
    uint64_t change_count; /* edges, or bytes */
    int64_t first_ns;
    int64_t last_ns;
    int64_t shortest_ns; /* between two edges; -1: there are not two */
    uint8_t level;
    bool has_level;
    int64_t level_since_ns;
    int64_t level_ns[LEVEL_COUNT]; /* how long it was at each */
    struct sb_ir_probe probe;
};

struct info {
    const char *file;
    bool is_json;
    struct sb_trace *trace;
    struct channel *channels;
    unsigned channel_count;
};

static void print_message(enum sb_severity severity, const char *text, void *arg)
{
    (void)arg;
    fprintf(stderr, "softboard info: %s%s\n", severity == SB_SEVERITY_WARNING ? "warning: " : "",
            text);
}

static int usage_error(const char *what, const char *word)
{
    fprintf(stderr, "softboard info: %s%s%s\n", what, word ? " " : "", word ? word : "");
    return -EINVAL;
}

/* ---- gathering */

/* The first level at time 0 is the initial one, no edge. */
static bool is_initial(const struct channel *channel, const struct sb_trace_change *change)
{
    return change->time_ns == 0 && !channel->has_level;
}

static void count_change(struct channel *channel, int64_t time_ns)
{
    int64_t pulse_ns = time_ns - channel->last_ns;

    if (channel->change_count == 0)
        channel->first_ns = time_ns;
    else if (channel->shortest_ns < 0 || pulse_ns < channel->shortest_ns)
        channel->shortest_ns = pulse_ns;
    channel->change_count++;
    channel->last_ns = time_ns;
}

static void take_level(struct channel *channel, const struct sb_trace_change *change)
{
    if (!is_initial(channel, change))
        count_change(channel, change->time_ns);
    if (!channel->has_level)
        sb_ir_probe_init(&channel->probe, change->level != 0);
    else if (change->level != SB_TRACE_RELEASED)
        sb_ir_probe_edge(&channel->probe, change->time_ns, change->level);
    channel->level_ns[channel->level] += change->time_ns - channel->level_since_ns;
    channel->level_since_ns = change->time_ns;
    channel->level = change->level;
    channel->has_level = true;
}

static int read_channels(struct info *info)
{
    struct sb_trace_change change;
    int rc;

    for (unsigned i = 0; i < info->channel_count; i++) {
        info->channels[i].shortest_ns = -1;
        info->channels[i].level = SB_TRACE_RELEASED;
    }
    while ((rc = sb_trace_next(info->trace, &change)) > 0) {
        struct channel *channel = &info->channels[change.channel];

        if (sb_trace_channel_kind(info->trace, change.channel) == SB_CHANNEL_LEVELS)
            take_level(channel, &change);
        else
            count_change(channel, change.time_ns);
    }
    for (unsigned i = 0; i < info->channel_count; i++) {
        struct channel *channel = &info->channels[i];

        channel->level_ns[channel->level] += sb_trace_end_ns(info->trace) - channel->level_since_ns;
    }
    return rc;
}

/* The level at which it is for longest: 0, 1 or 'z'. */
static char idle_level(const struct channel *channel)
{
    unsigned idle = channel->level;

    for (unsigned i = 0; i < LEVEL_COUNT; i++)
        if (channel->level_ns[i] > channel->level_ns[idle])
            idle = i;
    return "01z"[idle];
}

/* In Hz; 0 when there is none. */
static int64_t carrier_hz(const struct channel *channel)
{
    struct sb_ir_probe probe = channel->probe;
    int64_t period_ns = sb_ir_probe_end(&probe).period_ns;

    return period_ns > 0 ? (INT64_C(1000000000) + period_ns / 2) / period_ns : 0;
}

/* ---- printing */

/* "1.25 s", "560 us" */
static const char *duration(int64_t time_ns, char *out, size_t size)
{
    static const struct {
        double unit_ns;
        const char *name;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
    unsigned i = 0;

    while (i < 3 && (double)time_ns < units[i].unit_ns)
        i++;
    snprintf(out, size, "%.9g %s", (double)time_ns / units[i].unit_ns,
             time_ns == 0 ? "s" : units[i].name);
    return out;
}

static void print_channel(const struct info *info, unsigned number)
{
    const struct channel *channel = &info->channels[number];
    bool has_bytes = sb_trace_channel_kind(info->trace, number) == SB_CHANNEL_BYTES;
    char text[3][40];

    printf("  #%u %s: %" PRIu64 " %s", number, sb_trace_channel_name(info->trace, number),
           channel->change_count, has_bytes ? "bytes" : "edges");
    if (channel->change_count > 0)
        printf(" from %s to %s", duration(channel->first_ns, text[0], sizeof(text[0])),
               duration(channel->last_ns, text[1], sizeof(text[1])));
    if (!has_bytes)
        printf(", idle %c", idle_level(channel));
    if (!has_bytes && channel->shortest_ns >= 0)
        printf(", shortest pulse %s", duration(channel->shortest_ns, text[2], sizeof(text[2])));
    if (!has_bytes && carrier_hz(channel) > 0)
        printf(", carrier %.3g kHz", (double)carrier_hz(channel) / 1e3);
    putchar('\n');
}

static void print_text(const struct info *info)
{
    const char *note = sb_trace_note(info->trace);
    char length[40];

    printf("%s: %s, %s, %u channel%s\n", info->file, sb_trace_format(info->trace),
           duration(sb_trace_end_ns(info->trace), length, sizeof(length)), info->channel_count,
           info->channel_count == 1 ? "" : "s");
    if (*note)
        printf("  (%s)\n", note);
    for (unsigned i = 0; i < info->channel_count; i++)
        print_channel(info, i);
}

static void put_time(const char *name, int64_t time_ns, bool is_known)
{
    if (is_known)
        printf(",\"%s\":%" PRId64, name, time_ns);
    else
        printf(",\"%s\":null", name);
}

static void put_channel(const struct info *info, unsigned number)
{
    const struct channel *channel = &info->channels[number];
    bool has_bytes = sb_trace_channel_kind(info->trace, number) == SB_CHANNEL_BYTES;
    bool has_changes = channel->change_count > 0;
    char idle = idle_level(channel);

    fputs(number ? ",{" : "{", stdout);
    sb_json_put_member(stdout, true, "name", sb_trace_channel_name(info->trace, number));
    sb_json_put_member(stdout, false, "kind", has_bytes ? "bytes" : "levels");
    printf(",\"%s\":%" PRIu64, has_bytes ? "bytes" : "edges", channel->change_count);
    put_time("first_ns", channel->first_ns, has_changes);
    put_time("last_ns", channel->last_ns, has_changes);
    if (!has_bytes) {
        if (idle == 'z')
            printf(",\"idle\":null");
        else
            printf(",\"idle\":%c", idle);
        put_time("shortest_ns", channel->shortest_ns, channel->shortest_ns >= 0);
        put_time("carrier_hz", carrier_hz(channel), carrier_hz(channel) > 0);
    }
    putchar('}');
}

static void print_json(const struct info *info)
{
    putchar('{');
    sb_json_put_member(stdout, true, "file", info->file);
    sb_json_put_member(stdout, false, "format", sb_trace_format(info->trace));
    printf(",\"duration_ns\":%" PRId64 ",\"resolution_ns\":%" PRId64, sb_trace_end_ns(info->trace),
           sb_trace_resolution_ns(info->trace));
    sb_json_put_member(stdout, false, "note", sb_trace_note(info->trace));
    fputs(",\"channels\":[", stdout);
    for (unsigned i = 0; i < info->channel_count; i++)
        put_channel(info, i);
    puts("]}");
}

/* ---- the command */

/* Returns 0, 1 when help was asked for, or -EINVAL, reported. */
static int parse_options(struct info *info, struct sb_trace_options *options, int argc, char **argv)
{
    static const struct option names[] = {
        {"samplerate", required_argument, NULL, 'r'},
        {"baud", required_argument, NULL, 'b'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    char end;

    opterr = 0;
    optind = 1;
    while ((option = getopt_long(argc, argv, ":h", names, NULL)) >= 0) {
        switch (option) {
        case 'r':
            if (!sb_sr_samplerate_parse(optarg, &options->samplerate_hz) || !options->samplerate_hz)
                return usage_error("--samplerate takes a rate such as 1000000 or 1MHz, not",
                                   optarg);
            break;
        case 'b':
            if (sscanf(optarg, "%7u%c", &options->baud, &end) != 1 ||
                options->baud < SB_UART_BAUD_MIN || options->baud > SB_UART_BAUD_MAX)
                return usage_error("--baud takes a rate of 50 to 4000000, not", optarg);
            break;
        case 'j':
            info->is_json = true;
            break;
        case 'h':
            return 1;
        case ':':
            return usage_error("a value is missing after", argv[optind - 1]);
        default:
            return usage_error("unknown option", argv[optind - 1]);
        }
    }
    if (optind == argc)
        return usage_error("which FILE? see softboard info --help", NULL);
    if (argc - optind > 1)
        return usage_error("one FILE at a time; what is", argv[optind + 1]);
    info->file = argv[optind];
    return 0;
}

static int show(struct info *info, const struct sb_trace_options *options)
{
    struct sb_diag diag;
    int rc;

    sb_diag_init(&diag, print_message, NULL);
    rc = sb_trace_open(&info->trace, info->file, options, &diag);
    if (rc < 0)
        return rc;
    info->channel_count = sb_trace_channel_count(info->trace);
    info->channels = calloc(info->channel_count + 1, sizeof(*info->channels));
    rc = info->channels ? read_channels(info) : usage_error("out of memory", NULL);
    if (rc == 0 && info->is_json)
        print_json(info);
    else if (rc == 0)
        print_text(info);
    free(info->channels);
    sb_trace_close(info->trace);
    return rc;
}

int sb_cmd_info(int argc, char **argv)
{
    struct info info = {0};
    struct sb_trace_options options = {0};
    int rc = parse_options(&info, &options, argc, argv);

    if (rc > 0) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (rc == 0)
        rc = show(&info, &options);
    return rc < 0 ? EXIT_USAGE : EXIT_SUCCESS;
}
