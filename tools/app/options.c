/* SPDX-License-Identifier: MIT */
/* Reading the command line. */
#include "tools/app/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config.h"
#include "sim/clock_virtual.h"
#include "sim/files/diag.h"
#include "sim/files/units.h"
#include "sim/vcd_out.h"

#define DEFAULT_DATE_UNIX_S INT64_C(1767225600) /* 2026-01-01T00:00:00Z */

enum option_id {
    OPT_BACKEND = 256,
    OPT_BOARD,
    OPT_SCENARIO,
    OPT_SEED,
    OPT_SHUFFLE,
    OPT_SPEED,
    OPT_FOR,
    OPT_DATE,
    OPT_STRICT,
    OPT_CHECK_DETERMINISM,
    OPT_TIMEOUT,
    OPT_WALL_TIMEOUT,
    OPT_IGNORE_UNKNOWN,
    OPT_YIELD_COST,
    OPT_VCD,
    OPT_VCD_TIMESCALE,
    OPT_HEADLESS,
    OPT_SCREENSHOT,
    OPT_LIST_PINS,
    OPT_HELP,
    OPT_VERSION,
    OPT_EVENT_LOG,
};

static const struct option long_options[] = {
    {"backend", required_argument, NULL, OPT_BACKEND},
    {"board", required_argument, NULL, OPT_BOARD},
    {"scenario", required_argument, NULL, OPT_SCENARIO},
    {"seed", required_argument, NULL, OPT_SEED},
    {"shuffle", no_argument, NULL, OPT_SHUFFLE},
    {"speed", required_argument, NULL, OPT_SPEED},
    {"for", required_argument, NULL, OPT_FOR},
    {"date", required_argument, NULL, OPT_DATE},
    {"strict", no_argument, NULL, OPT_STRICT},
    {"check-determinism", no_argument, NULL, OPT_CHECK_DETERMINISM},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"wall-timeout", required_argument, NULL, OPT_WALL_TIMEOUT},
    {"ignore-unknown", no_argument, NULL, OPT_IGNORE_UNKNOWN},
    {"yield-cost", required_argument, NULL, OPT_YIELD_COST},
    {"vcd", required_argument, NULL, OPT_VCD},
    {"vcd-timescale", required_argument, NULL, OPT_VCD_TIMESCALE},
    {"headless", no_argument, NULL, OPT_HEADLESS},
    {"screenshot", required_argument, NULL, OPT_SCREENSHOT},
    {"list-pins", no_argument, NULL, OPT_LIST_PINS},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {"event-log", required_argument, NULL, OPT_EVENT_LOG},
    {NULL, 0, NULL, 0},
};

static const char help_text[] =
    "Usage: %s [OPTION]... [-- ARGUMENT...]\n"
    "\n"
    "Board\n"
    "  --backend sim|linux    simulated board or this machine's pins (env SOFTBOARD_BACKEND;\n"
    "                         without either: linux where there is a GPIO header, else sim)\n"
    "  --board FILE           board file (env SOFTBOARD_BOARD; without either: PROGRAM.json\n"
    "                         beside the program, else a bare Raspberry Pi). With --backend\n"
    "                         linux it shows the real board: nothing is simulated\n"
    "  --list-pins            list the board's pins, and end\n"
    "  --ignore-unknown       warn of unknown parts, pins and attributes and go on without\n"
    "Run\n"
    "  --headless             no window and no drawing; as fast as it goes\n"
    "  --for TIME             end after so much simulated time (500us, 10ms, 2s, 1m, 1h)\n"
    "  --scenario FILE        run a scenario's steps; its last step ends the run\n"
    "  --speed R|max          simulated seconds a second; 1 with a window, max when headless\n"
    "  --timeout TIME         fail (124) after so much simulated time\n"
    "  --wall-timeout TIME    fail (124) after so much real time\n"
    "  --date ISO             calendar time at the start (2026-01-01T00:00:00Z)\n"
    "Checks\n"
    "  --strict               what real hardware would suffer from fails the run\n"
    "  --seed N               of everything random: bounce, --shuffle (1)\n"
    "  --shuffle              pick among ready tasks at random, by the seed\n"
    "  --check-determinism    run twice, with another heap and other addresses, and compare\n"
    "  --yield-cost TIME      simulated time that a round of yields takes (1us)\n"
    "Output\n"
    "  --vcd FILE             write all wires as a waveform\n"
    "  --vcd-timescale TIME   its step: 1, 10 or 100 ns, us, ms or s (1us)\n"
    "  --screenshot FILE.png  write a picture of the board at the end\n"
    "  --help, --version\n"
    "\n"
    "Ends with 0 when all is good, 1 when the program or a check failed, 2 on wrong usage or\n"
    "files, 3 on hardware or permission, 124 at a limit.\n";

