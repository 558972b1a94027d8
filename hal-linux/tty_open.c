/* SPDX-License-Identifier: MIT */
/* Opening a serial port, and what to say when that cannot be. */
#include "hal-linux/tty_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "hal-linux/error.h"
#include "hal-linux/tty_user.h"

static int fail_busy(struct sb_board *board, const char *name, const char *path)
{
    struct sb_tty_user user;

    if (sb_tty_has_user(path, &user))
        return sb_linux_fail(board, -EBUSY, "%s is used by '%s' (process %d): end that program",
                             name, user.name, user.pid);
    return sb_linux_fail(board, -EBUSY,
                         "%s is used by another program: `sudo fuser -v %s` says which; end it",
                         name, path);
}

static int fail_open(struct sb_board *board, const char *name, const char *path, int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
        return sb_linux_fail_permission(board, path, "dialout");
    case ENOENT:
    case ENXIO:
    case ENODEV:
        return sb_linux_fail(board, -ENOENT,
                             "no serial port \"%s\": there is no %s. On a Raspberry Pi switch it "
                             "on: sudo raspi-config nonint do_serial_hw 0, or enable_uart=1 in "
                             "config.txt and a restart",
                             name, path);
    case EBUSY:
    case EWOULDBLOCK:
        return fail_busy(board, name, path);
    default:
        return sb_linux_fail(board, -error, "%s: %s", path, strerror(error));
    }
}

/* A port at which somebody else listens would lose each byte to one of both. */
static int check_sessions(struct sb_board *board, const char *name, const char *path)
{
    struct sb_tty_user user;
    struct stat status;

    if (stat(path, &status) < 0 || !S_ISCHR(status.st_mode))
        return 0; /* opening it will say why */
    if (sb_tty_is_console(status.st_rdev))
        return sb_linux_fail(board, -EBUSY,
                             "%s is the kernel's console: switch that off first, sudo "
                             "raspi-config nonint do_serial_cons 1, and restart",
                             name);
    if (sb_tty_has_session(status.st_rdev, &user))
        return sb_linux_fail(board, -EBUSY,
                             "%s is the terminal of '%s' (process %d), a login: switch that off "
                             "first, sudo raspi-config nonint do_serial_cons 1, and restart",
                             name, user.name, user.pid);
    return 0;
}

/* The lock keeps out those who ask for it, root and ourselves among them; the mark the others, but not root. */
static int take(struct sb_board *board, const char *name, const char *path, int fd)
{
    if (flock(fd, LOCK_EX | LOCK_NB) < 0 || (ioctl(fd, TIOCEXCL) < 0 && errno != ENOTTY))
        return fail_open(board, name, path, errno);
    return 0;
}

static int configure(struct sb_board *board, const char *name, const char *path, int fd,
                     unsigned baud)
{
    int rc = sb_tty_configure(fd, baud);

    if (rc == -EINVAL)
        return sb_linux_fail(board, rc, "%s cannot make %u baud: choose another rate", name, baud);
    return rc < 0 ? sb_linux_fail(board, rc, "%s: %s", path, strerror(-rc)) : 0;
}

int sb_tty_open(struct sb_board *board, const char *name, const char *path, unsigned baud,
                struct sb_tty_settings *before)
{
    int rc = check_sessions(board, name, path);
    int fd;

    if (rc < 0)
        return rc;
    fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return fail_open(board, name, path, errno);
    if (sb_tty_save(fd, before) < 0)
        rc = sb_linux_fail(board, -ENODEV, "%s is no serial port", path);
    if (rc == 0)
        rc = take(board, name, path, fd);
    if (rc == 0) {
        rc = configure(board, name, path, fd, baud);
        if (rc < 0)
            sb_tty_give_back(fd, before);
    }
    if (rc == 0)
        return fd;
    close(fd);
    return rc;
}

/* The kernel would have close() wait for what is not sent, half a minute if need be, and other settings garble it. */
void sb_tty_give_back(int fd, const struct sb_tty_settings *before)
{
    (void)ioctl(fd, TIOCCBRK);
    (void)ioctl(fd, TCFLSH, TCOFLUSH);
    (void)sb_tty_restore(fd, before);
    (void)ioctl(fd, TIOCNXCL);
}
