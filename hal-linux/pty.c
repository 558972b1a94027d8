/* SPDX-License-Identifier: MIT */
/*
 * Pseudo terminals: to another program one of them is a serial port. The other program's side is kept open here, too, so
 * that programs may come and go as on a serial line, which has no end.
 */
#include "hal-linux/host_private.h"

#include "config.h"

#if SB_HAVE_UV

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "hal-linux/restore.h"

struct pty {
    int slave_fd;
    char slave[64];
    char link[SB_HOST_NAME_SIZE]; /* "": none */
    struct sb_restore restore;
};

static int fail(struct sb_board *board, const char *name, int rc)
{
    return sb_linux_fail(board, rc, "%s: no pseudo terminal: %s", name, strerror(-rc));
}

/* ---- the link */

/* Where a link points, "" when the path is none. */
static void read_link(const char *path, char *target, size_t size)
{
    ssize_t length = readlink(path, target, size - 1);

    target[length < 0 ? 0 : length] = '\0';
}

/*
 * A link to a pseudo terminal that is gone: a program that was killed has left it. If it has the name of ours, that has got
 * a number which was free again.
 */
static bool is_stale(const struct pty *pty, const char *path)
{
    char target[64];

    read_link(path, target, sizeof(target));
    return strncmp(target, "/dev/pts/", 9) == 0 &&
           (access(target, F_OK) < 0 || strcmp(target, pty->slave) == 0);
}

/* Only if it is still ours. Also in a signal handler. */
static void remove_link(const struct sb_restore *restore)
{
    const struct pty *pty = SB_CONTAINER_OF(restore, struct pty, restore);
    char target[64];

    read_link(pty->link, target, sizeof(target));
    if (strcmp(target, pty->slave) == 0)
        (void)unlink(pty->link);
}

static int make_link(struct pty *pty, struct sb_board *board, const char *name)
{
    const char *path = name + strlen("pty:");

    if (path[0] == '\0')
        return sb_linux_fail(
            board, -EINVAL, "\"%s\" has no path: give one for the link, or \"pty\" for none", name);
    if (is_stale(pty, path))
        (void)unlink(path);
    if (symlink(pty->slave, path) < 0) {
        int rc = -errno;
        if (rc == -EEXIST)
            return sb_linux_fail(
                board, rc, "%s: %s is there already: remove it, or give another path", name, path);
        return sb_linux_fail(board, rc, "%s: no link there: %s", name, strerror(-rc));
    }
    snprintf(pty->link, sizeof(pty->link), "%s", path);
    sb_restore_add(&pty->restore, remove_link);
    return 0;
}

/* ---- */

static void close_pty(void *arg)
{
    struct pty *pty = arg;

    if (pty->link[0] != '\0') {
        sb_restore_remove(&pty->restore);
        remove_link(&pty->restore);
    }
    if (pty->slave_fd >= 0)
        close(pty->slave_fd);
    free(pty);
}

/* Bytes pass as they are: no echo, no lines, no control characters. */
static int open_slave(struct pty *pty, int master_fd)
{
    struct termios settings;

    if (grantpt(master_fd) < 0 || unlockpt(master_fd) < 0 ||
        ptsname_r(master_fd, pty->slave, sizeof(pty->slave)) != 0)
        return -errno;
    pty->slave_fd = open(pty->slave, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (pty->slave_fd < 0 || tcgetattr(pty->slave_fd, &settings) < 0)
        return -errno;
    cfmakeraw(&settings);
    return tcsetattr(pty->slave_fd, TCSANOW, &settings) < 0 ? -errno : 0;
}

static int open_pair(struct pty *pty, struct sb_host_uv *host, struct sb_board *board,
                     const char *name, struct sb_fd_watch **out)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    int rc = fd < 0 ? -errno : open_slave(pty, fd);

    if (rc < 0) {
        if (fd >= 0)
            close(fd);
        return fail(board, name, rc);
    }
    if (name[3] == ':')
        rc = make_link(pty, board, name);
    if (rc < 0) {
        close(fd);
        return rc;
    }
    rc = sb_fd_watch_open(host->clock, fd, out);
    return rc < 0 ? fail(board, name, rc) : 0;
}

int sb_pty_open(struct sb_host_uv *host, struct sb_board *board, const char *name,
                struct sb_stream **out)
{
    struct pty *pty = calloc(1, sizeof(*pty));
    struct sb_fd_watch *watch = NULL;
    int rc;

    if (pty == NULL)
        return fail(board, name, -ENOMEM);
    pty->slave_fd = -1;
    rc = open_pair(pty, host, board, name, &watch);
    if (rc == 0)
        rc = sb_fd_stream_open(host,
                               &(struct sb_fd_stream_config){
                                   .name = pty->slave,
                                   .board = board,
                                   .in = watch,
                                   .out = watch,
                                   .closed_fn = close_pty,
                                   .arg = pty,
                               },
                               out);
    if (rc != 0)
        close_pty(pty);
    return rc;
}

#endif
