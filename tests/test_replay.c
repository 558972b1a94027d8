/* SPDX-License-Identifier: MIT */
/* Recordings played into pins and streams: sim/replay*.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "lib/timeout.h"
#include "sim/replay.h"
#include "tests/sr_file.h"
#include "tests/support.h"

#define TWO_WIRES \
    "$timescale 1 us $end $var wire 1 ! a $end $var wire 1 ? b $end $enddefinitions $end\n"

static struct sb_diag diag;
static struct sb_pin_watch watches[2];

static void write_text(const char *text)
{
    sr_write_file(sr_path(), text, strlen(text));
}

/* Opens the file, which is good. */
static struct sb_replay *open_replay(const struct sb_trace_options *options)
{
    struct sb_replay *replay;

    sb_diag_init(&diag, NULL, NULL);
    check_int(sb_replay_open(&replay, sr_path(), options, &diag), 0);
    return replay;
}

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    check_true(sb_loop_is_in_callback(test_loop()));
    check_int(edge->lost, 0);
    check_int(edge->time_ns, sb_now_ns());
    check_int(sb_pin_read(pin), edge->value);
    note("%g %s=%d", (double)edge->time_ns / 1e3, pin->name, edge->value);
}

static struct sb_pin *watch_pin(struct sb_replay *replay, unsigned channel, unsigned flags)
{
    struct sb_pin *pin;

    check_int(sb_replay_pin(replay, channel, flags, &pin), 0);
    note("%s is %d", pin->name, sb_pin_read(pin));
    check_int(sb_pin_watch_start(pin, &watches[channel], SB_EDGE_BOTH, on_edge, NULL), 0);
    return pin;
}

/* ---- pins */

static int play_two_pins(void *arg)
{
    struct sb_replay *replay = open_replay(NULL);
    const unsigned *flags = arg;

    watch_pin(replay, 0, SB_PIN_INPUT | flags[0]);
    watch_pin(replay, 1, SB_PIN_INPUT | flags[1]);
    check_int(sb_replay_start(replay), 0);
    check_int(sb_replay_wait(replay), 0);
    note("end %g", (double)sb_now_ns() / 1e3);
    sb_replay_close(replay);
    return 0;
}

static const char *play_pins(const char *text, unsigned a_flags, unsigned b_flags)
{
    unsigned flags[] = {a_flags, b_flags};

    write_text(text);
    run_in_loop(play_two_pins, flags);
    return notes();
}

static void initial_levels_are_there_without_edges_and_each_edge_at_its_time(void **state)
{
    (void)state;
    assert_string_equal(play_pins(TWO_WIRES "#0 1! 0? #10 0! #25 1! 1? #26 0? #100", 0, 0),
                        "a is 1 | b is 0 | 10 a=0 | 25 a=1 | 25 b=1 | 26 b=0 | end 100");
}

static void active_low_pins_are_logical(void **state)
{
    (void)state;
    assert_string_equal(play_pins(TWO_WIRES "#0 1! 1? #10 0! 0?", SB_PIN_ACTIVE_LOW, 0),
                        "a is 0 | b is 1 | 10 a=1 | 10 b=0 | end 10");
}

static void a_released_line_reads_as_its_pull_else_as_before(void **state)
{
    static const char text[] = TWO_WIRES "#5 0! 0? #6 z! z? #7 1! 1? #8 z! z?";

    (void)state;
    assert_string_equal(play_pins(text, SB_PIN_PULL_UP, SB_PIN_PULL_DOWN),
                        "a is 1 | b is 0 | 5 a=0 | 6 a=1 | 7 b=1 | 8 b=0 | end 8");
    assert_string_equal(play_pins(text, 0, 0), "a is 0 | b is 0 | 7 a=1 | 7 b=1 | end 8");
}

