/* SPDX-License-Identifier: MIT */
/*
 * The options of `softboard gpio`, which are those of libgpiod's gpio-tools: what each command takes,
 * and what its values may be.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hal/pin.h"
#include "sim/files/diag.h"
#include "sim/files/units.h"
#include "tools/gpio/gpio.h"

/* The longest that the kernel can debounce, in microseconds, is what fits in 32 bits. */
#define DEBOUNCE_MAX_NS (UINT32_MAX * INT64_C(1000))

/* What stands behind -p is another thing in each command. */
enum { DEBOUNCE = 'D', HOLD = 'H', PERIOD = 'P' };

static const char letters[] = ":b:c:C:d:e:F:hi:jln:Np:qt:v";

static const char periods[] = {DEBOUNCE, HOLD, PERIOD, '\0'};

static const struct option names[] = {
    {"active-low", no_argument, NULL, 'l'},
    {"bias", required_argument, NULL, 'b'},
    {"chip", required_argument, NULL, 'c'},
    {"consumer", required_argument, NULL, 'C'},
    {"debounce-period", required_argument, NULL, DEBOUNCE},
    {"drive", required_argument, NULL, 'd'},
    {"edges", required_argument, NULL, 'e'},
    {"format", required_argument, NULL, 'F'},
    {"help", no_argument, NULL, 'h'},
    {"hold-period", required_argument, NULL, HOLD},
    {"idle-timeout", required_argument, NULL, 'i'},
    {"json", no_argument, NULL, 'j'},
    {"num-events", required_argument, NULL, 'n'},
    {"count", required_argument, NULL, 'n'},
    {"numeric", no_argument, NULL, 'N'},
    {"period", required_argument, NULL, PERIOD},
    {"quiet", no_argument, NULL, 'q'},
    {"toggle", required_argument, NULL, 't'},
    {"version", no_argument, NULL, 'v'},
    {0},
};

/* What each command takes, beside help and version. */
static const char *const accepted[] = {
    [GPIO_LIST] = "j",       [GPIO_INFO] = "cj",           [GPIO_GET] = "lbcCNjq",
    [GPIO_SET] = "lbcCdtqH", [GPIO_WATCH] = "lbcCeFijnqD", [GPIO_BLINK] = "lcCdnqP",
    [GPIO_PINOUT] = "j",
};

static void complain(const char *format, va_list args)
{
    fputs("softboard gpio: ", stderr);
    vfprintf(stderr, format, args);
    fputs("\n", stderr);
}

void gpio_complain(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    complain(format, args);
    va_end(args);
}

int gpio_usage_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    complain(format, args);
    va_end(args);
    return GPIO_EXIT_USAGE;
}

/* ---- values */

/* One of the words, of which `values` are the meanings; an error names them all. */
static int read_word(const char *option, const char *text, const char *const *words,
                     const unsigned *values, unsigned mask, unsigned *out)
{
    char all[96] = "";

    for (unsigned i = 0; words[i] != NULL; i++) {
        size_t length = strlen(all);

        if (strcmp(text, words[i]) == 0) {
            *out = (*out & ~mask) | values[i];
            return 0;
        }
        snprintf(all + length, sizeof(all) - length, "%s%s", i == 0 ? "" : ", ", words[i]);
    }
    return gpio_usage_error("--%s takes one of %s, not \"%s\"", option, all, text);
}

static int read_bias(const char *text, unsigned *flags)
{
    static const char *const words[] = {"as-is", "disabled", "pull-up", "pull-down", NULL};
    static const unsigned values[] = {SB_PIN_PULL_AS_IS, 0, SB_PIN_PULL_UP, SB_PIN_PULL_DOWN};

    return read_word("bias", text, words, values,
                     SB_PIN_PULL_AS_IS | SB_PIN_PULL_UP | SB_PIN_PULL_DOWN, flags);
}

static int read_drive(const char *text, unsigned *flags)
{
    static const char *const words[] = {"push-pull", "open-drain", "open-source", NULL};
    static const unsigned values[] = {0, SB_PIN_OPEN_DRAIN, SB_PIN_OPEN_SOURCE};

    return read_word("drive", text, words, values, SB_PIN_OPEN_DRAIN | SB_PIN_OPEN_SOURCE, flags);
}

static int read_edges(const char *text, unsigned *edges)
{
    static const char *const words[] = {"both", "rising", "falling", NULL};
    static const unsigned values[] = {SB_EDGE_BOTH, SB_EDGE_RISING, SB_EDGE_FALLING};

    return read_word("edges", text, words, values, SB_EDGE_BOTH, edges);
}

static int read_time(const char *option, const char *text, int64_t *out_ns)
{
    if (sb_parse_time_ns(text, out_ns) < 0)
        return gpio_usage_error("--%s takes a time with its unit (10ms, 500us, 2s, 1m), not \"%s\"",
                                option, text);
    return 0;
}

static int read_toggles(char *text, struct gpio_options *options)
{
    options->toggle_count = 0;
    for (char *comma = text; comma != NULL; text = comma + 1) {
        int64_t *at_ns = &options->toggles_ns[options->toggle_count];

        if (options->toggle_count == GPIO_TOGGLES_MAX)
            return gpio_usage_error("--toggle takes at most %d times", GPIO_TOGGLES_MAX);
        comma = strchr(text, ',');
        if (comma != NULL)
            *comma = '\0';
        if (read_time("toggle", text, at_ns) != 0)
            return GPIO_EXIT_USAGE;
        if (*at_ns == 0 && comma != NULL)
            return gpio_usage_error("--toggle: a time of 0 ends the sequence, so it stands last");
        options->toggle_count++;
    }
    return 0;
}