static int complain(const struct sb_options *options, const char *option, const char *value,
                    const char *remedy)
{
    fprintf(stderr, "%s: %s '%s': %s\n", options->program, option, value, remedy);
    return SB_EXIT_USAGE;
}

static int read_time(const struct sb_options *options, const char *option, const char *value,
                     int64_t *out_ns)
{
    if (sb_parse_time_ns(value, out_ns) == 0)
        return -1;
    return complain(options, option, value,
                    "is no time: give a number and a unit, such as 500us, 10ms, 2s, 1m, 1h");
}

static int read_speed(struct sb_options *options, const char *value)
{
    char *end;

    options->speed = SB_SPEED_MAX;
    if (strcmp(value, "max") == 0)
        return -1;
    options->speed = strtod(value, &end);
    if (end != value && *end == '\0' && options->speed > 0 && options->speed <= 1e6)
        return -1;
    return complain(options, "--speed", value, "give a number above 0, such as 1 or 10, or max");
}

static int read_seed(struct sb_options *options, const char *value)
{
    char *end;

    errno = 0;
    options->seed = strtoull(value, &end, 0);
    if (end != value && *end == '\0' && errno == 0 && *value != '-')
        return -1;
    return complain(options, "--seed", value, "give a whole number from 0, also as 0x1f");
}

