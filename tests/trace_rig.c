/* SPDX-License-Identifier: MIT */
/* See trace_rig.h. */
#include "tests/trace_rig.h"

#include <stdio.h>
#include <string.h>

#include "tests/sr_file.h"
#include "tests/support.h"

struct sb_diag trace_rig_diag;

const char *trace_rig_path(void)
{
    return sr_path();
}

static int open_file(struct sb_trace **trace, const void *data, size_t size,
                     const struct sb_trace_options *options)
{
    sr_write_file(trace_rig_path(), data, size);
    sb_diag_init(&trace_rig_diag, NULL, NULL);
    return sb_trace_open(trace, trace_rig_path(), options, &trace_rig_diag);
}

struct sb_trace *trace_rig_open(const void *data, size_t size,
                                const struct sb_trace_options *options)
{
    struct sb_trace *trace = NULL;

    if (open_file(&trace, data, size, options) < 0)
        fail_msg("%s", trace_rig_diag.last);
    return trace;
}

/* Bytes that came one after the other, until something else does. */
struct run {
    int64_t first_ns;
    int64_t last_ns;
    unsigned channel;
    size_t size;
    char text[200];
};

static void end_run(struct run *run)
{
    if (run->size > 0)
        note("%lld..%lld:%u\"%s\"", (long long)run->first_ns, (long long)run->last_ns, run->channel,
             run->text);
    run->size = 0;
}

/* A line is a run. */
static void take_byte(struct run *run, const struct sb_trace_change *change)
{
    char shown[8];

    if (run->size == 0)
        run->first_ns = change->time_ns;
    if (change->byte >= ' ' && change->byte <= '~')
        snprintf(shown, sizeof(shown), "%c", change->byte);
    else
        snprintf(shown, sizeof(shown), "<%02x>", change->byte);
    if (run->size + strlen(shown) < sizeof(run->text))
        run->size += (size_t)sprintf(run->text + run->size, "%s", shown);
    run->channel = change->channel;
    run->last_ns = change->time_ns;
    if (change->byte == '\n')
        end_run(run);
}

static void read_all(struct sb_trace *trace)
{
    struct sb_trace_change change;
    struct run run = {.size = 0};
    int rc;

    while ((rc = sb_trace_next(trace, &change)) > 0) {
        if (sb_trace_channel_kind(trace, change.channel) == SB_CHANNEL_BYTES) {
            take_byte(&run, &change);
            continue;
        }
        note("%lld:%u=%c", (long long)change.time_ns, change.channel, "01z"[change.level]);
    }
    end_run(&run);
    if (rc == 0)
        note("end %lld", (long long)sb_trace_end_ns(trace));
    else
        note("error");
    assert_int_equal(sb_trace_next(trace, &change), rc);
}

const char *trace_rig_read_bytes(const void *data, size_t size,
                                 const struct sb_trace_options *options)
{
    struct sb_trace *trace = trace_rig_open(data, size, options);

    notes_clear();
    read_all(trace);
    sb_trace_close(trace);
    return notes();
}

const char *trace_rig_read(const char *text, const struct sb_trace_options *options)
{
    return trace_rig_read_bytes(text, strlen(text), options);
}

/* Returns what ended it. */
static int try_all(const void *data, size_t size)
{
    struct sb_trace_change change;
    struct sb_trace *trace;
    int64_t last_ns = 0;
    int rc = open_file(&trace, data, size, NULL);

    if (rc < 0) {
        assert_null(trace);
        return rc;
    }
    while ((rc = sb_trace_next(trace, &change)) > 0) {
        assert_true(change.time_ns >= last_ns);
        assert_true(change.channel < sb_trace_channel_count(trace));
        last_ns = change.time_ns;
    }
    if (rc == 0)
        assert_true(sb_trace_end_ns(trace) >= last_ns);
    sb_trace_close(trace);
    return rc;
}

void trace_rig_assert_refused(const char *text, const char *message)
{
    size_t length = strlen(trace_rig_path());

    assert_true(try_all(text, strlen(text)) < 0);
    assert_int_equal(trace_rig_diag.error_count, 1);
    assert_memory_equal(trace_rig_diag.last, trace_rig_path(), length);
    assert_string_equal(trace_rig_diag.last + length, message);
}

void trace_rig_survive(const void *data, size_t size)
{
    int rc = try_all(data, size);

    assert_int_equal(trace_rig_diag.error_count, rc < 0 ? 1 : 0);
}

void trace_rig_survive_cuts(const void *data, size_t size)
{
    for (size_t length = 0; length <= size; length++)
        trace_rig_survive(data, length);
}
