/* SPDX-License-Identifier: MIT */
/* Channels of a recording as input pins. */
#include <errno.h>

#include "sim/replay_private.h"

static struct sb_replay_pin *replay_pin_of(struct sb_pin *pin)
{
    return SB_CONTAINER_OF(pin, struct sb_replay_pin, pin);
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

void sb_replay_set_pin(struct sb_replay_pin *pin, uint8_t line_level, int64_t time_ns)
{
    bool level = level_of(pin->pin.flags, line_level, pin->level);

    pin->line_level = line_level;
    if (level == pin->level)
        return;
    pin->level = level;
    if (pin->is_watched)
        sb_pin_report_edge(&pin->pin, level, pin->port.replay->start_ns + time_ns, 0);
}

static void take(struct sb_replay_port *port, const struct sb_trace_change *change)
{
    sb_replay_set_pin((struct sb_replay_pin *)port, change->level, change->time_ns);
}

static int configure(struct sb_pin *base, unsigned flags)
{
    struct sb_replay_pin *pin = replay_pin_of(base);

    if ((flags & SB_PIN_OUTPUT) != 0)
        return -EINVAL;
    pin->level = level_of(flags, pin->line_level, pin->level);
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
    sb_replay_leave(&replay_pin_of(pin)->port);
}

static void close_port(struct sb_replay_port *port)
{
    sb_pin_close(&((struct sb_replay_pin *)port)->pin);
}

int sb_replay_add_pin(struct sb_replay *replay, unsigned channel, unsigned flags, size_t size,
                      uint8_t level, struct sb_replay_pin **out)
{
    static const struct sb_pin_ops ops = {
        .configure = configure,
        .read = read_pin,
        .write = write_pin,
        .watch = watch,
        .close = close_pin,
    };
    struct sb_replay_port *port;
    struct sb_replay_pin *pin;
    int rc;

    if (sb_trace_channel_kind(replay->trace, channel) != SB_CHANNEL_LEVELS)
        return -EINVAL;
    rc = sb_replay_add_port(replay, channel, size, &port);
    if (rc < 0)
        return rc;
    pin = (struct sb_replay_pin *)port;
    pin->line_level = level;
    port->take = take;
    port->close = close_port;
    sb_pin_init(&pin->pin, NULL, sb_trace_channel_name(replay->trace, channel), &ops);
    rc = sb_pin_configure(&pin->pin, flags);
    if (rc < 0) {
        close_pin(&pin->pin);
        return rc;
    }
    *out = pin;
    return 0;
}

int sb_replay_pin(struct sb_replay *replay, unsigned channel, unsigned flags, struct sb_pin **out)
{
    struct sb_replay_pin *pin;
    int rc = sb_replay_add_pin(replay, channel, flags, sizeof(*pin), replay->lines[channel].level,
                               &pin);

    *out = rc < 0 ? NULL : &pin->pin;
    return rc;
}
