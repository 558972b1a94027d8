/* SPDX-License-Identifier: MIT */
/*
 * Stdin and stdout as a stream. Whoever started the program may share them, so they are opened anew where that can be
 * done: then it is nobody else's business that our descriptors do not block.
 */
#include "hal-linux/host_private.h"

#include "config.h"

#if SB_HAVE_UV

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hal-linux/restore.h"

struct stdio {
    struct sb_host_uv *host;
    int flags[2]; /* of the two descriptors, before */
    struct sb_restore restore;
};

/* Files keep their place when they are duplicated, not when they are opened anew; sockets cannot be. */
static bool can_be_opened_anew(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
}

static int duplicate(int fd)
{
    char path[32];
    int again = -1;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (can_be_opened_anew(fd))
        again = open(path, (fd == STDIN_FILENO ? O_RDONLY : O_WRONLY) | O_NOCTTY | O_NONBLOCK |
                               O_CLOEXEC);
    if (again < 0)
        again = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return again < 0 ? -errno : again;
}

static int open_one(struct sb_host_uv *host, int fd, struct sb_fd_watch **out)
{
    int again = duplicate(fd);

    return again < 0 ? again : sb_fd_watch_open(host->clock, again, out);
}

/* Also in a signal handler. */
static void restore_flags(const struct sb_restore *restore)
{
    const struct stdio *stdio = SB_CONTAINER_OF(restore, struct stdio, restore);

    for (int fd = 0; fd < 2; fd++)
        (void)fcntl(fd, F_SETFL, stdio->flags[fd]);
}

static void close_stdio(void *arg)
{
    struct stdio *stdio = arg;

    stdio->host->stdio_is_open = false;
    sb_restore_remove(&stdio->restore);
    restore_flags(&stdio->restore);
    free(stdio);
}

static int fail(struct sb_board *board, const char *name, int rc)
{
    return sb_linux_fail(board, rc, "%s: stdin and stdout cannot be used: %s", name, strerror(-rc));
}

static int open_both(struct sb_host_uv *host, struct sb_fd_watch *watches[2])
{
    int rc = open_one(host, STDIN_FILENO, &watches[0]);

    if (rc < 0)
        return rc;
    rc = open_one(host, STDOUT_FILENO, &watches[1]);
    if (rc < 0)
        sb_fd_watch_close(watches[0]);
    return rc;
}

int sb_stdio_open(struct sb_host_uv *host, struct sb_board *board, const char *name,
                  struct sb_stream **out)
{
    struct sb_fd_watch *watches[2];
    struct stdio *stdio;
    int rc;

    if (host->stdio_is_open)
        return sb_linux_fail(board, -EBUSY,
                             "%s is open already: close it first, or share the handle", name);
    stdio = calloc(1, sizeof(*stdio));
    if (stdio == NULL)
        return fail(board, name, -ENOMEM);
    stdio->host = host;
    for (int fd = 0; fd < 2; fd++)
        stdio->flags[fd] = fcntl(fd, F_GETFL);
    rc = open_both(host, watches);
    if (rc < 0)
        fail(board, name, rc);
    else
        rc = sb_fd_stream_open(host,
                               &(struct sb_fd_stream_config){
                                   .name = name,
                                   .board = board,
                                   .in = watches[0],
                                   .out = watches[1],
                                   .closed_fn = close_stdio,
                                   .arg = stdio,
                               },
                               out);
    if (rc != 0) {
        free(stdio);
        return rc;
    }
    sb_restore_add(&stdio->restore, restore_flags);
    host->stdio_is_open = true;
    return 0;
}

#endif