static int play_one_pin(void *arg)
{
    struct sb_replay *replay = open_replay(NULL);

    (void)arg;
    watch_pin(replay, 0, SB_PIN_INPUT);
    check_int(sb_replay_start(replay), 0);
    check_int(sb_replay_wait(replay), 0);
    sb_replay_close(replay);
    return 0;
}

static void a_mark_at_once_is_an_edge(void **state)
{
    (void)state;
    write_text("pulse 10\nspace 20\npulse 30\n");
    run_in_loop(play_one_pin, NULL);
    assert_string_equal(notes(), "IR is 1 | 0 IR=0 | 10 IR=1 | 30 IR=0 | 60 IR=1");
}

static void on_change(const struct sb_trace_change *change, void *arg)
{
    check_int(sb_now_ns(), sb_replay_start_ns(arg) + change->time_ns);
    note("tap %u=%u", change->channel, change->level);
}

static int play_late(void *arg)
{
    struct sb_replay *replay = open_replay(NULL);

    (void)arg;
    sb_sleep_us(1000);
    check_int(strcmp(sb_trace_format(sb_replay_trace(replay)), "VCD"), 0);
    watch_pin(replay, 1, SB_PIN_INPUT);
    sb_replay_tap(replay, on_change, replay);
    sb_sleep_us(1000);
    check_int(sb_replay_start(replay), 0);
    check_int(sb_replay_start(replay), -EBUSY);
    check_int(sb_replay_start_ns(replay), 2000000);
    check_int(sb_replay_wait(replay), 0);
    check_int(sb_now_ns(), 2020000);
    check_int(sb_replay_wait(replay), 0);
    sb_replay_close(replay);
    return 0;
}

static void it_starts_when_told_and_the_tap_hears_first(void **state)
{
    (void)state;
    write_text(TWO_WIRES "#0 1! 1? #10 0! 0? #20 1! z?");
    run_in_loop(play_late, NULL);
    assert_string_equal(notes(), "b is 1 | tap 0=1 | tap 1=1 | tap 0=0 | tap 1=0 | 2010 b=0 | "
                                 "tap 0=1 | tap 1=2");
}

static struct sb_replay *replay_of_edge;

/* Closes its own pin and takes the channel again. */
static void close_at_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)arg;
    note("%s=%d", pin->name, edge->value);
    sb_pin_close(pin);
    watch_pin(replay_of_edge, 0, SB_PIN_INPUT | SB_PIN_ACTIVE_LOW);
}

static int take_and_give_back(void *arg)
{
    struct sb_replay *replay = open_replay(NULL);
    struct sb_stream *stream;
    struct sb_pin *pin;

    (void)arg;
    replay_of_edge = replay;
    check_int(sb_replay_pin(replay, 0, SB_PIN_OUTPUT, &pin), -EINVAL);
    check_int(sb_replay_pin(replay, 0, 0, &pin), -EINVAL);
    check_int(sb_replay_pin(replay, 0, SB_PIN_INPUT, &pin), 0);
    check_int(sb_pin_write(pin, true), -EPERM);
    check_int(sb_pin_configure(pin, SB_PIN_OUTPUT), -EINVAL);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT | SB_PIN_ACTIVE_LOW), 0);
    check_int(sb_pin_read(pin), 0);
    check_int(sb_pin_configure(pin, SB_PIN_INPUT), 0);
    check_int(sb_replay_pin(replay, 0, SB_PIN_INPUT, &pin), -EBUSY);
    check_true(pin == NULL);
    check_int(sb_replay_stream(replay, 0, 9600, &stream), -EBUSY);
    check_int(sb_replay_stream(replay, 1, 49, &stream), -EINVAL);
    check_int(sb_replay_stream(replay, 1, 4000001, &stream), -EINVAL);
    check_int(sb_replay_stream(replay, 1, 9600, &stream), 0);
    check_int(sb_replay_pin(replay, 1, SB_PIN_INPUT, &pin), -EBUSY);
    check_int(sb_stream_write(stream, "x", 1), -ENOTSUP);
    sb_stream_close(stream);
    check_int(sb_replay_pin(replay, 1, SB_PIN_INPUT, &pin), 0);
    sb_pin_close(pin);
    return 0;
}

