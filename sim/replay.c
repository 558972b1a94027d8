/* SPDX-License-Identifier: MIT */
/*
 * The clockwork of replay: one timer, set to the time of the next change in the file. All that is due by
 * then is played in one go, in the file's order.
 */
#include "sim/replay.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/task.h"
#include "sim/replay_private.h"

static void look_ahead(struct sb_replay *replay)
{
    replay->ahead_rc = sb_trace_next(replay->trace, &replay->ahead);
}

int64_t sb_replay_played_ns(const struct sb_replay *replay)
{
    return sb_now_ns() - replay->start_ns;
}

static void play_change(struct sb_replay *replay)
{
    struct sb_replay_line *line = &replay->lines[replay->ahead.channel];

    if (replay->tap)
        replay->tap(&replay->ahead, replay->tap_arg);
    line->level = replay->ahead.level;
    if (line->port)
        line->port->take(line->port, &replay->ahead);
    look_ahead(replay);
}

/* Nothing is left in the file. Ends the ports that are through; returns when the others will be, or 0. */
static int64_t end_ports(struct sb_replay *replay)
{
    int64_t latest_ns = 0;

    for (struct sb_replay_port *port = replay->ports; port; port = port->next) {
        int64_t time_ns = port->has_ended || !port->end ? 0 : port->end(port);

        port->has_ended = time_ns == 0;
        if (time_ns > latest_ns)
            latest_ns = time_ns;
    }
    return latest_ns;
}

static void on_timer(struct sb_timer *timer, void *arg)
{
    struct sb_replay *replay = arg;
    int64_t now_ns = sb_replay_played_ns(replay);
    int64_t next_ns;

    while (replay->ahead_rc > 0 && replay->ahead.time_ns <= now_ns)
        play_change(replay);
    if (replay->ahead_rc > 0)
        next_ns = replay->ahead.time_ns;
    else if (replay->ahead_rc == 0 && now_ns < sb_trace_end_ns(replay->trace))
        next_ns = sb_trace_end_ns(replay->trace);
    else
        next_ns = end_ports(replay);
    if (next_ns > 0) {
        sb_timer_start_at_ns(timer, replay->start_ns + next_ns);
        return;
    }
    replay->result = replay->ahead_rc;
    sb_event_set(&replay->done);
}

/*
 * Takes the first level of each channel at time 0. A second one of a channel is an edge already, and to
 * be played.
 */
static void load_initial(struct sb_replay *replay)
{
    look_ahead(replay);
    while (replay->ahead_rc > 0 && replay->ahead.time_ns == 0) {
        struct sb_replay_line *line = &replay->lines[replay->ahead.channel];

        if (line->has_initial ||
            sb_trace_channel_kind(replay->trace, replay->ahead.channel) != SB_CHANNEL_LEVELS)
            return;
        line->has_initial = true;
        line->level = replay->ahead.level;
        look_ahead(replay);
    }
}

int sb_replay_open(struct sb_replay **out, const char *path, const struct sb_trace_options *options,
                   struct sb_diag *diag)
{
    struct sb_replay *replay = calloc(1, sizeof(*replay));
    int rc = -ENOMEM;
    unsigned count;

    *out = NULL;
    if (!replay)
        goto err_memory;
    if (options)
        replay->options = *options;
    sb_timer_init(&replay->timer, on_timer, replay);
    sb_event_init(&replay->done);
    replay->path = strdup(path);
    if (!replay->path)
        goto err_memory;
    rc = sb_trace_open(&replay->trace, path, options, diag);
    if (rc < 0)
        goto err;
    count = sb_trace_channel_count(replay->trace);
    replay->lines = calloc(count + 1, sizeof(*replay->lines));
    if (!replay->lines) {
        rc = -ENOMEM;
        goto err_memory;
    }
    for (unsigned i = 0; i < count; i++)
        replay->lines[i].level = SB_TRACE_RELEASED;
    load_initial(replay);
    if (replay->ahead_rc < 0) {
        rc = replay->ahead_rc;
        goto err;
    }
    *out = replay;
    return 0;

err_memory:
    sb_diag_error(diag, (struct sb_place){.file = path}, "out of memory");
err:
    sb_replay_close(replay);
    return rc;
}

struct sb_trace *sb_replay_trace(struct sb_replay *replay)
{
    return replay->trace;
}

void sb_replay_tap(struct sb_replay *replay, sb_replay_fn *fn, void *arg)
{
    replay->tap = fn;
    replay->tap_arg = arg;
}

int sb_replay_start(struct sb_replay *replay)
{
    unsigned count = sb_trace_channel_count(replay->trace);

    if (replay->is_started)
        return -EBUSY;
    replay->is_started = true;
    replay->start_ns = sb_now_ns();
    for (unsigned i = 0; i < count && replay->tap; i++) {
        struct sb_trace_change change = {.channel = i, .level = replay->lines[i].level};

        if (replay->lines[i].has_initial)
            replay->tap(&change, replay->tap_arg);
    }
    sb_timer_start_ns(&replay->timer, replay->ahead_rc > 0 ? replay->ahead.time_ns : 0);
    return 0;
}

int sb_replay_wait(struct sb_replay *replay)
{
    int rc = sb_event_wait(&replay->done);

    return rc < 0 ? rc : replay->result;
}

int64_t sb_replay_start_ns(const struct sb_replay *replay)
{
    return replay->start_ns;
}

int sb_replay_add_port(struct sb_replay *replay, unsigned channel, size_t size,
                       struct sb_replay_port **out)
{
    struct sb_replay_port *port;

    assert(channel < sb_trace_channel_count(replay->trace));
    *out = NULL;
    if (replay->lines[channel].port)
        return -EBUSY;
    port = calloc(1, size);
    if (!port)
        return -ENOMEM;
    port->replay = replay;
    port->channel = channel;
    port->next = replay->ports;
    replay->ports = port;
    replay->lines[channel].port = port;
    *out = port;
    return 0;
}

void sb_replay_leave(struct sb_replay_port *port)
{
    struct sb_replay_line *line = &port->replay->lines[port->channel];

    if (line->port == port)
        line->port = NULL;
    if (port->stop)
        port->stop(port);
    port->has_ended = true;
}

void sb_replay_close(struct sb_replay *replay)
{
    if (!replay)
        return;
    sb_timer_stop(&replay->timer);
    while (replay->ports) {
        struct sb_replay_port *port = replay->ports;

        replay->ports = port->next;
        port->close(port);
        free(port);
    }
    sb_trace_close(replay->trace);
    free(replay->lines);
    free(replay->path);
    free(replay);
}
