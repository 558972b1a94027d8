/* SPDX-License-Identifier: MIT */
/*
 * Which channel of a recording is which line of a bus: by --map, by --channel, or by its name. A kind of
 * `softboard decode` has its roles in a table and gets the numbers of the channels.
 */
#ifndef SB_TOOLS_DECODE_CHANNELS_H
#define SB_TOOLS_DECODE_CHANNELS_H

#include "sim/files/diag.h"
#include "sim/trace/source.h"
#include "tools/decode/decode.h"

/* Most roles of one kind. */
#define CHANNELS_ROLES_MAX 16

/* The lines that a kind knows. */
struct channel_roles {
    const char *owner;        /* "an LCD": who has them */
    const char *summary;      /* "rs rw e d0 to d7": for people */
    const char *const *names; /* `count` of them, taken in any case */
    unsigned count;
};

/*
 * Gives each role its channel: by --map, else the channel of its name. Returns 0; or a negative error,
 * reported, for a role or channel that is unknown, a role that no channel has, a channel that has two, a
 * --channel, and for channels that carry bytes.
 */
int channels_resolve(int *channels, const struct channel_roles *roles,
                     const struct decode_options *options, const struct sb_trace *trace,
                     struct sb_diag *diag);

/*
 * The channel of a kind that has one line (`roles` has one or more names for it): by --map or --channel,
 * else the channel of a role's name, else the only one. Returns its number, or a negative error,
 * reported. What it carries is the caller's to look at.
 */
int channels_resolve_one(const struct channel_roles *roles, const struct decode_options *options,
                         const struct sb_trace *trace, struct sb_diag *diag);

/* ---- the steps of these, for a kind with rules of its own */

/* What --map says: sets channels[role], -1 for roles that it does not name. Returns 0, or an error. */
int channels_map(int *channels, const struct channel_roles *roles,
                 const struct decode_options *options, const struct sb_trace *trace,
                 struct sb_diag *diag);

/*
 * The roles from `first` on and before `end` that have no channel get the one of their name, unless it is
 * taken.
 */
void channels_match(int *channels, const struct channel_roles *roles, unsigned first, unsigned end,
                    const struct sb_trace *trace);

/*
 * Whether each role that has a channel has one of its own, which carries levels. Returns 0 or a
 * negative error, reported.
 */
int channels_check(const int *channels, const struct channel_roles *roles,
                   const struct decode_options *options, const struct sb_trace *trace,
                   struct sb_diag *diag);

/* Reports "FILE: WHAT NAME; its channels are: ..."; returns -EINVAL. */
int channels_error(const struct decode_options *options, const struct sb_trace *trace,
                   struct sb_diag *diag, const char *what, const char *name);

#endif
