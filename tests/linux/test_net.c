/* SPDX-License-Identifier: MIT */
/* TCP over the loopback: that nothing is lost or doubled, how connections end, what servers owe, what errors say. */
#include "tests/linux/host_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/event.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"
#include "tests/child.h"
#include "tests/stream_echo.h"

#define MEGABYTE (1u << 20)

static int put(struct sb_stream *stream, const char *text)
{
    return sb_stream_write(stream, text, strlen(text));
}

/* A socket of somebody else's, connected to the server. */
static int connect_foreign(const struct sb_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)server->port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check_int(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

/* Ends a connection the hard way: RST. */
static void reset(int fd)
{
    struct linger linger = {.l_onoff = 1};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    close(fd);
}

/* What a reading or writing task found, for comparing. */
static int read_one(void *arg)
{
    char byte;
    int rc = sb_stream_read(arg, &byte, 1);

    note("read %s", rc < 0 ? strerror(-rc) : "a byte");
    return 0;
}

static uint8_t much[4 * MEGABYTE];

static bool is_enough;

/* Again and again, since the system may have room for all of it: how much depends on its settings and its memory. */
static int write_until_enough(void *arg)
{
    int rc;

    do {
        rc = sb_stream_write(arg, much, sizeof(much));
    } while (rc >= 0 && !is_enough);
    note("write %s", rc < 0 ? strerror(-rc) : "all");
    return 0;
}

/* Until a writer has filled all buffers on the way and waits. */
static void wait_until_stuck(const struct sb_stream *stream)
{
    uint64_t before;

    do {
        before = stream->sent_count;
        sb_sleep_ms(20);
    } while (stream->sent_count != before || before == 0);
}

/* ---- connections */

HOST_TEST(a_server_and_its_client_talk)
{
    struct sb_server *server = open_server(board, "tcp:localhost:0");
    struct sb_stream *client = open_stream(board, server->name);
    struct sb_stream *stream;
    char name[64];
    char line[64];

    snprintf(name, sizeof(name), "tcp:localhost:%u", server->port);
    check_text(server->name, name);
    check_text(client->name, name);
    check_int(sb_server_accept(server, &stream), 0);
    check_int(strncmp(stream->name, "tcp:", 4), 0);
    check_int(put(client, "ping\n"), 5);
    check_int(sb_stream_read_line(stream, line, sizeof(line)), 5);
    check_text(line, "ping\n");
    check_int(put(stream, "pong\n"), 5);
    check_int(sb_stream_read_line(client, line, sizeof(line)), 5);
    check_text(line, "pong\n");
    check_int(sb_stream_set_baud(client, 9600), -ENOTSUP);
    check_int(sb_stream_drain(client), 0);
    sb_server_close(server);
    check_int(put(stream, "still\n"), 6); /* what was accepted stays open */
    check_int(sb_stream_read_line(client, line, sizeof(line)), 6);
    sb_stream_close(stream);
    sb_stream_close(client);
}

/* spec/core.md 13.5.38 */
HOST_TEST(a_megabyte_comes_back_whole_whatever_is_cancelled)
{
    struct connection c = open_connection(board);

    stream_echo_run(&(struct stream_echo){
        .client = c.client,
        .server = c.server,
        .size = MEGABYTE,
        .seed = 1,
        .chunk_max = 4001,
        .pause_max_us = 200,
        .has_half_close = true,
    });
    close_connection(&c);
}

/* spec/core.md 9.5.24, 13.5.37 */
static int write_letter(void *arg)
{
    static struct sb_stream *stream;
    static char texts[2][MEGABYTE];
    static int next;
    char *text;

    if (arg != NULL) {
        stream = arg;
        next = 0;
        return 0;
    }
    text = texts[next];
    memset(text, 'a' + next++, MEGABYTE);
    check_int(sb_stream_write(stream, text, MEGABYTE), MEGABYTE);
    return sb_stream_drain(stream);
}

HOST_TEST(writers_and_drains_at_the_same_time_neither_mix_nor_repeat)
{
    struct connection c = open_connection(board);
    static char all[2 * MEGABYTE + 1];
    struct sb_task tasks[2];
    size_t count = 0;

    write_letter(c.client);
    sb_spawn(&tasks[0], "a", write_letter, NULL);
    sb_spawn(&tasks[1], "b", write_letter, NULL);
    while (count < 2 * MEGABYTE) {
        int rc = sb_stream_read(c.server, all + count, sizeof(all) - count);
        check_true(rc > 0);
        if (rc <= 0)
            break;
        count += (size_t)rc;
    }
    sb_join(&tasks[0], NULL);
    sb_join(&tasks[1], NULL);
    check_int(strspn(all, "a"), MEGABYTE);
    check_int(strspn(all + MEGABYTE, "b"), MEGABYTE);
    check_int(c.client->sent_count, 2 * MEGABYTE);
    close_connection(&c);
}

HOST_TEST(a_reader_that_is_slow_keeps_the_writer_waiting_and_nothing_is_lost)
{
    struct connection c = open_connection(board);
    static uint8_t got[sizeof(much)];
    struct sb_task writer;
    size_t count = 0;
    size_t total;

    for (size_t i = 0; i < sizeof(much); i++)
        much[i] = (uint8_t)(i * 7 >> 4);
    is_enough = false;
    sb_spawn(&writer, "writer", write_until_enough, c.client);
    wait_until_stuck(c.client);
    is_enough = true;
    total = (c.client->sent_count / sizeof(much) + 1) * sizeof(much);
    check_true(c.server->received_count < c.client->sent_count);
    while (count < total) {
        size_t at = count % sizeof(got);
        int rc = sb_stream_read(c.server, got + at, sizeof(got) - at);

        check_true(rc > 0);
        if (rc <= 0)
            break;
        count += (size_t)rc;
        check_true(count % sizeof(got) != 0 || memcmp(got, much, sizeof(much)) == 0);
    }
    sb_join(&writer, NULL);
    check_int(c.client->sent_count, total);
    check_int(c.server->lost_count, 0);
    check_text(notes(), "write all");
    close_connection(&c);
}

/* spec/core.md 9.5.1, 13.5.40 */
HOST_TEST(a_cancelled_reader_does_not_disturb_a_writer_that_waits)
{
    struct connection c = open_connection(board);
    struct sb_task reader;
    struct sb_task writer;
    uint8_t data[8192];

    sb_spawn(&reader, "reader", read_one, c.client);
    is_enough = false;
    sb_spawn(&writer, "writer", write_until_enough, c.client);
    wait_until_stuck(c.client);
    sb_task_cancel(&reader);
    sb_join(&reader, NULL);
    is_enough = true;
    while (!sb_task_is_finished(&writer))
        check_true(sb_stream_read(c.server, data, sizeof(data)) > 0);
    sb_join(&writer, NULL);
    check_text(notes(), "read Operation canceled | write all");
    close_connection(&c);
}

/* spec/core.md 9.1 multi_net, readexactly */
HOST_TEST(what_comes_in_many_packets_is_read_exactly)
{
    struct connection c = open_connection(board);
    char data[32];

    for (int i = 0; i < 3; i++) {
        check_int(put(c.client, "12345"), 5);
        sb_sleep_ms(2);
        check_int(put(c.client, "67890"), 5);
        check_int(sb_stream_read_exactly(c.server, data, 8), 8);
        check_true(memcmp(data, "12345678", 8) == 0);
        check_int(sb_stream_read_exactly(c.server, data, 2), 2);
        check_true(memcmp(data, "90", 2) == 0);
    }
    close_connection(&c);
}

/* ---- ends */

/* spec/core.md 9.1 multi_net, readall and close_write */
HOST_TEST(all_is_read_up_to_the_end_and_then_answered)
{
    struct connection c = open_connection(board);
    char all[32];
    size_t count = 0;

    check_int(put(c.client, "one "), 4);
    check_int(put(c.client, "two"), 3);
    check_int(sb_stream_close_write(c.client), 0);
    check_int(put(c.client, "x"), -EPIPE);
    check_int(sb_stream_read_all(c.server, all, sizeof(all), &count), 0);
    check_int(count, 7);
    check_true(memcmp(all, "one two", 7) == 0);
    check_int(put(c.server, "three"), 5);
    sb_stream_close(c.server);
    count = 0;
    check_int(sb_stream_read_all(c.client, all, sizeof(all), &count), 0);
    check_int(count, 5);
    check_int(sb_stream_read(c.client, all, 1), -EPIPE);
    check_int(sb_stream_read(c.client, all, 1), -EPIPE);
    sb_stream_close(c.client);
}

/* spec/core.md 9.1 multi_net, client_rst */
HOST_TEST(a_reset_is_an_error_for_who_reads_and_who_writes)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    int fd = connect_foreign(server);
    struct sb_stream *stream;
    struct sb_task reader;
    char data[8];
    int rc;

    check_int(sb_server_accept(server, &stream), 0);
    sb_spawn(&reader, "reader", read_one, stream);
    sb_sleep_ms(5);
    reset(fd);
    sb_join(&reader, NULL);
    check_text(notes(), "read Connection reset by peer");
    check_int(sb_stream_read(stream, data, sizeof(data)), -ECONNRESET);
    rc = put(stream, "x");
    check_true(rc == -EPIPE || rc == -ECONNRESET);
    rc = sb_stream_close_write(stream);
    check_true(rc == 0 || rc == -EPIPE);
    sb_stream_close(stream);
    sb_server_close(server);
}

