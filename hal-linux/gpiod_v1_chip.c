/* SPDX-License-Identifier: MIT */
/* Chips and what is known of their lines, through libgpiod 1. */
#include "hal-linux/gpiod.h"

#include "config.h"

#if SB_HAVE_GPIOD == 1

#include <errno.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/hal/pin.h"

struct sb_gpiod_chip {
    struct gpiod_chip *chip;
};

int sb_gpiod_chip_open(const char *path, struct sb_gpiod_chip **out)
{
    struct sb_gpiod_chip *chip = calloc(1, sizeof(*chip));
    int rc;

    *out = NULL;
    if (chip == NULL)
        return -ENOMEM;
    chip->chip = gpiod_chip_open(path);
    if (chip->chip == NULL) {
        rc = -errno;
        free(chip);
        return rc;
    }
    *out = chip;
    return 0;
}

void sb_gpiod_chip_close(struct sb_gpiod_chip *chip)
{
    gpiod_chip_close(chip->chip);
    free(chip);
}

struct gpiod_chip *sb_gpiod_chip_handle(const struct sb_gpiod_chip *chip)
{
    return chip->chip;
}

const char *sb_gpiod_chip_name(const struct sb_gpiod_chip *chip)
{
    return gpiod_chip_name(chip->chip);
}

const char *sb_gpiod_chip_label(const struct sb_gpiod_chip *chip)
{
    return gpiod_chip_label(chip->chip);
}

unsigned sb_gpiod_chip_line_count(const struct sb_gpiod_chip *chip)
{
    return gpiod_chip_num_lines(chip->chip);
}

static void copy_name(char out[SB_GPIOD_NAME_SIZE], const char *name)
{
    snprintf(out, SB_GPIOD_NAME_SIZE, "%s", name == NULL ? "" : name);
}

static unsigned known_flags(struct gpiod_line *line)
{
    static const unsigned pulls[] = {
        [GPIOD_LINE_BIAS_AS_IS] = SB_PIN_PULL_AS_IS,
        [GPIOD_LINE_BIAS_DISABLE] = 0,
        [GPIOD_LINE_BIAS_PULL_UP] = SB_PIN_PULL_UP,
        [GPIOD_LINE_BIAS_PULL_DOWN] = SB_PIN_PULL_DOWN,
    };
    bool is_output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
    unsigned flags = (is_output ? SB_PIN_OUTPUT : SB_PIN_INPUT) | pulls[gpiod_line_bias(line)];

    if (gpiod_line_active_state(line) == GPIOD_LINE_ACTIVE_STATE_LOW)
        flags |= SB_PIN_ACTIVE_LOW;
    if (gpiod_line_is_open_drain(line))
        flags |= SB_PIN_OPEN_DRAIN;
    if (gpiod_line_is_open_source(line))
        flags |= SB_PIN_OPEN_SOURCE;
    return flags;
}

int sb_gpiod_chip_line_info(struct sb_gpiod_chip *chip, unsigned offset,
                            struct sb_gpiod_line_info *info)
{
    struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offset);

    *info = (struct sb_gpiod_line_info){.is_used = false};
    if (line == NULL)
        return -errno;
    copy_name(info->name, gpiod_line_name(line));
    copy_name(info->consumer, gpiod_line_consumer(line));
    info->is_used = gpiod_line_is_used(line);
    info->flags = known_flags(line);
    return 0;
}

#endif
