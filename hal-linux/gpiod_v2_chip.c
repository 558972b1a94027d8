/* SPDX-License-Identifier: MIT */
/* Chips and what is known of their lines, through libgpiod 2. */
#include "hal-linux/gpiod.h"

#include "config.h"

#if SB_HAVE_GPIOD == 2

#include <errno.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/hal/pin.h"

struct sb_gpiod_chip {
    struct gpiod_chip *chip;
    unsigned line_count;
    char name[SB_GPIOD_NAME_SIZE];
    char label[SB_GPIOD_NAME_SIZE];
};

int sb_gpiod_chip_open(const char *path, struct sb_gpiod_chip **out)
{
    struct sb_gpiod_chip *chip = calloc(1, sizeof(*chip));
    struct gpiod_chip_info *info = NULL;
    int rc = -ENOMEM;

    *out = NULL;
    if (chip == NULL)
        return rc;
    chip->chip = gpiod_chip_open(path);
    if (chip->chip != NULL)
        info = gpiod_chip_get_info(chip->chip);
    if (info == NULL) {
        rc = -errno;
        sb_gpiod_chip_close(chip);
        return rc;
    }
    chip->line_count = (unsigned)gpiod_chip_info_get_num_lines(info);
    snprintf(chip->label, sizeof(chip->label), "%s", gpiod_chip_info_get_label(info));
    snprintf(chip->name, sizeof(chip->name), "%s", gpiod_chip_info_get_name(info));
    gpiod_chip_info_free(info);
    *out = chip;
    return 0;
}

void sb_gpiod_chip_close(struct sb_gpiod_chip *chip)
{
    if (chip->chip != NULL)
        gpiod_chip_close(chip->chip);
    free(chip);
}

struct gpiod_chip *sb_gpiod_chip_handle(const struct sb_gpiod_chip *chip)
{
    return chip->chip;
}

const char *sb_gpiod_chip_name(const struct sb_gpiod_chip *chip)
{
    return chip->name;
}

const char *sb_gpiod_chip_label(const struct sb_gpiod_chip *chip)
{
    return chip->label;
}

unsigned sb_gpiod_chip_line_count(const struct sb_gpiod_chip *chip)
{
    return chip->line_count;
}

static void copy_name(char out[SB_GPIOD_NAME_SIZE], const char *name)
{
    snprintf(out, SB_GPIOD_NAME_SIZE, "%s", name == NULL ? "" : name);
}

static unsigned known_pull(enum gpiod_line_bias bias)
{
    switch (bias) {
    case GPIOD_LINE_BIAS_PULL_UP:
        return SB_PIN_PULL_UP;
    case GPIOD_LINE_BIAS_PULL_DOWN:
        return SB_PIN_PULL_DOWN;
    case GPIOD_LINE_BIAS_DISABLED:
        return 0;
    default:
        return SB_PIN_PULL_AS_IS;
    }
}

static unsigned known_flags(struct gpiod_line_info *line)
{
    bool is_output = gpiod_line_info_get_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
    enum gpiod_line_drive drive = gpiod_line_info_get_drive(line);
    unsigned flags = (is_output ? SB_PIN_OUTPUT : SB_PIN_INPUT) |
                     known_pull(gpiod_line_info_get_bias(line));

    if (gpiod_line_info_is_active_low(line))
        flags |= SB_PIN_ACTIVE_LOW;
    if (drive == GPIOD_LINE_DRIVE_OPEN_DRAIN)
        flags |= SB_PIN_OPEN_DRAIN;
    if (drive == GPIOD_LINE_DRIVE_OPEN_SOURCE)
        flags |= SB_PIN_OPEN_SOURCE;
    return flags;
}

int sb_gpiod_chip_line_info(struct sb_gpiod_chip *chip, unsigned offset,
                            struct sb_gpiod_line_info *info)
{
    struct gpiod_line_info *line = gpiod_chip_get_line_info(chip->chip, offset);

    *info = (struct sb_gpiod_line_info){.is_used = false};
    if (line == NULL)
        return -errno;
    copy_name(info->name, gpiod_line_info_get_name(line));
    copy_name(info->consumer, gpiod_line_info_get_consumer(line));
    info->is_used = gpiod_line_info_is_used(line);
    info->flags = known_flags(line);
    info->debounce_us = (unsigned)gpiod_line_info_get_debounce_period_us(line);
    gpiod_line_info_free(line);
    return 0;
}

#endif
