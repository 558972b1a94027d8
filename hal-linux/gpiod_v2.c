/* SPDX-License-Identifier: MIT */
/*
 * Requests through libgpiod 2. Lines are requested once and then reconfigured. A request keeps two configurations, the
 * last one without edges and the last one with some, so that who watches the same lines again allocates nothing.
 */
#include "hal-linux/gpiod.h"

#include "config.h"

#if SB_HAVE_GPIOD == 2

#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <linux/gpio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/hal/pin.h"

/* Edges that the kernel keeps for a line: a frame of an infrared remote and more, should we be late. */
#define KERNEL_EVENTS 128

/* How all lines are used, in libgpiod's words and in ours. */
struct use {
    struct gpiod_line_config *config;
    struct sb_gpiod_line *lines;
    uint64_t edges;
    bool is_filled;
};

struct sb_gpiod_request {
    struct gpiod_line_request *request;
    int fd; /* the request's */
    unsigned count;
    struct gpiod_line_settings *settings;
    struct use uses[2]; /* without edges, with some */
    struct gpiod_edge_event_buffer *buffer;
    struct {
        unsigned offset;
        uint32_t
            last_seqno; /* of the edge that was read last; the kernel counts each line's from 1 */
    } lines[];
};

bool sb_gpiod_request_is_rigid(void)
{
    return false;
}

/* ---- requesting */

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

static void fill_settings(struct gpiod_line_settings *settings, const struct sb_gpiod_line *line,
                          bool has_edges)
{
    gpiod_line_settings_reset(settings);
    gpiod_line_settings_set_bias(settings, bias_of(line->flags));
    if ((line->flags & SB_PIN_OUTPUT) != 0) {
        gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
        gpiod_line_settings_set_drive(settings, drive_of(line->flags));
        gpiod_line_settings_set_output_value(settings, line->level ? GPIOD_LINE_VALUE_ACTIVE
                                                                   : GPIOD_LINE_VALUE_INACTIVE);
        return;
    }
    gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
    gpiod_line_settings_set_debounce_period_us(settings, line->debounce_us);
    if (has_edges)
        gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
}

static bool is_same(const struct sb_gpiod_line *a, const struct sb_gpiod_line *b)
{
    return a->flags == b->flags && a->debounce_us == b->debounce_us && a->level == b->level;
}

static bool is_use(const struct use *use, const struct sb_gpiod_line *lines, unsigned count,
                   uint64_t edges)
{
    if (!use->is_filled || use->edges != edges)
        return false;
    for (unsigned i = 0; i < count; i++)
        if (!is_same(&use->lines[i], &lines[i]))
            return false;
    return true;
}

static int fill_use(struct sb_gpiod_request *request, struct use *use,
                    const struct sb_gpiod_line *lines, uint64_t edges)
{
    use->is_filled = false;
    gpiod_line_config_reset(use->config);
    for (unsigned i = 0; i < request->count; i++) {
        fill_settings(request->settings, &lines[i], (edges >> i & 1) != 0);
        if (gpiod_line_config_add_line_settings(use->config, &lines[i].offset, 1,
                                                request->settings) < 0)
            return -errno;
    }
    memcpy(use->lines, lines, request->count * sizeof(*lines));
    use->edges = edges;
    use->is_filled = true;
    return 0;
}

static int take(struct sb_gpiod_request *request, struct gpiod_chip *chip, const char *consumer)
{
    struct gpiod_request_config *config = gpiod_request_config_new();

    if (config == NULL)
        return -errno;
    gpiod_request_config_set_consumer(config, consumer);
    gpiod_request_config_set_event_buffer_size(config, KERNEL_EVENTS * request->count);
    request->request = gpiod_chip_request_lines(chip, config, request->uses[0].config);
    gpiod_request_config_free(config);
    if (request->request == NULL)
        return sb_gpiod_error();
    request->fd = gpiod_line_request_get_fd(request->request);
    return fcntl(request->fd, F_SETFL, fcntl(request->fd, F_GETFL) | O_NONBLOCK) < 0 ? -errno : 0;
}

static struct sb_gpiod_request *allocate(const struct sb_gpiod_line *lines, unsigned count)
{
    struct sb_gpiod_request *request = calloc(1,
                                              sizeof(*request) + count * sizeof(request->lines[0]));
    bool is_whole = request != NULL;