static int close_in_between(void *arg)
{
    static struct sb_pin_watch watch;
    struct sb_replay *replay;
    struct sb_pin *pin;

    (void)arg;
    replay = open_replay(NULL);
    replay_of_edge = replay;
    check_int(sb_replay_pin(replay, 0, SB_PIN_INPUT, &pin), 0);
    check_int(sb_pin_watch_start(pin, &watch, SB_EDGE_BOTH, close_at_edge, NULL), 0);
    sb_replay_start(replay);
    check_int(sb_replay_wait(replay), 0);
    sb_replay_close(replay);
    sb_pin_watch_stop(&watches[0]); /* its pin is gone, which has ended it */
    return 0;
}

static int refuse(void *arg)
{
    take_and_give_back(arg);
    sb_replay_close(replay_of_edge);
    return 0;
}

static void a_channel_has_one_taker_at_a_time(void **state)
{
    (void)state;
    write_text(TWO_WIRES "#0 1! 1? #10 0! 0?");
    run_in_loop(refuse, NULL);
}

static void a_pin_may_be_closed_in_its_own_edge_and_opened_again(void **state)
{
    (void)state;
    write_text(TWO_WIRES "#0 1! #10 0! #20 1! #30 0!");
    run_in_loop(close_in_between, NULL);
    assert_string_equal(notes(), "a=0 | a is 1 | 20 a=0 | 30 a=1");
}

/* ---- streams */

/* Reads to the end: "time text", a line each. */
static void note_lines(struct sb_stream *stream)
{
    char line[128];
    int rc;

    while ((rc = sb_stream_read_line(stream, line, sizeof(line))) > 0) {
        line[strcspn(line, "\r\n")] = '\0';
        note("%lld %s", (long long)sb_now_ns() / 1000, line);
    }
    note("%s", rc == -EPIPE ? "closed" : "error");
}

static int read_log(void *arg)
{
    struct sb_trace_options options = {.baud = 1000000};
    struct sb_replay *replay = open_replay(&options);
    struct sb_stream *stream;
    struct sb_pin *pin;

    (void)arg;
    check_int(sb_replay_pin(replay, 0, SB_PIN_INPUT, &pin), -EINVAL);
    check_int(sb_replay_stream(replay, 0, 9600, &stream), 0);
    check_int(strcmp(stream->name, "NMEA"), 0);
    check_int(sb_stream_set_baud(stream, 115200), 0);
    sb_replay_start(replay);
    note_lines(stream);
    check_int(stream->received_count, 35);
    check_int(sb_replay_wait(replay), 0);
    sb_replay_close(replay);
    return 0;
}

static void logged_bytes_come_at_their_times(void **state)
{
    (void)state;
    write_text("5.0 $GPGSV,1\n6.0 $GPGSV,22\n6.0 7\n$GPGS");
    run_in_loop(read_log, NULL);
    assert_string_equal(notes(), "100 $GPGSV,1 | 1000110 $GPGSV,22 | 1000180 6.0 7 | "
                                 "1000250 $GPGS | closed");
}

/* The levels of bytes at 1000 baud, from `at_us` on; the last level is that of the stop bit. */
static size_t put_bytes(char *text, const char *bytes, long at_us)
{
    size_t used = 0;

    for (; *bytes; bytes++) {
        unsigned frame = (unsigned)(unsigned char)*bytes << 1 | 1U << 9;

        for (unsigned bit = 0; bit < 10; bit++, at_us += 1000)
            used += (size_t)sprintf(text + used, "#%ld %u!\n", at_us, frame >> bit & 1);
    }
    return used;
}