static int read_count(const char *text, unsigned *count)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end != '\0' || value == 0 || value > UINT32_MAX)
        return gpio_usage_error("-n takes a number from 1, not \"%s\"", text);
    *count = (unsigned)value;
    return 0;
}

static int read_consumer(const char *text, struct gpio_options *options)
{
    if (*text == '\0' || strlen(text) >= SB_LINUX_NAME_SIZE)
        return gpio_usage_error("--consumer takes a name of 1 to 31 characters, not \"%s\"", text);
    options->consumer = text;
    return 0;
}

static int read_format(const char *text, struct gpio_options *options)
{
    for (const char *at = strchr(text, '%'); at != NULL; at = strchr(at + 2, '%'))
        if (at[1] == '\0' || strchr("oeESUlcL%", at[1]) == NULL)
            return gpio_usage_error("--format: \"%.2s\" is none of %%o %%l %%c %%e %%E %%S %%U %%L "
                                    "%%%%; see softboard gpio watch --help",
                                    at);
    options->format = text;
    return 0;
}

static int read_debounce(const char *text, struct gpio_options *options)
{
    int64_t period_ns;

    if (read_time("debounce-period", text, &period_ns) != 0)
        return GPIO_EXIT_USAGE;
    if (period_ns > DEBOUNCE_MAX_NS)
        return gpio_usage_error("--debounce-period is 71 minutes at most, not \"%s\"", text);
    options->debounce_us = (unsigned)((period_ns + 999) / 1000);
    return 0;
}

static int read_period(const char *text, struct gpio_options *options)
{
    if (read_time("period", text, &options->period_ns) != 0)
        return GPIO_EXIT_USAGE;
    return options->period_ns < 2 ? gpio_usage_error("--period: a blink takes some time") : 0;
}

/* ---- */

static int read_option(struct gpio_options *options, int option, char *text)
{
    switch (option) {
    case 'l':
        options->flags |= SB_PIN_ACTIVE_LOW;
        return 0;
    case 'b':
        return read_bias(text, &options->flags);
    case 'c':
        options->chip = text;
        return 0;
    case 'C':
        return read_consumer(text, options);
    case 'd':
        return read_drive(text, &options->flags);
    case 'e':
        return read_edges(text, &options->edges);
    case 'F':
        return read_format(text, options);
    case 'i':
        return read_time("idle-timeout", text, &options->idle_timeout_ns);
    case 'j':
        options->is_json = true;
        return 0;
    case 'n':
        return read_count(text, &options->count);
    case 'N':
        options->is_numeric = true;
        return 0;
    case 'q':
        options->is_quiet = true;
        return 0;
    case 't':
        return read_toggles(text, options);
    case DEBOUNCE:
        return read_debounce(text, options);
    case HOLD:
        return read_time("hold-period", text, &options->hold_ns);
    default:
        return read_period(text, options);
    }
}

/* The option as it is meant by the command; '?' when it takes no such one. */
static int meaning_of(int option, enum gpio_command command)
{
    const char *known = accepted[command];
    const char *period = strpbrk(known, periods);

    if (option == 'p' && period != NULL)
        option = (unsigned char)*period;
    return option > 0 && strchr(known, option) != NULL ? option : '?';
}

/* `option` and `index` are what getopt_long had to say, `word` what it had just read. */
static void complain_option(const char *command, int option, int index, const char *word)
{
    char letter[] = {'-', (char)(option == '?' ? optopt : option), '\0'};

    /* One of several behind one '-' is not read yet; '?' is also a long one, unknown or with a value too much. */
    if (index < 0 && letter[1] != '\0' && (option != '?' || strchr(letters, letter[1]) == NULL))
        word = letter;
    gpio_complain("%s takes no option %s%s; see softboard gpio %s --help", command,
                  index < 0 ? "" : "--", index < 0 ? word : names[index].name, command);
}

enum gpio_parsed gpio_options_parse(struct gpio_options *options, enum gpio_command command,
                                    int argc, char **argv)
{
    int option;
    int index = -1;

    *options = (struct gpio_options){
        .consumer = "softboard",
        .flags = SB_PIN_PULL_AS_IS,
        .edges = SB_EDGE_BOTH,
        .period_ns = 1000000000,
        .hold_ns = -1,
        .idle_timeout_ns = -1,
    };
    opterr = 0;
    optind = 1;
    for (; (option = getopt_long(argc, argv, letters, names, &index)) >= 0; index = -1) {
        const char *word = argv[optind - 1];
        int meaning = meaning_of(option, command);

        if (option == 'h')
            return GPIO_PARSED_HELP;
        if (option == 'v')
            return GPIO_PARSED_VERSION;
        if (option == ':') {
            gpio_complain("a value is missing after %s", word);
            return GPIO_PARSED_WRONG;
        }
        if (meaning == '?') {
            complain_option(argv[0], option, index, word);
            return GPIO_PARSED_WRONG;
        }
        if (read_option(options, meaning, optarg) != 0)
            return GPIO_PARSED_WRONG;
    }
    options->words = argv + optind;
    options->word_count = (unsigned)(argc - optind);
    return GPIO_PARSED;
}