HOST_TEST(what_came_before_a_reset_is_read_first)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    int fd = connect_foreign(server);
    struct sb_stream *stream;
    char data[8];

    check_int(sb_server_accept(server, &stream), 0);
    check_int(write(fd, "abc", 3), 3);
    sb_sleep_ms(5);
    reset(fd);
    sb_sleep_ms(5);
    check_int(sb_stream_read(stream, data, sizeof(data)), 3);
    check_int(sb_stream_read(stream, data, sizeof(data)), -ECONNRESET);
    sb_stream_close(stream);
    sb_server_close(server);
}

HOST_TEST(a_reset_ends_the_wait_of_a_writer)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    int fd = connect_foreign(server);
    struct sb_stream *stream;
    struct sb_task writer;
    char byte;

    check_int(sb_server_accept(server, &stream), 0);
    is_enough = false;
    sb_spawn(&writer, "writer", write_until_enough, stream);
    wait_until_stuck(stream);
    reset(fd);
    sb_join(&writer, NULL);
    check_text(notes(), "write Connection reset by peer");
    check_int(sb_stream_read(stream, &byte, 1), -ECONNRESET); /* though the writer heard of it */
    sb_stream_close(stream);
    sb_server_close(server);
}

/* All buffers on the way are full, so nobody listens to the descriptor when it happens. */
HOST_TEST(a_reset_is_found_by_a_reader_who_comes_late)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    int fd = connect_foreign(server);
    struct sb_stream *stream;
    ssize_t sent = 0;
    int rc = 0;

    check_int(sb_server_accept(server, &stream), 0);
    while (rc >= 0) {
        rc = (int)send(fd, much, sizeof(much), MSG_DONTWAIT);
        sent += rc < 0 ? 0 : rc;
        sb_sleep_ms(5);
    }
    reset(fd);
    sb_sleep_ms(5);
    check_int(put(stream, "x"), -ECONNRESET);
    do {
        rc = sb_stream_read(stream, much, sizeof(much));
    } while (rc > 0);
    check_int(rc, -ECONNRESET);
    check_true(stream->received_count > 16384 && stream->received_count <= (uint64_t)sent);
    sb_stream_close(stream);
    sb_server_close(server);
}

