/* SPDX-License-Identifier: MIT */
/*
 * Opens recordings: looks at a file's first bytes, asks the readers of the table below in turn which
 * of them knows it, and passes calls on to that one.
 */
#include "sim/trace/source.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/trace/reader.h"

static const struct sb_trace_reader *const readers[] = {
    &sb_trace_reader_sr,
};

#define READER_COUNT (sizeof(readers) / sizeof(readers[0]))

static int refuse_unknown(const char *path, struct sb_diag *diag)
{
    char known[256] = "";

    for (size_t i = 0; i < READER_COUNT; i++) {
        size_t used = strlen(known);

        snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "", readers[i]->name);
    }
    return sb_diag_error(diag, (struct sb_place){.file = path},
                         "not a recording that is understood (known: %s)", known);
}

/* Reads the beginning of the file. Returns how much that is, or a negative error, reported. */
static int read_head(const char *path, unsigned char *head, struct sb_diag *diag)
{
    struct sb_place place = {.file = path};
    FILE *file = fopen(path, "rb");
    size_t size;
    int error;

    if (!file) {
        error = errno;
        sb_diag_error(diag, place, "%s", strerror(error));
        return -error;
    }
    errno = 0;
    size = fread(head, 1, SB_TRACE_HEAD_SIZE, file);
    error = ferror(file) ? errno : 0;
    fclose(file);
    if (error) {
        sb_diag_error(diag, place, "%s", strerror(error));
        return -error;
    }
    if (!size)
        return sb_diag_error(diag, place, "the file is empty");
    return (int)size;
}

int sb_trace_open(struct sb_trace **out, const char *path, const struct sb_trace_options *options,
                  struct sb_diag *diag)
{
    static const struct sb_trace_options no_options;
    unsigned char head[SB_TRACE_HEAD_SIZE];
    int size = read_head(path, head, diag);

    *out = NULL;
    if (size < 0)
        return size;
    for (size_t i = 0; i < READER_COUNT; i++)
        if (readers[i]->recognises(head, (size_t)size))
            return readers[i]->open(out, path, options ? options : &no_options, diag);
    return refuse_unknown(path, diag);
}

unsigned sb_trace_channel_count(const struct sb_trace *trace)
{
    return trace->channel_count;
}

const char *sb_trace_channel_name(const struct sb_trace *trace, unsigned channel)
{
    assert(channel < trace->channel_count);
    return trace->channel_names[channel];
}

enum sb_channel_kind sb_trace_channel_kind(const struct sb_trace *trace, unsigned channel)
{
    assert(channel < trace->channel_count);
    return trace->channel_kinds[channel];
}

/* "#3" to 3. */
static int numbered_channel(const struct sb_trace *trace, const char *name)
{
    char *end;
    unsigned long number;

    if (name[0] != '#' || name[1] < '0' || name[1] > '9')
        return -1;
    number = strtoul(name + 1, &end, 10);
    return !*end && number < trace->channel_count ? (int)number : -1;
}

int sb_trace_channel_find(const struct sb_trace *trace, const char *name)
{
    int found = -1;

    for (unsigned i = 0; i < trace->channel_count; i++)
        if (!strcmp(trace->channel_names[i], name))
            return (int)i;
    for (unsigned i = 0; i < trace->channel_count; i++) {
        if (strcasecmp(trace->channel_names[i], name) != 0)
            continue;
        if (found >= 0)
            return -1;
        found = (int)i;
    }
    return found >= 0 ? found : numbered_channel(trace, name);
}

int sb_trace_next(struct sb_trace *trace, struct sb_trace_change *change)
{
    if (trace->result > 0)
        trace->result = trace->ops->next(trace, change);
    return trace->result;
}

int64_t sb_trace_end_ns(const struct sb_trace *trace)
{
    return trace->end_ns;
}

int64_t sb_trace_resolution_ns(const struct sb_trace *trace)
{
    return trace->resolution_ns;
}

const char *sb_trace_format(const struct sb_trace *trace)
{
    return trace->format;
}

void sb_trace_close(struct sb_trace *trace)
{
    if (!trace)
        return;
    if (trace->ops->close)
        trace->ops->close(trace);
    for (unsigned i = 0; i < trace->channel_count; i++)
        free(trace->channel_names[i]);
    free(trace->path);
    free(trace);
}

void *sb_trace_alloc(size_t size, const struct sb_trace_ops *ops, const char *path,
                     struct sb_diag *diag)
{
    struct sb_trace *trace = calloc(1, size);
    char *copy = strdup(path);

    if (!trace || !copy) {
        free(trace);
        free(copy);
        sb_diag_error(diag, (struct sb_place){.file = path}, "out of memory");
        return NULL;
    }
    trace->ops = ops;
    trace->path = copy;
    trace->diag = diag;
    trace->result = 1;
    return trace;
}

int sb_trace_add_channel(struct sb_trace *trace, const char *name)
{
    char *copy;

    if (trace->channel_count == SB_TRACE_CHANNELS_MAX) {
        sb_trace_error(trace, "more than %d channels", SB_TRACE_CHANNELS_MAX);
        return -ENOSPC;
    }
    copy = strdup(name);
    if (!copy) {
        sb_trace_error(trace, "out of memory");
        return -ENOMEM;
    }
    trace->channel_names[trace->channel_count++] = copy;
    return 0;
}

int sb_trace_error(const struct sb_trace *trace, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    sb_diag_verror(trace->diag, (struct sb_place){.file = trace->path}, format, args);
    va_end(args);
    return -EINVAL;
}
