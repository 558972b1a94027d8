/* SPDX-License-Identifier: MIT */
/*
 * Which line of the chip a name means. Names are those of the 40-pin header, and whatever the chip itself calls its lines.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hal-linux/error.h"
#include "hal-linux/lines_linux.h"
#include "hal-linux/pin_linux.h"
#include "lib/hal/nearest.h"
#include "lib/hal/rpi_header.h"

void sb_linux_name_line(struct sb_linux_chip *chip, unsigned offset, char out[SB_GPIOD_NAME_SIZE],
                        struct sb_gpiod_line_info *info)
{
    (void)sb_gpiod_chip_line_info(chip->gpiod, offset, info);
    if (chip->is_header && offset < SB_RPI_GPIO_COUNT)
        snprintf(out, SB_GPIOD_NAME_SIZE, "GPIO%u", offset);
    else
        snprintf(out, SB_GPIOD_NAME_SIZE, "%s", info->name[0] == '\0' ? "unnamed" : info->name);
}

/* The line that the chip itself calls so; -ENOENT, or -EINVAL when it calls several so. Many have no name at all. */
static int find_by_own_name(struct sb_linux_chip *chip, const char *name)
{
    struct sb_gpiod_line_info info;
    int found = -ENOENT;

    for (unsigned i = 0; name[0] != '\0' && i < chip->line_count; i++) {
        if (sb_gpiod_chip_line_info(chip->gpiod, i, &info) < 0 || strcmp(info.name, name) != 0)
            continue;
        if (found >= 0)
            return -EINVAL;
        found = (int)i;
    }
    return found;
}

/* A plain number counts the chip's lines where it is no GPIO of the header. */
static int find_by_number(struct sb_linux_chip *chip, const char *name)
{
    char *end;
    unsigned long offset = strtoul(name, &end, 10);

    return name[0] >= '0' && name[0] <= '9' && *end == '\0' && offset < chip->line_count
               ? (int)offset
               : -ENOENT;
}

static int find_by_own_name_or_number(struct sb_linux_chip *chip, const char *own_name,
                                      const char *name)
{
    int offset = find_by_own_name(chip, own_name);

    return offset == -ENOENT ? find_by_number(chip, name) : offset;
}

static int find_line(struct sb_linux_chip *chip, const char *name)
{
    int gpio = sb_rpi_gpio_by_name(name);
    char own_name[16];

    if (gpio < 0)
        return find_by_own_name_or_number(chip, name, name);
    if (chip->is_header)
        return (unsigned)gpio < chip->line_count ? gpio : -ENOENT;
    snprintf(own_name, sizeof(own_name), "GPIO%d", gpio);
    return find_by_own_name_or_number(chip, own_name, name);
}

/* Which of the chip's names a name that is none looks like. */
static void find_nearest(struct sb_linux_chip *chip, struct sb_nearest *nearest, const char *name)
{
    sb_nearest_init(nearest, name);
    for (unsigned i = 0; i < chip->line_count; i++) {
        struct sb_gpiod_line_info info;
        char candidate[SB_GPIOD_NAME_SIZE];

        sb_linux_name_line(chip, i, candidate, &info);
        sb_nearest_try(nearest, candidate);
    }
}

/* "PIN11" counts the header's pins for some people, and GPIOs for others. Empty where it is no pin of a header here. */
static void find_header_pin(struct sb_linux_chip *chip, const char *name, char *out, size_t size)
{
    int header = sb_rpi_header_by_guess(name);
    char pin[8];

    snprintf(pin, sizeof(pin), "J8:%d", header);
    if (header > 0 && find_line(chip, pin) >= 0)
        snprintf(out, size, "\"%s\" (GPIO%d)", pin, sb_rpi_header_pin(header));
    else
        out[0] = '\0';
}

static int unknown_pin(struct sb_linux_board *linux_board, const char *name)
{
    struct sb_board *board = &linux_board->board;
    const char *label = sb_gpiod_chip_label(linux_board->chip->gpiod);
    int header = sb_rpi_header_by_name(name);
    struct sb_nearest nearest;
    const char *found;
    char pin[24];

    if (header > 0 && sb_rpi_header_pin(header) < 0)
        return sb_linux_fail(board, -EINVAL,
                             "%s is no pin that a program can use: it is power or ground", name);
    find_nearest(linux_board->chip, &nearest, name);
    found = sb_nearest_name(&nearest);
    find_header_pin(linux_board->chip, name, pin, sizeof(pin));
    if (found != NULL)
        return sb_linux_fail(board, -ENOENT, "%s has no pin \"%s\": did you mean \"%s\"%s%s?",
                             label, name, found, pin[0] == '\0' ? "" : ", or ", pin);
    if (pin[0] != '\0')
        return sb_linux_fail(board, -ENOENT, "%s has no pin \"%s\": did you mean %s?", label, name,
                             pin);
    return sb_linux_fail(board, -ENOENT, "%s has no pin \"%s\": --list-pins lists them", label,
                         name);
}

void sb_linux_board_set_names(struct sb_linux_board *linux_board, sb_linux_name_fn *line_fn,
                              sb_linux_name_fn *port_fn, void *arg)
{
    linux_board->line_fn = line_fn;
    linux_board->port_fn = port_fn;
    linux_board->name_arg = arg;
}

int sb_linux_board_find_line(struct sb_linux_board *linux_board, const char *name)
{
    int rc = 0;
    int offset;

    if (linux_board->line_fn != NULL)
        rc = linux_board->line_fn(&linux_board->board, name, &name, linux_board->name_arg);
    if (rc < 0)
        return rc;
    offset = find_line(linux_board->chip, name);
    if (offset == -EINVAL)
        return sb_linux_fail(&linux_board->board, offset,
                             "several lines are called \"%s\": --list-pins lists them", name);
    return offset < 0 ? unknown_pin(linux_board, name) : offset;
}
