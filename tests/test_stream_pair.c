/* SPDX-License-Identifier: MIT */
/* Connected streams: nothing lost, waiting for room, both ends' ends; and what streams promise their writers. */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/stream_pair.h"
#include "lib/timeout.h"
#include "tests/stream_echo.h"

#define TO_A 16
#define TO_B 8

static struct sb_stream_pair pair;
static struct sb_stream *const a = &pair.a.stream;
static struct sb_stream *const b = &pair.b.stream;

/* A test whose body runs as a task, with a fresh pair. */
#define PAIR_TEST(name)                                     \
    static void name##_inner(void);                         \
    static int name##_body(void *arg)                       \
    {                                                       \
        static uint8_t to_a[TO_A];                          \
        static uint8_t to_b[TO_B];                          \
        (void)arg;                                          \
        sb_stream_pair_init(&pair, to_a, TO_A, to_b, TO_B); \
        name##_inner();                                     \
        return 0;                                           \
    }                                                       \
    static void name(void **state)                          \
    {                                                       \
        (void)state;                                        \
        run_in_loop(name##_body, NULL);                     \
    }                                                       \
    static void name##_inner(void)

static int put(struct sb_stream *stream, const char *text)
{
    return sb_stream_write(stream, text, strlen(text));
}

/* What is there now, for comparing. */
static const char *look(struct sb_stream *stream)
{
    static char text[64];
    int rc = sb_stream_try_read(stream, text, sizeof(text) - 1);

    if (rc < 0)
        return strerror(-rc);
    text[rc] = '\0';
    return text;
}

static int write_a(void *arg)
{
    const char *text = arg;
    int rc = put(a, text);

    note_at("write %c %d", text[0], rc);
    return rc;
}

static int read_a(void *arg)
{
    char data[4];
    int rc = sb_stream_read(a, data, sizeof(data));

    (void)arg;
    note_at("read %d", rc);
    return rc;
}

PAIR_TEST(what_is_written_to_one_is_read_from_the_other)
{
    char line[16];

    check_int(put(a, "ping\n"), 5);
    check_int(put(b, "pong\n"), 5);
    check_int(sb_stream_read_line(b, line, sizeof(line)), 5);
    check_text(line, "ping\n");
    check_int(sb_stream_read_line(a, line, sizeof(line)), 5);
    check_text(line, "pong\n");
    check_int(a->sent_count, 5);
    check_int(b->received_count, 5);
}

/* spec/core.md 13.5.38, 13.5.39 */
PAIR_TEST(a_megabyte_comes_back_whole_whatever_is_cancelled)
{
    static uint8_t to_a[1000];
    static uint8_t to_b[331];

    for (uint64_t seed = 1; seed <= 2; seed++) {
        sb_stream_pair_init(&pair, to_a, sizeof(to_a), to_b, sizeof(to_b));
        stream_echo_run(&(struct stream_echo){
            .client = a,
            .server = b,
            .size = 1 << 20,
            .seed = seed,
            .chunk_max = 331,
            .pause_max_us = 50,
            .has_half_close = true,
        });
        sb_stream_close(a);
        sb_stream_close(b);
    }
}

PAIR_TEST(a_write_waits_until_the_other_side_has_read)
{
    struct sb_task task;

    sb_spawn(&task, "writer", write_a, "0123456789abcdef");
    sb_sleep_ms(1);
    check_text(look(b), "01234567");
    sb_sleep_ms(1);
    check_text(look(b), "89abcdef");
    sb_join(&task, NULL);
    check_text(notes(), "1 write 0 16");
    check_int(b->lost_count, 0);
}

PAIR_TEST(two_writers_never_mix_within_a_write)
{
    struct sb_task tasks[2];
    char text[256] = "";

    sb_spawn(&tasks[0], "x", write_a, "xxxxxxxxxxxx");
    sb_spawn(&tasks[1], "y", write_a, "yyyyyyyyyy");
    for (int i = 0; i < 3; i++) {
        sb_sleep_ms(1);
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s", look(b));
    }
    check_int(sb_join(&tasks[1], NULL), 0);
    check_int(sb_join(&tasks[0], NULL), 0);
    check_text(text, "xxxxxxxxxxxxyyyyyyyyyy");
}

static int drain_a(void *arg)
{
    int rc = sb_stream_drain(a);

    (void)arg;
    note_at("drained %d", rc);
    return rc;
}

/* spec/core.md 9.5.24, 13.5.37 */
PAIR_TEST(tasks_that_drain_at_the_same_time_send_nothing_twice)
{
    struct sb_task writers[2];
    struct sb_task drains[2];

    sb_spawn(&writers[0], "x", write_a, "xxxxxxxxxxxx");
    sb_spawn(&drains[0], "drain", drain_a, NULL);
    sb_spawn(&writers[1], "y", write_a, "yyyy");
    sb_spawn(&drains[1], "drain", drain_a, NULL);
    sb_sleep_ms(1);
    check_text(look(b), "xxxxxxxx");
    sb_sleep_ms(1);
    check_text(look(b), "xxxxyyyy");
    for (int i = 0; i < 2; i++) {
        sb_join(&writers[i], NULL);
        sb_join(&drains[i], NULL);
    }
    check_text(notes(), "1 write x 12 | 1 write y 4 | 2 drained 0 | 2 drained 0");
    check_int(a->sent_count, 16);
    check_int(b->received_count, 16);
}

/* A cancelled drain leaves the bytes where they are: spec/core.md 2.5 */
PAIR_TEST(after_a_cancelled_drain_each_byte_still_comes_once)
{
    struct sb_task task;

    check_int(put(a, "abc"), 3);
    sb_spawn(&task, "drain", drain_a, NULL);
    sb_sleep_ms(1);
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    check_int(put(a, "d"), 1);
    check_text(look(b), "abcd");
    check_int(drain_a(NULL), 0);
    check_text(notes(), "1 drained -125 | 1 drained 0");
}

/* spec/core.md 9.5.1, 13.5.40 */
PAIR_TEST(a_cancelled_reader_does_not_disturb_a_writer_that_waits)
{
    struct sb_task reader;
    struct sb_task writer;

    sb_spawn(&reader, "reader", read_a, NULL);
    sb_spawn(&writer, "writer", write_a, "0123456789");
    sb_sleep_ms(1);
    sb_task_cancel(&reader);
    sb_join(&reader, NULL);
    check_text(look(b), "01234567");
    sb_join(&writer, NULL);
    check_text(look(b), "89");
    check_text(notes(), "1 read -125 | 1 write 0 10");
}

PAIR_TEST(a_cancelled_writer_does_not_disturb_a_reader_that_waits)
{
    struct sb_task reader;
    struct sb_task writer;

    sb_spawn(&reader, "reader", read_a, NULL);
    sb_spawn(&writer, "writer", write_a, "0123456789");
    sb_sleep_ms(1);
    sb_task_cancel(&writer);
    sb_join(&writer, NULL);
    check_int(put(b, "hi"), 2);
    sb_join(&reader, NULL);
    check_text(notes(), "1 write 0 -125 | 1 read 2");
    check_int(a->sent_count, 8); /* and no more will be sent of it */
}

PAIR_TEST(a_try_to_write_never_waits_and_never_mixes)
{
    struct sb_task writer;

    check_int(sb_stream_try_write(a, "0123456789", 10), 8);
    check_int(sb_stream_try_write(a, "x", 1), -EAGAIN);
    check_int(sb_stream_try_write(a, "", 0), 0);
    check_text(look(b), "01234567");
    sb_spawn(&writer, "writer", write_a, "0123456789");
    sb_sleep_ms(1);
    check_text(look(b), "01234567");
    check_int(sb_stream_try_write(a, "x", 1), -EAGAIN); /* its turn is not over */
    sb_join(&writer, NULL);
    check_int(sb_stream_try_write(a, "x", 1), 1);
    check_text(look(b), "89x");
}

/* ---- ends */

/* spec/core.md 13.5.43 */
PAIR_TEST(closing_one_side_is_the_end_of_the_other)
{
    struct sb_task reader;
    struct sb_task writer;

    check_int(put(b, "left"), 4);
    sb_spawn(&writer, "writer", write_a, "0123456789");
    sb_sleep_ms(1);
    sb_stream_close(b);
    sb_join(&writer, NULL);
    sb_spawn(&reader, "reader", read_a, NULL);
    sb_join(&reader, NULL);
    check_int(read_a(NULL), -EPIPE);
    check_int(put(a, "x"), -EPIPE);
    check_int(sb_stream_try_write(a, "x", 1), -EPIPE);
    check_int(sb_stream_drain(a), 0);
    sb_stream_close(a);
    check_text(notes(), "1 write 0 -32 | 1 read 4 | 1 read -32");
}

PAIR_TEST(a_reader_that_waits_hears_of_the_close)
{
    struct sb_task task;

    sb_spawn(&task, "reader", read_a, NULL);
    sb_sleep_ms(1);
    sb_stream_close(b);
    sb_join(&task, NULL);
    sb_stream_close(a);
    check_text(notes(), "1 read -32");
}

/* spec/core.md 9.1 multi_net, close_write */
PAIR_TEST(after_half_a_close_the_other_direction_goes_on)
{
    char text[TO_B];

    check_int(put(a, "question"), 8);
    check_int(sb_stream_close_write(a), 0);
    check_int(sb_stream_close_write(a), 0);
    check_int(put(a, "x"), -EPIPE);
    check_int(sb_stream_read(b, text, sizeof(text)), 8);
    check_int(sb_stream_read(b, text, sizeof(text)), -EPIPE);
    check_int(put(b, "answer"), 6);
    check_text(look(a), "answer");
    sb_stream_close(b);
    check_text(look(a), "Broken pipe");
    sb_stream_close(a);
}

static int close_write_a(void *arg)
{
    int rc = sb_stream_close_write(a);

    (void)arg;
    note_at("closed %d", rc);
    return rc;
}

PAIR_TEST(half_a_close_comes_after_the_writes_before_it)
{
    struct sb_task tasks[4];

    sb_spawn(&tasks[0], "writer", write_a, "0123456789");
    sb_spawn(&tasks[1], "cancelled", close_write_a, NULL);
    sb_spawn(&tasks[2], "closer", close_write_a, NULL);
    sb_spawn(&tasks[3], "late", write_a, "x");
    sb_sleep_ms(1);
    sb_task_cancel(&tasks[1]);
    sb_sleep_ms(1);
    check_text(look(b), "01234567");
    for (int i = 0; i < 4; i++)
        sb_join(&tasks[i], NULL);
    check_text(look(b), "89");
    check_text(look(b), "Broken pipe");
    check_text(notes(), "1 closed -125 | 2 write 0 10 | 2 closed 0 | 2 write x -32");
}

static int read_for_ever(void *arg)
{
    static uint8_t buffers[2][4];

    sb_stream_pair_init(&pair, buffers[0], 4, buffers[1], 4);
    return read_a(arg);
}

static void two_sides_that_both_wait_are_a_deadlock_that_is_told(void **state)
{
    (void)state;
    assert_int_equal(run_loop_expecting(-EDEADLK, read_for_ever, NULL), -ECANCELED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_to_one_is_read_from_the_other),
        cmocka_unit_test(a_megabyte_comes_back_whole_whatever_is_cancelled),
        cmocka_unit_test(a_write_waits_until_the_other_side_has_read),
        cmocka_unit_test(two_writers_never_mix_within_a_write),
        cmocka_unit_test(tasks_that_drain_at_the_same_time_send_nothing_twice),
        cmocka_unit_test(after_a_cancelled_drain_each_byte_still_comes_once),
        cmocka_unit_test(a_cancelled_reader_does_not_disturb_a_writer_that_waits),
        cmocka_unit_test(a_cancelled_writer_does_not_disturb_a_reader_that_waits),
        cmocka_unit_test(a_try_to_write_never_waits_and_never_mixes),
        cmocka_unit_test(closing_one_side_is_the_end_of_the_other),
        cmocka_unit_test(a_reader_that_waits_hears_of_the_close),
        cmocka_unit_test(after_half_a_close_the_other_direction_goes_on),
        cmocka_unit_test(half_a_close_comes_after_the_writes_before_it),
        cmocka_unit_test(two_sides_that_both_wait_are_a_deadlock_that_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
