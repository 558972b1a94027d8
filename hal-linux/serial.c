/* SPDX-License-Identifier: MIT */
/*
 * Serial ports as streams. What the kernel marks as broken (hal-linux/tty.h) is counted and left out. While the
 * stream's buffer is full nothing is read, and the kernel's fills up; what that loses it tells in its own count. Whoever
 * comes afterwards finds the port set as it was before.
 */
#include "hal-linux/serial.h"

#include "config.h"

#include <errno.h>
#include <linux/serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "hal-linux/error.h"
#include "hal-linux/fd_watch.h"
#include "hal-linux/restore.h"
#include "hal-linux/tty_open.h"
#include "lib/timer.h"

void sb_linux_serial_init(struct sb_linux_serial_list *list, struct sb_clock_uv *clock)
{
    list->clock = clock;
    sb_list_init(&list->ports);
}

#if SB_HAVE_UV

#define BUFFER_SIZE 16384
#define READ_SIZE   1024
#define NAME_SIZE   128
/* Start, eight data bits, stop. */
#define BITS_A_BYTE 10

struct port {
    struct sb_stream stream;
    struct sb_clock_uv *clock;
    struct sb_list node;
    struct sb_fd_watch *watch;
    struct sb_restore restore;
    struct sb_tty_settings before; /* those of who had the port last */
    struct sb_timer drain_timer;   /* looks again whether everything has left */
    struct sb_timer break_timer;   /* the end of a break */
    enum { PLAIN, MARK, MARK_ZERO } mark_state;
    int overruns; /* that the kernel had counted when we looked last */
    char name[NAME_SIZE];
    uint8_t buffer[BUFFER_SIZE];
};

static struct port *port_of(const struct sb_stream *stream)
{
    return SB_CONTAINER_OF(stream, struct port, stream);
}

static int fd_of(const struct port *port)
{
    return sb_fd_watch_fd(port->watch);
}

/* A port that is gone gives EIO to all that is asked of it. */
static int error_of(int error)
{
    return error == EIO ? -ENODEV : -error;
}

/* ---- reading */

/* Takes the marks out. Returns how many bytes are left at the beginning of `data`. */
static size_t unmark(struct port *port, uint8_t *data, size_t size)
{
    size_t kept = 0;

    for (size_t i = 0; i < size; i++) {
        uint8_t byte = data[i];

        switch (port->mark_state) {
        case PLAIN:
            if (byte == 0xff)
                port->mark_state = MARK;
            else
                data[kept++] = byte;
            break;
        case MARK:
            port->mark_state = byte == 0 ? MARK_ZERO : PLAIN;
            if (byte != 0)
                data[kept++] = byte; /* FFh itself is doubled */
            break;
        case MARK_ZERO:
            port->mark_state = PLAIN;
            sb_stream_report_error(&port->stream, byte == 0 ? SB_STREAM_BREAK : SB_STREAM_FRAMING);
            break;
        }
    }
    return kept;
}

/* Bytes that the kernel or the hardware had no room for. */
static void count_overruns(struct port *port)
{
    struct serial_icounter_struct counts;
    int overruns;

    if (ioctl(fd_of(port), TIOCGICOUNT, &counts) < 0)
        return; /* a pseudo terminal, or an adapter that does not count */
    overruns = counts.overrun + counts.buf_overrun;
    for (; port->overruns < overruns; port->overruns++)
        sb_stream_report_error(&port->stream, SB_STREAM_OVERRUN);
}

static void read_on(struct port *port)
{
    if (port->stream.closed_rc == 0)
        sb_fd_watch_want(port->watch, SB_FD_READABLE, sb_stream_room(&port->stream) > 0);
}

static void unplug(struct port *port)
{
    sb_fd_watch_want(port->watch, SB_FD_READABLE, false);
    if (port->stream.closed_rc == 0)
        sb_stream_report_closed(&port->stream, -ENODEV);
}

static void receive(struct port *port)
{
    uint8_t data[READ_SIZE];
    size_t room = sb_stream_room(&port->stream);
    ssize_t count = read(fd_of(port), data, room < sizeof(data) ? room : sizeof(data));

    if (count > 0) {
        size_t kept = unmark(port, data, (size_t)count);
        if (kept > 0)
            sb_stream_report(&port->stream, data, kept);
        count_overruns(port);
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        unplug(port);
    }
}

static void took(struct sb_stream *stream, size_t size)
{
    (void)size;
    read_on(port_of(stream));
}

static void on_ready(int events, void *arg)
{
    struct port *port = arg;

    if ((events & SB_FD_WRITABLE) != 0) {
        sb_fd_watch_want(port->watch, SB_FD_WRITABLE, false);
        sb_stream_report_room(&port->stream);
    }
    if ((events & SB_FD_READABLE) != 0 && port->stream.closed_rc == 0)
        receive(port);
    read_on(port);
}

/* ---- writing */

static int write_bytes(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    struct port *port = port_of(stream);
    ssize_t count;

    if (sb_timer_is_armed(&port->break_timer))
        return 0; /* reports room when the break is over */
    do {
        count = write(fd_of(port), data, size);
    } while (count < 0 && errno == EINTR);
    if (count >= 0)
        return (int)count;
    if (errno == EAGAIN) {
        sb_fd_watch_want(port->watch, SB_FD_WRITABLE, true);
        return 0;
    }
    return error_of(errno);
}

