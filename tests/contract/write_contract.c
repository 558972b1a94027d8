/* SPDX-License-Identifier: MIT */
/* What lib/hal/stream.h promises to those who write: order, turns, and to say how far it came. */
#include "tests/contract/contract.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/timeout.h"
#include "tests/contract/stream_jobs.h"

/* So many that the other side must read some, of which each place differs from those around it; room for a text behind them. */
struct big {
    size_t size;
    uint8_t *bytes;
};

static struct big make_big(const struct contract *c)
{
    struct big big = {.size = c->stream->big, .bytes = malloc(c->stream->big + 32)};

    assert_non_null(big.bytes);
    for (size_t i = 0; i < big.size; i++)
        big.bytes[i] = (uint8_t)(i * 7 + i / 256);
    return big;
}

/* The other side gets so much of it, then the text. */
static void check_out(struct contract *c, const struct big *big, size_t size, const char *text)
{
    size_t length = strlen(text);

    memcpy(big->bytes + size, text, length);
    stream_check_out(c, big->bytes, size + length);
}

CONTRACT(a_write_sends_all_in_order)
{
    struct sb_stream *stream = c->stream->open(c);

    check_int(sb_stream_write(stream, "one ", 4), 4);
    check_int(sb_stream_write(stream, "two ", 4), 4);
    check_int(sb_stream_write(stream, NULL, 0), 0);
    check_int(sb_stream_try_write(stream, "three", 5), 5);
    stream_check_out(c, "one two three", 13);
    check_int(stream->sent_count, 13);
}

CONTRACT(every_byte_goes_as_it_is)
{
    struct sb_stream *stream = c->stream->open(c);
    uint8_t bytes[20];

    for (unsigned at = 0; at < 280; at += sizeof(bytes)) {
        for (unsigned i = 0; i < sizeof(bytes); i++)
            bytes[i] = (uint8_t)(at + i < 260 ? at + i : 0xff - (at + i) / 2 % 2 * 0xff);
        check_int(sb_stream_write(stream, bytes, sizeof(bytes)), sizeof(bytes));
        stream_check_out(c, bytes, sizeof(bytes));
    }
}

CONTRACT(a_write_waits_while_there_is_no_room)
{
    struct sb_stream *stream = c->stream->open(c);
    struct big big = make_big(c);
    struct job write;

    job_start_write(&write, stream, big.bytes, big.size);
    stream_pass();
    check_true(!job_is_done(&write));
    check_true(stream->sent_count > 0 && stream->sent_count < big.size);
    check_out(c, &big, big.size, "");
    check_int(job_join(&write), big.size);
    check_int(stream->sent_count, big.size);
    free(big.bytes);
}

CONTRACT(trying_to_write_never_waits)
{
    struct sb_stream *stream = c->stream->open(c);
    struct big big = make_big(c);
    size_t sent = 0;
    int rc = 1;

    while (sent < big.size && rc > 0) {
        rc = sb_stream_try_write(stream, big.bytes + sent, big.size - sent);
        sent += rc > 0 ? (size_t)rc : 0;
    }
    check_int(rc, -EAGAIN);
    check_true(sent > 0 && sent < big.size);
    check_int(stream->sent_count, sent);
    check_out(c, &big, sent, "");
    check_int(sb_stream_try_write(stream, "x", 1), 1);
    stream_check_out(c, "x", 1);
    free(big.bytes);
}

CONTRACT(who_tries_to_write_does_not_come_between_the_bytes_of_another)
{
    struct sb_stream *stream = c->stream->open(c);
    struct big big = make_big(c);
    struct job write;

    job_start_write(&write, stream, big.bytes, big.size);
    check_int(sb_stream_try_write(stream, "x", 1), -EAGAIN);
    check_out(c, &big, big.size, "");
    check_int(job_join(&write), big.size);
    free(big.bytes);
}

CONTRACT(writers_take_turns_first_come_first_a_whole_write_each)
{
    struct sb_stream *stream = c->stream->open(c);
    struct big big = make_big(c);
    struct job writes[3];

    job_start_write(&writes[0], stream, big.bytes, big.size);
    job_start_write(&writes[1], stream, "second", 6);
    job_start_write(&writes[2], stream, "third", 5);
    check_true(!job_is_done(&writes[1]));
    check_out(c, &big, big.size, "secondthird");
    check_int(job_join(&writes[0]), big.size);
    check_int(job_join(&writes[1]), 6);
    check_int(job_join(&writes[2]), 5);
    free(big.bytes);
}

CONTRACT(a_cancelled_write_says_how_far_it_came_and_frees_the_turn)
{
    struct sb_stream *stream = c->stream->open(c);
    struct big big = make_big(c);
    struct job write;
    struct job next;
    size_t sent;

    job_start_write(&write, stream, big.bytes, big.size);
    stream_pass();
    check_int(job_cancel(&write), -ECANCELED);
    sent = (size_t)stream->sent_count;
    check_true(sent > 0 && sent < big.size);
    job_start_write(&next, stream, "next", 4);
    check_out(c, &big, sent, "next");
    check_int(job_join(&next), 4);
    free(big.bytes);
}

