/* SPDX-License-Identifier: MIT */
/* What the files of the host share. Private to hal-linux. */
#ifndef SB_HAL_LINUX_HOST_PRIVATE_H
#define SB_HAL_LINUX_HOST_PRIVATE_H

#include "hal-linux/error.h"
#include "hal-linux/fd_watch.h"
#include "hal-linux/host_uv.h"
#include "lib/hal/board.h"
#include "lib/hal/server.h"
#include "lib/hal/stream.h"

/* Bytes of a name of a stream or server, its end included; longer ones are refused. */
#define SB_HOST_NAME_SIZE 300

/* Something that is open: closed with the host, if it was not before. */
struct sb_host_item {
    struct sb_list node;
    void (*close)(struct sb_host_item *item); /* removes it, too */
};

/* Notes it, and that the world may wake tasks by it; and the opposite. */
void sb_host_add(struct sb_host_uv *host, struct sb_host_item *item);
void sb_host_remove(struct sb_host_item *item);

/* What becomes a stream: a descriptor that is read and one that is written, which may be the same. */
struct sb_fd_stream_config {
    const char *name; /* copied, cut at SB_HOST_NAME_SIZE */
    struct sb_board *board;
    struct sb_fd_watch *in; /* taken, with its descriptor, as `out` */
    struct sb_fd_watch *out;
    bool is_socket;
    void (*closed_fn)(void *arg); /* called when it is closed; null: need not be */
    void *arg;
};

/* Begins to read at once. Returns 0, or -ENOMEM, with which it has closed what it has taken. */
int sb_fd_stream_open(struct sb_host_uv *host, const struct sb_fd_stream_config *config,
                      struct sb_stream **out);

/* What opens each kind of name, as struct sb_host_ops. */
int sb_tcp_connect(struct sb_host_uv *host, struct sb_board *board, const char *name,
                   struct sb_stream **out);
int sb_tcp_listen(struct sb_host_uv *host, struct sb_board *board, const char *name,
                  struct sb_server **out);
int sb_pty_open(struct sb_host_uv *host, struct sb_board *board, const char *name,
                struct sb_stream **out);
int sb_stdio_open(struct sb_host_uv *host, struct sb_board *board, const char *name,
                  struct sb_stream **out);

#endif
