/* SPDX-License-Identifier: MIT */
/* TCP: names and connecting. One address after the other is tried, until somebody answers. */
#include "hal-linux/tcp.h"

#include "config.h"

#if SB_HAVE_UV

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hal-linux/lookup.h"
#include "lib/wait.h"

/* ---- names */

static int fail_name(struct sb_board *board, const char *name)
{
    (void)sb_linux_fail(
        board, -EINVAL,
        "\"%s\" is no address: give tcp:HOST:PORT with a port from 0 to 65535, such as "
        "tcp:localhost:7000 or tcp:[::1]:7000",
        name);
    return -EINVAL;
}

static bool is_port(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && length <= 5 && strspn(text, "0123456789") == length && atoi(text) <= 65535;
}

int sb_tcp_name_parse(struct sb_tcp_name *parts, struct sb_board *board, const char *name)
{
    const char *host = name + strlen("tcp:");
    const char *colon = strrchr(host, ':');
    bool has_brackets = host[0] == '[';
    size_t length;

    if (colon == NULL || !is_port(colon + 1) ||
        (has_brackets && (colon == host || colon[-1] != ']')))
        return fail_name(board, name);
    length = (size_t)(colon - host);
    if (has_brackets) {
        host++;
        length -= 2;
    } else if (memchr(host, ':', length) != NULL) {
        return fail_name(board, name); /* an address of IPv6 needs the brackets */
    }
    memcpy(parts->host, host, length);
    parts->host[length] = '\0';
    snprintf(parts->port, sizeof(parts->port), "%s", colon + 1);
    return 0;
}

void sb_tcp_name_format(char *name, size_t size, const struct sockaddr *address, socklen_t length)
{
    char host[64] = "?";
    char port[8] = "0";

    (void)getnameinfo(address, length, host, sizeof(host), port, sizeof(port),
                      NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(name, size, strchr(host, ':') == NULL ? "tcp:%s:%s" : "tcp:[%s]:%s", host, port);
}

int sb_tcp_fail_lookup(struct sb_board *board, const char *name, const char *host, int rc)
{
    if (rc == -ECANCELED || rc == -ETIMEDOUT)
        return rc;
    if (rc == -ENOENT)
        return sb_linux_fail(board, rc, "%.100s: there is no host \"%.200s\": mend the name", name,
                             host);
    if (rc == -EHOSTUNREACH)
        return sb_linux_fail(board, rc,
                             "%.100s: no name server could say what \"%.200s\" is: look after the "
                             "network, or give an address in numbers",
                             name, host);
    return sb_linux_fail(board, rc, "%.100s: the name cannot be looked up: %s", name,
                         strerror(-rc));
}

/* ---- connecting */

static int fail_connect(struct sb_board *board, const char *name, int rc)
{
    switch (rc) {
    case -ECONNREFUSED:
        return sb_linux_fail(
            board, rc, "%s: nobody listens there: start the server, or mend host and port", name);
    case -EHOSTUNREACH:
    case -ENETUNREACH:
        return sb_linux_fail(board, rc, "%s: cannot be reached from here: look after the network",
                             name);
    case -ECANCELED:
        return rc;
    case -ETIMEDOUT:
        return sb_linux_fail(board, rc, "%s: no answer in time", name);
    case -EMFILE:
    case -ENFILE:
        return sb_linux_fail(
            board, rc, "%s: too many open files: close some streams, or raise ulimit -n", name);
    default:
        return sb_linux_fail(board, rc, "%s: %s", name, strerror(-rc));
    }
}

int sb_tcp_stream(struct sb_host_uv *host, struct sb_board *board, const char *name,
                  struct sb_fd_watch *watch, struct sb_stream **out)
{
    const struct sb_fd_stream_config config = {
        .name = name,
        .board = board,
        .in = watch,
        .out = watch,
        .is_socket = true,
    };
    int one = 1;

    /* A byte that is written is meant to arrive, not to wait for others. */
    (void)setsockopt(sb_fd_watch_fd(watch), IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return sb_fd_stream_open(host, &config, out);
}

static void on_answer(int events, void *arg)
{
    (void)events;
    sb_waitq_wake_all(arg, 0);
}

/* Waits for the answer to a connect. */
static int wait_answer(struct sb_fd_watch *watch)
{
    struct sb_waitq waiters;
    struct sb_waiter waiter;
    int error = 0;
    socklen_t size = sizeof(error);
    int rc;

    sb_waitq_init(&waiters);
    sb_fd_watch_set_fn(watch, on_answer, &waiters);
    sb_fd_watch_want(watch, SB_FD_WRITABLE, true);
    rc = sb_waitq_wait(&waiters, &waiter, "connect", watch);
    sb_fd_watch_want(watch, SB_FD_WRITABLE, false);
    if (rc < 0)
        return rc;
    if (getsockopt(sb_fd_watch_fd(watch), SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        return -errno;
    return -error;
}

static int connect_to(struct sb_host_uv *host, const struct addrinfo *address,
                      struct sb_fd_watch **out)
{
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int rc = fd < 0 ? -errno : sb_fd_watch_open(host->clock, fd, out);

    if (rc < 0)
        return rc;
    if (connect(fd, address->ai_addr, address->ai_addrlen) < 0)
        rc = errno == EINPROGRESS ? wait_answer(*out) : -errno;
    if (rc < 0)
        sb_fd_watch_close(*out);
    return rc;
}

static bool is_given_up(int rc)
{
    return rc == 0 || rc == -ECANCELED || sb_wait_check() < 0;
}

int sb_tcp_connect(struct sb_host_uv *host, struct sb_board *board, const char *name,
                   struct sb_stream **out)
{
    struct sb_tcp_name parts;
    struct addrinfo *list = NULL;
    struct sb_fd_watch *watch = NULL;
    int rc = sb_tcp_name_parse(&parts, board, name);

    if (rc == 0)
        rc = sb_wait_check();
    if (rc != 0)
        return rc;
    rc = sb_lookup(parts.host[0] == '\0' ? NULL : parts.host, parts.port, AF_UNSPEC, 0, &list);
    if (rc < 0)
        return sb_tcp_fail_lookup(board, name, parts.host, rc);
    rc = -EHOSTUNREACH;
    for (const struct addrinfo *a = list; a != NULL; a = a->ai_next) {
        rc = connect_to(host, a, &watch);
        if (is_given_up(rc))
            break;
    }
    freeaddrinfo(list);
    return rc < 0 ? fail_connect(board, name, rc) : sb_tcp_stream(host, board, name, watch, out);
}

#endif
