/* SPDX-License-Identifier: MIT */
/* Descriptors under libuv's poll. */
#include "hal-linux/fd_watch.h"

#include "config.h"

#if SB_HAVE_UV

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "lib/loop.h"

struct sb_fd_watch {
    uv_poll_t poll;
    int fd;
    int events; /* wanted */
    bool is_file;
    sb_fd_ready_fn *fn;
    void *arg;
};

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct sb_fd_watch *watch = poll->data;
    int ready = 0;

    if (status < 0) {
        watch->events = 0; /* libuv has stopped it */
        ready = SB_FD_READABLE | SB_FD_WRITABLE;
    }
    if ((events & UV_READABLE) != 0)
        ready |= SB_FD_READABLE;
    if ((events & UV_WRITABLE) != 0)
        ready |= SB_FD_WRITABLE;
    watch->fn(ready, watch->arg);
}

int sb_fd_watch_open(struct sb_clock_uv *clock, int fd, struct sb_fd_watch **out)
{
    struct sb_fd_watch *watch = calloc(1, sizeof(*watch));
    int rc = watch == NULL ? -ENOMEM : uv_poll_init(sb_clock_uv_loop(clock), &watch->poll, fd);

    if (rc == UV_EPERM) { /* epoll knows only what can keep one waiting */
        watch->is_file = true;
        rc = 0;
    }
    if (rc < 0) {
        close(fd);
        free(watch);
        return rc;
    }
    watch->poll.data = watch;
    watch->fd = fd;
    *out = watch;
    return 0;
}

void sb_fd_watch_set_fn(struct sb_fd_watch *watch, sb_fd_ready_fn *fn, void *arg)
{
    watch->fn = fn;
    watch->arg = arg;
}

int sb_fd_watch_fd(const struct sb_fd_watch *watch)
{
    return watch->fd;
}

bool sb_fd_watch_is_file(const struct sb_fd_watch *watch)
{
    return watch->is_file;
}

/* libuv tells the kernel in its next turn only, so the loop has to look even if tasks are ready. */
void sb_fd_watch_want(struct sb_fd_watch *watch, int event, bool is_wanted)
{
    int events = is_wanted ? watch->events | event : watch->events & ~event;
    int uv_events = 0;

    if (events == watch->events || watch->is_file)
        return;
    watch->events = events;
    if (events == 0) {
        uv_poll_stop(&watch->poll);
        return;
    }
    if ((events & SB_FD_READABLE) != 0)
        uv_events |= UV_READABLE;
    if ((events & SB_FD_WRITABLE) != 0)
        uv_events |= UV_WRITABLE;
    uv_poll_start(&watch->poll, uv_events, on_ready);
    sb_loop_look(sb_loop_current());
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void sb_fd_watch_close(struct sb_fd_watch *watch)
{
    if (!watch->is_file)
        uv_close((uv_handle_t *)&watch->poll, on_closed);
    close(watch->fd);
    if (watch->is_file)
        free(watch);
}

#endif
