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
#include <sys/stat.h>

#include "sim/trace/reader.h"

static const struct sb_trace_reader *const readers[] = {
    &sb_trace_reader_sr,
    &sb_trace_reader_vcd,
    &sb_trace_reader_mode2,
    &sb_trace_reader_nmea,
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

/* Those give their bytes once, or never, and a recording is opened more than once. */
static bool is_pipe_or_device(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

/* Reads the beginning of the file. Returns how much that is, or a negative error, reported. */
static int read_head(const char *path, unsigned char *head, struct sb_diag *diag)
{
    struct sb_place place = {.file = path};
    FILE *file;
    size_t size;
    int error;

    if (is_pipe_or_device(path))
        return sb_diag_error(diag, place, "a pipe or a device: copy what it gives into a file");
    file = fopen(path, "rb");
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

/* Finds the reader that knows the file. Returns 0 or a negative error, reported. */
static int find_reader(const struct sb_trace_reader **out, const char *path, struct sb_diag *diag)
{
    unsigned char *head = malloc(SB_TRACE_HEAD_SIZE);
    int size;

    *out = NULL;
    if (!head) {
        sb_diag_error(diag, (struct sb_place){.file = path}, "out of memory");
        return -ENOMEM;
    }
    size = read_head(path, head, diag);
    for (size_t i = 0; i < READER_COUNT && size > 0 && !*out; i++)
        if (readers[i]->recognises(head, (size_t)size))
            *out = readers[i];
    free(head);
    if (size < 0)
        return size;
    return *out ? 0 : refuse_unknown(path, diag);
}

int sb_trace_open(struct sb_trace **out, const char *path, const struct sb_trace_options *options,
                  struct sb_diag *diag)
{
    static const struct sb_trace_options no_options;
    const struct sb_trace_reader *reader;
    int rc = find_reader(&reader, path, diag);

    *out = NULL;
    if (rc < 0)
        return rc;
    assert(reader);
    return reader->open(out, path, options ? options : &no_options, diag);
}

unsigned sb_trace_channel_count(const struct sb_trace *trace)
{
    return trace->channel_count;
}

const char *sb_trace_channel_name(const struct sb_trace *trace, unsigned channel)
{
    assert(channel < trace->channel_count);
    return trace->channels[channel].name;
}

enum sb_channel_kind sb_trace_channel_kind(const struct sb_trace *trace, unsigned channel)
{
    assert(channel < trace->channel_count);
    return trace->channels[channel].kind;
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

typedef int compare_fn(const char *a, const char *b);

static bool is_named(const char *channel, const char *name, compare_fn *compare)
{
    return compare(channel, name) == 0;
}

/* True when the channel's name ends with a dot and `name`. */
static bool has_leaf(const char *channel, const char *name, compare_fn *compare)
{
    size_t length = strlen(channel);
    size_t leaf = strlen(name);

    return length > leaf && channel[length - leaf - 1] == '.' &&
           compare(channel + length - leaf, name) == 0;
}

/* The only signal whose name matches: its first channel that does; -1: none, -2: several. */
static int find_only(const struct sb_trace *trace, const char *name, compare_fn *compare,
                     bool (*matches)(const char *channel, const char *name, compare_fn *compare))
{
    int found = -1;

    for (unsigned i = 0; i < trace->channel_count; i++) {
        const struct sb_trace_channel *channel = &trace->channels[i];

        if (!matches(channel->name, name, compare))
            continue;
        if (found >= 0 && trace->channels[found].signal != channel->signal)
            return -2;
        if (found < 0)
            found = (int)i;
    }
    return found;
}

int sb_trace_channel_find(const struct sb_trace *trace, const char *name)
{
    int found;

    for (unsigned i = 0; i < trace->channel_count; i++)
        if (!strcmp(trace->channels[i].name, name))
            return (int)i;
    found = find_only(trace, name, strcmp, has_leaf);
    if (found == -1)
        found = find_only(trace, name, strcasecmp, is_named);
    if (found == -1)
        found = find_only(trace, name, strcasecmp, has_leaf);
    if (found == -1)
        found = numbered_channel(trace, name);
    return found < 0 ? -1 : found;
}

void sb_trace_list_channels(const struct sb_trace *trace, char *out, size_t size)
{
    unsigned count = sb_trace_channel_count(trace);
    size_t used = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < count; i++) {
        char name[256];
        int length = snprintf(name, sizeof(name), "%s\"%s\"", i == 0 ? "" : ", ",
                              sb_trace_channel_name(trace, i));

        if (length < 0 || used + (size_t)length + sizeof(" ...") > size) {
            snprintf(out + used, size - used, " ...");
            return;
        }
        used += (size_t)snprintf(out + used, size - used, "%s", name);
    }
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

const char *sb_trace_note(const struct sb_trace *trace)
{
    return trace->note;
}

void sb_trace_close(struct sb_trace *trace)
{
    if (!trace)
        return;
    if (trace->ops->close)
        trace->ops->close(trace);
    for (unsigned i = 0; i < trace->channel_count; i++)
        free(trace->channels[i].name);
    free(trace->channels);
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

static bool grow_channels(struct sb_trace *trace)
{
    unsigned capacity = trace->channel_capacity ? 2 * trace->channel_capacity : 16;
    struct sb_trace_channel *channels = realloc(trace->channels,
                                                capacity * sizeof(*trace->channels));

    if (!channels)
        return false;
    trace->channels = channels;
    trace->channel_capacity = capacity;
    return true;
}

int sb_trace_add_channel(struct sb_trace *trace, const char *name)
{
    char *copy;

    if (trace->channel_count == SB_TRACE_CHANNELS_MAX) {
        sb_trace_error(trace, "more than %d channels", SB_TRACE_CHANNELS_MAX);
        return -ENOSPC;
    }
    if (trace->channel_count == trace->channel_capacity && !grow_channels(trace))
        return sb_trace_no_memory(trace);
    copy = strdup(name);
    if (!copy)
        return sb_trace_no_memory(trace);
    trace->channels[trace->channel_count] =
        (struct sb_trace_channel){.name = copy, .signal = trace->channel_count};
    trace->channel_count++;
    return 0;
}

int sb_trace_no_memory(const struct sb_trace *trace)
{
    sb_trace_error(trace, "out of memory");
    return -ENOMEM;
}

int sb_trace_error(const struct sb_trace *trace, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    sb_diag_verror(trace->diag, (struct sb_place){.file = trace->path}, format, args);
    va_end(args);
    return -EINVAL;
}
