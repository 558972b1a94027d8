/* SPDX-License-Identifier: MIT */
/* Recorded infrared: edges of a replayed receiver's pin become marks, a fixed time after them. */
#include "sim/parts/ir_play.h"

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

static void arm(struct sb_ir_play *play)
{
    if (play->count > 0)
        sb_timer_start_at_ns(&play->timer, play->edges[play->first].time_ns + SB_IR_PLAY_DELAY_NS);
}

static void on_time(struct sb_timer *timer, void *arg)
{
    struct sb_ir_play *play = arg;
    bool is_mark = play->edges[play->first].is_mark;

    (void)timer;
    play->first = (play->first + 1) % SB_IR_PLAY_EDGES;
    play->count--;
    arm(play);
    set_mark(play, is_mark);
}

/* More edges than there is room for are noise of some microseconds: of those the newest are left out. */
static void add_edge(struct sb_ir_play *play, bool is_mark, int64_t time_ns)
{
    unsigned last = (play->first + play->count) % SB_IR_PLAY_EDGES;

    if (play->count == SB_IR_PLAY_EDGES)
        return;
    play->edges[last].time_ns = time_ns;
    play->edges[last].is_mark = is_mark;
    if (play->count++ == 0)
        arm(play);
}

static void on_edge(struct sb_pin *pin, const struct sb_edge *edge, void *arg)
{
    (void)pin;
    add_edge(arg, !edge->value, edge->time_ns);
}

void sb_ir_play_init(struct sb_ir_play *play, sb_ir_play_fn *fn, void *arg)
{
    *play = (struct sb_ir_play){.fn = fn, .arg = arg};
    sb_timer_init(&play->timer, on_time, play);
    sb_diag_init(&play->diag, NULL, NULL);
}

/* The channel's number, or an error, reported. */
static int find_channel(const struct sb_trace *trace, const char *file, const char *name,
                        struct sb_diag *diag)
{
    struct sb_place place = {.file = file};
    int channel = sb_trace_channel_find(trace, name == NULL ? "IR" : name);
    char names[TEXT_SIZE];

    if (channel < 0 && name == NULL && sb_trace_channel_count(trace) == 1)
        channel = 0;
    if (channel >= 0 && sb_trace_channel_kind(trace, (unsigned)channel) == SB_CHANNEL_LEVELS)
        return channel;
    if (channel >= 0)
        return sb_diag_error(diag, place, "\"%s\" carries bytes, not infrared",
                             sb_trace_channel_name(trace, (unsigned)channel));
    sb_trace_list_channels(trace, names, sizeof(names));
    if (name == NULL)
        return sb_diag_error(diag, place, "say which channel is played: the file has %s", names);
    return sb_diag_error(diag, place, "no channel \"%s\": the file has %s", name, names);
}

static int open_file(struct sb_ir_play *play, const char *file, const char *name)
{
    int rc = sb_replay_open(&play->replay, file, NULL, &play->diag);
    int channel;

    if (rc < 0)
        return rc;
    channel = find_channel(sb_replay_trace(play->replay), file, name, &play->diag);
    if (channel < 0)
        return channel;
    rc = sb_replay_pin_ir(play->replay, (unsigned)channel, SB_PIN_INPUT, &play->pin);
    if (rc == 0)
        rc = sb_pin_watch_start(play->pin, &play->watch, SB_EDGE_BOTH, on_edge, play);
    return rc == 0 ? sb_replay_start(play->replay) : rc;
}

int sb_ir_play_start(struct sb_ir_play *play, const char *file, const char *channel,
                     struct sb_diag *diag)
{
    int rc;

    sb_ir_play_stop(play, false);
    sb_diag_init(&play->diag, NULL, NULL);
    rc = open_file(play, file, channel);
    if (rc < 0) {
        sb_ir_play_stop(play, false);
        return sb_diag_error(diag, (struct sb_place){0}, "%s",
                             play->diag.error_count > 0 ? play->diag.last : "out of memory");
    }
    if (sb_pin_read(play->pin) == 0)
        add_edge(play, true, sb_now_ns()); /* it begins within a mark */
    return 0;
}

const char *sb_ir_play_failure(const struct sb_ir_play *play)
{
    return play->diag.error_count > 0 ? play->diag.last : NULL;
}

void sb_ir_play_stop(struct sb_ir_play *play, bool is_silent)
{
    sb_timer_stop(&play->timer);
    sb_replay_close(play->replay);
    play->replay = NULL;
    play->count = 0;
    if (!is_silent)
        set_mark(play, false);
}