static int read_levels(void *arg)
{
    struct sb_replay *replay = open_replay(NULL);
    struct sb_stream *stream;
    const unsigned *baud = arg;

    check_int(sb_replay_stream(replay, 0, *baud, &stream), 0);
    if (*baud != 1000)
        check_int(sb_stream_set_baud(stream, 1000), 0);
    sb_replay_start(replay);
    note_lines(stream);
    check_int(sb_replay_wait(replay), 0);
    note("%g ms, %u framing errors, %u breaks", (double)sb_now_ns() / 1e6,
         (unsigned)stream->framing_error_count, (unsigned)stream->break_count);
    sb_replay_close(replay);
    return 0;
}

static void levels_become_bytes_in_the_middle_of_their_stop_bits(void **state)
{
    char text[4000] = TWO_WIRES "#0 1!\n";
    unsigned baud = 1000;

    (void)state;
    put_bytes(text + strlen(text), "Hi\nU\n", 5000);
    write_text(text);
    run_in_loop(read_levels, &baud);
    /* The file ends with the edge of the last stop bit. */
    assert_string_equal(notes(),
                        "34500 Hi | 54500 U | closed | 54.5 ms, 0 framing errors, 0 breaks");
    baud = 9600;
    run_in_loop(read_levels, &baud);
    assert_string_equal(notes(),
                        "34500 Hi | 54500 U | closed | 54.5 ms, 0 framing errors, 0 breaks");
}

static void errors_of_a_line_are_counted_and_a_cut_byte_is_heard_as_it_stays(void **state)
{
    unsigned baud = 1000;

    (void)state;
    /* A break, a byte without its stop bit, and one in which the recording ends while it is low. */
    write_text(TWO_WIRES "#1000 1! #2000 0! #32000 1! #50000 0! #51000 1! #55000 0! #62000 1! "
                         "#70000 0! #71000 z! #72000 1! #72600 0!");
    run_in_loop(read_levels, &baud);
    assert_string_equal(notes(), "closed | 79.5 ms, 2 framing errors, 1 breaks");
}

/* ---- ends */

static int meet_damage(void *arg)
{
    struct sb_replay *replay = open_replay(NULL);
    struct sb_stream *stream;

    (void)arg;
    watch_pin(replay, 0, SB_PIN_INPUT);
    check_int(sb_replay_stream(replay, 1, 9600, &stream), 0);
    sb_replay_start(replay);
    note_lines(stream);
    check_int(sb_replay_wait(replay), -EINVAL);
    check_int(sb_now_ns(), 10000);
    check_int(diag.error_count, 1);
    sb_replay_close(replay);
    return 0;
}

static void damage_on_the_way_ends_it_with_its_error(void **state)
{
    (void)state;
    write_text(TWO_WIRES "#0 1! #10 0! #20 ?! #30 1!");
    run_in_loop(meet_damage, NULL);
    assert_string_equal(notes(), "a is 1 | 10 a=0 | closed");
    assert_non_null(strstr(diag.last, ":2:18: neither a time nor a value"));
}

static int give_up_waiting(void *arg)
{
    struct sb_replay *replay = open_replay(NULL);
    struct sb_timeout timeout;

    (void)arg;
    watch_pin(replay, 0, SB_PIN_INPUT);
    sb_replay_start(replay);
    sb_timeout_begin_ms(&timeout, 1);
    check_int(sb_timeout_end(&timeout, sb_replay_wait(replay)), -ETIMEDOUT);
    check_int(sb_now_ns(), 1000000);
    sb_replay_close(replay);
    sb_sleep_ms(10); /* nothing comes any more */
    return 0;
}

static void a_replay_may_be_closed_before_its_end(void **state)
{
    (void)state;
    write_text(TWO_WIRES "#0 1! #999 0! #1001 1! #5000");
    run_in_loop(give_up_waiting, NULL);
    assert_string_equal(notes(), "a is 1 | 999 a=0");
}

