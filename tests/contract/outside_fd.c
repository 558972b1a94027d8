/* SPDX-License-Identifier: MIT */
/* The other side of a stream: see outside_fd.h. */
#include "tests/contract/outside_fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/task.h"

static int fd = -1;

void outside_fd_take(int taken)
{
    outside_fd_close();
    fd = taken;
    check_true(fd >= 0);
    check_int(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK), 0);
}

void outside_fd_take_tty(int taken, speed_t speed)
{
    struct termios settings;

    outside_fd_take(taken);
    check_int(tcgetattr(fd, &settings), 0);
    cfmakeraw(&settings);
    settings.c_iflag |= IGNBRK; /* else a break is a byte 0 */
    settings.c_cflag |= CLOCAL;
    check_int(cfsetspeed(&settings, speed), 0);
    check_int(tcsetattr(fd, TCSANOW, &settings), 0);
}

void outside_fd_close(void)
{
    if (fd >= 0)
        close(fd);
    fd = -1;
}

int outside_fd(void)
{
    return fd;
}

void outside_fd_put(const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t sent = 0;

    for (int i = 0; i < 10000 && sent < size; i++) {
        ssize_t count = write(fd, bytes + sent, size - sent);

        if (count > 0)
            sent += (size_t)count;
        else
            check_int(sb_sleep_ms(1), 0);
    }
    check_int(sent, size);
}

size_t outside_fd_get(void *data, size_t size)
{
    ssize_t count = read(fd, data, size);

    return count < 0 ? 0 : (size_t)count;
}
