/* SPDX-License-Identifier: MIT */
/*
 * Rings of bytes between the loop and another context, as streams. What the test does in timers and between waits stands
 * for the other context; real threads are in tests/linux/test_threads.c.
 */
#include "tests/support.h"

#include <errno.h>
#include <string.h>

#include "lib/byte_ring.h"
#include "lib/timeout.h"

#define IN_SIZE  16
#define OUT_SIZE 8

static struct sb_byte_ring ring;
static struct sb_stream *const stream = &ring.stream;
static uint8_t in[IN_SIZE];
static uint8_t out[OUT_SIZE];
static int notify_count;

static void on_notify(void *arg)
{
    (void)arg;
    notify_count++;
}

static void init(uint8_t *out_bytes)
{
    notify_count = 0;
    sb_byte_ring_init(&ring, &(struct sb_byte_ring_config){
                                 .name = "ring",
                                 .in = in,
                                 .in_size = IN_SIZE,
                                 .out = out_bytes,
                                 .out_size = OUT_SIZE,
                                 .notify_fn = on_notify,
                             });
}

/* A test whose body runs as a task, with an empty ring. */
#define RING_TEST(name)                 \
    static void name##_inner(void);     \
    static int name##_body(void *arg)   \
    {                                   \
        (void)arg;                      \
        init(out);                      \
        name##_inner();                 \
        sb_stream_close(stream);        \
        return 0;                       \
    }                                   \
    static void name(void **state)      \
    {                                   \
        (void)state;                    \
        run_in_loop(name##_body, NULL); \
    }                                   \
    static void name##_inner(void)

/* The other context writes; how many bytes had room. */
static size_t write_text(const char *text)
{
    return sb_byte_ring_write(&ring, text, strlen(text));
}

static struct sb_timer interrupts[4];

static void on_interrupt(struct sb_timer *timer, void *arg)
{
    (void)timer;
    check_int(write_text(arg), strlen(arg));
}

static void write_in_ms(int i, const char *text, int ms)
{
    sb_timer_init(&interrupts[i], on_interrupt, (void *)(uintptr_t)text);
    sb_timer_start_ns(&interrupts[i], ms * SB_MS_NS);
}

/* What the other context finds that tasks have written. */
static const char *take_text(void)
{
    static char text[OUT_SIZE + 1];
    size_t count = sb_byte_ring_read(&ring, text, OUT_SIZE);

    text[count] = '\0';
    return text;
}

/* ---- to the tasks */

/* spec/core.md 9.1, ringio_async: 120 bytes through a ring of 16. */
static uint8_t sent[120];
static size_t written_count;

static int write_all(void *arg)
{
    int rc = 0;

    (void)arg;
    while (written_count < sizeof(sent) && rc == 0) {
        written_count += sb_byte_ring_write(&ring, sent + written_count,
                                            sizeof(sent) - written_count);
        rc = sb_sleep_ms(1);
    }
    return rc;
}

RING_TEST(many_bytes_pass_through_a_small_ring_in_order)
{
    uint8_t received[sizeof(sent)];
    struct sb_task writer;

    written_count = 0;
    for (size_t i = 0; i < sizeof(sent); i++)
        sent[i] = (uint8_t)sb_loop_random(test_loop());
    sb_spawn(&writer, "writer", write_all, NULL);
    for (size_t i = 0; i < sizeof(sent); i += 12)
        check_int(sb_stream_read_exactly(stream, received + i, 12), 12);
    check_int(written_count, sizeof(sent));
    check_true(memcmp(received, sent, sizeof(sent)) == 0);
    check_int(stream->received_count, sizeof(sent));
    check_int(stream->lost_count, 0);
    sb_join(&writer, NULL);
}

RING_TEST(every_byte_of_the_ring_is_used_and_the_rest_stays_with_the_writer)
{
    char text[IN_SIZE];

    check_int(sb_byte_ring_room(&ring), IN_SIZE);
    check_int(write_text("0123456789abcdefgh"), IN_SIZE);
    check_int(sb_byte_ring_room(&ring), 0);
    check_int(write_text("x"), 0);
    check_int(sb_stream_read_exactly(stream, text, 3), 3);
    check_int(sb_byte_ring_room(&ring), 3);
    check_int(write_text("ghijk"), 3);
    check_int(sb_stream_read_exactly(stream, text, IN_SIZE), IN_SIZE);
    check_true(memcmp(text, "3456789abcdefghi", IN_SIZE) == 0);
    check_int(stream->lost_count, 0);
}

RING_TEST(what_the_writer_calls_lost_is_counted)
{
    char byte;

    sb_byte_ring_lose(&ring, 5);
    sb_byte_ring_lose(&ring, 2);
    check_int(sb_stream_try_read(stream, &byte, 1), -EAGAIN);
    check_int(stream->lost_count, 7);
}

static int read_line(void *arg)
{
    char line[IN_SIZE + 1];
    int rc = sb_stream_read_line(stream, line, sizeof(line));

    (void)arg;
    if (rc > 0) {
        line[rc - 1] = '\0';
        note_at("line %s", line);
    }
    return rc < 0 ? rc : 0;
}

RING_TEST(a_line_wakes_its_reader_once_when_it_is_complete)
{
    struct sb_task task;

    sb_spawn(&task, "reader", read_line, NULL);
    write_in_ms(0, "first ", 1);
    write_in_ms(1, "part", 2);
    write_in_ms(2, "\nand", 3);
    sb_join(&task, NULL);
    check_text(notes(), "3 line first part");
    check_int(task.slice_count, 2);
}

RING_TEST(a_line_end_is_seen_across_the_end_of_the_ring)
{
    char text[IN_SIZE];
    struct sb_task task;

    for (int i = 0; i < 2 * IN_SIZE; i++) {
        notes_clear();
        sb_spawn(&task, "reader", read_line, NULL);
        sb_yield();
        write_text("abc\nde");
        sb_join(&task, NULL);
        check_true(strstr(notes(), "line abc") != NULL);
        check_int(sb_stream_read_exactly(stream, text, 2), 2);
        write_text("x"); /* so that the next begins elsewhere */
        check_int(sb_stream_discard(stream), 1);
    }
}

RING_TEST(a_read_that_is_cancelled_loses_no_byte)
{
    struct sb_timeout timeout;
    char text[4];

    sb_timeout_begin_ms(&timeout, 5);
    write_in_ms(0, "ab", 1);
    check_int(sb_timeout_end(&timeout, sb_stream_read_exactly(stream, text, 4)), -ETIMEDOUT);
    write_in_ms(0, "cd", 1);
    check_int(sb_stream_read_exactly(stream, text, 4), 4);
    check_true(memcmp(text, "abcd", 4) == 0);
}

RING_TEST(what_is_discarded_makes_room)
{
    char text[IN_SIZE];

    check_int(write_text("0123456789abcdef"), IN_SIZE);
    check_int(sb_stream_discard(stream), IN_SIZE);
    check_int(sb_byte_ring_room(&ring), IN_SIZE);
    check_int(write_text("new"), 3);
    check_int(sb_stream_try_read(stream, text, sizeof(text)), 3);
    check_true(memcmp(text, "new", 3) == 0);
}

RING_TEST(after_the_end_everything_is_read_and_then_there_is_an_error)
{
    char text[IN_SIZE];

    write_text("last");
    sb_byte_ring_end(&ring);
    check_int(sb_stream_read(stream, text, sizeof(text)), 4);
    check_int(sb_stream_read(stream, text, sizeof(text)), -EPIPE);
}

RING_TEST(the_end_wakes_who_waits_for_more)
{
    struct sb_task task;

    sb_spawn(&task, "reader", read_line, NULL);
    sb_yield();
    write_text("no line end");
    sb_yield();
    sb_byte_ring_end(&ring);
    sb_join(&task, NULL);
    check_true(strstr(notes(), "line no line en") != NULL);
}

/* ---- from the tasks */

RING_TEST(a_write_waits_while_the_other_side_takes_nothing)
{
    struct sb_timeout timeout;

    check_int(sb_stream_write(stream, "12345678", 8), 8);
    sb_timeout_begin_ms(&timeout, 5);
    check_int(sb_timeout_end(&timeout, sb_stream_write(stream, "9", 1)), -ETIMEDOUT);
    check_text(take_text(), "12345678");
    check_int(sb_stream_write(stream, "9", 1), 1);
    check_text(take_text(), "9");
    check_text(take_text(), "");
    check_int(stream->sent_count, 9);
}

static int write_long(void *arg)
{
    int rc = sb_stream_write(stream, arg, strlen(arg));

    note_at("written");
    if (rc >= 0)
        rc = sb_stream_drain(stream);
    note_at("drained");
    return rc;
}

RING_TEST(a_long_write_goes_on_as_there_is_room_and_a_drain_waits_for_the_last_byte)
{
    struct sb_task task;

    sb_spawn(&task, "writer", write_long, "0123456789abcdefghij");
    sb_sleep_ms(10);
    check_text(take_text(), "01234567");
    sb_sleep_ms(10);
    check_text(take_text(), "89abcdef");
    sb_sleep_ms(10);
    check_text(notes(), "20 written");
    check_text(take_text(), "ghij");
    sb_join(&task, NULL);
    check_text(notes(), "20 written | 30 drained");
}

RING_TEST(the_other_side_is_told_of_bytes_and_of_room)
{
    char text[4];

    write_text("abcd");
    check_int(notify_count, 0);
    sb_stream_read_exactly(stream, text, 4);
    check_int(notify_count, 1);
    sb_stream_write(stream, "ab", 2);
    check_int(notify_count, 2);
    check_text(take_text(), "ab");
    check_int(notify_count, 2);
}

static int one_way(void *arg)
{
    (void)arg;
    init(NULL);
    check_int(sb_stream_write(stream, "a", 1), -ENOTSUP);
    check_int(sb_stream_drain(stream), 0);
    check_int(sb_stream_set_baud(stream, 9600), -ENOTSUP);
    write_text("a");
    sb_stream_close(stream);
    check_true(!sb_loop_unpost(test_loop(), &ring.bell.call));
    return 0;
}

static void a_ring_one_way_refuses_writes_and_may_go_while_bytes_are_on_their_way(void **state)
{
    (void)state;
    run_in_loop(one_way, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_bytes_pass_through_a_small_ring_in_order),
        cmocka_unit_test(every_byte_of_the_ring_is_used_and_the_rest_stays_with_the_writer),
        cmocka_unit_test(what_the_writer_calls_lost_is_counted),
        cmocka_unit_test(a_line_wakes_its_reader_once_when_it_is_complete),
        cmocka_unit_test(a_line_end_is_seen_across_the_end_of_the_ring),
        cmocka_unit_test(a_read_that_is_cancelled_loses_no_byte),
        cmocka_unit_test(what_is_discarded_makes_room),
        cmocka_unit_test(after_the_end_everything_is_read_and_then_there_is_an_error),
        cmocka_unit_test(the_end_wakes_who_waits_for_more),
        cmocka_unit_test(a_write_waits_while_the_other_side_takes_nothing),
        cmocka_unit_test(a_long_write_goes_on_as_there_is_room_and_a_drain_waits_for_the_last_byte),
        cmocka_unit_test(the_other_side_is_told_of_bytes_and_of_room),
        cmocka_unit_test(a_ring_one_way_refuses_writes_and_may_go_while_bytes_are_on_their_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
