/* SPDX-License-Identifier: MIT */
/*
 * Lines through libgpiod 1, as Debian 12 and Ubuntu 24.04 have it. Here a line gives either edges or may
 * be changed, so that one which is to be watched is given back and taken anew. The kernel does not
 * number these edges: that some were lost shows only where two of the same direction follow each other.
 */
#include "hal-linux/gpiod.h"

#include "config.h"

#if SB_HAVE_GPIOD == 1

#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/hal/pin.h"

/* What the kernel says for a setting that the pin controller lacks; it has no name outside. */
#define KERNEL_ENOTSUPP 524

struct sb_gpiod_chip {
    struct gpiod_chip *chip;
};

struct sb_gpiod_line {
    struct gpiod_line *line; /* the chip's memory */
    char consumer[SB_GPIOD_NAME_SIZE];
    unsigned flags;
    bool has_edges;
    int last_level; /* after the edge that was read last; -1: none yet */
};

/* ---- chips */

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

int sb_gpiod_chip_set_debounce_us(struct sb_gpiod_chip *chip, unsigned period_us)
{
    (void)chip;
    (void)period_us;
    return -ENOTSUP;
}

/* ---- requesting */

static int error_of(unsigned flags)
{
    unsigned optional = SB_PIN_PULL_UP | SB_PIN_PULL_DOWN | SB_PIN_OPEN_DRAIN | SB_PIN_OPEN_SOURCE;

    if (errno == KERNEL_ENOTSUPP || (errno == EINVAL && (flags & optional) != 0))
        return -ENOTSUP;
    return -errno;
}

static int request_flags(unsigned flags)
{
    int out = 0;

    if ((flags & SB_PIN_PULL_UP) != 0)
        out |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    else if ((flags & SB_PIN_PULL_DOWN) != 0)
        out |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    else if ((flags & (SB_PIN_OUTPUT | SB_PIN_PULL_AS_IS)) == 0)
        out |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    if ((flags & SB_PIN_OPEN_DRAIN) != 0)
        out |= GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN;
    if ((flags & SB_PIN_OPEN_SOURCE) != 0)
        out |= GPIOD_LINE_REQUEST_FLAG_OPEN_SOURCE;
    return out;
}

static int direction_of(unsigned flags)
{
    return (flags & SB_PIN_OUTPUT) != 0 ? GPIOD_LINE_REQUEST_DIRECTION_OUTPUT
                                        : GPIOD_LINE_REQUEST_DIRECTION_INPUT;
}

static int request(struct sb_gpiod_line *line, unsigned flags, bool level, bool has_edges)
{
    struct gpiod_line_request_config config = {
        .consumer = line->consumer,
        .request_type = has_edges ? GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES : direction_of(flags),
        .flags = request_flags(flags),
    };
    int fd;

    if (gpiod_line_request(line->line, &config, level) < 0)
        return error_of(flags);
    line->flags = flags;
    line->has_edges = has_edges;
    line->last_level = -1;
    fd = sb_gpiod_line_fd(line);
    if (has_edges && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
        return -errno;
    return 0;
}

int sb_gpiod_line_request(struct sb_gpiod_chip *chip, unsigned offset, const char *consumer,
                          unsigned flags, bool level, struct sb_gpiod_line **out)
{
    struct sb_gpiod_line *line = calloc(1, sizeof(*line));
    int rc;

    *out = NULL;
    if (line == NULL)
        return -ENOMEM;
    copy_name(line->consumer, consumer);
    line->line = gpiod_chip_get_line(chip->chip, offset);
    rc = line->line == NULL ? -errno : request(line, flags, level, false);
    if (rc < 0) {
        free(line);
        return rc;
    }
    *out = line;
    return 0;
}

/* Gives the line back and takes it anew; if that fails, as it was, as far as that goes. */
static int request_again(struct sb_gpiod_line *line, unsigned flags, bool level, bool has_edges)
{
    int rc;

    gpiod_line_release(line->line);
    rc = request(line, flags, level, has_edges);
    if (rc < 0)
        (void)request(line, line->flags, false, false);
    return rc;
}

int sb_gpiod_line_configure(struct sb_gpiod_line *line, unsigned flags, bool level)
{
    if (line->has_edges)
        return request_again(line, flags, level, false);
    if (gpiod_line_set_config(line->line, direction_of(flags), request_flags(flags), level) < 0)
        return error_of(flags);
    line->flags = flags;
    return 0;
}

int sb_gpiod_line_set_edges(struct sb_gpiod_line *line, bool is_on)
{
    return is_on == line->has_edges ? 0 : request_again(line, line->flags, false, is_on);
}

void sb_gpiod_line_release(struct sb_gpiod_line *line)
{
    gpiod_line_release(line->line);
    free(line);
}

/* ---- levels and edges */

int sb_gpiod_line_get(struct sb_gpiod_line *line)
{
    int value = gpiod_line_get_value(line->line);

    return value < 0 ? -errno : value;
}

int sb_gpiod_line_set(struct sb_gpiod_line *line, bool level)
{
    return gpiod_line_set_value(line->line, level) < 0 ? -errno : 0;
}

int sb_gpiod_line_fd(const struct sb_gpiod_line *line)
{
    return gpiod_line_event_get_fd(line->line);
}

int sb_gpiod_line_read_events(struct sb_gpiod_line *line,
                              struct sb_gpiod_event events[SB_GPIOD_EVENTS])
{
    struct gpiod_line_event read[SB_GPIOD_EVENTS];
    int count = line->has_edges ? gpiod_line_event_read_multiple(line->line, read, SB_GPIOD_EVENTS)
                                : 0;
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    for (int i = 0; i < count; i++) {
        bool level = read[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
        const struct timespec *at = &read[i].ts;

        if (at->tv_sec > now.tv_sec + 1)
            at =
                &now; /* a kernel before 5.7 stamps by the calendar, of which nothing follows here */
        events[i] = (struct sb_gpiod_event){
            .time_ns = (int64_t)at->tv_sec * 1000000000 + at->tv_nsec,
            .level = level,
            .lost = level == line->last_level,
        };
        line->last_level = level;
    }
    return count < 0 ? 0 : count;
}

#endif
