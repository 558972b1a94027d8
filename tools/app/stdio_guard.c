/* SPDX-License-Identifier: MIT */
/* Keeps the terminal's keys for the view. */
#include "tools/app/stdio_guard.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/hal/board.h"
#include "lib/list.h"

static struct sb_host *inner_of(struct sb_host *host)
{
    return SB_CONTAINER_OF(host, struct sb_stdio_guard, host)->inner;
}

static int open_stream(struct sb_host *host, struct sb_board *board, const char *name,
                       struct sb_stream **out)
{
    struct sb_host *inner = inner_of(host);

    if (strcmp(name, "stdio") != 0)
        return inner->ops->stream(inner, board, name, out);
    snprintf(board->error, sizeof(board->error),
             "stdio: the board is drawn in this terminal and takes its keys: add --headless");
    return -EBUSY;
}

static int open_server(struct sb_host *host, struct sb_board *board, const char *name,
                       struct sb_server **out)
{
    struct sb_host *inner = inner_of(host);

    return inner->ops->listen(inner, board, name, out);
}

void sb_stdio_guard_init(struct sb_stdio_guard *guard, struct sb_host *inner)
{
    static const struct sb_host_ops ops = {.stream = open_stream, .listen = open_server};

    guard->host.ops = &ops;
    guard->inner = inner;
}
