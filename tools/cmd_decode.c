/* SPDX-License-Identifier: MIT */
/*
 * `softboard decode`: says what recorded signals mean, by playing the recording to the project's own
 * simulated part or driver. This file reads the command line.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/sr_meta.h"
#include "sim/bus/uart.h"
#include "tools/commands.h"
#include "tools/decode/decode.h"

/* DESIGN: usage, or a file that cannot be read. */
#define EXIT_USAGE 2

static const char usage[] =
    "usage: softboard decode KIND [options] FILE\n"
    "\n"
    "Says what the signals in a recording mean, whatever the format of the file. Kinds:\n"
    "\n"
    "  nec        keys of an infrared remote control; role ir\n"
    "  gps        what a GPS receiver sent: an NMEA log, or a UART; role rx\n"
    "  hd44780    what was written to a character LCD; roles rs rw e d0 to d7\n"
    "  i2c        what went over an I2C bus; roles scl sda\n"
    "  htu21d     what an HTU21D, SHT21 or Si7021 measured; roles scl sda\n"
    "\n"
    "  --channel NAME          the channel, for kinds of one line; the only one needs no name\n"
    "  --map ROLE=CHANNEL,...  which channel is which line; channels of these names need no map,\n"
    "                          and #N is the channel of number N from 0\n"
    "  --baud N                of a UART, default 9600\n"
    "  --size COLUMNSxROWS     of the display, default 16x2\n"
    "  --samplerate HZ         for a recording that does not say\n"
    "  --json                  one object a line\n";

static const struct {
    const char *name;
    int (*decode)(const struct decode_options *options, struct sb_diag *diag); /* null: later */
} kinds[] = {
    {"nec", decode_nec}, {"gps", decode_gps},       {"hd44780", decode_hd44780},
    {"i2c", decode_i2c}, {"htu21d", decode_htu21d}, {"encoder", NULL},
    {"button", NULL},
};

static void print_message(enum sb_severity severity, const char *text, void *arg)
{
    (void)arg;
    fprintf(stderr, "softboard decode: %s%s\n", severity == SB_SEVERITY_WARNING ? "warning: " : "",
            text);
}

static int usage_error(const char *what, const char *word)
{
    fprintf(stderr, "softboard decode: %s%s%s\n", what, word ? " " : "", word ? word : "");
    return -EINVAL;
}

/* Cuts up "role=NAME,role=NAME". */
static int add_maps(struct decode_options *options, char *text)
{
    while (text) {
        char *entry = text;
        char *equals = strchr(entry, '=');
        char *comma = strchr(entry, ',');

        if (!equals || (comma && comma < equals) || equals == entry)
            return usage_error("--map takes ROLE=CHANNEL,..., not", entry);
        if (options->map_count == DECODE_MAPS_MAX)
            return usage_error("too many --map entries", NULL);
        *equals = '\0';
        text = NULL;
        if (comma) {
            *comma = '\0';
            text = comma + 1;
        }
        options->maps[options->map_count++] = (struct decode_map){entry, equals + 1};
    }
    return 0;
}

/* The DDRAM has 80 cells: 40 columns in one or two lines, 20 in four. */
static int parse_size(struct decode_options *options, const char *text)
{
    char end;

    if (sscanf(text, "%2ux%1u%c", &options->columns, &options->rows, &end) != 2 ||
        options->columns < 8 || options->rows < 1 || options->rows == 3 || options->rows > 4 ||
        options->columns > (options->rows == 4 ? 20 : 40))
        return usage_error("--size takes COLUMNSxROWS such as 16x2 or 20x4, not", text);
    return 0;
}

static int parse_baud(struct decode_options *options, const char *text)
{
    char end;

    if (sscanf(text, "%7u%c", &options->baud, &end) == 1 && options->baud >= SB_UART_BAUD_MIN &&
        options->baud <= SB_UART_BAUD_MAX)
        return 0;
    return usage_error("--baud takes a rate of 50 to 4000000, not", text);
}

static int parse_options(struct decode_options *options, int argc, char **argv)
{
    static const struct option names[] = {
        {"map", required_argument, NULL, 'm'},
        {"channel", required_argument, NULL, 'c'},
        {"size", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
        {"samplerate", required_argument, NULL, 'r'},
        {"baud", required_argument, NULL, 'b'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;

    opterr = 0;
    optind = 1;
    while ((option = getopt_long(argc, argv, ":h", names, NULL)) >= 0) {
        int rc = 0;

        switch (option) {
        case 'm':
            rc = add_maps(options, optarg);
            break;
        case 'c':
            options->channel = optarg;
            break;
        case 's':
            rc = parse_size(options, optarg);
            break;
        case 'j':
            options->is_json = true;
            break;
        case 'r':
            if (!sb_sr_samplerate_parse(optarg, &options->samplerate_hz) || !options->samplerate_hz)
                rc = usage_error("--samplerate takes a rate such as 1000000 or 1MHz, not", optarg);
            break;
        case 'b':
            rc = parse_baud(options, optarg);
            break;
        case 'h':
            return 1;
        case ':':
            rc = usage_error("a value is missing after", argv[optind - 1]);
            break;
        default:
            rc = usage_error("unknown option", argv[optind - 1]);
            break;
        }
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int unknown_kind(const char *kind)
{
    char text[128] = "can decode";
    const char *separator = " ";

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t used = strlen(text);

        if (!kinds[i].decode)
            continue;
        snprintf(text + used, sizeof(text) - used, "%s%s", separator, kinds[i].name);
        separator = ", ";
    }
    fprintf(stderr, "softboard decode: %s; not %s\n", text, kind);
    return -EINVAL;
}

static int decode(const char *kind, const struct decode_options *options)
{
    struct sb_diag diag;

    sb_diag_init(&diag, print_message, NULL);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kind, kinds[i].name) != 0)
            continue;
        if (!kinds[i].decode)
            return usage_error(kind, "is not in this version");
        return kinds[i].decode(options, &diag);
    }
    return unknown_kind(kind);
}

int sb_cmd_decode(int argc, char **argv)
{
    struct decode_options options = {.columns = 16, .rows = 2, .baud = 9600};
    int rc = parse_options(&options, argc, argv);
    const char *kind = optind < argc ? argv[optind] : NULL;

    if (rc > 0) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    if (rc == 0 && kind && argc - optind > 2)
        rc = usage_error("one FILE at a time; what is", argv[optind + 2]);
    if (rc == 0 && !kind)
        rc = usage_error("what is to be decoded? see softboard decode --help", NULL);
    if (rc < 0)
        return EXIT_USAGE;
    options.file = argc - optind > 1 ? argv[optind + 1] : NULL;
    rc = decode(kind, &options);
    return rc < 0 ? EXIT_USAGE : EXIT_SUCCESS;
}
