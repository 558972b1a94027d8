/* SPDX-License-Identifier: MIT */
/*
 * Descriptors as streams. What comes is read straight into the stream's ring, as long as that has room: while it is
 * full nothing is asked of the kernel, whose buffers fill up and hold the other side back. What is written goes
 * straight to the kernel; no byte waits in between.
 */
#include "hal-linux/host_private.h"

#include "config.h"

#if SB_HAVE_UV

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/loop.h"

/* Bytes that wait for the program to read them, besides those in the kernel. */
#define BUFFER_SIZE 16384

struct fd_stream {
    struct sb_stream stream;
    struct sb_host_item item;
    struct sb_fd_watch *in;
    struct sb_fd_watch *out; /* may be the same */
    bool is_socket;
    bool is_reset; /* a write heard of it: the system tells it once */
    void (*closed_fn)(void *arg);
    void *arg;
    char name[SB_HOST_NAME_SIZE];
    uint8_t buffer[BUFFER_SIZE];
};

static struct fd_stream *fd_stream_of(const struct sb_stream *stream)
{
    return SB_CONTAINER_OF(stream, struct fd_stream, stream);
}

/* The system has given up on the other side: to a task ETIMEDOUT is its own time limit. */
static int error_of(int error)
{
    return error == ETIMEDOUT ? -ECONNRESET : -error;
}

/* ---- reading */

static void end_reading(struct fd_stream *s, int rc)
{
    sb_fd_watch_want(s->in, SB_FD_READABLE, false);
    sb_stream_report_closed(&s->stream, rc);
}

/* Reads once. Returns how many bytes; 0 when there is none now, or none any more. */
static size_t receive(struct fd_stream *s)
{
    uint8_t *piece;
    size_t size = sb_stream_place(&s->stream, &piece);
    ssize_t count = size == 0 ? 0 : read(sb_fd_watch_fd(s->in), piece, size);

    if (size == 0)
        return 0;
    if (count > 0) {
        sb_stream_report_placed(&s->stream, (size_t)count);
        return (size_t)count;
    }
    if (count == 0)
        end_reading(s, s->is_reset ? -ECONNRESET : -EPIPE);
    else if (errno != EAGAIN && errno != EINTR)
        end_reading(s, error_of(errno));
    return 0;
}

/* Hears of more only while there is room for it. */
static void read_on(struct fd_stream *s)
{
    if (s->stream.closed_rc == 0)
        sb_fd_watch_want(s->in, SB_FD_READABLE, sb_stream_room(&s->stream) > 0);
}

static void took(struct sb_stream *stream, size_t size)
{
    (void)size;
    read_on(fd_stream_of(stream));
}

static void on_in(int events, void *arg)
{
    struct fd_stream *s = arg;

    if ((events & SB_FD_WRITABLE) != 0 && s->in == s->out) {
        sb_fd_watch_want(s->out, SB_FD_WRITABLE, false);
        sb_stream_report_room(&s->stream);
    }
    if ((events & SB_FD_READABLE) != 0 && s->stream.closed_rc == 0)
        receive(s);
    read_on(s);
}

/* Files do not report, so they are read when somebody looks. */
static void catch_up(struct sb_stream *stream)
{
    struct fd_stream *s = fd_stream_of(stream);

    while (sb_fd_watch_is_file(s->in) && s->stream.closed_rc == 0 && receive(s) > 0)
        ;
}

/* ---- writing */

static void on_out(int events, void *arg)
{
    struct fd_stream *s = arg;

    (void)events;
    sb_fd_watch_want(s->out, SB_FD_WRITABLE, false);
    sb_stream_report_room(&s->stream);
}

static ssize_t write_now(const struct fd_stream *s, const uint8_t *data, size_t size)
{
    int fd = sb_fd_watch_fd(s->out);

    return s->is_socket ? send(fd, data, size, MSG_NOSIGNAL) : write(fd, data, size);
}

static int write_bytes(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    struct fd_stream *s = fd_stream_of(stream);
    ssize_t count;
    int rc;

    if (size == 0)
        return 0;
    do {
        count = write_now(s, data, size);
    } while (count < 0 && errno == EINTR);
    if (count >= 0)
        return (int)count;
    if (errno == EAGAIN) {
        sb_fd_watch_want(s->out, SB_FD_WRITABLE, true);
        return 0;
    }
    rc = errno == EPIPE && s->stream.closed_rc == -ECONNRESET ? -ECONNRESET : error_of(errno);
    s->is_reset = s->is_reset || rc == -ECONNRESET;
    return rc;
}

static int close_write(struct sb_stream *stream)
{
    struct fd_stream *s = fd_stream_of(stream);

    if (shutdown(sb_fd_watch_fd(s->out), SHUT_WR) == 0)
        return 0;
    return errno == ENOTCONN ? -EPIPE : -errno;
}

/* ---- opening and closing */

static void close_stream(struct fd_stream *s)
{
    sb_host_remove(&s->item);
    sb_fd_watch_close(s->in);
    if (s->out != s->in)
        sb_fd_watch_close(s->out);
    if (s->closed_fn != NULL)
        s->closed_fn(s->arg);
    free(s);
}

static void close_item(struct sb_host_item *item)
{
    close_stream(SB_CONTAINER_OF(item, struct fd_stream, item));
}

static void close_by_program(struct sb_stream *stream)
{
    close_stream(fd_stream_of(stream));
}

static const struct sb_stream_ops socket_ops = {
    .write = write_bytes,
    .close_write = close_write,
    .took = took,
    .close = close_by_program,
};

static const struct sb_stream_ops ops = {
    .write = write_bytes,
    .catch_up = catch_up,
    .took = took,
    .close = close_by_program,
};

static void close_watches(const struct sb_fd_stream_config *config)
{
    sb_fd_watch_close(config->in);
    if (config->out != config->in)
        sb_fd_watch_close(config->out);
}

int sb_fd_stream_open(struct sb_host_uv *host, const struct sb_fd_stream_config *config,
                      struct sb_stream **out)
{
    struct fd_stream *s = calloc(1, sizeof(*s));

    if (s == NULL) {
        close_watches(config);
        return sb_linux_fail(config->board, -ENOMEM, "%s: out of memory", config->name);
    }
    snprintf(s->name, sizeof(s->name), "%s", config->name);
    sb_stream_init(&s->stream, config->board, s->name, config->is_socket ? &socket_ops : &ops,
                   s->buffer, sizeof(s->buffer));
    s->in = config->in;
    s->out = config->out;
    s->is_socket = config->is_socket;
    s->closed_fn = config->closed_fn;
    s->arg = config->arg;
    s->item.close = close_item;
    sb_fd_watch_set_fn(s->out, on_out, s);
    sb_fd_watch_set_fn(s->in, on_in, s);
    sb_host_add(host, &s->item);
    read_on(s);
    *out = &s->stream;
    return 0;
}

#endif
