/* SPDX-License-Identifier: MIT */
/* Streams on a backend that the test is itself: nothing lost, turns, pieces, errors, who is woken when. */
#include "tests/support.h"

#include <errno.h>
#include <string.h>

#include "lib/hal/stream.h"
#include "lib/timeout.h"

#define CAPACITY 16

/* The backend: takes `room` bytes before it is full. */
struct backend {
    struct sb_stream stream;
    uint8_t buffer[CAPACITY];
    char sent[64];
    size_t room;
    int write_error;
    bool is_closed;
};

static struct backend b;

static int backend_write(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    (void)stream;
    if (b.write_error < 0)
        return b.write_error;
    if (size > b.room)
        size = b.room;
    strncat(b.sent, (const char *)data, size);
    b.room -= size;
    return (int)size;
}

static bool backend_is_drained(const struct sb_stream *stream)
{
    (void)stream;
    return b.room > 0;
}

static void backend_close(struct sb_stream *stream)
{
    (void)stream;
    b.is_closed = true;
}

static const struct sb_stream_ops ops = {
    .write = backend_write,
    .is_drained = backend_is_drained,
    .close = backend_close,
};

static struct sb_stream *open_stream(void)
{
    b = (struct backend){.room = sizeof(b.sent) - 1};
    sb_stream_init(&b.stream, NULL, "serial0", &ops, b.buffer, CAPACITY);
    return &b.stream;
}

static void receive(const char *text)
{
    sb_stream_report(&b.stream, (const uint8_t *)text, strlen(text));
}

static void make_room(size_t room)
{
    b.room = room;
    sb_stream_report_room(&b.stream);
}

/* What a reading task is to do. */
struct reader {
    struct sb_task task;
    const char *name;
    int64_t timeout_ms; /* 0: none */
    char kind;          /* r read, x exactly, l line */
    size_t size;
};

static int read_by(const struct reader *reader, char *text)
{
    int rc;

    if (reader->kind == 'l')
        return sb_stream_read_line(&b.stream, text, reader->size);
    rc = reader->kind == 'x' ? sb_stream_read_exactly(&b.stream, text, reader->size)
                             : sb_stream_read(&b.stream, text, reader->size);
    if (rc >= 0)
        text[rc] = '\0';
    return rc;
}

static int reader_body(void *arg)
{
    const struct reader *reader = arg;
    struct sb_timeout timeout;
    char text[64];
    int rc;

    if (reader->timeout_ms > 0) {
        sb_timeout_begin_ms(&timeout, reader->timeout_ms);
        rc = sb_timeout_end(&timeout, read_by(reader, text));
    } else {
        rc = read_by(reader, text);
    }
    if (rc >= 0)
        note_at("%s '%s'", reader->name, text);
    else
        note_at("%s %s", reader->name, strerror(-rc));
    return rc;
}

static void start(struct reader *reader)
{
    sb_spawn(&reader->task, reader->name, reader_body, reader);
    sb_sleep_ms(1);
}

TASK_TEST(a_read_takes_what_is_there_and_waits_only_for_the_first_byte)
{
    struct reader reader = {.name = "a", .kind = 'r', .size = 4};
    char text[8];

    (void)arg;
    open_stream();
    start(&reader);
    receive("hello");
    sb_join(&reader.task, NULL);
    check_text(notes(), "1 a 'hell'");
    check_int(sb_stream_read(&b.stream, text, sizeof(text)), 1);
    check_int(text[0], 'o');
    check_int(sb_stream_read(&b.stream, text, 0), 0);
    check_int(sb_stream_try_read(&b.stream, text, sizeof(text)), -EAGAIN);
    check_int(b.stream.received_count, 5);
    return 0;
}

/* spec/core.md 9.5.23, 13.5.38 */
TASK_TEST(a_read_that_is_cancelled_or_times_out_takes_no_byte)
{
    struct reader exactly = {.name = "x", .kind = 'x', .size = 6};
    struct reader line = {.name = "l", .kind = 'l', .size = 16, .timeout_ms = 5};
    struct reader rest = {.name = "r", .kind = 'r', .size = 16};

    (void)arg;
    open_stream();
    start(&exactly);
    receive("abc");
    sb_task_cancel(&exactly.task);
    sb_join(&exactly.task, NULL);
    start(&line);
    receive("def");
    sb_join(&line.task, NULL);
    start(&rest);
    sb_join(&rest.task, NULL);
    check_text(notes(), "1 x Operation canceled | 6 l Connection timed out | 6 r 'abcdef'");
    return 0;
}

