/* SPDX-License-Identifier: MIT */
/* The world outside of a paced simulation. */
#include "tools/app/live.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "lib/hal/board.h"
#include "lib/list.h"

#if SB_HAVE_UV
#include <uv.h>
#endif

static int backend_fd(struct sb_clock_uv *clock)
{
#if SB_HAVE_UV
    return uv_backend_fd(sb_clock_uv_loop(clock));
#else
    (void)clock;
    return -1;
#endif
}

/* With the first stream or server. */
static int open_clock(struct sb_live *live, struct sb_board *board, const char *name)
{
    int rc = live->is_open ? 0 : sb_clock_uv_init(&live->clock);

    if (rc < 0) {
        snprintf(board->error, sizeof(board->error),
                 "%.100s: no clock for what comes from outside: %s", name,
                 rc == -ENOTSUP ? "built without libuv; install libuv1-dev and build again"
                                : strerror(-rc));
        return rc;
    }
    if (!live->is_open)
        sb_clock_paced_set_live(live->paced, &live->clock.clock, backend_fd(&live->clock));
    live->is_open = true;
    return 0;
}

static struct sb_live *live_of(struct sb_host *host)
{
    return SB_CONTAINER_OF(host, struct sb_live, host);
}

static int open_stream(struct sb_host *host, struct sb_board *board, const char *name,
                       struct sb_stream **out)
{
    struct sb_live *live = live_of(host);
    int rc = open_clock(live, board, name);

    return rc < 0 ? rc : live->inner.host.ops->stream(&live->inner.host, board, name, out);
}

static int open_server(struct sb_host *host, struct sb_board *board, const char *name,
                       struct sb_server **out)
{
    struct sb_live *live = live_of(host);
    int rc = open_clock(live, board, name);

    return rc < 0 ? rc : live->inner.host.ops->listen(&live->inner.host, board, name, out);
}

void sb_live_init(struct sb_live *live, struct sb_clock_paced *paced)
{
    static const struct sb_host_ops ops = {.stream = open_stream, .listen = open_server};

    *live = (struct sb_live){
        .host = {.ops = &ops},
        .paced = paced,
    };
    sb_host_uv_init(&live->inner, &live->clock);
}

void sb_live_deinit(struct sb_live *live)
{
    if (!live->is_open)
        return;
    sb_host_uv_deinit(&live->inner);
    sb_clock_paced_set_live(live->paced, NULL, -1);
    sb_clock_uv_deinit(&live->clock);
    live->is_open = false;
}