static int read_date(struct sb_options *options, const char *value)
{
    static const char *const forms[] = {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"};

    for (unsigned i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct tm tm = {0};
        struct tm back;
        const char *end = strptime(value, forms[i], &tm);
        time_t seconds;
        int day;

        if (end == NULL || *end != '\0')
            continue;
        day = tm.tm_mday;
        seconds = timegm(&tm);
        if (gmtime_r(&seconds, &back) == NULL || back.tm_mday != day)
            break; /* the 30th of February */
        options->start_unix_s = seconds;
        return -1;
    }
    return complain(options, "--date", value, "give a date such as 2026-01-01T00:00:00Z");
}

static int read_backend(struct sb_options *options, const char *from, const char *value)
{
    if (strcmp(value, "sim") == 0)
        options->backend = SB_BACKEND_SIM;
    else if (strcmp(value, "linux") == 0)
        options->backend = SB_BACKEND_LINUX;
    else
        return complain(options, from, value, "give sim or linux");
    options->backend_reason = from;
    return -1;
}

/* One option. Returns as sb_options_read. */
static int take(struct sb_options *options, int id, const char *value)
{
    switch (id) {
    case OPT_BACKEND:
        return read_backend(options, "--backend", value);
    case OPT_BOARD:
        options->board = value;
        return -1;
    case OPT_SCENARIO:
        options->scenario = value;
        return -1;
    case OPT_SEED:
        return read_seed(options, value);
    case OPT_SHUFFLE:
        options->shuffle = true;
        return -1;
    case OPT_SPEED:
        return read_speed(options, value);
    case OPT_FOR:
        return read_time(options, "--for", value, &options->for_ns);
    case OPT_DATE:
        return read_date(options, value);
    case OPT_STRICT:
        options->strict = true;
        return -1;
    case OPT_CHECK_DETERMINISM:
        options->check_determinism = true;
        return -1;
    case OPT_TIMEOUT:
        return read_time(options, "--timeout", value, &options->timeout_ns);
    case OPT_WALL_TIMEOUT:
        return read_time(options, "--wall-timeout", value, &options->wall_timeout_ns);
    case OPT_IGNORE_UNKNOWN:
        options->ignore_unknown = true;
        return -1;
    case OPT_YIELD_COST:
        return read_time(options, "--yield-cost", value, &options->yield_cost_ns);
    case OPT_VCD:
        options->vcd = value;
        return -1;
    case OPT_VCD_TIMESCALE:
        if (sb_vcd_timescale_parse(value, &options->vcd_timescale_ns) == 0)
            return -1;
        return complain(options, "--vcd-timescale", value, "give 1, 10 or 100 ns, us, ms or s");
    case OPT_HEADLESS:
        options->headless = true;
        return -1;
    case OPT_SCREENSHOT:
        options->screenshot = value;
        return -1;
    case OPT_LIST_PINS:
        options->list_pins = true;
        return -1;
    case OPT_EVENT_LOG:
        options->event_log = value;
        return -1;
    case OPT_HELP:
        printf(help_text, options->program);
        return SB_EXIT_GOOD;
    case OPT_VERSION:
        printf("%s (Softboard %s)\n", options->program, SB_VERSION);
        return SB_EXIT_GOOD;
    default:
        return SB_EXIT_USAGE;
    }
}

/* getopt takes any beginning of a name that fits one option only. */
static bool is_whole_name(const char *word, int id)
{
    size_t length = strcspn(word + 2, "=");

    for (unsigned i = 0; long_options[i].name != NULL; i++)
        if (long_options[i].val == id)
            return strlen(long_options[i].name) == length;
    return false;
}

static int refuse(const struct sb_options *options, char *const *argv, int index, int id)
{
    const char *names[sizeof(long_options) / sizeof(long_options[0]) + 1] = {NULL};
    const char *word = argv[index];
    const char *nearest;

    if (id == ':') {
        fprintf(stderr, "%s: %s needs a value: '%s --help' shows which\n", options->program, word,
                options->program);
        return SB_EXIT_USAGE;
    }
    for (unsigned i = 0; long_options[i].name != NULL && long_options[i].val != OPT_EVENT_LOG; i++)
        names[i] = long_options[i].name;
    nearest = sb_diag_nearest(word + strspn(word, "-"), names);
    if (nearest != NULL)
        fprintf(stderr, "%s: unknown option '%s': did you mean '--%s'?\n", options->program, word,
                nearest);
    else
        fprintf(stderr, "%s: unknown option '%s': '%s --help' lists them\n", options->program, word,
                options->program);
    return SB_EXIT_USAGE;
}

/* The option that only a simulated board understands, null when there is none. */
static const char *simulation_option(const struct sb_options *options)
{
    return options->scenario != NULL         ? "--scenario"
           : options->speed > SB_SPEED_UNSET ? "--speed"
           : options->check_determinism      ? "--check-determinism"
           : options->shuffle                ? "--shuffle"
                                             : NULL;
}

/* Options that mean the simulated board unless real pins are asked for outright. */
static const char *board_option(const struct sb_options *options)
{
    return options->board != NULL        ? "--board"
           : options->vcd != NULL        ? "--vcd"
           : options->screenshot != NULL ? "--screenshot"
                                         : simulation_option(options);
}

static int settle_backend(struct sb_options *options)
{
    const char *refused = simulation_option(options);
    const char *meaning = board_option(options);
    const char *from_env = getenv("SOFTBOARD_BACKEND");

    if (options->backend == SB_BACKEND_LINUX && refused != NULL) {
        fprintf(stderr, "%s: %s needs a simulated board: leave out --backend linux\n",
                options->program, refused);
        return SB_EXIT_USAGE;
    }
    if (options->backend == SB_BACKEND_AUTO && meaning != NULL) {
        options->backend = SB_BACKEND_SIM;
        options->backend_reason = meaning;
    }
    if (options->backend == SB_BACKEND_AUTO && from_env != NULL && *from_env != '\0')
        return read_backend(options, "SOFTBOARD_BACKEND", from_env);
    return -1;
}

int sb_options_read(struct sb_options *options, int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');
    int rc = -1;
    int id;

    *options = (struct sb_options){
        .program = slash == NULL ? argv[0] : slash + 1,
        .seed = 1,
        .speed = SB_SPEED_UNSET,
        .for_ns = -1,
        .timeout_ns = -1,
        .wall_timeout_ns = -1,
        .yield_cost_ns = SB_YIELD_COST_NS,
        .start_unix_s = DEFAULT_DATE_UNIX_S,
    };
    opterr = 0;
    while (rc < 0) {
        int index = optind == 0 ? 1 : optind;

        id = getopt_long(argc, argv, "+:", long_options, NULL);
        if (id == -1)
            break;
        if (id >= OPT_BACKEND && !is_whole_name(argv[index], id))
            id = '?'; /* half a name, which a later version may have two of */
        rc = id == '?' || id == ':' ? refuse(options, argv, index, id) : take(options, id, optarg);
    }
    if (rc < 0 && optind < argc && strcmp(argv[optind - 1], "--") != 0) {
        fprintf(stderr,
                "%s: unexpected argument '%s': the program's own arguments follow after --\n",
                options->program, argv[optind]);
        return SB_EXIT_USAGE;
    }
    options->argc = argc - optind;
    options->argv = argv + optind;
    return rc < 0 ? settle_backend(options) : rc;
}
