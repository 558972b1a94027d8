/* SPDX-License-Identifier: MIT */
/* No libgpiod: there are no chips, so nothing else is ever called. */
#include "hal-linux/gpiod.h"

#include "config.h"

#if SB_HAVE_GPIOD == 0

#include <errno.h>
#include <stddef.h>

int sb_gpiod_chip_open(const char *path, struct sb_gpiod_chip **out)
{
    (void)path;
    *out = NULL;
    return -ENOTSUP;
}

void sb_gpiod_chip_close(struct sb_gpiod_chip *chip)
{
    (void)chip;
}

const char *sb_gpiod_chip_name(const struct sb_gpiod_chip *chip)
{
    (void)chip;
    return "";
}

const char *sb_gpiod_chip_label(const struct sb_gpiod_chip *chip)
{
    (void)chip;
    return "";
}

unsigned sb_gpiod_chip_line_count(const struct sb_gpiod_chip *chip)
{
    (void)chip;
    return 0;
}

int sb_gpiod_chip_line_info(struct sb_gpiod_chip *chip, unsigned offset,
                            struct sb_gpiod_line_info *info)
{
    (void)chip;
    (void)offset;
    *info = (struct sb_gpiod_line_info){.is_used = false};
    return -ENOTSUP;
}

int sb_gpiod_chip_set_debounce_us(struct sb_gpiod_chip *chip, unsigned period_us)
{
    (void)chip;
    (void)period_us;
    return -ENOTSUP;
}

int sb_gpiod_line_request(struct sb_gpiod_chip *chip, unsigned offset, const char *consumer,
                          unsigned flags, bool level, struct sb_gpiod_line **out)
{
    (void)chip;
    (void)offset;
    (void)consumer;
    (void)flags;
    (void)level;
    *out = NULL;
    return -ENOTSUP;
}

int sb_gpiod_line_configure(struct sb_gpiod_line *line, unsigned flags, bool level)
{
    (void)line;
    (void)flags;
    (void)level;
    return -ENOTSUP;
}

int sb_gpiod_line_set_edges(struct sb_gpiod_line *line, bool is_on)
{
    (void)line;
    (void)is_on;
    return -ENOTSUP;
}

int sb_gpiod_line_get(struct sb_gpiod_line *line)
{
    (void)line;
    return -ENOTSUP;
}

int sb_gpiod_line_set(struct sb_gpiod_line *line, bool level)
{
    (void)line;
    (void)level;
    return -ENOTSUP;
}

int sb_gpiod_line_fd(const struct sb_gpiod_line *line)
{
    (void)line;
    return -1;
}

int sb_gpiod_line_read_events(struct sb_gpiod_line *line,
                              struct sb_gpiod_event events[SB_GPIOD_EVENTS])
{
    (void)line;
    (void)events;
    return 0;
}

void sb_gpiod_line_release(struct sb_gpiod_line *line)
{
    (void)line;
}

#endif
