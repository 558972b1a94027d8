/* SPDX-License-Identifier: MIT */
/*
 * What comes from outside while tasks keep the loop busy, while nothing but it can happen, and on the paced clock, where
 * time is simulated.
 */
#include "tests/linux/host_rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lib/timeout.h"
#include "tests/stream_echo.h"

static int64_t wall_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SB_S_NS + t.tv_nsec;
}

static void sleep_wall_ms(int ms)
{
    struct timespec t = {.tv_nsec = ms * 1000000L};

    nanosleep(&t, NULL);
}

/* ---- somebody outside: connects, sends bytes and waits for each to come back */

static struct {
    pthread_t thread;
    unsigned port;
    int count;
    int pause_ms;
} outside;

#define BUSY_TASKS 10
#define SLICE_NS   (5 * SB_MS_NS)
#define SAMPLES    21

static atomic_int slice_count; /* that busy tasks have begun */
static atomic_int sent_at;     /* the count when the last byte was sent */
static int waited[SAMPLES];    /* slices that began between sending and reading */
static atomic_bool is_over;

static void *send_bytes(void *arg)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)outside.port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char byte = 'x';

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sleep_wall_ms(outside.pause_ms);
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        return arg;
    for (int i = 0; i < outside.count; i++) {
        sleep_wall_ms(outside.pause_ms + i % 5);
        atomic_store(&sent_at, atomic_load(&slice_count));
        if (write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1)
            return arg;
    }
    close(fd);
    return NULL;
}

static void start_outside(const struct sb_server *server, int count, int pause_ms)
{
    outside.port = server->port;
    outside.count = count;
    outside.pause_ms = pause_ms;
    pthread_create(&outside.thread, NULL, send_bytes, &outside);
}

static void join_outside(void)
{
    void *result;

    pthread_join(outside.thread, &result);
    check_true(result == NULL);
}

/* Sends each byte back. Returns how many there were. */
static int serve(struct sb_stream *stream)
{
    int count = 0;
    char byte;

    while (sb_stream_read(stream, &byte, 1) == 1) {
        if (count < SAMPLES)
            waited[count] = atomic_load(&slice_count) - atomic_load(&sent_at);
        count++;
        check_int(sb_stream_write(stream, &byte, 1), 1);
    }
    return count;
}

/* ---- beside busy tasks */

static int keep_busy(void *arg)
{
    (void)arg;
    while (!atomic_load(&is_over)) {
        int64_t end_ns = wall_ns() + SLICE_NS;

        atomic_fetch_add(&slice_count, 1);
        while (wall_ns() < end_ns)
            ;
        if (sb_yield() < 0)
            return -ECANCELED;
    }
    return 0;
}

