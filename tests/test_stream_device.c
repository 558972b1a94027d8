/* SPDX-License-Identifier: MIT */
/*
 * Devices that a user writes: the operations of a stream are enough for them, and none of the operations has to be
 * there. spec/core.md 6, 8 iorw.
 */
#include "tests/support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/hal/stream.h"
#include "lib/timeout.h"

/* ---- a timer that is read: a byte when the time is over */

struct ms_timer {
    struct sb_stream stream;
    struct sb_timer timer;
    uint8_t buffer[4];
};

static void on_time(struct sb_timer *timer, void *arg)
{
    struct ms_timer *t = arg;

    (void)timer;
    sb_stream_report(&t->stream, (const uint8_t *)"!", 1);
}

static void ms_timer_init(struct ms_timer *t)
{
    static const struct sb_stream_ops ops = {.write = NULL};

    sb_stream_init(&t->stream, NULL, "timer", &ops, t->buffer, sizeof(t->buffer));
    sb_timer_init(&t->timer, on_time, t);
}

static int wait_ms(struct ms_timer *t, int64_t duration_ms)
{
    char byte;

    sb_timer_start_ns(&t->timer, duration_ms * SB_MS_NS);
    return sb_stream_read_exactly(&t->stream, &byte, 1);
}

TASK_TEST(a_millisecond_timer_is_a_device)
{
    struct ms_timer t;
    struct sb_timeout timeout;

    (void)arg;
    ms_timer_init(&t);
    for (int i = 0; i < 3; i++)
        note_at("%d", wait_ms(&t, 30));
    sb_timeout_begin_ms(&timeout, 10);
    note_at("%d", sb_timeout_end(&timeout, wait_ms(&t, 30)));
    sb_timer_stop(&t.timer);
    check_text(notes(), "30 1 | 60 1 | 90 1 | 100 -110");
    sb_stream_close(&t.stream);
    return 0;
}

TASK_TEST(what_a_device_leaves_out_is_refused_or_nothing)
{
    struct ms_timer t;

    (void)arg;
    ms_timer_init(&t);
    check_int(sb_stream_write(&t.stream, "x", 1), -ENOTSUP);
    check_int(sb_stream_try_write(&t.stream, "x", 1), -ENOTSUP);
    check_int(sb_stream_close_write(&t.stream), -ENOTSUP);
    check_int(sb_stream_set_baud(&t.stream, 9600), -ENOTSUP);
    check_int(sb_stream_send_break(&t.stream, SB_MS_NS), -ENOTSUP);
    check_int(sb_stream_drain(&t.stream), 0);
    check_int(sb_stream_discard(&t.stream), 0);
    sb_stream_close(&t.stream);
    return 0;
}

/* ---- a slow terminal: a byte each 200 ms in, a byte each 100 ms out, and it loses none */

struct terminal {
    struct sb_stream stream;
    struct sb_timer in;
    struct sb_timer out;
    uint8_t buffer[4];
    const char *next;
    char shown[64];
    bool is_busy; /* with the byte that it took last */
};

static struct terminal *terminal_of(const struct sb_stream *stream)
{
    return SB_CONTAINER_OF(stream, struct terminal, stream);
}

static void on_in(struct sb_timer *timer, void *arg)
{
    struct terminal *terminal = arg;
    static const char text[] = "ready\n";

    if (sb_stream_room(&terminal->stream) == 0)
        return; /* until some of it has been read */
    if (terminal->next == NULL || *terminal->next == '\0')
        terminal->next = text;
    sb_stream_report(&terminal->stream, (const uint8_t *)terminal->next++, 1);
    sb_timer_start_at_ns(timer, timer->deadline_ns + 200 * SB_MS_NS);
}

static void on_out(struct sb_timer *timer, void *arg)
{
    struct terminal *terminal = arg;

    (void)timer;
    terminal->is_busy = false;
    sb_stream_report_room(&terminal->stream);
}

