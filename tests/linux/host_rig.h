/* SPDX-License-Identifier: MIT */
/* What the tests of sockets, pseudo terminals and stdio share: a loop on the real clock, and a board without pins. */
#ifndef SB_TESTS_LINUX_HOST_RIG_H
#define SB_TESTS_LINUX_HOST_RIG_H

#include "tests/support.h"

#include "lib/hal/board.h"

/*
 * Runs `fn(board)` as a task to its end, for 20 s at most. Fails the test when a check inside failed, or
 * the task's result is negative.
 */
void run_on_host(sb_task_fn *fn);

/* The same without the limit, so that no timer is armed but the test's. */
void run_on_host_unlimited(sb_task_fn *fn);

/* The same, limited, on the paced clock at this speed, as a simulated board would run it. */
void run_on_paced_host(sb_task_fn *fn, double speed);

/* A test whose body runs as a task with the board as its argument. */
#define HOST_TEST(name)                               \
    static void name##_inner(struct sb_board *board); \
    static int name##_body(void *arg)                 \
    {                                                 \
        name##_inner(arg);                            \
        return 0;                                     \
    }                                                 \
    static void name(void **state)                    \
    {                                                 \
        (void)state;                                  \
        run_on_host(name##_body);                     \
    }                                                 \
    static void name##_inner(struct sb_board *board)

/* Inside a task: opens, or notes the failure with the board's text and returns null. */
struct sb_stream *open_stream(struct sb_board *board, const char *name);
struct sb_server *open_server(struct sb_board *board, const char *name);

/* A connection to a server of the same program: both its ends. */
struct connection {
    struct sb_stream *client;
    struct sb_stream *server;
};

/* Over a server of its own, which is closed again. */
struct connection open_connection(struct sb_board *board);
void close_connection(struct connection *connection);

#endif
