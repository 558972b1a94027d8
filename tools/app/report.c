/* SPDX-License-Identifier: MIT */
/* Dumps of tasks. */
#include "tools/app/report.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/task_info.h"
#include "sim/code_place.h"

const char *sb_report_error_text(int rc)
{
    return strerror(-rc);
}

/* A pipe that has no other end any more. */
static bool nobody_reads(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};

    return poll(&out, 1, 0) > 0 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

/* What failed in the middle is forgotten by the last flush, but not by ferror. */
bool sb_report_lost_output(const char *program)
{
    bool is_lost = fflush(stdout) != 0;

    if ((!is_lost && !ferror(stdout)) || nobody_reads())
        return false;
    fprintf(
        stderr,
        "%s: stdout: not all that was printed could be written: make room where it goes, or let it "
        "go elsewhere\n",
        program);
    return true;
}

/* Calls of a task that are printed, the innermost first. */
#define CALLS_MAX 32

/* Where it waits, and on whose behalf. */
static void print_calls(const struct sb_task *task)
{
    const void *calls[CALLS_MAX];
    unsigned count = sb_task_backtrace(task, calls, CALLS_MAX);
    char place[256];

    for (unsigned i = 0; i < count; i++) {
        sb_code_place(calls[i], place, sizeof(place));
        fprintf(stderr, "      %s %s\n", i == 0 ? "in" : "called from", place);
    }
}

static void print_task(const struct sb_task *task, void *arg)
{
    static const char *const states[] = {"ready", "running", "waiting", "parked", "finished"};
    struct sb_task_info info;

    (void)arg;
    sb_task_info(task, &info);
    fprintf(stderr, "  task %u '%s': %s", info.id, info.name, states[info.state]);
    if (info.wait_what != NULL)
        fprintf(stderr, " on %s since %.9f s", info.wait_what, (double)info.wait_since_ns / 1e9);
    fprintf(stderr, "; %llu slices, stack %zu of %zu bytes\n", (unsigned long long)info.slice_count,
            info.stack_used, info.stack_size);
    print_calls(task);
}

void sb_report_tasks(const struct sb_loop *loop)
{
    sb_loop_for_each_task(loop, print_task, NULL);
}