TASK_TEST(what_comes_in_the_instant_of_a_cancel_or_timeout_is_delivered)
{
    struct reader a = {.name = "a", .kind = 'r', .size = 8};
    struct reader late = {.name = "b", .kind = 'r', .size = 8, .timeout_ms = 4};

    (void)arg;
    open_stream();
    start(&a);
    receive("one");
    sb_task_cancel(&a.task);
    sb_join(&a.task, NULL);
    start(&late);
    sb_sleep_ms(2);
    receive("two");
    sb_delay_us(2000); /* over the deadline before the reader runs */
    sb_join(&late.task, NULL);
    check_text(notes(), "1 a 'one' | 6 b 'two'");
    return 0;
}

TASK_TEST(readers_take_turns_first_come_first_served)
{
    struct reader readers[3] = {
        {.name = "a", .kind = 'x', .size = 4},
        {.name = "b", .kind = 'x', .size = 2},
        {.name = "c", .kind = 'r', .size = 9},
    };

    (void)arg;
    open_stream();
    for (int i = 0; i < 3; i++)
        start(&readers[i]);
    receive("123");
    sb_sleep_ms(1);
    receive("45");
    sb_sleep_ms(1);
    receive("67");
    sb_sleep_ms(1);
    check_text(notes(), "4 a '1234' | 5 b '56' | 5 c '7'");
    for (int i = 0; i < 3; i++)
        sb_join(&readers[i].task, NULL);
    return 0;
}

TASK_TEST(a_cancelled_reader_lets_the_next_have_its_turn)
{
    struct reader readers[2] = {
        {.name = "a", .kind = 'x', .size = 4},
        {.name = "b", .kind = 'r', .size = 9},
    };

    (void)arg;
    open_stream();
    start(&readers[0]);
    start(&readers[1]);
    receive("123");
    sb_task_cancel(&readers[0].task);
    sb_join(&readers[1].task, NULL);
    sb_join(&readers[0].task, NULL);
    check_text(notes(), "2 a Operation canceled | 2 b '123'");
    return 0;
}

/* The cost of a day of bytes rests on this. */
TASK_TEST(a_reader_is_woken_only_when_all_is_there)
{
    struct reader reader = {.name = "x", .kind = 'x', .size = 12};
    struct reader line = {.name = "l", .kind = 'l', .size = 16};
    uint64_t slices;

    (void)arg;
    open_stream();
    start(&reader);
    slices = reader.task.slice_count;
    for (int i = 0; i < 11; i++) {
        receive("x");
        sb_sleep_ms(1);
    }
    check_int(reader.task.slice_count, slices);
    receive("y");
    sb_join(&reader.task, NULL);
    start(&line);
    slices = line.task.slice_count;
    for (int i = 0; i < 11; i++) {
        receive("z");
        sb_sleep_ms(1);
    }
    check_int(line.task.slice_count, slices);
    receive("\n");
    sb_join(&line.task, NULL);
    check_int(line.task.slice_count, slices + 1);
    check_text(notes(), "12 x 'xxxxxxxxxxxy' | 24 l 'zzzzzzzzzzz\n'");
    return 0;
}

TASK_TEST(lines_come_one_by_one_and_long_ones_in_pieces)
{
    char line[8];

    (void)arg;
    open_stream();
    receive("ab\ncdefghij\n\n");
    check_int(sb_stream_read_line(&b.stream, line, sizeof(line)), 3);
    check_text(line, "ab\n");
    check_int(sb_stream_read_line(&b.stream, line, sizeof(line)), 7);
    check_text(line, "cdefghi");
    check_int(sb_stream_read_line(&b.stream, line, sizeof(line)), 2);
    check_text(line, "j\n");
    check_int(sb_stream_read_line(&b.stream, line, sizeof(line)), 1);
    check_text(line, "\n");
    check_int(b.stream.count, 0);
    return 0;
}

TASK_TEST(a_line_longer_than_the_buffer_comes_in_pieces_too)
{
    struct reader reader = {.name = "l", .kind = 'l', .size = 64};

    (void)arg;
    open_stream();
    start(&reader);
    receive("0123456789abcdef");
    sb_join(&reader.task, NULL);
    receive("gh\n");
    start(&reader);
    sb_join(&reader.task, NULL);
    check_text(notes(), "1 l '0123456789abcdef' | 1 l 'gh\n'");
    return 0;
}

