/* SPDX-License-Identifier: MIT */
/* Channels of a recording by the roles that they play. */
#include "tools/decode/channels.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* As many names as are read with pleasure; a waveform of a whole board has dozens. */
#define NAMES_SIZE 200

int channels_error(const struct decode_options *options, const struct sb_trace *trace,
                   struct sb_diag *diag, const char *what, const char *name)
{
    unsigned count = sb_trace_channel_count(trace);
    char channels[NAMES_SIZE] = "";
    size_t used = 0;
    unsigned told = 0;

    for (; told < count; told++) {
        const char *channel = sb_trace_channel_name(trace, told);

        if (used + strlen(channel) + 3 > sizeof(channels))
            break;
        used += (size_t)snprintf(channels + used, sizeof(channels) - used, "%s%s",
                                 told == 0 ? "" : ", ", channel);
    }
    return sb_diag_error(diag, (struct sb_place){.file = options->file},
                         "%s %s; its channels are: %s%s", what, name, channels,
                         told < count ? " ... (softboard info lists them all)" : "");
}

static int find_role(const struct channel_roles *roles, const char *name)
{
    for (unsigned i = 0; i < roles->count; i++)
        if (!strcasecmp(name, roles->names[i]))
            return (int)i;
    return -1;
}

int channels_map(int *channels, const struct channel_roles *roles,
                 const struct decode_options *options, const struct sb_trace *trace,
                 struct sb_diag *diag)
{
    for (unsigned i = 0; i < roles->count; i++)
        channels[i] = -1;
    for (unsigned i = 0; i < options->map_count; i++) {
        const struct decode_map *map = &options->maps[i];
        int role = find_role(roles, map->role);
        int channel = sb_trace_channel_find(trace, map->channel);

        if (role < 0)
            return sb_diag_error(diag, (struct sb_place){.file = NULL},
                                 "--map: %s has no '%s'; %s %s", roles->owner, map->role,
                                 roles->count > 1 ? "roles are" : "the role is", roles->summary);
        if (channel < 0)
            return channels_error(options, trace, diag, "no channel", map->channel);
        channels[role] = channel;
    }
    return 0;
}

static bool is_taken(const int *channels, unsigned count, int channel)
{
    for (unsigned i = 0; i < count; i++)
        if (channels[i] == channel)
            return true;
    return false;
}

void channels_match(int *channels, const struct channel_roles *roles, unsigned first, unsigned end,
                    const struct sb_trace *trace)
{
    for (unsigned i = first; i < end; i++) {
        int channel;

        if (channels[i] >= 0)
            continue;
        channel = sb_trace_channel_find(trace, roles->names[i]);
        if (channel >= 0 && !is_taken(channels, roles->count, channel))
            channels[i] = channel;
    }
}

int channels_check(const int *channels, const struct channel_roles *roles,
                   const struct decode_options *options, const struct sb_trace *trace,
                   struct sb_diag *diag)
{
    char what[96];

    for (unsigned i = 0; i < roles->count; i++) {
        if (channels[i] < 0)
            continue;
        snprintf(what, sizeof(what), "%s cannot be on the same channel as", roles->names[i]);
        for (unsigned j = 0; j < i; j++)
            if (channels[i] == channels[j])
                return channels_error(options, trace, diag, what, roles->names[j]);
        if (sb_trace_channel_kind(trace, (unsigned)channels[i]) != SB_CHANNEL_LEVELS)
            return sb_diag_error(diag, (struct sb_place){.file = options->file},
                                 "channel %s carries bytes, not the levels of a line",
                                 sb_trace_channel_name(trace, (unsigned)channels[i]));
    }
    return 0;
}

static int check_all_there(const int *channels, const struct channel_roles *roles,
                           const struct decode_options *options, const struct sb_trace *trace,
                           struct sb_diag *diag)
{
    char what[96];

    snprintf(what, sizeof(what), "say with --map which channel is %s's", roles->owner);
    for (unsigned i = 0; i < roles->count; i++)
        if (channels[i] < 0)
            return channels_error(options, trace, diag, what, roles->names[i]);
    return 0;
}

int channels_resolve(int *channels, const struct channel_roles *roles,
                     const struct decode_options *options, const struct sb_trace *trace,
                     struct sb_diag *diag)
{
    int rc;

    if (options->channel)
        return sb_diag_error(diag, (struct sb_place){.file = NULL},
                             "--channel: %s has several lines; say --map %s=NAME,%s=NAME",
                             roles->owner, roles->names[0], roles->names[1]);
    rc = channels_map(channels, roles, options, trace, diag);
    if (rc < 0)
        return rc;
    channels_match(channels, roles, 0, roles->count, trace);
    rc = check_all_there(channels, roles, options, trace, diag);
    return rc < 0 ? rc : channels_check(channels, roles, options, trace, diag);
}

int channels_resolve_one(const struct channel_roles *roles, const struct decode_options *options,
                         const struct sb_trace *trace, struct sb_diag *diag)
{
    int channels[CHANNELS_ROLES_MAX];
    int rc = channels_map(channels, roles, options, trace, diag);

    if (rc < 0)
        return rc;
    if (options->channel) {
        int channel = sb_trace_channel_find(trace, options->channel);

        return channel >= 0 ? channel
                            : channels_error(options, trace, diag, "no channel", options->channel);
    }
    for (unsigned i = 0; i < roles->count; i++)
        if (channels[i] >= 0)
            return channels[i];
    channels_match(channels, roles, 0, roles->count, trace);
    for (unsigned i = 0; i < roles->count; i++)
        if (channels[i] >= 0)
            return channels[i];
    if (sb_trace_channel_count(trace) == 1)
        return 0;
    return channels_error(options, trace, diag, "say with --channel NAME which is the line of",
                          roles->owner);
}
