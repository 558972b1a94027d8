/* SPDX-License-Identifier: MIT */
/* Channels of recorded infrared as the pin of a receiver. */
#include "sim/replay_private.h"
#include "sim/trace/ir_carrier.h"

/* So much of the channel, and of the whole file, is looked at to find out what was recorded. */
#define PROBE_EDGES_MAX   20000
#define PROBE_CHANGES_MAX 5000000

struct replay_ir {
    struct sb_replay_pin pin;
    struct sb_ir_carrier carrier; /* in the recording's time */
    struct sb_timer timer;        /* of the end of a mark */
};

static void probe_edges(struct sb_ir_probe *probe, struct sb_trace *trace, unsigned channel)
{
    struct sb_trace_change change = {0};
    unsigned edge_count = 0;
    int rc = 1;

    for (unsigned i = 0; i < PROBE_CHANGES_MAX && edge_count < PROBE_EDGES_MAX; i++) {
        rc = sb_trace_next(trace, &change);
        if (rc <= 0)
            break;
        if (change.channel != channel || change.level == SB_TRACE_RELEASED)
            continue;
        sb_ir_probe_edge(probe, change.time_ns, change.level);
        edge_count++;
    }
    sb_ir_probe_edge(probe, rc == 0 ? sb_trace_end_ns(trace) : change.time_ns, !probe->level);
}

/* Reads the recording's beginning a second time. Damage there is for the replay itself to report. */
static struct sb_ir_kind probe_kind(const struct sb_replay *replay, unsigned channel)
{
    struct sb_trace *trace;
    struct sb_ir_probe probe;
    struct sb_diag diag;

    sb_diag_init(&diag, NULL, NULL);
    sb_ir_probe_init(&probe, replay->lines[channel].level != 0);
    if (sb_trace_open(&trace, replay->path, &replay->options, &diag) == 0) {
        probe_edges(&probe, trace, channel);
        sb_trace_close(trace);
    }
    return sb_ir_probe_end(&probe);
}

static void tell(struct replay_ir *ir, const struct sb_ir_edge *edges, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        sb_replay_set_pin(&ir->pin, edges[i].level, edges[i].time_ns);
}

static void arm(struct replay_ir *ir)
{
    int64_t due_ns = sb_ir_carrier_due_ns(&ir->carrier);

    if (due_ns == SB_NEVER)
        sb_timer_stop(&ir->timer);
    else
        sb_timer_start_at_ns(&ir->timer, ir->pin.port.replay->start_ns + due_ns);
}

static void take(struct sb_replay_port *port, const struct sb_trace_change *change)
{
    struct replay_ir *ir = (struct replay_ir *)port;
    struct sb_ir_edge edges[2];

    if (change->level == SB_TRACE_RELEASED)
        return;
    tell(ir, edges, sb_ir_carrier_feed(&ir->carrier, change->time_ns, change->level, edges));
    arm(ir);
}

static void on_dark(struct sb_timer *timer, void *arg)
{
    struct replay_ir *ir = arg;
    struct sb_ir_edge edge;

    (void)timer;
    tell(ir, &edge,
         sb_ir_carrier_flush(&ir->carrier, sb_replay_played_ns(ir->pin.port.replay), &edge));
    arm(ir);
}

static int64_t end(struct sb_replay_port *port)
{
    int64_t due_ns = sb_ir_carrier_due_ns(&((struct replay_ir *)port)->carrier);

    return due_ns == SB_NEVER ? 0 : due_ns;
}

static void stop(struct sb_replay_port *port)
{
    sb_timer_stop(&((struct replay_ir *)port)->timer);
}

int sb_replay_pin_ir(struct sb_replay *replay, unsigned channel, unsigned flags,
                     struct sb_pin **out)
{
    const struct sb_replay_line *line = &replay->lines[channel];
    struct sb_replay_pin *pin;
    struct sb_ir_kind kind;
    struct replay_ir *ir;
    int rc = sb_replay_add_pin(replay, channel, flags, sizeof(*ir), 1, &pin);

    *out = NULL;
    if (rc < 0)
        return rc;
    ir = (struct replay_ir *)pin;
    pin->port.take = take;
    pin->port.end = end;
    pin->port.stop = stop;
    sb_timer_init(&ir->timer, on_dark, ir);
    kind = probe_kind(replay, channel);
    sb_ir_carrier_init(&ir->carrier, &kind,
                       line->level == SB_TRACE_RELEASED ? kind.idle_level : line->level);
    sb_replay_set_pin(pin, ir->carrier.level, 0);
    *out = &pin->pin;
    return 0;
}
