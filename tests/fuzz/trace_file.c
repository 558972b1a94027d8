/* SPDX-License-Identifier: MIT */
/* See trace_file.h. */
#include "tests/fuzz/trace_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/trace/text.h"

#define CHANGES_MAX 1000000

static void read_all(struct sb_trace *trace)
{
    struct sb_trace_change change;
    int64_t last_ns = 0;
    int rc = 1;

    for (unsigned i = 0; i < CHANGES_MAX && rc > 0; i++) {
        rc = sb_trace_next(trace, &change);
        if (rc <= 0)
            break;
        if (change.time_ns < last_ns || change.channel >= sb_trace_channel_count(trace) ||
            change.level > SB_TRACE_RELEASED)
            abort();
        last_ns = change.time_ns;
    }
    if (rc == 0 && sb_trace_end_ns(trace) < last_ns)
        abort();
}

static void put(int fd, const void *data, size_t size)
{
    if (write(fd, data, size) != (ssize_t)size)
        abort();
}

static void put_padding(int fd, const char *before, const char *after, size_t size)
{
    static char blanks[SB_TEXT_SIZE];
    size_t used = strlen(before) + strlen(after) + size / 2;

    memset(blanks, ' ', sizeof(blanks));
    put(fd, before, strlen(before));
    if (used < sizeof(blanks))
        put(fd, blanks, sizeof(blanks) - used);
    put(fd, after, strlen(after));
}

void trace_file_read(const char *before, const char *after, const uint8_t *data, size_t size,
                     const struct sb_trace_options *options)
{
    struct sb_trace *trace;
    struct sb_diag diag;
    char path[32];
    int fd = memfd_create("trace", MFD_CLOEXEC);

    if (fd < 0)
        abort();
    if (before)
        put_padding(fd, before, after, size);
    put(fd, data, size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    sb_diag_init(&diag, NULL, NULL);
    if (sb_trace_open(&trace, path, options, &diag) == 0) {
        read_all(trace);
        sb_trace_close(trace);
    } else if (diag.error_count != 1) {
        abort();
    }
    if (diag.error_count > 1)
        abort();
    close(fd);
}
