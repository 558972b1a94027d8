/* SPDX-License-Identifier: MIT */
/* The echo: see stream_echo.h. */
#include "tests/stream_echo.h"

#include <errno.h>
#include <string.h>

#include "lib/timeout.h"
#include "lib/wait_any.h"
#include "tests/support.h"

#define CHUNK_MAX 4096

enum { WRITER, ECHO, READER, COUNT };

static struct {
    const struct stream_echo *echo;
    struct sb_task tasks[COUNT];
    uint64_t random[COUNT + 1];
    uint64_t written;
    uint64_t returned;
    uint64_t read;
} run;

static uint64_t pick(int who, uint64_t limit)
{
    uint64_t x = run.random[who];

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    run.random[who] = x;
    return (x >> 16) % limit;
}

static uint8_t byte_at(uint64_t index)
{
    return (uint8_t)(index * 0x9e3779b1u >> 13 ^ index >> 3);
}

static bool was_disturbed(int rc)
{
    if (rc == -ECANCELED)
        sb_cancel_clear();
    return rc == -ECANCELED || rc == -ETIMEDOUT;
}

static void pause_sometimes(int who)
{
    if (run.echo->pause_max_us > 0 && pick(who, 16) == 0)
        was_disturbed(sb_sleep_us((int64_t)pick(who, (uint64_t)run.echo->pause_max_us)));
}

static int64_t some_time_ns(int who)
{
    return pick(who, 4) == 0 ? SB_S_NS : (int64_t)(1 + pick(who, 200000));
}

/* One write of at most that much, under a limit. Returns how many bytes the stream has taken. */
static uint64_t write_some(int who, struct sb_stream *stream, const uint8_t *data, size_t size)
{
    uint64_t before = stream->sent_count;
    struct sb_timeout timeout;
    int rc;

    sb_timeout_begin_ns(&timeout, some_time_ns(who));
    if (pick(who, 8) == 0)
        rc = sb_stream_try_write(stream, data, size);
    else
        rc = sb_stream_write(stream, data, size);
    rc = sb_timeout_end(&timeout, rc);
    if (rc == -EAGAIN)
        was_disturbed(sb_yield());
    else
        check_true(rc >= 0 || was_disturbed(rc));
    return stream->sent_count - before;
}

static int write_all(void *arg)
{
    const struct stream_echo *echo = arg;
    uint8_t data[CHUNK_MAX] = {0};

    while (run.written < echo->size) {
        size_t size = (size_t)(1 + pick(WRITER, (uint64_t)echo->chunk_max));

        if (size > echo->size - run.written)
            size = (size_t)(echo->size - run.written);
        for (size_t i = 0; i < size; i++)
            data[i] = byte_at(run.written + i);
        run.written += write_some(WRITER, echo->client, data, size);
        memset(data, 0xee, size); /* the buffer is the caller's again */
        pause_sometimes(WRITER);
    }
    while (echo->has_half_close && was_disturbed(sb_stream_close_write(echo->client)))
        ;
    return 0;
}

static int read_some(int who, struct sb_stream *stream, uint8_t *data)
{
    size_t size = (size_t)(1 + pick(who, (uint64_t)run.echo->chunk_max));
    struct sb_case readable = sb_stream_read_case(stream);

    switch (pick(who, 5)) {
    case 0:
        return sb_stream_read_exactly(stream, data, size);
    case 1:
        return sb_stream_read_until_idle_ns(stream, data, size, some_time_ns(who));
    case 2: {
        int rc = sb_wait_any(&readable, 1);
        return rc < 0 ? rc : sb_stream_try_read(stream, data, size);
    }
    default:
        return sb_stream_read(stream, data, size);
    }
}

/* One read under a limit: 0 when it was disturbed, or the stream's end. */
static int read_limited(int who, struct sb_stream *stream, uint8_t *data)
{
    struct sb_timeout timeout;
    int rc;

    sb_timeout_begin_ns(&timeout, some_time_ns(who));
    rc = sb_timeout_end(&timeout, read_some(who, stream, data));
    pause_sometimes(who);
    return was_disturbed(rc) ? 0 : rc;
}

/* -EPIPE may be read_exactly's, with some bytes left. */
static bool has_ended(struct sb_stream *stream, int rc)
{
    check_true(rc >= 0 || rc == -EPIPE);
    return rc < 0 && stream->count == 0;
}

static int send_back(void *arg)
{
    const struct stream_echo *echo = arg;
    uint8_t data[CHUNK_MAX] = {0};
    int rc = 0;

    while (run.returned < echo->size || echo->has_half_close) {
        rc = read_limited(ECHO, echo->server, data);
        if (has_ended(echo->server, rc))
            break;
        for (int done = 0; done < rc;)
            done += (int)write_some(ECHO, echo->server, data + done, (size_t)(rc - done));
        run.returned += rc < 0 ? 0 : (uint64_t)rc;
    }
    while (echo->has_half_close && was_disturbed(sb_stream_close_write(echo->server)))
        ;
    return 0;
}

static int read_back(void *arg)
{
    const struct stream_echo *echo = arg;
    uint8_t data[CHUNK_MAX] = {0};
    uint64_t wrong = 0;

    while (run.read < echo->size || echo->has_half_close) {
        int rc = read_limited(READER, echo->client, data);

        if (has_ended(echo->client, rc))
            break;
        for (int i = 0; i < rc; i++)
            wrong += data[i] != byte_at(run.read++);
    }
    check_int(wrong, 0);
    return 0;
}

static bool is_over(void)
{
    for (int i = 0; i < COUNT; i++)
        if (!sb_task_is_finished(&run.tasks[i]))
            return false;
    return true;
}

void stream_echo_run(const struct stream_echo *echo)
{
    static sb_task_fn *const fns[COUNT] = {write_all, send_back, read_back};
    static const char *const names[COUNT] = {"writer", "echo", "reader"};

    memset(&run, 0, sizeof(run));
    run.echo = echo;
    for (int i = 0; i <= COUNT; i++)
        run.random[i] = echo->seed * 31 + (uint64_t)i + 1;
    for (int i = 0; i < COUNT; i++)
        sb_spawn(&run.tasks[i], names[i], fns[i], (void *)(uintptr_t)echo);
    while (!is_over()) {
        sb_sleep_us((int64_t)(1 + pick(COUNT, 300)));
        sb_task_cancel(&run.tasks[pick(COUNT, COUNT)]);
    }
    for (int i = 0; i < COUNT; i++)
        sb_join(&run.tasks[i], NULL);
    check_int(run.written, echo->size);
    check_int(run.returned, echo->size);
    check_int(run.read, echo->size);
    check_int(echo->client->lost_count + echo->server->lost_count, 0);
    check_int(echo->client->received_count, echo->size);
    check_int(echo->server->sent_count, echo->size);
}
