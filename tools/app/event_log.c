/* SPDX-License-Identifier: MIT */
/* Writing the event log. Nothing that differs between two good runs may be in it: no address. */
#include "tools/app/event_log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct sb_event_log {
    FILE *file;
    struct sb_loop *loop;
    char buffer[64 * 1024];
};

static struct sb_event_log the_log;

static void on_event(const struct sb_trace_event *event, void *arg)
{
    static const char *const kinds[] = {"spawn",  "run", "wait", "wake", "finish",
                                        "cancel", "pin", "wire", "mark"};
    struct sb_event_log *log = arg;

    fprintf(log->file, "%lld %s %s %s %lld\n", (long long)event->time_ns, kinds[event->kind],
            event->task == NULL ? "-" : event->task->name, event->name == NULL ? "-" : event->name,
            (long long)event->value);
}

int sb_event_log_open(struct sb_event_log **out, struct sb_loop *loop, const char *path,
                      struct sb_diag *diag)
{
    struct sb_event_log *log = &the_log;

    log->file = fopen(path, "we");
    if (log->file == NULL)
        return sb_diag_error(diag, (struct sb_place){.file = path}, "cannot be written: %s",
                             strerror(errno));
    setvbuf(log->file, log->buffer, _IOFBF, sizeof(log->buffer));
    log->loop = loop;
    sb_loop_set_trace(loop, on_event, log);
    *out = log;
    return 0;
}

int sb_event_log_close(struct sb_event_log *log)
{
    if (log == NULL)
        return 0;
    sb_loop_set_trace(log->loop, NULL, NULL);
    return fclose(log->file) == 0 ? 0 : -errno;
}
