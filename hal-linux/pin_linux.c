/* SPDX-License-Identifier: MIT */
/*
 * The HAL's pins on lines of the kernel. All watched lines are in one epoll of the board's, and that is
 * in libuv: so a line may change its descriptor without libuv's knowledge, nothing is allocated to
 * watch, and the edges of several pins can be reported in order of their kernel time stamps.
 */
#include "hal-linux/pin_linux.h"

#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "lib/list.h"

#if SB_HAVE_UV
#include <uv.h>
#endif

/* Lines asked about in one go; the rest is readable the next time. */
#define READY_MAX 64

/* How often in one go edges are taken over until no line has one that might not be the next. */
#define ROUNDS 4

struct sb_linux_edges {
#if SB_HAVE_UV
    uv_poll_t poll;
#endif
    struct sb_linux_board *linux_board;
    int epoll_fd;
    int chip_fd; /* tells when the chip goes; negative: nothing does */
    unsigned watched_count;
    bool is_gone;
};

static struct sb_linux_pin *linux_pin(struct sb_pin *pin)
{
    return SB_CONTAINER_OF(pin, struct sb_linux_pin, pin);
}

static struct sb_linux_board *board_of(struct sb_linux_pin *p)
{
    return SB_CONTAINER_OF(p->pin.board, struct sb_linux_board, board);
}

/* Puts the line into the board's epoll or takes it out. */
static int listen_to(struct sb_linux_pin *p, bool is_on)
{
    struct sb_linux_edges *edges = board_of(p)->chip->edges;
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = p}};
    int rc = epoll_ctl(edges->epoll_fd, is_on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
                       sb_gpiod_line_fd(p->line), &event);

    return rc < 0 && is_on ? -errno : 0;
}

/* ---- operations */

static void forget_edges(struct sb_linux_pin *p)
{
    p->event_count = 0;
}

static int start_edges(struct sb_linux_pin *p)
{
    int rc = sb_gpiod_line_set_edges(p->line, true);

    return rc < 0 ? rc : listen_to(p, true);
}

static int pin_watch(struct sb_pin *pin, bool is_on)
{
    struct sb_linux_pin *p = linux_pin(pin);
    int rc;

    if (is_on) {
        rc = start_edges(p);
        if (rc < 0)
            return sb_linux_pin_fail(p, rc, pin->flags);
    } else {
        (void)listen_to(p, false);
        rc = (pin->flags & SB_PIN_INPUT) != 0 ? sb_gpiod_line_set_edges(p->line, false) : 0;
        forget_edges(p);
    }
    p->is_watched = is_on;
    board_of(p)->chip->edges->watched_count += is_on ? 1u : -1u;
    sb_clock_uv_add_source(board_of(p)->clock, is_on ? 1 : -1);
    return rc;
}

static int pin_configure(struct sb_pin *pin, unsigned flags)
{
    struct sb_linux_pin *p = linux_pin(pin);
    struct sb_linux_board *linux_board = board_of(p);
    bool value = (flags & SB_PIN_INITIAL_TRUE) != 0;
    bool level = value != ((flags & SB_PIN_ACTIVE_LOW) != 0);
    int rc;

    if (p->line == NULL) {
        rc = sb_gpiod_line_request(linux_board->chip->gpiod, p->offset, linux_board->consumer,
                                   flags, level, &p->line);
        return rc < 0 ? sb_linux_pin_fail(p, rc, flags) : 0;
    }
    if (p->is_watched)
        (void)listen_to(p, false);
    rc = sb_gpiod_line_configure(p->line, flags, level);
    if (p->is_watched && ((rc < 0 ? pin->flags : flags) & SB_PIN_INPUT) != 0) {
        int again = start_edges(p);
        rc = rc < 0 ? rc : again;
    }
    return rc < 0 ? sb_linux_pin_fail(p, rc, flags) : 0;
}

static int pin_read(struct sb_pin *pin)
{
    return sb_gpiod_line_get(linux_pin(pin)->line);
}

static int pin_write(struct sb_pin *pin, bool level)
{
    return sb_gpiod_line_set(linux_pin(pin)->line, level);
}

static void pin_close(struct sb_pin *pin)
{
    struct sb_linux_pin *p = linux_pin(pin);
    struct sb_linux_pin **at = &board_of(p)->pins;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    forget_edges(p);
    sb_gpiod_line_release(p->line);
    p->line = NULL;
}

const struct sb_pin_ops sb_linux_pin_ops = {
    .configure = pin_configure,
    .read = pin_read,
    .write = pin_write,
    .watch = pin_watch,
    .close = pin_close,
};

/* ---- reporting edges, in libuv's loop */

#if SB_HAVE_UV

static struct sb_gpiod_event *first_event(struct sb_linux_pin *p)
{
    return &p->events[p->next_event];
}

static int64_t last_event_ns(const struct sb_linux_pin *p)
{
    return p->events[p->next_event + p->event_count - 1].time_ns;
}

/*
 * Takes over what the kernel has of a line. Brings `*until_ns` down to where that is complete, if more may be left than
 * fits here. Returns whether there is anything.
 */
static bool take_from(struct sb_linux_pin *p, int64_t *until_ns)
{
    bool is_full = p->event_count > 0;

    if (!is_full) {
        p->next_event = 0;
        p->event_count = (unsigned)sb_gpiod_line_read_events(p->line, p->events);
        is_full = p->event_count == SB_GPIOD_EVENTS;
    }
    if (is_full && last_event_ns(p) < *until_ns)
        *until_ns = last_event_ns(p);
    return p->event_count > 0;
}