/* ---- servers */

static int accept_one(void *arg)
{
    struct sb_stream *stream = NULL;
    int rc = sb_server_accept(arg, &stream);
    char byte = '?';

    if (rc < 0) {
        note("%s", strerror(-rc));
        return 0;
    }
    sb_cancel_clear(); /* it may have come in the same instant: what was handed over is ours */
    check_int(sb_stream_read(stream, &byte, 1), 1);
    note("accepted %c", byte);
    sb_stream_close(stream);
    return 0;
}

static struct sb_stream *connect_as(struct sb_board *board, const struct sb_server *server,
                                    const char *letter)
{
    struct sb_stream *stream = open_stream(board, server->name);

    check_int(put(stream, letter), 1);
    return stream;
}

static int connect_foreign_as(const struct sb_server *server, const char *letter)
{
    int fd = connect_foreign(server);

    check_int(write(fd, letter, 1), 1);
    return fd;
}

HOST_TEST(a_connection_that_nobody_took_waits_for_the_next_who_does)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    struct sb_timeout timeout;
    struct sb_stream *stream;
    struct sb_task task;
    int fds[2];

    sb_spawn(&task, "accepter", accept_one, server);
    sb_sleep_ms(2);
    fds[0] = connect_foreign_as(server, "a"); /* and the loop has not looked yet */
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    fds[1] = connect_foreign_as(server, "b");
    sb_sleep_ms(2);
    accept_one(server);
    accept_one(server);
    check_text(notes(), "Operation canceled | accepted a | accepted b");
    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_server_accept(server, &stream)), -ETIMEDOUT);
    check_int(sb_server_try_accept(server, &stream), -EAGAIN);
    close(fds[0]);
    close(fds[1]);
    sb_server_close(server);
}

