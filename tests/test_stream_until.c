/* SPDX-License-Identifier: MIT */
/* Reading until silence, until the other side has ended, and beside other things. */
#include "tests/support.h"

#include <errno.h>
#include <string.h>

#include "lib/event.h"
#include "lib/hal/stream.h"
#include "lib/timeout.h"
#include "lib/wait_any.h"

#define CAPACITY 16

static struct sb_stream stream;

/* A test whose body runs as a task, with an empty stream. */
#define STREAM_TEST(name)                                                    \
    static void name##_inner(void);                                          \
    static int name##_body(void *arg)                                        \
    {                                                                        \
        static const struct sb_stream_ops ops = {.write = NULL};             \
        static uint8_t buffer[CAPACITY];                                     \
        (void)arg;                                                           \
        sb_stream_init(&stream, NULL, "test", &ops, buffer, sizeof(buffer)); \
        name##_inner();                                                      \
        sb_stream_close(&stream);                                            \
        return 0;                                                            \
    }                                                                        \
    static void name(void **state)                                           \
    {                                                                        \
        (void)state;                                                         \
        run_in_loop(name##_body, NULL);                                      \
    }                                                                        \
    static void name##_inner(void)

static void receive(const char *text)
{
    sb_stream_report(&stream, (const uint8_t *)text, strlen(text));
}

/* What comes when: "ms text". */
static struct sb_timer arrivals[8];
static const char *texts[8];

static void on_arrival(struct sb_timer *timer, void *arg)
{
    (void)timer;
    receive(*(const char **)arg);
}

static void receive_at_ms(int i, int ms, const char *text)
{
    texts[i] = text;
    sb_timer_init(&arrivals[i], on_arrival, &texts[i]);
    sb_timer_start_at_ns(&arrivals[i], ms * SB_MS_NS);
}

static void note_read(int rc, const char *data)
{
    if (rc >= 0)
        note_at("%d '%.*s'", rc, rc, data);
    else
        note_at("%s", strerror(-rc));
}

/* ---- silence */

/* spec/core.md 8 stream_to, 13.5.41 */
STREAM_TEST(silence_is_counted_from_the_call_and_anew_from_each_byte)
{
    char data[CAPACITY];

    receive_at_ms(0, 2, "ab");
    receive_at_ms(1, 4, "c");
    receive_at_ms(2, 6, "d");
    note_read(sb_stream_read_until_idle_ms(&stream, data, 8, 3), data);
    note_read(sb_stream_read_until_idle_ms(&stream, data, 8, 3), data);
    check_text(notes(), "9 4 'abcd' | 12 0 ''");
}

STREAM_TEST(a_read_until_silence_ends_when_all_is_there)
{
    char data[CAPACITY];

    receive_at_ms(0, 1, "abc");
    receive_at_ms(1, 2, "defgh");
    note_read(sb_stream_read_until_idle_ms(&stream, data, 5, 1000), data);
    note_read(sb_stream_read_until_idle_ms(&stream, data, 3, 1000), data);
    check_text(notes(), "2 5 'abcde' | 2 3 'fgh'");
}

STREAM_TEST(what_is_more_than_the_buffer_holds_comes_in_pieces)
{
    char data[2 * CAPACITY];

    receive_at_ms(0, 1, "0123456789");
    receive_at_ms(1, 2, "abcdef");
    receive_at_ms(2, 3, "gh");
    note_read(sb_stream_read_until_idle_ms(&stream, data, sizeof(data), 10), data);
    note_read(sb_stream_read_until_idle_ms(&stream, data, sizeof(data), 10), data);
    check_text(notes(), "2 16 '0123456789abcdef' | 13 2 'gh'");
    check_int(stream.lost_count, 0);
}

STREAM_TEST(no_silence_at_all_is_asked_for_and_what_is_there_comes_at_once)
{
    char data[CAPACITY];

    note_read(sb_stream_read_until_idle_ms(&stream, data, 4, 0), data);
    receive("ab");
    note_read(sb_stream_read_until_idle_ms(&stream, data, 4, -5), data);
    receive("cd");
    note_read(sb_stream_read_until_idle_ns(&stream, data, 0, SB_S_NS), data);
    note_read(sb_stream_read_until_idle_ns(&stream, data, 2, SB_NEVER), data);
    check_text(notes(), "0 0 '' | 0 2 'ab' | 0 0 '' | 0 2 'cd'");
}

static int read_until_idle(void *arg)
{
    char data[CAPACITY];
    int rc = sb_stream_read_until_idle_ms(&stream, data, 8, (intptr_t)arg);

    note_read(rc, data);
    return rc;
}

STREAM_TEST(a_cancelled_read_until_silence_takes_no_byte)
{
    struct sb_task task;
    char data[CAPACITY];

    sb_spawn(&task, "reader", read_until_idle, (void *)5);
    receive_at_ms(0, 3, "abc");
    sb_sleep_ms(4);
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    note_read(sb_stream_read(&stream, data, sizeof(data)), data);
    check_text(notes(), "4 Operation canceled | 4 3 'abc'");
}

STREAM_TEST(a_limit_around_it_is_an_error_and_takes_no_byte)
{
    struct sb_timeout timeout;
    char data[CAPACITY];

    for (int i = 0; i < 4; i++)
        receive_at_ms(i, 2 * i, "x");
    sb_timeout_begin_ms(&timeout, 5);
    note_read(sb_timeout_end(&timeout, sb_stream_read_until_idle_ms(&stream, data, 8, 3)), data);
    note_read(sb_stream_read_until_idle_ms(&stream, data, 8, 3), data);
    check_text(notes(), "5 Connection timed out | 9 4 'xxxx'");
}

STREAM_TEST(what_comes_in_the_instant_of_the_silence_counts)
{
    struct sb_task task;

    sb_spawn(&task, "reader", read_until_idle, (void *)5);
    sb_sleep_ms(4);
    sb_delay_us(1000); /* the silence is over, and the reader has not run yet */
    receive("late");
    sb_join(&task, NULL);
    check_text(notes(), "10 4 'late'");
}

STREAM_TEST(bytes_that_are_taken_away_do_not_make_a_read_wait_for_ever)
{
    struct sb_task task;
    char data[CAPACITY];

    sb_spawn(&task, "reader", read_until_idle, (void *)5);
    sb_sleep_ms(1);
    receive("12345678");
    check_int(sb_stream_try_read(&stream, data, sizeof(data)), 8); /* before the reader ran */
    sb_join(&task, NULL);
    check_text(notes(), "6 0 ''");
}

STREAM_TEST(the_end_of_the_other_side_ends_the_silence)
{
    struct sb_task task;

    sb_spawn(&task, "reader", read_until_idle, (void *)100);
    receive_at_ms(0, 1, "bye");
    sb_sleep_ms(2);
    sb_stream_report_closed(&stream, -EPIPE);
    sb_join(&task, NULL);
    check_int(read_until_idle((void *)100), -EPIPE);
    check_text(notes(), "2 3 'bye' | 2 Broken pipe");
}

STREAM_TEST(readers_of_both_kinds_take_turns)
{
    struct sb_task tasks[2];

    sb_spawn(&tasks[0], "first", read_until_idle, (void *)3);
    sb_spawn(&tasks[1], "second", read_until_idle, (void *)3);
    receive_at_ms(0, 1, "one");
    receive_at_ms(1, 5, "two");
    sb_join(&tasks[0], NULL);
    sb_join(&tasks[1], NULL);
    check_text(notes(), "4 3 'one' | 8 3 'two'");
}

/* ---- all */

static char all[64];
static size_t all_count;

static int read_all(void *arg)
{
    size_t size = (size_t)(intptr_t)arg;
    int rc = sb_stream_read_all(&stream, all, size, &all_count);

    note_at("%s %zu", rc < 0 ? strerror(-rc) : "all", all_count);
    return rc;
}

/* spec/core.md 9.1 multi_net, readall */
STREAM_TEST(all_is_read_through_a_small_buffer_until_the_other_side_ends)
{
    struct sb_task task;

    all_count = 0;
    sb_spawn(&task, "reader", read_all, (void *)sizeof(all));
    receive_at_ms(0, 1, "0123456789");
    receive_at_ms(1, 2, "0123456789");
    receive_at_ms(2, 3, "0123456789");
    sb_sleep_ms(4);
    sb_stream_report_closed(&stream, -EPIPE);
    sb_join(&task, NULL);
    check_text(notes(), "4 all 30");
    check_true(memcmp(all, "012345678901234567890123456789", 30) == 0);
    check_int(stream.lost_count, 0);
}

/* spec/core.md 13.5.38 */
STREAM_TEST(what_was_read_before_a_cancel_is_kept_and_the_call_goes_on)
{
    struct sb_task task;

    all_count = 0;
    sb_spawn(&task, "reader", read_all, (void *)sizeof(all));
    receive_at_ms(0, 1, "abc");
    sb_sleep_ms(2);
    sb_task_cancel(&task);
    sb_join(&task, NULL);
    receive("def");
    sb_stream_report_closed(&stream, -EPIPE);
    read_all((void *)sizeof(all));
    check_text(notes(), "2 Operation canceled 3 | 2 all 6");
    check_true(memcmp(all, "abcdef", 6) == 0);
}

STREAM_TEST(more_than_was_expected_is_not_lost)
{
    char data[CAPACITY];

    all_count = 0;
    receive("abcdef");
    read_all((void *)4);
    note_read(sb_stream_read(&stream, data, sizeof(data)), data);
    sb_stream_report_closed(&stream, -EPIPE);
    read_all((void *)4);
    check_text(notes(), "0 No space left on device 4 | 0 2 'ef' | 0 all 4");
}

STREAM_TEST(a_connection_that_broke_off_is_not_all)
{
    all_count = 0;
    receive("abc");
    sb_stream_report_closed(&stream, -ECONNRESET);
    read_all((void *)sizeof(all));
    check_text(notes(), "0 Connection reset by peer 3");
}

/* ---- beside other things */

struct watching {
    struct sb_event *stop;
    int64_t deadline_ns;
};

static int watch(void *arg)
{
    const struct watching *watching = arg;
    struct sb_case cases[] = {
        sb_event_case(watching->stop),
        sb_stream_read_case(&stream),
        sb_deadline_case(watching->deadline_ns),
    };
    int which = sb_wait_any(cases, 3);

    note_at("%d", which);
    return which;
}

STREAM_TEST(a_stream_is_waited_for_beside_others_and_nothing_is_taken)
{
    struct sb_event stop;
    struct watching watching = {&stop, 5 * SB_MS_NS};
    struct sb_task tasks[3];
    char data[CAPACITY];

    sb_event_init(&stop);
    sb_spawn(&tasks[0], "a", watch, &watching);
    sb_spawn(&tasks[1], "b", watch, &watching);
    sb_spawn(&tasks[2], "reader", read_until_idle, (void *)1);
    receive_at_ms(0, 3, "abc");
    for (int i = 0; i < 3; i++)
        sb_join(&tasks[i], NULL);
    watch(&watching);
    receive("x");
    watch(&watching);
    check_int(sb_stream_try_read(&stream, data, sizeof(data)), 4);
    sb_stream_report_closed(&stream, -EPIPE);
    watch(&watching);
    check_int(sb_stream_try_read(&stream, data, sizeof(data)), -EPIPE);
    check_text(notes(), "1 0 '' | 3 1 | 3 1 | 3 1 | 3 1 | 3 1");
}

STREAM_TEST(a_watcher_hears_of_the_end_and_of_other_things)
{
    struct sb_event stop;
    struct watching watching = {&stop, 5 * SB_MS_NS};
    struct sb_task task;

    sb_event_init(&stop);
    watch(&watching);
    watching.deadline_ns = SB_NEVER;
    sb_spawn(&task, "a", watch, &watching);
    sb_sleep_ms(1);
    sb_event_set(&stop);
    sb_join(&task, NULL);
    sb_event_clear(&stop);
    sb_spawn(&task, "a", watch, &watching);
    sb_sleep_ms(1);
    sb_stream_report_closed(&stream, -EIO);
    sb_join(&task, NULL);
    check_text(notes(), "5 2 | 6 0 | 7 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_is_counted_from_the_call_and_anew_from_each_byte),
        cmocka_unit_test(a_read_until_silence_ends_when_all_is_there),
        cmocka_unit_test(what_is_more_than_the_buffer_holds_comes_in_pieces),
        cmocka_unit_test(no_silence_at_all_is_asked_for_and_what_is_there_comes_at_once),
        cmocka_unit_test(a_cancelled_read_until_silence_takes_no_byte),
        cmocka_unit_test(a_limit_around_it_is_an_error_and_takes_no_byte),
        cmocka_unit_test(what_comes_in_the_instant_of_the_silence_counts),
        cmocka_unit_test(bytes_that_are_taken_away_do_not_make_a_read_wait_for_ever),
        cmocka_unit_test(the_end_of_the_other_side_ends_the_silence),
        cmocka_unit_test(readers_of_both_kinds_take_turns),
        cmocka_unit_test(all_is_read_through_a_small_buffer_until_the_other_side_ends),
        cmocka_unit_test(what_was_read_before_a_cancel_is_kept_and_the_call_goes_on),
        cmocka_unit_test(more_than_was_expected_is_not_lost),
        cmocka_unit_test(a_connection_that_broke_off_is_not_all),
        cmocka_unit_test(a_stream_is_waited_for_beside_others_and_nothing_is_taken),
        cmocka_unit_test(a_watcher_hears_of_the_end_and_of_other_things),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
