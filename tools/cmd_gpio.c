/* SPDX-License-Identifier: MIT */
/*
 * softboard gpio: the pins of this machine from the command line, with the names and options of
 * libgpiod's gpio-tools, on the same code that programs use.
 */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "sim/files/diag.h"
#include "tools/commands.h"
#include "tools/gpio/gpio.h"

static const char usage[] =
    "usage: softboard gpio COMMAND [options] [ARGUMENT...]\n"
    "\n"
    "  list                 the GPIO chips of this machine\n"
    "  info [LINE...]       who uses a line, and how it is set\n"
    "  get LINE...          the values now\n"
    "  set LINE=VALUE...    drives lines, until Ctrl-C\n"
    "  watch LINE...        each edge, with its time\n"
    "  blink LINE           an LED\n"
    "  pinout [MODEL]       the header of a Raspberry Pi\n"
    "\n"
    "A LINE is GPIO17, BCM17 or 17; J8:11 or BOARD11 by its pin on the header; or as the chip calls it.\n"
    "softboard gpio COMMAND --help says more of one. Exit codes: 0 good, 1 failed, 2 usage,\n"
    "3 hardware or permission, 124 a time limit.\n";

static const char list_usage[] =
    "usage: softboard gpio list [--json]\n"
    "\n"
    "Lists the GPIO chips: name, label, number of lines, and which has the 40-pin header.\n";

static const char info_usage[] =
    "usage: softboard gpio info [options] [LINE...]\n"
    "\n"
    "Tells of each line (of all, if none is named) its number, name, direction, pull, drive and who\n"
    "uses it, as far as the kernel knows. Changes nothing.\n"
    "\n"
    "  -c, --chip CHIP  /dev/gpiochip0, gpiochip0 or a label; else the header's\n"
    "      --json       one object a line\n";

#define REQUEST_USAGE                                                                   \
    "  -c, --chip CHIP       /dev/gpiochip0, gpiochip0 or a label; else the header's\n" \
    "  -l, --active-low      the low level is active\n"

#define CONSUMER_USAGE \
    "  -C, --consumer NAME   what others see as the user of the line, else softboard\n"

#define BIAS_USAGE "  -b, --bias BIAS       as-is (unless given), disabled, pull-up or pull-down\n"

#define DRIVE_USAGE "  -d, --drive DRIVE     push-pull (unless given), open-drain or open-source\n"

static const char get_usage[] =
    "usage: softboard gpio get [options] LINE...\n"
    "\n"
    "Makes the lines inputs, reads each once and gives them back. An output stops being one: use info\n"
    "to look at a line without touching it.\n"
    "\n" REQUEST_USAGE BIAS_USAGE CONSUMER_USAGE
    "      --numeric         only the values, 1 and 0, in one line\n"
    "      --json            one object a line\n"
    "  -q, --quiet           prints nothing\n";

static const char set_usage[] =
    "usage: softboard gpio set [options] LINE=VALUE...\n"
    "\n"
    "Drives the lines until a signal (Ctrl-C), or for a time. VALUE is 1 or 0, active or inactive, on or\n"
    "off. When the lines are given back, the kernel does not promise what becomes of their levels: who\n"
    "needs one must keep this running.\n"
    "\n" REQUEST_USAGE
    "  -b, --bias BIAS       as-is (unless given), pull-up or pull-down\n" DRIVE_USAGE
        CONSUMER_USAGE "  -p, --hold-period T   ends after this time\n"
    "  -t, --toggle T[,T...] turns all values over after each of these times, again and again; a 0 as the\n"
    "                        last ends it\n"
    "  -q, --quiet           prints nothing (nor does it without)\n"
    "\n"
    "Times have units: 10ms, 500us, 2s, 1m.\n";

static const char watch_usage[] =
    "usage: softboard gpio watch [options] LINE...\n"
    "\n"
    "Prints a line for each edge, as gpiomon of libgpiod 2 does: time, rising or falling, name. The time is\n"
    "the kernel's, in seconds since the start of the machine. Edges that were lost are told on stderr.\n"
    "\n" REQUEST_USAGE BIAS_USAGE CONSUMER_USAGE
    "  -e, --edges EDGES     both (unless given), rising or falling\n"
    "  -n, --num-events N    ends after so many\n"
    "      --idle-timeout T  ends when there was none of these edges for this time, with exit code 124\n"
    "  -p, --debounce-period T  the kernel debounces (with libgpiod 2)\n"
    "  -F, --format FORMAT   %o number of the line, %l its name, %c its chip, %e edge (1 rising, 2 falling),\n"
    "                        %E edge in words, %S time in seconds, %U date in UTC, %L in local time, %%\n"
    "      --json            one object a line\n"
    "  -q, --quiet           prints nothing: for -n and --idle-timeout\n"
    "\n"
    "Times have units: 10ms, 500us, 2s, 1m.\n";

