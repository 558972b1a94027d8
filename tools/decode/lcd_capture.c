/* SPDX-License-Identifier: MIT */
/*
 * Channels to roles, and the first pass: edges to strobes.
 */
#include "tools/decode/lcd_capture.h"

#include <string.h>

#include "sim/trace/source.h"
#include "tools/decode/channels.h"

static const char *const role_names[LCD_ROLE_COUNT] = {
    "RS", "RW", "E", "D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7",
};

const char *lcd_role_name(enum lcd_role role)
{
    return role_names[role];
}

static const struct channel_roles lcd_roles = {
    .owner = "an LCD",
    .summary = "rs rw e d0 to d7",
    .names = role_names,
    .count = LCD_ROLE_COUNT,
};

/*
 * Channels named as roles need no map. But a map of some data lines is one of all: analysers call
 * their own inputs D0 to D7, which says nothing of the LCD's.
 */
static void find_named_roles(struct lcd_capture *capture, const struct sb_trace *trace)
{
    bool is_data_mapped = false;

    for (unsigned i = LCD_D0; i <= LCD_D7; i++)
        is_data_mapped = is_data_mapped || capture->channels[i] >= 0;
    channels_match(capture->channels, &lcd_roles, LCD_RS, is_data_mapped ? LCD_D0 : LCD_ROLE_COUNT,
                   trace);
}

/* RS, E and D4 to D7 are needed; of D0 to D3 all or none, for some of them carry no byte. */
static int check_roles(struct lcd_capture *capture, const struct decode_options *options,
                       const struct sb_trace *trace, struct sb_diag *diag)
{
    static const enum lcd_role needed[] = {LCD_RS, LCD_E, LCD_D4, LCD_D4 + 1, LCD_D4 + 2, LCD_D7};
    bool has_low_half = true;

    for (unsigned i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        if (capture->channels[needed[i]] < 0)
            return channels_error(options, trace, diag, "say with --map which channel is the LCD's",
                                  role_names[needed[i]]);
    for (unsigned i = LCD_D0; i < LCD_D4; i++)
        has_low_half = has_low_half && capture->channels[i] >= 0;
    for (unsigned i = LCD_D0; i < LCD_D4 && !has_low_half; i++)
        capture->channels[i] = -1;
    return 0;
}

/* The levels of the LCD's lines, a bit a role, while the recording is read. */
struct pass {
    struct lcd_capture *capture;
    struct lcd_start start;
    unsigned levels;
    bool is_cut;            /* E was high when the recording began */
    int64_t cut_ns;         /* when it fell; 0 */
    int64_t first_whole_ns; /* when E fell for the first time after it had risen */
    bool has_first_whole;
};

static bool level_of(const struct pass *pass, enum lcd_role role)
{
    return pass->levels >> role & 1;
}

/* E falls: the levels are still those of the sample before, so that they were held up to the edge. */
static void strobe(struct pass *pass, int64_t time_ns)
{
    struct lcd_strobe strobe = {
        .time_ns = time_ns,
        .rs = level_of(pass, LCD_RS),
        .rw = level_of(pass, LCD_RW),
    };

    pass->capture->strobe_count++;
    if (pass->is_cut) {
        pass->is_cut = false;
        pass->cut_ns = time_ns;
        return;
    }
    for (unsigned i = 0; i < 8; i++)
        if (level_of(pass, LCD_D0 + i))
            strobe.bus |= (uint8_t)(1U << i);
    if (!strobe.rs && strobe.rw)
        pass->capture->has_status_reads = true;
    if (!pass->has_first_whole) {
        pass->has_first_whole = true;
        pass->first_whole_ns = time_ns;
    }
    lcd_start_strobe(&pass->start, &strobe);
}

/* The roles, a bit each, that a channel has. */
static unsigned roles_of(const struct lcd_capture *capture, unsigned channel)
{
    unsigned roles = 0;

    for (unsigned i = 0; i < LCD_ROLE_COUNT; i++)
        if (capture->channels[i] == (int)channel)
            roles |= 1U << i;
    return roles;
}

/* Takes all changes of one instant together: a sample has no order in it. */
static int read_edges(struct pass *pass, struct sb_trace *trace)
{
    unsigned enable = 1U << LCD_E;
    unsigned levels = 0;
    int64_t time_ns = -1;
    struct sb_trace_change change;
    int rc;

    while ((rc = sb_trace_next(trace, &change)) > 0) {
        unsigned roles = roles_of(pass->capture, change.channel);

        if (change.time_ns != time_ns) {
            if (time_ns == 0)
                pass->is_cut = levels & enable;
            pass->levels = levels;
            time_ns = change.time_ns;
        }
        levels = change.level ? levels | roles : levels & ~roles;
        if ((roles & enable) && !change.level && time_ns > 0)
            strobe(pass, time_ns);
    }
    return rc;
}

int lcd_capture_read(struct lcd_capture *capture, const struct decode_options *options,
                     struct sb_diag *diag)
{
    struct sb_trace_options trace_options = {.samplerate_hz = options->samplerate_hz};
    struct pass pass = {.capture = capture};
    struct sb_trace *trace;
    int rc = sb_trace_open(&trace, options->file, &trace_options, diag);

    memset(capture, 0, sizeof(*capture));
    if (rc < 0)
        return rc;
    rc = channels_map(capture->channels, &lcd_roles, options, trace, diag);
    if (rc < 0)
        goto out;
    find_named_roles(capture, trace);
    rc = check_roles(capture, options, trace, diag);
    if (rc < 0)
        goto out;
    rc = channels_check(capture->channels, &lcd_roles, options, trace, diag);
    if (rc < 0)
        goto out;
    capture->resolution_ns = sb_trace_resolution_ns(trace);
    lcd_start_init(&pass.start, capture->channels[LCD_D0] >= 0);
    rc = read_edges(&pass, trace);
    if (rc < 0)
        goto out;
    capture->start = lcd_start_kind(&pass.start);
    capture->from_ns = capture->start == LCD_START_RUNNING_HALF && pass.has_first_whole
                           ? pass.first_whole_ns
                           : pass.cut_ns;
out:
    sb_trace_close(trace);
    return rc;
}
