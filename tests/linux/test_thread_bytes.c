/* SPDX-License-Identifier: MIT */
/*
 * Rings of bytes under the hammer of a thread and of a signal handler: nothing is lost or out of order, in either
 * direction. To be run under ThreadSanitizer too (make SAN=thread test).
 */
#include "tests/linux/hammer.h"

#include <errno.h>

#include "lib/byte_ring.h"

#define RING_SIZE 16

static struct sb_byte_ring ring;
static uint8_t in[RING_SIZE];
static uint8_t out[RING_SIZE];
static atomic_uint sent_count;
static unsigned received_count;
static atomic_uint seen_count; /* of them, as the thread sees it */

static void see(void)
{
    atomic_store_explicit(&seen_count, received_count, memory_order_relaxed);
}

static void open_ring(void)
{
    sb_byte_ring_init(&ring, &(struct sb_byte_ring_config){
                                 .name = "ring",
                                 .in = in,
                                 .in_size = RING_SIZE,
                                 .out = out,
                                 .out_size = RING_SIZE,
                                 .notify_fn = hammer_tell,
                             });
}

/* Bytes that repeat after 251, so that one which is lost or doubled shows. */
static void fill(uint8_t *bytes, unsigned size, unsigned start)
{
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)((start + i) % 251);
}

static void check_bytes(const uint8_t *bytes, unsigned size, unsigned *next)
{
    for (unsigned i = 0; i < size; i++)
        if (bytes[i] != (*next)++ % 251)
            hammer_fail("a byte is lost or out of order");
}

static void write_in_thread(int index)
{
    uint8_t bytes[2 * RING_SIZE];
    unsigned sent = 0;

    (void)index;
    while (!hammer_is_over()) {
        unsigned size = 1 + hammer_random(sizeof(bytes));

        fill(bytes, size, sent);
        size = (unsigned)sb_byte_ring_write(&ring, bytes, size);
        sent += size;
        if (size == 0)
            hammer_sleep_until_told();
        else
            hammer_pause();
    }
    atomic_store(&sent_count, sent);
    sb_byte_ring_end(&ring);
}

/* By turns in every way in which a stream can be read. */
static int read_somehow(uint8_t *bytes)
{
    unsigned size = 1 + hammer_random(RING_SIZE);

    switch (hammer_random(3)) {
    case 0:
        return sb_stream_read(&ring.stream, bytes, size);
    case 1:
        return sb_stream_read_exactly(&ring.stream, bytes, size);
    default:
        return sb_stream_read_line(&ring.stream, (char *)bytes, RING_SIZE + 1);
    }
}

static int read_bytes(void *arg)
{
    uint8_t bytes[RING_SIZE + 1];
    int rc;

    (void)arg;
    while ((rc = read_somehow(bytes)) >= 0)
        check_bytes(bytes, (unsigned)rc, &received_count);
    while (rc == -EPIPE && (rc = sb_stream_try_read(&ring.stream, bytes, RING_SIZE)) > 0)
        check_bytes(bytes, (unsigned)rc, &received_count);
    return 0;
}

static int take_bytes(void *arg)
{
    struct sb_task task;

    (void)arg;
    received_count = 0;
    open_ring();
    sb_spawn(&task, "reads", read_bytes, NULL);
    hammer_threads(write_in_thread, 1);
    sb_join(&task, NULL);
    if (received_count != atomic_load(&sent_count))
        hammer_fail("bytes are missing at the end");
    sb_stream_close(&ring.stream);
    return 0;
}

static void bytes_of_a_thread_arrive_in_order(void **state)
{
    (void)state;
    hammer_run(take_bytes);
}

/* In bursts, whose last byte must not be left lying: nothing comes after it that would wake the loop. */
static void write_bursts(int index)
{
    uint8_t bytes[RING_SIZE];
    unsigned sent = 0;

    (void)index;
    while (!hammer_is_over()) {
        for (unsigned left = 1 + hammer_random(3); left > 0; left--) {
            unsigned size = 1 + hammer_random(sizeof(bytes));

            fill(bytes, size, sent);
            sent += (unsigned)sb_byte_ring_write(&ring, bytes, size);
            hammer_pause();
        }
        hammer_await(&seen_count, sent);
    }
    sb_byte_ring_end(&ring);
}