static const char blink_usage[] =
    "usage: softboard gpio blink [options] LINE\n"
    "\n"
    "Turns an LED on and off, beginning with on, until a signal (Ctrl-C).\n"
    "\n" REQUEST_USAGE DRIVE_USAGE CONSUMER_USAGE
    "  -p, --period T        from one flash to the next, else 1s\n"
    "  -n, --count N         ends after so many\n"
    "  -q, --quiet           prints nothing (nor does it without)\n";

static const char pinout_usage[] =
    "usage: softboard gpio pinout [MODEL] [--json]\n"
    "\n"
    "Draws the header of a Raspberry Pi: zero, 1, 1+, 2, 3, 4, 5, 400, 500; 1rev1 is the very first with 26\n"
    "pins. Without MODEL it is this machine's, and what is in use is marked; elsewhere it is what all with\n"
    "40 pins have in common.\n"
    "\n"
    "      --json  one object a pin\n";

static const struct {
    const char *name;
    const char *usage;
    bool needs_line;
    int (*in_session)(struct gpio_session *session);
    int (*alone)(const struct gpio_options *options);
} commands[GPIO_COMMAND_COUNT] = {
    [GPIO_LIST] = {"list", list_usage, false, NULL, gpio_list},
    [GPIO_INFO] = {"info", info_usage, false, gpio_info, NULL},
    [GPIO_GET] = {"get", get_usage, true, gpio_get, NULL},
    [GPIO_SET] = {"set", set_usage, true, gpio_set, NULL},
    [GPIO_WATCH] = {"watch", watch_usage, true, gpio_watch, NULL},
    [GPIO_BLINK] = {"blink", blink_usage, true, gpio_blink, NULL},
    [GPIO_PINOUT] = {"pinout", pinout_usage, false, NULL, gpio_pinout},
};

static int find_command(const char *word)
{
    for (int i = 0; i < GPIO_COMMAND_COUNT; i++)
        if (strcmp(word, commands[i].name) == 0)
            return i;
    return -1;
}

static int fail_command(const char *word)
{
    const char *names[GPIO_COMMAND_COUNT + 1] = {NULL};
    const char *nearest;

    for (int i = 0; i < GPIO_COMMAND_COUNT; i++)
        names[i] = commands[i].name;
    nearest = sb_diag_nearest(word, names);
    if (nearest != NULL)
        return gpio_usage_error("no command \"%s\": did you mean \"%s\"?", word, nearest);
    return gpio_usage_error("no command \"%s\"; see softboard gpio --help", word);
}

static int run(int command, const struct gpio_options *options)
{
    static struct gpio_session session;

    if (commands[command].needs_line && options->word_count == 0)
        return gpio_usage_error("which LINE? see softboard gpio %s --help", commands[command].name);
    if (command == GPIO_BLINK && options->word_count > 1)
        return gpio_usage_error("blink takes one LINE; what is \"%s\"?", options->words[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    return commands[command].alone != NULL
               ? commands[command].alone(options)
               : gpio_session_run(&session, options, commands[command].in_session);
}

int sb_cmd_gpio(int argc, char **argv)
{
    struct gpio_options options;
    int command;

    if (argc < 2) {
        fputs(usage, stderr);
        return GPIO_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(usage, stdout);
        return GPIO_EXIT_GOOD;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-v") == 0) {
        puts("softboard " SB_VERSION);
        return GPIO_EXIT_GOOD;
    }
    command = find_command(argv[1]);
    if (command < 0)
        return fail_command(argv[1]);
    switch (gpio_options_parse(&options, (enum gpio_command)command, argc - 1, argv + 1)) {
    case GPIO_PARSED:
        return run(command, &options);
    case GPIO_PARSED_HELP:
        fputs(commands[command].usage, stdout);
        return GPIO_EXIT_GOOD;
    case GPIO_PARSED_VERSION:
        puts("softboard " SB_VERSION);
        return GPIO_EXIT_GOOD;
    default:
        return GPIO_EXIT_USAGE;
    }
}