/* The watched line when there is only one: then nobody need be asked which it was. Else null. */
static struct sb_linux_pin *only_watched(const struct sb_linux_edges *edges)
{
    struct sb_linux_pin *p = edges->linux_board->pins;

    if (edges->watched_count != 1)
        return NULL;
    while (p != NULL && !p->is_watched)
        p = p->next;
    return p;
}

/* Something has happened to the chip: if it is gone, who waits for edges would do so for ever. */
static void note_gone(struct sb_linux_edges *edges)
{
    struct sb_linux_board *linux_board = edges->linux_board;

    if (edges->is_gone || !sb_linux_chip_is_gone(linux_board->chip->gpiod, edges->chip_fd))
        return;
    edges->is_gone = true;
    for (struct sb_linux_pin *p = linux_board->pins; p != NULL; p = p->next)
        sb_pin_report_gone(&p->pin, -ENODEV);
    if (linux_board->gone_fn != NULL)
        linux_board->gone_fn(linux_board->gone_arg);
}

/*
 * Takes over what the kernel has of every watched line. Returns how far in time that is complete: an
 * edge of another line might have come while one was read, or more of a line than fits here.
 */
static int64_t take_edges(struct sb_linux_edges *edges)
{
    struct sb_clock *clock = &edges->linux_board->clock->clock;
    struct epoll_event ready[READY_MAX];
    int64_t until_ns = sb_clock_now_ns(clock);
    struct sb_linux_pin *only = only_watched(edges);
    int count;

    if (only != NULL && take_from(only, &until_ns))
        return until_ns;
    count = epoll_wait(edges->epoll_fd, ready, READY_MAX, 0);
    for (int i = 0; i < count; i++) {
        struct sb_linux_pin *p = ready[i].data.ptr;

        if (p == NULL) {
            note_gone(edges);
        } else if (!take_from(p, &until_ns) && (ready[i].events & (EPOLLERR | EPOLLHUP)) != 0) {
            (void)listen_to(p, false); /* it stays so */
            note_gone(edges);
        }
    }
    return until_ns;
}

/* The open pin whose first edge is the oldest of all; null when there is none. */
static struct sb_linux_pin *oldest(struct sb_linux_board *linux_board)
{
    struct sb_linux_pin *found = NULL;

    for (struct sb_linux_pin *p = linux_board->pins; p != NULL; p = p->next)
        if (p->event_count > 0 &&
            (found == NULL || first_event(p)->time_ns < first_event(found)->time_ns))
            found = p;
    return found;
}

/* Reports edges up to that time. What is called may watch, unwatch, open and close any pin. */
static void report_edges(struct sb_linux_board *linux_board, int64_t until_ns)
{
    struct sb_linux_pin *p;

    while ((p = oldest(linux_board)) != NULL && first_event(p)->time_ns <= until_ns) {
        struct sb_gpiod_event event = *first_event(p);
        p->next_event++;
        p->event_count--;
        sb_pin_report_edge(&p->pin, event.level, event.time_ns, event.lost);
    }
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct sb_linux_edges *edges = poll->data;

    (void)status;
    (void)events;
    for (int i = 0; i < ROUNDS; i++) {
        report_edges(edges->linux_board, take_edges(edges));
        if (oldest(edges->linux_board) == NULL)
            return;
    }
    report_edges(edges->linux_board, INT64_MAX);
}

static void on_closed(uv_handle_t *handle)
{
    struct sb_linux_edges *edges = handle->data;

    close(edges->epoll_fd);
    if (edges->chip_fd >= 0)
        close(edges->chip_fd);
    free(edges);
}

static void listen_to_chip(struct sb_linux_edges *edges)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = NULL}};

    edges->chip_fd = sb_linux_chip_watch(edges->linux_board->chip->gpiod);
    if (edges->chip_fd >= 0)
        (void)epoll_ctl(edges->epoll_fd, EPOLL_CTL_ADD, edges->chip_fd, &event);
}

int sb_linux_edges_open(struct sb_linux_board *linux_board)
{
    struct sb_linux_edges *edges = calloc(1, sizeof(*edges));
    int rc;

    if (edges == NULL)
        return -ENOMEM;
    edges->linux_board = linux_board;
    edges->poll.data = edges;
    edges->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    rc = edges->epoll_fd < 0
             ? -errno
             : uv_poll_init(sb_clock_uv_loop(linux_board->clock), &edges->poll, edges->epoll_fd);
    if (rc < 0) {
        if (edges->epoll_fd >= 0)
            close(edges->epoll_fd);
        free(edges);
        return rc;
    }
    listen_to_chip(edges);
    linux_board->chip->edges = edges;
    return uv_poll_start(&edges->poll, UV_READABLE, on_readable);
}

void sb_linux_edges_close(struct sb_linux_board *linux_board)
{
    struct sb_linux_edges *edges = linux_board->chip->edges;

    if (edges == NULL)
        return;
    uv_close((uv_handle_t *)&edges->poll, on_closed);
    linux_board->chip->edges = NULL;
}

#else

int sb_linux_edges_open(struct sb_linux_board *linux_board)
{
    (void)linux_board;
    return -ENOTSUP;
}

void sb_linux_edges_close(struct sb_linux_board *linux_board)
{
    (void)linux_board;
}

#endif
