/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of sigrok recordings with whole files. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/trace/source.h"

/* Small files can hold gigabytes of zeros; that they end is not what is looked for here. */
#define CHANGES_MAX 1000000

static void read_all(struct sb_trace *trace)
{
    struct sb_trace_change change;
    int64_t last_ns = 0;
    int rc = 1;

    for (unsigned i = 0; i < CHANGES_MAX; i++) {
        rc = sb_trace_next(trace, &change);
        if (rc <= 0)
            break;
        if (change.time_ns < last_ns || change.channel >= sb_trace_channel_count(trace))
            abort();
        last_ns = change.time_ns;
    }
    if (rc == 0 && sb_trace_end_ns(trace) < last_ns)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sb_trace_options options = {.samplerate_hz = 1000000};
    struct sb_trace *trace;
    struct sb_diag diag;
    char path[32];
    int fd = memfd_create("sr", MFD_CLOEXEC);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    sb_diag_init(&diag, NULL, NULL);
    if (sb_trace_open(&trace, path, &options, &diag) == 0) {
        read_all(trace);
        sb_trace_close(trace);
    } else if (diag.error_count != 1) {
        abort();
    }
    close(fd);
    return 0;
}
