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

struct gpiod_chip *sb_gpiod_chip_handle(const struct sb_gpiod_chip *chip)
{
    (void)chip;
    return NULL;
}

bool sb_gpiod_request_is_rigid(void)
{
    return false;
}

int sb_gpiod_request_open(struct sb_gpiod_chip *chip, const char *consumer,
                          const struct sb_gpiod_line *lines, unsigned count,
                          struct sb_gpiod_request **out)
{
    (void)chip;
    (void)consumer;
    (void)lines;
    (void)count;
    *out = NULL;
    return -ENOTSUP;
}

int sb_gpiod_request_configure(struct sb_gpiod_request *request, const struct sb_gpiod_line *lines,
                               uint64_t edges)
{
    (void)request;
    (void)lines;
    (void)edges;
    return -ENOTSUP;
}

int sb_gpiod_request_split(struct sb_gpiod_request *request, struct sb_gpiod_request **out)
{
    (void)request;
    (void)out;
    return -ENOTSUP;
}

int sb_gpiod_request_get(struct sb_gpiod_request *request, uint64_t *levels)
{
    (void)request;
    *levels = 0;
    return -ENOTSUP;
}

int sb_gpiod_request_set_line(struct sb_gpiod_request *request, size_t index, uint64_t level)
{
    (void)request;
    (void)index;
    (void)level;
    return -ENOTSUP;
}

int sb_gpiod_request_set(struct sb_gpiod_request *request, uint64_t mask, uint64_t levels)
{
    (void)request;
    (void)mask;
    (void)levels;
    return -ENOTSUP;
}

int sb_gpiod_request_fd(const struct sb_gpiod_request *request)
{
    (void)request;
    return -1;
}

int sb_gpiod_request_read_events(struct sb_gpiod_request *request,
                                 struct sb_gpiod_event events[SB_GPIOD_EVENTS])
{
    (void)request;
    (void)events;
    return 0;
}

void sb_gpiod_request_release(struct sb_gpiod_request *request)
{
    (void)request;
}

#endif
