/* SPDX-License-Identifier: MIT */
/*
 * Writes the wires of a world as a VCD file (IEEE 1364-2005 18.2; spec/formats.md 5.1) while it runs,
 * for GTKWave, PulseView and others. The bytes depend on the run alone.
 */
#ifndef SB_SIM_VCD_OUT_H
#define SB_SIM_VCD_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/files/diag.h"
#include "sim/world.h"

struct sb_vcd;

struct sb_vcd_options {
    /* A step of the file's time: 1, 10 or 100 ns, us, ms or s. 0: 1 us. Times are rounded down. */
    int64_t timescale_ns;
    /* Seconds since 1970 UTC at which simulated time begins. */
    int64_t start_unix_s;
    /* Writes 0 for floating wires and for conflicts, which some programs do not know. */
    bool compat;
    /*
     * The wires to write, in order; borrowed during open. Null: all but supplies and those that only
     * one terminal of a part other than the controller is on.
     */
    struct sb_wire *const *wires;
    unsigned wire_count;
};

/* "1us", "10 ns" ... to a timescale. Returns 0, or -EINVAL for what a VCD file cannot say. */
int sb_vcd_timescale_parse(const char *text, int64_t *out_ns);

/*
 * Begins to write, with the present levels as the initial ones; the world must have been started.
 * Nothing is allocated later. `options` may be null. Returns 0 or a negative error, reported.
 */
int sb_vcd_open(struct sb_vcd **out, struct sb_world *world, const char *path,
                const struct sb_vcd_options *options, struct sb_diag *diag);

/*
 * Hands to the system all that has happened so far: the file is readable then, if without its end.
 * Not for a signal handler itself. Returns 0 or the first error that writing had.
 */
int sb_vcd_flush(struct sb_vcd *vcd);

/*
 * "3 changes fell together with others of the same wire ... : use a finer timescale", or "" when none
 * did. Valid until close.
 */
const char *sb_vcd_warning(struct sb_vcd *vcd);

/*
 * Ends the file at the world's present time and the listening. `merged_count` (may be null) is how
 * many changes fell together with a later one of the same wire. Returns 0; or the first error that
 * writing had (-ENOSPC ...), after which the file is incomplete. Null is ignored.
 */
int sb_vcd_close(struct sb_vcd *vcd, uint64_t *merged_count);

#endif