CONTRACT(a_writer_that_waits_for_its_turn_can_be_cancelled)
{
    struct sb_stream *stream = c->stream->open(c);
    struct big big = make_big(c);
    struct job write;
    struct job next;

    job_start_write(&write, stream, big.bytes, big.size);
    job_start_write(&next, stream, "next", 4);
    check_int(job_cancel(&next), -ECANCELED);
    check_out(c, &big, big.size, "");
    check_int(job_join(&write), big.size);
    free(big.bytes);
}

/* ---- draining */

CONTRACT(any_number_may_wait_until_all_has_left)
{
    struct sb_stream *stream = c->stream->open(c);
    struct job drains[2];

    check_int(sb_stream_drain(stream), 0);
    check_int(sb_stream_write(stream, "some twenty bytes...", 20), 20);
    for (unsigned i = 0; i < 2; i++)
        job_start(&drains[i], stream, job_drain);
    stream_check_out(c, "some twenty bytes...", 20);
    for (unsigned i = 0; i < 2; i++)
        check_int(job_join(&drains[i]), 0);
    check_int(sb_stream_drain(stream), 0);
}

CONTRACT(a_drain_can_be_cut_short)
{
    struct sb_stream *stream = c->stream->open(c);
    struct big big = make_big(c);
    struct sb_timeout timeout;
    struct job write;
    struct job drain;

    job_start_write(&write, stream, big.bytes, big.size);
    job_start(&drain, stream, job_drain);
    check_true(!job_is_done(&drain));
    check_int(job_cancel(&drain), -ECANCELED);
    sb_timeout_begin_ms(&timeout, 1);
    check_int(sb_timeout_end(&timeout, sb_stream_drain(stream)), -ETIMEDOUT);
    check_out(c, &big, big.size, "");
    check_int(job_join(&write), big.size);
    check_int(sb_stream_drain(stream), 0);
    free(big.bytes);
}

/* ---- what not every stream can */

CONTRACT(ones_own_end_can_be_told_or_is_refused)
{
    struct sb_stream *stream = c->stream->open(c);

    check_int(sb_stream_write(stream, "good-bye", 8), 8);
    if (c->stream->has_heard_end == NULL) {
        check_int(sb_stream_close_write(stream), -ENOTSUP);
        check_int(sb_stream_write(stream, "!", 1), 1);
        stream_check_out(c, "good-bye!", 9);
        return;
    }
    check_int(sb_stream_close_write(stream), 0);
    check_int(sb_stream_close_write(stream), 0);
    stream_check_out(c, "good-bye", 8);
    check_true(c->stream->has_heard_end());
    check_int(sb_stream_write(stream, "x", 1), -EPIPE);
    check_int(sb_stream_try_write(stream, "x", 1), -EPIPE);
    stream_arrive(c, stream, "still");
    check_text(stream_look(stream), "still");
}

CONTRACT(the_rate_can_be_changed_where_there_is_one)
{
    struct sb_stream *stream = c->stream->open(c);

    check_int(stream->baud, c->stream->baud);
    if (stream->baud == 0) {
        check_int(sb_stream_set_baud(stream, 9600), -ENOTSUP);
        return;
    }
    check_int(sb_stream_set_baud(stream, 0), -EINVAL);
    check_int(stream->baud, c->stream->baud);
    check_int(sb_stream_set_baud(stream, 19200), 0);
    check_int(stream->baud, 19200);
    check_int(sb_stream_set_baud(stream, c->stream->baud), 0);
    check_int(sb_stream_write(stream, "x", 1), 1);
    stream_check_out(c, "x", 1);
}

CONTRACT(a_break_can_be_sent_or_is_refused)
{
    struct sb_stream *stream = c->stream->open(c);

    if (c->stream->baud == 0) {
        check_int(sb_stream_send_break(stream, 2 * SB_MS_NS), -ENOTSUP);
        return;
    }
    check_int(sb_stream_write(stream, "before", 6), 6);
    check_int(sb_stream_drain(stream), 0);
    check_int(sb_stream_send_break(stream, 2 * SB_MS_NS), 0);
    check_int(sb_stream_write(stream, "after", 5), 5);
    stream_check_out(c, "beforeafter", 11);
    if (c->stream->break_count != NULL)
        check_int(c->stream->break_count(), 1);
}

static const struct contract_test tests[] = {
    CONTRACT_TEST(a_write_sends_all_in_order),
    CONTRACT_TEST(every_byte_goes_as_it_is),
    CONTRACT_TEST(a_write_waits_while_there_is_no_room),
    CONTRACT_TEST(trying_to_write_never_waits),
    CONTRACT_TEST(who_tries_to_write_does_not_come_between_the_bytes_of_another),
    CONTRACT_TEST(writers_take_turns_first_come_first_a_whole_write_each),
    CONTRACT_TEST(a_cancelled_write_says_how_far_it_came_and_frees_the_turn),
    CONTRACT_TEST(a_writer_that_waits_for_its_turn_can_be_cancelled),
    CONTRACT_TEST(any_number_may_wait_until_all_has_left),
    CONTRACT_TEST(a_drain_can_be_cut_short),
    CONTRACT_TEST(ones_own_end_can_be_told_or_is_refused),
    CONTRACT_TEST(the_rate_can_be_changed_where_there_is_one),
    CONTRACT_TEST(a_break_can_be_sent_or_is_refused),
};

CONTRACT_TESTS(write_contract, "writing");
