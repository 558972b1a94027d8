/* SPDX-License-Identifier: MIT */
/* Recorded infrared: reads one change ahead, and a timer makes it a mark or a space at its time. */
#include "sim/ir_play.h"

#include <errno.h>
#include <stdio.h>

#include "lib/task.h"

#define TEXT_SIZE 256

static void set_mark(struct sb_ir_play *play, bool is_mark)
{
    if (play->is_mark == is_mark)
        return;
    play->is_mark = is_mark;
    play->fn(is_mark, play->arg);
}

/* Takes changes from the file until one of the channel is ahead. Returns as sb_trace_next. */
static int look_ahead(struct sb_ir_play *play)
{
    int rc;

    do
        rc = sb_trace_next(play->trace, &play->ahead);
    while (rc > 0 &&
           (play->ahead.channel != play->channel || play->ahead.level == SB_TRACE_RELEASED));
    return rc;
}

static void play_on(struct sb_timer *timer, void *arg)
{
    struct sb_ir_play *play = arg;
    int64_t now_ns = sb_now_ns();
    int rc = 1;

    while (rc > 0 && play->start_ns + play->ahead.time_ns <= now_ns) {
        if (play->idle < 0)
            play->idle = play->ahead.level;
        set_mark(play, play->ahead.level != play->idle);
        rc = look_ahead(play);
    }
    if (rc > 0) {
        sb_timer_start_at_ns(timer, play->start_ns + play->ahead.time_ns);
        return;
    }
    play->has_failed = rc < 0;
    sb_ir_play_stop(play);
}

void sb_ir_play_init(struct sb_ir_play *play, sb_ir_play_fn *fn, void *arg)
{
    *play = (struct sb_ir_play){.fn = fn, .arg = arg};
    sb_timer_init(&play->timer, play_on, play);
}

static int find_channel(struct sb_ir_play *play, const char *file, const char *name,
                        struct sb_diag *diag)
{
    unsigned count = sb_trace_channel_count(play->trace);
    char names[TEXT_SIZE] = "";
    int channel = sb_trace_channel_find(play->trace, name == NULL ? "IR" : name);

    if (channel < 0 && name == NULL && count == 1)
        channel = 0;
    if (channel >= 0 && sb_trace_channel_kind(play->trace, (unsigned)channel) != SB_CHANNEL_LEVELS)
        return sb_diag_error(diag, (struct sb_place){.file = file},
                             "\"%s\" carries bytes, not infrared",
                             sb_trace_channel_name(play->trace, (unsigned)channel));
    if (channel >= 0) {
        play->channel = (unsigned)channel;
        return 0;
    }
    for (unsigned i = 0, used = 0; i < count && used < sizeof(names); i++)
        used += (unsigned)snprintf(names + used, sizeof(names) - used, "%s\"%s\"",
                                   i == 0 ? "" : ", ", sb_trace_channel_name(play->trace, i));
    if (name == NULL)
        return sb_diag_error(diag, (struct sb_place){.file = file},
                             "say which channel is played: the file has %s", names);
    return sb_diag_error(diag, (struct sb_place){.file = file},
                         "no channel \"%s\": the file has %s", name, names);
}

int sb_ir_play_start(struct sb_ir_play *play, const char *file, const char *channel,
                     struct sb_diag *diag)
{
    int rc;

    sb_ir_play_stop(play);
    sb_diag_init(&play->diag, NULL, NULL);
    play->has_failed = false;
    play->idle = -1;
    rc = sb_trace_open(&play->trace, file, NULL, &play->diag);
    if (rc == 0)
        rc = find_channel(play, file, channel, &play->diag);
    if (rc == 0)
        rc = look_ahead(play);
    if (rc < 0) {
        sb_ir_play_stop(play);
        return sb_diag_error(diag, (struct sb_place){0}, "%s", play->diag.last);
    }
    if (rc == 0) {
        sb_ir_play_stop(play);
        return sb_diag_error(diag, (struct sb_place){.file = file}, "nothing is recorded in it");
    }
    play->is_playing = true;
    play->start_ns = sb_now_ns();
    sb_timer_start_ns(&play->timer, 0);
    return 0;
}

const char *sb_ir_play_failure(const struct sb_ir_play *play)
{
    return play->has_failed ? play->diag.last : NULL;
}

void sb_ir_play_stop(struct sb_ir_play *play)
{
    sb_timer_stop(&play->timer);
    sb_trace_close(play->trace);
    play->trace = NULL;
    play->is_playing = false;
    set_mark(play, false);
}
