/* SPDX-License-Identifier: MIT */
/* Servers of TCP. What has come waits in the kernel's queue until a task takes it. */
#include "hal-linux/tcp.h"

#include "config.h"

#if SB_HAVE_UV

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hal-linux/lookup.h"
#include "lib/wait.h"

/* Connections that may wait to be accepted; the kernel refuses more. */
#define BACKLOG 128

struct tcp_server {
    struct sb_server server;
    struct sb_host_item item;
    struct sb_host_uv *host;
    struct sb_fd_watch *watch;
    char name[SB_HOST_NAME_SIZE];
};

static struct tcp_server *tcp_server_of(struct sb_server *server)
{
    return SB_CONTAINER_OF(server, struct tcp_server, server);
}

/* ---- accepting */

static int fail_accept(struct tcp_server *t, int rc)
{
    if (rc == -EMFILE || rc == -ENFILE)
        return sb_linux_fail(
            t->server.board, rc,
            "%s: no descriptor left for another connection: close some streams, or "
            "raise ulimit -n",
            t->name);
    return sb_linux_fail(t->server.board, rc, "%s: cannot accept: %s", t->name, strerror(-rc));
}

/* What is wrong with a connection that ended before it was accepted is no error of the server. */
static bool is_gone(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO || error == ENETDOWN ||
           error == ENETUNREACH || error == EHOSTUNREACH || error == EHOSTDOWN;
}

static int take_connection(struct tcp_server *t, char *name, size_t size)
{
    struct sockaddr_storage address;
    socklen_t length;
    int fd;

    do {
        length = sizeof(address);
        fd = accept4(sb_fd_watch_fd(t->watch), (struct sockaddr *)&address, &length,
                     SOCK_CLOEXEC | SOCK_NONBLOCK);
    } while (fd < 0 && is_gone(errno));
    if (fd < 0)
        return errno == EAGAIN ? -EAGAIN : fail_accept(t, -errno);
    sb_tcp_name_format(name, size, (struct sockaddr *)&address, length);
    return fd;
}

static int try_accept(struct sb_server *server, struct sb_stream **out)
{
    struct tcp_server *t = tcp_server_of(server);
    struct sb_fd_watch *watch;
    char name[SB_HOST_NAME_SIZE];
    int fd = take_connection(t, name, sizeof(name));
    int rc = fd < 0 ? fd : sb_fd_watch_open(t->host->clock, fd, &watch);

    if (fd >= 0 && rc < 0)
        return fail_accept(t, rc);
    return rc < 0 ? rc : sb_tcp_stream(t->host, server->board, name, watch, out);
}

static void on_connection(int events, void *arg)
{
    struct tcp_server *t = arg;

    (void)events;
    if (!sb_server_report(&t->server))
        sb_fd_watch_want(t->watch, SB_FD_READABLE, false);
}

static void watch_for_more(struct sb_server *server)
{
    sb_fd_watch_want(tcp_server_of(server)->watch, SB_FD_READABLE, true);
}

/* ---- opening and closing */

static void close_server(struct tcp_server *t)
{
    sb_host_remove(&t->item);
    sb_fd_watch_close(t->watch);
    free(t);
}

static void close_item(struct sb_host_item *item)
{
    close_server(SB_CONTAINER_OF(item, struct tcp_server, item));
}

static void close_by_program(struct sb_server *server)
{
    close_server(tcp_server_of(server));
}

static int fail_listen(struct sb_board *board, const char *name, int rc)
{
    switch (rc) {
    case -EADDRINUSE:
        return sb_linux_fail(board, rc,
                             "%s: another program listens there: end it, or take another port (0: "
                             "any that is free)",
                             name);
    case -EACCES:
        return sb_linux_fail(board, rc, "%s: ports below 1024 are for root only: take another port",
                             name);
    case -EADDRNOTAVAIL:
        return sb_linux_fail(
            board, rc,
            "%s: this machine has no such address: give localhost, or no host for all "
            "that it has",
            name);
    default:
        return sb_linux_fail(board, rc, "%s: cannot listen: %s", name, strerror(-rc));
    }
}

/* A socket that listens at the address, in `*out`. */
static int listen_at(const struct addrinfo *address, int *out)
{
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int off = 0;
    int on = 1;

    if (fd < 0)
        return -errno;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)); /* not by old connections */
    if (address->ai_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)); /* IPv4 too */
    if (bind(fd, address->ai_addr, address->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
        int rc = -errno;
        close(fd);
        return rc;
    }
    *out = fd;
    return 0;
}

/* The first of the addresses that will do. */
static int listen_at_any(const struct addrinfo *list, int *fd)
{
    int rc = -EADDRNOTAVAIL;

    for (; list != NULL && rc < 0 && rc != -EADDRINUSE && rc != -EACCES; list = list->ai_next)
        rc = listen_at(list, fd);
    return rc;
}

static unsigned port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } address = {.six = {.sin6_port = 0}};
    socklen_t length = sizeof(address);

    if (getsockname(fd, &address.any, &length) < 0)
        return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.six.sin6_port : address.four.sin_port);
}

static int serve(struct sb_host_uv *host, struct sb_board *board, const char *name, int fd,
                 struct sb_server **out)
{
    static const struct sb_server_ops ops = {
        .try_accept = try_accept,
        .watch = watch_for_more,
        .close = close_by_program,
    };
    struct tcp_server *t = calloc(1, sizeof(*t));
    int rc;

    if (t == NULL) {
        close(fd);
        return fail_listen(board, name, -ENOMEM);
    }
    rc = sb_fd_watch_open(host->clock, fd, &t->watch);
    if (rc < 0) {
        free(t);
        return fail_listen(board, name, rc);
    }
    sb_fd_watch_set_fn(t->watch, on_connection, t);
    snprintf(t->name, sizeof(t->name), "%.*s:%u", (int)(strrchr(name, ':') - name), name,
             port_of(fd));
    sb_server_init(&t->server, board, t->name, port_of(fd), &ops);
    t->host = host;
    t->item.close = close_item;
    sb_host_add(host, &t->item);
    *out = &t->server;
    return 0;
}

/* Everywhere is the address of IPv6 that takes both, or that of IPv4 where there is no other. */
static int listen_everywhere(const char *port, int *fd)
{
    static const int families[] = {AF_INET6, AF_INET};
    int rc = -EADDRNOTAVAIL;

    for (int i = 0; i < 2 && rc < 0 && rc != -EADDRINUSE && rc != -EACCES; i++) {
        struct addrinfo *list = NULL;

        rc = sb_lookup(NULL, port, families[i], AI_PASSIVE, &list);
        if (rc == 0)
            rc = listen_at_any(list, fd);
        if (list != NULL)
            freeaddrinfo(list);
    }
    return rc;
}

int sb_tcp_listen(struct sb_host_uv *host, struct sb_board *board, const char *name,
                  struct sb_server **out)
{
    struct sb_tcp_name parts;
    struct addrinfo *list = NULL;
    int fd = -1;
    int rc = sb_tcp_name_parse(&parts, board, name);

    if (rc == 0)
        rc = sb_wait_check();
    if (rc != 0)
        return rc;
    if (parts.host[0] == '\0') {
        rc = listen_everywhere(parts.port, &fd);
    } else {
        rc = sb_lookup(parts.host, parts.port, AF_UNSPEC, 0, &list);
        if (rc < 0)
            return sb_tcp_fail_lookup(board, name, parts.host, rc);
        rc = listen_at_any(list, &fd);
        freeaddrinfo(list);
    }
    return rc < 0 ? fail_listen(board, name, rc) : serve(host, board, name, fd, out);
}

#endif