HOST_TEST(a_connection_that_was_handed_over_stays_with_a_cancelled_task)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    struct sb_stream *stream;
    struct sb_task task;
    int fd;

    sb_spawn(&task, "accepter", accept_one, server);
    sb_sleep_ms(2);
    fd = connect_foreign_as(server, "a");
    check_int(sb_server_try_accept(server, &stream), -EAGAIN); /* it is the other task's */
    check_true(!sb_server_report(server));
    sb_task_cancel(&task); /* before it has run */
    sb_join(&task, NULL);
    check_text(notes(), "accepted a");
    close(fd);
    sb_server_close(server);
}

HOST_TEST(accepters_get_connections_in_the_order_of_coming)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    struct sb_stream *clients[3];
    struct sb_task tasks[3];

    for (int i = 0; i < 3; i++)
        sb_spawn(&tasks[i], "accepter", accept_one, server);
    sb_sleep_ms(2);
    sb_task_cancel(&tasks[1]);
    for (int i = 0; i < 3; i++) {
        clients[i] = connect_as(board, server, i == 0 ? "a" : i == 1 ? "b" : "c");
        if (i < 2)
            sb_join(&tasks[2 * i], NULL);
    }
    sb_join(&tasks[1], NULL);
    accept_one(server);
    check_text(notes(), "Operation canceled | accepted a | accepted b | accepted c");
    for (int i = 0; i < 3; i++)
        sb_stream_close(clients[i]);
    sb_server_close(server);
}

HOST_TEST(a_connection_is_waited_for_beside_others)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    struct sb_stream *stream = NULL;
    struct sb_stream *client;
    struct sb_event stop;
    struct sb_case cases[2];

    sb_event_init(&stop);
    cases[0] = sb_event_case(&stop);
    cases[1] = sb_server_accept_case(server, &stream);
    sb_event_set(&stop);
    check_int(sb_wait_any(cases, 2), 0);
    sb_event_clear(&stop);
    client = open_stream(board, server->name);
    check_int(sb_wait_any(cases, 2), 1);
    check_int(cases[1].rc, 0);
    sb_stream_close(client);
    check_int(sb_stream_read(stream, &(char){0}, 1), -EPIPE);
    sb_stream_close(stream);
    sb_server_close(server);
}