TASK_TEST(lines_are_found_across_the_end_of_the_ring)
{
    char line[16];

    (void)arg;
    open_stream();
    for (int i = 0; i < 20; i++) {
        receive("12345\n67");
        check_int(sb_stream_read_line(&b.stream, line, sizeof(line)), 6);
        check_text(line, "12345\n");
        check_int(sb_stream_read_exactly(&b.stream, line, 2), 2);
        check_true(memcmp(line, "67", 2) == 0);
        receive("x");
        check_int(sb_stream_read_exactly(&b.stream, line, 1), 1);
    }
    return 0;
}

TASK_TEST(bytes_without_room_are_lost_and_counted_and_the_older_ones_kept)
{
    char text[CAPACITY + 1];

    (void)arg;
    open_stream();
    receive("0123456789");
    receive("abcdefghij");
    check_int(b.stream.lost_count, 4);
    check_int(b.stream.received_count, 16);
    check_int(sb_stream_read(&b.stream, text, sizeof(text)), 16);
    check_true(memcmp(text, "0123456789abcdef", 16) == 0);
    sb_stream_report_error(&b.stream, SB_STREAM_OVERRUN);
    sb_stream_report_error(&b.stream, SB_STREAM_FRAMING);
    sb_stream_report_error(&b.stream, SB_STREAM_FRAMING);
    sb_stream_report_error(&b.stream, SB_STREAM_BREAK);
    check_int(b.stream.lost_count, 5);
    check_int(b.stream.framing_error_count, 2);
    check_int(b.stream.break_count, 1);
    return 0;
}

TASK_TEST(more_than_the_buffer_holds_cannot_be_read_exactly)
{
    char text[32];

    (void)arg;
    open_stream();
    check_int(sb_stream_read_exactly(&b.stream, text, CAPACITY + 1), -EINVAL);
    receive("0123456789abcdef");
    check_int(sb_stream_read_exactly(&b.stream, text, CAPACITY), CAPACITY);
    return 0;
}

TASK_TEST(what_is_taken_away_from_a_waiting_reader_is_waited_for_again)
{
    struct reader reader = {.name = "a", .kind = 'x', .size = 3};
    char text[8];

    (void)arg;
    open_stream();
    start(&reader);
    receive("abc");
    check_int(sb_stream_try_read(&b.stream, text, 1), 1); /* before the reader ran */
    sb_sleep_ms(1);
    receive("de");
    sb_join(&reader.task, NULL);
    check_text(notes(), "2 a 'bcd'");
    check_int(sb_stream_discard(&b.stream), 1);
    check_int(sb_stream_discard(&b.stream), 0);
    return 0;
}

TASK_TEST(after_the_other_side_is_gone_the_rest_is_read_first)
{
    struct reader reader = {.name = "a", .kind = 'x', .size = 9};
    char text[8];

    (void)arg;
    open_stream();
    receive("1\nend");
    start(&reader);
    sb_stream_report_closed(&b.stream, -EPIPE);
    sb_join(&reader.task, NULL);
    check_text(notes(), "1 a Broken pipe");
    check_int(sb_stream_read_line(&b.stream, text, sizeof(text)), 2);
    check_int(sb_stream_read_line(&b.stream, text, sizeof(text)), 3);
    check_text(text, "end");
    check_int(sb_stream_read_line(&b.stream, text, sizeof(text)), -EPIPE);
    check_int(sb_stream_read(&b.stream, text, sizeof(text)), -EPIPE);
    return 0;
}

static int writer_body(void *arg)
{
    const char *text = arg;
    int rc = sb_stream_write(&b.stream, text, strlen(text));

    note_at("%c %d", text[0], rc);
    return rc;
}

TASK_TEST(writes_wait_for_room_and_never_mix)
{
    struct sb_task tasks[2];

    (void)arg;
    open_stream();
    b.room = 3;
    sb_spawn(&tasks[0], "a", writer_body, "aaaaaa");
    sb_spawn(&tasks[1], "b", writer_body, "bb");
    sb_sleep_ms(1);
    check_text(b.sent, "aaa");
    make_room(2);
    sb_sleep_ms(1);
    check_text(b.sent, "aaaaa");
    make_room(9);
    sb_join(&tasks[0], NULL);
    sb_join(&tasks[1], NULL);
    check_text(b.sent, "aaaaaabb");
    check_text(notes(), "2 a 6 | 2 b 2");
    check_int(b.stream.sent_count, 8);
    check_int(sb_stream_write(&b.stream, "", 0), 0);
    return 0;
}

