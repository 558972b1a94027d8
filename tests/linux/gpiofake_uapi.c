/* SPDX-License-Identifier: MIT */
/* Both of the kernel's interfaces to GPIO, as the fake chip serves them: linux/gpio.h, versions 1 and 2. */
#include "tests/linux/gpiofake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the second interface */

static int configure_v2(struct request *r, const struct gpio_v2_line_config *config)
{
    int rc = 0;

    for (unsigned i = 0; i < r->count && rc == 0; i++) {
        uint64_t flags = config->flags;
        int value = 0;

        lines[r->offsets[i]].debounce_us = 0;
        for (unsigned a = 0; a < config->num_attrs; a++) {
            const struct gpio_v2_line_config_attribute *at = &config->attrs[a];
            if ((at->mask >> i & 1) == 0)
                continue;
            if (at->attr.id == GPIO_V2_LINE_ATTR_ID_FLAGS)
                flags = at->attr.flags;
            if (at->attr.id == GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES)
                value = (int)(at->attr.values >> i & 1);
            if (at->attr.id == GPIO_V2_LINE_ATTR_ID_DEBOUNCE)
                lines[r->offsets[i]].debounce_us = at->attr.debounce_period_us;
        }
        rc = configure(r->offsets[i], flags, value);
    }
    return rc;
}

static int request_v2(struct gpio_v2_line_request *q)
{
    struct request *r = take(q->offsets, q->num_lines, q->consumer);

    if (r == NULL)
        return -1;
    if (q->event_buffer_size != 0)
        r->queue = q->event_buffer_size;
    return keep_or_release(r, configure_v2(r, &q->config), &q->fd);
}

static int info_v2(struct gpio_v2_line_info *info)
{
    static const char *const own_names[] = {"ID_SDA", "ID_SCL"};
    unsigned offset = info->offset;

    if (offset >= LINES)
        return fail_with(EINVAL);
    *info = (struct gpio_v2_line_info){.offset = offset, .flags = lines[offset].flags};
    if (offset < 2)
        snprintf(info->name, sizeof(info->name), "%s", own_names[offset]);
    else if (offset == 42)
        snprintf(info->name, sizeof(info->name), "STATUS_LED");
    else
        snprintf(info->name, sizeof(info->name), "GPIO%u", offset);
    busy_consumer(offset, info->consumer);
    if (info->consumer[0] != '\0')
        info->flags |= GPIO_V2_LINE_FLAG_USED;
    else
        memcpy(info->consumer, lines[offset].consumer, sizeof(info->consumer));
    if ((info->flags & GPIO_V2_LINE_FLAG_OUTPUT) == 0)
        info->flags |= GPIO_V2_LINE_FLAG_INPUT;
    if (lines[offset].debounce_us == 0)
        return 0;
    info->num_attrs = 1;
    info->attrs[0] = (struct gpio_v2_line_attribute){
        .id = GPIO_V2_LINE_ATTR_ID_DEBOUNCE,
        .debounce_period_us = lines[offset].debounce_us,
    };
    return 0;
}

static int line_ioctl_v2(struct request *r, unsigned op, void *arg)
{
    struct gpio_v2_line_values *values = arg;
    uint64_t bits = 0;

    if (op == GPIO_V2_LINE_SET_CONFIG_IOCTL)
        return configure_v2(r, arg);
    for (unsigned i = 0; i < r->count; i++) {
        struct line *line = &lines[r->offsets[i]];
        if ((values->mask >> i & 1) == 0)
            continue;
        if (op == GPIO_V2_LINE_SET_VALUES_IOCTL && line->driven < 0)
            return fail_with(EPERM);
        if (op == GPIO_V2_LINE_SET_VALUES_IOCTL)
            drive(r->offsets[i], value_of(line, (int)(values->bits >> i & 1)));
        bits |= (uint64_t)value_of(line, level_of(line)) << i;
    }
    if (op == GPIO_V2_LINE_GET_VALUES_IOCTL)
        values->bits = bits;
    return 0;
}

/* ---- the first interface */

static uint64_t flags_of_v1(uint32_t handle_flags, uint32_t event_flags)
{
    static const struct {
        uint32_t v1;
        uint64_t v2;
    } map[] = {
        {GPIOHANDLE_REQUEST_INPUT, GPIO_V2_LINE_FLAG_INPUT},
        {GPIOHANDLE_REQUEST_OUTPUT, GPIO_V2_LINE_FLAG_OUTPUT},
        {GPIOHANDLE_REQUEST_ACTIVE_LOW, GPIO_V2_LINE_FLAG_ACTIVE_LOW},
        {GPIOHANDLE_REQUEST_OPEN_DRAIN, GPIO_V2_LINE_FLAG_OPEN_DRAIN},
        {GPIOHANDLE_REQUEST_OPEN_SOURCE, GPIO_V2_LINE_FLAG_OPEN_SOURCE},
        {GPIOHANDLE_REQUEST_BIAS_PULL_UP, GPIO_V2_LINE_FLAG_BIAS_PULL_UP},
        {GPIOHANDLE_REQUEST_BIAS_PULL_DOWN, GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN},
        {GPIOHANDLE_REQUEST_BIAS_DISABLE, GPIO_V2_LINE_FLAG_BIAS_DISABLED},
    };
    uint64_t flags = 0;

    for (unsigned i = 0; i < sizeof(map) / sizeof(map[0]); i++)
        if ((handle_flags & map[i].v1) != 0)
            flags |= map[i].v2;
    if ((event_flags & GPIOEVENT_REQUEST_RISING_EDGE) != 0)
        flags |= GPIO_V2_LINE_FLAG_EDGE_RISING;
    if ((event_flags & GPIOEVENT_REQUEST_FALLING_EDGE) != 0)
        flags |= GPIO_V2_LINE_FLAG_EDGE_FALLING;
    return flags;
}

