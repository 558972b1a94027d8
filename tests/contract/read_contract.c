/* SPDX-License-Identifier: MIT */
/* What lib/hal/stream.h promises to those who read: nothing is lost, whatever cuts a read short. */
#include "tests/contract/contract.h"

#include <errno.h>
#include <string.h>

#include "lib/wait_any.h"
#include "tests/contract/stream_jobs.h"

CONTRACT(a_read_takes_what_is_there_and_no_more_than_was_asked_for)
{
    struct sb_stream *stream = c->stream->open(c);
    char text[8] = "";

    stream_arrive(c, stream, "abcdef");
    check_int(sb_stream_read(stream, text, 4), 4);
    check_true(memcmp(text, "abcd\0", 5) == 0);
    check_int(sb_stream_read(stream, text, sizeof(text)), 2);
    check_true(memcmp(text, "ef", 2) == 0);
    check_int(stream->received_count, 6);
}

CONTRACT(a_read_waits_for_the_first_byte)
{
    struct sb_stream *stream = c->stream->open(c);
    struct job read;

    job_start_read(&read, stream, job_read, 16, 0);
    stream_pass();
    check_true(!job_is_done(&read));
    stream_put(c, "x");
    check_int(job_join(&read), 1);
    check_text(read.buffer, "x");
}

CONTRACT(a_read_of_nothing_waits_for_nothing)
{
    struct sb_stream *stream = c->stream->open(c);

    check_int(sb_stream_read(stream, NULL, 0), 0);
    stream_arrive(c, stream, "x");
    check_int(sb_stream_read(stream, NULL, 0), 0);
    check_text(stream_look(stream), "x");
}

static void look_in_loop(struct sb_timer *timer, void *arg)
{
    (void)timer;
    note("%s", stream_look(arg));
}

CONTRACT(trying_to_read_never_waits_in_any_context)
{
    struct sb_stream *stream = c->stream->open(c);
    struct sb_timer timer;

    check_text(stream_look(stream), "-11");
    sb_timer_init(&timer, look_in_loop, stream);
    sb_timer_start_ns(&timer, SB_MS_NS);
    stream_pass();
    stream_arrive(c, stream, "abc");
    sb_timer_start_ns(&timer, SB_MS_NS);
    stream_pass();
    check_text(notes(), "-11 | abc");
}

CONTRACT(every_byte_comes_as_it_is)
{
    struct sb_stream *stream = c->stream->open(c);
    uint8_t sent[20];
    uint8_t got[20];

    for (unsigned at = 0; at < 280; at += sizeof(sent)) {
        for (unsigned i = 0; i < sizeof(sent); i++)
            sent[i] = (uint8_t)(at + i < 260 ? at + i : 0xff - (at + i) / 2 % 2 * 0xff);
        c->stream->put(sent, sizeof(sent));
        check_int(sb_stream_read_exactly(stream, got, sizeof(got)), sizeof(got));
        check_true(memcmp(sent, got, sizeof(got)) == 0);
    }
    check_int(stream->framing_error_count + stream->break_count + stream->lost_count, 0);
}

/* ---- exactly */

CONTRACT(an_exact_read_takes_nothing_before_all_is_there)
{
    struct sb_stream *stream = c->stream->open(c);
    struct job read;

    job_start_read(&read, stream, job_read_exactly, 10, 0);
    stream_arrive(c, stream, "12345");
    check_true(!job_is_done(&read));
    check_int(job_cancel(&read), -ECANCELED);
    check_text(stream_look(stream), "12345");
    job_start_read(&read, stream, job_read_exactly, 10, 0);
    stream_put(c, "123456789012");
    check_int(job_join(&read), 10);
    check_text(read.buffer, "1234567890");
    stream_pass();
    check_text(stream_look(stream), "12");
}

CONTRACT(more_than_the_buffer_holds_cannot_be_read_exactly)
{
    static char data[1 << 20];
    struct sb_stream *stream = c->stream->open(c);

    check_int(sb_stream_read_exactly(stream, data, sizeof(data)), -EINVAL);
    stream_put(c, "x");
    check_int(sb_stream_read_exactly(stream, data, 1), 1);
}

/* ---- lines */

CONTRACT(lines_come_one_by_one)
{
    struct sb_stream *stream = c->stream->open(c);
    char line[16];

    stream_arrive(c, stream, "one\n\ntwo\r\nthr");
    check_int(sb_stream_read_line(stream, line, sizeof(line)), 4);
    check_text(line, "one\n");
    check_int(sb_stream_read_line(stream, line, sizeof(line)), 1);
    check_text(line, "\n");
    check_int(sb_stream_read_line(stream, line, sizeof(line)), 5);
    check_text(line, "two\r\n");
    stream_put(c, "ee\n");
    check_int(sb_stream_read_line(stream, line, sizeof(line)), 6);
    check_text(line, "three\n");
}

