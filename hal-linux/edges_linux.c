/* SPDX-License-Identifier: MIT */
/*
 * Edges of the kernel's lines. All requests with watched lines are in one epoll of the board's, and that is
 * in libuv: so one may change its descriptor without libuv's knowledge, nothing is allocated to
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

/* Requests asked about in one go; the rest is readable the next time. */
#define READY_MAX 64

/* How often in one go edges are taken over until no request has one that might not be the next. */
#define ROUNDS 4

struct sb_linux_edges {
#if SB_HAVE_UV
    uv_poll_t poll;
#endif
    struct sb_linux_board *linux_board;
    int epoll_fd;
    int chip_fd;              /* tells when the chip goes; negative: nothing does */
    unsigned listening_count; /* requests in epoll */
    bool is_gone;
};

int sb_linux_edges_listen(struct sb_linux_board *linux_board, struct sb_linux_request *r,
                          bool is_on)
{
    struct sb_linux_edges *edges = linux_board->chip->edges;
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = r}};
    int rc = epoll_ctl(edges->epoll_fd, is_on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
                       sb_gpiod_request_fd(r->gpiod), &event);

    if (rc < 0 && is_on)
        return -errno;
    edges->listening_count += is_on ? 1u : -1u;
    return 0;
}

/* What the kernel still has of them is told by its time. */
void sb_linux_edges_forget(struct sb_linux_request *r, uint64_t lines)
{
    int64_t now_ns = sb_clock_now_ns(&sb_linux_board_of(r->pins[0])->clock->clock);

    for (unsigned i = 0; i < r->count; i++)
        if ((lines >> i & 1) != 0)
            r->pins[i]->since_ns = now_ns;
}

/* ---- reporting edges, in libuv's loop */

#if SB_HAVE_UV

static struct sb_gpiod_event *first_event(struct sb_linux_request *r)
{
    return &r->events[r->next_event];
}

static int64_t last_event_ns(const struct sb_linux_request *r)
{
    return r->events[r->next_event + r->event_count - 1].time_ns;
}

/* Lines of one request are queued by threads of their own: two edges may stand the wrong way round. */
static void sort_events(struct sb_gpiod_event *events, unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        struct sb_gpiod_event event = events[i];
        unsigned at = i;

        for (; at > 0 && events[at - 1].time_ns > event.time_ns; at--)
            events[at] = events[at - 1];
        events[at] = event;
    }
}

/*
 * Takes over what the kernel has of a request. Brings `*until_ns` down to where that is complete, if more may be left than
 * fits here. Returns whether there is anything.
 */
static bool take_from(struct sb_linux_request *r, int64_t *until_ns)
{
    bool is_full = r->event_count > 0;

    if (!is_full) {
        r->next_event = 0;
        r->event_count = (unsigned)sb_gpiod_request_read_events(r->gpiod, r->events);
        is_full = r->event_count == SB_GPIOD_EVENTS;
        sort_events(r->events, r->event_count);
    }
    if (is_full && last_event_ns(r) < *until_ns)
        *until_ns = last_event_ns(r);
    return r->event_count > 0;
}

/* The request that is listened to when there is only one: then nobody need be asked which it was. Else null. */
static struct sb_linux_request *only_one(const struct sb_linux_edges *edges)
{
    struct sb_linux_request *r = edges->linux_board->requests;

    if (edges->listening_count != 1)
        return NULL;
    while (r != NULL && r->edges == 0)
        r = r->next;
    return r;
}

/* Something has happened to the chip: if it is gone, who waits for edges would do so for ever. */
static void note_gone(struct sb_linux_edges *edges)
{
    struct sb_linux_board *linux_board = edges->linux_board;

    if (edges->is_gone || !sb_linux_chip_is_gone(linux_board->chip->gpiod, edges->chip_fd))
        return;
    edges->is_gone = true;
    for (struct sb_linux_request *r = linux_board->requests; r != NULL; r = r->next)
        for (unsigned i = 0; i < r->count; i++)
            if (r->pins[i]->is_open)
                sb_pin_report_gone(&r->pins[i]->pin, -ENODEV);
    if (linux_board->gone_fn != NULL)
        linux_board->gone_fn(linux_board->gone_arg);
}

/*
 * Takes over what the kernel has of every request. Returns how far in time that is complete: an
 * edge of another one might have come while one was read, or more of it than fits here.
 */
static int64_t take_edges(struct sb_linux_edges *edges)
{
    struct sb_clock *clock = &edges->linux_board->clock->clock;
    struct epoll_event ready[READY_MAX];
    int64_t until_ns = sb_clock_now_ns(clock);
    struct sb_linux_request *only = only_one(edges);
    int count;

    if (only != NULL && take_from(only, &until_ns))
        return until_ns;
    count = epoll_wait(edges->epoll_fd, ready, READY_MAX, 0);
    for (int i = 0; i < count; i++) {
        struct sb_linux_request *r = ready[i].data.ptr;

        if (r == NULL) {
            note_gone(edges);
        } else if (!take_from(r, &until_ns) && (ready[i].events & (EPOLLERR | EPOLLHUP)) != 0) {
            (void)sb_linux_edges_listen(edges->linux_board, r, false); /* it stays so */
            r->edges = 0;
            note_gone(edges);
        }
    }
    return until_ns;
}

/* The request whose first edge is the oldest of all; null when there is none. */
static struct sb_linux_request *oldest(struct sb_linux_board *linux_board)
{
    struct sb_linux_request *found = NULL;

    for (struct sb_linux_request *r = linux_board->requests; r != NULL; r = r->next)
        if (r->event_count > 0 &&
            (found == NULL || first_event(r)->time_ns < first_event(found)->time_ns))
            found = r;
    return found;
}

/* Reports edges up to that time. What is called may watch, unwatch, open and close any pin. */
static void report_edges(struct sb_linux_board *linux_board, int64_t until_ns)
{
    struct sb_linux_request *r;

    while ((r = oldest(linux_board)) != NULL && first_event(r)->time_ns <= until_ns) {
        struct sb_gpiod_event event = *first_event(r);
        struct sb_linux_pin *p = r->pins[event.index];

        r->next_event++;
        r->event_count--;
        if (p->is_watched && event.time_ns >= p->since_ns)
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