static int configure_v1(struct request *r, uint32_t flags, const uint8_t *values)
{
    int rc = 0;

    r->is_v1 = true;
    for (unsigned i = 0; i < r->count && rc == 0; i++)
        rc = configure(r->offsets[i], flags_of_v1(flags, 0), values[i]);
    return rc;
}

static int request_handle(struct gpiohandle_request *q)
{
    struct request *r = take(q->lineoffsets, q->lines, q->consumer_label);

    if (r == NULL)
        return -1;
    return keep_or_release(r, configure_v1(r, q->flags, q->default_values), &q->fd);
}

static int request_event(struct gpioevent_request *q)
{
    struct request *r = take(&q->lineoffset, 1, q->consumer_label);
    uint64_t flags = flags_of_v1(q->handleflags, q->eventflags) | GPIO_V2_LINE_FLAG_INPUT;
    int rc;

    if (r == NULL)
        return -1;
    r->is_v1 = true;
    rc = configure(q->lineoffset, flags, 0);
    if (rc < 0 && errno == ENXIO)
        errno = ENODEV; /* so says this interface of a line without an interrupt */
    return keep_or_release(r, rc, &q->fd);
}

static int info_v1(struct gpioline_info *info)
{
    static const struct {
        uint64_t v2;
        uint32_t v1;
    } map[] = {
        {GPIO_V2_LINE_FLAG_USED, GPIOLINE_FLAG_KERNEL},
        {GPIO_V2_LINE_FLAG_OUTPUT, GPIOLINE_FLAG_IS_OUT},
        {GPIO_V2_LINE_FLAG_ACTIVE_LOW, GPIOLINE_FLAG_ACTIVE_LOW},
        {GPIO_V2_LINE_FLAG_OPEN_DRAIN, GPIOLINE_FLAG_OPEN_DRAIN},
        {GPIO_V2_LINE_FLAG_OPEN_SOURCE, GPIOLINE_FLAG_OPEN_SOURCE},
        {GPIO_V2_LINE_FLAG_BIAS_PULL_UP, GPIOLINE_FLAG_BIAS_PULL_UP},
        {GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN, GPIOLINE_FLAG_BIAS_PULL_DOWN},
        {GPIO_V2_LINE_FLAG_BIAS_DISABLED, GPIOLINE_FLAG_BIAS_DISABLE},
    };
    struct gpio_v2_line_info v2 = {.offset = info->line_offset};

    if (info_v2(&v2) < 0)
        return -1;
    *info = (struct gpioline_info){.line_offset = v2.offset};
    memcpy(info->name, v2.name, sizeof(info->name));
    memcpy(info->consumer, v2.consumer, sizeof(info->consumer));
    for (unsigned i = 0; i < sizeof(map) / sizeof(map[0]); i++)
        if ((v2.flags & map[i].v2) != 0)
            info->flags |= map[i].v1;
    return 0;
}

static int line_ioctl_v1(struct request *r, unsigned op, void *arg)
{
    struct gpiohandle_config *config = arg;
    struct gpiohandle_data *data = arg;

    if (op == GPIOHANDLE_SET_CONFIG_IOCTL)
        return configure_v1(r, config->flags, config->default_values);
    for (unsigned i = 0; i < r->count; i++) {
        struct line *line = &lines[r->offsets[i]];
        if (op == GPIOHANDLE_GET_LINE_VALUES_IOCTL)
            data->values[i] = value_of(line, level_of(line));
        else if (line->driven < 0)
            return fail_with(EPERM);
        else
            drive(r->offsets[i], value_of(line, data->values[i]));
    }
    return 0;
}

/* ---- */

static int info_chip(struct gpiochip_info *info)
{
    const char *label = getenv("GPIOFAKE_LABEL");
    const char *count = getenv("GPIOFAKE_LINES");

    *info = (struct gpiochip_info){.name = "gpiochip0", .lines = LINES};
    if (count != NULL)
        info->lines = (unsigned)atoi(count);
    snprintf(info->label, sizeof(info->label), "%s", label == NULL ? "pinctrl-bcm2835" : label);
    return 0;
}

int chip_ioctl(unsigned op, void *arg)
{
    switch (op) {
    case GPIO_GET_CHIPINFO_IOCTL:
        return info_chip(arg);
    case GPIO_GET_LINEINFO_IOCTL:
        return info_v1(arg);
    case GPIO_GET_LINEHANDLE_IOCTL:
        return request_handle(arg);
    case GPIO_GET_LINEEVENT_IOCTL:
        return request_event(arg);
    case GPIO_V2_GET_LINEINFO_IOCTL:
    case GPIO_V2_GET_LINEINFO_WATCH_IOCTL:
        return info_v2(arg);
    case GPIO_V2_GET_LINE_IOCTL:
        return request_v2(arg);
    default:
        return fail_with(EINVAL);
    }
}

int line_ioctl(struct request *r, unsigned op, void *arg)
{
    return r->is_v1 ? line_ioctl_v1(r, op, arg) : line_ioctl_v2(r, op, arg);
}