TASK_TEST(a_cancelled_write_says_how_far_it_came_and_frees_the_turn)
{
    struct sb_task tasks[2];

    (void)arg;
    open_stream();
    b.room = 3;
    sb_spawn(&tasks[0], "a", writer_body, "aaaaaa");
    sb_spawn(&tasks[1], "b", writer_body, "bb");
    sb_sleep_ms(1);
    sb_task_cancel(&tasks[0]);
    sb_sleep_ms(1);
    check_int(b.stream.sent_count, 3);
    make_room(9);
    sb_join(&tasks[1], NULL);
    sb_join(&tasks[0], NULL);
    check_text(b.sent, "aaabb");
    b.write_error = -EIO;
    check_int(sb_stream_write(&b.stream, "x", 1), -EIO);
    b.write_error = 0;
    check_int(sb_stream_write(&b.stream, "x", 1), 1); /* the turn was given back */
    return 0;
}

static int drain_body(void *arg)
{
    (void)arg;
    check_int(sb_stream_drain(&b.stream), 0);
    note_at("drained");
    return 0;
}

TASK_TEST(a_drain_waits_until_all_has_left)
{
    struct sb_task task;

    (void)arg;
    open_stream();
    check_int(sb_stream_drain(&b.stream), 0);
    b.room = 0;
    sb_spawn(&task, "drain", drain_body, NULL);
    sb_sleep_ms(1);
    sb_stream_report_room(&b.stream); /* not yet */
    sb_sleep_ms(1);
    make_room(1);
    sb_join(&task, NULL);
    check_text(notes(), "2 drained");
    return 0;
}

TASK_TEST(nothing_is_read_and_written_at_once)
{
    (void)arg;
    open_stream();
    for (int i = 0; i < 2; i++) {
        check_int(sb_stream_read(&b.stream, NULL, 0), 0);
        check_int(sb_stream_read_exactly(&b.stream, NULL, 0), 0);
        check_int(sb_stream_write(&b.stream, NULL, 0), 0);
        check_int(b.stream.count, i);
        receive("x");
    }
    check_text(b.sent, "");
    return 0;
}

TASK_TEST(what_a_backend_cannot_do_is_refused)
{
    (void)arg;
    open_stream();
    check_int(sb_stream_set_baud(&b.stream, 9600), -ENOTSUP);
    check_int(b.stream.baud, 0);
    check_int(sb_stream_send_break(&b.stream, SB_MS_NS), -ENOTSUP);
    sb_stream_close(NULL);
    check_true(!b.is_closed);
    sb_stream_close(&b.stream);
    check_true(b.is_closed);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_takes_what_is_there_and_waits_only_for_the_first_byte),
        cmocka_unit_test(a_read_that_is_cancelled_or_times_out_takes_no_byte),
        cmocka_unit_test(what_comes_in_the_instant_of_a_cancel_or_timeout_is_delivered),
        cmocka_unit_test(readers_take_turns_first_come_first_served),
        cmocka_unit_test(a_cancelled_reader_lets_the_next_have_its_turn),
        cmocka_unit_test(a_reader_is_woken_only_when_all_is_there),
        cmocka_unit_test(lines_come_one_by_one_and_long_ones_in_pieces),
        cmocka_unit_test(a_line_longer_than_the_buffer_comes_in_pieces_too),
        cmocka_unit_test(lines_are_found_across_the_end_of_the_ring),
        cmocka_unit_test(bytes_without_room_are_lost_and_counted_and_the_older_ones_kept),
        cmocka_unit_test(more_than_the_buffer_holds_cannot_be_read_exactly),
        cmocka_unit_test(what_is_taken_away_from_a_waiting_reader_is_waited_for_again),
        cmocka_unit_test(after_the_other_side_is_gone_the_rest_is_read_first),
        cmocka_unit_test(writes_wait_for_room_and_never_mix),
        cmocka_unit_test(a_cancelled_write_says_how_far_it_came_and_frees_the_turn),
        cmocka_unit_test(a_drain_waits_until_all_has_left),
        cmocka_unit_test(nothing_is_read_and_written_at_once),
        cmocka_unit_test(what_a_backend_cannot_do_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
