/* SPDX-License-Identifier: MIT */
/*
 * Lines through libgpiod 2. A line is requested once and then reconfigured; both of its configurations,
 * with edges and without, are made beforehand, so that watching allocates nothing.
 */
#include "hal-linux/gpiod.h"

#include "config.h"

#if SB_HAVE_GPIOD == 2

#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "lib/hal/pin.h"

/* Edges that the kernel keeps for a line: a frame of an infrared remote and more, should we be late. */
#define KERNEL_EVENTS 128

/* What the kernel says for a setting that the pin controller lacks; it has no name outside. */
#define KERNEL_ENOTSUPP 524

struct sb_gpiod_chip {
    struct gpiod_chip *chip;
    unsigned line_count;
    unsigned debounce_us; /* of inputs that are taken from now on */
    char name[SB_GPIOD_NAME_SIZE];
    char label[SB_GPIOD_NAME_SIZE];
};

struct sb_gpiod_line {
    unsigned offset;
    struct gpiod_line_request *request;
    int fd; /* the request's */
    struct gpiod_line_settings *settings;
    struct gpiod_line_config *configs[2]; /* without edges, with */
    struct gpiod_edge_event_buffer *buffer;
    unsigned flags; /* what the configurations are made of */
    bool level;
    unsigned debounce_us;
    uint32_t last_seqno; /* of the edge that was read last; the kernel counts each line's from 1 */
};

/* ---- chips */

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

int sb_gpiod_chip_set_debounce_us(struct sb_gpiod_chip *chip, unsigned period_us)
{
    chip->debounce_us = period_us;
    return 0;
}

/* ---- requesting */

static int error_of(unsigned flags)
{
    unsigned optional = SB_PIN_PULL_UP | SB_PIN_PULL_DOWN | SB_PIN_OPEN_DRAIN | SB_PIN_OPEN_SOURCE;

    if (errno == KERNEL_ENOTSUPP || (errno == EINVAL && (flags & optional) != 0))
        return -ENOTSUP;
    return -errno;
}

static enum gpiod_line_bias bias_of(unsigned flags)
{
    if ((flags & SB_PIN_PULL_UP) != 0)
        return GPIOD_LINE_BIAS_PULL_UP;
    if ((flags & SB_PIN_PULL_DOWN) != 0)
        return GPIOD_LINE_BIAS_PULL_DOWN;
    return (flags & (SB_PIN_OUTPUT | SB_PIN_PULL_AS_IS)) != 0 ? GPIOD_LINE_BIAS_AS_IS
                                                              : GPIOD_LINE_BIAS_DISABLED;
}

static enum gpiod_line_drive drive_of(unsigned flags)
{
    if ((flags & SB_PIN_OPEN_DRAIN) != 0)
        return GPIOD_LINE_DRIVE_OPEN_DRAIN;
    if ((flags & SB_PIN_OPEN_SOURCE) != 0)
        return GPIOD_LINE_DRIVE_OPEN_SOURCE;
    return GPIOD_LINE_DRIVE_PUSH_PULL;
}

static int fill_configs(struct sb_gpiod_line *line, unsigned flags, bool level)
{
    static const enum gpiod_line_edge edges[] = {GPIOD_LINE_EDGE_NONE, GPIOD_LINE_EDGE_BOTH};
    struct gpiod_line_settings *settings = line->settings;
    bool is_output = (flags & SB_PIN_OUTPUT) != 0;

    gpiod_line_settings_reset(settings);
    gpiod_line_settings_set_bias(settings, bias_of(flags));
    gpiod_line_settings_set_direction(settings, is_output ? GPIOD_LINE_DIRECTION_OUTPUT
                                                          : GPIOD_LINE_DIRECTION_INPUT);
    gpiod_line_settings_set_drive(settings, drive_of(flags));
    gpiod_line_settings_set_output_value(settings, level ? GPIOD_LINE_VALUE_ACTIVE
                                                         : GPIOD_LINE_VALUE_INACTIVE);
    if (!is_output)
        gpiod_line_settings_set_debounce_period_us(settings, line->debounce_us);
    for (int i = 0; i < 2; i++) {
        if (!is_output)
            gpiod_line_settings_set_edge_detection(settings, edges[i]);
        gpiod_line_config_reset(line->configs[i]);
        if (gpiod_line_config_add_line_settings(line->configs[i], &line->offset, 1, settings) < 0)
            return -errno;
    }
    return 0;
}

