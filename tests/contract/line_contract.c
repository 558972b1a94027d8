/* SPDX-License-Identifier: MIT */
/* What lib/hal/stream.h promises of serial lines: what comes broken is counted and left out, and what leaves takes its time. */
#include "tests/contract/contract.h"

#include <string.h>

#include "tests/contract/stream_jobs.h"

CONTRACT(all_has_left_when_the_last_bit_has)
{
    struct sb_stream *stream = c->stream->open(c);
    int64_t line_ns = 200 * 10 * SB_S_NS / c->stream->baud;
    int64_t begin_ns = sb_now_ns();
    char text[200];
    char got[512];

    memset(text, 'x', sizeof(text));
    check_int(sb_stream_write(stream, text, sizeof(text)), sizeof(text));
    check_true(sb_now_ns() - begin_ns < line_ns);
    check_int(sb_stream_drain(stream), 0);
    check_true(sb_now_ns() - begin_ns >= line_ns);
    check_int(sb_sleep_ms(1), 0);
    check_int(c->stream->get(got, sizeof(got)), sizeof(text));
}

CONTRACT(breaks_are_counted_and_leave_no_byte)
{
    struct sb_stream *stream = c->stream->open(c);

    stream_arrive(c, stream, "a");
    for (int i = 0; i < 2; i++) {
        c->stream->send_break();
        stream_pass();
    }
    stream_arrive(c, stream, "b");
    check_text(stream_look(stream), "ab");
    check_int(stream->break_count, 2);
    check_int(stream->framing_error_count, 0);
    check_int(stream->received_count, 2);
}

CONTRACT(a_byte_without_its_stop_bit_is_counted_and_dropped)
{
    struct sb_stream *stream = c->stream->open(c);

    stream_arrive(c, stream, "a");
    c->stream->send_wrong_byte();
    stream_pass();
    stream_arrive(c, stream, "b");
    check_text(stream_look(stream), "ab");
    check_int(stream->framing_error_count, 1);
    check_int(stream->break_count, 0);
}

CONTRACT(a_byte_that_the_line_lost_is_counted)
{
    struct sb_stream *stream = c->stream->open(c);

    c->stream->overrun();
    stream_arrive(c, stream, "a");
    check_text(stream_look(stream), "a");
    check_int(stream->lost_count, 1);
    check_int(stream->received_count, 1);
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(all_has_left_when_the_last_bit_has),
    CONTRACT_TEST(breaks_are_counted_and_leave_no_byte),
    CONTRACT_TEST(a_byte_without_its_stop_bit_is_counted_and_dropped),
    CONTRACT_TEST(a_byte_that_the_line_lost_is_counted),
};

CONTRACT_TESTS(line_contract, "lines");
