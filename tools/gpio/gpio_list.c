/* SPDX-License-Identifier: MIT */
/*
 * softboard gpio list and info: what GPIO chips there are, and what the kernel tells of their lines.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "lib/hal/pin.h"
#include "tools/gpio/gpio.h"
#include "tools/json_text.h"

/* ---- list */

struct listing {
    const struct gpio_options *options;
    unsigned refused_count;
};

static void put_chip(const struct sb_linux_chip_info *chip)
{
    putchar('{');
    sb_json_put_member(stdout, true, "name", chip->name);
    sb_json_put_member(stdout, false, "label", chip->label);
    printf(",\"lines\":%u,\"header\":%s}\n", chip->line_count, chip->is_header ? "true" : "false");
}

static void show_chip(const struct sb_linux_chip_info *chip, void *arg)
{
    struct listing *listing = arg;

    if (chip->error == -EACCES || chip->error == -EPERM) {
        listing->refused_count++;
        gpio_complain("no permission for /dev/%s: add yourself to the group gpio (sudo usermod -aG "
                      "gpio $USER) and log in again",
                      chip->name);
    } else if (chip->error < 0) {
        listing->refused_count++;
        gpio_complain("/dev/%s: %s", chip->name, strerror(-chip->error));
    } else if (listing->options->is_json) {
        put_chip(chip);
    } else {
        printf("%-11s %-20s %3u lines%s\n", chip->name, chip->label, chip->line_count,
               chip->is_header ? "  the 40-pin header" : "");
    }
}

int gpio_list(const struct gpio_options *options)
{
    struct listing listing = {.options = options};

    if (options->word_count > 0)
        return gpio_usage_error("list takes no argument; what is \"%s\"? softboard gpio info LINE "
                                "tells of a line",
                                options->words[0]);
    if (SB_HAVE_GPIOD == 0)
        return gpio_usage_error("built without libgpiod: install libgpiod-dev and build again");
    if (sb_linux_for_each_chip(show_chip, &listing) == 0) {
        gpio_complain(
            "no GPIO chip: there is no /dev/gpiochip*, so this is no Raspberry Pi, or its "
            "kernel has no GPIO");
        return GPIO_EXIT_HARDWARE;
    }
    return listing.refused_count > 0 ? GPIO_EXIT_HARDWARE : GPIO_EXIT_GOOD;
}

/* ---- info */

static const char *pull_of(unsigned flags)
{
    if ((flags & SB_PIN_PULL_UP) != 0)
        return "pull-up";
    if ((flags & SB_PIN_PULL_DOWN) != 0)
        return "pull-down";
    return (flags & SB_PIN_PULL_AS_IS) != 0 ? "unknown" : "disabled";
}

static const char *drive_of(unsigned flags)
{
    if ((flags & SB_PIN_OPEN_DRAIN) != 0)
        return "open-drain";
    return (flags & SB_PIN_OPEN_SOURCE) != 0 ? "open-source" : "push-pull";
}

static const char *direction_of(unsigned flags)
{
    return (flags & SB_PIN_OUTPUT) != 0 ? "output" : "input";
}

static void put_line(const struct sb_linux_line *line)
{
    putchar('{');
    sb_json_put_member(stdout, true, "name", line->name);
    printf(",\"offset\":%u", line->offset);
    if (line->header_pin > 0)
        printf(",\"pin\":%d", line->header_pin);
    else
        printf(",\"pin\":null");
    sb_json_put_member(stdout, false, "own_name", line->own_name);
    sb_json_put_member(stdout, false, "direction", direction_of(line->flags));
    if (line->consumer[0] != '\0')
        sb_json_put_member(stdout, false, "consumer", line->consumer);
    else
        printf(",\"consumer\":null");
    sb_json_put_member(stdout, false, "bias", pull_of(line->flags));
    printf(",\"active_low\":%s", (line->flags & SB_PIN_ACTIVE_LOW) != 0 ? "true" : "false");
    sb_json_put_member(stdout, false, "drive", drive_of(line->flags));
    printf(",\"debounce_us\":%u}\n", line->debounce_us);
}

/* What is not as usual stands behind the direction. */
static void print_line(const struct sb_linux_line *line)
{
    unsigned flags = line->flags;
    char label[GPIO_LABEL_SIZE];

    printf("line %3u: %-22s %s", line->offset, gpio_label(line, label), direction_of(flags));
    if (line->own_name[0] != '\0' && strcmp(line->own_name, line->name) != 0)
        printf("  \"%s\"", line->own_name);
    if ((flags & SB_PIN_PULL_AS_IS) == 0)
        printf("  %s%s", (flags & (SB_PIN_PULL_UP | SB_PIN_PULL_DOWN)) == 0 ? "bias " : "",
               pull_of(flags));
    if ((flags & SB_PIN_ACTIVE_LOW) != 0)
        printf("  active-low");
    if ((flags & (SB_PIN_OPEN_DRAIN | SB_PIN_OPEN_SOURCE)) != 0)
        printf("  %s", drive_of(flags));
    if (line->debounce_us > 0)
        printf("  debounced for %u us", line->debounce_us);
    if (line->consumer[0] != '\0')
        printf("  used by '%s'", line->consumer);
    putchar('\n');
}

static void show_line(const struct gpio_session *session, const struct sb_linux_line *line)
{
    if (session->options->is_json)
        put_line(line);
    else
        print_line(line);
}

static void show_all(struct gpio_session *session)
{
    struct sb_linux_chip_info chip;

    sb_linux_board_chip(&session->board, &chip);
    if (!session->options->is_json)
        printf("%s, %s, %u lines\n", chip.name, chip.label, chip.line_count);
    for (unsigned i = 0; i < chip.line_count; i++) {
        struct sb_linux_line line;

        sb_linux_board_line(&session->board, i, &line);
        show_line(session, &line);
    }
}

int gpio_info(struct gpio_session *session)
{
    int code = gpio_find_lines(session, false);

    if (code != 0)
        return code;
    if (session->line_count == 0)
        show_all(session);
    for (unsigned i = 0; i < session->line_count; i++)
        show_line(session, &session->lines[i].info);
    return GPIO_EXIT_GOOD;
}