/* Takes the line with its configuration without edges. */
static int request(struct sb_gpiod_chip *chip, struct sb_gpiod_line *line, const char *consumer,
                   unsigned flags)
{
    struct gpiod_request_config *config = gpiod_request_config_new();

    if (config == NULL)
        return -errno;
    gpiod_request_config_set_consumer(config, consumer);
    gpiod_request_config_set_event_buffer_size(config, KERNEL_EVENTS);
    line->request = gpiod_chip_request_lines(chip->chip, config, line->configs[0]);
    gpiod_request_config_free(config);
    if (line->request == NULL)
        return error_of(flags);
    line->fd = gpiod_line_request_get_fd(line->request);
    return fcntl(line->fd, F_SETFL, fcntl(line->fd, F_GETFL) | O_NONBLOCK) < 0 ? -errno : 0;
}

int sb_gpiod_line_request(struct sb_gpiod_chip *chip, unsigned offset, const char *consumer,
                          unsigned flags, bool level, struct sb_gpiod_line **out)
{
    struct sb_gpiod_line *line = calloc(1, sizeof(*line));
    int rc = -ENOMEM;

    *out = NULL;
    if (line == NULL)
        return rc;
    line->offset = offset;
    line->debounce_us = chip->debounce_us;
    line->flags = flags;
    line->level = level;
    line->settings = gpiod_line_settings_new();
    line->configs[0] = gpiod_line_config_new();
    line->configs[1] = gpiod_line_config_new();
    line->buffer = gpiod_edge_event_buffer_new(SB_GPIOD_EVENTS);
    if (line->settings != NULL && line->configs[0] != NULL && line->configs[1] != NULL &&
        line->buffer != NULL)
        rc = fill_configs(line, flags, level);
    if (rc == 0)
        rc = request(chip, line, consumer, flags);
    if (rc < 0) {
        sb_gpiod_line_release(line);
        return rc;
    }
    *out = line;
    return 0;
}

int sb_gpiod_line_configure(struct sb_gpiod_line *line, unsigned flags, bool level)
{
    int rc = fill_configs(line, flags, level);

    if (rc == 0 && gpiod_line_request_reconfigure_lines(line->request, line->configs[0]) < 0)
        rc = error_of(flags);
    if (rc < 0) {
        (void)fill_configs(line, line->flags, line->level);
        return rc;
    }
    line->flags = flags;
    line->level = level;
    return 0;
}

int sb_gpiod_line_set_edges(struct sb_gpiod_line *line, bool is_on)
{
    struct sb_gpiod_event old[SB_GPIOD_EVENTS];

    /* What is still queued from an earlier time is not asked for any more. */
    while (is_on && sb_gpiod_line_read_events(line, old) > 0)
        ;
    if (gpiod_line_request_reconfigure_lines(line->request, line->configs[is_on]) < 0)
        return -errno;
    return 0;
}

void sb_gpiod_line_release(struct sb_gpiod_line *line)
{
    if (line->request != NULL)
        gpiod_line_request_release(line->request);
    if (line->buffer != NULL)
        gpiod_edge_event_buffer_free(line->buffer);
    for (int i = 0; i < 2; i++)
        if (line->configs[i] != NULL)
            gpiod_line_config_free(line->configs[i]);
    if (line->settings != NULL)
        gpiod_line_settings_free(line->settings);
    free(line);
}

/* ---- levels and edges */

int sb_gpiod_line_get(struct sb_gpiod_line *line)
{
    enum gpiod_line_value value = gpiod_line_request_get_value(line->request, line->offset);

    return value == GPIOD_LINE_VALUE_ERROR ? -errno : value == GPIOD_LINE_VALUE_ACTIVE;
}

/*
 * What gpiod_line_request_set_value does for a list of lines, here for the one that there is: the request is the kernel's
 * own (linux/gpio.h), which stays as it is, and costs a fifth of the instructions.
 */
int sb_gpiod_line_set(struct sb_gpiod_line *line, bool level)
{
    struct gpio_v2_line_values values = {.bits = level, .mask = 1};

    return ioctl(line->fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) < 0 ? -errno : 0;
}

int sb_gpiod_line_fd(const struct sb_gpiod_line *line)
{
    return line->fd;
}

int sb_gpiod_line_read_events(struct sb_gpiod_line *line,
                              struct sb_gpiod_event events[SB_GPIOD_EVENTS])
{
    int count = gpiod_line_request_read_edge_events(line->request, line->buffer, SB_GPIOD_EVENTS);

    for (int i = 0; i < count; i++) {
        struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(line->buffer,
                                                                           (unsigned long)i);
        uint32_t seqno = (uint32_t)gpiod_edge_event_get_line_seqno(event);

        events[i] = (struct sb_gpiod_event){
            .time_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event),
            .level = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE,
            .lost = seqno - line->last_seqno - 1,
        };
        line->last_seqno = seqno;
    }
    return count < 0 ? 0 : count;
}

#endif
