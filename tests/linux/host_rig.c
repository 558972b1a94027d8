/* SPDX-License-Identifier: MIT */
/* The rig of the tests of the host: see host_rig.h. */
#include "tests/linux/host_rig.h"

#include <signal.h>
#include <stdio.h>

#include "hal-linux/board_linux.h"
#include "hal-linux/clock_uv.h"
#include "hal-linux/stacks_mmap.h"
#include "lib/timeout.h"
#include "tools/app/live.h"

#define LIMIT_MS 20000

struct limited {
    sb_task_fn *fn;
    void *arg;
    int64_t limit_ms;
};

static int run_limited(void *arg)
{
    const struct limited *limited = arg;
    struct sb_timeout timeout;

    sb_timeout_begin_ms(&timeout, limited->limit_ms);
    return sb_timeout_end(&timeout, limited->fn(limited->arg));
}

static struct sb_loop loop;
static struct sb_stacks_mmap pool;
static struct sb_task task;

static void open_loop(struct sb_clock *clock)
{
    signal(SIGPIPE, SIG_IGN);
    checks_begin();
    assert_int_equal(sb_stacks_mmap_init(&pool, 0), 0);
    sb_loop_init(&loop,
                 &(struct sb_loop_config){.clock = clock, .stacks = &pool.stacks, .seed = 1});
}

static void run(sb_task_fn *fn, void *arg)
{
    assert_int_equal(sb_spawn(&task, "test", fn, arg), 0);
    assert_int_equal(sb_loop_run(&loop, &task), 0);
    sb_loop_cancel_all(&loop, NULL);
    (void)sb_loop_run(&loop, NULL);
}

static void close_loop(void)
{
    sb_loop_deinit(&loop);
    sb_stacks_mmap_deinit(&pool);
    checks_end();
    assert_int_equal(task.result, 0);
}

static void run_real(sb_task_fn *fn, bool is_limited)
{
    struct sb_clock_uv clock;
    struct sb_linux_board board;
    struct limited limited = {.fn = fn, .arg = &board.board, .limit_ms = LIMIT_MS};

    assert_int_equal(sb_clock_uv_init(&clock), 0);
    open_loop(&clock.clock);
    sb_linux_board_open(&board, &clock, &(struct sb_linux_config){.consumer = "test"});
    if (is_limited)
        run(run_limited, &limited);
    else
        run(fn, &board.board);
    sb_linux_board_close(&board);
    close_loop();
    sb_clock_uv_deinit(&clock);
}

void run_on_host(sb_task_fn *fn)
{
    run_real(fn, true);
}

void run_on_host_unlimited(sb_task_fn *fn)
{
    run_real(fn, false);
}

void run_on_paced_host(sb_task_fn *fn, double speed)
{
    static struct sb_live live;
    struct sb_clock_paced paced;
    struct sb_board board = {.host = &live.host};
    struct limited limited = {.fn = fn, .arg = &board, .limit_ms = (int64_t)(LIMIT_MS * speed)};

    assert_int_equal(sb_clock_paced_init(&paced, speed, SB_YIELD_COST_NS, -1, NULL, NULL), 0);
    open_loop(&paced.clock);
    sb_live_init(&live, &paced);
    run(run_limited, &limited);
    sb_live_deinit(&live);
    close_loop();
    sb_clock_paced_deinit(&paced);
}

struct sb_stream *open_stream(struct sb_board *board, const char *name)
{
    struct sb_stream *stream = NULL;

    if (sb_board_stream(board, name, 0, &stream) < 0)
        check_text(sb_board_error(board), "");
    return stream;
}

struct sb_server *open_server(struct sb_board *board, const char *name)
{
    struct sb_server *server = NULL;

    if (sb_board_listen(board, name, &server) < 0)
        check_text(sb_board_error(board), "");
    return server;
}

struct connection open_connection(struct sb_board *board)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    struct connection connection = {NULL, NULL};

    if (server == NULL)
        return connection;
    connection.client = open_stream(board, server->name);
    check_int(sb_server_accept(server, &connection.server), 0);
    sb_server_close(server);
    return connection;
}

void close_connection(struct connection *connection)
{
    sb_stream_close(connection->client);
    sb_stream_close(connection->server);
}
