/* SPDX-License-Identifier: MIT */
/*
 * The contract of lib/hal's streams on serial ports of a real kernel: two that are wired to each other, at their real speed
 * (tests/kernel/modules/softboard_tty.c).
 */
#include "tests/contract/contract.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/contract/linux_side.h"
#include "tests/contract/outside_fd.h"
#include "tests/kernel/kernel_rig.h"

#define PLUG  "/dev/softboard-tty"
#define OURS  "/dev/ttySB0"
#define OTHER "/dev/ttySB1"
#define BAUD  115200

static int plug_fd = -1;

static void open_ports(struct contract *c)
{
    plug_fd = open(PLUG, O_RDWR | O_CLOEXEC);
    if (plug_fd < 0)
        fail_msg(PLUG ": %s", strerror(errno));
    linux_side_open_contract(c);
}

static void unplug(void)
{
    if (plug_fd >= 0)
        close(plug_fd);
    plug_fd = -1;
}

static void close_ports(struct contract *c)
{
    linux_side_close_contract(c);
    outside_fd_close();
    unplug();
}

static struct sb_stream *open_port(struct contract *c)
{
    struct sb_stream *stream = NULL;

    outside_fd_take_tty(open(OTHER, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), B115200);
    if (sb_board_stream(c->board, OURS, BAUD, &stream) < 0)
        check_text(sb_board_error(c->board), "");
    return stream;
}

static void send_break(void)
{
    check_int(ioctl(outside_fd(), TIOCSBRK), 0);
    check_int(ioctl(outside_fd(), TIOCCBRK), 0);
}

static void command(const char *letter)
{
    check_int(write(plug_fd, letter, 1), 1);
}

static void send_wrong_byte(void)
{
    command("f");
}

static void overrun(void)
{
    command("o");
}

static unsigned break_count(void)
{
    struct serial_icounter_struct counts;

    check_int(ioctl(outside_fd(), TIOCGICOUNT, &counts), 0);
    return (unsigned)counts.brk;
}

static const struct contract_stream port = {
    .baud = BAUD,
    .big = 6000,
    .open = open_port,
    .put = outside_fd_put,
    .get = outside_fd_get,
    .break_off = unplug,
    .broken_rc = -ENODEV,
    .send_break = send_break,
    .send_wrong_byte = send_wrong_byte,
    .overrun = overrun,
    .break_count = break_count,
};

int main(void)
{
    struct contract with_port = {.backend = "kernel serial",
                                 .open = open_ports,
                                 .close = close_ports,
                                 .run = linux_side_run_contract,
                                 .stream = &port};

    rig_need_guest();
    if (access(PLUG, R_OK | W_OK) != 0) {
        printf("1..1\nok 1 # SKIP this kernel has no module softboard_tty\n");
        return 0;
    }
    return contract_run_streams(&with_port);
}