CONTRACT(a_line_that_has_no_room_comes_in_pieces)
{
    struct sb_stream *stream = c->stream->open(c);
    char line[6];

    stream_arrive(c, stream, "123456789\n");
    check_int(sb_stream_read_line(stream, line, sizeof(line)), 5);
    check_text(line, "12345");
    check_int(sb_stream_read_line(stream, line, sizeof(line)), 5);
    check_text(line, "6789\n");
}

CONTRACT(a_line_that_was_cut_short_is_still_there)
{
    struct sb_stream *stream = c->stream->open(c);
    struct job read;

    job_start_read(&read, stream, job_read_line, 32, 10);
    stream_put(c, "half a");
    check_int(job_join(&read), -ETIMEDOUT);
    job_start_read(&read, stream, job_read_line, 32, 0);
    stream_pass();
    check_int(job_cancel(&read), -ECANCELED);
    stream_put(c, " line\n");
    job_start_read(&read, stream, job_read_line, 32, 0);
    check_int(job_join(&read), 12);
    check_text(read.buffer, "half a line\n");
}

/* ---- until silence */

CONTRACT(a_read_until_silence_ends_with_it)
{
    struct sb_stream *stream = c->stream->open(c);
    int64_t begin_ns = sb_now_ns();
    char text[32] = "";

    check_int(sb_stream_read_until_idle_ms(stream, text, sizeof(text), 50), 0);
    check_true(sb_now_ns() - begin_ns >= 50 * SB_MS_NS);
    stream_put(c, "abc");
    begin_ns = sb_now_ns();
    check_int(sb_stream_read_until_idle_ms(stream, text, sizeof(text), 50), 3);
    check_text(text, "abc");
    check_true(sb_now_ns() - begin_ns >= 50 * SB_MS_NS);
}

CONTRACT(a_read_until_silence_ends_when_it_is_full)
{
    struct sb_stream *stream = c->stream->open(c);
    int64_t begin_ns = sb_now_ns();
    char text[4];

    stream_put(c, "abcdef");
    check_int(sb_stream_read_until_idle_ms(stream, text, sizeof(text), 10000), 4);
    check_true(sb_now_ns() - begin_ns < 10000 * SB_MS_NS);
    stream_pass();
    check_int(sb_stream_read_until_idle_ms(stream, text, sizeof(text), 0), 2);
    check_int(sb_stream_read_until_idle_ms(stream, text, sizeof(text), 0), 0);
}

/* ---- cut short */

CONTRACT(a_read_that_is_cancelled_or_times_out_loses_nothing)
{
    struct sb_stream *stream = c->stream->open(c);
    struct job read;

    job_start_read(&read, stream, job_read, 16, 0);
    stream_pass();
    check_int(job_cancel(&read), -ECANCELED);
    job_start_read(&read, stream, job_read, 16, 10);
    check_int(job_join(&read), -ETIMEDOUT);
    check_true(read.done_ns - read.begin_ns >= 10 * SB_MS_NS);
    stream_arrive(c, stream, "still here");
    check_text(stream_look(stream), "still here");
    check_int(stream->received_count, 10);
    check_int(stream->lost_count, 0);
}

/* ---- turns */

CONTRACT(readers_take_turns_first_come_first)
{
    struct sb_stream *stream = c->stream->open(c);
    struct job reads[3];

    for (unsigned i = 0; i < 3; i++)
        job_start_read(&reads[i], stream, job_read_exactly, 2, 0);
    stream_put(c, "aabbc");
    check_int(job_join(&reads[0]), 2);
    check_int(job_join(&reads[1]), 2);
    stream_pass();
    check_true(!job_is_done(&reads[2]));
    stream_put(c, "c");
    check_int(job_join(&reads[2]), 2);
    check_text(reads[0].buffer, "aa");
    check_text(reads[1].buffer, "bb");
    check_text(reads[2].buffer, "cc");
}

CONTRACT(a_cancelled_reader_lets_the_next_have_its_turn)
{
    struct sb_stream *stream = c->stream->open(c);
    struct job reads[2];

    job_start_read(&reads[0], stream, job_read_exactly, 30, 0);
    job_start_read(&reads[1], stream, job_read_exactly, 2, 0);
    stream_arrive(c, stream, "ab");
    check_true(!job_is_done(&reads[1]));
    check_int(job_cancel(&reads[0]), -ECANCELED);
    check_int(job_join(&reads[1]), 2);
    check_text(reads[1].buffer, "ab");
}

