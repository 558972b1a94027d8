/* SPDX-License-Identifier: MIT */
/* What lib/hal/stream.h promises of a stream whose other side ends in order: all that it sent is read first. */
#include "tests/contract/contract.h"

#include <errno.h>
#include <string.h>

#include "lib/wait_any.h"
#include "tests/contract/stream_jobs.h"

CONTRACT(after_the_end_the_rest_is_read_first)
{
    struct sb_stream *stream = c->stream->open(c);
    char text[16] = "";

    stream_arrive(c, stream, "the rest");
    c->stream->end();
    stream_pass();
    check_int(sb_stream_read_exactly(stream, text, 3), 3);
    check_int(sb_stream_read_exactly(stream, text, 10), -EPIPE);
    check_int(sb_stream_read(stream, text, sizeof(text)), 5);
    check_true(memcmp(text, " rest", 5) == 0);
    for (int i = 0; i < 2; i++) {
        check_int(sb_stream_read(stream, text, sizeof(text)), -EPIPE);
        check_int(sb_stream_try_read(stream, text, sizeof(text)), -EPIPE);
        check_int(sb_stream_read_line(stream, text, sizeof(text)), -EPIPE);
    }
}

CONTRACT(the_end_wakes_who_reads_and_who_waits_for_something_to_read)
{
    struct sb_stream *stream = c->stream->open(c);
    struct sb_case cases[1] = {sb_stream_read_case(stream)};
    struct job read;

    job_start_read(&read, stream, job_read, 16, 0);
    stream_pass();
    c->stream->end();
    check_int(job_join(&read), -EPIPE);
    check_int(sb_wait_any(cases, 1), 0);
}

CONTRACT(the_end_of_one_direction_leaves_the_other)
{
    struct sb_stream *stream = c->stream->open(c);
    char byte;

    c->stream->end();
    check_int(sb_stream_read(stream, &byte, 1), -EPIPE);
    check_int(sb_stream_write(stream, "an answer", 9), 9);
    stream_check_out(c, "an answer", 9);
}

CONTRACT(all_is_read_up_to_the_end)
{
    struct sb_stream *stream = c->stream->open(c);
    struct job read;

    job_start_read(&read, stream, job_read_all, sizeof(read.buffer) - 1, 0);
    stream_arrive(c, stream, "first, ");
    stream_arrive(c, stream, "last");
    check_true(!job_is_done(&read));
    c->stream->end();
    check_int(job_join(&read), 0);
    check_int(read.count, 11);
    check_text(read.buffer, "first, last");
}

CONTRACT(reading_all_goes_on_where_it_was_cut_short)
{
    struct sb_stream *stream = c->stream->open(c);
    char text[32] = "";
    size_t count = 0;
    struct job read;

    stream_put(c, "first, ");
    job_start_read(&read, stream, job_read_all, sizeof(read.buffer), 30);
    check_int(job_join(&read), -ETIMEDOUT);
    check_int(read.count, 7);
    memcpy(text, read.buffer, read.count);
    count = read.count;
    stream_put(c, "last");
    c->stream->end();
    check_int(sb_stream_read_all(stream, text, sizeof(text), &count), 0);
    check_text(text, "first, last");
}

CONTRACT(what_has_no_room_is_not_lost)
{
    struct sb_stream *stream = c->stream->open(c);
    char text[6] = "";
    size_t count = 0;

    stream_arrive(c, stream, "123456789");
    c->stream->end();
    stream_pass();
    check_int(sb_stream_read_all(stream, text, 5, &count), -ENOSPC);
    check_int(count, 5);
    check_text(text, "12345");
    check_text(stream_look(stream), "6789");
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(after_the_end_the_rest_is_read_first),
    CONTRACT_TEST(the_end_wakes_who_reads_and_who_waits_for_something_to_read),
    CONTRACT_TEST(the_end_of_one_direction_leaves_the_other),
    CONTRACT_TEST(all_is_read_up_to_the_end),
    CONTRACT_TEST(reading_all_goes_on_where_it_was_cut_short),
    CONTRACT_TEST(what_has_no_room_is_not_lost),
};

CONTRACT_TESTS(end_contract, "ends");
