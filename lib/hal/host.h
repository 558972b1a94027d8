/* SPDX-License-Identifier: MIT */
/*
 * The host: what the machine that runs the program offers beside a board's pins and buses: sockets, pseudo terminals,
 * stdin and stdout. A board reaches it under names of sb_board_stream and sb_board_listen, if it has one: it
 * takes a clock that keeps pace with the world. hal-linux/host_uv.h is one.
 */
#ifndef SB_LIB_HAL_HOST_H
#define SB_LIB_HAL_HOST_H

#include <stdbool.h>

struct sb_board;
struct sb_host;
struct sb_server;
struct sb_stream;

/* What a host provides, in tasks of the current loop. They may wait; an error is explained in the board's text. */
struct sb_host_ops {
    int (*stream)(struct sb_host *host, struct sb_board *board, const char *name,
                  struct sb_stream **out);
    int (*listen)(struct sb_host *host, struct sb_board *board, const char *name,
                  struct sb_server **out);
};

/* Embedded by it. */
struct sb_host {
    const struct sb_host_ops *ops;
};

/* True when a stream of this name is the host's, not the board's: "tcp:...", "pty", "pty:...", "stdio". */
bool sb_host_has_stream(const char *name);

#endif