/* The kernel does not say when the last bit leaves: it is asked again after as long as what is left takes. */
static bool is_drained(const struct sb_stream *stream)
{
    struct port *port = port_of(stream);
    unsigned line_state;
    int queued = 0;

    if (ioctl(fd_of(port), TIOCOUTQ, &queued) < 0) {
        unplug(port);
        return false;
    }
    if (queued == 0 &&
        (ioctl(fd_of(port), TIOCSERGETLSR, &line_state) < 0 || (line_state & TIOCSER_TEMT) != 0))
        return true;
    sb_timer_start_ns(&port->drain_timer,
                      (queued + 1) * BITS_A_BYTE * SB_S_NS / (int64_t)stream->baud);
    return false;
}

static void on_drain_timer(struct sb_timer *timer, void *arg)
{
    struct port *port = arg;

    (void)timer;
    sb_stream_report_room(&port->stream); /* who drains looks again */
}

static int set_baud(struct sb_stream *stream, unsigned baud)
{
    int rc = baud == 0 ? -EINVAL : sb_tty_set_baud(fd_of(port_of(stream)), baud);

    return rc < 0 ? error_of(-rc) : rc;
}

static void on_break_over(struct sb_timer *timer, void *arg)
{
    struct port *port = arg;

    (void)timer;
    (void)ioctl(fd_of(port), TIOCCBRK);
    sb_stream_report_room(&port->stream);
}

static int send_break(struct sb_stream *stream, int64_t duration_ns)
{
    struct port *port = port_of(stream);

    if (ioctl(fd_of(port), TIOCSBRK) < 0)
        return error_of(errno);
    sb_timer_start_ns(&port->break_timer, duration_ns);
    return 0;
}

/* ---- opening and closing */

static void give_back(const struct sb_restore *restore)
{
    const struct port *port = SB_CONTAINER_OF(restore, struct port, restore);

    sb_tty_give_back(fd_of(port), &port->before);
}

static void close_port(struct port *port)
{
    sb_timer_stop(&port->drain_timer);
    sb_timer_stop(&port->break_timer);
    sb_restore_remove(&port->restore);
    give_back(&port->restore);
    sb_list_remove(&port->node);
    sb_clock_uv_add_source(port->clock, -1);
    sb_fd_watch_close(port->watch);
    free(port);
}

static void close_by_program(struct sb_stream *stream)
{
    close_port(port_of(stream));
}

static const struct sb_stream_ops ops = {
    .write = write_bytes,
    .is_drained = is_drained,
    .set_baud = set_baud,
    .send_break = send_break,
    .took = took,
    .close = close_by_program,
};

void sb_linux_serial_close_all(struct sb_linux_serial_list *list)
{
    struct sb_list *node;
    struct sb_list *after;

    SB_LIST_FOR_EACH(node, after, &list->ports)
    {
        close_port(SB_CONTAINER_OF(node, struct port, node));
    }
}

static int start(struct sb_linux_serial_list *list, struct port *port, int fd)
{
    struct serial_icounter_struct counts;
    int rc = sb_fd_watch_open(list->clock, fd, &port->watch);

    if (rc < 0)
        return rc;
    sb_restore_add(&port->restore, give_back);
    if (ioctl(fd, TIOCGICOUNT, &counts) == 0)
        port->overruns = counts.overrun + counts.buf_overrun;
    sb_timer_init(&port->drain_timer, on_drain_timer, port);
    sb_timer_init(&port->break_timer, on_break_over, port);
    sb_fd_watch_set_fn(port->watch, on_ready, port);
    sb_list_append(&list->ports, &port->node);
    port->clock = list->clock;
    sb_clock_uv_add_source(port->clock, 1); /* something may always come */
    read_on(port);
    return 0;
}

int sb_linux_serial_open(struct sb_linux_serial_list *list, struct sb_board *board,
                         const char *name, unsigned baud, struct sb_stream **out)
{
    char path[NAME_SIZE + 8];
    struct port *port;
    int fd;
    int rc;

    if (strlen(name) >= NAME_SIZE)
        return sb_linux_fail(board, -EINVAL, "\"%.40s...\" is too long a name for a serial port",
                             name);
    if (baud == 0)
        return sb_linux_fail(board, -EINVAL, "%s: a serial port needs a baud rate, as 9600", name);
    snprintf(path, sizeof(path), "%s%s", name[0] == '/' ? "" : "/dev/", name);
    port = calloc(1, sizeof(*port));
    if (port == NULL)
        return sb_linux_fail(board, -ENOMEM, "no memory for the serial port");
    fd = sb_tty_open(board, name, path, baud, &port->before);
    if (fd < 0) {
        free(port);
        return fd;
    }
    memcpy(port->name, name, strlen(name) + 1);
    sb_stream_init(&port->stream, board, port->name, &ops, port->buffer, sizeof(port->buffer));
    port->stream.baud = baud;
    rc = start(list, port, fd);
    if (rc < 0) {
        free(port);
        return sb_linux_fail(board, rc, "%s: %s", path, strerror(-rc));
    }
    *out = &port->stream;
    return 0;
}

#else

int sb_linux_serial_open(struct sb_linux_serial_list *list, struct sb_board *board,
                         const char *name, unsigned baud, struct sb_stream **out)
{
    (void)list;
    (void)baud;
    (void)out;
    return sb_linux_fail(board, -ENOTSUP,
                         "%s: built without libuv1-dev: install it and build again", name);
}

void sb_linux_serial_close_all(struct sb_linux_serial_list *list)
{
    (void)list;
}

#endif
