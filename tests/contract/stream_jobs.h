/* SPDX-License-Identifier: MIT */
/* What the contract tests of streams share: what a task does with a stream, and what the other side gets. */
#ifndef SB_TESTS_CONTRACT_STREAM_JOBS_H
#define SB_TESTS_CONTRACT_STREAM_JOBS_H

#include "tests/contract/contract.h"

/* One call, in a task of its own. */
struct job {
    struct sb_stream *stream;
    char *data; /* read into, or written */
    size_t size;
    size_t count;     /* of sb_stream_read_all */
    int64_t limit_ms; /* 0: none */
    int64_t begin_ns;
    int64_t done_ns; /* 0: goes on */
    int (*call)(struct job *job);
    struct sb_task task;
    char buffer[64]; /* that `data` may be */
};

/* The calls. */
int job_read(struct job *job);
int job_read_exactly(struct job *job);
int job_read_line(struct job *job);
int job_read_all(struct job *job);
int job_write(struct job *job);
int job_drain(struct job *job);

/* Reads into the job's own buffer, `size` bytes at most. */
void job_start_read(struct job *job, struct sb_stream *stream, int (*call)(struct job *job),
                    size_t size, int64_t limit_ms);
void job_start_write(struct job *job, struct sb_stream *stream, const void *data, size_t size);
void job_start(struct job *job, struct sb_stream *stream, int (*call)(struct job *job));

/* Its result, once it has one. */
int job_join(struct job *job);
int job_cancel(struct job *job);

bool job_is_done(const struct job *job);

/* Time enough for some bytes to go over any line, and for whoever waits for them. */
void stream_pass(void);

/* The other side sends this; and it has come, unread. */
void stream_put(struct contract *c, const char *text);
void stream_arrive(struct contract *c, struct sb_stream *stream, const char *text);

/* The other side gets exactly this, sooner or later, and nothing else. */
void stream_check_out(struct contract *c, const void *expected, size_t size);

/* What can be read now, as a text; or the error as "-11". */
const char *stream_look(struct sb_stream *stream);

#endif
