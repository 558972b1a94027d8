/* SPDX-License-Identifier: MIT */
/* Channels of a recording as input pins. */
#include <errno.h>

#include "sim/replay_private.h"

struct replay_pin {
    struct sb_replay_port port;
    struct sb_pin pin;
    bool level; /* as the pin reads, electrical */
    bool is_watched;
    bool is_closed;
};

static struct replay_pin *replay_pin_of(struct sb_pin *pin)
{
    return SB_CONTAINER_OF(pin, struct replay_pin, pin);
}

/* What a pin with these flags reads when its line gets this level. */
static bool level_of(unsigned flags, uint8_t level, bool before)
{
    if (level != SB_TRACE_RELEASED)
        return level;
    if ((flags & (SB_PIN_PULL_UP | SB_PIN_PULL_DOWN)) != 0)
        return (flags & SB_PIN_PULL_UP) != 0;
    return before;
}

static void take(struct sb_replay_port *port, const struct sb_trace_change *change)
{
    struct replay_pin *pin = (struct replay_pin *)port;
    bool level = level_of(pin->pin.flags, change->level, pin->level);

    if (level == pin->level)
        return;
    pin->level = level;
    if (pin->is_watched)
        sb_pin_report_edge(&pin->pin, level, port->replay->start_ns + change->time_ns, 0);
}

static int configure(struct sb_pin *base, unsigned flags)
{
    struct replay_pin *pin = replay_pin_of(base);
    const struct sb_replay *replay = pin->port.replay;

    if ((flags & SB_PIN_OUTPUT) != 0)
        return -EINVAL;
    pin->level = level_of(flags, replay->lines[pin->port.channel].level, pin->level);
    return 0;
}

static int read_pin(struct sb_pin *pin)
{
    return replay_pin_of(pin)->level;
}

static int write_pin(struct sb_pin *pin, bool level)
{
    (void)pin;
    (void)level;
    return -EPERM;
}

static int watch(struct sb_pin *pin, bool is_on)
{
    replay_pin_of(pin)->is_watched = is_on;
    return 0;
}

static void close_pin(struct sb_pin *pin)
{
    replay_pin_of(pin)->is_closed = true;
    sb_replay_leave(&replay_pin_of(pin)->port);
}

static void close_port(struct sb_replay_port *port)
{
    struct replay_pin *pin = (struct replay_pin *)port;

    if (!pin->is_closed)
        sb_pin_close(&pin->pin);
}

int sb_replay_pin(struct sb_replay *replay, unsigned channel, unsigned flags, struct sb_pin **out)
{
    static const struct sb_pin_ops ops = {
        .configure = configure,
        .read = read_pin,
        .write = write_pin,
        .watch = watch,
        .close = close_pin,
    };
    struct sb_replay_port *port;
    struct replay_pin *pin;
    int rc;

    *out = NULL;
    if (sb_trace_channel_kind(replay->trace, channel) != SB_CHANNEL_LEVELS)
        return -EINVAL;
    rc = sb_replay_add_port(replay, channel, sizeof(*pin), &port);
    if (rc < 0)
        return rc;
    pin = (struct replay_pin *)port;
    port->take = take;
    port->close = close_port;
    sb_pin_init(&pin->pin, NULL, sb_trace_channel_name(replay->trace, channel), &ops);
    rc = sb_pin_configure(&pin->pin, flags);
    if (rc < 0) {
        close_pin(&pin->pin);
        return rc;
    }
    *out = &pin->pin;
    return 0;
}