HOST_TEST(without_descriptors_an_accept_fails_and_the_connection_waits)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    struct sb_stream *client = open_stream(board, server->name);
    struct sb_stream *stream = NULL;
    int highest = open("/dev/null", O_RDONLY);
    struct rlimit limit;
    struct rlimit old;

    getrlimit(RLIMIT_NOFILE, &old);
    limit = (struct rlimit){.rlim_cur = (rlim_t)highest, .rlim_max = old.rlim_max};
    setrlimit(RLIMIT_NOFILE, &limit);
    check_int(sb_server_accept(server, &stream), -EMFILE);
    check_true(strstr(sb_board_error(board), "close some streams, or raise ulimit -n") != NULL);
    check_int(sb_board_stream(board, server->name, 0, &stream), -EMFILE);
    setrlimit(RLIMIT_NOFILE, &old);
    check_int(sb_server_accept(server, &stream), 0);
    close(highest);
    sb_stream_close(stream);
    sb_stream_close(client);
    sb_server_close(server);
}

/* ---- errors */

static void check_error(struct sb_board *board, int rc, int expected, const char *words)
{
    check_int(rc, expected);
    if (strstr(sb_board_error(board), words) == NULL)
        check_text(sb_board_error(board), words);
}

/* The port is taken and nobody listens, so that no other program comes to listen there meanwhile. */
HOST_TEST(a_port_without_a_server_refuses)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sb_stream *stream;
    char name[64];

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check_int(bind(fd, (struct sockaddr *)&address, size), 0);
    getsockname(fd, (struct sockaddr *)&address, &size);
    snprintf(name, sizeof(name), "tcp:127.0.0.1:%u", ntohs(address.sin_port));
    check_error(board, sb_board_stream(board, name, 0, &stream), -ECONNREFUSED,
                ": nobody listens there: start the server, or mend host and port");
    close(fd);
}

HOST_TEST(a_taken_port_is_in_use)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    struct sb_server *other;

    check_error(board, sb_board_listen(board, server->name, &other), -EADDRINUSE,
                ": another program listens there: end it, or take another port");
    sb_server_close(server);
}

HOST_TEST(a_port_can_be_taken_again_at_once)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    struct connection c;
    char name[64];

    snprintf(name, sizeof(name), "%s", server->name);
    c.client = open_stream(board, server->name);
    check_int(sb_server_accept(server, &c.server), 0);
    sb_stream_close(c.server); /* this side waits out its TIME_WAIT */
    sb_stream_close(c.client);
    sb_server_close(server);
    sb_server_close(open_server(board, name));
}

HOST_TEST(addresses_that_are_none_are_told)
{
    static const char *const wrong[] = {
        "tcp:",
        "tcp:localhost",
        "tcp:localhost:",
        "tcp:localhost:http",
        "tcp:localhost:65536",
        "tcp:localhost:-1",
        "tcp:::1:80",
        "tcp:[::1]80",
        "tcp:[::1:80",
        "tcp:localhost:123456",
    };
    struct sb_stream *stream;
    struct sb_server *server;
    char longest[400] = "tcp:";

    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        check_error(board, sb_board_stream(board, wrong[i], 0, &stream), -EINVAL,
                    "is no address: give tcp:HOST:PORT");
        check_error(board, sb_board_listen(board, wrong[i], &server), -EINVAL, wrong[i]);
    }
    memset(longest + 4, 'x', sizeof(longest) - 5);
    check_error(board, sb_board_stream(board, longest, 0, &stream), -EINVAL, "is too long");
    check_error(board, sb_board_listen(board, longest, &server), -EINVAL, "is too long");
    check_error(board, sb_board_listen(board, "pty", &server), -EINVAL, "nobody can listen there");
    check_error(board, sb_board_listen(board, "tcp:192.0.2.1:0", &server), -EADDRNOTAVAIL,
                "this machine has no such address");
}

HOST_TEST(without_a_host_it_is_this_machine)
{
    struct sb_server *server = open_server(board, "tcp::0");
    struct sb_stream *client = open_stream(board, server->name);
    struct sb_stream *stream;
    char name[64];

    check_int(sb_server_accept(server, &stream), 0);
    sb_stream_close(client);
    sb_stream_close(stream);
    snprintf(name, sizeof(name), "tcp:127.0.0.1:%u", server->port); /* both kinds of address */
    client = open_stream(board, name);
    check_int(sb_server_accept(server, &stream), 0);
    sb_stream_close(client);
    sb_stream_close(stream);
    sb_server_close(server);
}

