/* SPDX-License-Identifier: MIT */
/* Levels of two channels, from the file straight to the bus monitor. */
#include "tools/decode/i2c_recording.h"

#include <stddef.h>

#include "sim/trace/source.h"
#include "tools/decode/channels.h"

enum i2c_role { SCL, SDA, ROLE_COUNT };

static const char *const role_names[ROLE_COUNT] = {"scl", "sda"};

static const struct channel_roles roles = {
    .owner = "an I2C bus",
    .summary = "scl and sda",
    .names = role_names,
    .count = ROLE_COUNT,
};

struct recording {
    sb_i2c_event_fn *fn;
    void *arg;
    bool has_begun;
    struct sb_i2c_monitor monitor;
};

/* All changes of one instant, together: a sample has no order in it. The first levels are no edges. */
static void take_levels(struct recording *recording, int64_t time_ns, const bool *levels)
{
    if (recording->has_begun)
        sb_i2c_monitor_feed(&recording->monitor, time_ns, levels[SCL], levels[SDA]);
    else
        sb_i2c_monitor_init(&recording->monitor, levels[SCL], levels[SDA], recording->fn,
                            recording->arg);
    recording->has_begun = true;
}

static int read_levels(struct recording *recording, struct sb_trace *trace, const int *channels)
{
    bool levels[ROLE_COUNT] = {true, true};
    struct sb_trace_change change;
    int64_t time_ns = 0;
    int rc;

    while ((rc = sb_trace_next(trace, &change)) > 0) {
        if (change.time_ns != time_ns)
            take_levels(recording, time_ns, levels);
        time_ns = change.time_ns;
        for (int i = 0; i < ROLE_COUNT; i++)
            if (change.channel == (unsigned)channels[i])
                levels[i] = change.level != 0; /* what is released is pulled up */
    }
    take_levels(recording, time_ns, levels);
    return rc;
}

int i2c_recording_read(const struct decode_options *options, sb_i2c_event_fn *fn, void *arg,
                       struct sb_diag *diag)
{
    struct sb_trace_options trace_options = {.samplerate_hz = options->samplerate_hz};
    struct recording recording = {.fn = fn, .arg = arg};
    int channels[ROLE_COUNT];
    struct sb_trace *trace;
    int rc;

    if (!options->file)
        return sb_diag_error(diag, (struct sb_place){.file = NULL}, "no FILE to decode");
    rc = sb_trace_open(&trace, options->file, &trace_options, diag);
    if (rc < 0)
        return rc;
    rc = channels_resolve(channels, &roles, options, trace, diag);
    if (rc == 0)
        rc = read_levels(&recording, trace, channels);
    sb_trace_close(trace);
    return rc;
}
