/* SPDX-License-Identifier: MIT */
/*
 * Servers: where others open streams. A program listens under a name of the board (sb_board_listen) and accepts one
 * connection after the other, each of which is a stream of its own (lib/hal/stream.h), closed by sb_stream_close:
 *
 *      rc = sb_board_listen(board, "tcp:localhost:7000", &server);
 *      while (rc >= 0 && (rc = sb_server_accept(server, &stream)) >= 0)
 *          rc = serve(stream);
 *
 * A connection that has come and was not accepted yet waits, in the system's queue.
 */
#ifndef SB_LIB_HAL_SERVER_H
#define SB_LIB_HAL_SERVER_H

#include <stdbool.h>

#include "lib/wait.h"

struct sb_board;
struct sb_server;
struct sb_stream;

/* What a backend provides. None of them waits. */
struct sb_server_ops {
    /* The next connection, if one has come. Returns 0, -EAGAIN, or an error, which it has explained to the board. */
    int (*try_accept)(struct sb_server *server, struct sb_stream **out);
    /* Somebody waits: it calls sb_server_report whenever a connection may have come, until that returns false. */
    void (*watch)(struct sb_server *server);
    void (*close)(struct sb_server *server);
};

struct sb_server {
    /* read-only */
    const char *name; /* with the real port, for those who connect: "tcp:localhost:40213" */
    struct sb_board *board;
    unsigned port; /* the real one, where 0 was asked for */
    /* private */
    const struct sb_server_ops *ops;
    struct sb_waitq accepters;
};

/*
 * Waits for the next connection; tasks that do so at the same time get one each, first come first served. The stream
 * stays the board's memory until it is closed. Returns 0; -ECANCELED or -ETIMEDOUT, with which no connection is
 * lost; -EMFILE when the process has no descriptor left, -ENOMEM: sb_board_error has the remedy.
 */
int sb_server_accept(struct sb_server *server, struct sb_stream **out);

/* The same without waiting. Returns 0; -EAGAIN when none has come, or others wait for it; -EMFILE, -ENOMEM. */
int sb_server_try_accept(struct sb_server *server, struct sb_stream **out);

/* An accept, beside other things that are waited for: lib/wait_any.h. */
struct sb_case sb_server_accept_case(struct sb_server *server, struct sb_stream **out);

/*
 * Listens no more; null is ignored. Connections that were accepted stay open, those which wait are refused. No
 * task may be accepting.
 */
void sb_server_close(struct sb_server *server);

/* For backends: fills the base in. All are borrowed. */
void sb_server_init(struct sb_server *server, struct sb_board *board, const char *name,
                    unsigned port, const struct sb_server_ops *ops);

/*
 * For backends, in any context of the loop's thread: hands what has come over to those who wait. False when nobody
 * waits any more.
 */
bool sb_server_report(struct sb_server *server);

#endif