static int read_what_is_there(void *arg)
{
    uint8_t bytes[RING_SIZE];
    int rc;

    (void)arg;
    while ((rc = sb_stream_read(&ring.stream, bytes, sizeof(bytes))) > 0) {
        check_bytes(bytes, (unsigned)rc, &received_count);
        see();
    }
    return rc == -EPIPE ? 0 : rc;
}

static int take_bursts(void *arg)
{
    struct sb_task tasks[2];

    (void)arg;
    received_count = 0;
    see();
    open_ring();
    sb_spawn(&tasks[0], "reads", read_what_is_there, NULL);
    sb_spawn(&tasks[1], "busy", hammer_yield, NULL);
    hammer_threads(write_bursts, 1);
    sb_join(&tasks[0], NULL);
    cancel_and_join(&tasks[1], 1);
    sb_stream_close(&ring.stream);
    return 0;
}

static void no_byte_of_a_thread_is_left_lying(void **state)
{
    (void)state;
    hammer_run(take_bursts);
}

static atomic_bool has_ended;

static void read_in_thread(int index)
{
    uint8_t bytes[RING_SIZE];
    unsigned size;

    (void)index;
    received_count = 0;
    for (;;) {
        while ((size = (unsigned)sb_byte_ring_read(&ring, bytes, 1 + hammer_random(RING_SIZE))) >
               0) {
            check_bytes(bytes, size, &received_count);
            hammer_pause();
        }
        if (atomic_load(&has_ended))
            return;
        hammer_sleep_until_told();
    }
}

static int write_bytes(void *arg)
{
    uint8_t bytes[2 * RING_SIZE];
    unsigned sent = 0;
    int rc = 0;

    (void)arg;
    while (!hammer_is_over() && rc >= 0) {
        unsigned size = 1 + hammer_random(sizeof(bytes));

        fill(bytes, size, sent);
        sent += size;
        rc = sb_stream_write(&ring.stream, bytes, size);
    }
    if (rc >= 0)
        rc = sb_stream_drain(&ring.stream);
    atomic_store(&sent_count, sent);
    atomic_store(&has_ended, true);
    hammer_tell(NULL);
    return rc;
}

static int give_bytes(void *arg)
{
    struct sb_task task;

    (void)arg;
    atomic_store(&has_ended, false);
    open_ring();
    sb_spawn(&task, "writes", write_bytes, NULL);
    hammer_threads(read_in_thread, 1);
    sb_join(&task, NULL);
    if (received_count != atomic_load(&sent_count))
        hammer_fail("bytes are missing at the end");
    sb_stream_close(&ring.stream);
    return 0;
}

static void bytes_of_tasks_reach_a_thread_in_order(void **state)
{
    (void)state;
    hammer_run(give_bytes);
}

/* ---- a signal handler on the loop's own thread */

static unsigned signalled_count;

static void on_signal(int number)
{
    uint8_t byte = (uint8_t)(signalled_count % 251);
    int saved = errno;

    (void)number;
    signalled_count += (unsigned)sb_byte_ring_write(&ring, &byte, 1);
    errno = saved;
}

static int hear_signals(void *arg)
{
    struct sb_task task;

    (void)arg;
    received_count = signalled_count = 0;
    open_ring();
    sb_spawn(&task, "reads", read_what_is_there, NULL);
    hammer_signals(on_signal, NULL);
    for (int i = 0; i < 1000; i++) /* what is on its way arrives */
        sb_yield();
    cancel_and_join(&task, 1);
    if (received_count != signalled_count)
        hammer_fail("bytes are missing at the end");
    sb_stream_close(&ring.stream);
    return 0;
}

static void a_signal_handler_may_write(void **state)
{
    (void)state;
    hammer_run(hear_signals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of_a_thread_arrive_in_order),
        cmocka_unit_test(no_byte_of_a_thread_is_left_lying),
        cmocka_unit_test(bytes_of_tasks_reach_a_thread_in_order),
        cmocka_unit_test(a_signal_handler_may_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
