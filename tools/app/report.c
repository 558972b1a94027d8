/* SPDX-License-Identifier: MIT */
/* Dumps of tasks. */
#include "tools/app/report.h"

#include <stdio.h>
#include <string.h>

#include "sim/code_place.h"

const char *sb_report_error_text(int rc)
{
    return strerror(-rc);
}

static void print_task(const struct sb_task *task, void *arg)
{
    static const char *const states[] = {"ready", "running", "waiting", "parked", "finished"};
    struct sb_task_info info;
    char place[256];

    (void)arg;
    sb_task_info(task, &info);
    fprintf(stderr, "  task %u '%s': %s", info.id, info.name, states[info.state]);
    if (info.wait_what != NULL)
        fprintf(stderr, " on %s since %.9f s", info.wait_what, (double)info.wait_since_ns / 1e9);
    if (info.wait_caller != NULL) {
        sb_code_place(info.wait_caller, place, sizeof(place));
        fprintf(stderr, ", in %s", place);
    }
    fprintf(stderr, "; %llu slices, stack %zu of %zu bytes\n", (unsigned long long)info.slice_count,
            info.stack_used, info.stack_size);
}

void sb_report_tasks(const struct sb_loop *loop)
{
    sb_loop_for_each_task(loop, print_task, NULL);
}
