/* SPDX-License-Identifier: MIT */
/* What lib/hal/stream.h promises of a stream that breaks off: whoever reads or writes hears of it. */
#include "tests/contract/contract.h"

#include <errno.h>

#include "tests/contract/stream_jobs.h"

CONTRACT(who_reads_hears_that_it_broke_off_and_it_stays_so)
{
    struct sb_stream *stream = c->stream->open(c);
    struct job read;
    char byte;

    job_start_read(&read, stream, job_read, 16, 0);
    stream_pass();
    c->stream->break_off();
    check_int(job_join(&read), c->stream->broken_rc);
    for (int i = 0; i < 2; i++)
        check_int(sb_stream_read(stream, &byte, 1), c->stream->broken_rc);
    check_true(sb_stream_write(stream, "x", 1) < 0);
}

CONTRACT(what_had_come_before_is_read_first)
{
    struct sb_stream *stream = c->stream->open(c);
    char text[16];

    stream_arrive(c, stream, "before");
    c->stream->break_off();
    stream_pass();
    check_int(sb_stream_read_exactly(stream, text, 6), 6);
    check_int(sb_stream_read(stream, text, 1), c->stream->broken_rc);
}

CONTRACT(who_waits_to_write_hears_that_it_broke_off)
{
    static uint8_t bytes[1 << 23];
    struct sb_stream *stream = c->stream->open(c);
    struct job write;

    job_start_write(&write, stream, bytes, c->stream->big);
    stream_pass();
    check_true(!job_is_done(&write));
    c->stream->break_off();
    check_true(job_join(&write) < 0);
    check_true(sb_stream_try_write(stream, "x", 1) < 0);
}

/* A system may say it once only, and so to who writes. */
CONTRACT(who_writes_first_does_not_hide_it_from_who_reads)
{
    struct sb_stream *stream = c->stream->open(c);
    char byte;

    c->stream->break_off();
    check_true(sb_stream_try_write(stream, "x", 1) < 0);
    check_int(sb_stream_read(stream, &byte, 1), c->stream->broken_rc);
}

CONTRACT(a_line_that_broke_off_cannot_be_set)
{
    struct sb_stream *stream = c->stream->open(c);
    int expected = c->stream->baud == 0 ? -ENOTSUP : c->stream->broken_rc;

    c->stream->break_off();
    stream_pass();
    check_int(sb_stream_set_baud(stream, 9600), expected);
    check_int(sb_stream_send_break(stream, SB_MS_NS), expected);
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(who_reads_hears_that_it_broke_off_and_it_stays_so),
    CONTRACT_TEST(what_had_come_before_is_read_first),
    CONTRACT_TEST(who_waits_to_write_hears_that_it_broke_off),
    CONTRACT_TEST(who_writes_first_does_not_hide_it_from_who_reads),
    CONTRACT_TEST(a_line_that_broke_off_cannot_be_set),
};

CONTRACT_TESTS(broken_contract, "broken off");
