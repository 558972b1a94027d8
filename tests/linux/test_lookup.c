/* SPDX-License-Identifier: MIT */
/*
 * Names of hosts, with name servers of the test's own: the C library's function is replaced by one that takes as long as
 * the test wants and says what it wants.
 */
#include "tests/linux/host_rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/timeout.h"

/* How long an answer is held at most, so that a loop that waits for it fails the test. */
#define PATIENCE_S 15

/* ---- the name server */

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_held; /* answers wait */
    int asked_count;
    int answered_count;
} names = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0, 0};

static void hold(bool is_held)
{
    pthread_mutex_lock(&names.mutex);
    names.is_held = is_held;
    pthread_cond_broadcast(&names.changed);
    pthread_mutex_unlock(&names.mutex);
}

/* How many threads are in the middle of a question. */
static int pending_count(void)
{
    int count;

    pthread_mutex_lock(&names.mutex);
    count = names.asked_count - names.answered_count;
    pthread_mutex_unlock(&names.mutex);
    return count;
}

static struct addrinfo *new_address(const char *host, const char *port, struct addrinfo *next)
{
    struct addrinfo *info = calloc(1, sizeof(*info));
    struct sockaddr_in *address = calloc(1, sizeof(*address));

    if (info == NULL || address == NULL)
        abort();
    address->sin_family = AF_INET;
    address->sin_port = htons((uint16_t)atoi(port));
    inet_pton(AF_INET, host, &address->sin_addr);
    info->ai_family = AF_INET;
    info->ai_socktype = SOCK_STREAM;
    info->ai_addr = (struct sockaddr *)address;
    info->ai_addrlen = sizeof(*address);
    info->ai_next = next;
    return info;
}

static int answer(const char *host, const char *port, struct addrinfo **out)
{
    if (strcmp(host, "broken.test") == 0)
        return EAI_AGAIN;
    if (strcmp(host, "huge.test") == 0)
        return EAI_MEMORY;
    if (strcmp(host, "two.test") == 0) /* nobody listens at the first */
        *out = new_address("127.0.0.2", port, new_address("127.0.0.1", port, NULL));
    else if (strcmp(host, "one.test") == 0)
        *out = new_address("127.0.0.1", port, NULL);
    else
        return EAI_NONAME;
    return 0;
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *req,
                struct addrinfo **pai)
{
    struct in_addr number;
    struct timespec end;
    int rc = 0;

    if (name == NULL)
        return EAI_NONAME;
    if (inet_pton(AF_INET, name, &number) == 1) {
        *pai = new_address(name, service, NULL);
        return 0;
    }
    if ((req->ai_flags & AI_NUMERICHOST) != 0)
        return EAI_NONAME;
    pthread_mutex_lock(&names.mutex);
    names.asked_count++;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += PATIENCE_S;
    while (names.is_held && rc == 0)
        rc = pthread_cond_timedwait(&names.changed, &names.mutex, &end);
    rc = rc == 0 ? answer(name, service, pai) : EAI_AGAIN;
    names.answered_count++;
    pthread_mutex_unlock(&names.mutex);
    return rc;
}

void freeaddrinfo(struct addrinfo *ai)
{
    while (ai != NULL) {
        struct addrinfo *next = ai->ai_next;

        free(ai->ai_addr);
        free(ai);
        ai = next;
    }
}

/* ---- */

#define TICKS 10

/* The answer comes after some ticks: if the loop is kept waiting, never. */
static int count_ticks(void *arg)
{
    int *ticks = arg;

    while (sb_sleep_ms(1) == 0)
        if (++*ticks == TICKS)
            hold(false);
    return 0;
}

static struct sb_stream *connect_by_name(struct sb_board *board, const char *host,
                                         const struct sb_server *server)
{
    char name[64];

    snprintf(name, sizeof(name), "tcp:%s:%u", host, server->port);
    return open_stream(board, name);
}

/* spec/core.md 13.5.42 */
HOST_TEST(looking_a_name_up_does_not_keep_the_loop_waiting)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    struct sb_stream *stream;
    struct sb_task task;
    int ticks = 0;

    hold(true);
    sb_spawn(&task, "ticks", count_ticks, &ticks);
    stream = connect_by_name(board, "one.test", server);
    check_true(ticks >= TICKS);
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    sb_stream_close(stream);
    sb_server_close(server);
}

HOST_TEST(one_address_after_the_other_is_tried)
{
    struct sb_server *server = open_server(board, "tcp:127.0.0.1:0");
    struct sb_stream *stream = connect_by_name(board, "two.test", server);
    struct sb_stream *served;

    check_int(sb_server_accept(server, &served), 0);
    sb_stream_close(served);
    sb_stream_close(stream);
    sb_server_close(server);
}

static int connect_for_ever(void *arg)
{
    struct sb_stream *stream;
    int rc = sb_board_stream(arg, "tcp:one.test:1", 0, &stream);

    note("%s '%s'", strerror(-rc), sb_board_error(arg));
    return 0;
}

HOST_TEST(a_lookup_can_be_given_up)
{
    struct sb_timeout timeout;
    struct sb_server *server;
    struct sb_task task;

    hold(true);
    sb_spawn(&task, "client", connect_for_ever, board);
    while (pending_count() == 0)
        sb_sleep_ms(1);
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_board_listen(board, "tcp:one.test:0", &server)),
              -ETIMEDOUT);
    check_text(notes(), "Operation canceled ''");
    while (pending_count() < 2) /* the second thread may be slow to begin */
        sb_sleep_ms(1);
    check_true(!sb_loop_has_source(sb_loop_current()));
    hold(false); /* the answers find nobody */
    while (pending_count() > 0)
        sb_sleep_ms(1);
}

/* The end of the program does not wait for an answer, either. */
HOST_TEST(begin_a_lookup)
{
    static struct sb_task task;

    hold(true);
    sb_spawn(&task, "client", connect_for_ever, board);
    while (pending_count() == 0)
        sb_sleep_ms(1);
}

static void the_end_does_not_wait_for_an_answer(void **state)
{
    begin_a_lookup(state);
    assert_int_equal(pending_count(), 1);
    hold(false);
}

static void check_error(struct sb_board *board, const char *name, int expected, const char *text)
{
    struct sb_stream *stream;

    check_int(sb_board_stream(board, name, 0, &stream), expected);
    check_text(sb_board_error(board), text);
}

HOST_TEST(names_without_an_address_are_told)
{
    check_error(board, "tcp:none.test:80", -ENOENT,
                "tcp:none.test:80: there is no host \"none.test\": mend the name");
    check_error(
        board, "tcp:broken.test:80", -EHOSTUNREACH,
        "tcp:broken.test:80: no name server could say what \"broken.test\" is: look after the "
        "network, or give an address in numbers");
    check_error(board, "tcp:huge.test:80", -ENOMEM,
                "tcp:huge.test:80: the name cannot be looked up: Cannot allocate memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_a_name_up_does_not_keep_the_loop_waiting),
        cmocka_unit_test(one_address_after_the_other_is_tried),
        cmocka_unit_test(a_lookup_can_be_given_up),
        cmocka_unit_test(the_end_does_not_wait_for_an_answer),
        cmocka_unit_test(names_without_an_address_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