/* A server whose queue is full does not answer at all. */
HOST_TEST(a_connect_without_an_answer_can_be_given_up)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sb_timeout timeout;
    struct sb_stream *streams[8];
    unsigned count = 0;
    char name[32];
    int rc = 0;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check_int(bind(fd, (struct sockaddr *)&address, size), 0);
    check_int(listen(fd, 0), 0);
    getsockname(fd, (struct sockaddr *)&address, &size);
    snprintf(name, sizeof(name), "tcp:127.0.0.1:%u", ntohs(address.sin_port));
    while (rc == 0 && count < 8) {
        sb_timeout_begin_ms(&timeout, 100);
        rc = sb_timeout_end(&timeout, sb_board_stream(board, name, 0, &streams[count]));
        if (rc == 0)
            count++;
    }
    check_error(board, rc, -ETIMEDOUT, ": no answer in time");
    while (count > 0)
        sb_stream_close(streams[--count]);
    close(fd);
}

HOST_TEST(what_a_program_leaves_open_is_closed_with_the_board)
{
    struct connection c = open_connection(board);

    check_int(put(c.client, "x"), 1);
    (void)open_server(board, "tcp:127.0.0.1:0");
}

/* Which of the two is heard first is the system's affair. */
static void a_simulation_that_keeps_pace_has_sockets_too(void **state)
{
    static struct child_result r;

    (void)state;
    child_run(&r, "examples/echo --backend sim --headless --speed 50");
    if (r.status != 0 || strncmp(r.out, "tcp:localhost:", 14) != 0 ||
        strstr(r.out, "\nAnn says 3\n") == NULL || strstr(r.out, "\nBen says 3\n") == NULL)
        fail_msg("status %d, stdout \"%s\", stderr \"%s\"", r.status, r.out, r.err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_and_its_client_talk),
        cmocka_unit_test(a_megabyte_comes_back_whole_whatever_is_cancelled),
        cmocka_unit_test(writers_and_drains_at_the_same_time_neither_mix_nor_repeat),
        cmocka_unit_test(a_reader_that_is_slow_keeps_the_writer_waiting_and_nothing_is_lost),
        cmocka_unit_test(a_cancelled_reader_does_not_disturb_a_writer_that_waits),
        cmocka_unit_test(what_comes_in_many_packets_is_read_exactly),
        cmocka_unit_test(all_is_read_up_to_the_end_and_then_answered),
        cmocka_unit_test(a_reset_is_an_error_for_who_reads_and_who_writes),
        cmocka_unit_test(what_came_before_a_reset_is_read_first),
        cmocka_unit_test(a_reset_ends_the_wait_of_a_writer),
        cmocka_unit_test(a_reset_is_found_by_a_reader_who_comes_late),
        cmocka_unit_test(a_connection_that_nobody_took_waits_for_the_next_who_does),
        cmocka_unit_test(a_connection_that_was_handed_over_stays_with_a_cancelled_task),
        cmocka_unit_test(accepters_get_connections_in_the_order_of_coming),
        cmocka_unit_test(a_connection_is_waited_for_beside_others),
        cmocka_unit_test(without_descriptors_an_accept_fails_and_the_connection_waits),
        cmocka_unit_test(a_port_without_a_server_refuses),
        cmocka_unit_test(a_taken_port_is_in_use),
        cmocka_unit_test(a_port_can_be_taken_again_at_once),
        cmocka_unit_test(addresses_that_are_none_are_told),
        cmocka_unit_test(without_a_host_it_is_this_machine),
        cmocka_unit_test(a_connect_without_an_answer_can_be_given_up),
        cmocka_unit_test(what_a_program_leaves_open_is_closed_with_the_board),
        cmocka_unit_test(a_simulation_that_keeps_pace_has_sockets_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
