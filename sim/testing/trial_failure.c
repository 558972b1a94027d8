/* SPDX-License-Identifier: MIT */
/* What went wrong in a run, in words. Only the first thing counts: the rest follows from it more often than not. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/task_info.h"
#include "sim/code_place.h"
#include "sim/testing/expect.h"
#include "sim/testing/trial_private.h"

#define PLACE_SIZE 160

/* Appends, as much as there is room for. */
static void append(char *text, size_t size, size_t *used, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(text + *used, size - *used, format, args);
    va_end(args);
    if (length > 0)
        *used += (size_t)length < size - *used ? (size_t)length : size - *used - 1;
}

bool sb_trial_fail(struct sb_trial_run *run, const char *format, ...)
{
    va_list args;

    if (run->failure[0] != '\0')
        return false;
    va_start(args, format);
    vsnprintf(run->failure, sizeof(run->failure), format, args);
    va_end(args);
    return true;
}

/* ---- tasks */

static void append_caller(char *text, size_t size, size_t *used, const void *caller)
{
    char place[PLACE_SIZE];

    if (caller == NULL)
        return;
    sb_code_place(caller, place, sizeof(place));
    append(text, size, used, ", called from %s", place);
}

static void append_task(const struct sb_task *task, void *arg)
{
    struct sb_trial_run *run = arg;
    size_t used = strlen(run->failure);
    struct sb_task_info info;

    sb_task_info(task, &info);
    if (info.wait_what == NULL) {
        append(run->failure, sizeof(run->failure), &used, "; %s is ready", info.name);
        return;
    }
    append(run->failure, sizeof(run->failure), &used, "; %s waits since %g ms for %s", info.name,
           (double)info.wait_since_ns / 1e6, info.wait_what);
    append_caller(run->failure, sizeof(run->failure), &used, info.wait_caller);
}

void sb_trial_add_tasks(struct sb_trial_run *run)
{
    sb_loop_for_each_task(&run->loop, append_task, run);
}

/* ---- the report */

static void append_event(const struct sb_trial_event *event, struct sb_trial_report *report,
                         size_t *used)
{
    static const char *const what[] = {
        [SB_TRACE_SPAWN] = "starts", [SB_TRACE_RUN] = "runs",
        [SB_TRACE_WAIT] = "waits",   [SB_TRACE_WAKE] = "is woken",
        [SB_TRACE_FINISH] = "ends",  [SB_TRACE_CANCEL] = "is cancelled",
        [SB_TRACE_PIN] = "pin",      [SB_TRACE_WIRE] = "wire",
        [SB_TRACE_MARK] = "mark",
    };
    bool has_name = event->kind != SB_TRACE_SPAWN && event->kind != SB_TRACE_RUN &&
                    event->kind != SB_TRACE_FINISH && event->kind != SB_TRACE_CANCEL;
    bool has_value = event->kind != SB_TRACE_SPAWN && event->kind != SB_TRACE_RUN &&
                     event->kind != SB_TRACE_WAIT && event->kind != SB_TRACE_CANCEL;

    append(report->trace, sizeof(report->trace), used, "%14.6f ms  %-12s %s",
           (double)event->time_ns / 1e6, event->task, what[event->kind]);
    if (has_name)
        append(report->trace, sizeof(report->trace), used, ": %s", event->name);
    if (has_value)
        append(report->trace, sizeof(report->trace), used, " (%" PRId64 ")", event->value);
    append(report->trace, sizeof(report->trace), used, "\n");
}

void sb_trial_write_report(const struct sb_trial_run *run, struct sb_trial_report *report)
{
    uint64_t first = run->event_count > SB_TRIAL_EVENTS_MAX ? run->event_count - SB_TRIAL_EVENTS_MAX
                                                            : 0;
    size_t used = 0;

    append(report->text, sizeof(report->text), &used, "%s", run->way->label);
    append_caller(report->text, sizeof(report->text), &used, run->label_caller);
    append(report->text, sizeof(report->text), &used, "%s%s", used == 0 ? "" : ": ", run->failure);
    append_caller(report->text, sizeof(report->text), &used, run->failure_caller);
    used = 0;
    report->trace[0] = '\0';
    for (uint64_t i = first; i < run->event_count; i++)
        append_event(&run->events[i % SB_TRIAL_EVENTS_MAX], report, &used);
}

void sb_trial_report_other(const char *label, struct sb_trial_report *report)
{
    snprintf(
        report->text, sizeof(report->text),
        "%s: up to there it did not run as it did before: something is left from another run, or it "
        "depends on addresses or the time of day",
        label);
}
