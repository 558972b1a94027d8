/* SPDX-License-Identifier: MIT */
/* What the files of replay share: the channels of a recording and who has taken each. */
#ifndef SB_SIM_REPLAY_PRIVATE_H
#define SB_SIM_REPLAY_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/event.h"
#include "lib/hal/pin.h"
#include "lib/timer.h"
#include "sim/replay.h"

struct sb_replay_port;

/* A channel. */
struct sb_replay_line {
    uint8_t level;    /* as played last; SB_TRACE_RELEASED: has had none, or is released */
    bool has_initial; /* its level at time 0 is known */
    struct sb_replay_port *port;
};

/* A pin or a stream on a channel: embedded in its struct, which is freed as this. */
struct sb_replay_port {
    struct sb_replay *replay;
    unsigned channel;
    bool has_ended;
    struct sb_replay_port *next; /* of the replay's; kept until the replay is closed */
    /* Takes a change that is due now. */
    void (*take)(struct sb_replay_port *port, const struct sb_trace_change *change);
    /*
     * The recording has ended. Returns the time of the recording up to which something may still come
     * of it; or 0 when the port is through and has said so. May be null.
     */
    int64_t (*end)(struct sb_replay_port *port);
    /* The channel is given back: no timer of the port may fire any more. May be null. */
    void (*stop)(struct sb_replay_port *port);
    /* The replay is closed. Also called for a port that has given its channel back before. */
    void (*close)(struct sb_replay_port *port);
};

struct sb_replay {
    struct sb_trace *trace;
    struct sb_trace_options options;
    char *path;
    struct sb_replay_line *lines;
    struct sb_replay_port *ports;
    struct sb_trace_change ahead; /* what is to be played next */
    int ahead_rc;                 /* 1: there is such; 0: there is no more; an error */
    bool is_started;
    int64_t start_ns;
    struct sb_timer timer;
    struct sb_event done;
    int result;
    sb_replay_fn *tap;
    void *tap_arg;
};

/* A port that is a pin; embedded in turn. */
struct sb_replay_pin {
    struct sb_replay_port port;
    struct sb_pin pin;
    uint8_t line_level; /* SB_TRACE_RELEASED included */
    bool level;         /* as the pin reads, electrical */
    bool is_watched;
};

/*
 * Takes a channel of levels for a pin of `size` bytes whose line is at `level` (or released) at first.
 * Returns as sb_replay_pin.
 */
int sb_replay_add_pin(struct sb_replay *replay, unsigned channel, unsigned flags, size_t size,
                      uint8_t level, struct sb_replay_pin **out);

/* The pin's line has a level, which may be what it had, since `time_ns` of the recording. */
void sb_replay_set_pin(struct sb_replay_pin *pin, uint8_t level, int64_t time_ns);

/* Takes a channel for a port of `size` bytes, zeroed beyond its base. Returns 0, -EBUSY or -ENOMEM. */
int sb_replay_add_port(struct sb_replay *replay, unsigned channel, size_t size,
                       struct sb_replay_port **out);

/* Gives its channel back: nothing of the port is called any more but, in the end, `close`. */
void sb_replay_leave(struct sb_replay_port *port);

/* Where the recording's time stands. */
int64_t sb_replay_played_ns(const struct sb_replay *replay);

#endif
