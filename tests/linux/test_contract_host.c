/* SPDX-License-Identifier: MIT */
/*
 * The contract of lib/hal on this machine as it is: sockets, pseudo terminals, a serial port on one of them, and analog inputs
 * in a folder that is made like the kernel's. Time is real here.
 */
#include "tests/contract/contract.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/child.h"
#include "tests/contract/linux_side.h"
#include "tests/contract/outside_fd.h"
#include "tests/linux/iio_folder.h"

/* ---- analog inputs */

static struct iio_folder folder;

static void open_adc(struct contract *c)
{
    iio_folder_make(&folder);
    iio_folder_put(&folder, 0, "in_voltage0_raw", "0\n");
    iio_folder_put(&folder, 0, "in_voltage1_raw", "0\n");
    iio_folder_put(&folder, 0, "in_voltage_scale", "3.222656250\n"); /* MCP3008, 3.3 V */
    linux_side_open_contract(c);
    SB_CONTAINER_OF(c->board, struct sb_linux_board, board)->adc.folder = folder.path;
}

static void close_adc(struct contract *c)
{
    linux_side_close_contract(c);
    iio_folder_remove(&folder);
}

static void set_code(unsigned input, unsigned code)
{
    char file[32];
    char text[16];

    snprintf(file, sizeof(file), "in_voltage%u_raw", input);
    snprintf(text, sizeof(text), "%u\n", code);
    iio_folder_put(&folder, 0, file, text);
}

static const struct contract_adc inputs = {
    .inputs = {"adc0", "adc1"},
    .bits = 10,
    .reference_mv = 3300,
    .set_code = set_code,
};

/* ---- streams */

static void close_both_sides(struct contract *c)
{
    linux_side_close_contract(c);
    outside_fd_close();
}

static struct sb_stream *open_stream(struct contract *c, const char *name, unsigned baud)
{
    struct sb_stream *stream = NULL;

    if (sb_board_stream(c->board, name, baud, &stream) < 0) {
        check_text(sb_board_error(c->board), "");
        print_error("ERROR: %s\n", sb_board_error(c->board)); /* now: the test may crash on it */
    }
    return stream;
}

/* ---- sockets */

static int listen_anywhere(unsigned *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    check_int(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    check_int(listen(fd, 1), 0);
    check_int(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static struct sb_stream *open_tcp(struct contract *c)
{
    struct sb_stream *stream;
    char name[32];
    unsigned port;
    int fd = listen_anywhere(&port);

    snprintf(name, sizeof(name), "tcp:127.0.0.1:%u", port);
    stream = open_stream(c, name, 0);
    outside_fd_take(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
    close(fd);
    return stream;
}

static void end_tcp(void)
{
    check_int(shutdown(outside_fd(), SHUT_WR), 0);
}

static bool has_heard_end(void)
{
    char byte;

    return read(outside_fd(), &byte, 1) == 0;
}

/* Nothing is sent any more, and a reset for whatever comes. */
static void reset_tcp(void)
{
    const struct linger none = {.l_onoff = 1, .l_linger = 0};

    check_int(setsockopt(outside_fd(), SOL_SOCKET, SO_LINGER, &none, sizeof(none)), 0);
    outside_fd_close();
}

static const struct contract_stream tcp = {
    .big = 1 << 23,
    .open = open_tcp,
    .put = outside_fd_put,
    .get = outside_fd_get,
    .end = end_tcp,
    .has_heard_end = has_heard_end,
    .break_off = reset_tcp,
    .broken_rc = -ECONNRESET,
};

/* ---- pseudo terminals */

static struct sb_stream *open_pty(struct contract *c)
{
    struct sb_stream *stream = open_stream(c, "pty", 0);

    outside_fd_take_tty(open(stream->name, O_RDWR | O_NOCTTY | O_CLOEXEC), B9600);
    return stream;
}

static const struct contract_stream pty = {
    .big = 1 << 18,
    .open = open_pty,
    .put = outside_fd_put,
    .get = outside_fd_get,
};

/* ---- a serial port: to the kernel a pseudo terminal is a terminal like any other */

#define BAUD 115200

static struct sb_stream *open_port(struct contract *c)
{
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    char name[64] = "";

    check_int(grantpt(fd), 0);
    check_int(unlockpt(fd), 0);
    check_int(ptsname_r(fd, name, sizeof(name)), 0);
    outside_fd_take(fd);
    return open_stream(c, name, BAUD);
}

static const struct contract_stream port = {
    .baud = BAUD,
    .big = 1 << 18,
    .open = open_port,
    .put = outside_fd_put,
    .get = outside_fd_get,
    .break_off = outside_fd_close,
    .broken_rc = -ENODEV,
};

int main(void)
{
    struct contract with_adc = {.backend = "host",
                                .open = open_adc,
                                .close = close_adc,
                                .run = linux_side_run_contract,
                                .adc = &inputs};

    struct contract with_tcp = {.backend = "tcp",
                                .open = linux_side_open_contract,
                                .close = close_both_sides,
                                .run = linux_side_run_contract,
                                .stream = &tcp};
    struct contract with_pty = {.backend = "pty",
                                .open = linux_side_open_contract,
                                .close = close_both_sides,
                                .run = linux_side_run_contract,
                                .stream = &pty};
    struct contract with_port = {
        .backend = child_is_emulated() ? "emulated serial" : "serial on a pty",
        .open = linux_side_open_contract,
        .close = close_both_sides,
        .run = linux_side_run_contract,
        .stream = &port,
    };

    return contract_run(&with_adc, &adc_contract) + contract_run_streams(&with_tcp) +
           contract_run_streams(&with_pty) + contract_run_streams(&with_port);
}
