/* SPDX-License-Identifier: MIT */
/* Signals from recordings, and lists of events: see stimulus.h. */
#include "tests/kernel/stimulus.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/task.h"
#include "sim/trace/source.h"

#define COLUMN_SIZE 48

void stimulus_note(struct stimulus *stimulus, int64_t time_ns, const char *format, ...)
{
    struct stimulus_event *event = &stimulus->events[stimulus->count];
    va_list args;

    if (stimulus->count == STIMULUS_EVENTS)
        return;
    event->time_ns = time_ns - stimulus->begin_ns;
    va_start(args, format);
    vsnprintf(event->text, sizeof(event->text), format, args);
    va_end(args);
    stimulus->count++;
}

/* ---- signals */

static int play_changes(struct stimulus *s, struct sb_trace *trace)
{
    struct sb_trace_change change;
    int rc;

    while ((rc = sb_trace_next(trace, &change)) > 0) {
        const char *name = sb_trace_channel_name(trace, change.channel);

        rc = sb_sleep_until_ns(s->begin_ns + change.time_ns);
        if (rc < 0)
            return rc;
        s->put(s, (unsigned)strtoul(name + strlen("GPIO"), NULL, 10), change.level == 1);
    }
    return rc < 0 ? rc : sb_sleep_until_ns(s->begin_ns + sb_trace_end_ns(trace));
}

int stimulus_play(struct stimulus *s, const char *recording)
{
    struct sb_diag diag;
    struct sb_trace *trace;
    char path[256];
    int rc;

    snprintf(path, sizeof(path), "%s/%s", s->folder, recording);
    sb_diag_init(&diag, NULL, NULL);
    rc = sb_trace_open(&trace, path, NULL, &diag);
    if (rc < 0) {
        printf("# %s cannot be read: %s\n", path, strerror(-rc));
        return rc;
    }
    rc = play_changes(s, trace);
    sb_trace_close(trace);
    return rc;
}

/* ---- lists */

static int64_t since(const struct stimulus *s, unsigned index, bool is_since_last)
{
    return s->events[index].time_ns -
           (is_since_last && index > 0 ? s->events[index - 1].time_ns : 0);
}

static bool is_near(const struct stimulus *a, const struct stimulus *b, unsigned index,
                    bool is_since_last)
{
    return llabs(since(a, index, is_since_last) - since(b, index, is_since_last)) <=
           STIMULUS_TOLERANCE_NS;
}

static bool is_same(const struct stimulus_program *program, const struct stimulus *a,
                    const struct stimulus *b, unsigned index)
{
    return index < a->count && index < b->count &&
           strcmp(a->events[index].text, b->events[index].text) == 0 &&
           (is_near(a, b, index, false) ||
            (program->recording == NULL && is_near(a, b, index, true)));
}

static void make_column(char column[COLUMN_SIZE], const struct stimulus *s, unsigned index)
{
    column[0] = '\0';
    if (index < s->count)
        snprintf(column, COLUMN_SIZE, "%10.3f ms  %.28s", (double)s->events[index].time_ns / 1e6,
                 s->events[index].text);
    for (char *at = column; *at != '\0'; at++)
        if (*at < ' ' || *at > '~')
            *at = '.'; /* a character of the display's own */
}

bool stimulus_compare(const struct stimulus_program *program, const struct stimulus *a,
                      const struct stimulus *b)
{
    unsigned different = 0;

    printf("# | %s\n# |     %-40s|     %s\n", program->what, a->where, b->where);
    for (unsigned i = 0; i < a->count || i < b->count; i++) {
        char left[COLUMN_SIZE];
        char right[COLUMN_SIZE];
        bool is_good = is_same(program, a, b, i);

        make_column(left, a, i);
        make_column(right, b, i);
        printf("# | %-44s| %s%s\n", left, right, is_good ? "" : "   DIFFERENT");
        different += !is_good;
    }
    printf("# | %u and %u events; %u differ by more than %.1f ms%s\n# |\n", a->count, b->count,
           different, STIMULUS_TOLERANCE_NS / 1e6,
           program->recording == NULL ? ", also since the event before" : "");
    return different == 0 && a->count > 0 && a->count < STIMULUS_EVENTS;
}
