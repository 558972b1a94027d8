/* SPDX-License-Identifier: MIT */
/* Tasks that read and write: see stream_jobs.h. */
#include "tests/contract/stream_jobs.h"

#include <stdio.h>
#include <string.h>

#include "lib/timeout.h"

#define GET_MAX 512

int job_read(struct job *job)
{
    return sb_stream_read(job->stream, job->data, job->size);
}

int job_read_exactly(struct job *job)
{
    return sb_stream_read_exactly(job->stream, job->data, job->size);
}

int job_read_line(struct job *job)
{
    return sb_stream_read_line(job->stream, job->data, job->size);
}

int job_read_all(struct job *job)
{
    return sb_stream_read_all(job->stream, job->data, job->size, &job->count);
}

int job_write(struct job *job)
{
    return sb_stream_write(job->stream, job->data, job->size);
}

int job_drain(struct job *job)
{
    return sb_stream_drain(job->stream);
}

static int run(void *arg)
{
    struct job *job = arg;
    struct sb_timeout timeout;
    int rc;

    if (job->limit_ms > 0)
        sb_timeout_begin_ms(&timeout, job->limit_ms);
    rc = job->call(job);
    if (job->limit_ms > 0)
        rc = sb_timeout_end(&timeout, rc);
    job->done_ns = sb_now_ns();
    return rc;
}

static void spawn(struct job *job)
{
    job->begin_ns = sb_now_ns();
    check_int(sb_spawn(&job->task, "job", run, job), 0);
    check_int(sb_yield(), 0);
}

void job_start(struct job *job, struct sb_stream *stream, int (*call)(struct job *job))
{
    *job = (struct job){.stream = stream, .call = call};
    spawn(job);
}

void job_start_read(struct job *job, struct sb_stream *stream, int (*call)(struct job *job),
                    size_t size, int64_t limit_ms)
{
    *job = (struct job){.stream = stream, .call = call, .size = size, .limit_ms = limit_ms};
    job->data = job->buffer;
    spawn(job);
}

void job_start_write(struct job *job, struct sb_stream *stream, const void *data, size_t size)
{
    *job = (struct job){
        .stream = stream, .call = job_write, .data = (char *)(uintptr_t)data, .size = size};
    spawn(job);
}

int job_join(struct job *job)
{
    int result = -1;

    check_int(sb_join(&job->task, &result), 0);
    return result;
}

int job_cancel(struct job *job)
{
    sb_task_cancel(&job->task);
    return job_join(job);
}

bool job_is_done(const struct job *job)
{
    return job->task.state == SB_TASK_FINISHED;
}

void stream_pass(void)
{
    check_int(sb_sleep_ms(20), 0);
}

void stream_put(struct contract *c, const char *text)
{
    c->stream->put(text, strlen(text));
}

void stream_arrive(struct contract *c, struct sb_stream *stream, const char *text)
{
    uint64_t count = stream->received_count + strlen(text);

    stream_put(c, text);
    for (int i = 0; i < 5000 && stream->received_count < count; i++) {
        check_int(sb_sleep_ms(1), 0);
        (void)sb_stream_try_read(stream, NULL, 0); /* it looks what has come */
    }
    check_int(stream->received_count, count);
}

void stream_check_out(struct contract *c, const void *expected, size_t size)
{
    const uint8_t *bytes = expected;
    uint8_t got[GET_MAX];
    size_t count = 0;

    for (int i = 0; i < 20000 && count < size; i++) {
        size_t more = c->stream->get(got, sizeof(got));

        if (more > size - count || memcmp(got, bytes + count, more) != 0) {
            check_int(count, -1); /* where it goes wrong */
            return;
        }
        count += more;
        if (more == 0)
            check_int(sb_sleep_ms(1), 0);
    }
    check_int(count, size);
    stream_pass();
    check_int(c->stream->get(got, sizeof(got)), 0);
}

const char *stream_look(struct sb_stream *stream)
{
    static char text[80];
    int rc = sb_stream_try_read(stream, text, sizeof(text) - 1);

    if (rc < 0)
        snprintf(text, sizeof(text), "%d", rc);
    else
        text[rc] = '\0';
    return text;
}
