/* SPDX-License-Identifier: MIT */
/*
 * Requests through libgpiod 1, as Debian 12 and Ubuntu 24.04 have it. Here a line gives either edges or may
 * be changed, so that one which is to be watched is given back and taken anew. The kernel does not
 * number these edges: that some were lost shows only where two of the same direction follow each other.
 */
#include "hal-linux/gpiod.h"

#include "config.h"

#if SB_HAVE_GPIOD == 1

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "lib/hal/pin.h"

struct sb_gpiod_request {
    struct gpiod_line_bulk bulk; /* the lines are the chip's memory */
    int levels
        [GPIOD_LINE_BULK_MAX_LINES]; /* of outputs: the kernel sets all of a request at once */
    char consumer[SB_GPIOD_NAME_SIZE];
    unsigned flags; /* of all of them */
    bool has_edges; /* of the only one */
    int last_level; /* after the edge that was read last; -1: none yet */
};

bool sb_gpiod_request_is_rigid(void)
{
    return true;
}

/* ---- requesting */

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

static int take(struct sb_gpiod_request *request, unsigned flags, bool has_edges)
{
    struct gpiod_line_request_config config = {
        .consumer = request->consumer,
        .request_type = has_edges ? GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES : direction_of(flags),
        .flags = request_flags(flags),
    };
    int fd;

    if (gpiod_line_request_bulk(&request->bulk, &config, request->levels) < 0)
        return sb_gpiod_error();
    request->flags = flags;
    request->has_edges = has_edges;
    request->last_level = -1;
    fd = sb_gpiod_request_fd(request);
    if (has_edges && fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
        return -errno;
    return 0;
}

static struct sb_gpiod_request *allocate(const char *consumer)
{
    struct sb_gpiod_request *request = calloc(1, sizeof(*request));

    if (request != NULL)
        snprintf(request->consumer, sizeof(request->consumer), "%s",
                 consumer == NULL ? "" : consumer);
    return request;
}

static int find_lines(struct sb_gpiod_request *request, struct gpiod_chip *chip,
                      const struct sb_gpiod_line *lines, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct gpiod_line *line = gpiod_chip_get_line(chip, lines[i].offset);

        if (line == NULL)
            return -errno;
        gpiod_line_bulk_add(&request->bulk, line);
        request->levels[i] = lines[i].level;
    }
    return 0;
}

int sb_gpiod_request_open(struct sb_gpiod_chip *chip, const char *consumer,
                          const struct sb_gpiod_line *lines, unsigned count,
                          struct sb_gpiod_request **out)
{
    struct sb_gpiod_request *request = allocate(consumer);
    int rc;

    *out = NULL;
    if (request == NULL)
        return -ENOMEM;
    rc = find_lines(request, sb_gpiod_chip_handle(chip), lines, count);
    if (rc == 0)
        rc = take(request, lines[0].flags, false);
    if (rc < 0) {
        free(request);
        return rc;
    }
    *out = request;
    return 0;
}

/* Gives the line back and takes it anew; if that fails, as it was, but without edges. */
static int take_again(struct sb_gpiod_request *request, unsigned flags, bool has_edges)
{
    int rc;

    gpiod_line_release_bulk(&request->bulk);
    rc = take(request, flags, has_edges);
    if (rc < 0)
        (void)take(request, request->flags, false);
    return rc;
}

int sb_gpiod_request_configure(struct sb_gpiod_request *request, const struct sb_gpiod_line *lines,
                               uint64_t edges)
{
    unsigned count = gpiod_line_bulk_num_lines(&request->bulk);
    unsigned flags = lines[0].flags;

    assert(edges == 0 || count == 1);
    for (unsigned i = 0; i < count; i++) {
        if (lines[i].debounce_us != 0)
            return -ENOTSUP;
        assert(request_flags(lines[i].flags) == request_flags(flags));
        request->levels[i] = lines[i].level;
    }
    if (edges != 0 || request->has_edges)
        return take_again(request, flags, edges != 0);
    if (gpiod_line_set_config_bulk(&request->bulk, direction_of(flags), request_flags(flags),
                                   request->levels) < 0)
        return sb_gpiod_error();
    request->flags = flags;
    return 0;
}

int sb_gpiod_request_split(struct sb_gpiod_request *request, struct sb_gpiod_request **out)
{
    unsigned count = gpiod_line_bulk_num_lines(&request->bulk);
    int rc = 0;

    for (unsigned i = 0; i < count; i++) {
        out[i] = allocate(request->consumer);
        if (out[i] == NULL) {
            while (i-- > 0) {
                free(out[i]);
                out[i] = NULL;
            }
            return -ENOMEM;
        }
        gpiod_line_bulk_add(&out[i]->bulk, gpiod_line_bulk_get_line(&request->bulk, i));
        out[i]->levels[0] = request->levels[i];
    }
    gpiod_line_release_bulk(&request->bulk);
    for (unsigned i = 0; i < count; i++) {
        int line_rc = take(out[i], request->flags, false);

        rc = rc < 0 ? rc : line_rc;
    }
    free(request);
    return rc;
}

void sb_gpiod_request_release(struct sb_gpiod_request *request)
{
    gpiod_line_release_bulk(&request->bulk);
    free(request);
}

/* ---- levels and edges */

int sb_gpiod_request_get(struct sb_gpiod_request *request, uint64_t *levels)
{
    int values[GPIOD_LINE_BULK_MAX_LINES];

    *levels = 0;
    if (gpiod_line_get_value_bulk(&request->bulk, values) < 0)
        return -errno;
    for (unsigned i = 0; i < gpiod_line_bulk_num_lines(&request->bulk); i++)
        *levels |= (uint64_t)(values[i] != 0) << i;
    return 0;
}

/* Success is 0, in libgpiod as here. */
static int write_levels(struct sb_gpiod_request *request)
{
    int rc = gpiod_line_set_value_bulk(&request->bulk, request->levels);

    return __builtin_expect(rc < 0, 0) ? -errno : rc;
}

int sb_gpiod_request_set_line(struct sb_gpiod_request *request, size_t index, uint64_t level)
{
    request->levels[index] = (int)level;
    return write_levels(request);
}

int sb_gpiod_request_set(struct sb_gpiod_request *request, uint64_t mask, uint64_t levels)
{
    for (unsigned i = 0; i < gpiod_line_bulk_num_lines(&request->bulk); i++)
        if ((mask >> i & 1) != 0)
            request->levels[i] = (levels >> i & 1) != 0;
    return write_levels(request);
}

static struct gpiod_line *only_line(const struct sb_gpiod_request *request)
{
    return request->bulk.lines[0];
}

int sb_gpiod_request_fd(const struct sb_gpiod_request *request)
{
    return gpiod_line_event_get_fd(only_line(request));
}

int sb_gpiod_request_read_events(struct sb_gpiod_request *request,
                                 struct sb_gpiod_event events[SB_GPIOD_EVENTS])
{
    struct gpiod_line_event read[SB_GPIOD_EVENTS];
    int count = request->has_edges
                    ? gpiod_line_event_read_multiple(only_line(request), read, SB_GPIOD_EVENTS)
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
            .lost = level == request->last_level,
        };
        request->last_level = level;
    }
    return count < 0 ? 0 : count;
}

#endif
