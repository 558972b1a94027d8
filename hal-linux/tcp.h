/* SPDX-License-Identifier: MIT */
/* Addresses of TCP as names of streams and servers. Private to hal-linux. */
#ifndef SB_HAL_LINUX_TCP_H
#define SB_HAL_LINUX_TCP_H

#include <sys/socket.h>

#include "hal-linux/host_private.h"

struct sb_tcp_name {
    char host[SB_HOST_NAME_SIZE]; /* without brackets; "": none */
    char port[8];                 /* a number */
};

/* Takes "tcp:HOST:PORT" apart. Returns 0, or -EINVAL, explained. */
int sb_tcp_name_parse(struct sb_tcp_name *parts, struct sb_board *board, const char *name);

/* Writes an address as such a name. */
void sb_tcp_name_format(char *name, size_t size, const struct sockaddr *address, socklen_t length);

/* Puts into words why a host's name has no address. Returns `rc`. */
int sb_tcp_fail_lookup(struct sb_board *board, const char *name, const char *host, int rc);

/* The stream of a connection that stands; takes the watch. Returns 0 or -ENOMEM, explained. */
int sb_tcp_stream(struct sb_host_uv *host, struct sb_board *board, const char *name,
                  struct sb_fd_watch *watch, struct sb_stream **out);

#endif