static int by_size(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/*
 * A byte comes in the middle of a slice, and is read before the next one begins. A machine that has other things to do
 * may make it later now and then, so it is the median that counts.
 */
static int serve_beside_busy_tasks(void *arg)
{
    struct sb_server *server = open_server(arg, "tcp:127.0.0.1:0");
    struct sb_task tasks[BUSY_TASKS];
    struct sb_stream *stream;

    atomic_store(&is_over, false);
    for (int i = 0; i < BUSY_TASKS; i++)
        sb_spawn(&tasks[i], "busy", keep_busy, NULL);
    start_outside(server, SAMPLES, 7);
    check_int(sb_server_accept(server, &stream), 0);
    check_int(serve(stream), SAMPLES);
    atomic_store(&is_over, true);
    for (int i = 0; i < BUSY_TASKS; i++)
        sb_join(&tasks[i], NULL);
    join_outside();
    qsort(waited, SAMPLES, sizeof(waited[0]), by_size);
    check_int(waited[0], 0);
    check_int(waited[SAMPLES / 2], 0);
    sb_stream_close(stream);
    sb_server_close(server);
    return 0;
}

/* spec/core.md 13.1.1 */
static void input_waits_for_one_slice_of_busy_tasks_at_most(void **state)
{
    (void)state;
    run_on_host(serve_beside_busy_tasks);
}

static void so_it_does_on_the_paced_clock(void **state)
{
    (void)state;
    run_on_paced_host(serve_beside_busy_tasks, 1);
}

/* ---- alone */

static int serve_alone(void *arg)
{
    struct sb_server *server = open_server(arg, "tcp:127.0.0.1:0");
    struct sb_stream *stream;

    start_outside(server, 3, 10);
    check_int(sb_server_accept(server, &stream), 0);
    check_int(serve(stream), 3);
    join_outside();
    sb_stream_close(stream);
    sb_server_close(server);
    return 0;
}

/* spec/core.md 9.5.19 */
static void a_program_that_only_waits_for_input_runs(void **state)
{
    (void)state;
    run_on_host_unlimited(serve_alone);
    run_on_paced_host(serve_alone, 1);
}

/* ---- simulated time */

static int echo(void *arg)
{
    struct connection c = open_connection(arg);

    stream_echo_run(&(struct stream_echo){
        .client = c.client,
        .server = c.server,
        .size = 200000,
        .seed = 3,
        .chunk_max = 2000,
        .pause_max_us = 200,
        .has_half_close = true,
    });
    close_connection(&c);
    return 0;
}

static void nothing_is_lost_on_the_paced_clock(void **state)
{
    (void)state;
    run_on_paced_host(echo, 1);
    run_on_paced_host(echo, 20);
}

static int measure_silence(void *arg)
{
    struct connection c = open_connection(arg);
    int64_t start_ns;
    char data[8];

    check_int(sb_stream_write(c.client, "abc", 3), 3);
    check_int(sb_stream_read_exactly(c.server, data, 3), 3);
    start_ns = sb_now_ns();
    check_int(sb_stream_read_until_idle_ms(c.server, data, 8, 1000), 0);
    check_int(sb_now_ns() - start_ns, 1000 * SB_MS_NS);
    close_connection(&c);
    return 0;
}

static void silence_is_measured_in_simulated_time_to_the_nanosecond(void **state)
{
    int64_t start_ns = wall_ns();

    (void)state;
    run_on_paced_host(measure_silence, 100);
    assert_true(wall_ns() - start_ns >= 10 * SB_MS_NS);
}

static int poll_all_the_time(void *arg)
{
    (void)arg;
    while (sb_yield() == 0)
        ;
    return 0;
}

/* So slow that the clock has to hold the poller back for a second at a time. */
#define SLOWLY 0.001

static int serve_beside_a_poller(void *arg)
{
    int64_t simulated_ns = sb_now_ns();
    int64_t real_ns = wall_ns();
    struct sb_task poller;

    sb_spawn(&poller, "poller", poll_all_the_time, NULL);
    serve_alone(arg);
    sb_task_cancel(&poller);
    sb_join(&poller, NULL);
    real_ns = wall_ns() - real_ns;
    simulated_ns = sb_now_ns() - simulated_ns;
    check_true(real_ns < 3 * SB_S_NS);
    check_true(simulated_ns <= (int64_t)((double)real_ns * SLOWLY) + SB_MS_NS + 100 * SB_US_NS);
    return 0;
}

static void a_task_that_polls_neither_keeps_input_out_nor_runs_away(void **state)
{
    (void)state;
    run_on_paced_host(serve_beside_a_poller, SLOWLY);
}

static int wait_for_nothing(void *arg)
{
    struct connection c = open_connection(arg);
    struct sb_timeout timeout;
    char byte;

    /* While something is open it is no deadlock, even without a timer. */
    check_true(sb_loop_has_source(sb_loop_current()));
    sb_timeout_begin_ms(&timeout, 50);
    check_int(sb_timeout_end(&timeout, sb_stream_read(c.client, &byte, 1)), -ETIMEDOUT);
    close_connection(&c);
    check_true(!sb_loop_has_source(sb_loop_current()));
    return 0;
}

static void what_is_open_may_still_wake_somebody(void **state)
{
    (void)state;
    run_on_host(wait_for_nothing);
    run_on_paced_host(wait_for_nothing, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(input_waits_for_one_slice_of_busy_tasks_at_most),
        cmocka_unit_test(so_it_does_on_the_paced_clock),
        cmocka_unit_test(a_program_that_only_waits_for_input_runs),
        cmocka_unit_test(nothing_is_lost_on_the_paced_clock),
        cmocka_unit_test(silence_is_measured_in_simulated_time_to_the_nanosecond),
        cmocka_unit_test(a_task_that_polls_neither_keeps_input_out_nor_runs_away),
        cmocka_unit_test(what_is_open_may_still_wake_somebody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
