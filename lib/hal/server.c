/* SPDX-License-Identifier: MIT */
/*
 * Servers: what is the same for every backend. A connection is taken from the system only for a task that takes it
 * at once or waits for it, so a task that goes away leaves none behind.
 */
#include "lib/hal/server.h"

#include <errno.h>

#include "lib/core.h"
#include "lib/wait_any.h"

void sb_server_init(struct sb_server *server, struct sb_board *board, const char *name,
                    unsigned port, const struct sb_server_ops *ops)
{
    *server = (struct sb_server){.name = name, .board = board, .port = port, .ops = ops};
    sb_waitq_init(&server->accepters);
}

int sb_server_try_accept(struct sb_server *server, struct sb_stream **out)
{
    if (!sb_list_is_empty(&server->accepters.waiters))
        return -EAGAIN; /* what has come meanwhile is theirs */
    return server->ops->try_accept(server, out);
}

int sb_server_accept(struct sb_server *server, struct sb_stream **out)
{
    struct sb_waiter waiter = {.slot = out};
    int rc = sb_core_check();

    if (rc == 0)
        rc = sb_server_try_accept(server, out);
    if (rc != -EAGAIN)
        return rc;
    server->ops->watch(server);
    return sb_core_wait_in(&server->accepters, &waiter, "accept", server,
                           __builtin_return_address(0));
}

static int take(struct sb_case *c)
{
    return sb_server_try_accept(c->object, c->waiter.slot);
}

static struct sb_waitq *queue(struct sb_case *c)
{
    struct sb_server *server = c->object;

    server->ops->watch(server);
    return &server->accepters;
}

struct sb_case sb_server_accept_case(struct sb_server *server, struct sb_stream **out)
{
    static const struct sb_case_ops ops = {.what = "accept", .take = take, .queue = queue};

    return sb_case_of(&ops, server, out);
}

bool sb_server_report(struct sb_server *server)
{
    struct sb_waiter *waiter;

    while ((waiter = sb_waitq_first(&server->accepters)) != NULL) {
        int rc = server->ops->try_accept(server, waiter->slot);

        if (rc == -EAGAIN)
            return true;
        sb_waitq_wake(waiter, rc);
    }
    return false;
}

void sb_server_close(struct sb_server *server)
{
    if (server == NULL)
        return;
    assert(sb_list_is_empty(&server->accepters.waiters));
    server->ops->close(server);
}
