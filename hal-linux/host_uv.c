/* SPDX-License-Identifier: MIT */
/* The host: which name means what, and what is open. */
#include "hal-linux/host_uv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "hal-linux/host_private.h"
#include "lib/loop.h"

void sb_host_add(struct sb_host_uv *host, struct sb_host_item *item)
{
    sb_list_append(&host->items, &item->node);
    sb_loop_add_source(sb_loop_current(), 1);
}

void sb_host_remove(struct sb_host_item *item)
{
    sb_list_remove(&item->node);
    sb_loop_add_source(sb_loop_current(), -1);
}

#if SB_HAVE_UV

static struct sb_host_uv *host_of(struct sb_host *host)
{
    return SB_CONTAINER_OF(host, struct sb_host_uv, host);
}

static int check_length(struct sb_board *board, const char *name)
{
    if (strlen(name) < SB_HOST_NAME_SIZE)
        return 0;
    return sb_linux_fail(board, -EINVAL, "\"%.60s...\" is too long for a name: %d bytes at most",
                         name, SB_HOST_NAME_SIZE - 1);
}

static int open_stream(struct sb_host *host, struct sb_board *board, const char *name,
                       struct sb_stream **out)
{
    int rc = check_length(board, name);

    if (rc < 0)
        return rc;
    if (strncmp(name, "tcp:", 4) == 0)
        return sb_tcp_connect(host_of(host), board, name, out);
    if (strncmp(name, "pty", 3) == 0)
        return sb_pty_open(host_of(host), board, name, out);
    return sb_stdio_open(host_of(host), board, name, out);
}

static int open_server(struct sb_host *host, struct sb_board *board, const char *name,
                       struct sb_server **out)
{
    int rc = check_length(board, name);

    return rc < 0 ? rc : sb_tcp_listen(host_of(host), board, name, out);
}

#else

static int refuse(struct sb_board *board, const char *name)
{
    return sb_linux_fail(board, -ENOTSUP,
                         "%.100s: built without libuv; install libuv1-dev and build again", name);
}

static int open_stream(struct sb_host *host, struct sb_board *board, const char *name,
                       struct sb_stream **out)
{
    (void)host;
    (void)out;
    return refuse(board, name);
}

static int open_server(struct sb_host *host, struct sb_board *board, const char *name,
                       struct sb_server **out)
{
    (void)host;
    (void)out;
    return refuse(board, name);
}

#endif

void sb_host_uv_init(struct sb_host_uv *host, struct sb_clock_uv *clock)
{
    static const struct sb_host_ops ops = {.stream = open_stream, .listen = open_server};

    *host = (struct sb_host_uv){.host = {.ops = &ops}, .clock = clock};
    sb_list_init(&host->items);
}

void sb_host_uv_deinit(struct sb_host_uv *host)
{
    struct sb_list *node;

    while ((node = sb_list_first(&host->items)) != NULL) {
        struct sb_host_item *item = SB_CONTAINER_OF(node, struct sb_host_item, node);
        item->close(item);
    }
}