    if (!is_whole)
        return NULL;
    request->count = count;
    for (unsigned i = 0; i < count; i++)
        request->lines[i].offset = lines[i].offset;
    request->settings = gpiod_line_settings_new();
    request->buffer = gpiod_edge_event_buffer_new(SB_GPIOD_EVENTS);
    for (int i = 0; i < 2; i++) {
        request->uses[i].config = gpiod_line_config_new();
        request->uses[i].lines = calloc(count, sizeof(*lines));
        is_whole = is_whole && request->uses[i].config != NULL && request->uses[i].lines != NULL;
    }
    if (is_whole && request->settings != NULL && request->buffer != NULL)
        return request;
    sb_gpiod_request_release(request);
    return NULL;
}

int sb_gpiod_request_open(struct sb_gpiod_chip *chip, const char *consumer,
                          const struct sb_gpiod_line *lines, unsigned count,
                          struct sb_gpiod_request **out)
{
    struct sb_gpiod_request *request = allocate(lines, count);
    int rc;

    *out = NULL;
    if (request == NULL)
        return -ENOMEM;
    rc = fill_use(request, &request->uses[0], lines, 0);
    if (rc == 0)
        rc = take(request, sb_gpiod_chip_handle(chip), consumer);
    if (rc < 0) {
        sb_gpiod_request_release(request);
        return rc;
    }
    *out = request;
    return 0;
}

int sb_gpiod_request_configure(struct sb_gpiod_request *request, const struct sb_gpiod_line *lines,
                               uint64_t edges)
{
    struct use *use = &request->uses[edges != 0];
    int rc = 0;

    if (!is_use(use, lines, request->count, edges))
        rc = fill_use(request, use, lines, edges);
    if (rc == 0 && gpiod_line_request_reconfigure_lines(request->request, use->config) < 0)
        rc = sb_gpiod_error();
    return rc;
}

/* Nobody asks for it, since requests are not rigid. */
int sb_gpiod_request_split(struct sb_gpiod_request *request, struct sb_gpiod_request **out)
{
    (void)request;
    (void)out;
    return -ENOTSUP;
}

void sb_gpiod_request_release(struct sb_gpiod_request *request)
{
    if (request->request != NULL)
        gpiod_line_request_release(request->request);
    if (request->buffer != NULL)
        gpiod_edge_event_buffer_free(request->buffer);
    for (int i = 0; i < 2; i++) {
        if (request->uses[i].config != NULL)
            gpiod_line_config_free(request->uses[i].config);
        free(request->uses[i].lines);
    }
    if (request->settings != NULL)
        gpiod_line_settings_free(request->settings);
    free(request);
}

/* ---- levels and edges */

/*
 * What gpiod_line_request_set_value and its likes do for a list of lines, here for bits: the request is the kernel's
 * own (linux/gpio.h), which stays as it is, and costs a fifth of the instructions. Success is 0 there, too.
 */
static int write_levels(int fd, uint64_t mask, uint64_t levels)
{
    struct gpio_v2_line_values values = {.bits = levels, .mask = mask};
    int rc = ioctl(fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values);

    return __builtin_expect(rc < 0, 0) ? -errno : rc;
}

int sb_gpiod_request_set_line(struct sb_gpiod_request *request, size_t index, uint64_t level)
{
    return write_levels(request->fd, UINT64_C(1) << index, level << index);
}

int sb_gpiod_request_set(struct sb_gpiod_request *request, uint64_t mask, uint64_t levels)
{
    return write_levels(request->fd, mask, levels);
}

int sb_gpiod_request_get(struct sb_gpiod_request *request, uint64_t *levels)
{
    struct gpio_v2_line_values values = {.mask = UINT64_MAX >> (64 - request->count)};
    int rc = ioctl(request->fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) < 0 ? -errno : 0;

    *levels = values.bits;
    return rc;
}

int sb_gpiod_request_fd(const struct sb_gpiod_request *request)
{
    return request->fd;
}

static unsigned index_of(const struct sb_gpiod_request *request, unsigned offset)
{
    unsigned index = 0;

    while (index < request->count - 1 && request->lines[index].offset != offset)
        index++;
    return index;
}

int sb_gpiod_request_read_events(struct sb_gpiod_request *request,
                                 struct sb_gpiod_event events[SB_GPIOD_EVENTS])
{
    int count = gpiod_line_request_read_edge_events(request->request, request->buffer,
                                                    SB_GPIOD_EVENTS);

    for (int i = 0; i < count; i++) {
        struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(request->buffer,
                                                                           (unsigned long)i);
        unsigned index = index_of(request, gpiod_edge_event_get_line_offset(event));
        uint32_t seqno = (uint32_t)gpiod_edge_event_get_line_seqno(event);

        events[i] = (struct sb_gpiod_event){
            .time_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event),
            .index = index,
            .level = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE,
            .lost = seqno - request->lines[index].last_seqno - 1,
        };
        request->lines[index].last_seqno = seqno;
    }
    return count < 0 ? 0 : count;
}

#endif