static int terminal_write(struct sb_stream *stream, const uint8_t *data, size_t size)
{
    struct terminal *terminal = terminal_of(stream);

    if (terminal->is_busy || size == 0)
        return 0;
    strncat(terminal->shown, (const char *)data, 1);
    terminal->is_busy = true;
    sb_timer_start_ns(&terminal->out, 100 * SB_MS_NS);
    return 1;
}

static bool terminal_is_drained(const struct sb_stream *stream)
{
    return !terminal_of(stream)->is_busy;
}

static void terminal_took(struct sb_stream *stream, size_t size)
{
    struct terminal *terminal = terminal_of(stream);

    (void)size;
    if (!sb_timer_is_armed(&terminal->in))
        sb_timer_start_ns(&terminal->in, 200 * SB_MS_NS);
}

static void terminal_close(struct sb_stream *stream)
{
    sb_timer_stop(&terminal_of(stream)->in);
    sb_timer_stop(&terminal_of(stream)->out);
}

static struct terminal terminal;

static struct sb_stream *open_terminal(void)
{
    static const struct sb_stream_ops ops = {
        .write = terminal_write,
        .is_drained = terminal_is_drained,
        .took = terminal_took,
        .close = terminal_close,
    };

    terminal = (struct terminal){.next = NULL};
    sb_stream_init(&terminal.stream, NULL, "terminal", &ops, terminal.buffer,
                   sizeof(terminal.buffer));
    sb_timer_init(&terminal.in, on_in, &terminal);
    sb_timer_init(&terminal.out, on_out, &terminal);
    sb_timer_start_ns(&terminal.in, 200 * SB_MS_NS);
    return &terminal.stream;
}

static int send_hello(void *arg)
{
    int rc = sb_sleep_ms(5000);

    for (int i = 0; rc >= 0 && i < 2; i++) {
        char text[32];
        int size = snprintf(text, sizeof(text), "Hello %d\n", i);

        rc = sb_stream_write(arg, text, (size_t)size);
        if (rc >= 0)
            rc = sb_stream_drain(arg);
        note_at("sent");
        if (rc >= 0)
            rc = sb_sleep_ms(2000);
    }
    return rc;
}

/* spec/core.md 8 iorw */
TASK_TEST(a_slow_device_is_read_and_written_at_the_same_time)
{
    struct sb_stream *stream = open_terminal();
    struct sb_task sender;
    char line[16];

    (void)arg;
    sb_spawn(&sender, "sender", send_hello, stream);
    for (int i = 0; i < 6; i++) {
        /* Longer than the buffer: "read" and "y\n". */
        check_int(sb_stream_read_line(stream, line, sizeof(line)), i % 2 == 0 ? 4 : 2);
        note_at("%.4s", i % 2 == 0 ? line : "y");
    }
    sb_join(&sender, NULL);
    check_text(notes(), "800 read | 1200 y | 2000 read | 2400 y | 3200 read | 3600 y | "
                        "5800 sent | 8600 sent");
    check_text(terminal.shown, "Hello 0\nHello 1\n");
    sb_stream_close(stream);
    return 0;
}

TASK_TEST(a_device_that_waits_for_room_loses_nothing)
{
    struct sb_stream *stream = open_terminal();
    char text[16] = "";

    (void)arg;
    sb_sleep_ms(10000);
    check_int(stream->received_count, 4);
    check_int(sb_stream_read_exactly(stream, text, 4), 4);
    check_int(sb_stream_read_exactly(stream, text + 4, 4), 4);
    note_at("%s", text);
    check_int(stream->lost_count, 0);
    check_text(notes(), "10800 ready\nre");
    sb_stream_close(stream);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_millisecond_timer_is_a_device),
        cmocka_unit_test(what_a_device_leaves_out_is_refused_or_nothing),
        cmocka_unit_test(a_slow_device_is_read_and_written_at_the_same_time),
        cmocka_unit_test(a_device_that_waits_for_room_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