CONTRACT(readers_and_writers_do_not_disturb_each_other)
{
    struct sb_stream *stream = c->stream->open(c);
    struct job read;

    job_start_read(&read, stream, job_read, 16, 0);
    check_int(sb_stream_write(stream, "out", 3), 3);
    stream_check_out(c, "out", 3);
    check_true(!job_is_done(&read));
    stream_put(c, "in");
    check_true(job_join(&read) >= 1);
}

/* ---- beside other things */

CONTRACT(something_to_read_is_waited_for_beside_other_things)
{
    struct sb_stream *stream = c->stream->open(c);
    struct sb_case cases[1] = {sb_stream_read_case(stream)};

    stream_put(c, "x");
    check_int(sb_wait_any(cases, 1), 0);
    check_text(stream_look(stream), "x");
    check_text(stream_look(stream), "-11");
}

CONTRACT(what_is_discarded_is_gone)
{
    struct sb_stream *stream = c->stream->open(c);

    check_int(sb_stream_discard(stream), 0);
    stream_arrive(c, stream, "old");
    check_int(sb_stream_discard(stream), 3);
    stream_arrive(c, stream, "new");
    check_text(stream_look(stream), "new");
    check_int(stream->received_count, 6);
}

/* ---- nobody reads */

CONTRACT(what_nobody_reads_is_kept_or_counted)
{
    static uint8_t sent[6000];
    static uint8_t got[6000];
    struct sb_stream *stream = c->stream->open(c);
    size_t count = 0;
    bool is_good = true;
    int rc;

    for (unsigned i = 0; i < sizeof(sent); i++)
        sent[i] = (uint8_t)(i * 7 + i / 256);
    c->stream->put(sent, sizeof(sent));
    check_int(sb_sleep_ms(700), 0);
    while ((rc = sb_stream_read_until_idle_ms(stream, got + count, sizeof(got) - count, 50)) > 0)
        count += (size_t)rc;
    check_int(rc, 0);
    check_int(count, stream->received_count);
    check_int(count + stream->lost_count, sizeof(sent));
    for (unsigned i = 0; i < count; i++)
        is_good = is_good && got[i] == sent[i];
    check_true(is_good && count >= 4096);
}

CONTRACT(a_closed_stream_can_be_opened_again)
{
    struct sb_stream *stream = c->stream->open(c);

    stream_arrive(c, stream, "nobody reads this");
    sb_stream_close(stream);
    stream = c->stream->open(c);
    check_int(stream->received_count, 0);
    check_text(stream_look(stream), "-11");
    stream_arrive(c, stream, "again");
    check_text(stream_look(stream), "again");
    sb_stream_close(stream);
    sb_stream_close(NULL);
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(a_read_takes_what_is_there_and_no_more_than_was_asked_for),
    CONTRACT_TEST(a_read_waits_for_the_first_byte),
    CONTRACT_TEST(a_read_of_nothing_waits_for_nothing),
    CONTRACT_TEST(trying_to_read_never_waits_in_any_context),
    CONTRACT_TEST(every_byte_comes_as_it_is),
    CONTRACT_TEST(an_exact_read_takes_nothing_before_all_is_there),
    CONTRACT_TEST(more_than_the_buffer_holds_cannot_be_read_exactly),
    CONTRACT_TEST(lines_come_one_by_one),
    CONTRACT_TEST(a_line_that_has_no_room_comes_in_pieces),
    CONTRACT_TEST(a_line_that_was_cut_short_is_still_there),
    CONTRACT_TEST(a_read_until_silence_ends_with_it),
    CONTRACT_TEST(a_read_until_silence_ends_when_it_is_full),
    CONTRACT_TEST(a_read_that_is_cancelled_or_times_out_loses_nothing),
    CONTRACT_TEST(readers_take_turns_first_come_first),
    CONTRACT_TEST(a_cancelled_reader_lets_the_next_have_its_turn),
    CONTRACT_TEST(readers_and_writers_do_not_disturb_each_other),
    CONTRACT_TEST(something_to_read_is_waited_for_beside_other_things),
    CONTRACT_TEST(what_is_discarded_is_gone),
    CONTRACT_TEST(what_nobody_reads_is_kept_or_counted),
    CONTRACT_TEST(a_closed_stream_can_be_opened_again),
};

CONTRACT_TESTS(read_contract, "reading");