static int open_bad(void *arg)
{
    struct sb_replay *replay;

    (void)arg;
    sb_diag_init(&diag, NULL, NULL);
    check_int(sb_replay_open(&replay, sr_path(), NULL, &diag), -EINVAL);
    check_true(replay == NULL);
    check_int(diag.error_count, 1);
    sb_replay_close(replay);
    return 0;
}

static void a_bad_file_is_refused_at_once(void **state)
{
    (void)state;
    write_text("nonsense");
    run_in_loop(open_bad, NULL);
    write_text(TWO_WIRES "1! ?!");
    run_in_loop(open_bad, NULL);
}

static int play_nothing(void *arg)
{
    struct sb_replay *replay = open_replay(NULL);

    (void)arg;
    sb_replay_start(replay);
    check_int(sb_replay_wait(replay), 0);
    check_int(sb_now_ns(), 0);
    sb_replay_close(replay);
    return 0;
}

static void a_recording_without_time_is_over_at_once(void **state)
{
    (void)state;
    write_text(TWO_WIRES "1!");
    run_in_loop(play_nothing, NULL);
}

/* ---- a real capture */

static void count_good(const char *line, unsigned *good)
{
    const char *start = strrchr(line, '$');
    const char *star = start ? strchr(start, '*') : NULL;
    unsigned sum = 0;

    for (const char *at = start ? start + 1 : star; at < star; at++)
        sum ^= (unsigned char)*at;
    *good += star && strtoul(star + 1, NULL, 16) == sum;
}

static int receive_capture(void *arg)
{
    struct sb_replay *replay;
    struct sb_stream *stream;
    char line[256];
    unsigned good = 0;

    sb_diag_init(&diag, NULL, NULL);
    check_int(sb_replay_open(&replay, arg, NULL, &diag), 0);
    check_int(sb_replay_stream(replay, 0, 9600, &stream), 0);
    sb_replay_start(replay);
    while (sb_stream_read_line(stream, line, sizeof(line)) > 0)
        count_good(line, &good);
    check_int(good, 21);
    check_int(stream->framing_error_count, 0);
    sb_replay_close(replay);
    return 0;
}

static void a_captured_line_of_a_receiver_has_its_sentences(void **state)
{
    const char *captures = getenv("CAPTURES");
    char path[512];
    FILE *file;

    (void)state;
    snprintf(path, sizeof(path), "%s/gps/mtk3339_8n1_9600.sr",
             captures ? captures : "../shared/captures");
    file = fopen(path, "rb");
    if (!file || !SB_HAVE_ZIP) {
        print_message("no %s, or no libzip: skipped\n", path);
        skip();
    }
    fclose(file);
    run_in_loop(receive_capture, path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(initial_levels_are_there_without_edges_and_each_edge_at_its_time),
        cmocka_unit_test(active_low_pins_are_logical),
        cmocka_unit_test(a_released_line_reads_as_its_pull_else_as_before),
        cmocka_unit_test(a_mark_at_once_is_an_edge),
        cmocka_unit_test(it_starts_when_told_and_the_tap_hears_first),
        cmocka_unit_test(a_channel_has_one_taker_at_a_time),
        cmocka_unit_test(a_pin_may_be_closed_in_its_own_edge_and_opened_again),
        cmocka_unit_test(logged_bytes_come_at_their_times),
        cmocka_unit_test(levels_become_bytes_in_the_middle_of_their_stop_bits),
        cmocka_unit_test(errors_of_a_line_are_counted_and_a_cut_byte_is_heard_as_it_stays),
        cmocka_unit_test(damage_on_the_way_ends_it_with_its_error),
        cmocka_unit_test(a_replay_may_be_closed_before_its_end),
        cmocka_unit_test(a_bad_file_is_refused_at_once),
        cmocka_unit_test(a_recording_without_time_is_over_at_once),
        cmocka_unit_test(a_captured_line_of_a_receiver_has_its_sentences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
