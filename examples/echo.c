/* SPDX-License-Identifier: MIT */
/*
 * A server that sends back what it gets, and two clients that talk to it: over TCP on a real board or with --speed 1;
 * where time is only simulated, over streams in memory.
 */
#include <errno.h>
#include <softboard.h>
#include <stdio.h>
#include <string.h>

#define CLIENTS 2

/* A connection's two ends. */
struct connection {
    const char *name;
    struct sb_stream *client;
    struct sb_stream *server;
    struct sb_stream_pair pair; /* without TCP */
    uint8_t buffers[2][64];
};

static int serve(void *arg)
{
    struct sb_stream *stream = arg;
    char data[64];
    int rc = 0;

    while (rc >= 0) {
        rc = sb_stream_read(stream, data, sizeof(data));
        if (rc > 0)
            rc = sb_stream_write(stream, data, (size_t)rc);
    }
    sb_stream_close(stream);
    return rc == -EPIPE ? 0 : rc; /* the other side has ended */
}

static int talk(void *arg)
{
    const struct connection *connection = arg;
    int rc = 0;

    for (int i = 1; i <= 3 && rc >= 0; i++) {
        char line[64];
        char back[64];
        int size = snprintf(line, sizeof(line), "%s says %d\n", connection->name, i);

        rc = sb_stream_write(connection->client, line, (size_t)size);
        if (rc >= 0)
            rc = sb_stream_read_line(connection->client, back, sizeof(back));
        if (rc >= 0 && strcmp(line, back) != 0)
            rc = -EBADMSG;
        if (rc >= 0) {
            printf("%s", back);
            rc = sb_sleep_ms(1000);
        }
    }
    sb_stream_close(connection->client);
    return rc;
}

static int connect_to(struct sb_board *board, struct sb_server *server, struct connection *c)
{
    int rc;

    if (server == NULL) {
        sb_stream_pair_init(&c->pair, c->buffers[0], 64, c->buffers[1], 64);
        c->client = &c->pair.a.stream;
        c->server = &c->pair.b.stream;
        return 0;
    }
    rc = sb_board_stream(board, server->name, 0, &c->client);
    return rc < 0 ? rc : sb_server_accept(server, &c->server);
}

int sb_main(struct sb_board *board)
{
    static struct connection connections[CLIENTS] = {{.name = "Ann"}, {.name = "Ben"}};
    struct sb_task tasks[2 * CLIENTS];
    struct sb_server *server = NULL;
    struct sb_group group;
    int rc = sb_board_listen(board, "tcp:localhost:0", &server);

    printf("%s\n", rc == 0 ? server->name : "in memory");
    if (rc == -ENOTSUP) /* the virtual clock */
        rc = 0;
    sb_group_init(&group);
    for (int i = 0; i < CLIENTS && rc == 0; i++) {
        rc = connect_to(board, server, &connections[i]);
        if (rc == 0)
            rc = sb_group_spawn(&group, &tasks[2 * i], "server", serve, connections[i].server);
        if (rc == 0)
            rc = sb_group_spawn(&group, &tasks[2 * i + 1], "client", talk, &connections[i]);
    }
    if (rc == 0)
        rc = sb_group_wait(&group);
    return rc;
}
