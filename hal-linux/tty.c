/* SPDX-License-Identifier: MIT */
/* Settings of terminals. */
#include "hal-linux/tty.h"

#include <asm/termbits.h>
#include <asm/ioctls.h>
#include <assert.h>
#include <errno.h>
#include <string.h>

/* <sys/ioctl.h> brings a second struct termios. */
int ioctl(int fd, unsigned long request, ...);

/* What the kernel made of the rate may differ by so much: a receiver loses the stop bit at about 5 %. */
#define BAUD_TOLERANCE_PERCENT 3

static_assert(sizeof(struct termios2) <= sizeof(struct sb_tty_settings), "too small");

int sb_tty_save(int fd, struct sb_tty_settings *out)
{
    struct termios2 settings;

    if (ioctl(fd, TCGETS2, &settings) < 0)
        return -errno;
    memcpy(out, &settings, sizeof(settings));
    return 0;
}

int sb_tty_restore(int fd, const struct sb_tty_settings *settings)
{
    struct termios2 wanted;

    memcpy(&wanted, settings, sizeof(wanted));
    return ioctl(fd, TCSETS2, &wanted) < 0 ? -errno : 0;
}

static int apply(int fd, struct termios2 *settings, unsigned baud)
{
    unsigned off;

    settings->c_cflag &= ~(tcflag_t)(CBAUD | CBAUD << IBSHIFT);
    settings->c_cflag |= BOTHER | BOTHER << IBSHIFT;
    settings->c_ispeed = settings->c_ospeed = baud;
    if (ioctl(fd, TCSETS2, settings) < 0 || ioctl(fd, TCGETS2, settings) < 0)
        return -errno;
    off = settings->c_ospeed > baud ? settings->c_ospeed - baud : baud - settings->c_ospeed;
    return (unsigned long long)off * 100 > (unsigned long long)baud * BAUD_TOLERANCE_PERCENT
               ? -EINVAL
               : 0;
}

int sb_tty_configure(int fd, unsigned baud)
{
    struct termios2 settings;

    if (ioctl(fd, TCGETS2, &settings) < 0)
        return -errno;
    settings.c_iflag = INPCK | PARMRK;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    settings.c_cflag = CS8 | CREAD | CLOCAL;
    memset(settings.c_cc, 0, sizeof(settings.c_cc));
    settings.c_cc[VMIN] = 1;
    return apply(fd, &settings, baud);
}

int sb_tty_set_baud(int fd, unsigned baud)
{
    struct termios2 before;
    struct termios2 settings;
    int rc;

    if (ioctl(fd, TCGETS2, &before) < 0)
        return -errno;
    settings = before;
    rc = apply(fd, &settings, baud);
    if (rc < 0)
        (void)ioctl(fd, TCSETS2, &before);
    return rc;
}
